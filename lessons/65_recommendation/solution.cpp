#include "../exercise.h"

#include "example.h"
#include "trials.h"

namespace solution {

Tensor cosines(const Tensor& together) {
  Tensor each = sum(together * eye(together.size(0)), 1);
  return together / sqrt(unsqueeze(each, 1) * each) * (1 - eye(together.size(0)));
}

Tensor score_by_mean(const Tensor& taken, const Tensor& offered) { return matmul(offered, mean(taken, 0)); }

Tensor score_by_attention(const Tensor& taken, const Tensor& offered, double scale) {
  Tensor alpha = softmax(scale * matmul(offered, transpose(taken)));  // (N, L)
  return sum(offered * matmul(alpha, taken), 1);
}

double ndcg_of(Index place, Index k) { return place <= k ? 1 / std::log2(1 + static_cast<double>(place)) : 0; }

#include "exercise_checks.h"

}  // namespace solution

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the bag") {
  const Pantry pantry;
  const Tensor alpha = softmax(1 * matmul(pantry.offered, transpose(pantry.taken)));
  const Tensor scores = sum(pantry.offered * matmul(alpha, pantry.taken), 1);
  check_equal("sugar with q = o", scores.at({0}), 0.7311);
  check_equal("the bag with q = o", scores.at({2}), 0.7);
  const Tensor half = softmax(0.5 * matmul(pantry.offered, transpose(pantry.taken)));
  check_equal("sugar with q = o / 2", sum(pantry.offered * matmul(half, pantry.taken), 1).at({0}), 0.6225);
}

TEST_CASE("answer 2: NDCG of guessing") {
  double sum = 0;
  for (Index place = 1; place <= 10; ++place) sum += solution::ndcg_of(place, 10);
  check_equal("the sum over ten places", sum, 4.5436);
  check_equal("all hidden items second", solution::ndcg_of(2, 10), 0.6309);
}

TEST_CASE("answer 3: who knows the interests") {
  for (int k = 1; k <= 4; ++k) check_true("items that are left", 10 * k - (4 * k - 1) == 6 * k + 1, "be 6 k + 1");
  check_equal("5 interests", 10.0 / 31, 0.3226);
}

TEST_CASE("answer 4: a long history") {
  const Tensor offered = tensor({{1, 0}});
  Tensor taken = zeros({20, 2});
  for (Index i = 0; i < 20; ++i) taken.set({i, i < 2 ? 0 : 1}, 1);
  check_equal("the mean", solution::score_by_mean(taken, offered).item(), 0.1);
  check_equal("attention, scale 4", solution::score_by_attention(taken, offered, 4).item(), 0.8585);
}
