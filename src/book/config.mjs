// VitePress' settings; what depends on the repository comes from prepare.mjs in book.json.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { rules, slugify } from '../markdown.mjs';
import { Repository } from '../repository.mjs';
import { text } from '../text.mjs';
import { words } from '../words.mjs';

const { root, menus } = JSON.parse(readFileSync('book.json', 'utf8'));
const repository = new Repository(root);

function theme(language) {
  const t = text[language], { nav, sidebar } = menus[language];
  return {
    nav, sidebar,
    outline: { level: 2, label: t.outline }, returnToTopLabel: t.toTop, sidebarMenuLabel: t.menu, darkModeSwitchLabel: t.dark, lightModeSwitchTitle: t.light,
    darkModeSwitchTitle: t.toDark, skipToContentLabel: t.skip, docFooter: { prev: false, next: false }, notFound: { title: t.notFound, quote: t.notFoundText, linkText: t.lessons },
    i18nRouting: false,
  };
}

// The index is made with words(), and the theme gives the browser the same function. (A function among VitePress' settings would reach the browser
// as text to be evaluated, which the pages' security policy forbids; so it must not be seen when the settings are copied.)
const search = {
  locales: { zh: { translations: { button: { buttonText: text.zh.search, buttonAriaLabel: text.zh.search }, modal: { noResultsText: text.zh.noResults, displayDetails: '显示详情', resetButtonTitle: '清除', backButtonTitle: '关闭',
    footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' } } } } },
};
Object.defineProperty(search, 'miniSearch', { value: { options: { tokenize: words } } });

export default defineConfig({
  title: 'qkv', description: 'Attention, from the first multiplication to the Transformer', srcDir: 'pages', outDir: 'site', cacheDir: 'cache',
  base: '/__book__/',  // finish.mjs makes it relative
  head: [['link', { rel: 'icon', href: '/__book__/icon.svg' }]],
  cleanUrls: false, metaChunk: true, ignoreDeadLinks: true,  // links are checked when they are resolved, and by the tests
  router: { prefetchLinks: false },
  locales: { root: { lang: 'en', themeConfig: theme('en') }, zh: { lang: 'zh-CN', title: 'qkv', description: '注意力机制：从第一次乘法到 Transformer', themeConfig: theme('zh') } },
  themeConfig: { search: { provider: 'local', options: search } },
  markdown: {
    highlight: (code) => code, attrs: { disable: true }, linkify: false, anchor: { slugify }, image: { lazyLoading: true },
    config: (md) => rules(md, repository),
  },
  vite: { build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 }, logLevel: 'warn' },
});
