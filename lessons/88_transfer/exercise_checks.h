const Tensor vectors = tensor({{2, 0}, {1.5, 0.5}, {-1, 1}}), context = tensor({0.8, -0.4});

EXERCISE("the loss of a hidden word", "log_softmax(matmul(vectors, context)), the entry of the hidden word, and a minus.") {
  check_equal("JSON", masked_word_loss(vectors, context, 1), 1.0760, 1e-3);
  check_equal("equal vectors: log 3", masked_word_loss(ones({3, 2}), context, 0), 1.0986, 1e-3);
  check_equal("far too sure, and wrong", masked_word_loss(vectors, 100 * context, 2), 280, 1e-3);
}

EXERCISE("the pull on the context", "(p - the row of eye(3) for the hidden word), times the vectors.") {
  check_equal("JSON", pull_on_context(vectors, context, 1), tensor({0.2162, -0.2917}), 1e-3);
  check_equal("equal vectors pull nowhere", pull_on_context(ones({3, 2}), context, 2), tensor({0.0, 0.0}));
}

EXERCISE("counting", "counts + 1, divided by the sum of each column, then log.") {
  check_equal("three words, two classes", log_p_of(tensor({{3, 0}, {0, 1}, {1, 1}})),
              log(tensor({{4.0 / 7, 1.0 / 5}, {1.0 / 7, 2.0 / 5}, {2.0 / 7, 2.0 / 5}})));
}

EXERCISE("the mean of a text", "slice(x, 0, 0, words), then the mean over axis 0.") {
  check_equal("two words and padding", mean_of_words(tensor({{1, 2}, {3, 6}, {50, 50}}), 2), tensor({2, 4}));
}
