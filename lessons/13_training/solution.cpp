#include "../exercise.h"

#include "models.h"

Tensor loss_gradient(const Tensor& z, Index right) {
  Tensor dz = softmax(z);
  dz.set({right}, dz.at({right}) - 1);
  return dz;
}

Tensor mlp(const Tensor& x, const Tensor& W1, const Tensor& b1, const Tensor& W2, const Tensor& b2) {
  return linear(tanh(linear(x, W1, b1)), W2, b2);
}

struct Means {
  Tensor m, v;
  double t = 0;
};
Tensor adam_step(const Tensor& w, const Tensor& g, double lr, Means& means) {
  means.m = 0.9 * means.m + 0.1 * g;
  means.v = 0.999 * means.v + 0.001 * g * g;
  ++means.t;
  const Tensor m_hat = means.m / (1 - std::pow(0.9, means.t)), v_hat = means.v / (1 - std::pow(0.999, means.t));
  return w - lr * m_hat / (sqrt(v_hat) + 1e-8);
}

double train(const Tensors& parameters, const Tensor& x, const Indices& target, Index steps) {
  optim::Adam adam(parameters, 0.02);
  double loss = 0;
  for (Index step = 0; step < steps; ++step) {
    const Tensor L = cross_entropy(mlp(x, parameters[0], parameters[1], parameters[2], parameters[3]), target);
    adam.zero_grad();
    L.backward();
    adam.step();
    loss = L.item();
  }
  return loss;
}

#include "exercise_checks.h"

// ---- What the page's answers say

TEST_CASE("answer 1: class 1 is right") {
  const Tensor z = tensor({0.0, -0.55, 0.25});
  check_equal("dL/dz", loss_gradient(z, 1), tensor({0.3495, -0.7983, 0.4488}));
  check_equal("L", cross_entropy(unsqueeze(z, 0), Indices{1}).item(), 1.6012);
}

TEST_CASE("answer 2: the best lr in the valley") {
  const double best = 2.0 / 101, slower = std::pow(1 - best, 100);
  check_equal("the factor of w1", 1 - best, 0.98020);
  check_equal("the factor of w2", 1 - 100 * best, -0.98020);
  check_equal("both after 100 steps", slower, 0.1353);
  for (const double lr : {best - 0.001, best + 0.0001})
    check_true("another lr", std::max(std::pow(1 - lr, 100), std::pow(1 - 100 * lr, 100)) > slower, "leave one of the two larger");
}

TEST_CASE("answer 3: three hidden numbers") {
  int solved = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const double loss = learn_xor(3, Start::random, seed);
    solved += loss < 0.01;
    check_true("the loss", loss < 0.01 || std::abs(loss - std::log(2.0) / 2) < 0.01, "be near 0 or near log 2 / 2");
  }
  check_equal("solved, of ten", solved, 7, 0.2);
}

TEST_CASE("answer 4: labels by chance") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    const Tensor x = randn({20, 30}, rng), others = randn({1000, 30}, rng);
    Indices labels({20}, std::vector<Index>(20)), other_labels({1000}, std::vector<Index>(1000));
    for (Index& label : labels.values) label = rng.below(2);
    for (Index& label : other_labels.values) label = rng.below(2);
    Line line(30, 2, rng);
    fit(line, x, labels, 500);
    check_equal("right on the 20 that it has seen", accuracy(line(x), labels), 1);
    check_equal("right on 1,000 others", accuracy(line(others), other_labels), 0.5, 0.04);
  }
}

TEST_CASE("answer 5: no tanh") {
  Rng rng(0);
  nn::Linear first(784, 64, rng), second(64, 10, rng);
  check_equal("parameters", static_cast<double>(first.parameter_count() + second.parameter_count()), 50890);
  const Tensor x = randn({3, 784}, rng);
  const Tensor W = matmul(second.weight, first.weight), b = linear(first.bias, second.weight, second.bias);
  check_equal("two linear layers and one", second(first(x)), linear(x, W, b), 1e-3);
}
