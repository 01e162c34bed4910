#include "example.h"

// Two texts: the lesson's three words, and a text of one word. What stands in the places of padding must not matter, so it is not 0.
const Indices two_texts{{5, 6, 7, 0, 0}, {8, 0, 0, 0, 0}};
const Tensor x = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}, {5, 5}, {-9, 5}}, {{2, -4}, {7, 7}, {7, 7}, {7, 7}, {7, 7}}});

EXERCISE("scores", "Two linear(), their sum, tanh, and linear(..., v); the last axis has length 1 and goes.") {
  const Example m;
  check_equal("the lesson's scores", scores(m.inputs, m.W1, m.W2, m.v), tensor({{1.8673, -0.5118, 0.6955}}));
}

EXERCISE("weights", "Fill padding with -infinity before softmax, not after.") {
  const Tensor alpha = weights(tensor({{1.8673, -0.5118, 0.6955, 9, 9}, {-3, 9, 9, 9, 9}}), two_texts);
  check_equal("alpha", alpha, tensor({{0.7131, 0.0661, 0.2209, 0, 0}, {1, 0, 0, 0, 0}}));
}

EXERCISE("the weighted sum", "(B, 1, T) @ (B, T, d): unsqueeze the weights, squeeze the result.") {
  const Tensor alpha = tensor({{0.5, 0, 0.5, 0, 0}, {1, 0, 0, 0, 0}});
  check_equal("by hand", weighted_sum(x, alpha), tensor({{0.6, -0.2}, {2, -4}}));
}

EXERCISE("the mean of the words", "Divide by the number of words, not by T. Scores of zeros(tokens.shape) give each word 1/n.") {
  check_equal("by hand", mean_of_words(x, two_texts), tensor({{1.0 / 3, -0.1}, {2, -4}}));
}

EXERCISE("the gradient of softmax", "sum_j alpha_j dalpha_j is one number; of one alpha that is 1, dalpha - dalpha is left.") {
  Tensor e = tensor({1.8673, -0.5118, 0.6955});
  e.requires_grad(true);
  const Tensor alpha = softmax(e), dalpha = tensor({2.0, -1.0, 0.5});
  sum(alpha * dalpha).backward();
  check_equal("beside backward()", gradient_of_scores(alpha.detach(), dalpha), e.grad());
  check_true("of a single weight, 1,", gradient_of_scores(tensor({1.0}), tensor({3.7})).item() == 0, "be exactly 0");
}
