// What of the repository becomes a page of the book, and where a link of its Markdown leads there.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const posix = path.posix;

/// Where a Markdown file of the repository, a notebook or any other file stands in the book: README.zh.md belongs to the Chinese half, under /zh/.
export function address(source) {
  const chinese = /\.zh\.md$/.test(source);
  const plain = source.replace(/\.zh\.md$/, '.md');
  if (/\.(md|ipynb)$/.test(plain)) {
    const name = posix.basename(plain).replace(/\.(md|ipynb)$/, '');
    const folder = posix.join(posix.dirname(plain), name === 'README' ? '.' : plain.endsWith('.md') ? name.toLowerCase() : name);
    return (chinese ? '/zh/' : '/') + (folder === '.' ? '' : folder + '/');
  }
  return '/code/' + source + '.html';
}

/// The same address as seen from another page, so that the book works below any path.
export function relative(from, to) {
  const [page, anchor = ''] = to.split(/(?=#)/);
  const way = posix.relative(from.endsWith('/') ? from : posix.dirname(from), page) || '.';
  return (page.endsWith('/') ? (way === '.' ? './' : way + '/') : way) + anchor;
}

export class Repository {
  constructor(root) {
    this.root = root;
    this.lessons = this.list('lessons').filter((name) => /^\d\d_/.test(name));
    this.pages = [...this.withTranslation('README'), ...this.withTranslation('lessons/README'), ...this.withTranslation('lessons/ARTICLES'),
      ...this.withTranslation('lessons/ERRATA'), ...this.lessons.flatMap((name) => this.withTranslation(`lessons/${name}/README`)),
      ...this.withTranslation('src/README'), ...this.withTranslation('src/qkv/kernels/README'), ...this.withTranslation('notebooks/README'),
      ...this.withTranslation('tests/README'), ...this.withTranslation('data/README')];
    this.notebooks = this.list('notebooks').filter((name) => name.endsWith('.ipynb')).map((name) => 'notebooks/' + name);
    this.known = new Set([...this.pages, ...this.notebooks]);
  }

  list(folder) { return readdirSync(path.join(this.root, folder)).sort(); }
  has(file) { return existsSync(path.join(this.root, file)); }
  isFolder(file) { return this.has(file) && statSync(path.join(this.root, file)).isDirectory(); }
  read(file) { return readFileSync(path.join(this.root, file), 'utf8'); }
  withTranslation(name) { return [name + '.md', name + '.zh.md'].filter((file) => this.has(file)); }

  /// The page's other edition, if it has one.
  other(source) {
    const other = source.endsWith('.zh.md') ? source.replace(/\.zh\.md$/, '.md') : source.replace(/\.md$/, '.zh.md');
    return other !== source && this.has(other) ? other : undefined;
  }

  /// What a link of a page means: {url} for another host, {file, anchor} for something in the repository. From a Chinese page a link to an
  /// English one leads to its Chinese edition where there is one, and a link to a missing Chinese edition leads to the English page.
  target(source, link) {
    if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith('//')) return { url: link };
    const [place, anchor = ''] = link.split(/(?=#)/);
    let file = place.startsWith('#') || place === '' ? source : posix.join(posix.dirname(source), decodeURI(place)).replace(/\/$/, '');
    if (this.isFolder(file) && this.has(posix.join(file, 'README.md'))) file = posix.join(file, 'README.md');
    if (source.endsWith('.zh.md') && this.known.has(file) && file !== this.other(source)) file = file.endsWith('.zh.md') ? file : this.other(file) ?? file;
    if (file.endsWith('.zh.md') && !this.has(file)) file = this.other(file) ?? file.replace(/\.zh\.md$/, '.md');
    if (!this.has(file)) throw new Error(`${source}: the link ${link} leads nowhere`);
    return { file, anchor };
  }

  /// The address of a file or folder in the book.
  addressOf(file) {
    return this.isFolder(file) ? '/code/' + file + '/' : this.known.has(file) || !/\.(md|ipynb)$/.test(file) ? address(file) : '/code/' + file + '.html';
  }

  /// All places in the repository that a page links to.
  linksOf(source) {
    if (!source.endsWith('.md')) return [];
    const text = this.read(source).replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code));
    return [...text.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => this.target(source, match[1]).file).filter(Boolean);
  }

  /// The chapters as a README of lessons lists them: headings, and below each a table whose rows begin with a lesson.
  chapters(language) {
    const file = language === 'zh' && this.has('lessons/README.zh.md') ? 'lessons/README.zh.md' : 'lessons/README.md';
    const chapters = [];
    for (const line of this.read(file).split('\n')) {
      const heading = line.match(/^## (.*)/), row = line.match(/^\| \[[^\]]*\]\((\d\d_\w+)\/README(?:\.zh)?\.md\) \| ([^|]*?) \|/);
      if (heading) chapters.push({ title: heading[1], lessons: [] });
      if (row) chapters.at(-1).lessons.push({ name: row[1], question: row[2] });
    }
    return chapters.filter((chapter) => chapter.lessons.length);
  }

  /// "41  Four words", from the page's first line; the example in brackets is left to the page.
  title(source) {
    return this.read(source).match(/^# +(.*)/m)[1].replace(/\s+/g, ' ').replace(/ *[（(].*[)）]$/, '');
  }

  lessonPage(name, language) {
    const chinese = `lessons/${name}/README.zh.md`;
    return language === 'zh' && this.has(chinese) ? chinese : `lessons/${name}/README.md`;
  }
}
