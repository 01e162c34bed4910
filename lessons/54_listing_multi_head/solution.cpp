#include "../exercise.h"

Tensor split_heads(const Tensor& x, Index heads) {
  return permute(reshape(x, {x.size(0), x.size(1), heads, x.size(2) / heads}), {0, 2, 1, 3});
}

Tensor join_heads(const Tensor& x) { return reshape(permute(x, {0, 2, 1, 3}), {x.size(0), x.size(2), x.size(1) * x.size(3)}); }

Tensor self_attention(const Tensor& x, const Tensor& Wq, const Tensor& Wk, const Tensor& Wv, const Tensor& Wo, Index heads) {
  const Tensor q = split_heads(linear(x, Wq), heads), k = split_heads(linear(x, Wk), heads), v = split_heads(linear(x, Wv), heads);
  const Tensor alpha = softmax(matmul(q, transpose(k)) / std::sqrt(static_cast<double>(q.size(3))), -1);
  return linear(join_heads(matmul(alpha, v)), Wo);
}

#include "exercise_checks.h"

// ---- What the page's answers say

/// The lesson's numbers.
struct Layer {
  Rng rng{0};
  Tensor Wq = randn({6, 6}, rng, 0, 0.6), Wk = randn({6, 6}, rng, 0, 0.6), Wv = randn({6, 6}, rng, 0, 0.6), x = randn({2, 4, 6}, rng);
};

/// Rows 0 to 2 and 3 to 5 of a matrix exchanged, or the columns of an output.
Tensor exchanged(const Tensor& x, Index axis) { return concat({slice(x, axis, 3, 6), slice(x, axis, 0, 3)}, axis); }

TEST_CASE("answers 1 and 2: rows 0 to 2 of Wq are head 0; a hundred times as large they pick the largest score") {
  const Layer m;
  const Tensor large = concat({100 * slice(m.Wq, 0, 0, 3), slice(m.Wq, 0, 3, 6)}, 0);
  const auto weights = [&](const Tensor& Wq, Index head) {
    const Tensor scores = matmul(split_heads(linear(m.x, Wq), 2), transpose(split_heads(linear(m.x, m.Wk), 2)));
    return select(select(softmax(scores / std::sqrt(3.0), -1), 0, 0), 0, head);
  };
  check_equal("head 0", weights(large, 0), tensor({{0, 0, 1, 0}, {0, 1, 0, 0}, {0, 0, 0, 1}, {0, 0, 0, 1}}));
  check_equal("head 1", weights(large, 1), weights(m.Wq, 1));
}

TEST_CASE("answer 3: heads exchanged") {
  const Layer m;
  check_equal("output", self_attention(m.x, exchanged(m.Wq, 0), exchanged(m.Wk, 0), exchanged(m.Wv, 0), eye(6), 2),
              exchanged(self_attention(m.x, m.Wq, m.Wk, m.Wv, eye(6), 2), 2));
}

TEST_CASE("answer 4: one word") {
  const Tensor one = slice(places, 1, 1, 2);
  check_equal("reshaped at once", reshape(one, {1, 2, 1, 2}), split_heads(one, 2));
}
