// node lesson.mjs FOLDER NAME [ARGUMENT...]: runs a lesson of build/wasm/lessons as its program would run, without colours; pictures go to pictures/.
import { mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { run } from '../../src/book/run/lesson.js';

const [folder, name, ...args] = process.argv.slice(2);
globalThis.self = { location: { href: pathToFileURL(folder + '/').href } };  // the programs are made for a worker
const { default: factory } = await import(pathToFileURL(`${folder}/${name}.js`));
const { status, pictures } = await run(factory, {
  args,
  colours: false,
  out: (text) => writeSync(1, text),
  err: (text) => writeSync(2, text),
}, { wasmBinary: readFileSync(`${folder}/${name}.wasm`) });
if (pictures.length) mkdirSync('pictures', { recursive: true });
for (const { name, svg } of pictures) writeFileSync(`pictures/${name}`, svg);
process.exitCode = status;
