// The book on the loopback interface.       node serve.mjs SITE [PORT]
import { createServer } from 'node:http';
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', json: 'application/json', wasm: 'application/wasm', txt: 'text/plain; charset=utf-8', woff2: 'font/woff2' };

/// A server of the folder below `base`; resolves to {server, url}.
export function serve(site, port = 0, base = '/') {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost'), name = decodeURIComponent(url.pathname);
    let file = name.startsWith(base) ? path.join(site, path.normalize('/' + name.slice(base.length))) : '';
    if (file && existsSync(file) && statSync(file).isDirectory()) {
      if (!name.endsWith('/')) return response.writeHead(301, { location: url.pathname + '/' }).end();
      file = path.join(file, 'index.html');
    }
    const found = file && existsSync(file);
    if (!found) file = path.join(site, '404.html');
    const packed = /gzip/.test(request.headers['accept-encoding'] ?? '') && !file.endsWith('.woff2');
    response.writeHead(found ? 200 : 404, { 'content-type': types[file.split('.').at(-1)] ?? 'application/octet-stream', ...(packed && { 'content-encoding': 'gzip' }) });
    const content = createReadStream(file);
    (packed ? content.pipe(createGzip()) : content).pipe(response);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({ server, url: `http://127.0.0.1:${server.address().port}${base}` })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(path.resolve(process.argv[2]), Number(process.argv[3] ?? 8000));
  console.log(`the book: ${url}       (Ctrl-C ends it)`);
}
