import { defineAsyncComponent } from 'vue';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { words } from '../../words.mjs';
import Layout from './Layout.vue';
import RunLesson from './RunLesson.vue';
import './style.css';

// Components that belong to a lesson: explorers/32_dot_product.vue stands on the page of lesson 32.
const explorers = import.meta.glob('../../explorers/*.vue');

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app, siteData }) {
    app.component('RunLesson', RunLesson);
    for (const [file, load] of Object.entries(explorers)) app.component('Explore' + file.match(/(\d\d)_\w*\.vue$/)[1], defineAsyncComponent(load));
    siteData.value.themeConfig.search.options.miniSearch = { options: { tokenize: words }, searchOptions: { combineWith: 'AND', fuzzy: (word) => (/^[a-z]{5,}$/i.test(word) ? 0.2 : false), prefix: true, boost: { title: 4, text: 2, titles: 1 } } };
  },
};
