#include "../exercise.h"

#include "models.h"

Tensor queries(Index length, Index offset, double a) {
  Tensor q = zeros({length, 2});
  for (Index i = 0; i < length; ++i) {
    q.set({i, 0}, 2 * a * static_cast<double>(i + offset));
    q.set({i, 1}, -a);
  }
  return q;
}

Tensor keys(Index length) {
  Tensor k = zeros({length + 2, 2});
  for (Index j = -1; j <= length; ++j) {
    k.set({j + 1, 0}, static_cast<double>(j));
    k.set({j + 1, 1}, static_cast<double>(j * j));
  }
  return k;
}

Tensor head(const Tensor& q, const Tensor& k, const Tensor& v) { return matmul(softmax(matmul(q, transpose(k))), v); }

Tensor three_heads(const Tensor& x, const Tensor& w, double a) {
  const Index length = x.size();
  const Tensor values = concat({zeros({1}), x, zeros({1})}, 0);
  Tensor y = zeros({length});
  for (Index tap = 0; tap < 3; ++tap) y += w[tap] * head(queries(length, tap - 1, a), keys(length), values);
  return y;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: place 4") {
  check_equal("y_4", three_heads(tensor({1, 0, 3, 2, -1, 4}), tensor({-1, 2, 0.5}), 20)[4], tensor({-2})[0]);
}

TEST_CASE("answer 2: a weight of one in a million") {
  check_equal("a", -std::log(1e-6), 13.8155);
  const Tensor alpha = softmax(matmul(keys(12), queries(12, 0, 13.9)[6]));
  check_true("a neighbour's weight at a = 13.9", alpha.at({6}) < 1e-6, "be below 1e-6");
}

TEST_CASE("answer 3: one head for a blur") {
  const Tensor x = tensor({1, 0, 3, 2, -1, 4});
  Tensor scores = full({6, 8}, -infinity);  // log w at the three places of the window: place i - 1 is column i
  for (Index i = 0; i < 6; ++i)
    scores.set({i, i}, std::log(0.25)), scores.set({i, i + 1}, std::log(0.5)), scores.set({i, i + 2}, std::log(0.25));
  const Tensor blurred = reshape(conv1d(reshape(x, {1, 1, 6}), reshape(tensor({0.25, 0.5, 0.25}), {1, 1, 3}), {}, 1, 1), {6});
  check_equal("one head", matmul(softmax(scores), with_ends(x)), blurred);
}

TEST_CASE("answer 4: every second place") {
  const Tensor x = tensor({1, 0, 3, 2, -1, 4}), w = tensor({-1, 2, 0.5});
  Tensor y = zeros({6});
  const Tensor values = concat({zeros({2}), x, zeros({2})}, 0);
  Tensor k = zeros({10, 2});
  for (Index j = -2; j < 8; ++j) k.set({j + 2, 0}, static_cast<double>(j)), k.set({j + 2, 1}, static_cast<double>(j * j));
  for (Index tap = 0; tap < 3; ++tap) y += w[tap] * head(queries(6, 2 * tap - 2, 20), k, values);
  check_equal("heads with offsets -2, 0, 2", y, reshape(conv1d(reshape(x, {1, 1, 6}), reshape(w, {1, 1, 3}), {}, 1, 2, 2), {6}));
}

TEST_CASE("answer 5: where attention is as dear as a convolution") {
  const auto attention = [](double n, double wide) { return 4 * n * wide * wide + 2 * n * n * wide; };
  const auto convolution = [](double n, double wide) { return 9 * n * wide * wide; };
  check_equal("n = 40 at d = 16", attention(40, 16) / convolution(40, 16), 1);
  check_equal("n = 1280 at d = 512", attention(1280, 512) / convolution(1280, 512), 1);
}
