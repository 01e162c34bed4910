#include "layers.h"

#include <qkv/nn/jacobian.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

using namespace qkv;

TEST_CASE("jacobian: of a function whose derivative is known") {
  // y = (sum over t of t x_t0, x_00 x_01)
  auto model = [](const Tensor& x) {
    Tensor first = sum(select(x, 2, 0) * arange(3), 1), second = select(select(x, 1, 0), 1, 0) * select(select(x, 1, 0), 1, 1);
    return stack({first, second}, 1);
  };
  Tensor J = nn::jacobian(model, tensor({{5, 7}, {1, 2}, {3, 4}}), 2);
  CHECK(largest_difference(J, tensor({{{0, 0}, {1, 0}, {2, 0}}, {{7, 5}, {0, 0}, {0, 0}}})) == 0);
}

TEST_CASE("jacobian: of a recurrent layer, row by row") {
  Rng rng(3);
  nn::LSTM lstm(2, 3, rng);
  Tensor sequence = randn({4, 2}, rng);
  auto last = [&](const Tensor& x) { return select(lstm(x).output, 1, -1); };
  Tensor J = nn::jacobian(last, sequence, 3);
  for (Index i = 0; i < 3; ++i) {
    Tensor x = nn::copies_of(sequence, 1);
    select(last(x), 1, i).backward(ones({1}));
    CHECK(largest_difference(select(J, 0, i), select(x.grad(), 0, 0)) < rounding);
  }
}

TEST_CASE("norm_at_distance: the last step first, over rows and features") {
  std::vector<double> norms = nn::norm_at_distance(tensor({{{3, 0}, {1, 2}}, {{0, -4}, {2, 4}}}));
  REQUIRE(norms.size() == 2);
  CHECK(norms[0] == 5);
  CHECK(norms[1] == 5);
  CHECK(nn::norm_at_distance(tensor({{{3, 4}, {0, 1}}})) == std::vector<double>{1, 5});
}

TEST_CASE("reach: 1, then what a factor a step makes of it") {
  auto fading = [](const Tensor& x) { return sum(x * tensor({{1}, {2}, {4}}), 1); };  // y = x_0 + 2 x_1 + 4 x_2
  CHECK(nn::reach(fading, zeros({3, 2}), 2) == std::vector<double>{1, 0.5, 0.25});
}

TEST_CASE("jacobian, norm_at_distance: what cannot be") {
  auto same = [](const Tensor& x) { return select(x, 1, 0); };
  CHECK_THROWS_WITH_AS(nn::copies_of(ones({3}), 2), "copies_of: sequence (3,): must be (T, in), with a step or more", Error);
  CHECK_THROWS_WITH_AS(nn::copies_of(ones({0, 3}), 2), "copies_of: sequence (0, 3): must be (T, in), with a step or more", Error);
  CHECK_THROWS_WITH_AS(nn::jacobian(same, ones({2, 3}), 0), "copies_of: count 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(nn::jacobian(same, ones({2, 3}), 2),
                       "backward: upstream gradient of shape (2, 2) for a tensor of shape (2, 3): must be the same", Error);
  CHECK_THROWS_WITH_AS(nn::norm_at_distance(ones({2, 3})), "norm_at_distance: gradient (2, 3): must be (B, T, in)", Error);
}
