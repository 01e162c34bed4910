// The last step: what VitePress wrote becomes a site that works below any path, without inline scripts, under a content security policy.
//       node finish.mjs SITE
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postcss from 'postcss';

const site = process.argv[2], base = '/__book__/';
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
  + "font-src 'self'; base-uri 'none'; form-action 'none'";
const files = readdirSync(site, { recursive: true }).map((file) => path.join(site, file));

// VitePress' inline scripts (they choose light or dark before anything is drawn) move to a file. It begins with where the book is: its own address.
const inline = /<script(?![^>]*\ssrc=)(?![^>]*application\/)[^>]*>([\s\S]*?)<\/script>\s*/g;
const scripts = new Set();
for (const file of files.filter((name) => name.endsWith('.html'))) {
  const up = '../'.repeat(path.relative(site, file).split('/').length - 1) || './';
  const html = readFileSync(file, 'utf8').replace(inline, (_, script) => (scripts.add(script), ''));
  writeFileSync(file, html.replaceAll(base, up).replace(/<meta charset="utf-8">/, `$&\n    <meta http-equiv="Content-Security-Policy" content="${policy}">\n    <script src="${up}start.js"></script>`));
}
writeFileSync(path.join(site, 'start.js'), `globalThis.BOOK_BASE = new URL('.', document.currentScript.src).pathname;
${[...scripts].join('\n')};
// Links in the page are relative; the menus stay while pages change, so theirs must not be.
document.addEventListener('DOMContentLoaded', () => {
  for (const link of document.querySelectorAll('link[href]')) link.href = link.href;
  for (const a of document.querySelectorAll('a[href]:not([href^="#"])')) if (a.origin === location.origin) a.setAttribute('href', a.pathname + a.search + a.hash);
});
`);

// Addresses in scripts: a string that begins with the base; and JSON inside a string (the settings, the search's index), which is mended when it is read.
const mend = ".replaceAll('/__'+'book__/',globalThis.BOOK_BASE)";
for (const file of files.filter((name) => name.endsWith('.js') && !name.includes('/engine/'))) {
  const before = readFileSync(file, 'utf8');
  if (!before.includes(base)) continue;
  const json = /metadata\.|@localSearchIndex/.test(file);
  const after = !json ? before.replace(/(["'`])\/__book__\//g, '(globalThis.BOOK_BASE)+$1')
    : before.replace(/(__VP_SITE_DATA__=JSON\.parse\([\s\S]*)\);?\s*$/, `$1${mend});`).replace(/^(const \w+=(['"`])[\s\S]*\2);(\s*export[\s\S]*)$/, `$1${mend};$3`);
  if (json ? !after.includes(mend) : after.includes(base)) throw new Error(`${file}: an address that cannot be made relative`);
  writeFileSync(file, after);
}
// The default theme's styles for what the book does not have (teams, sponsors, advertisements) go: a rule whose classes occur nowhere.
const everything = new Set(files.filter((name) => /\.(html|js)$/.test(name) && !/engine\//.test(name)).flatMap((file) => readFileSync(file, 'utf8').match(/[\w-]+/g) ?? []));
const isUsed = (selector) => [...selector.replace(/:not\([^()]*\)/g, '').matchAll(/\.([\w-]+)/g)].every(([, name]) => everything.has(name));
for (const file of files.filter((name) => name.endsWith('.css'))) {
  const sheet = postcss.parse(readFileSync(file, 'utf8'));
  sheet.walkRules((rule) => {
    if (rule.parent.type === 'atrule' && rule.parent.name === 'keyframes') return;
    const used = rule.selectors.filter(isUsed);
    if (used.length) rule.selectors = used; else rule.remove();
  });
  sheet.walkAtRules((rule) => { if (rule.nodes && !rule.nodes.length) rule.remove(); });
  writeFileSync(file, sheet.toString());
}
for (const file of files.filter((name) => name.endsWith('.css'))) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`${base}assets/`, './').replaceAll(base, '../'));
rmSync(path.join(site, 'hashmap.json'), { force: true });
