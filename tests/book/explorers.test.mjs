// The explorers on their pages, in Chromium: they are fetched when the reader comes to them, can be operated with mouse, finger and keyboard, and
// show the numbers that the same functions give natively (BUILD/tests/explore).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { serve } from '../../src/book/serve.mjs';

const build = process.env.BUILD, site = path.resolve(build, 'book'), require = createRequire(path.resolve(process.env.BOOK_WORK, 'package.json'));
const { chromium } = require('playwright-core'), axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const native = path.resolve(build, 'tests/explore');
const skip = !existsSync(path.join(site, 'engine/explorers.wasm')) ? 'the engine was not compiled' : !existsSync(native) ? 'the native functions were not compiled' : false;
const names = readdirSync(path.join(site, 'lessons')), patience = 120_000;
const lessons = ['12', '22', '25', '31', '32', '33', '35', '36', '37', '61'];

let server, url, browser;
before(async () => {
  ({ server, url } = await serve(site, 0, '/some/where/'));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });  // no sandbox: CI runs as root
});
after(async () => { await browser?.close(); server?.close(); });

/// A lesson's page, scrolled to its explorer, with what went wrong in it.
async function open(lesson, { language = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }), page = await context.newPage(), wrong = [], asked = [];
  page.setDefaultTimeout(patience);
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => { if (request.url().includes('/engine/')) asked.push(request.url()); });
  await page.goto(`${url}${language}lessons/${names.find((name) => name.startsWith(lesson))}/`, { waitUntil: 'networkidle' });
  const early = asked.length;
  await page.evaluate(() => document.querySelector('.ex').scrollIntoView({ block: 'center' }));
  await page.waitForSelector('.ex[data-state=ready]');
  return { page, wrong, early, asked, close: () => context.close() };
}
/// What the page shows under a name, what the native function gives.
const number = async (page, name) => Number((await page.textContent(`[data-number="${name}"]`)).replace('−', '-'));
function call(name, given) {
  const { stdout } = spawnSync(native, { encoding: 'utf8', input: `${name} ${JSON.stringify(given)}\n` }), result = JSON.parse(stdout);
  assert.equal(result.error, undefined);
  return result;
}
async function same(page, shown, expected, tolerance = 6e-5) {
  const value = await number(page, shown);
  assert.ok(Math.abs(value - expected) <= tolerance, `${shown}: ${value}, natively ${expected}`);
}
const numbers = (text) => text.match(/[−-]?\d+(\.\d+)?/g).map((one) => Number(one.replace('−', '-')));
const vector = async (page, id) => numbers(await page.getAttribute(`[data-arrow=${id}]`, 'aria-valuetext'));

async function sameAttention(page, query = 'q1') {
  const keys = await Promise.all(['the', 'cat', 'sat'].map((id) => vector(page, id)));
  const { scores, weights } = call('attention', { queries: [await vector(page, query)], keys, values: keys });
  for (let j = 0; j < 3; ++j) {
    await same(page, `score ${j}`, scores[0][j]);
    await same(page, `weight ${j}`, weights[0][j]);
  }
  return weights[0];
}
async function sameMaps(page, weights, heads = 1) {
  const all = heads === 1 ? [weights] : weights;
  for (const [h, rows] of all.entries()) for (const [i, row] of rows.entries()) for (const [j, weight] of row.entries()) {
    const shown = Number(await page.getAttribute(`[data-number="weight ${h} ${i} ${j}"]`, 'data-value'));
    assert.ok(Math.abs(shown - weight) < 1e-5, `head ${h}, ${i} to ${j}: ${shown}, natively ${weight}`);
  }
}
/// Chooses an option of a row of radio buttons with the keyboard: from the one that is chosen, so many to the right.
async function choose(page, legend, right) {
  await page.focus(`fieldset:has(legend:text-is("${legend}")) input:checked`);
  for (let i = 0; i < right; ++i) await page.keyboard.press('ArrowRight');
}
async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).focus();
  await page.keyboard.press('Enter');
}

test('lesson 32: an arrow is dragged with the mouse, and the weights follow', { skip }, async () => {
  const { page, wrong, early, asked, close } = await open('32');
  assert.equal(early, 0, 'the engine was asked for before the reader came to the explorer');
  assert.equal(asked.filter((address) => address.endsWith('.wasm')).length, 1);
  const before = await sameAttention(page);
  const box = await page.locator('[data-arrow=cat] .ex-tip').boundingBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 40, y + 30, { steps: 4 });
  await page.mouse.move(x - 80, y + 60);
  await page.mouse.up();
  const [a, b] = await vector(page, 'cat');
  assert.ok(a < 1.6 && b < 0.8, `the arrow stands at ${a}, ${b}`);
  const after = await sameAttention(page);
  assert.ok(after[1] < before[1] - 0.1, `the weight went from ${before[1]} to ${after[1]}`);
  await page.mouse.move(x, y);
  assert.deepEqual(await vector(page, 'cat'), [a, b], 'the arrow follows a mouse that holds nothing');
  assert.deepEqual(wrong, []);
  await close();
});

test('lesson 32: with a finger, on a phone', { skip }, async () => {
  const { page, wrong, close } = await open('32', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const touch = await page.context().newCDPSession(page);
  await page.evaluate(() => document.querySelector('.ex-plane').scrollIntoView({ block: 'center' }));
  const box = await page.locator('[data-arrow=sat] .ex-tip').boundingBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  const before = await vector(page, 'sat'), top = await page.evaluate(() => scrollY);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (let i = 1; i <= 5; ++i) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + 10 * i, y: y + 12 * i }] });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  const after = await vector(page, 'sat');
  assert.ok(after[0] > before[0] + 0.5 && after[1] < before[1] - 0.5, `from ${before} to ${after}`);
  assert.equal(await page.evaluate(() => scrollY), top, 'the page scrolled instead');
  await sameAttention(page);
  assert.deepEqual(wrong, []);
  await close();
});

// One for each explorer: what the keyboard does, and the numbers after it.
const byKeyboard = {
  async 12(page) {
    const { nodes } = call('graph', { expression: '(sigmoid(q * k1 - q * k2) * v) ^ 2', values: { q: 0.8, k1: 1.5, k2: -0.5, v: 3 } });
    assert.equal(await page.textContent('[data-number="gradient 0"]'), '');
    for (let i = 0; i < 2; ++i) await press(page, 'Backward: next node');
    assert.equal(await page.textContent('[data-number="gradient 0"]'), '', 'the input has its gradient before its turn');
    await press(page, 'All');
    for (const [i, { value, gradient }] of nodes.entries()) {
      await same(page, `value ${i}`, value);
      if (gradient !== null) await same(page, `gradient ${i}`, gradient);
    }
    await page.fill('.ex-text input', 'a * (');
    assert.match(await page.textContent('.ex-error'), /a number or a name must stand/);
    await page.fill('.ex-text input', 'a * a');
    await page.focus('.ex-slider input[aria-label=a]');
    await page.keyboard.press('ArrowRight');
    await press(page, 'All');
    await same(page, 'value 1', 1.21);
    await same(page, 'gradient 0', 2.2);
  },
  async 22(page) {
    await press(page, 'Step');
    await page.focus('input[aria-label="input 2"]');
    await page.keyboard.press('ArrowRight');
    const { steps } = call('lstm', { inputs: [[1], [0.5], [0], [-1], [0], [0.5]], hidden: 3, seed: 7, spread: 2.5, forgetBias: 1 });
    for (const name of ['i', 'f', 'g', 'o', 'c', 'h']) for (let k = 0; k < 3; ++k) await same(page, `${name} ${k}`, steps[1][name][k]);
    await press(page, 'Back');
    await same(page, 'c 0', steps[0].c[0]);
    await press(page, 'Step');
  },
  async 25(page) {
    await page.focus('input[aria-label="temperature T"]');
    for (let i = 0; i < 5; ++i) await page.keyboard.press('ArrowRight');
    const { weights, entropy, perplexity } = call('softmax', { scores: [2, 1, 0.5, 0, -1], temperature: 10 ** 0.1 });
    for (const [j, weight] of weights.entries()) await same(page, `weight ${j}`, weight);
    await same(page, 'entropy', entropy);
    await same(page, 'perplexity', perplexity);
  },
  async 31(page) {
    await page.focus('[data-arrow=q]');
    await page.keyboard.press('ArrowUp');
    await choose(page, 'width d', 1);
    const keys = await Promise.all(['the', 'cat', 'sat'].map((id) => vector(page, id)));
    const result = call('additive', { queries: [[1.2, 0.9]], keys, hidden: 8, width: 8, seed: 4 });
    for (const kind of ['additive', 'scaled']) for (let j = 0; j < 3; ++j) {
      await same(page, `${kind} score ${j}`, result[kind].scores[0][j]);
      await same(page, `${kind} weight ${j}`, result[kind].weights[0][j]);
    }
  },
  async 32(page) {
    await page.focus('[data-arrow=q2]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    assert.deepEqual(await vector(page, 'q2'), [-0.9, 1]);
    await sameAttention(page, 'q2');
    const keys = [[0.5, -1.5], [2, 1.2], [-0.6, 2]];
    await choose(page, 'Score', 1);
    const { weights } = call('attention', { queries: [[-0.9, 1]], keys, values: keys, scale: 1 });
    for (let j = 0; j < 3; ++j) await same(page, `weight ${j}`, weights[0][j]);
  },
  async 33(page) {
    const { Q, K, V } = call('fourWords', {});
    await sameMaps(page, call('attention', { queries: Q, keys: K, values: V }).weights);
    assert.match(await page.textContent('.ex-live'), /^eat .*apples 0\.54/);
    await page.focus('.ex-word.chosen');
    await page.keyboard.press('ArrowUp');
    assert.match(await page.textContent('.ex-live'), /^like .*eat 0\.48/);
  },
  async 35(page) {
    await choose(page, 'Heads', 1);
    const { vectors } = call('permutation', { words: 5, width: 12, spread: 2, seed: 3, order: [0, 1, 2, 3, 4] });
    await sameMaps(page, call('heads', { heads: 4, seed: 3, vectors: [0, 1, 2, 3, 0, 4].map((i) => vectors[i]) }).weights, 4);
  },
  async 36(page) {
    const { Q, K, V } = call('fourWords', {}), given = { queries: Q, keys: K, values: V };
    await sameMaps(page, call('attention', { ...given, causal: true }).weights);
    await choose(page, 'Mask', 1);
    await page.focus('input[aria-label="words of padding"]');
    await page.keyboard.press('ArrowRight');
    await sameMaps(page, call('attention', { ...given, mask: 'padding', padding: 2 }).weights);
  },
  async 37(page) {
    const given = { vectors: [[1, 0.2, -0.4, 0.5], [-0.3, 1.1, 0.6, -0.2], [0.4, -0.8, 0.9, 0.1]], W_q: [[0.9, -0.3, 0.5, 0.2], [0.1, 0.8, -0.6, 0.7]], W_k: [[-0.5, 0.9, 0.4, 0.3], [1, 0.2, -0.7, 0.6]] };
    assert.equal(await number(page, 'difference'), 0);
    await page.focus('[data-word="2"]');  // man bites dog
    await page.keyboard.press('ArrowRight');
    await choose(page, 'Positions', 1);
    const result = call('permutation', { ...given, order: [1, 2, 0], positions: 'sinusoidal' });
    await same(page, 'difference', result.largestDifference);
    assert.ok(result.largestDifference > 0.1);
    for (let i = 0; i < 3; ++i) for (let j = 0; j < 4; ++j) await same(page, `after ${i} ${j}`, result.after[i][j]);
  },
  async 61(page) {
    await choose(page, 'Width of the beam', 1);
    await press(page, 'Step');
    const { steps } = call('beam', { beam: 3 });
    for (let s = 0; s < 3; ++s) for (let i = 0; i < Math.min(6, steps[s].length); ++i) await same(page, `logP ${s} ${i}`, steps[s][i].logP, 0.0051);
    await page.focus('.ex-hypothesis.chosen');
    await page.keyboard.press('ArrowDown');
    assert.match(await page.textContent('.ex-formula'), /log P\(.*\) = .* = −\d\.\d\d$/);
  },
};
for (const lesson of lessons)
  test(`lesson ${lesson}: by keyboard, with the native numbers`, { skip }, async () => {
    const { page, wrong, close } = await open(lesson);
    const before = await page.textContent('.ex-live');
    await byKeyboard[lesson](page);
    assert.notEqual(await page.textContent('.ex-live'), before, 'nothing was said about the change');
    assert.deepEqual(wrong, []);
    await close();
  });

test('lesson 37: a word is dragged to another place', { skip }, async () => {
  const { page, wrong, close } = await open('37');
  const [from, to] = await Promise.all(['2', '0'].map((word) => page.locator(`[data-word="${word}"]`).boundingBox()));  // man bites dog
  await page.mouse.move(from.x + 20, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 10, to.y + 20, { steps: 8 });
  await page.mouse.up();
  await page.waitForFunction(() => /bites dog man/.test(document.querySelectorAll('.ex-vectors caption')[1].textContent));
  assert.deepEqual(wrong, []);
  await close();
});

test('on a phone, in light and dark, in both languages: nothing too wide, nothing that axe objects to', { skip }, async () => {
  for (const lesson of lessons)
    for (const [language, colorScheme] of [['', 'light'], ['zh/', 'dark']]) {
      if (!existsSync(path.join(site, language, 'lessons', names.find((name) => name.startsWith(lesson))))) continue;  // not translated yet
      const { page, wrong, close } = await open(lesson, { language, colorScheme, viewport: { width: 390, height: 844 } }), where = `${language}${lesson}, ${colorScheme}`;
      const [wide, room] = await page.$eval('.ex', (place) => [place.scrollWidth, place.clientWidth]);
      assert.ok(wide <= room && room <= 390, `${where}: ${wide} pixels wide, with room for ${room}`);
      if (language) assert.match(await page.textContent('.ex-live'), /\p{Script=Han}/u);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run('.ex', { resultTypes: ['violations'] }));
      assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${where}, ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
      assert.deepEqual(wrong, []);
      await close();
    }
});

test('nothing moves for who asks for reduced motion', { skip }, async () => {
  const { page, close } = await open('12', { reducedMotion: 'reduce' });
  for (let i = 0; i < 2; ++i) await press(page, 'Backward: next node');
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.flows')).animationName), 'none');
  await close();
});
