#include <compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/order.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

#include <doctest/doctest.h>

#include <functional>

// Numbers at the edge: huge, infinite, all equal, all hidden, just one. No NaN comes out that did not go in, forward or backward.

using namespace qkv;

namespace {

bool has_nan(const Tensor& x) {
  return std::any_of(x.data(), x.data() + x.size(), [](Scalar number) { return std::isnan(number); });
}

/// Rows of n numbers, each drawn from a few extreme ones: every kind of neighbour meets every other.
Tensor extreme(const Shape& shape, const std::vector<double>& numbers, Rng& rng) {
  Tensor x = zeros(shape);
  for (Index i = 0; i < x.size(); ++i) x.mutable_data()[i] = static_cast<Scalar>(numbers[rng.below(static_cast<Index>(numbers.size()))]);
  return x;
}

const std::vector<std::vector<double>> kinds = {{1e4, -1e4},
                                                {1e4, -1e4, 0, 1e-4},
                                                {infinity, 0, 1},
                                                {-infinity, 0, 1},
                                                {infinity, -infinity},
                                                {infinity, -infinity, 1e4, -1e4, 3},
                                                {-infinity},
                                                {infinity},
                                                {7},
                                                {0},
                                                {1e30, -1e30, 2},
                                                {3e38, -3e38}};

/// f's value and gradient (for an upstream of mixed signs) at rows of 1, 2, 5 and 17 extreme numbers.
void check(const char* name, const std::function<Tensor(const Tensor&)>& f) {
  Rng rng(4);
  for (const std::vector<double>& numbers : kinds)
    for (Index n : {1, 2, 5, 17})
      for (int run = 0; run < 10; ++run) {
        Tensor x = extreme({3, n}, numbers, rng).requires_grad(true);
        INFO(std::string(name), " of ", x.detach());
        Tensor y = f(x);
        REQUIRE_FALSE(has_nan(y));
        y.backward(rand(y.shape(), rng, -1, 1));
        REQUIRE_FALSE(has_nan(x.grad()));
      }
}

}  // namespace

TEST_CASE("extremes: softmax, log-softmax, cross-entropy, layer norm and more") {
  check("softmax", [](const Tensor& x) { return softmax(x); });
  check("softmax, axis 0", [](const Tensor& x) { return softmax(x, 0); });
  check("log_softmax", [](const Tensor& x) { return log_softmax(x); });
  for (double smoothing : {0.0, 0.1, 1.0})
    for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none})
      check("cross_entropy", [=](const Tensor& x) {
        return cross_entropy(x, Indices(Shape{3}, {0, x.size(1) - 1, x.size(1) / 2}), {-100, smoothing, reduction});
      });
  check("logsumexp", [](const Tensor& x) { return logsumexp(x, 1); });
  check("norm", [](const Tensor& x) { return norm(x, 1); });
  check("maximum", [](const Tensor& x) { return maximum(x, select(x, 1, 0).unsqueeze(1)); });
  check("clamp", [](const Tensor& x) { return clamp(x, -2, 2); });
  check("topk", [](const Tensor& x) { return topk(x, x.size(1)).values; });
  for (double target : {0.0, 0.5, 1.0})
    check("binary_cross_entropy_with_logits",
          [=](const Tensor& x) { return binary_cross_entropy_with_logits(x, full(x.shape(), target)); });
  for (double eps : {1e-5, 0.0})
    check("layer_norm", [=](const Tensor& x) { return layer_norm(x, {x.size(-1)}, full({x.size(-1)}, 2), full({x.size(-1)}, -1), eps); });
}

TEST_CASE("extremes: attention over scores of every size, hidden or not") {
  Rng rng(5);
  int tried = 0;
  for (const std::vector<double>& numbers : kinds)
    for (Index keys : {1, 2, 7})
      for (int hidden = 0; hidden < 3; ++hidden) {  // nothing, some, all
        Mask mask(Shape{3, keys}, std::vector<std::uint8_t>(static_cast<std::size_t>(3 * keys), hidden == 2));
        if (hidden == 1)
          for (std::uint8_t& mark : mask.hidden) mark = rng.below(2) == 1;
        Tensor q = randn({2, 3, 4}, rng).requires_grad(true), k = randn({2, keys, 4}, rng).requires_grad(true);
        Tensor v = randn({2, keys, 5}, rng).requires_grad(true), bias = extreme({3, keys}, numbers, rng).requires_grad(true);
        AttentionOptions options;
        options.mask = mask;
        options.bias = bias;
        Attended result = scaled_dot_product_attention(q, k, v, options);
        INFO("bias ", bias.detach());
        REQUIRE_FALSE(has_nan(result.output));
        sum(result.output * rand(result.output.shape(), rng)).backward();
        for (const Tensor& each : {q, k, v, bias}) REQUIRE_FALSE(has_nan(each.grad()));
        if (hidden == 2) REQUIRE(largest_difference(result.output, zeros({2, 3, 5})) == 0);
        ++tried;
      }
  CHECK(tried == 108);
}

TEST_CASE("extremes: attention at 1e4, composed and fused, with whole rows hidden") {
  Rng rng(6);
  for (double size : {1e4, -1e4, 1e15})
    for (Index keys : {1, 3, 70})
      for (bool need_weights : {true, false})
        for (bool causal : {true, false}) {
          Tensor q = full({1, 3, 2}, size).requires_grad(true), k = randn({1, keys, 2}, rng, 0, 1e4).requires_grad(true);
          Tensor v = randn({1, keys, 2}, rng).requires_grad(true);
          AttentionOptions options;
          options.causal = causal;
          options.need_weights = need_weights;
          options.mask = Mask(Shape{3, 1}, {1, 0, 0});  // the first query sees nothing
          Tensor y = scaled_dot_product_attention(q, k, v, options).output;
          REQUIRE_FALSE(has_nan(y));
          REQUIRE(y.at({0, 0, 0}) == 0);
          sum(y).backward();
          for (const Tensor& each : {q, k, v}) REQUIRE_FALSE(has_nan(each.grad()));
          REQUIRE(q.grad().at({0, 0, 1}) == 0);
        }
}

TEST_CASE("extremes: the limits have values") {
  auto inf = infinity;
  Tensor logs = log_softmax(tensor({{1, inf, 3}, {inf, -inf, inf}, {-inf, -inf, 0}}));
  CHECK(largest_difference(logs, tensor({{-inf, 0, -inf}, {-std::log(2.0), -inf, -std::log(2.0)}, {-inf, -inf, 0}})) <= rounding);
  CHECK(cross_entropy(tensor({{1, inf, 3}}), {1}).item() == 0);
  CHECK(cross_entropy(tensor({{1, inf, 3}}), {0}).item() == inf);
  CHECK(cross_entropy(tensor({{inf, inf}}), {0}).item() == doctest::Approx(std::log(2.0)));
  CHECK(cross_entropy(tensor({{-inf, 0}}), {0}, {-100, 1.0, Reduction::mean}).item() == inf);  // no 0 times infinity

  // One number beyond all others: it lies sqrt(n - 1) deviations out, the others at its inverse on the other side.
  Tensor one = tensor({{1, inf, 3, 4, 5}, {1, 1e30, 3, 4, 5}});
  Tensor limit = tensor({{-0.5, 2, -0.5, -0.5, -0.5}, {-0.5, 2, -0.5, -0.5, -0.5}});
  CHECK(largest_difference(layer_norm(one, {5}), limit) <= rounding);
  CHECK(largest_difference(layer_norm(tensor({1e30, -1e30}), {2}), tensor({1, -1})) <= rounding);
  CHECK(largest_difference(layer_norm(tensor({-inf, inf, 7}), {3}), tensor({-std::sqrt(1.5), std::sqrt(1.5), 0})) <= rounding);
  CHECK(largest_difference(layer_norm(tensor({4, 4, 4}), {3}, Tensor(), Tensor(), 0), zeros({3})) == 0);
  CHECK(has_nan(layer_norm(tensor({1, std::nan(""), 3}), {3})));
  CHECK(has_nan(log_softmax(tensor({inf, std::nan(""), 3}))));
}
