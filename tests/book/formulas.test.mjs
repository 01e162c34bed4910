// The converter of plain formulas: what it reads, and what it leaves alone.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const work = path.resolve(process.env.BOOK_WORK);
const { display, formula, inline } = await import(`${work}/formulas.mjs`);

/// MathML in short: a_(i) for a subscript, a^(i), (a)/(b) for a fraction, √(a), ∑_(j).
function short(html) {
  if (html === null) return null;
  const tokens = html.match(/<\/?[a-z]+[^>]*>|[^<]+/g), at = { i: 0 };
  const children = (end) => {
    const found = [];
    while (at.i < tokens.length && tokens[at.i] !== end) found.push(node());
    at.i++;
    return found;
  };
  function node() {
    const token = tokens[at.i++], tag = token.match(/^<([a-z]+)/)?.[1];
    if (!tag) return token.replace('\u2061', '');
    if (tag === 'mspace') { if (!token.endsWith('/>')) children('</mspace>'); return ' '; }
    const c = children(`</${tag}>`);
    if (tag === 'msub' || tag === 'munder') return `${c[0]}_(${c[1]})`;
    if (tag === 'msup') return `${c[0]}^(${c[1]})`;
    if (tag === 'msubsup') return `${c[0]}_(${c[1]})^(${c[2]})`;
    if (tag === 'mfrac') return `(${c[0]})/(${c[1]})`;
    if (tag === 'msqrt') return `√(${c.join('')})`;
    return c.join('');
  }
  const out = [];
  while (at.i < tokens.length) out.push(node());
  return out.join('').replace(/\s+/g, ' ');
}

for (const [text, expected] of [
  ['alpha = softmax(S)', 'α=softmax(S)'],
  ['Q = X W_q^T', 'Q=X W_(q)^(T)'],
  ['S = Q K^T / sqrt(d_k)', 'S=(Q K^(T))/(√(d_(k)))'],
  ['alpha_ij = exp(s_ij) / sum_j exp(s_ij)', 'α_(ij)=(exp(s_(ij)))/(∑_(j)exp(s_(ij)))'],
  ['softmax(Q K^T / sqrt(d)) V', 'softmax((Q K^(T))/(√(d))) V'],
  ['e_j = v . tanh(W1 q + W2 k_j)', 'e_(j)=v·tanh(W_(1) q+W_(2) k_(j))'],
  ['e_j = -(q - k_j)^2 / (2 h^2)', 'e_(j)=−((q−k_(j))^(2))/(2 h^(2))'],
  ['h_t = tanh(W x_t + b + U h_(t-1))', 'h_(t)=tanh(W x_(t)+b+U h_(t−1))'],
  ['d h_T / d x_(T-k) = D_T U D_(T-1) U ... D_(T-k) W', '(d h_(T))/(dx_(T−k))=D_(T) U D_(T−1) U … D_(T−k) W'],
  ['m <- 0.9 m + 0.1 g', 'm←0.9 m+0.1 g'],
  ['v <- 0.999 v + 0.001 g²', 'v←0.999 v+0.001 g^(2)'],
  ['z_j = sum_{i=1..n} alpha_ij x_i', 'z_(j)=∑_(i=1…n)α_(ij) x_(i)'],
  ['g_n <- g_n min(1, C / |g_n|)', 'g_(n)←g_(n) min(1,(C)/(|g_(n)|))'],
  ["x' = x + eps s", 'x^(′)=x+ε s'],
  ['p(text) = p(c_1) p(c_2 | c_1) ...', 'p(text)=p(c_(1)) p(c_(2)|c_(1)) …'],
  ['L = I - D^-1/2 A D^-1/2', 'L=I−D^(−1/2) A D^(−1/2)'],
  ['w <- w - lr (m / (1 - 0.9^t)) / (sqrt(v / (1 - 0.999^t)) + eps)', 'w←w−(lr((m)/(1−0.9^(t))))/(√((v)/(1−0.999^(t)))+ε)'],
  ['L = -log p[target]', 'L=−log p[target]'],
  ['head_i = softmax(Q_i K_i^T / sqrt(dk)) V_i', 'head_(i)=softmax((Q_(i) K_(i)^(T))/(√(d_(k)))) V_(i)'],
  ['y = concat(head_0, ..., head_h-1) W_out^T', 'y=concat(head_(0),…,head_(h−1)) W_(out)^(T)'],
])
  test(`reads ${text}`, () => assert.equal(short(formula(text, { fractions: true })), expected));

for (const text of ['a score for each key', 'scores (得分), also called logits', 'row by row', 'post-norm', 'softmax over j of v . tanh(W1 s_t)', '(4, 4): attention weights', 'number = (1 + fraction / 2^(bits of fraction)) 2'])
  test(`leaves the words: ${text}`, () => assert.equal(formula(text, { fractions: true }), null));

for (const text of ['W_q', 'Q K^T', 'alpha', 'x', 'd_model', 'alpha_ij / (1 - alpha_ij)', '0.9 · (-0.6) + 0.1 · 0.9', 'z_i = sum_j alpha_ij x_j'])
  test(`sets \`${text}\``, () => assert.ok(inline(text)));
for (const text of ['0.4116', '-0.2100', '1,000', '(2, 3)', '1.3e-10', 'e3069283', 'matmul(Q, transpose(K))', 'axis', 'softmax', 'std::sqrt(2)', '--break=columns', 'make lesson-41', 'four_words.cpp', 'x_train', 'mean(X, 0)', 'x.size(0)', 'true', 'your_turn', 'L.backward()', '|', 'x +'])
  test(`leaves \`${text}\` as code`, () => assert.equal(inline(text), null));

test('a remark beside a formula stays text', () => {
  const html = display('S = Q K^T                   (4, 4): how well they fit; d_k = 2\nalpha = softmax(S)          the weights (注意力权重)');
  assert.equal(html.match(/<math/g).length, 3);
  assert.match(html, /the weights \(注意力权重\)/);
});
test('a block without a formula is none', () => assert.equal(display('make lesson-41   # a moment\n'), null));

test('every formula of every page keeps its letters', () => {
  const root = path.resolve('lessons');
  let blocks = 0;
  for (const lesson of readdirSync(root).filter((name) => /^\d\d_/.test(name)))
    for (const page of readdirSync(`${root}/${lesson}`).filter((name) => /^README.*\.md$/.test(name)))
      for (const block of readFileSync(`${root}/${lesson}/${page}`, 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '').match(/(?<=\n\n)(?:    \S.*\n)+/g) ?? []) {
        const html = display(block.replace(/^    /gm, ''));
        if (!html) continue;
        blocks++;
        // Words of three letters and more that are not set as a sign must all be there.
        const there = html.replace(/<[^>]+>/g, ' ');
        for (const word of block.match(/(?<![A-Za-z_])[A-Za-z]{4,}(?![A-Za-z])/g) ?? [])
          assert.ok(there.includes(word) || /^(sqrt|alpha|beta|gamma|delta|theta|sigma|dxhat)$/.test(word), `${lesson}/${page}: ${word} is lost`);
      }
  assert.ok(blocks > 50);
});
