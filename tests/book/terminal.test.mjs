// The terminal's signs, and the search's words.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';

const work = path.resolve(process.env.BOOK_WORK);
const { Terminal } = await import(`${work}/run/terminal.mjs`);
const { words } = await import(`${work}/words.mjs`);
const { slugify } = await import(`${work}/markdown.mjs`);
const { relative, address } = await import(`${work}/repository.mjs`);

function shown(...pieces) {
  const terminal = new Terminal();
  for (const piece of pieces) terminal.write(piece);
  return [...terminal.lines, terminal.current()];
}

test('lines', () => assert.deepEqual(shown('a\nb', 'c\n'), ['a', 'bc', '']));
test('signs of HTML', () => assert.deepEqual(shown('<b> & "x"'), ['&lt;b&gt; &amp; "x"']));
test('progress rewrites its line', () => assert.deepEqual(shown('step 10', '\r\x1b[Kstep 9', '\r\x1b[K'), ['']));
test('a carriage return alone writes over', () => assert.deepEqual(shown('abc\rx'), ['xbc']));
test('colours', () => assert.deepEqual(shown('\x1b[1;31mred\x1b[0m plain'), ['<span style="color:var(--ansi-red);font-weight:bold">red</span> plain']));
test('24-bit colours', () => assert.deepEqual(shown('\x1b[38;2;1;2;3;48;2;4;5;6mx\x1b[m'), ['<span style="color:rgb(1 2 3);background:rgb(4 5 6)">x</span>']));
test('256 colours', () => assert.deepEqual(shown('\x1b[38;5;196mx\x1b[0m'), ['<span style="color:rgb(255 0 0)">x</span>']));
test('a sequence in two pieces', () => assert.deepEqual(shown('\x1b[3', '2mx\x1b[39my'), ['<span style="color:var(--ansi-green)">x</span>y']));
test('two columns for a Chinese character', () => assert.deepEqual(shown('吃x'), ['<b>吃</b>x']));

test('Chinese in pairs', () => assert.deepEqual(words('注意力 attention 32'), ['注意', '意力', '力', 'attention', '32']));
test('words around Chinese', () => assert.deepEqual(words('自注意（self-attention）'), ['自注', '注意', '意', 'self', 'attention']));

test('anchors as on the code host', () => {
  assert.equal(slugify('7 "苹果 has a high weight": which number is that?'), '7-苹果-has-a-high-weight-which-number-is-that');
  assert.equal(slugify('8 Q = W X: are words rows or columns?'), '8-q--w-x-are-words-rows-or-columns');
});
test('addresses', () => {
  assert.equal(address('README.md'), '/');
  assert.equal(address('lessons/41_four_words/README.zh.md'), '/zh/lessons/41_four_words/');
  assert.equal(address('lessons/ERRATA.md'), '/lessons/errata/');
  assert.equal(relative('/zh/lessons/41_four_words/', '/code/src/qkv/ops/matmul.cpp.html#L3'), '../../../code/src/qkv/ops/matmul.cpp.html#L3');
  assert.equal(relative('/lessons/41_four_words/', '/'), '../../');
  assert.equal(relative('/code/src/a.cpp.html', '/code/src/'), './');
});
