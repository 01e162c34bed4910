// The words of the book that stand in no page of the repository, in both languages.
export const text = {
  en: {
    explorer: 'Try it: ',
    lessons: 'Lessons', articles: 'Articles', errata: 'Errata', engine: 'The engine', notebooks: 'Notebooks', more: 'More', tests: 'Tests', data: 'Data', all: 'All lessons',
    start: 'Begin with lesson 11', byArticle: 'Begin with an article', tagline: 'Numbered lessons on attention; each runs in your browser, in the real engine.',
    files: 'The files of this lesson', other: '中文', otherLabel: '本页的中文版', home: 'qkv', outline: 'On this page', toTop: 'To the top', menu: 'Menu', dark: 'Appearance', light: 'Switch to light', toDark: 'Switch to dark',
    search: 'Search', noResults: 'Nothing found for', article: 'The article', wrong: 'What it gets wrong', sections: 'Its sections, and the lessons that run them', question: 'question',
    notFound: 'No such page', notFoundText: 'The link may be old. The list of lessons has every page.', code: 'Source files', skip: 'Skip to content', picture: 'The sixteen weights of four words: which word looks at which',
  },
  zh: {
    explorer: '动手试试：',
    lessons: '课程', articles: '原文', errata: '原文勘误', engine: '引擎', notebooks: '笔记本', more: '更多', tests: '测试', data: '数据', all: '全部课程',
    start: '从第 11 课开始', byArticle: '从一篇原文开始', tagline: '编号的课程，讲注意力机制；每一课都能在浏览器里运行，用的就是真正的引擎。',
    files: '本课的文件', other: 'English', otherLabel: 'This page in English', home: 'qkv', outline: '本页内容', toTop: '回到顶部', menu: '目录', dark: '外观', light: '切换到浅色', toDark: '切换到深色',
    search: '搜索', noResults: '没有找到', article: '原文', wrong: '原文勘误', sections: '各节与运行它们的课程', question: '问题',
    notFound: '没有这个页面', notFoundText: '链接可能已经过时。课程列表里有所有页面。', code: '源文件', skip: '跳到正文', picture: '四个词的十六个权重：哪个词看哪个词',
  },
};
