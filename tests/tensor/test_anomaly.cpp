#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace qkv;

TEST_CASE("anomaly: the operation in which the first one appears is named") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  Tensor x = tensor({{1, 2, 3}, {4, 0, 6}}).requires_grad(true);
  CHECK_NOTHROW(exp(log(x) * 2));  // not looked for
  FindAnomaly guard;
  CHECK(finding_anomalies());
  CHECK_THROWS_WITH_AS(exp(log(x) * 2), "anomaly: 'log' of (2, 3) gives -inf at (1, 1), and nothing that went in is infinite", Error);
  CHECK_THROWS_WITH_AS(sqrt(x - 2), "anomaly: 'sqrt' of (2, 3) gives nan at (0, 0), and nothing that went in is nan", Error);
  CHECK_THROWS_WITH_AS(x + tensor({0, nan, 0}), "anomaly: 'add' of (2, 3) gives nan at (0, 1), and an input (3,) holds nan at (1,)", Error);
  CHECK_THROWS_WITH_AS(Tensor(inf) - Tensor(inf), "anomaly: 'sub' of () gives nan at (), and nothing that went in is nan", Error);
  NoGrad no_graph;
  CHECK_THROWS_WITH_AS(exp(tensor({1000})), "anomaly: 'exp' of (1,) gives inf at (0,), and nothing that went in is infinite", Error);
}

TEST_CASE("anomaly: on the way back too") {
  Tensor x = tensor({4, 0, 1}).requires_grad(true);
  Tensor fine = sum(sqrt(x)), also_fine = sum(sqrt(x * x));
  FindAnomaly guard;
  CHECK_THROWS_WITH_AS(fine.backward(), "anomaly: backward: the gradient (3,) of input 0 of 'sqrt' is infinite at (1,)", Error);
  CHECK_THROWS_WITH_AS(also_fine.backward(), "anomaly: backward: the gradient (3,) of input 0 of 'sqrt' is infinite at (1,)", Error);
}

TEST_CASE("anomaly: only what an operation makes counts, not its steps, and its limits are none") {
  const double inf = std::numeric_limits<double>::infinity(), huge = std::numeric_limits<Scalar>::max() / 4, tiny = 1e-30;
  const Tensor hidden = tensor({{-inf, -inf}, {1, -inf}, {-inf, 2}}), infinite = tensor({{inf, 1}, {-inf, inf}}),
               large = tensor({{huge, huge}, {tiny, tiny}});
  const auto passes = [](auto f, const Tensor& input) {
    Tensor x = input.clone().requires_grad(true), y = f(x);
    CHECK_NOTHROW(sum(y).backward());
    for (const Tensor& z : {y, x.grad()}) CHECK(std::none_of(z.data(), z.data() + z.size(), [](Scalar n) { return std::isnan(n); }));
  };
  FindAnomaly guard;
  passes([](const Tensor& x) { return logsumexp(x, 1); }, hidden);
  passes([](const Tensor& x) { return logsumexp(x, 1); }, infinite);
  passes([](const Tensor& x) { return norm(x, 1); }, hidden);
  passes([](const Tensor& x) { return norm(x, 1); }, infinite);
  passes([](const Tensor& x) { return norm(x, 1); }, large);
  const Tensor target = tensor({{1, 0}, {0, 1}});  // right, and as sure as can be: 0 times infinity is 0
  passes([&](const Tensor& x) { return binary_cross_entropy_with_logits(x, target); }, tensor({{inf, -inf}, {-inf, inf}}));
  CHECK_THROWS_WITH_AS(norm(large * 4), "anomaly: 'norm' of () gives inf at (), and nothing that went in is infinite", Error);
  CHECK(finding_anomalies());
}

TEST_CASE("anomaly: infinities that were asked for are none, and a sound model passes") {
  const double inf = std::numeric_limits<double>::infinity();
  FindAnomaly guard;
  Tensor x = tensor({{1, 2}, {3, 4}}).requires_grad(true);
  Tensor hidden = masked_fill(x, {{0, 1}, {1, 1}}, -inf);
  CHECK_NOTHROW(sum(softmax(hidden) * 2).backward());
  CHECK_NOTHROW(hidden * 2);  // passed on

  Rng rng(1);
  nn::TransformerEncoderLayer layer(4, 2, 8, rng);
  nn::MultiheadMasks masks;
  masks.attn = causal_mask(3, 3);
  CHECK_NOTHROW(mse_loss(layer(randn({2, 3, 4}, rng), masks), zeros({2, 3, 4})).backward());
  { FindAnomaly inner; }
  CHECK(finding_anomalies());
}
