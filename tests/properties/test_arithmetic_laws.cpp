#include "law.h"

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

using namespace qkv;

namespace {

/// A shape that broadcasts to `full`: leading axes left out, others 1.
Shape narrowed(const Shape& full, Rng& rng) {
  Shape shape = full.part(pick(rng, 0, full.rank()), full.rank());
  for (Index axis = 0; axis < shape.rank(); ++axis)
    if (rng.below(3) == 0) shape[axis] = 1;
  return shape;
}

/// NumPy's rule number by number: where number i of `full` comes from in an operand of shape `part`.
Index source(Index i, const Shape& full, const Shape& part) {
  Index at = 0, stride = 1;
  for (Index axis = 1; axis <= full.rank(); ++axis) {
    Index position = i % full[-axis];
    i /= full[-axis];
    if (axis > part.rank()) continue;
    at += part[-axis] == 1 ? 0 : position * stride;
    stride *= part[-axis];
  }
  return at;
}

Shape joined(const Shape& a, const Shape& b) {
  Shape shape = a;
  for (Index size : b) shape.push_back(size);
  return shape;
}

}  // namespace

TEST_CASE("laws: broadcasting is NumPy's, forwards and back") {
  law("broadcasting", [](Rng& rng) {
    Shape full = any_shape(rng, 5, 0), a = narrowed(full, rng), b = narrowed(full, rng);
    Shape want = broadcast_shape(a, b, "test");
    Tensor x = randn(a, rng).requires_grad(true), y = randn(b, rng).requires_grad(true), up = randn(want, rng);
    Tensor z = x * y, wanted = zeros(want), dx = zeros(a), dy = zeros(b);
    for (Index i = 0; i < want.count(); ++i) {
      Index at_x = source(i, want, a), at_y = source(i, want, b);
      wanted.mutable_data()[i] = x.data()[at_x] * y.data()[at_y];
      dx.mutable_data()[at_x] += up.data()[i] * y.data()[at_y];
      dy.mutable_data()[at_y] += up.data()[i] * x.data()[at_x];
    }
    REQUIRE(same(z, wanted));
    z.backward(up);
    REQUIRE(close(x.grad(), dx));
    REQUIRE(close(y.grad(), dy));
  });
  law("shapes that do not fit", [](Rng& rng) {
    Shape a = any_shape(rng, 4), b = any_shape(rng, 4);
    a.push_back(pick(rng, 2, 4));
    b.push_back(a.back() + pick(rng, 1, 3));
    std::string sizes = std::to_string(a.back()) + " and " + std::to_string(b.back());
    for (Index size : any_shape(rng, 2)) {
      a.push_back(size);
      b.push_back(size);
    }
    std::string message =
        "add: " + a.text() + " with " + b.text() + ": sizes " + sizes + " do not match; counted from the last axis they must be equal or 1";
    REQUIRE_THROWS_WITH_AS(zeros(a) + zeros(b), message.c_str(), Error);
  });
}

TEST_CASE("laws: matmul is the sum of products, whatever the leading axes") {
  law("matmul", [](Rng& rng) {
    Index n = pick(rng, 1, 5), k = pick(rng, 0, 20), m = pick(rng, 1, 5);
    Shape lead = any_shape(rng, 3), a_lead = narrowed(lead, rng), b_lead = narrowed(lead, rng);
    lead = broadcast_shape(a_lead, b_lead, "test");
    Tensor a = randn(joined(a_lead, {n, k}), rng), b = randn(joined(b_lead, {k, m}), rng), want = zeros(joined(lead, {n, m}));
    for (Index i = 0; i < want.size(); ++i) {
      Index batch = i / (n * m), row = i / m % n, column = i % m;
      const Scalar* x = a.data() + (source(batch, lead, a_lead) * n + row) * k;
      const Scalar* y = b.data() + source(batch, lead, b_lead) * k * m + column;
      double total = 0;
      for (Index j = 0; j < k; ++j) total += static_cast<double>(x[j]) * static_cast<double>(y[j * m]);
      want.mutable_data()[i] = static_cast<Scalar>(total);
    }
    REQUIRE(close(matmul(a, b), want));
  });
}

TEST_CASE("laws: linear operations are linear") {
  law("f(a x + b y) = a f(x) + b f(y)", [](Rng& rng) {
    Index n = pick(rng, 1, 6), d = pick(rng, 1, 6), axis = rng.below(2);
    Tensor x = randn({n, d}, rng), y = randn({n, d}, rng), m = randn({d, 3}, rng), row = randn({n}, rng);
    double a = rng.normal(), b = rng.normal();
    auto linear = [&](auto f) { return close(f(x * a + y * b), f(x) * a + f(y) * b, 100 * rounding); };
    REQUIRE(linear([&](const Tensor& t) { return matmul(t, m); }));
    REQUIRE(linear([&](const Tensor& t) { return matmul(row, t); }));
    REQUIRE(linear([&](const Tensor& t) { return sum(t, axis); }));
    REQUIRE(linear([&](const Tensor& t) { return mean(t, axis, true); }));
    REQUIRE(linear([&](const Tensor& t) { return transpose(t); }));
    REQUIRE(linear([&](const Tensor& t) { return concat({t, t * 2}, axis); }));
    REQUIRE(linear([&](const Tensor& t) { return slice(t, axis, 0, 1); }));
    REQUIRE(linear([&](const Tensor& t) { return embedding({{0, static_cast<double>(n - 1)}, {0, 0}}, t); }));
  });
}

TEST_CASE("laws: the gradient of a sum is the sum of the gradients of its parts") {
  law("gradients add up", [](Rng& rng) {
    Index n = pick(rng, 1, 5), d = pick(rng, 1, 5);
    Tensor x = randn({n, d}, rng).requires_grad(true), w = randn({d, d}, rng).requires_grad(true);
    Tensor shared = tanh(matmul(x, w));
    Tensor f = sum(softmax(shared) * x), g = sum(sigmoid(shared) * shared);
    (f + g).backward(Graph::keep);
    Tensor dx = x.grad().clone(), dw = w.grad().clone();
    x.zero_grad();
    w.zero_grad();
    f.backward(Graph::keep);
    g.backward();
    REQUIRE(close(x.grad(), dx));
    REQUIRE(close(w.grad(), dw));
  });
}

TEST_CASE("laws: what rearranges can be undone, and loses nothing") {
  law("there and back", [](Rng& rng) {
    Shape shape = any_shape(rng, 4);
    shape.push_back(pick(rng, 1, 3) * 2);
    Tensor x = randn(shape, rng);
    std::vector<Index> order = rng.permutation(shape.rank()), back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) back[order[i]] = static_cast<Index>(i);
    REQUIRE(same(permute(permute(x, order), back), x));
    REQUIRE(same(reshape(reshape(x, {-1}), shape), x));
    Index axis = rng.below(shape.rank()), cut = pick(rng, 0, shape[axis]);
    REQUIRE(same(concat({slice(x, axis, 0, cut), slice(x, axis, cut, shape[axis])}, axis), x));
    REQUIRE(same(concat(chunk(x, 2, -1), -1), x));
    std::vector<Tensor> parts;
    for (Index i = 0; i < shape[axis]; ++i) parts.push_back(select(x, axis, i));
    REQUIRE(same(stack(parts, axis), x));
    REQUIRE(same(squeeze(unsqueeze(x, axis), axis), x));
  });
}

TEST_CASE("laws: softmax does not see a shift, and moves with its places") {
  law("softmax", [](Rng& rng) {
    Index n = pick(rng, 1, 40);
    Tensor x = randn({3, n}, rng, 0, 5), y = softmax(x);
    std::vector<Index> order = rng.permutation(n);
    Indices places({n}, order);
    REQUIRE(close(sum(y, -1), ones({3})));
    REQUIRE(close(softmax(x + 3 * rng.normal()), y));
    REQUIRE(close(softmax(transpose(embedding(places, transpose(x)))), transpose(embedding(places, transpose(y)))));
    REQUIRE(close(exp(log_softmax(x)), y));
  });
}
