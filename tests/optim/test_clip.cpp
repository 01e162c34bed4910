#include "steps.h"

#include <qkv/optim/clip.h>

#include <cmath>
#include <limits>

using namespace qkv;
using namespace qkv::optim;

namespace {
std::vector<Tensor> with_gradients() {  // (3, 0, 4) and (12): together 13 long; the last has none
  Tensor p = zeros({3}), q = zeros({1, 1}), without = zeros({2});
  p.set_grad(tensor({3, 0, 4}));
  q.set_grad(tensor({{12}}));
  return {p, q, without};
}
}  // namespace

TEST_CASE("clip_grad_norm: a long gradient is scaled, a short one left alone") {
  std::vector<Tensor> parameters = with_gradients();
  CHECK(clip_grad_norm(parameters, 100) == near(13));
  CHECK(parameters[0].grad().at({0}) == 3);
  CHECK(clip_grad_norm(parameters, 1.3) == near(13));
  CHECK(parameters[0].grad().at({0}) == near(3 * 1.3 / (13 + 1e-6)));
  CHECK(parameters[1].grad().item() == near(12 * 1.3 / (13 + 1e-6)));
  CHECK_FALSE(parameters[2].has_grad());
}

TEST_CASE("clip_grad_norm: zero gradients stay zero, an infinite max_norm only measures") {
  Tensor p = zeros({2});
  p.set_grad(zeros({2}));
  CHECK(clip_grad_norm({p}, 1) == 0);
  CHECK(p.grad().at({0}) == 0);
  std::vector<Tensor> parameters = with_gradients();
  CHECK(clip_grad_norm(parameters, std::numeric_limits<double>::infinity()) == near(13));
  CHECK(parameters[1].grad().item() == 12);
}

TEST_CASE("clip_grad_norm: every number counts, whatever the size, and large floats do not overflow") {
  for (Index n : {1, 15, 16, 17, 50}) {
    Tensor p = zeros({n});
    p.set_grad(full({n}, 1e25));
    CHECK(clip_grad_norm({p}, 1) == near(1e25 * std::sqrt(static_cast<double>(n))));
    CHECK(p.grad().at({n - 1}) == near(1 / std::sqrt(static_cast<double>(n))));
  }
}

TEST_CASE("clip_grad_norm: a parameter given twice counts once") {
  std::vector<Tensor> parameters = with_gradients();
  parameters.push_back(parameters[1]);
  CHECK(clip_grad_norm(parameters, 1.3) == near(13));
  CHECK(parameters[1].grad().item() == near(12 * 1.3 / (13 + 1e-6)));
}

TEST_CASE("clip_grad_norm: messages") {
  std::vector<Tensor> parameters = with_gradients();
  CHECK_THROWS_WITH_AS(clip_grad_norm(parameters, 0), "clip_grad_norm: max_norm 0: must be above 0", Error);
  parameters[1].set_grad(full({1, 1}, std::numeric_limits<double>::quiet_NaN()));
  CHECK_THROWS_WITH_AS(clip_grad_norm(parameters, 1),
                       "clip_grad_norm: the gradient of parameter 1, shape (1, 1), is too large, infinite or NaN", Error);
  CHECK(parameters[0].grad().at({0}) == 3);
}
