#include "../exercise.h"

#include "example.h"
#include "runs.h"

Tensor look_left(Index words, double left) {
  Tensor scores = zeros({words, words});
  for (Index i = 1; i < words; ++i) scores.set({i, i - 1}, left);
  return softmax(scores);
}

Tensor turn_over(const Tensor& p, const Tensor& n) { return p - 2 * relu(p + 2 * n - 2) + 2 * relu(-p + 2 * n - 2); }

double hit_rate(const std::vector<int>& said, const std::vector<int>& came) {
  double hits = 0;
  for (std::size_t day = 0; day < said.size(); ++day) hits += said[day] == came[day];
  return hits / static_cast<double>(said.size());
}

double deviation_of_a_coin(double days) { return std::sqrt(0.25 / days); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a softer look") {
  const double n = look_left(4, 2).at({3, 2});
  check_equal("the weight on 'not'", n, 0.7112);
  check_equal("f for rise", turn_over(tensor({1.0}), tensor({n})).item(), 0.1551);
}

TEST_CASE("answer 3: days until 52 % can be told from a coin") {
  check_equal("two deviations of 2,500 days", 2 * deviation_of_a_coin(2500), 0.02);
}

TEST_CASE("answer 4: the best of 200 coins") {
  Rng rng(0);
  double sum = 0;
  for (int round = 0; round < 200; ++round) {
    double best = 0;
    for (int coin = 0; coin < 200; ++coin) {
      int heads = 0;
      for (int day = 0; day < 250; ++day) heads += rng.below(2) == 1;
      best = std::max(best, heads / 250.0);
    }
    sum += best;
  }
  check_equal("the mean of 200 rounds", sum / 200, 0.587, 0.003);
}

TEST_CASE("answer 5: fewer passes") {
  Moods moods;
  Rng rng(0);
  for (int n = 0; n < 2000; ++n) moods.true_mood.push_back(rng.below(2) == 1 ? 1 : -1);
  moods.read_mood = moods.true_mood;
  double learned[2] = {0, 0}, next[2] = {0, 0};
  for (int i = 0; i < 2; ++i)
    for (const MarketRun& run : market_runs(moods, 0.4, 10, i == 0 ? 10 : 60, false, 0)) {
      learned[i] += run.rates.at("attention")[0] / 10;
      next[i] += run.rates.at("attention")[1] / 10;
    }
  check_true("the year it learned", learned[0] < 0.65 && learned[1] > 0.8, "be below 0.65 after 10 passes and above 0.8 after 60");
  check_true("the next year", next[0] < 0.6 && next[1] < 0.6, "stay below 0.6 with both, where the mood alone gives 0.655");
}
