#include "../exercise.h"

#include "reach.h"

nn::LSTMState step(const Tensor& x, const nn::LSTMState& before, const Tensor& W, const Tensor& U, const Tensor& b) {
  const Index n = before.c.size(0);
  const Tensor s = matmul(W, x) + b + matmul(U, before.h);
  const Tensor i = sigmoid(slice(s, 0, 0, n)), f = sigmoid(slice(s, 0, n, 2 * n));
  const Tensor g = tanh(slice(s, 0, 2 * n, 3 * n)), o = sigmoid(slice(s, 0, 3 * n, 4 * n));
  const Tensor c = f * before.c + i * g;
  return {o * tanh(c), c};
}

Tensor path(const Tensor& f) {
  Tensor product = ones({f.size(1)});
  for (Index t = 0; t < f.size(0); ++t) product = product * select(f, 0, t);
  return product;
}

double half_life(double bias) {
  const double f = 1 / (1 + std::exp(-bias));
  return std::log(0.5) / std::log(f);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: half of the gradient") {
  check_equal("bias 1", half_life(1), 2.2127);
  check_equal("bias 2", half_life(2), 5.4611);
}

TEST_CASE("answer 2: no forgetting") {
  const nn::LSTMState none{zeros({3}), zeros({3})};
  Tensor keeps = b.detach() + concat({zeros({3}), full({3}, 100), zeros({6})}, 0);  // f = 1
  check_equal("c_1 with f = 1", step(select(x, 0, 0), none, W, U, keeps).c, step(select(x, 0, 0), none, W, U, b).c);
}

TEST_CASE("answer 3: f = 1, and little is written") {
  std::vector<double> gradient, size;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Reach far = measure(Layer::lstm, 40, seed, -4);
    gradient.push_back(far.gradient[64]);
    size.push_back(far.size);
  }
  check_equal("size of c_T", show::median(size), 0.442, 0.01);
  check_equal("gradient at k = 64", show::median(gradient), 0.0917, 0.01);
}

TEST_CASE("answer 4: half of the cells") {
  int good[2] = {0, 0};
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    good[0] += train_to_recall(Layer::lstm, {0, 4}, 32, 500, seed) > 0.9;
    good[1] += train_to_recall(Layer::lstm, {0, 4}, 64, 500, seed) > 0.9;
  }
  check_true("of ten seeds", good[0] >= 6, "learn distance 32 most");
  check_true("of ten seeds", good[1] >= 4, "learn distance 64 about seven");
}

TEST_CASE("answer 5: the bias of a GRU") {
  Tensor bias = concat({zeros({3}), full({3}, 4), zeros({3})}, 0);  // r, z, n
  const CellWeights weights{zeros({9, 2}), zeros({9, 3}), bias, zeros({9})};
  check_equal("h = 8 after one step", select(gru(zeros({1, 1, 2}), full({1, 3}, 8), weights), 0, 0), full({1, 3}, 7.8561));
}
