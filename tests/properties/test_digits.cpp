#include <tensor/compare.h>

#include <qkv/nn/recurrent.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/fused_attention.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

#include <algorithm>

// Right to the last digits: however many numbers are summed, whatever lies close together or far from 0. The right values are known beforehand, or
// are the same sums in long double.

using namespace qkv;

namespace {

constexpr bool is_double = sizeof(Scalar) == 8;
/// What a long sum may be away from the right one, in relation to the sum of the sizes of its terms: two roundings of a float; and those of a running
/// double over some million terms.
constexpr double few = is_double ? 2e-11 : 2e-7;
/// 0.1, as a Scalar has it.
const double tenth = static_cast<double>(Scalar(0.1));
/// More ones than a running float can count, but in double, where memory would be all that is tested.
constexpr Index very_many = is_double ? 1000000 : 17000000;

bool near(double got, double want, double tolerance = few) {
  if (std::abs(got - want) <= tolerance * std::abs(want)) return true;
  MESSAGE("got ", got, ", want ", want, ", relative ", got / want - 1);
  return false;
}
bool all_near(const Tensor& x, double want, double tolerance = few) {
  return std::all_of(x.data(), x.data() + x.size(), [=](Scalar each) { return near(static_cast<double>(each), want, tolerance); });
}
bool all_equal(const Tensor& x, double want) {
  return std::all_of(x.data(), x.data() + x.size(), [=](Scalar each) { return static_cast<double>(each) == want; });
}
bool has_nan(const Tensor& x) {
  return std::any_of(x.data(), x.data() + x.size(), [](Scalar each) { return std::isnan(each); });
}

}  // namespace

TEST_CASE("digits: log-softmax takes the largest away first") {
  // By NumPy in double, from these numbers as float32 has them.
  std::vector<Scalar> x = {Scalar(996.841187f), Scalar(997.09259f), Scalar(996.499329f)};
  long double largest = static_cast<long double>(x[1]), sum = 0;
  for (Scalar each : x) sum += std::exp(static_cast<long double>(each) - largest);
  Tensor y = log_softmax(tensor({3}, x));
  for (Index i = 0; i < 3; ++i)
    CHECK(near(static_cast<double>(y.at({i})), static_cast<double>(static_cast<long double>(x[i]) - largest - std::log(sum)), few));
  CHECK(near(static_cast<double>(y.at({0})), -1.09737, 1e-5));
  // What is small beside 1: log(1 + e^-10), as PyTorch has it in double.
  Tensor loss = cross_entropy(tensor({{10, 0}}), Indices{0});
  CHECK(near(static_cast<double>(loss.item()), 4.5398899216870535e-05));
  for (double gap : {1.0, 5.0, 20.0, 60.0, is_double ? 300.0 : 80.0}) {
    Tensor logits = tensor({{gap, 0}}).requires_grad(true);
    loss = cross_entropy(logits, Indices{0});
    CHECK(near(static_cast<double>(loss.item()), std::log1p(std::exp(-gap)), is_double ? 1e-14 : 3e-7));
    loss.backward();
    const double p = 1 / (1 + std::exp(gap));  // of the other class: the gradient is -p and p
    CHECK(near(static_cast<double>(logits.grad().at({0, 0})), -p, is_double ? 1e-14 : 4e-7));
    CHECK(near(static_cast<double>(logits.grad().at({0, 1})), p, is_double ? 1e-13 : 1e-5));
  }
  // All equal: the largest is many.
  for (Index n : {2, 3, 100, 4097}) CHECK(all_near(log_softmax(full({n}, 1e4)), -std::log(static_cast<double>(n))));
}

TEST_CASE("digits: sums over very many numbers") {
  CHECK(sum(ones({very_many})).item() == very_many);
  CHECK(all_equal(sum(ones({very_many, 2}), 0), static_cast<double>(very_many)));
  for (const Shape& shape : {Shape{1000000}, Shape{1000000, 3}, Shape{3, 1000000}, Shape{200, 3, 5000}, Shape{40, 100, 300}}) {
    CAPTURE(shape.count());
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      const double n = static_cast<double>(shape[axis]);
      CHECK(all_near(sum(full(shape, 0.1), axis), n * tenth));
      CHECK(all_near(mean(full(shape, 0.1), axis), tenth, is_double ? few : n > 512 ? 0 : 1e-7));
    }
    CHECK(near(static_cast<double>(sum(full(shape, 0.1)).item()), static_cast<double>(shape.count()) * tenth));
    CHECK(near(static_cast<double>(mean(full(shape, 0.1)).item()), tenth, is_double ? few : 0));
  }
  Rng rng(1);
  Tensor x = rand({1000001}, rng, -1, 1);
  long double want = 0, sizes = 0;
  for (Index i = 0; i < x.size(); ++i) {
    want += static_cast<long double>(x.data()[i]);
    sizes += std::abs(static_cast<long double>(x.data()[i]));
  }
  CHECK(std::abs(static_cast<long double>(sum(x).item()) - want) <= few * sizes);
  CHECK(has_nan(sum(tensor({1, not_a_number}))));
  CHECK(sum(tensor({1, infinity, 2})).item() == infinity);
}

TEST_CASE("digits: a mean divides by n") {
  for (Index n = 1; n < 300; ++n) {
    Tensor x = ones({n}).requires_grad(true);
    Tensor y = mean(x);
    REQUIRE(y.item() == 1);
    y.backward();
    REQUIRE(all_equal(x.grad(), static_cast<double>(1 / static_cast<Scalar>(n))));
    REQUIRE(mse_loss(ones({n}), zeros({n})).item() == 1);
    REQUIRE(all_equal(mean(ones({n, 3}), 0), 1));
  }
  AttentionOptions equal_weights;  // what all values are is what attention gives, divided by how many there are
  equal_weights.need_weights = false;
  for (Index n = 1; n < 300; ++n)
    REQUIRE(all_equal(scaled_dot_product_attention(zeros({1, 2, 3}), ones({1, n, 3}), ones({1, n, 5}), equal_weights).output, 1));
  // Equal rows: their mean loss is the loss of one.
  for (Index n : {3, 7, 41, 49}) {
    Tensor logits = full({n, 2}, 0);
    Tensor loss = cross_entropy(logits, Indices(Shape{n}, std::vector<Index>(static_cast<std::size_t>(n), 1)));
    CHECK(near(static_cast<double>(loss.item()), std::log(2.0), is_double ? 1e-14 : 6e-8));
  }
  // Label smoothing over so many classes that 1 / C is rounded.
  Tensor logits = zeros({1, 49}).requires_grad(true);
  CrossEntropyOptions options;
  options.label_smoothing = 0.1;
  Tensor loss = cross_entropy(logits, Indices{0}, options);
  CHECK(near(static_cast<double>(loss.item()), std::log(49.0)));
  loss.backward();
  CHECK(near(static_cast<double>(logits.grad().at({0, 0})), 1 / 49.0 - 0.9 - 0.1 / 49));
}

TEST_CASE("digits: products with long inner dimensions") {
  const Index k = is_double ? 1000000 : 10000000;
  CHECK(matmul(ones({1, k}), ones({k, 1})).item() == k);
  Rng rng(2);
  const Index n = 3, m = 2, long_k = 1000003;
  Tensor a = rand({n, long_k}, rng), b = rand({long_k, m}, rng), c = matmul(a, b), turned = matmul(transpose(b), transpose(a));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < m; ++j) {
      long double want = 0;
      for (Index l = 0; l < long_k; ++l)
        want += static_cast<long double>(a.data()[i * long_k + l]) * static_cast<long double>(b.data()[l * m + j]);
      CHECK(near(static_cast<double>(c.at({i, j})), static_cast<double>(want)));
      CHECK(near(static_cast<double>(turned.at({j, i})), static_cast<double>(want)));
    }
}

TEST_CASE("digits: gradients of what is used a million times") {
  const Index n = 1000000;
  // A bias, a weight, a broadcast operand.
  Tensor weight = zeros({3, 2}).requires_grad(true), bias = zeros({3}).requires_grad(true), x = full({n, 2}, 0.5);
  linear(x, weight, bias).backward(full({n, 3}, 0.1));
  CHECK(all_near(bias.grad(), static_cast<double>(n) * tenth));
  CHECK(all_near(weight.grad(), 0.5 * static_cast<double>(n) * tenth,
                 is_double ? few : 3e-6));  // 256 equal products in a row, which all round one way
  Tensor shared = zeros({1, 2}).requires_grad(true);
  (x + shared).backward(full({n, 2}, 0.1));
  CHECK(all_near(shared.grad(), static_cast<double>(n) * tenth));
  // A row of an embedding, an entry that is gathered.
  Tensor table = zeros({5, 3}).requires_grad(true);
  Indices threes(Shape{n}, std::vector<Index>(static_cast<std::size_t>(n), 3));
  threes.values[7] = 1;
  embedding(threes, table).backward(full({n, 3}, 0.1));
  for (Index j = 0; j < 3; ++j) {
    CHECK(near(static_cast<double>(table.grad().at({3, j})), static_cast<double>(n - 1) * tenth));
    CHECK(table.grad().at({1, j}) == Scalar(0.1));
    CHECK(table.grad().at({0, j}) == 0);
  }
  Tensor picked = zeros({4}).requires_grad(true);
  gather(picked, 0, threes).backward(full({n}, 0.1));
  CHECK(near(static_cast<double>(picked.grad().at({3})), static_cast<double>(n - 1) * tenth));
  CHECK(picked.grad().at({1}) == Scalar(0.1));
  // Layer norm's weight and bias: rows (1, -1), whose xhat is the same but for eps.
  Tensor gain = ones({2}).requires_grad(true), shift = zeros({2}).requires_grad(true), rows = zeros({n, 2});
  for (Index i = 0; i < n; ++i) {
    rows.mutable_data()[2 * i] = 1;
    rows.mutable_data()[2 * i + 1] = -1;
  }
  layer_norm(rows, {2}, gain, shift, 0).backward(full({n, 2}, 0.1));
  CHECK(all_near(shift.grad(), static_cast<double>(n) * tenth));
  CHECK(near(static_cast<double>(gain.grad().at({0})), static_cast<double>(n) * tenth));
  CHECK(near(static_cast<double>(gain.grad().at({1})), -static_cast<double>(n) * tenth));
}

TEST_CASE("digits: a tensor that goes into very many operations") {
  const Index n = 300000;
  Tensor x = zeros({2}).requires_grad(true), middle = x * 1;
  Tensor up = full({2}, 0.1);
  Tensors leaf, inner;
  for (Index i = 0; i < n; ++i) {
    leaf.push_back(x + up);
    inner.push_back(middle + up);
  }
  concat(leaf, 0).backward(full({2 * n}, 0.1));
  CHECK(all_near(x.grad(), static_cast<double>(n) * tenth));
  x.zero_grad();
  concat(inner, 0).backward(full({2 * n}, 0.1));
  CHECK(all_near(x.grad(), static_cast<double>(n) * tenth));
  x.zero_grad();
  Tensors few_of_it(100, x * 1);
  concat(few_of_it, 0).backward(full({200}, infinity));
  CHECK(all_equal(x.grad(), infinity));
}

TEST_CASE("digits: recurrent weights over very many steps, biases among them") {
  const Index steps = 200000;
  Rng rng(3);
  nn::RNN rnn(1, 1, rng);
  for (Tensor weight : rnn.parameters()) weight.copy_from(zeros(weight.shape()));  // h stays 0, and tanh' = 1
  rnn(full({1, steps, 1}, 0.5)).output.backward(full({1, steps, 1}, 0.1));
  Index found = 0;
  for (auto& [name, weight] : rnn.named_parameters()) {
    CAPTURE(name);
    const double terms = name.find("weight_hh") != std::string::npos ? 0 : name.find("weight_ih") != std::string::npos ? 0.5 : 1;
    CHECK(all_near(weight.grad(), terms * static_cast<double>(steps) * tenth, is_double || terms == 1 ? few : 3e-6));
    ++found;
  }
  CHECK(found == 4);
}

TEST_CASE("digits: additive scores over very many pairs") {
  // All pairs alike: t = tanh(0.5), ds = 0.1, so that dv = pairs 0.1 t, dq = keys 0.1 v (1 - t^2), dk = queries 0.1 v (1 - t^2).
  const double t = std::tanh(0.5), running = is_double ? few : 1e-6;  // 64 equal terms in a row, which all round one way
  struct Size {
    Index queries, keys;
  };
  for (Size size : {Size{1, 300000}, Size{300000, 1}, Size{700, 500}}) {
    Tensor q = full({1, size.queries, 3}, 0.25).requires_grad(true), k = full({1, size.keys, 3}, 0.25).requires_grad(true);
    Tensor v = full({3}, 1).requires_grad(true);
    Tensor scores = additive_scores(q, k, v);
    CHECK(all_near(scores, 3 * t, 3 * few));
    scores.backward(full(scores.shape(), 0.1));
    const double queries = static_cast<double>(size.queries), keys = static_cast<double>(size.keys);
    CHECK(all_near(v.grad(), queries * keys * tenth * t, running));
    CHECK(all_near(q.grad(), keys * tenth * (1 - t * t), running));
    CHECK(all_near(k.grad(), queries * tenth * (1 - t * t), running));
  }
  const Index h = 100000;
  CHECK(all_near(additive_scores(full({1, 1, h}, 0.25), full({1, 1, h}, 0.25), ones({h})), static_cast<double>(h) * t, running));
  // Terms of all sizes: roundings go either way.
  Rng rng(5);
  for (Size size : {Size{1, 200000}, Size{200000, 1}, Size{600, 400}}) {
    Tensor q = rand({1, size.queries, 2}, rng, 0, 0.5).requires_grad(true), k = rand({1, size.keys, 2}, rng, 0, 0.5).requires_grad(true);
    Tensor v = tensor({1, 0.5}).requires_grad(true), scores = additive_scores(q, k, v), up = rand(scores.shape(), rng);
    scores.backward(up);
    for (Index m = 0; m < 2; ++m) {
      long double dv = 0, dq = 0, dk = 0;  // the last two of the first query and the first key
      for (Index i = 0; i < size.queries; ++i)
        for (Index j = 0; j < size.keys; ++j) {
          const long double u = std::tanh(static_cast<long double>(q.data()[i * 2 + m]) + static_cast<long double>(k.data()[j * 2 + m]));
          const long double ds = static_cast<long double>(up.data()[i * size.keys + j]),
                            slope = ds * static_cast<long double>(v.data()[m]) * (1 - u * u);
          dv += ds * u;
          if (i == 0) dq += slope;
          if (j == 0) dk += slope;
        }
      CHECK(near(static_cast<double>(v.grad().at({m})), static_cast<double>(dv)));
      CHECK(near(static_cast<double>(q.grad().at({0, 0, m})), static_cast<double>(dq), is_double ? few : 4e-7));
      CHECK(near(static_cast<double>(k.grad().at({0, 0, m})), static_cast<double>(dk), is_double ? few : 4e-7));
    }
  }
}

TEST_CASE("digits: attention over very many keys") {
  // All scores are equal: the output is the mean of the values, dv the mean of dout.
  const Index keys = 100000;
  Rng rng(4);
  Tensor q = zeros({1, 2, 4}).requires_grad(true), k = randn({1, keys, 4}, rng).requires_grad(true);
  Tensor v = rand({1, keys, 3}, rng).requires_grad(true);
  AttentionOptions options;
  options.need_weights = false;
  Tensor out = scaled_dot_product_attention(q, k, v, options).output;
  for (Index c = 0; c < 3; ++c) {
    long double want = 0;
    for (Index j = 0; j < keys; ++j) want += static_cast<long double>(v.data()[j * 3 + c]);
    for (Index i = 0; i < 2; ++i) CHECK(near(static_cast<double>(out.at({0, i, c})), static_cast<double>(want / keys)));
  }
  out.backward(full({1, 2, 3}, 0.1));
  CHECK(all_near(v.grad(), 2 * tenth / static_cast<double>(keys)));
  // And very many queries of few keys: dv sums over them.
  q = zeros({1, keys, 4}).requires_grad(true);
  k = zeros({1, 2, 4}).requires_grad(true);
  v = rand({1, 2, 3}, rng).requires_grad(true);
  Tensor up = rand({1, keys, 3}, rng);
  scaled_dot_product_attention(q, k, v, options).output.backward(up);
  for (Index c = 0; c < 3; ++c) {
    long double want = 0;
    for (Index i = 0; i < keys; ++i) want += static_cast<long double>(up.data()[i * 3 + c]) / 2;
    for (Index j = 0; j < 2; ++j) CHECK(near(static_cast<double>(v.grad().at({0, j, c})), static_cast<double>(want)));
  }
  // Against the composed operation, beyond the border where sums are moved to doubles, scores rising and falling on the way.
  const Index long_keys = 40000;
  q = randn({1, 3, 4}, rng).requires_grad(true);
  k = randn({1, long_keys, 4}, rng).requires_grad(true);
  v = randn({1, long_keys, 2}, rng).requires_grad(true);
  for (Index j = 0; j < long_keys; ++j) k.mutable_data()[4 * j] += static_cast<Scalar>(4 * std::sin(static_cast<double>(j) / 7000));
  Tensor up3 = randn({1, 3, 2}, rng);
  std::vector<Tensor> found;
  for (bool need_weights : {false, true}) {
    options.need_weights = need_weights;
    for (Tensor* each : {&q, &k, &v}) each->zero_grad();
    Tensor y = scaled_dot_product_attention(q, k, v, options).output;
    y.backward(up3);
    for (const Tensor& each : {y.detach(), q.grad(), k.grad(), v.grad()}) found.push_back(each.clone());
  }
  for (std::size_t i = 0; i < 4; ++i) CHECK_CLOSE(found[i], found[i + 4], rounding);
}

TEST_CASE("digits: softmax, entropy and cross-entropy over very many classes") {
  const Index n = 1000000;
  CHECK(all_near(softmax(full({n}, 3)), 1e-6));
  CHECK(
      near(static_cast<double>(entropy(full({n}, 1e-6)).item()), static_cast<double>(n) * -1e-6 * std::log(1e-6), is_double ? few : 4e-7));
  CrossEntropyOptions options;
  options.label_smoothing = 0.5;
  CHECK(near(static_cast<double>(cross_entropy(full({1, n}, 7), Indices{3}, options).item()), std::log(1e6)));
  options.label_smoothing = 0;
  options.reduction = Reduction::sum;
  Tensor loss = cross_entropy(zeros({n, 2}), Indices(Shape{n}, std::vector<Index>(static_cast<std::size_t>(n), 1)), options);
  CHECK(near(static_cast<double>(loss.item()), static_cast<double>(n) * std::log(2.0)));
  // One class has nearly all: x, and a million at x - 20.
  Tensor logits = zeros({1, n + 1});
  logits.set({0, 5}, 20);
  CHECK(near(static_cast<double>(cross_entropy(logits, Indices{5}).item()), std::log1p(static_cast<double>(n) * std::exp(-20.0)),
             is_double ? few : 3e-7));
}

TEST_CASE("digits: layer norm of equal numbers is 0, whatever they are") {
  for (Index n : {1, 2, 3, 7, 16, 31, 41, 100, 512, 768, 769, 1000, 4096})
    for (double number : {1e-3, 0.1, 1.0, 3.3, 1000.1, 12345.678, 1e7, -777.7})
      for (double eps : {1e-5, 1e-12}) {
        CAPTURE(n);
        CAPTURE(number);
        Tensor y = layer_norm(full({2, n}, number), {n}, Tensor(), Tensor(), eps);
        REQUIRE(difference(y, zeros({2, n}), 1e-9) == "");
      }
}

TEST_CASE("digits: layer norm far from 0 sees what there is to see") {
  // c - s and c + s in turn, both exact: sigma is s, and y is -1 and 1.
  for (Index n : {2, 10, 64, 768, 4096})
    for (double c : {0.0, 64.0, 4096.0, -1048576.0}) {
      const double s = 0.5;
      Tensor x = zeros({1, n});
      for (Index i = 0; i < n; ++i) x.mutable_data()[i] = static_cast<Scalar>(i % 2 ? c + s : c - s);
      Tensor y = layer_norm(x, {n}, Tensor(), Tensor(), 0);
      for (Index i = 0; i < n; ++i) REQUIRE(near(static_cast<double>(y.data()[i]), i % 2 ? 1 : -1));
    }
}

TEST_CASE("digits: what is drawn below an end never reaches it") {
  struct Range {
    double low, high;
  };
  for (Range range : {Range{0, 1}, {0, 0.1}, {0, 0.3}, {-1, 1}, {0.5, 0.7}, {-3, -2}, {1000, 1001}, {0.25, 0.2500001}}) {
    Rng rng(11), same(11);
    Index lower = 0;
    bool inside = true, as_drawn = true;
    for (int part = 0; part < 20; ++part) {
      Tensor x = rand({100000}, rng, range.low, range.high);
      for (Index i = 0; i < x.size(); ++i) {
        const double got = static_cast<double>(x.data()[i]);
        const Scalar drawn = static_cast<Scalar>(same.uniform(range.low, range.high));
        inside = inside && got >= static_cast<double>(static_cast<Scalar>(range.low)) && got < range.high;
        if (x.data()[i] == drawn) continue;
        as_drawn = as_drawn && static_cast<double>(drawn) >= range.high && std::nextafter(x.data()[i], drawn) == drawn;
        ++lower;
      }
    }
    CAPTURE(range.high);
    CAPTURE(lower);
    CHECK(inside);
    CHECK(as_drawn);
  }
  if (!is_double) {  // seed 11 draws numbers that round to 1
    Rng rng(11);
    Scalar largest = 0;
    for (int part = 0; part < 20; ++part) {
      Tensor x = rand({1000000}, rng);
      largest = std::max(largest, *std::max_element(x.data(), x.data() + x.size()));
    }
    CHECK(largest == std::nextafter(Scalar(1), Scalar(0)));
  }
  Rng rng(12);
  const double above = std::nextafter(1.0, 2.0);
  for (int i = 0; i < 1000; ++i) CHECK(rng.uniform(1, above) == 1);
  CHECK(rng.uniform(2, 2) == 2);
  CHECK(rand({1}, rng, 2, 2).item() == 2);
}

TEST_CASE("digits: hidden keys and values may be NaN or infinite") {
  Rng rng(13);
  struct Size {
    Index queries, keys;
  };
  for (Size size : {Size{3, 5}, Size{60, 70}, Size{130, 300}})
    for (double bad : {not_a_number, infinity, -infinity})
      for (int which = 1; which < 4; ++which) {  // keys, values, both
        const Index queries = size.queries, keys = size.keys, d = 4, dv = 3, padding = 2;
        Tensor q = randn({1, queries, d}, rng), k = randn({1, keys, d}, rng), v = randn({1, keys, dv}, rng),
               up = randn({1, queries, dv}, rng);
        Mask mask(Shape{1, keys}, std::vector<std::uint8_t>(static_cast<std::size_t>(keys), 0));
        for (Index j = keys - padding; j < keys; ++j) mask.hidden[j] = 1;
        AttentionOptions options;
        options.mask = mask;
        options.need_weights = false;
        std::vector<Tensor> found;
        for (bool damaged : {false, true}) {
          if (damaged)
            for (Index j = keys - padding; j < keys; ++j) {
              if (which & 1) k.set({0, j, 1}, bad);
              if (which & 2) v.set({0, j, 2}, bad);
            }
          Tensor a = q.clone().requires_grad(true), b = k.clone().requires_grad(true), c = v.clone().requires_grad(true);
          Tensor y = scaled_dot_product_attention(a, b, c, options).output;
          y.backward(up);
          for (const Tensor& each : {y.detach(), a.grad(), b.grad(), c.grad()}) found.push_back(each);
        }
        for (std::size_t i = 0; i < 4; ++i) CHECK_CLOSE(found[i], found[i + 4], 0);
      }
}

TEST_CASE("digits: a key that is hidden from some queries does not reach them") {
  Rng rng(14);
  const Index T = 70, d = 4, bad_key = 51;
  for (double bad : {not_a_number, infinity})
    for (bool causal : {true, false})
      for (bool in_key : {true, false}) {
        Tensor q = randn({1, T, d}, rng), k = randn({1, T, d}, rng), v = randn({1, T, d}, rng), up = randn({1, T, d}, rng);
        for (Index i = bad_key; i < T; ++i)  // the gradient of those that see it is left out
          for (Index c = 0; c < d; ++c) up.set({0, i, c}, 0);
        AttentionOptions options;
        options.need_weights = false;
        options.causal = causal;
        if (!causal) {
          options.mask = Mask(Shape{T, T}, std::vector<std::uint8_t>(static_cast<std::size_t>(T * T), 0));
          for (Index i = 0; i < bad_key; ++i) options.mask.hidden[i * T + bad_key] = 1;
        }
        std::vector<Tensor> found;
        for (bool damaged : {false, true}) {
          if (damaged) (in_key ? k : v).set({0, bad_key, 2}, bad);
          Tensor a = q.clone().requires_grad(true), b = k.clone().requires_grad(true), c = v.clone().requires_grad(true);
          Tensor y = scaled_dot_product_attention(a, b, c, options).output;
          y.backward(up);
          found.push_back(y.detach());
          found.push_back(a.grad());
        }
        CHECK_CLOSE(slice(found[2], 1, 0, bad_key), slice(found[0], 1, 0, bad_key), 0);
        CHECK_CLOSE(slice(found[3], 1, 0, bad_key), slice(found[1], 1, 0, bad_key), 0);
        if (std::isnan(bad)) CHECK(has_nan(slice(found[2], 1, bad_key, T)));  // the others do see it
      }
}
