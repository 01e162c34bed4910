// node explorers.mjs BUILD: the explorers' functions in WebAssembly give the numbers that the same functions give natively (BUILD/tests/explore).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load } from '../../src/book/explorers/explorers.js';

const build = resolve(process.argv[2]);
const qkv = await load(pathToFileURL(join(build, 'wasm')).href, { wasmBinary: readFileSync(join(build, 'wasm/explorers.wasm')) });
const four = qkv.fourWords();
const calls = [
  ['fourWords', {}],
  ['attention', { queries: four.Q, keys: four.K, values: four.V }],
  ['attention', { queries: four.Q, keys: four.K, values: four.V, causal: true, scale: 2 }],
  ['attention', { queries: four.Q, keys: four.K, values: four.V, mask: 'padding', padding: 1 }],
  ['softmax', { scores: [2, 1, 0.5, 0, -1], temperature: 0.7 }],
  ...['none', 'causal', 'padding', 'window'].map((mask) => ['heads', { mask, heads: 3, seed: 5 }]),
  ['heads', { vectors: four.X, heads: 3 }],
  ...['none', 'sinusoidal', 'rotary'].map((positions) => ['permutation', { positions, words: 5, order: [4, 2, 0, 1, 3], seed: 1 }]),
  ['additive', { queries: four.Q, keys: four.K, width: 16, hidden: 5, seed: 2 }],
  ['lstm', { inputs: [[1], [0], [-1], [2]], hidden: 4, seed: 3, spread: 3, forgetBias: 1 }],
  ['graph', { expression: 'sigmoid(a * b + c) ^ 2 / exp(-a)', values: { a: 0.3, b: -2, c: 1 } }],
  ['beam', {}],
  ['beam', { beam: 3, lengthPenalty: 1 }],
];
const { stdout } = spawnSync(join(build, 'tests/explore'), { encoding: 'utf8', input: calls.map(([name, given]) => `${name} ${JSON.stringify(given)}\n`).join('') });
const native = stdout.trim().split('\n').map((line) => JSON.parse(line));

function differs(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) > 1e-5 * Math.max(1, Math.abs(a));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a !== b;
  return Object.keys(a).length !== Object.keys(b).length || Object.keys(a).some((key) => differs(a[key], b[key]));
}
let passed = 0, failed = 0;
function check(what, right) {
  if (right) return ++passed;
  console.log(`${what}: WebAssembly and native differ`);
  return ++failed;
}
calls.forEach(([name, given], i) => check(`${name} ${JSON.stringify(given)}`, !native[i].error && !differs(qkv[name](given), native[i])));
let message = '';
try {
  qkv.softmax({ scores: [1], temperature: -1 });
} catch (error) {
  message = error.message;
}
check(`an error, '${message}'`, message === 'softmax: temperature -1: must be above 0');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
