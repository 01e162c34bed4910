// The repository's Markdown as the book shows it: rules for VitePress' markdown-it.
import { block, escape } from './code.mjs';
import { display, inline } from './formulas.mjs';
import { relative } from './repository.mjs';

/// Anchors as the code host makes them, so that the same links work in both places.
export const slugify = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replace(/ /g, '-');

/// Where the lines of an excerpt stand: the first of the files that has its first telling line.
function whereIs(repository, code, files) {
  const line = code.split('\n').find((text) => text.trim().length > 12 && !text.trim().startsWith('...'));
  for (const file of line ? files : []) {
    const at = repository.read(file).split('\n').findIndex((text) => text.trim() === line.trim());
    if (at >= 0) return { file, line: at + 1 };
  }
}

export function rules(md, repository) {
  md.core.ruler.disable('emoji');
  // Pages outside VitePress: its router must leave them to the browser.
  const self = (place) => (place.startsWith('/code/') ? ' target="_self"' : '');

  // Links, before VitePress' own treatment of them.
  md.core.ruler.push('book links', ({ tokens, env }) => {
    const { source, address } = env.frontmatter ?? {};
    if (!source) return;
    for (const token of tokens.flatMap((t) => t.children ?? []).filter((t) => t.type === 'link_open')) {
      if (token.attrGet('class') === 'header-anchor') continue;
      const to = repository.target(source, token.attrGet('href'));
      token.type = 'html_inline';
      const place = to.url ?? repository.addressOf(to.file);
      token.content = to.url ? `<a href="${escape(to.url)}" rel="noreferrer">`
        : `<a href="${escape(to.file === source && to.anchor ? to.anchor : relative(address, place + to.anchor))}"${self(place)}>`;
    }
  });

  md.renderer.rules.fence = (tokens, i, options, env) => {
    const { content, info } = tokens[i], { source, address } = env.frontmatter ?? {};
    const [name, kind] = info.trim().split(/\s+/);
    if (name !== 'cpp' || !source) return block(content, kind === 'output' ? 'output' : name || 'bash');
    const folder = source.replace(/[^/]*$/, '');
    const files = [`${folder}lesson.cpp`, `${folder}solution.cpp`].filter((file) => repository.has(file))
      .concat(repository.linksOf(source).filter((file) => /\.(h|cpp)$/.test(file)));
    const found = whereIs(repository, content, files);
    return block(content, name, found ? `<a class="where" target="_self" href="${relative(address, repository.addressOf(found.file))}#L${found.line}">${found.file.replace(folder, '').replace(/^src\//, '')}:${found.line}</a>` : '');
  };

  const { code_block: block_as_it_is, code_inline: code_as_it_is } = md.renderer.rules;
  md.renderer.rules.code_block = (tokens, i, ...rest) => display(tokens[i].content) ?? block_as_it_is(tokens, i, ...rest).replace('<pre', '<pre tabindex="0"');
  md.renderer.rules.code_inline = (tokens, i, ...rest) => {
    const joiner = /^[,.;:)，。：；、）]/.test(tokens[i + 1]?.content ?? '') ? '\u2060' : '';  // no line begins with a comma
    const set = inline(tokens[i].content);
    return set ? set + joiner : code_as_it_is(tokens, i, ...rest);
  };
}
