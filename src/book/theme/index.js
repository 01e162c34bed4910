import DefaultTheme from 'vitepress/theme-without-fonts';
import { words } from '../../words.mjs';
import Explorer from './explorers/Explorer.vue';
import Layout from './Layout.vue';
import RunLesson from './RunLesson.vue';
import './style.css';
import './explorers/explorers.css';

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app, siteData }) {
    app.component('RunLesson', RunLesson);
    app.component('Explorer', Explorer);
    siteData.value.themeConfig.search.options.miniSearch = { options: { tokenize: words }, searchOptions: { combineWith: 'AND', fuzzy: (word) => (/^[a-z]{5,}$/i.test(word) ? 0.2 : false), prefix: true, boost: { title: 4, text: 2, titles: 1 } } };
  },
};
