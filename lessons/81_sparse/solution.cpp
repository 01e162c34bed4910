#include "../exercise.h"

#include "example.h"
#include "lookup.h"

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v) { return scaled_dot_product_attention(q, k, v).output; }

Tensor sort_by_stride(const Tensor& x, Index s) { return transpose(reshape(x, {x.size(0), x.size(1) / s, s, x.size(2)}), 1, 2); }

Tensor low_rank(const Tensor& q, const Tensor& k, const Tensor& v, Index r) {
  auto means = [&](const Tensor& x) { return mean(reshape(x, {x.size(0), r, x.size(1) / r, x.size(2)}), 2); };
  return attend(q, means(k), means(v));
}

Tensor feature(const Tensor& x) { return relu(x) + exp(minimum(x, 0)); }

Tensor without_pairs(const Tensor& q, const Tensor& k, const Tensor& v) {
  Tensor memory = matmul(transpose(feature(k)), v), total = matmul(feature(q), unsqueeze(sum(feature(k), 1), 2));
  return matmul(feature(q), memory) / total;
}

Index layers_needed(Index distance, Index w) { return (distance + w - 1) / w; }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the window by hand") {
  const Example x;
  const Tensor weights = select(select(window_attention(x.q, x.k, x.places, 1), 0, 0), 0, 5);
  check_equal("positions 4, 5 and 6", slice(weights, 0, 4, 7), tensor({0.038, 0.318, 0.644}), 1e-3);
  check_true("position 1 in a window of 4", window_attention(x.q, x.k, x.places, 4).at({0, 5, 1}) > 0.7, "get most of the weight");
}

TEST_CASE("answer 2: windows from end to end") {
  const double one = static_cast<double>(Kind{"window", 16}.multiply_adds(512, 1)) / 2, full = 512.0 * 512;
  check_equal("pairs of one window", one, 24576);
  check_equal("layers for 511 positions", static_cast<double>(layers_needed(511, 16)), 32);
  check_equal("pairs of 32 layers, over those of full attention", 32 * one / full, 3);
}

TEST_CASE("answer 3: a window and a stride") {
  const double pairs = static_cast<double>(Kind{"window", 16}.multiply_adds(512, 1) + Kind{"strided", 16}.multiply_adds(512, 1)) / 2;
  check_equal("pairs", pairs, 40960);
  check_equal("full attention has so many times more", 512.0 * 512 / pairs, 6.4);
}

TEST_CASE("answer 4: linear attention, few positions and many") {
  const std::vector<Index> positions{8, 32, 128};
  const std::vector<double> shares{0.94, 0.66, 0.39};
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    const ByDistance found = learn_look_up({"linear"}, 640, 0, positions[i]).after[1];
    for (double share : found.right) sum += share;
    check_equal("right at n = " + std::to_string(positions[i]), sum / static_cast<double>(found.right.size()), shares[i], 0.05);
  }
}

TEST_CASE("section 2: low rank with r = n") { check_equal("full attention", low_rank_attention(q, k, v, 6), full_attention(q, k, v)); }

TEST_CASE("answer 5: the seed that is late") {
  check_true("full attention with seed 3 after 160 steps", learn_look_up({"full"}, 160, 3).after[1].right[8] < 0.9, "still be below 0.9");
  check_true("and after 400", learn_look_up({"full"}, 400, 3).after[1].right[8] > 0.9, "be above 0.9");
}
