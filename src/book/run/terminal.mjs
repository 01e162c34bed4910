// What a lesson prints, as lines of HTML: ANSI colours, and the signs with which progress rewrites its line.
const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/// One of the 256 colours as a colour of CSS.
function palette(n) {
  if (n < 16) return `var(--ansi-${n >= 8 ? 'bright-' : ''}${colours[n % 8]})`;
  if (n >= 232) return `rgb(${Array(3).fill(8 + 10 * (n - 232)).join(' ')})`;
  const level = (k) => [0, 95, 135, 175, 215, 255][k % 6];
  return `rgb(${level(Math.floor((n - 16) / 36))} ${level(Math.floor((n - 16) / 6))} ${level(n - 16)})`;
}

export class Terminal {
  constructor() { this.lines = []; this.style = {}; this.line = []; this.column = 0; this.pending = ''; }

  /// Takes text as it is printed; afterwards `lines` holds the finished lines' HTML (take them away as you like), and current() the unfinished one.
  write(text, kind = '') {
    text = this.pending + text;
    const cut = text.match(/\x1b(?:\[[\d;]*)?$/);  // a sequence that has not arrived completely
    this.pending = cut ? cut[0] : '';
    if (cut) text = text.slice(0, cut.index);
    for (const [piece] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|\n|\r|[^\x1b\n\r]+|\x1b/g)) {
      if (piece === '\n') this.end();
      else if (piece === '\r') this.column = 0;
      else if (piece.endsWith('m') && piece.startsWith('\x1b[')) this.select(piece.slice(2, -1).split(';').map(Number));
      else if (piece.startsWith('\x1b[') && piece.endsWith('K')) this.line.length = this.column;
      else if (!piece.startsWith('\x1b')) for (const sign of piece) this.line[this.column++] = { sign, style: this.css(), kind };
    }
  }

  end() { this.lines.push(this.current()); this.line = []; this.column = 0; }

  select(codes) {
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i], take = () => (codes[i + 1] === 2 ? `rgb(${codes.slice(i + 2, (i += 4) + 1).join(' ')})` : palette(codes[(i += 2)]));
      if (code === 0) this.style = {};
      else if (code === 1) this.style.bold = true;
      else if (code === 2) this.style.dim = true;
      else if (code === 4) this.style.underline = true;
      else if (code === 7) this.style.inverse = true;
      else if (code === 22) this.style.bold = this.style.dim = false;
      else if (code >= 30 && code <= 37) this.style.fore = palette(code - 30);
      else if (code === 38) this.style.fore = take();
      else if (code === 39) this.style.fore = undefined;
      else if (code >= 40 && code <= 47) this.style.back = palette(code - 40);
      else if (code === 48) this.style.back = take();
      else if (code === 49) this.style.back = undefined;
      else if (code >= 90 && code <= 97) this.style.fore = palette(code - 82);
      else if (code >= 100 && code <= 107) this.style.back = palette(code - 92);
    }
  }

  css() {
    const { bold, dim, underline, inverse } = this.style;
    let { fore, back } = this.style;
    if (inverse) [fore, back] = [back ?? 'var(--ansi-paper)', fore ?? 'var(--ansi-ink)'];
    return [fore && `color:${fore}`, back && `background:${back}`, bold && 'font-weight:bold', dim && 'opacity:.7', underline && 'text-decoration:underline'].filter(Boolean).join(';');
  }

  current() {
    let html = '', style = '', kind = '';
    const close = () => (style || kind ? '</span>' : '');
    for (const cell of Array.from(this.line, (cell) => cell ?? { sign: ' ', style: '', kind: '' })) {
      if (cell.style !== style || cell.kind !== kind) {
        html += close();
        ({ style, kind } = cell);
        if (style || kind) html += `<span${kind && ` class="${kind}"`}${style && ` style="${style}"`}>`;
      }
      const sign = escapes[cell.sign] ?? cell.sign;
      html += wide.test(cell.sign) ? `<b>${sign}</b>` : sign;
    }
    return html + close();
  }
}
