// A lesson's program in WebAssembly under node, for building the book and for tests.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { run } from './lesson.js';

// runLesson(folder, name, options of run) -> what run gives, and how much memory it took.
export async function runLesson(folder, name, options) {
  globalThis.self = { location: { href: pathToFileURL(`${folder}/`).href } };  // the programs are made for a worker
  const { default: factory } = await import(pathToFileURL(`${folder}/${name}.js`));
  const module = { wasmBinary: readFileSync(`${folder}/${name}.wasm`) };
  const result = await run(factory, options, module);
  return { ...result, megabytes: Math.round(module.HEAP8.length / 2 ** 20) };
}

export async function lessonOutput(folder, name, args) {
  let out = '', err = '';
  const result = await runLesson(folder, name, {
    args,
    colours: false,
    out: (text) => { out += text; },
    err: (text) => { err += text; },
  });
  return { ...result, out, err };
}
