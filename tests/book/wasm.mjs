// node wasm.mjs BUILD [LESSON]: runs every lesson of BUILD/wasm/lessons with --quick, each in a node of its own, and holds what it prints to its
// expected.txt (same-lines), what it draws to the pictures of its page by their names. Prints the seconds and the memory that each took.
import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [build, wanted = ''] = process.argv.slice(2);
const folder = resolve(build, 'wasm/lessons'), scratch = mkdtempSync(join(tmpdir(), 'qkv-wasm-'));
const most = 600;  // seconds

function start(lesson) {
  return new Promise((done) => {
    const child = fork(join(import.meta.dirname, 'lesson.mjs'), [folder, lesson, '--quick'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], timeout: most * 1000 });
    const begin = performance.now(), result = { out: '', err: '', pictures: [], megabytes: 0 };
    child.stdout.setEncoding('utf8').on('data', (text) => { result.out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { result.err += text; });
    child.on('message', (message) => Object.assign(result, message));
    child.on('close', (status) => done({ ...result, status, seconds: (performance.now() - begin) / 1000 }));
  });
}

function compared(lesson, { out, err, status, pictures, seconds }) {
  if (status !== 0) return seconds > most ? `did not end within ${most} s` : `ended with status ${status}: ${err.trim().split('\n').pop().slice(0, 300)}`;
  const expected = readdirSync(`lessons/${lesson}`).filter((name) => name.endsWith('.svg'));
  const missing = expected.filter((name) => !pictures.includes(name));
  if (missing.length) return `draws no ${missing.join(', ')}`;
  const files = [join(scratch, 'out'), join(scratch, 'err')];
  [out, err].forEach((text, i) => writeFileSync(files[i], text));
  const { status: same, stdout } = spawnSync(join(build, 'tests/same-lines'), [`lessons/${lesson}/expected.txt`, ...files], { encoding: 'utf8' });
  return same === 3 ? 'other data' : same === 0 ? '' : stdout;
}

let passed = 0, failed = 0, skipped = 0;
for (const lesson of readdirSync('lessons').sort().filter((name) => name.startsWith(wanted) && existsSync(`lessons/${name}/lesson.cpp`))) {
  const result = await start(lesson), wrong = compared(lesson, result);
  if (wrong === 'other data') ++skipped;
  else if (wrong) ++failed;
  else ++passed;
  console.log(`${lesson.padEnd(28)} ${result.seconds.toFixed(1).padStart(6)} s ${String(result.megabytes).padStart(5)} MB   ${wrong || 'ok'}`);
}
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed ? 1 : 0;
