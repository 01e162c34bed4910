// A lesson's exercise as its page shows it: each hole with what stands above it, the hints of its checks and its solution, both folded.
import { escape, highlight } from './code.mjs';

/// The part between the two includes, as chunks that blank lines at the outermost level separate.
function chunks(code) {
  const middle = code.split('#include "exercise_checks.h"')[0].replace(/^#(include|pragma).*\n/gm, '');
  const found = [];
  let depth = 0, chunk = '';
  for (const line of middle.split('\n')) {
    if (!line.trim() && depth === 0) { if (chunk.trim()) found.push(chunk); chunk = ''; continue; }
    chunk += line + '\n';
    const bare = line.replace(/"(?:[^"\\]|\\.)*"|'.'|\/\/.*/g, '');
    depth += bare.split('{').length - bare.split('}').length;
  }
  if (chunk.trim()) found.push(chunk);
  return found;
}

const namesIn = (chunk) => [...chunk.replace(/^\s*\/\/.*\n/gm, '').matchAll(/^(?!\s|return)[\w:<>,&*\s]*?\b(\w+)\(/gm)].map((match) => match[1]);
const calls = (text, name) => new RegExp(`\\b${name}\\(`).test(text);
const string = (literals) => literals.split(/"\s*"/).join('').replace(/^\s*"|"\s*$/g, '').replace(/\\(.)/g, '$1');

function checks(code) {
  return code.split(/^(?=EXERCISE\()/m).slice(1).map((text) => {
    const [, name, hint] = text.match(/^EXERCISE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/) ?? [];
    return { name: name && string(name), hint: hint && string(hint), text };
  }).filter(({ name }) => name);
}

const code = (text) => `<div class="language-cpp vp-adaptive-theme"><pre tabindex="0"><code>${highlight(text.trimEnd() + '\n', 'cpp').replace(/\byour_turn(_here\(\))?/g, '<mark>$&</mark>')}</code></pre></div>`;
const folded = (title, content) => `<details class="fold"><summary>${title}</summary>\n${content}\n</details>`;

export function exercise(repository, lesson, t) {
  const read = (file) => (repository.has(`lessons/${lesson}/${file}`) ? repository.read(`lessons/${lesson}/${file}`) : '');
  const given = chunks(read('exercise.cpp')).filter((chunk) => !/^(\/\/.*\n)+$/.test(chunk)), solved = chunks(read('solution.cpp')), tests = checks(read('exercise_checks.h'));
  const holes = given.filter((chunk) => chunk.includes('your_turn'));
  if (!holes.length) return '';
  const names = holes.flatMap(namesIn);
  const parts = given.map((chunk) => {
    if (!chunk.includes('your_turn')) return code(chunk);
    const own = namesIn(chunk);
    // A check that needs several answers belongs to the last of them; a function that only the solution has, to the answer that needs it.
    const hints = tests.filter(({ text }, i) => own.includes(names.filter((name) => calls(text, name)).at(-1) ?? names[Math.min(i, names.length - 1)]));
    const answer = solved.filter((part) => namesIn(part).some((name) => own.includes(name)));
    const helpers = solved.filter((part) => !namesIn(part).some((name) => names.includes(name)) && namesIn(part).some((name) => !given.some((chunk) => namesIn(chunk).includes(name)) && answer.some((text) => calls(text, name))));
    return code(chunk) + (hints.length ? folded(t.hint, `<ul>${hints.map(({ name, hint }) => `<li>${escape(name)}: ${escape(hint)}</li>`).join('')}</ul>`) : '') + (answer.length ? folded(t.solution, code([...helpers, ...answer].join('\n'))) : '');
  });
  return `<section class="exercise" aria-labelledby="holes" v-pre>\n<h3 id="holes">${t.title}</h3>\n<p><code>make exercise-${lesson.slice(0, 2)}</code> ${t.intro}</p>\n${parts.join('\n')}\n</section>\n`.replace(/\n(?=\n)/g, '&#10;').replace(/\{\{/g, '&#123;&#123;');
}
