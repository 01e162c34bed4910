// Source code as HTML: highlighted by classes (so that light and dark share one page), and with numbered lines that can be linked to.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import json from 'highlight.js/lib/languages/json';
import makefile from 'highlight.js/lib/languages/makefile';
import python from 'highlight.js/lib/languages/python';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = { bash, cpp, json, makefile, python, yaml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

export const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

export function highlight(code, language) {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escape(code);
}

/// Which language a file is in, by its name and its first line.
export function languageOf(file, text = '') {
  const endings = { h: 'cpp', cpp: 'cpp', py: 'python', json: 'json', yml: 'yaml', mk: 'makefile' };
  return endings[file.split('.').at(-1)] ?? (/(^|\/)Makefile$/.test(file) ? 'makefile' : /^#!.*python/.test(text) ? 'python' : /^#!/.test(text) ? 'bash' : 'text');
}

/// A terminal gives a Chinese character two columns; a browser's fonts don't agree on that, so each gets a box of two.
export const twoColumns = (html) => html.replace(/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g, '<b>$&</b>');

/// The lines of highlighted HTML; a span that runs over several lines is closed and opened again at each.
export function linesOf(html) {
  const open = [];
  return html.replace(/\n$/, '').split('\n').map((line) => {
    const before = open.join('');
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) tag === '</span>' ? open.pop() : open.push(tag);
    return before + line + '</span>'.repeat(open.length);
  });
}

export function numbered(code, language) {
  const lines = linesOf(highlight(code, language)).map((line, i) => `<a id="L${i + 1}" href="#L${i + 1}" tabindex="-1" aria-hidden="true"></a>${line}`);
  return `<div class="source"><pre v-pre tabindex="0"><code>${lines.join('\n')}\n</code></pre></div>`;
}

/// Without the margin that a lesson's output has in a terminal.
function outdented(text) {
  const margin = Math.min(...text.split('\n').filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return text.replace(new RegExp(`^ {${margin}}`, 'gm'), '');
}

/// What VitePress makes of a fenced block, with our highlighting; `where` is a link to the lines in their file.
export function block(code, language, where = '') {
  const shown = language === 'output' ? twoColumns(escape(outdented(code))) : highlight(code, language);
  return `<div class="language-${language || 'text'} vp-adaptive-theme"><button title="Copy" class="copy"></button>${where}<pre v-pre tabindex="0"><code>${shown}</code></pre></div>\n`;
}
