#include "../exercise.h"

#include "trials.h"

namespace solution {

Index lstm_parameters(Index features, Index h, Index classes) { return 4 * (features * h + h * h + 2 * h) + classes * (h + 1); }

double nearest_mean(const Tensor& train_x, const Indices& train_target, const Tensor& test_x, const Indices& test_target, Index classes) {
  Tensor members = transpose(one_hot(train_target, classes));           // (classes, N)
  Tensor means = matmul(members, train_x) / sum(members, 1, true);      // (classes, d)
  Tensor scores = linear(test_x, means) - 0.5 * sum(means * means, 1);  // (N, classes)
  return accuracy(scores, test_target);
}

void set_forget_gate(Tensor& bias, double value) {
  Index h = bias.size() / 4;
  for (Index j = h; j < 2 * h; ++j) bias.set({j}, value);
}

double gradient_at_step_0(const std::function<Tensor(const Tensor&)>& model, Tensor x, const Indices& target) {
  x.requires_grad(true);
  cross_entropy(model(x), target).backward();
  Tensor reached = select(x.grad(), 1, 0);
  return sqrt(sum(reached * reached).item());
}

#include "exercise_checks.h"

}  // namespace solution

// ---- The numbers in the page's answers

/// An RNN with relu, or whose recurrent weight is at first the identity.
AnyModel other_rnn(Index distance, std::uint64_t seed, Nonlinearity nonlinearity, bool identity) {
  const Task task = asked(recall_task(distance));
  nn::RecurrentOptions options;
  options.nonlinearity = nonlinearity;
  Rng rng(seed);
  auto model = std::make_unique<Recurrent<nn::RNN>>(task, largest_width(five[0], task), rng, options);
  if (identity) model->parameter("layer.weight_hh_l0").copy_from(eye(largest_width(five[0], task)));
  return model;
}

/// The median of ten seeds of the gradient at the first step, before training.
template <class Build>
double median_gradient(Index distance, const Build& build) {
  std::vector<double> gradients;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed + 1);
    gradients.push_back(gradient_at_first_step(*build(seed), datasets::recall(64, recall_task(distance), rng)));
  }
  return show::median(gradients);
}

TEST_CASE("answer 1: relu") {
  const double tanh_gradient = median_gradient(16, [](std::uint64_t seed) { return other_rnn(16, seed, Nonlinearity::tanh, false); });
  const double relu_gradient = median_gradient(16, [](std::uint64_t seed) { return other_rnn(16, seed, Nonlinearity::relu, false); });
  check_true("the gradient with relu", relu_gradient < tanh_gradient / 100, "be a hundred times smaller");
  check_equal("accuracy at d = 16", recall(*other_rnn(16, 0, Nonlinearity::relu, false), 16, 800, 0).accuracy, 0.125, 0.04);
}

TEST_CASE("answer 2: the identity") {
  const double gradient = median_gradient(16, [](std::uint64_t seed) { return other_rnn(16, seed, Nonlinearity::tanh, true); });
  check_equal("the gradient at d = 16", gradient, 0.004, 0.001);
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    check_true("accuracy at d = 16", recall(*other_rnn(16, seed, Nonlinearity::tanh, true), 16, 800, seed).accuracy > 0.95,
               "be above 0.95");
}

TEST_CASE("answer 3: without positions") {
  for (Index distance : {16, 64})
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      Task task = asked(recall_task(distance));
      task.positions = false;
      check_true("accuracy", recall(*largest(five[3], task, seed), distance, 800, seed).accuracy > 0.99, "be above 0.99");
    }
}

TEST_CASE("answer 4: what is left of the cell after 64 steps") {
  const auto left = [](double bias) { return std::pow(1 / (1 + std::exp(-bias)), 64); };
  check_equal("bias 0", left(0), 0);
  check_equal("bias 3", left(3), 0.044, 1e-3);
  check_equal("bias 10", left(10), 0.997, 1e-3);
}

TEST_CASE("answer 5: attention at d = 128") {
  const double gradient = median_gradient(128, [](std::uint64_t seed) { return largest(five[3], asked(recall_task(128)), seed); });
  check_equal("the gradient", gradient, 0.00042, 0.00006);
}
