#include "../exercise.h"

#include "bytes.h"

Index numbers_of_layer(Index d, Index heads, Index kv_heads) { return 2 * d * d + 2 * d * (d / heads * kv_heads); }

Tensor quantised(const Tensor& w, int bits) {
  const double scale = max(abs(w)).item() / ((1 << (bits - 1)) - 1);
  Tensor result = zeros_like(w);
  if (scale > 0)
    for (Index i = 0; i < w.size(); ++i) result.set({i}, scale * static_cast<double>(std::lround(w.at({i}) / scale)));
  return result;
}

Tensor low_rank(const Tensor& x, const Tensor& A, const Tensor& B) { return linear(linear(x, A), B); }

Tensor for_all_heads(const Tensor& k, Index heads) { return concat(Tensors(static_cast<std::size_t>(heads), k), -1); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the numbers of a large layer") {
  check_equal("d 4,096, 32 heads", numbers_of_layer(4096, 32, 32), 67108864);
  check_equal("8 heads of keys and values", numbers_of_layer(4096, 32, 8), 41943040);
}

TEST_CASE("answer 2: from which rank on it is no saving") { check_equal("rank 16 of 32", 2 * 32 * 16, 32 * 32); }

TEST_CASE("answer 3: the rounding of bfloat16") {
  check_equal("1.00390625", bfloat16(Scalar(1.00390625)), 1.0, 0);
  check_equal("1.01171875", bfloat16(Scalar(1.01171875)), 1.015625, 0);
  check_equal("a large number", bfloat16(Scalar(1e38)) / 1e38, 1.0, 1.0 / 256);
}

TEST_CASE("answer 4: one large weight") {
  const Tensor outlier = tensor({8.0, -0.31, 0.05, 0.4127});
  check_equal("4 bits", quantised(outlier, 4), tensor({8.0, 0.0, 0.0, 0.0}));
  check_equal("8 bits", quantised(outlier, 8), tensor({8.0, -0.314961, 0.062992, 0.440945}), 1e-5);
}

TEST_CASE("answer 5: symmetric scores") {
  Rng rng(0);
  const Tensor x = randn({5, 8}, rng), W = randn({8, 8}, rng), q = linear(x, W), scores = matmul(q, transpose(q));
  check_equal("the score of j for i, and of i for j", scores, transpose(scores), 1e-5);
}
