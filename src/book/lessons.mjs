// node lessons.mjs FOLDER LESSON...: what each lesson in FOLDER accepts, as JSON, from what its --help prints:
//   { "41_four_words": { number, title, chinese, about, breaks: [{ name, effect }], seeds: true or false, files: [{ name, purpose }], bytes } }
import { statSync } from 'node:fs';
import { lessonOutput } from './run/node.mjs';

const [folder, ...lessons] = process.argv.slice(2);
const all = {};
for (const lesson of lessons) {
  const { out } = await lessonOutput(folder, lesson, ['--help']);
  const [heading, ...rest] = out.split('\n');
  const [, number, title, , chinese = ''] = heading.match(/^(\d+) {2}(.*?)( \((.*)\))?$/);
  const about = rest.slice(0, rest.findIndex((line) => line.startsWith('Usage:'))).join(' ');
  const options = rest.slice(rest.indexOf('Options:') + 1);
  const breakAt = options.findIndex((line) => line.startsWith('  --break '));
  const breaks = [];
  for (let i = breakAt + 1; breakAt >= 0 && options[i].startsWith(' '.repeat(22)); ++i) {
    const [, name, effect] = options[i].trim().match(/^(\S+)\s+(.*)$/);
    breaks.push({ name, effect });
  }
  const files = [...out.matchAll(/^ {2}--(\S+) FILE:FILE\s+(.*)$/gm)].map(([, name, purpose]) => ({ name, purpose }));
  const bytes = ['js', 'wasm'].reduce((sum, kind) => sum + statSync(`${folder}/${lesson}.${kind}`).size, 0);
  all[lesson] = { number, title, chinese, about, breaks, seeds: /^ {2}--seeds /m.test(out), files, bytes };
}
console.log(JSON.stringify(all, null, 1));
