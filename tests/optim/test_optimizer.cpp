#include "steps.h"

#include <qkv/optim/rules.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

using namespace qkv;
using namespace qkv::optim;

namespace {

/// Every optimiser, with all that it can keep between steps.
std::vector<std::unique_ptr<Optimizer>> every_optimizer(const std::vector<Tensor>& parameters) {
  AdamOptions amsgrad;
  amsgrad.amsgrad = true;
  RMSpropOptions centered;
  centered.centered = true;
  centered.momentum = 0.5;
  std::vector<std::unique_ptr<Optimizer>> all;
  all.push_back(std::make_unique<SGD>(parameters, 0.05));
  all.push_back(std::make_unique<SGD>(parameters, 0.05, SGDOptions{0.8, 0, 0, true}));
  all.push_back(std::make_unique<Adam>(parameters, 0.05, amsgrad));
  all.push_back(std::make_unique<AdamW>(parameters, 0.05));
  all.push_back(std::make_unique<RMSprop>(parameters, 0.01, centered));
  all.push_back(std::make_unique<Adagrad>(parameters, 0.5));
  return all;
}

/// The sum of scale_i (p_i - target_i)^2: its value, and its gradient put into p.
double quadratic(Tensor& p) {
  const double target[] = {1, -2, 0.5}, scale[] = {1, 3, 0.2};
  double value = 0;
  Tensor gradient = zeros({3});
  for (Index i = 0; i < 3; ++i) {
    double distance = static_cast<double>(p.at({i})) - target[i];
    value += scale[i] * distance * distance;
    gradient.set({i}, 2 * scale[i] * distance);
  }
  p.set_grad(gradient);
  return value;
}

bool same_bits(const Tensor& a, const Tensor& b) { return std::equal(a.data(), a.data() + a.size(), b.data()); }

}  // namespace

TEST_CASE("optimisers: all find the bottom of a quadratic") {
  for (std::size_t kind = 0; kind < every_optimizer({Tensor(1)}).size(); ++kind) {
    Tensor p = tensor({3, 3, 3});
    std::unique_ptr<Optimizer> optimizer = std::move(every_optimizer({p})[kind]);
    CAPTURE(printed(*optimizer));
    for (int i = 0; i < 600; ++i) {
      quadratic(p);
      optimizer->step();
    }
    CHECK(quadratic(p) < 1e-2);
  }
}

TEST_CASE("optimisers: a restored state goes on bit for bit") {
  for (std::size_t kind = 0; kind < every_optimizer({Tensor(1)}).size(); ++kind) {
    Tensor p = tensor({3, 3, 3}), q = tensor({0.25, -1, 2});
    std::unique_ptr<Optimizer> optimizer = std::move(every_optimizer({p, q})[kind]);
    CAPTURE(printed(*optimizer));
    auto train = [](Optimizer& with, Tensor& first, Tensor& second) {
      for (int i = 0; i < 5; ++i) {
        quadratic(first);
        if (i % 2 == 0) quadratic(second);  // steps less often: the counts differ
        with.step();
        with.zero_grad();
      }
    };
    train(*optimizer, p, q);
    Tensor p2 = p.clone(), q2 = q.clone();
    Optimizer::State saved = optimizer->state();
    train(*optimizer, p, q);  // `saved` is a copy: it stays what it was

    std::unique_ptr<Optimizer> restored = std::move(every_optimizer({p2, q2})[kind]);
    restored->load_state(saved);
    train(*restored, p2, q2);
    CHECK(same_bits(p, p2));
    CHECK(same_bits(q, q2));
    Optimizer::State state = optimizer->state(), state2 = restored->state();
    REQUIRE(state.numbers.size() == state2.numbers.size());
    for (std::size_t i = 0; i < state.numbers.size(); ++i) {
      CHECK(state.numbers[i].first == state2.numbers[i].first);
      CHECK(same_bits(state.numbers[i].second, state2.numbers[i].second));
    }
    CHECK(state.step.values == std::vector<Index>{10, 6});
    CHECK(state2.step.values == state.step.values);
  }
}

TEST_CASE("optimisers: names of the state") {
  Tensor p = zeros({2, 3}), q = zeros({4});
  Optimizer::State kept = Adam({p, q}).state();
  Optimizer::Named state = kept.numbers;
  REQUIRE(state.size() == 4);
  CHECK(state[0].first == "exp_avg.0");
  CHECK(state[1].first == "exp_avg.1");
  CHECK(state[2].first == "exp_avg_sq.0");
  CHECK(state[3].first == "exp_avg_sq.1");
  CHECK(state[1].second.shape() == Shape{4});
  CHECK(kept.step.shape == Shape{2});
  CHECK(kept.step.values == std::vector<Index>{0, 0});
}

TEST_CASE("optimisers: a state that does not fit changes nothing, and everything wrong is said at once") {
  Tensor p = zeros({2, 3}), q = zeros({4});
  Adam optimizer({p, q});
  p.set_grad(ones({2, 3}));
  optimizer.step();
  Optimizer::State before = optimizer.state();
  Optimizer::State wrong = {{{"exp_avg.0", ones({3, 2})},
                             {"exp_avg.1", ones({4})},
                             {"exp_avg_sq.0", ones({2, 3})},
                             {"momentum\x1b[2J", ones({1})},
                             {"exp_avg.0", ones({2, 3})}},
                            Indices({1, -1})};
  CHECK_THROWS_WITH_AS(optimizer.load_state(wrong),
                       "Adam::load_state: the state does not fit:\n"
                       "  given twice: exp_avg.0\n"
                       "  wrong shape: exp_avg.0 is (3, 2), must be (2, 3)\n"
                       "  missing: exp_avg_sq.1 (4,)\n"
                       "  wrong: step must hold whole numbers from 0 on\n"
                       "  unexpected: momentum\\x1b[2J",
                       Error);
  Optimizer::State now = optimizer.state();
  for (std::size_t i = 0; i < before.numbers.size(); ++i) CHECK(same_bits(before.numbers[i].second, now.numbers[i].second));
  CHECK(now.step.values == std::vector<Index>{1, 0});
}

TEST_CASE("optimisers: steps are counted in whole numbers") {
  Tensor p(1);
  Adam adam({p});
  Optimizer::State state = adam.state();
  state.step.values[0] = (Index{1} << 53) + 1;  // a float ends at 2^24, a double at 2^53
  adam.load_state(state);
  CHECK(adam.state().step.values[0] == (Index{1} << 53) + 1);
  p.set_grad(Tensor(2));
  adam.step();
  CHECK(adam.state().step.values[0] == (Index{1} << 53) + 2);
}

TEST_CASE("optimisers: a parameter without a gradient is not touched") {
  Tensor p(1), q(1);
  AdamW optimizer({p, q}, 0.1);
  p.set_grad(Tensor(2));
  optimizer.step();
  CHECK(p.item() != 1);
  CHECK(q.item() == 1);  // not even by weight decay
  CHECK(optimizer.state().step.values == std::vector<Index>{1, 0});
  optimizer.zero_grad();
  CHECK_FALSE(p.has_grad());
}

TEST_CASE("optimisers: what they do not accept") {
  Tensor p = tensor({1, 2}), frozen(3);
  CHECK_THROWS_WITH_AS(SGD({}, 0.1), "SGD: no parameters: there is nothing to change", Error);
  CHECK_THROWS_WITH_AS(SGD({p, Tensor()}, 0.1), "SGD: parameter 1 is an empty tensor", Error);
  CHECK_THROWS_WITH_AS(SGD({p, frozen, p}, 0.1), "SGD: parameters 0 and 2 are the same tensor: it would be changed twice a step", Error);
  CHECK_THROWS_WITH_AS(Adam({p}, -1), "Adam: lr -1: must be a finite number, not negative", Error);
  CHECK_THROWS_AS(Adam({p}, std::numeric_limits<double>::quiet_NaN()), Error);
  SGD optimizer({p}, 0.1);
  optimizer.lr = -0.5;
  p.set_grad(ones({2}));
  CHECK_THROWS_WITH_AS(optimizer.step(), "SGD: lr -0.5: must be a finite number, not negative", Error);
  CHECK(p.at({0}) == 1);
}
