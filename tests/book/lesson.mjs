// node lesson.mjs FOLDER NAME [ARGUMENT...]: runs a lesson of build/wasm/lessons as its program would run, without colours.
import { writeSync } from 'node:fs';
import { runLesson } from '../../src/book/run/node.mjs';

const [folder, name, ...args] = process.argv.slice(2);
const { status, pictures, megabytes } = await runLesson(folder, name, {
  args,
  colours: false,
  out: (text) => writeSync(1, text),
  err: (text) => writeSync(2, text),
});
process.exitCode = status;
if (process.send) process.send({ pictures: pictures.map((picture) => picture.name), megabytes });
