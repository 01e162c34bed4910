#include "../exercise.h"

#include "runs.h"

Tensor weights_of_hop(const Tensor& q, const Tensor& m, double sharpness) { return softmax(sharpness * matmul(m, q)); }

Tensor two_hops(const Tensor& q, const Tensor& m, const Tensor& keep, const Tensor& wish, double sharpness) {
  Tensor found = matmul(weights_of_hop(q, m, sharpness), m);
  return weights_of_hop(keep * found + wish, m, sharpness);
}

Mask most_weighted(const Tensor& weights) {
  const Index rows = weights.size(0), sentences = weights.size(1);
  std::vector<std::uint8_t> marks(rows * sentences, 0);
  const Indices most = argmax(weights, 1);
  for (Index b = 0; b < rows; ++b) marks[b * sentences + most.values[b]] = 1;
  return {{rows, sentences}, marks};
}

Index what_it_means(const std::vector<Index>& named) {
  for (auto product = named.rbegin(); product != named.rend(); ++product)
    if (*product >= 0) return *product;
  return -1;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: sharpness 1") {
  check_equal("the weights of the second hop", two_hops(ball, m, keep, wish, 1), tensor({0.1906, 0.2912, 0.5181}));
}

TEST_CASE("answer 2: everything is kept") {
  check_equal("the weights of the second hop", two_hops(ball, m, full({6}, 1), wish, 4), tensor({0.4075, 0.0122, 0.5802}));
}

TEST_CASE("answer 5: one hop, twice as wide") {
  const Task task = story_task(20000, 0);
  Rng rng(0);
  const HopReader reader(task, 1, rng, 0.3, 64);
  train(reader, task.train.words, task.train.answers, 5, rng);
  const Tensor scores = scores_of(reader, task.test.words);
  check_true("one fact", right(scores, task.test, 0) > 0.99, "be right");
  check_true("two facts", right(scores, task.test, 1) < 0.5, "be wrong in more than half of the cases");
}
