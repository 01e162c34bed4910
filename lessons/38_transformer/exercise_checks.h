// The numbers of the lesson: the word 吃 after attention, and the weights of the feed-forward network.
const Tensor h = tensor({{-0.1404, 1.3892, 0.6196}}), n = tensor({{-1.2221, 1.2273, -0.0052}});
const Tensor W_1 = tensor({{0.8, -0.5, 0.3}, {-0.6, 0.9, 0.2}, {0.1, 0.7, -0.9}, {0.4, 0.3, 0.6}}), b_1 = tensor({0.1, -0.2, 0.0, 0.3});
const Tensor W_2 = tensor({{0.5, -0.7, 0.2, 0.4}, {-0.3, 0.6, 0.8, -0.1}, {0.9, 0.1, -0.4, 0.3}}), b_2 = tensor({0.0, 0.1, -0.1});

EXERCISE("layer norm",
         "mean(x, -1, true) keeps the axis, so that it can be subtracted; the variance is the mean of the squares of what is left.") {
  check_equal("norm(h) for the word 'eat'", normed(h), n, 5e-4);
  check_equal("norm(10 h + 5)", normed(10 * h + 5), n, 5e-4);
  check_equal("two words, each by itself", normed(tensor({{1, 3}, {10, 10}})), tensor({{-1, 1}, {0, 0}}), 1e-3);
}

EXERCISE("the feed-forward network", "linear(x, W, b) is x W^T + b for each row; relu stands between the two.") {
  check_equal("out for the word 'eat'", feed_forward(n, W_1, b_1, W_2, b_2), tensor({{-0.9270, 1.6577, -0.1801}}), 5e-4);
}

// Parts that one can follow by hand: attention that doubles what it reads, and relu for a feed-forward network. Layer norm makes
// (-0.9258, -0.4629, 1.3887) of (1, 2, 6).
const Tensor x = tensor({{1, 2, 6}});
const Part twice = [](const Tensor&read) { return 2 * read; }, positive = [](const Tensor&read) { return relu(read); };

EXERCISE("the layer, post-norm", "h = normed(x + attend(x)), then the same once more with feed.") {
  check_equal("attend doubles, feed is relu", layer(twice, positive, x, false), tensor({{-0.8429, -0.5620, 1.4049}}), 5e-4);
}

EXERCISE("the layer, pre-norm", "h = x + attend(normed(x)), then the same once more with feed. No norm stands around the sum.") {
  check_equal("attend doubles, feed is relu", layer(twice, positive, x, true), tensor({{-0.8516, 1.0742, 10.1661}}), 5e-4);
}

EXERCISE("teacher forcing", "Row by row: the start mark first, then the answer without its last mark.") {
  const Indices answer({2, 4}, {2, 6, 1, 10, 0, 5, 8, 10});  // 10 is the end mark, 11 the start mark
  check_equal("what the decoder reads", datasets::marks_in_words(decoder_input(answer, 11)), "start 2 6 1");
  check_equal("the second row", datasets::marks_in_words(decoder_input(answer, 11), 1), "start 0 5 8");
}
