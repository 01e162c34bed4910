// Three classes. Of the first, 8 of 10 are found and 2 of another class are taken for it; nothing is taken for the third.
const Tensor confusion = tensor({{8, 2, 0}, {1, 5, 0}, {1, 3, 0}});

EXERCISE("F1 of a class", "confusion.at({i, j}) is a cell. fp: the other rows of column c; fn: the other columns of row c.") {
  check_equal("class 0: 16 / (16 + 2 + 2)", f1(confusion, 0), 0.8);
  check_equal("class 1: 10 / (10 + 5 + 1)", f1(confusion, 1), 0.625);
  check_equal("class 2: never said", f1(confusion, 2), 0);
  check_equal("a class that does not come up", f1(tensor({{4, 0}, {0, 0}}), 1), 0);
}

EXERCISE("macro F1", "The mean of f1(confusion, c) over the classes: a class of 4 texts counts as much as one of 10.") {
  check_equal("by hand", macro_f1(confusion), 0.475);
  check_equal("beside the library", macro_f1(confusion), datasets::macro_f1(confusion));
}

EXERCISE("weight received", "Average the columns over the first n rows, not over all T, then multiply by n.") {
  // Two words and a place of padding, whose row is a softmax too: it asks as well, but nobody wants its answer.
  const Tensor alpha = tensor({{0.9, 0.1, 0}, {0.5, 0.5, 0}, {0.2, 0.8, 0}});
  check_equal("by hand", received(alpha, 2), tensor({1.4, 0.6}));
  check_equal("all weights equal: 1 each", received(full({4, 4}, 0.25), 4), ones({4}));
}

EXERCISE("shuffled", "Count the words before the first 0, draw a permutation of that many, and leave the zeros where they are.") {
  Rng rng(55);
  const std::vector<Index> text{7, 30, 12, 0, 0};
  bool same_words = true, padding_stays = true;
  int first[31] = {};  // how often each word came first
  for (int i = 0; i < 300; ++i) {
    std::vector<Index> mixed = shuffled(text, rng);
    padding_stays = padding_stays && mixed.size() == 5 && mixed[3] == 0 && mixed[4] == 0;
    if (padding_stays) ++first[mixed[0]];
    std::sort(mixed.begin(), mixed.end());
    same_words = same_words && mixed == std::vector<Index>{0, 0, 7, 12, 30};
  }
  check_true("the words", same_words, "be the same words");
  check_true("padding", padding_stays, "stay behind the words");
  check_true("each word", first[7] > 60 && first[30] > 60 && first[12] > 60, "come first in about a third of 300 draws");
}
