#include "../exercise.h"

Tensor scores(const Tensor& x, const Tensor& W1, const Tensor& W2, const Tensor& v) {
  return squeeze(linear(tanh(linear(x, W1) + linear(x, W2)), v), 2);
}

Tensor weights(const Tensor& e, const Indices& tokens) { return softmax(masked_fill(e, datasets::padding_of(tokens), -infinity)); }

Tensor weighted_sum(const Tensor& x, const Tensor& alpha) { return squeeze(matmul(unsqueeze(alpha, 1), x), 1); }

Tensor mean_of_words(const Tensor& x, const Indices& tokens) { return weighted_sum(x, weights(zeros(tokens.shape), tokens)); }

Tensor gradient_of_scores(const Tensor& alpha, const Tensor& dalpha) { return alpha * (dalpha - sum(alpha * dalpha)); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

#include "text_model.h"

TEST_CASE("answer 1: scores 0 and 1") {
  check_equal("over the words", softmax(tensor({0, 1})), tensor({0.269, 0.731}), 1e-3);
  check_equal("as printed", softmax(tensor({{0}, {1}}), -1), tensor({{1}, {1}}));
}

TEST_CASE("answer 2: a bias of v, and one of W1") {
  const Example m;
  const Tensor e = scores(m.inputs, m.W1, m.W2, m.v), moved = squeeze(linear(tanh(m.hidden(m.inputs) + 1), m.v), 2);
  check_equal("v's bias 1", softmax(e + 1), softmax(e));
  check_equal("W1's bias 1: scores", moved, tensor({{1.6833, 0.8361, 1.5130}}), 1e-3);
  check_equal("W1's bias 1: alpha", softmax(moved), tensor({{0.4401, 0.1887, 0.3712}}), 1e-3);
}

TEST_CASE("answer 3: padding that is seen") {
  const Example m;
  const Tensor alpha = softmax(squeeze(m.scores(m.padded), 2));
  check_equal("alpha", alpha, tensor({{0.584, 0.054, 0.181, 0.090, 0.090}}), 1e-3);
  check_equal("context", weighted_sum(m.padded, alpha), tensor({{0.569, 0.094}}), 1e-3);
}

TEST_CASE("answer 4: a text of one word") {
  Example m;
  m.W1.requires_grad(true);
  const Tensor one = slice(m.inputs, 1, 0, 1), context = weighted_sum(one, softmax(scores(one, m.W1, m.W2, m.v)));
  check_equal("context", context, select(one, 1, 0));
  sum(context * context).backward();
  check_true("the gradient of W1", length(m.W1.grad()) == 0, "be exactly 0");
}

TEST_CASE("answer 5: one matrix instead of two") {
  Rng rng;
  check_equal("numbers saved", static_cast<double>(nn::Linear(128, 64, rng).parameter_count()), 8256);
  Example m;
  Tensor W1 = m.W1.clone(), W2 = m.W2.clone(), W = m.W1 + m.W2;
  for (Tensor* matrix : {&W1, &W2, &W}) matrix->requires_grad(true);
  const auto step = [&](const Tensors& matrices, const Tensor& hidden) {
    optim::Adam adam(matrices, 0.01);
    sum(linear(tanh(hidden), m.v)).backward();
    adam.step();
  };
  step({W1, W2}, linear(m.inputs, W1) + linear(m.inputs, W2));
  const Tensor before = W.detach().clone();
  step({W}, linear(m.inputs, W));
  check_equal("a first step of Adam moves W1 + W2 twice as far as W", (W1 + W2).detach() - before, 2 * (W.detach() - before), 1e-5);
}
