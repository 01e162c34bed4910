#include "../exercise.h"

#include "models.h"

double bits(const Tensor& p) { return -mean(log(p)).item() / std::log(2.0); }

Tensor mixed(const Tensor& counts, const Tensor& smaller) {
  const double n = sum(counts).item(), kinds = sum(where(counts > 0, ones_like(counts), zeros_like(counts))).item();
  if (n == 0) return smaller;
  return (counts + kinds * smaller) / (n + kinds);
}

Tensor to_draw_from(const Tensor& scores, double temperature, Index k) {
  const double least = topk(scores, k).values.at({k - 1});
  return softmax(masked_fill(scores, scores < least, -infinity) / temperature);
}

struct Kept {
  Tensor K, V;
};
Tensor read_one(const Tensor& x, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Kept& kept) {
  const Tensor q = linear(x, W_q), k = linear(x, W_k), v = linear(x, W_v);
  kept.K = kept.K.defined() ? concat({kept.K, k}, 0) : k;
  kept.V = kept.V.defined() ? concat({kept.V, v}, 0) : v;
  return matmul(softmax(matmul(q, transpose(kept.K)) / std::sqrt(static_cast<double>(x.size(1)))), kept.V);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: as a file") { check_equal("2 bits instead of 8: the share", 2.0 / 8, 0.25); }

TEST_CASE("answer 2: scores 2, 1, 0") {
  const Tensor scores = tensor({2, 1, 0});
  check_equal("temperature 1", softmax(scores), tensor({0.6652, 0.2447, 0.0900}));
  check_equal("temperature 0.5", softmax(scores / 0.5), tensor({0.8668, 0.1173, 0.0159}));
  check_equal("temperature 2", softmax(scores / 2), tensor({0.5065, 0.3072, 0.1863}));
}

TEST_CASE("answer 3: a window that moves by one") {
  Rng rng(1);
  GPTOptions small;
  small.width = 16, small.layers = 2, small.heads = 2;
  const GPT gpt(10, rng, small);
  Memory first, moved;
  gpt(Indices{{1, 2, 3, 4}}, &first);
  gpt(Indices{{2, 3, 4, 5}}, &moved);
  const Tensor before = slice(first.layers[0].keys, 1, 1, 4), after = slice(moved.layers[0].keys, 1, 0, 3);
  check_true("the keys of the same three characters", max(abs(before - after)).item() > 1e-3,
             "differ, because they stand at other positions");
}

TEST_CASE("answer 4: multiplications for 64 characters") {
  const Index d = 128, n = 64;
  Index anew = 0, kept = 0;  // in the matrices of one layer: 12 d^2 for each character that goes through
  for (Index t = 1; t <= n; ++t) {
    anew += t * 12 * d * d;
    kept += 12 * d * d;
  }
  check_equal("anew / kept", static_cast<double>(anew) / static_cast<double>(kept), 32.5);
}
