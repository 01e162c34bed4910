// The explorers: which one stands on which lesson's page, before its exercises. prepare.mjs writes the titles and what is said about each into the
// page; the code of an explorer is fetched when the reader comes to it.
export const explorers = {
  12: {
    load: () => import('./Graph.vue'),
    title: { en: 'Gradients, node by node', zh: '梯度，一个节点一个节点地走' },
    about: {
      en: 'The graph of an expression. Change what goes in, or write another expression, and walk backward: what arrives at a node, times the local derivative, is passed on.',
      zh: '一个式子的计算图。改一改输入，或者另写一个式子，再一步一步反向走：到达一个节点的数，乘上局部导数，就传给下一个节点。',
    },
  },
  22: {
    load: () => import('./Lstm.vue'),
    title: { en: 'A memory, step by step', zh: '记忆，一步一步地看' },
    about: {
      en: 'Three numbers of memory read six inputs. Change an input or the bias of the forget gate, and see what each gate does to the cell.',
      zh: '由三个数组成的记忆，依次读入六个数。改一改输入，或者遗忘门的偏置，看每个门对细胞状态做了什么。',
    },
  },
  25: {
    load: () => import('./Temperature.vue'),
    title: { en: 'Turn the temperature', zh: '调一调温度' },
    about: {
      en: 'The five scores of section 2, and one temperature. Entropy H and exp(H), the number of places that are looked at, follow.',
      zh: '第 2 节的五个得分，和一个温度。熵 H，以及所看位置的个数 exp(H)，跟着一起变。',
    },
  },
  31: {
    load: () => import('./Additive.vue'),
    title: { en: 'One query, two ways to score', zh: '一个查询，两种打分办法' },
    about: {
      en: 'Move the query. Additive attention and the dot product score the same three keys; the curves show the scores while the query grows in its direction.',
      zh: '移动查询。加性注意力和点积给同样的三个键打分；曲线画的是查询沿着自己的方向变长时，得分怎样变。',
    },
  },
  32: {
    load: () => import('./Arrows.vue'),
    title: { en: 'Queries and keys as arrows', zh: '把查询和键画成箭头' },
    about: {
      en: 'Drag the tip of an arrow, or choose it and press the arrow keys. The width of a key is its weight.',
      zh: '拖动箭头的尖端，或者选中它再按方向键。键的粗细就是它的权重。',
    },
  },
  33: {
    load: () => import('./Heads.vue'),
    props: { sentence: 'four', heads: 1, mask: 'none' },
    title: { en: 'Whom does a word attend to?', zh: '一个词看向哪些词？' },
    about: {
      en: 'Point at a word, or choose it. The lines show whom it attends to; with one head and the four words these are the numbers of this page.',
      zh: '指向一个词，或者选中它。连线表示它看向哪些词；只有一个头、句子是那四个词时，用的就是本课的数。',
    },
  },
  35: {
    load: () => import('./Heads.vue'),
    props: { sentence: 'cat', heads: 3, mask: 'none' },
    title: { en: 'Heads, side by side', zh: '几个头，并排看' },
    about: {
      en: 'Point at a word, or choose it: each head attends to other words, because each has its own projections.',
      zh: '指向一个词，或者选中它：各个头看的词不同，因为每个头都有自己的投影。',
    },
  },
  36: {
    load: () => import('./Heads.vue'),
    props: { sentence: 'four', heads: 1, mask: 'causal' },
    title: { en: 'What a mask leaves', zh: '掩码留下什么' },
    about: {
      en: 'Choose a mask and a word. What is hidden gets no weight, and the rest of the row sums to 1 again.',
      zh: '选一种掩码，再选一个词。被遮住的词得不到权重，这一行余下的权重加起来又是 1。',
    },
  },
  37: {
    load: () => import('./Permutation.vue'),
    title: { en: 'Put the words in another order', zh: '给词换个次序' },
    about: {
      en: 'The words and matrices of section 1. Drag a word to another place, or choose it and press the arrow keys, with and without positions.',
      zh: '第 1 节的词和矩阵。把一个词拖到别处，或者选中它再按方向键；有位置编码和没有，都试一试。',
    },
  },
  61: {
    load: () => import('./Beam.vue'),
    title: { en: 'A beam, word by word', zh: '束搜索，一个词一个词地看' },
    about: {
      en: 'A language of six words, whose probabilities can be read. Each step lengthens what is kept by a word, and keeps the likeliest.',
      zh: '只有六个词的语言，概率全都看得见。每走一步，保留下来的开头各续上一个词，再留下概率最大的几个。',
    },
  },
};
