#include "../exercise.h"

#include "neighbours.h"

struct Network {
  Tensor W, b, u;
};

Tensor neighbour_weights(const Tensor& X, const Network& f) {
  const Tensor left = concat({zeros({1, X.size(1)}), slice(X, 0, 0, X.size(0) - 1)}, 0);
  return matmul(tanh(linear(concat({left, X}, 1), f.W, f.b)), f.u);
}

Tensor weights_times_elements(const Tensor& w, const Tensor& X) { return unsqueeze(w, 1) * X; }

Tensor alpha_of_the_steps(const Tensor& w) { return eye(w.size(0)) * w; }

Index rows_that_differ(const Tensor& before, const Tensor& after) {
  Index rows = 0;
  for (Index i = 0; i < before.size(0); ++i) {
    bool differs = false;
    for (Index j = 0; j < before.size(1); ++j) differs = differs || before.at({i, j}) != after.at({i, j});
    rows += differs;
  }
  return rows;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

/// The steps with a weight from three elements: itself and its two left neighbours.
struct ThreeNeighbours : Model {
  nn::Linear W, u, out;
  explicit ThreeNeighbours(Rng& rng) : W(3 * d, 16, rng), u(16, 1, rng), out(n * d, 1, rng) {
    adopt("W", W), adopt("u", u), adopt("out", out);
  }
  Tensor operator()(const Tensor& x) const override {
    const Tensor nothing = zeros({x.size(0), 1, d}), one = concat({nothing, slice(x, 1, 0, n - 1)}, 1),
                 two = concat({nothing, slice(one, 1, 0, n - 1)}, 1);
    return out(reshape(u(tanh(W(concat({two, one, x}, 2)))) * x, {-1, n * d}));
  }
};

template <class M>
double error_of(Task task, Index distance, std::uint64_t seed) {
  Rng rng(seed);
  M model(rng);
  return train(model, "training", task, distance, 1000, rng);
}

TEST_CASE("what goes wrong, and answer 1: two places away, ten seeds") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const double two = error_of<Neighbours>(Task::next, 2, seed), three = error_of<ThreeNeighbours>(Task::next, 2, seed);
    check_true("the steps with two", two > 0.6, "be off by more than 0.6");
    check_true("the steps with three", three < 0.1, "be off by less than 0.1");
  }
}

TEST_CASE("answer 1: three neighbours and look-up, three seeds") {
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    check_true("look-up", error_of<ThreeNeighbours>(Task::look_up, 1, seed) > 0.6, "be off by more than 0.6");
}

TEST_CASE("answer 2: two layers reach two places") {
  const auto two_layers = [](const Tensor& x) {
    const Tensor y = weights_times_elements(neighbour_weights(x, network), x);
    return weights_times_elements(neighbour_weights(y, network), y);
  };
  const Tensor before = two_layers(X), after = two_layers(concat({tensor({{2.0, -1.0}}), slice(X, 0, 1, 5)}, 0));
  check_equal("rows that a change of x_1 reaches", static_cast<double>(rows_that_differ(before, after)), 3);
  check_equal("the last two", slice(before, 0, 3, 5), slice(after, 0, 3, 5));
}

TEST_CASE("answer 3: one softmax over all weights") {
  const Tensor alpha = softmax(w), backwards = flip(alpha, 0);
  check_equal("sum", sum(alpha).item(), 1);
  check_equal("pairs in another order", matmul(alpha, X), matmul(backwards, flip(X, 0)));
}

TEST_CASE("answer 4: what can be known without the needed information") {
  Rng rng(99);
  const Batch test = draw(20000, Task::next, 1, rng);
  double error = 0;
  for (Index c = 0; c < 20000; ++c) {
    double total = 0, count = 0;
    for (Index i = 1; i < items; ++i)  // never the first, never the marked one
      if (test.X.at({c, i, mark}) == 0) total += test.X.at({c, i, value}), count += 1;
    error += std::pow(total / count - test.answer.at({c, 0}), 2) / 20000;
  }
  check_equal("a mean of those that can be meant", error, 29.0 / 36, 0.02);
}

TEST_CASE("answer 5: parameters") {
  Rng rng(0);
  check_equal("neighbours", static_cast<double>(Neighbours(rng).parameter_count()), 434);
  check_equal("all pairs", static_cast<double>(Formula(false, rng).parameter_count()), 433);
  check_equal("with positions", static_cast<double>(Formula(true, rng).parameter_count()), 689);
}
