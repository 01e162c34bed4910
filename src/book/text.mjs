// The words of the book that stand in no page of the repository, in both languages.
export const text = {
  en: {
    explorer: 'Try it: ',
    run: { label: 'Lesson {n}, to run here', start: 'Run', stop: 'Stop', usual: 'usual', unbroken: 'nothing', output: 'Output', progress: 'running', before: 'What the quick run prints. Run loads the lesson ({kB} kB) and computes here, in your browser.',
      loading: 'loading…', running: 'running, {s} s', done: 'done in {s} s', stopped: 'stopped after {s} s', failed: 'failed:', status: '(status {n})', unreachable: 'the engine could not be loaded',
      full: 'Without --quick a lesson may take minutes here: a browser has one thread, and needs about three times as long.', missing: 'What the quick run prints. (This copy of the book was built without the engine.)',
      data: 'This lesson reads files that a web page does not have; here it works on a small set that it makes up, so its numbers differ from those of the page.' },
    exercise: { title: 'The holes of the exercise', intro: 'makes this file for you, and says what is right and what is missing.', hint: 'Hint', solution: 'One solution', checks: 'What is checked' },
    lessons: 'Lessons', articles: 'Articles', errata: 'Errata', engine: 'The engine', notebooks: 'Notebooks', more: 'More', tests: 'Tests', data: 'Data', all: 'All lessons',
    start: 'Begin with lesson 11', byArticle: 'Begin with an article', tagline: 'Numbered lessons on attention; each runs in your browser, in the real engine.',
    files: 'The files of this lesson', other: '中文', otherLabel: '本页的中文版', home: 'qkv', outline: 'On this page', toTop: 'To the top', menu: 'Menu', dark: 'Appearance', light: 'Switch to light', toDark: 'Switch to dark',
    search: 'Search', noResults: 'Nothing found for', article: 'The article', wrong: 'What it gets wrong', sections: 'Its sections, and the lessons that run them', question: 'question',
    notFound: 'No such page', notFoundText: 'The link may be old. The list of lessons has every page.', code: 'Source files', skip: 'Skip to content', picture: 'The sixteen weights of four words: which word looks at which',
  },
  zh: {
    explorer: '动手试试：',
    run: { label: '在这里运行第 {n} 课', start: '运行', stop: '停止', usual: '默认', unbroken: '不弄坏', output: '输出', progress: '正在运行', before: '快速运行的输出。点“运行”会载入这一课（{kB} kB），就在你的浏览器里计算。',
      loading: '正在载入…', running: '正在运行，{s} 秒', done: '完成，用时 {s} 秒', stopped: '已停止，用时 {s} 秒', failed: '失败：', status: '（状态 {n}）', unreachable: '引擎无法载入',
      full: '不加 --quick 可能要几分钟：浏览器只有一个线程，所需时间大约是本机程序的三倍。', missing: '快速运行的输出。（这份书在构建时没有包含引擎。）',
      data: '这一课要读的文件网页里没有；这里用它自己生成的小数据集，所以数字与本页的不同。' },
    exercise: { title: '练习里要填的空', intro: '会生成这个文件，并告诉你哪里对了，还缺什么。', hint: '提示', solution: '一种解法', checks: '检查什么' },
    lessons: '课程', articles: '原文', errata: '原文勘误', engine: '引擎', notebooks: '笔记本', more: '更多', tests: '测试', data: '数据', all: '全部课程',
    start: '从第 11 课开始', byArticle: '从一篇原文开始', tagline: '编号的课程，讲注意力机制；每一课都能在浏览器里运行，用的就是真正的引擎。',
    files: '本课的文件', other: 'English', otherLabel: 'This page in English', home: 'qkv', outline: '本页内容', toTop: '回到顶部', menu: '目录', dark: '外观', light: '切换到浅色', toDark: '切换到深色',
    search: '搜索', noResults: '没有找到', article: '原文', wrong: '原文勘误', sections: '各节与运行它们的课程', question: '问题',
    notFound: '没有这个页面', notFoundText: '链接可能已经过时。课程列表里有所有页面。', code: '源文件', skip: '跳到正文', picture: '四个词的十六个权重：哪个词看哪个词',
  },
};
