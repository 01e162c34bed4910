// From the repository to VitePress' input: every page's Markdown with what the book adds to it, a page for every source file, and book.json with
// the menus.       node prepare.mjs REPOSITORY BUILD
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { escape, languageOf, numbered, twoColumns } from './code.mjs';
import { exercise } from './exercises.mjs';
import { Repository, address, relative } from './repository.mjs';
import { text } from './text.mjs';
import { explorers } from './.vitepress/theme/explorers/list.js';

const [root, build] = process.argv.slice(2), repository = new Repository(root), output = 'pages';
const languages = ['en', 'zh'], prefix = { en: '', zh: '/zh' };
rmSync(output, { recursive: true, force: true });

function write(place, frontmatter, body) {
  const file = path.join(output, place.replace(/\/$/, '/index').replace(/\.html$/, '') + '.md');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `---\n${Object.entries(frontmatter).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join('')}---\n${body}`);
}

const languageOfPage = (source) => (source.endsWith('.zh.md') ? 'zh' : 'en');
const addressOfOther = (source) => (repository.other(source) ? address(repository.other(source)) : undefined);
const picture = (file) => /\.(svg|png|jpe?g)$/.test(file);
const files = new Set();  // those that get a page of their own

// ---- The repository's pages

/// What a lesson's program accepts, as make wasm found it out; no bytes if it was not compiled.
const compiled = path.resolve(root, build, 'wasm/lessons.json');
const programs = existsSync(compiled) ? JSON.parse(readFileSync(compiled, 'utf8')) : {};
function optionsOf(name) {
  const { breaks = [], seeds = false, bytes = 0 } = programs[name] ?? {};
  return { breaks, seeds, bytes };
}

function runLesson(name, t) {
  const expected = escape(repository.read(`lessons/${name}/expected.txt`));
  return `<section class="run" aria-label="${t.label.replace('{n}', name.slice(0, 2))}">\n\n<RunLesson />\n\n<pre v-pre class="run-expected" tabindex="0">${twoColumns(expected)}</pre>\n\n</section>\n`;
}

/// An explorer, if the lesson has one and the engine was compiled: a section before the exercises.
const explorersCompiled = existsSync(compiled) && existsSync(path.resolve(root, build, 'wasm/explorers.wasm'));
function withExplorer(body, name, language) {
  const explorer = explorers[name.slice(0, 2)];
  if (!explorer || !explorersCompiled) return body;
  const at = body.search(/^## (Exercises|练习)$/m);
  if (at < 0) throw new Error(`lesson ${name}: there is no heading before which the explorer could stand`);
  return `${body.slice(0, at)}## ${text[language].explorer}${explorer.title[language]}\n\n${explorer.about[language]}\n\n<Explorer lesson="${name.slice(0, 2)}" />\n\n${body.slice(at)}`;
}

function lessonBody(source, name) {
  const t = text[languageOfPage(source)];
  let body = repository.read(source);
  const commands = body.match(/^```\n[\s\S]*?^```\n/m);  // the first block says how to run the lesson; here it can be run
  body = body.replace(commands[0], () => commands[0] + '\n' + runLesson(name, t.run) + '\n');
  const holes = exercise(repository, name, t.exercise);
  body = body.replace(/\n[^\n]*\[[^\n]*\]\(\.\.\/README(?:\.zh)?\.md\)[^\n]*\s*$/, (last) => '\n' + holes + '\n' + last);  // before the way to the next lesson
  const own = repository.list(`lessons/${name}`).filter((file) => /\.(cpp|h|txt)$/.test(file) && !file.startsWith('my_')).map((file) => `lessons/${name}/${file}`);
  for (const file of own) files.add(file);
  body = withExplorer(body, name, languageOfPage(source));
  return `${body}\n<nav class="files" aria-label="${t.files}">\n\n${t.files}: ${own.map((file) => `[\`${path.basename(file)}\`](${path.basename(file)})`).join(' · ')}\n\n</nav>\n`;
}

function home(source) {
  const language = languageOfPage(source), t = text[language], body = repository.read(source);
  const [name, claim = ''] = body.match(/^# +(.*)/m)[1].split(/[:：] */);
  const lesson = (name) => address(repository.lessonPage(name, language)).replace(/^\/zh/, language === 'zh' ? '/zh' : '');
  return [{
    layout: 'home', title: name, titleTemplate: claim,
    hero: { name, text: claim, image: { src: '/home.svg', alt: t.picture }, tagline: t.tagline, actions: [{ theme: 'brand', text: t.start, link: lesson('11_tensors') },
      { theme: 'alt', text: t.all, link: lessonsPage(language) }, { theme: 'alt', text: t.byArticle, link: `${prefix[language]}/articles/` }] },
  }, body.replace(/^# .*\n/m, '')];
}

for (const source of repository.pages) {
  const language = languageOfPage(source), place = address(source);
  const lesson = source.match(/^lessons\/(\d\d_\w+)\/README/)?.[1];
  let body = repository.read(source), more = {};
  if (lesson) {
    body = lessonBody(source, lesson);
    more = { lesson, run: optionsOf(lesson) };
  } else if (/^README/.test(source)) [more, body] = home(source);
  for (const file of repository.linksOf(source)) if (!repository.known.has(file) && !picture(file)) files.add(file);
  write(place, { title: repository.title(source), ...more, source, address: place, language, other: addressOfOther(source) }, body);
}
for (const notebook of repository.notebooks) {
  const cells = JSON.parse(repository.read(notebook)).cells.map((cell) => {
    const content = [].concat(cell.source).join('');
    return cell.cell_type === 'markdown' ? content : '```cpp\n' + content.replace(/\n?$/, '\n') + '```';
  });
  const title = cells[0].match(/^# +(.*)/)[1].replace(/\s+/g, ' ');
  write(address(notebook), { title, source: notebook, address: address(notebook), language: 'en' }, cells.join('\n\n') + '\n');
}

// ---- A page for each article: its sections, and the lessons that run them

const slugs = { 资源分配: 'resource-allocation', 专注力: 'focus', 分析与预测: 'analysis-and-prediction', 解密注意力: 'decoding-attention', 认知平衡: 'cognitive-balance' };

function articlesOf(language) {
  const of = (name) => (language === 'zh' && repository.has(`${name}.zh.md`) ? `${name}.zh.md` : `${name}.md`);
  const source = of('lessons/ARTICLES'), errata = of('lessons/ERRATA');
  const names = Object.fromEntries([...repository.read(of('README')).matchAll(/^\| (.*?) \| 《(.*?)》 \|/gm)].map(([, full, short]) => [short, full]));
  return repository.read(source).split(/^(?=## )/m).slice(1).map((section) => {
    const short = section.match(/《(.*?)》/)[1], place = `${prefix[language]}/articles/${slugs[short] ?? short}/`;
    return { short, full: names[short] ?? `《${short}》`, place, source, errata, section };
  });
}

/// [41](41_four_words/README.md) says more with the lesson's title.
const withTitles = (section, source) => section.replace(/\[(\d\d)\]\((\d\d_\w+)\/README(\.zh)?\.md\)/g,
  (link, number, name) => `[${repository.title(repository.lessonPage(name, languageOfPage(source)))}](${name}/README.md)`).replace(/\)(?:, |、|，)\[/g, ')<br>[');

for (const language of languages) {
  const t = text[language], articles = articlesOf(language), swap = (place) => (language === 'zh' ? place.replace('/zh/', '/') : '/zh' + place);
  for (const { short, full, place, source, errata, section } of articles) {
    const wrong = repository.read(errata).match(new RegExp(`^## .*《${short}》.*`, 'm')) ? `[${t.wrong}](${path.basename(errata)}#${short})` : '';
    write(place, { title: `《${short}》`, source, address: place, language, other: swap(place), aside: false },
      `# 《${short}》\n\n${full}\n\n## ${t.sections}\n\n${withTitles(section.replace(/^## .*\n/, ''), source)}\n\n${wrong}\n`);
  }
  const { source } = articles[0], place = `${prefix[language]}/articles/`;
  write(place, { title: t.articles, source, address: place, language, other: swap(place), aside: false },
    `# ${t.articles}\n\n${articles.map((a) => `* <a href="./${a.place.split('/').at(-2)}/">《${a.short}》</a>　${a.full.replace(/^《.*》$/, (name) => name)}`).join('\n')}\n`);
}

// ---- A page for each source file and folder: plain HTML, which needs none of VitePress' scripts

for (const folder of ['src/qkv', ...repository.list('src/qkv').map((name) => 'src/qkv/' + name)])
  if (repository.isFolder(folder)) for (const file of repository.list(folder)) if (/\.(h|cpp)$/.test(file)) files.add(`${folder}/${file}`);
for (const file of ['lessons/exercise.h', 'lessons/exercise.cpp']) files.add(file);
const folders = new Set([...files].filter((file) => repository.isFolder(file)));
for (const folder of folders) files.delete(folder);
for (const file of [...files, ...folders]) for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) folders.add(folder);

function writeCodePage(file, content) {
  const place = repository.addressOf(file), to = (address) => relative(place, address), parts = file.split('/');
  const crumbs = parts.map((part, i) => (i === parts.length - 1 ? `<b>${part}</b>` : `<a href="${to(`/code/${parts.slice(0, i + 1).join('/')}/`)}">${part}</a>`)).join(' / ');
  const lesson = file.match(/^lessons\/(\d\d_\w+)/)?.[1];
  const pages = lesson ? repository.withTranslation(`lessons/${lesson}/README`) : ['src/README.md', 'src/README.zh.md'].filter((page) => repository.has(page));
  const target = path.join(output, 'public', place.replace(/\/$/, '/index.html'));
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${file} | qkv</title>
<link rel="icon" href="${to('/icon.svg')}">
<link rel="stylesheet" href="${to('/code.css')}">
</head>
<body class="code-page">
<header><nav aria-label="Book"><a href="${to('/')}">qkv</a> <a href="${to('/lessons/')}">Lessons</a> <a href="${to('/zh/')}" lang="zh-CN">中文</a></nav></header>
<main>
<h1>${crumbs}</h1>
<p>${pages.map((page) => `<a href="${to(address(page))}"${page.endsWith('.zh.md') ? ' lang="zh-CN"' : ''}>${escape(repository.title(page))}</a>`).join(' · ')}</p>
${content}
</main>
</body>
</html>
`);
}
for (const file of files) {
  const content = repository.read(file);
  writeCodePage(file, numbered(content, languageOf(file, content)));
}
for (const folder of folders) {
  const all = repository.list(folder).map((name) => `${folder}/${name}`), own = all.filter((entry) => files.has(entry) || folders.has(entry));
  writeCodePage(folder, `<ul>\n${(own.length ? own : all).map((entry) => {
    const name = path.basename(entry) + (repository.isFolder(entry) ? '/' : '');
    return own.length ? `<li><a href="${relative(repository.addressOf(folder), repository.addressOf(entry))}">${name}</a></li>` : `<li>${name}</li>`;
  }).join('\n')}\n</ul>`);
}
for (const file of ['code.css', 'icon.svg']) cpSync(file, path.join(output, 'public', file));
cpSync(path.join(root, 'lessons/41_four_words/41_weights.svg'), path.join(output, 'public/home.svg'));

// ---- The engine, if it was compiled: a program for each lesson, and the worker that runs it

if (existsSync(compiled)) {
  for (const file of repository.list('src/book/run').filter((name) => name.endsWith('.js'))) cpSync(path.join(root, 'src/book/run', file), path.join(output, 'public/engine', file));
  for (const file of readdirSync(path.dirname(compiled), { recursive: true }).filter((name) => /^(lessons\/)?\w+\.(js|wasm)$/.test(name)))
    cpSync(path.join(path.dirname(compiled), file), path.join(output, 'public/engine', file));
}

// ---- Pictures, menus

for (const source of repository.pages)
  for (const [, file] of repository.read(source).matchAll(/!\[[^\]]*\]\(([^()\s]+)\)/g)) {
    const from = path.join(path.dirname(source), file), to = path.join(output, address(source), file);
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(path.join(root, from), to);
  }

function lessonsPage(language) { return address(language === 'zh' && repository.has('lessons/README.zh.md') ? 'lessons/README.zh.md' : 'lessons/README.md'); }
const menus = Object.fromEntries(languages.map((language) => {
  const t = text[language];
  const page = (name) => address(language === 'zh' && repository.has(`${name}.zh.md`) ? `${name}.zh.md` : `${name}.md`);
  const chapters = repository.chapters(language).map((chapter) => ({
    text: chapter.title, collapsed: true,
    items: chapter.lessons.map(({ name }) => ({ text: repository.title(repository.lessonPage(name, language)), link: address(repository.lessonPage(name, language)) })),
  }));
  const articles = articlesOf(language).map(({ short, place }) => ({ text: `《${short}》`, link: place }));
  const more = [{ text: t.engine, link: page('src/README') }, { text: t.notebooks, link: page('notebooks/README') }, { text: t.tests, link: page('tests/README') },
    { text: t.data, link: page('data/README') }];
  return [language, {
    nav: [{ text: t.lessons, link: page('lessons/README') }, { text: t.articles, items: [...articles, { text: t.errata, link: page('lessons/ERRATA') }] }, { text: t.engine, link: page('src/README') },
      { text: t.notebooks, link: page('notebooks/README') }],
    sidebar: [{ text: t.all, link: page('lessons/README') }, ...chapters, { text: t.articles, collapsed: true, items: [...articles, { text: t.errata, link: page('lessons/ERRATA') }] }, { text: t.more, collapsed: true, items: more }],
  }];
}));
writeFileSync('book.json', JSON.stringify({ root, menus }, null, 1));
console.log(`  ${repository.pages.length} pages, ${repository.notebooks.length} notebooks, ${files.size} source files`);
