// Formulas as the pages write them in plain text, "alpha_ij = exp(s_ij) / sum_k exp(s_ik)", set as MathML. What does not read as a formula is
// left as it stands.
//
//   inline(code)   what stands between backticks -> MathML, or null if it is code, a number or words
//   display(text)  an indented block -> HTML: formulas, with the remarks beside them as text, or null if there is no formula in it
import { escape } from './code.mjs';

const greek = { alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', eps: 'ε', epsilon: 'ε', eta: 'η', theta: 'θ', lambda: 'λ', mu: 'μ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', omega: 'ω' };
const functions = new Set(['softmax', 'exp', 'log', 'log2', 'ln', 'tanh', 'sigmoid', 'relu', 'gelu', 'sin', 'cos', 'min', 'max', 'mean', 'var', 'norm', 'sign', 'argmax', 'diag', 'concat', 'cov', 'erf']);
const relations = { '=': '=', '<-': '←', '->': '→', '<=': '≤', '>=': '≥', '+=': '+=', '<': '&lt;', '>': '&gt;', '≤': '≤', '≥': '≥', '≈': '≈', '≠': '≠', '|': '|', '~': '∼' };
// Words that no variable is called: where one stands, the text is prose.
const prose = new Set('a an and are as at be because by each every for from has have in is it its no not of on one only or over the then this to two what where which who with without if all row rows column columns word words'.split(' '));

// ---- Reading

function tokens(text) {
  const found = [], pattern = /(\s*)(\d+(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+|[A-Za-z]+(?:\d+)?'*|\.\.\.|<-|->|<=|>=|\+=|\.\.|[-+*/=<>()[\]{}|,;:._^²³√∞·×≤≥≈≠~−])/gy;
  let match, end = 0;
  while ((match = pattern.exec(text))) { found.push({ text: match[2], apart: match[1] !== '', at: end }); end = pattern.lastIndex; }
  return text.slice(end).trim() === '' ? found : null;
}

class Unreadable extends Error {}

class Reader {
  constructor(list, { strict, fractions }) { Object.assign(this, { list, at: 0, strict, fractions, signs: 0, inside: 0 }); }

  get next() { return this.list[this.at]?.text; }
  get isNear() { return this.at < this.list.length && !this.list[this.at].apart; }
  take(text) { if (this.next !== text) throw new Unreadable(); this.at++; }
  fail() { throw new Unreadable(); }

  /// a = b <- c, with commas inside brackets.
  relation(commas) {
    let out = this.next in relations ? '' : this.sum();
    while (this.next in relations || (commas && this.next === ',')) {
      const sign = this.list[this.at++].text;
      if (sign === ',') out += '<mo separator="true">,</mo>';
      else { out += `<mo>${relations[sign]}</mo>`; this.signs++; }
      out += this.sum();
    }
    return out;
  }

  /// a + b - c
  sum() {
    let out = '';
    if (this.next === '-' || this.next === '−' || this.next === '+') { out += `<mo form="prefix">${this.next === '+' ? '+' : '−'}</mo>`; this.at++; this.signs++; }
    out += this.product();
    while (['+', '-', '−'].includes(this.next)) {
      out += `<mo>${this.next === '+' ? '+' : '−'}</mo>`;
      if (this.word && this.isNear) this.fail();  // a hyphen
      this.at++; this.signs++;
      out += this.product();
    }
    return out;
  }

  /// a b . c / d: what stands before the slash, all of it, over the next factor.
  product() {
    let out = '', before = null;
    for (;;) {
      const factor = this.factor();
      if (before?.word && factor.word) this.fail();  // two words in a row are prose
      out += (before && !before.open && !factor.bracket ? '<mspace width=".17em"/>' : '') + factor.html;
      before = factor;
      this.word = factor.word;
      while (['/', '*', '·', '.', '×'].includes(this.next) || (this.next === 'x' && this.list[this.at].apart && this.list[this.at + 1]?.apart && this.inside === 0 && this.crosses)) {
        const sign = this.list[this.at].text;
        if (sign === '.' && !(this.list[this.at].apart && this.list[this.at + 1]?.apart)) this.fail();
        this.at++; this.signs++;
        if (sign === '/') {
          let below = this.factor();
          if (below.html === '<mi>d</mi>' && /^[A-Za-z]/.test(this.next ?? '')) below = { html: below.html + this.factor().html };
          out = this.fractions && this.inside === 0 ? `<mfrac><mrow>${bare(out)}</mrow><mrow>${bare(below.html)}</mrow></mfrac>` : `${out}<mo>/</mo>${below.html}`;
          before = { word: below.word };
        } else {
          const factor = this.factor();
          out += `<mo>${sign === '*' || sign === '×' || sign === 'x' ? (sign === '*' ? '·' : '×') : '·'}</mo>${factor.html}`;
          before = factor;
        }
      }
      if (this.next === undefined || !/^([A-Za-z\d.√∞([{]|\.\.\.)/.test(this.next) || this.next === '.' || this.next === '..') return out;
      if (/^\d/.test(this.next) && before.number) this.fail();
    }
  }

  /// An atom and what is written above and below it.
  factor() {
    const start = this.next;
    if (start === undefined) this.fail();
    if (start === '(' || start === '[' || start === '{') return this.raised({ html: this.bracket(), bracket: true });
    if (start === '|') {
      this.at++;
      const inside = this.sum();
      this.take('|');
      return this.raised({ html: `<mrow><mo stretchy="false" form="prefix">|</mo>${inside}<mo stretchy="false" form="postfix">|</mo></mrow>` });
    }
    if (start === '...') { this.at++; return { html: '<mo>…</mo>' }; }
    if (start === '∞' || start === 'inf') { this.at++; return { html: '<mi>∞</mi>' }; }
    if (start === '√' || start === 'sqrt') {
      this.at++; this.signs++;
      const inside = this.next === '(' ? bare(this.bracket()) : this.factor().html;
      return this.raised({ html: `<msqrt><mrow>${inside}</mrow></msqrt>` });
    }
    if (/^[\d.]/.test(start)) { this.at++; return this.raised({ html: `<mn>${start}</mn>`, number: true }); }
    if (/^[A-Za-z]/.test(start)) return this.name();
    return this.fail();
  }

  bracket() {
    const open = this.next, close = { '(': ')', '[': ']', '{': '}' }[open];
    this.at++;
    const slash = this.inside;
    let inside = this.next === close ? '' : this.relation(true);
    while (this.next === ';') { this.at++; inside += `<mo separator="true">;</mo>${this.relation(true)}`; }
    this.inside = slash;
    this.take(close);
    return `<mrow><mo form="prefix"${/<mfrac>|<munder/.test(inside) ? '' : ' stretchy="false"'}>${open}</mo>${inside}<mo form="postfix"${/<mfrac>|<munder/.test(inside) ? '' : ' stretchy="false"'}>${close}</mo></mrow>`;
  }

  name() {
    const token = this.list[this.at++], name = token.text.replace(/'+$/, ''), primes = token.text.length - name.length;
    if (name === 'sum' || name === 'prod') {
      this.signs++;
      const below = this.isNear && this.next === '_' ? (this.at++, this.script()) : '';
      const sign = `<mo>${name === 'sum' ? '∑' : '∏'}</mo>`;
      const rest = this.product();
      return { html: `<mrow>${below ? `<munder>${sign}${below}</munder>` : sign}${rest}</mrow>`, open: true };
    }
    const called = this.isNear && this.next === '(';
    let html, word = false;
    const digits = name.match(/^([A-Za-z]+)(\d+)$/);
    if (name in greek) html = `<mi>${greek[name]}</mi>`;
    else if (functions.has(name)) html = `<mi>${name}</mi>`;
    else if (digits && (digits[1].length === 1 || digits[1] in greek)) { html = `<msub><mi>${greek[digits[1]] ?? digits[1]}</mi><mn>${digits[2]}</mn></msub>`; this.signs++; }
    else if (name.length === 1) html = `<mi>${name}</mi>`;
    else if (name === 'dk' || name === 'dv') html = `<msub><mi>d</mi><mi>${name[1]}</mi></msub>`;
    else if (/^d([A-Z]|[a-z]$)/.test(name) && name.length === 2) html = `<mrow><mi>d</mi><mi>${name[1]}</mi></mrow>`;
    else {
      const marked = this.isNear && (this.next === '_' || this.next === '[');
      if (this.strict || (prose.has(name.toLowerCase()) && !marked && !called)) this.fail();
      word = !called && !marked;
      html = `<mi>${name}</mi>`;
    }
    if (primes) html = `<msup>${html}<mo>${'′'.repeat(primes)}</mo></msup>`;
    const out = this.raised({ html, word });
    const isFunction = functions.has(name);
    if (this.isNear && (this.next === '(' || this.next === '[')) {
      this.signs++;
      out.html = `<mrow>${out.html}${this.next === '(' ? '<mo>\u2061</mo>' : ''}${this.bracket()}</mrow>`;
      return this.raised({ html: out.html });
    }
    if (isFunction && this.next !== undefined && /^[A-Za-z\d(√|]/.test(this.next)) {  // log p, tanh (x)
      if (this.next !== '(' && this.strict && !/^log/.test(name)) this.fail();
      this.signs++;
      const argument = this.factor();
      return { html: `<mrow>${out.html}<mo>\u2061</mo><mspace width=".17em"/>${argument.html}</mrow>` };
    }
    if (isFunction && this.strict) this.fail();  // a function's bare name is the code's
    return out;
  }

  raised(atom) {
    let below = '', above = '';
    for (;;) {
      if (this.isNear && this.next === '_' && !below) {
        this.at++;
        const name = this.isNear ? this.next ?? '' : '';  // masked_fill is code, and so is x_train
        if ((/<mi>\w\w+<\/mi>$/.test(atom.html) && /^[a-z]{3,}/.test(name)) || (this.strict && /^[a-z]{4,}/.test(name) && name !== 'model')) this.fail();
        below = this.script();
      }
      else if (this.isNear && this.next === '^' && !above) { this.at++; above = this.script(true); }
      else if (this.isNear && (this.next === '²' || this.next === '³') && !above) { above = `<mn>${this.next === '²' ? 2 : 3}</mn>`; this.at++; }
      else break;
      this.signs++;
    }
    if (!below && !above) return atom;
    const tag = below && above ? 'msubsup' : below ? 'msub' : 'msup';
    return { ...atom, word: false, html: `<${tag}>${atom.html}${below}${above}</${tag}>` };
  }

  /// What follows _ or ^.
  script(above = false) {
    if (!this.isNear) this.fail();
    if (this.next === '(' || this.next === '{') {
      const close = this.next === '(' ? ')' : '}';
      this.at++; this.inside++;
      let inside = '';
      const words = [];
      for (let i = this.at; i < this.list.length && this.list[i].text !== close; i++) words.push((this.list[i].apart && words.length ? ' ' : '') + this.list[i].text);
      if (/[A-Za-z]{2,} |\.\./.test(words.join('')) && close === '}') {  // {k seen by i}, {j=1..n}
        this.at += words.length;
        const range = words.join('').match(/^(\w) ?= ?(\w+) ?\.\. ?(\w+)$/);
        inside = range ? `<mi>${range[1]}</mi><mo>=</mo><mn>${range[2]}</mn><mo>…</mo><mi>${range[3]}</mi>` : `<mtext>${escape(words.join(''))}</mtext>`;
      } else inside = this.relation(true);
      this.inside--;
      this.take(close);
      return `<mrow>${inside}</mrow>`;
    }
    let sign = '';
    if (above && this.next === '-') { sign = '<mo form="prefix">−</mo>'; this.at++; }
    const first = this.list[this.at]?.text;
    if (!first || !/^[A-Za-z\d]/.test(first)) this.fail();
    this.at++;
    let out = above && first === 'T' ? '<mi mathvariant="normal">T</mi>' : letters(first);
    if (above && first !== 'T' && this.isNear && this.next === '/' && /^\d/.test(this.list[this.at + 1]?.text ?? '')) { out += `<mo>/</mo><mn>${this.list[this.at + 1].text}</mn>`; this.at += 2; }
    const after = () => this.list[this.at + 1];
    if (!above && this.isNear && this.next === ',' && after() && !after().apart && /^[A-Za-z\d]+$/.test(after().text)) { out += `<mo separator="true">,</mo>${letters(after().text)}`; this.at += 2; }
    if (!above && this.isNear && this.next === '-' && after() && !after().apart && /^\d+$/.test(after().text)) { out += `<mo>−</mo><mn>${after().text}</mn>`; this.at += 2; }
    return `<mrow>${sign}${out}</mrow>`;
  }
}

/// The letters of an index: ij are two, "vocab" is a word, alpha a letter.
function letters(name) {
  if (/^\d+$/.test(name)) return `<mn>${name}</mn>`;
  if (name in greek) return `<mi>${greek[name]}</mi>`;
  return /^[a-z]{2}$/.test(name) && !['in', 'dk'].includes(name) ? `<mi>${name[0]}</mi><mi>${name[1]}</mi>` : `<mi>${name}</mi>`;
}

/// Without the brackets around it: a fraction and a root need none.
function bare(html) {
  const match = html.match(/^<mrow><mo form="prefix"(?: stretchy="false")?>\(<\/mo>([\s\S]*)<mo form="postfix"(?: stretchy="false")?>\)<\/mo><\/mrow>$/);
  if (!match) return html;
  let depth = 0;  // (a) (b) begins and ends with brackets too
  for (const [bracket] of match[1].matchAll(/>[()]<\/mo>/g)) { depth += bracket.includes('(') ? 1 : -1; if (depth < 0) return html; }
  return match[1];
}

/// The formula's MathML, or null.
export function formula(text, { strict = false, fractions = false } = {}) {
  const list = tokens(text);
  if (!list?.length) return null;
  const reader = new Reader(list, { strict, fractions });
  reader.crosses = /\) +x +[a-z]?\(|\d +x +\d/.test(text);
  try {
    const out = reader.relation(false);
    return reader.at === list.length && (reader.signs > 0 || (strict && /^[A-Za-z]$/.test(text.trim()))) ? out : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

const math = (html, text, display) => `<math${display ? ' displaystyle="true"' : ''} alttext="${escape(text)}">${html}</math>`;

export function inline(text) {
  if (/^[-+]?[\d.,%]+$/.test(text) || /[a-z]\.[a-z]|::|--|"|\w{2,}\(\)|^\([\d, ]*\)$|;|->|\de[-+]?\d|^e\d|\b(sum|mean|softmax|max|min|norm)\([^()]*, -?\d\)/i.test(text)) return null;
  const html = (text in greek && text !== 'eps' && `<mi>${greek[text]}</mi>`) || formula(text, { strict: true });
  return html && math(html, text, false);
}

// ---- Blocks

/// Text and formulas in turn: "attention weights: alpha_j = exp(e_j)" has one of each.
function pieces(text) {
  const parts = [];
  let depth = 0, start = 0;
  for (let i = 0; i < text.length; i++) {
    if ('([{（'.includes(text[i])) depth++;
    if (')]}）'.includes(text[i])) depth--;
    if (depth === 0 && (/^([,;:]\s|[，；：。]|\. )/.test(text.slice(i, i + 2)) || (i === text.length - 1 && /[,;:.]/.test(text[i]) && text[i - 1] !== '.'))) {
      const separator = text.slice(i).match(/^(\. |[,;:，；：。.]\s*)/)[0];
      if (separator === '. ' && /[ .]/.test(text[i - 1])) continue;  // the dot of a product, or three dots
      parts.push(text.slice(start, i), separator);
      i += separator.length - 1;
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/// Prose, with the variables in it set as such; a formula that could not be read stays as it is.
const words = (text) => (/[=/]| \. /.test(text) ? escape(text) : escape(text).replace(/\b(?:[A-Za-z]|alpha|beta|pi|sigma)_(?:[a-z0-9]{1,2}|\([^)]*\))(?![\w(])/g, (name) => { const html = formula(name); return html ? math(html, name, false) : name; }));

function segment(text) {
  const whole = formula(text, { fractions: true });
  if (whole) return { html: math(whole, text, true), formulas: 1 };
  let html = '', formulas = 0;
  pieces(text).forEach((piece, i) => {
    const set = i % 2 === 0 && piece.trim() ? formula(piece, { fractions: true }) : null;
    if (set) { html += math(set, piece.trim(), true); formulas++; } else html += i % 2 ? `<span class="words">${escape(piece.replace(/\s+/g, ' '))}</span>` : piece.trim() && `<span class="words">${words(piece)}</span>`;
  });
  return { html, formulas };
}

/// A line's segments: what is two blanks or more apart, with where each begins. A segment that goes on belongs to the one before.
function segments(line) {
  const found = [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ text: match[0], column: width(line.slice(0, match.index)) }));
  for (let i = found.length - 1; i > 0; i--) {
    const before = found[i - 1].text;
    if (/^(=|<-|\+=) /.test(found[i].text) || functions.has(before.split(' ').at(-1))) found.splice(i - 1, 2, { text: `${before} ${found[i].text}`, column: found[i - 1].column });
  }
  return found;
}
const width = (text) => [...text].reduce((sum, c) => sum + (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/.test(c) ? 2 : 1), 0);

export function display(text) {
  const lines = text.replace(/\s+$/, '').split('\n').map(segments);
  const shared = {};  // how many lines have a segment that begins there
  for (const line of lines) for (const { column } of line) shared[column] = (shared[column] ?? 0) + 1;
  const columns = Object.keys(shared).map(Number).filter((column) => shared[column] > 1 || lines.length === 1 || column === 0).sort((a, b) => a - b);
  let formulas = 0;
  const rows = lines.map((line) => {
    const cells = [];
    for (const { text, column } of line) {
      const made = segment(text), place = columns.indexOf(column);
      formulas += made.formulas;
      if (place >= 0 || !cells.length) cells.push({ place: Math.max(place, 0), html: made.html }); else cells.at(-1).html += `<span class="gap"></span>${made.html}`;
    }
    return cells.map((cell, i) => `<div style="grid-column: ${cell.place + 1} / ${(cells[i + 1]?.place ?? columns.length) + 1}${i === 0 ? '; --first: 1' : ''}">${cell.html}</div>`).join('');
  });
  if (!formulas) return null;
  return `<div class="formulas" v-pre tabindex="0" style="grid-template-columns: repeat(${columns.length}, auto)">${rows.join('\n')}</div>\n`;
}
