#include "../exercise.h"

#include "regression.h"

Tensor weights(double q, const Tensor& keys, double h) {
  const Tensor distance = q - keys;
  const Tensor raw = exp(-distance * distance / (2 * h * h));
  return raw / sum(raw);
}

Tensor look_up(const Tensor& queries, const Tensor& keys, const Tensor& values, double h) {
  const Tensor distance = unsqueeze(queries, 1) - keys;
  return matmul(softmax(-distance * distance / (2 * h * h)), values);
}

Tensor left_out(const Tensor& x, const Tensor& y, double h) {
  const Tensor distance = unsqueeze(x, 1) - x;
  const Tensor scores = masked_fill(-distance * distance / (2 * h * h), eye(x.size(0)) > 0, -infinity);
  return matmul(softmax(scores), y);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: two readings at 9") {
  const Tensor four = tensor({6, 9, 14, 9}), degrees = tensor({{8}, {12}, {20}, {14}});
  const Tensor alpha = weights(9, four, 2);
  check_equal("the two weights", alpha.at({1}), alpha.at({3}));
  check_equal("each of them", alpha.at({1}), 0.4222);
  check_equal("h = 0.1", look_up(tensor({9}), four, degrees, 0.1), tensor({{13}}));
}

TEST_CASE("answer 2: the highest degrees at 11") {
  double best = 0, at = 0;
  for (double h = 0.1; h < 20; h += 0.01) {
    const double degrees = look_up(tensor({11}), keys, values, h).at({0, 0});
    if (degrees > best) best = degrees, at = h;
  }
  check_equal("h", at, 2.23, 0.01);
  check_equal("degrees", best, 14.5231);
}

TEST_CASE("answer 3: |q - k| instead of its square") {
  auto alpha = [](double q) { return softmax(-abs(q - keys)); };
  check_equal("their sum", sum(alpha(11)).item(), 1);
  check_equal("all values 7", sum(alpha(11) * 7).item(), 7);
}

TEST_CASE("answer 4: an h for each point") {
  int better = 0, fits = 0;
  std::vector<double> one, each;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    const Regression r(rng);
    Tensor log_h = zeros({80}).requires_grad(true);
    optim::Adam adam({log_h}, 0.05);
    for (int step = 0; step < 600; ++step) {
      Tensor loss = mse_loss(r.left_out(exp(log_h)), r.y);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
    each.push_back(r.errors(exp(log_h)).true_curve);
    one.push_back(r.errors(learn_h(r, false, 600)).true_curve);
    better += each.back() < one.back();
    fits += r.errors(exp(log_h)).left_out < r.errors(learn_h(r, false, 600)).left_out;
  }
  check_true("error (b)", fits == 10, "be smaller with 80 of them for all ten seeds");
  check_true("error (c)", better >= 2 && better <= 6, "be smaller for about four of ten seeds only");
}

TEST_CASE("answer 5: beyond all points") {
  Rng rng(0);
  const Regression r(rng);
  const double furthest = r.y.at({argmax(r.x).values[0]});
  check_equal("h = 0.4 at x = 15: nearly the point furthest to the right", r.at(tensor({15}), 0.4).item(), furthest, 0.02);
  check_equal("h = 100: nearly the mean", r.at(tensor({15}), 100).item(), mean(r.y).item(), 0.01);
}
