// The finished site, as a reader's browser gets it: every page below a path of some depth, from a plain file server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { serve } from '../../src/book/serve.mjs';

const build = process.env.BUILD, site = path.resolve(build, 'book'), require = createRequire(path.resolve(process.env.BOOK_WORK, 'package.json'));
const { chromium } = require('playwright-core'), axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const limit = 300_000;  // bytes that a page may need before the engine is asked for

const pages = readdirSync(site, { recursive: true }).filter((file) => file.endsWith('.html') && file !== '404.html').map((file) => file.replace(/(^|\/)index\.html$/, '$1')).sort();
const isCode = (page) => page.startsWith('code/');
const lessons = existsSync(path.join(build, 'wasm/lessons.json')) ? JSON.parse(readFileSync(path.join(build, 'wasm/lessons.json'), 'utf8')) : {};

let server, url, browser, context;
before(async () => {
  ({ server, url } = await serve(site, 0, '/some/where/'));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });  // no sandbox: CI runs as root
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
});
after(async () => { await browser?.close(); server?.close(); });

/// A page with what went wrong in it: messages, refused requests, requests to elsewhere.
async function open(address, options) {
  const page = await (options ? await browser.newContext(options) : context).newPage(), wrong = [];
  let bytes = 0;
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) wrong.push(`asks for ${request.url()}`); });
  page.on('response', (response) => { if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`); });
  page.on('requestfinished', async (request) => { bytes += (await request.sizes().catch(() => null))?.responseBodySize ?? 0; });
  await page.goto(url + address, { waitUntil: 'networkidle' });
  return { page, wrong, weight: () => bytes };
}

const ids = new Map(), links = [];  // what can be linked to, and every link with its page

for (const name of pages)
  test(`/${name}`, async () => {
    const { page, wrong, weight } = await open(name);
    try {
      const bytes = weight();
      assert.ok(bytes < limit, `needs ${bytes} bytes`);
      const found = await page.evaluate(async () => {
        const broken = [];
        for (const image of document.images) {
          image.loading = 'eager';
          await image.decode().catch(() => broken.push(image.src));
        }
        return { broken, ids: [...document.querySelectorAll('[id]')].map((e) => e.id), links: [...document.querySelectorAll('a[href]')].map((a) => a.href), untitled: !document.title,
          unnamed: [...document.images].filter((image) => !image.alt).map((image) => image.src), policy: !!document.querySelector('meta[http-equiv="Content-Security-Policy"]') };
      });
      ids.set(name, new Set(found.ids));
      links.push(...found.links.map((to) => ({ from: name, to })));
      assert.deepEqual(found.broken, [], 'pictures that do not load');
      assert.deepEqual(found.unnamed, [], 'pictures without a description');
      assert.ok(found.policy && !found.untitled);
      if (!isCode(name) || name.endsWith('ops/attention.cpp.html')) {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'wider than a phone');
      assert.deepEqual(wrong, []);
    } finally { await page.close(); }
  });

test('every link leads somewhere', () => {
  const broken = new Set();
  for (const { from, to } of links) {
    const address = new URL(to);
    if (!to.startsWith(url)) { if (address.protocol !== 'https:') broken.add(`${from}: ${to}`); continue; }
    const name = decodeURIComponent(address.href.slice(url.length).split(/[?#]/)[0]), file = path.join(site, name);
    if (!existsSync(file) || (statSync(file).isDirectory() && !existsSync(path.join(file, 'index.html')))) broken.add(`${from}: ${name}`);
    else if (address.hash && ids.has(name) && !ids.get(name).has(decodeURIComponent(address.hash.slice(1)))) broken.add(`${from}: ${name}${decodeURIComponent(address.hash)}`);
  }
  assert.deepEqual([...broken], []);
});

test('menus still lead to the right place after a page was changed without loading', async () => {
  const { page, wrong } = await open('lessons/41_four_words/');
  await page.click('.VPSidebar a:has-text("42 ")');
  await page.waitForFunction(() => /42/.test(document.querySelector('h1').textContent));
  await page.click('.VPNavBarTitle a');
  await page.waitForFunction(() => document.querySelector('.VPHero'));
  assert.equal(page.url(), url);
  await page.goBack();
  await page.waitForFunction(() => /42/.test(document.querySelector('h1').textContent));
  assert.deepEqual(wrong, []);
  await page.close();
});

for (const [where, what, expected] of [['', 'broadcasting', /Tensors/], ['', 'layer norm', /Transformer/], ['', '苹果', /Four words/], ['zh/', '注意力', /注意力/], ['zh/', '猫', /猫/]])
  test(`the search finds ${what} from /${where}`, async () => {
    const { page, wrong } = await open(where);
    await page.click('#local-search button');
    await page.fill('#localsearch-input', what);
    await page.waitForSelector('#localsearch-list .result', { timeout: 60_000 });
    assert.match(await page.textContent('#localsearch-list'), expected);
    assert.deepEqual(wrong, []);
    await page.close();
  });

test('dark, and without scripts', async () => {
  const dark = await open('lessons/41_four_words/', { colorScheme: 'dark' });
  await dark.page.evaluate(axe);
  const { violations } = await dark.page.evaluate(() => axe.run({ runOnly: ['color-contrast'] }));
  assert.deepEqual(violations.flatMap(({ nodes }) => nodes.map((node) => node.html.slice(0, 160))), []);
  await dark.page.context().close();
  const still = await open('lessons/41_four_words/', { javaScriptEnabled: false });
  assert.match(await still.page.textContent('.run-expected'), /41 {2}Four words/);
  assert.match(await still.page.getAttribute('.vp-doc a:has-text("lesson 36")', 'href'), /^\.\.\/36_masks\/$/);
  await still.page.context().close();
});

// ---- Lessons run

async function run(page) {
  await page.click('.run-button');
  await page.waitForFunction(() => /^(done|stopped|failed)/.test(document.querySelector('.run-status').textContent), null, { timeout: 300_000 });
  return page.evaluate(() => {
    const copy = document.querySelector('.run-output').cloneNode(true), errors = [...copy.querySelectorAll('.err')];
    const err = errors.map((span) => span.textContent).join('\n');
    for (const span of errors) span.remove();
    return { out: copy.textContent, err, status: document.querySelector('.run-status').textContent, pictures: document.querySelectorAll('.run-pictures img').length };
  });
}

for (const lesson of ['11_tensors', '31_additive', '41_four_words', '45_gradients', '46_neighbours'])
  test(`lesson ${lesson} runs in the page and prints what is expected`, { skip: !lessons[lesson] && 'the engine was not compiled' }, async () => {
    const { page, wrong } = await open(`lessons/${lesson}/`);
    const { out, err, status } = await run(page);
    assert.match(status, /^done in [\d.]+ s$/);
    const scratch = mkdtempSync(path.join(tmpdir(), 'qkv-book-'));
    try {
      const plain = (text) => text.replace(/[·░▒▓█]+/g, '');  // in the page a heat map has colours, not shades
      writeFileSync(path.join(scratch, 'expected'), plain(readFileSync(`lessons/${lesson}/expected.txt`, 'utf8')));
      writeFileSync(path.join(scratch, 'out'), plain(out));
      writeFileSync(path.join(scratch, 'err'), err);
      const compared = spawnSync(path.join(build, 'tests/same-lines'), [path.join(scratch, 'expected'), path.join(scratch, 'out'), path.join(scratch, 'err')], { encoding: 'utf8' });
      assert.equal(compared.status, 0, compared.stdout + compared.stderr + (compared.error ?? ''));
    } finally { rmSync(scratch, { recursive: true }); }
    assert.deepEqual(wrong, []);
    await page.close();
  });

test('the first line stands there within two seconds, the pictures after the run', { skip: !lessons['41_four_words'] && 'the engine was not compiled' }, async () => {
  const { page } = await open('lessons/41_four_words/');
  const begin = Date.now();
  await page.click('.run-button');
  await page.waitForFunction(() => document.querySelector('.run-output').textContent.length > 20);
  const waited = Date.now() - begin;
  if (!process.env.SLOW) assert.ok(waited < 2000, `${waited} ms`);
  await page.waitForSelector('.run-pictures img');
  await page.close();
});

test('a break, by keyboard: something differs', { skip: !lessons['41_four_words'] && 'the engine was not compiled' }, async () => {
  const { page } = await open('lessons/41_four_words/');
  await page.selectOption('.run-controls select', 'columns');
  await page.focus('.run-controls select');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /^done/.test(document.querySelector('.run-status').textContent), null, { timeout: 60_000 });
  assert.match(await page.textContent('.run-output'), /\n +\+/);
  assert.match(await page.textContent('.run-command'), /--break=columns/);
  await page.close();
});

test('Stop stops', { skip: !lessons['39_side_by_side'] && 'the engine was not compiled' }, async () => {
  const { page } = await open('lessons/39_side_by_side/');
  await page.uncheck('.run-controls input[type=checkbox]');
  await page.click('.run-button');
  await page.waitForFunction(() => document.querySelector('.run-output').textContent.length > 20, null, { timeout: 60_000 });
  await page.click('.run-button');
  assert.match(await page.textContent('.run-status'), /^stopped/);
  await page.close();
});
