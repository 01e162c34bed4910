// Every differentiable operation against central differences: an operation is a row of the table. Values and messages: the other files.

#include <gradient_check.h>

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/convolution.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/order.h>
#include <qkv/ops/recurrent.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

#include <functional>

using namespace qkv;

namespace {

using Inputs = std::vector<Tensor>;
using Shapes = std::vector<Shape>;

enum class Numbers {
  apart,     // distinct by a tenth and a twentieth away from 0, so that no kink of relu or max is near
  positive,  // from 0.5 to 1.5
  small,     // normal, halved
};

struct Row {
  const char* name;
  std::function<Tensor(const Inputs&)> f;
  std::vector<Shapes> shapes;  // of the inputs, run by run
  Numbers numbers = Numbers::apart;
};

Tensor numbers(const Shape& shape, Numbers kind, Rng& rng) {
  if (kind == Numbers::positive) return rand(shape, rng, 0.5, 1.5);
  if (kind == Numbers::small) return randn(shape, rng, 0, 0.5);
  std::vector<Index> order = rng.permutation(shape.count());
  std::vector<Scalar> all;
  for (Index i : order) all.push_back(static_cast<Scalar>(0.1 * static_cast<double>(i - shape.count() / 2) + 0.05));
  return tensor(shape, all);
}

void check(const std::vector<Row>& table) {
  for (const Row& row : table) {
    Rng rng(1);
    for (const Shapes& shapes : row.shapes) {
      Inputs inputs;
      for (const Shape& shape : shapes) inputs.push_back(numbers(shape, row.numbers, rng));
      INFO(row.name, " of ", shapes[0]);
      check_gradient(row.f, inputs);
    }
  }
}

const std::vector<Shapes> one = {{{}}, {{1}}, {{5}}, {{2, 3}}, {{2, 3, 4}}, {{0}}};
const std::vector<Shapes> matrix = {{{3, 2}}, {{1, 4}}, {{2, 3, 2}}, {{2, 1, 3, 2}}};
const std::vector<Shapes> pairs = {
    {{}, {}},      {{5}, {5}},          {{2, 3}, {2, 3}},       {{2, 3}, {}},     {{}, {2, 3}},        {{2, 3}, {3}},
    {{3}, {2, 3}}, {{2, 3, 4}, {3, 1}}, {{2, 1, 4}, {2, 3, 4}}, {{3, 1}, {1, 4}}, {{2, 1, 4}, {3, 1}}, {{1}, {3, 2}},
    {{0, 3}, {3}}};

}  // namespace

TEST_CASE("gradients: arithmetic") {
  check({
      {"add", [](const Inputs& in) { return add(in[0], in[1]); }, pairs},
      {"sub", [](const Inputs& in) { return in[0] - in[1]; }, pairs},
      {"mul", [](const Inputs& in) { return in[0] * in[1]; }, pairs},
      {"div", [](const Inputs& in) { return in[0] / in[1]; }, pairs, Numbers::positive},
      {"pow", [](const Inputs& in) { return pow(in[0], in[1]); }, pairs, Numbers::positive},
      {"pow 2", [](const Inputs& in) { return pow(in[0], 2); }, one},
      {"pow 3", [](const Inputs& in) { return pow(in[0], 3); }, one},
      {"pow -1.5", [](const Inputs& in) { return pow(in[0], -1.5); }, one, Numbers::positive},
      {"pow 0", [](const Inputs& in) { return pow(in[0], 0); }, one},
      {"neg", [](const Inputs& in) { return -in[0]; }, one},
      {"x * x", [](const Inputs& in) { return in[0] * in[0]; }, one},
      {"x + x", [](const Inputs& in) { return in[0] + in[0]; }, one},
      {"x - x", [](const Inputs& in) { return in[0] - in[0]; }, one},
      {"x / x", [](const Inputs& in) { return in[0] / in[0]; }, one, Numbers::positive},
      {"x ^ x", [](const Inputs& in) { return pow(in[0], in[0]); }, one, Numbers::positive},
      {"3 - 2 x / 5", [](const Inputs& in) { return 3 - 2 * in[0] / 5; }, one},
  });
}

TEST_CASE("gradients: activations") {
  check({
      {"exp", [](const Inputs& in) { return exp(in[0]); }, one},
      {"log", [](const Inputs& in) { return log(in[0]); }, one, Numbers::positive},
      {"sqrt", [](const Inputs& in) { return sqrt(in[0]); }, one, Numbers::positive},
      {"tanh", [](const Inputs& in) { return tanh(in[0]); }, one},
      {"sigmoid", [](const Inputs& in) { return sigmoid(in[0]); }, one},
      {"relu", [](const Inputs& in) { return relu(in[0]); }, one},
      {"log1p", [](const Inputs& in) { return log1p(in[0]); }, one, Numbers::positive},
      {"abs", [](const Inputs& in) { return abs(in[0]); }, one},
      {"sin", [](const Inputs& in) { return sin(in[0]); }, one},
      {"cos", [](const Inputs& in) { return cos(in[0]); }, one},
      {"leaky_relu", [](const Inputs& in) { return leaky_relu(in[0]); }, one},
      {"leaky_relu 0.3", [](const Inputs& in) { return leaky_relu(in[0], 0.3); }, one},
      {"softplus", [](const Inputs& in) { return softplus(in[0]); }, one},
      {"silu", [](const Inputs& in) { return silu(in[0]); }, one},
      {"gelu erf", [](const Inputs& in) { return gelu(in[0]); }, one},
      {"gelu tanh", [](const Inputs& in) { return gelu(in[0], Gelu::tanh); }, one},
  });
}

TEST_CASE("gradients: reductions") {
  std::vector<Shapes> some(one.begin(), one.end() - 1);  // max and mean take no empty tensor
  std::vector<Shapes> boxes = {{{2, 3, 4}}, {{1, 3, 1}}, {{3, 1, 2}}, {{2, 2, 2}}};
  std::vector<Row> rows = {
      {"sum", [](const Inputs& in) { return sum(in[0]); }, one},
      {"mean", [](const Inputs& in) { return mean(in[0]); }, some},
      {"max", [](const Inputs& in) { return max(in[0]); }, some},
      {"min", [](const Inputs& in) { return min(in[0]); }, some},
      {"var", [](const Inputs& in) { return var(in[0]); }, {{{5}}, {{2, 3}}, {{1, 2, 1}}}},
      {"stdev", [](const Inputs& in) { return stdev(in[0]); }, {{{5}}, {{2, 3}}, {{1, 2, 1}}}},
      {"var, correction 1.5",
       [](const Inputs& in) {
         return var(in[0], {0, -1}, false, 1.5);
       },
       {{{2, 3, 4}}, {{1, 2, 3}}}},
      {"stdev, correction 1.5",
       [](const Inputs& in) {
         return stdev(in[0], {0, -1}, true, 1.5);
       },
       {{{2, 3, 4}}, {{1, 2, 3}}}},
      {"norm", [](const Inputs& in) { return norm(in[0]); }, one},
      {"logsumexp", [](const Inputs& in) { return logsumexp(in[0]); }, some},
      {"x norm x", [](const Inputs& in) { return in[0] * norm(in[0], -1, true); }, boxes},
  };
  for (const Axes& axes :
       std::vector<Axes>{std::vector<Index>{}, {0}, {1}, {2}, {-1}, {-2}, {-3}, {0, 1}, {0, 2}, {2, 0}, {1, -1}, {0, 1, 2}})
    for (bool keepdim : {false, true}) {
      rows.push_back({"sum along axes", [=](const Inputs& in) { return sum(in[0], axes, keepdim); }, boxes});
      rows.push_back({"mean along axes", [=](const Inputs& in) { return mean(in[0], axes, keepdim); }, boxes});
      rows.push_back({"max along axes", [=](const Inputs& in) { return max(in[0], axes, keepdim); }, boxes});
      rows.push_back({"min along axes", [=](const Inputs& in) { return min(in[0], axes, keepdim); }, boxes});
      rows.push_back({"var along axes", [=](const Inputs& in) { return var(in[0], axes, keepdim, 0); }, boxes});
      rows.push_back({"stdev along axes", [=](const Inputs& in) { return stdev(in[0], axes, keepdim, 0); }, {{{2, 3, 4}}, {{3, 3, 3}}}});
      rows.push_back({"norm along axes", [=](const Inputs& in) { return norm(in[0], axes, keepdim); }, boxes});
      rows.push_back({"logsumexp along axes", [=](const Inputs& in) { return logsumexp(in[0], axes, keepdim); }, boxes});
    }
  check(rows);
}

TEST_CASE("gradients: comparisons") {
  Mask some{{0, 1, 1}, {1, 0, 1}};
  check({
      {"where",
       [=](const Inputs& in) { return where(some, in[0], in[1]); },
       {{{2, 3}, {2, 3}}, {{}, {3}}, {{2, 1}, {2, 2, 3}}, {{1, 3}, {}}}},
      {"where x > 0", [](const Inputs& in) { return where(in[0] > 0, in[0] * in[0], in[0]); }, one},
      {"maximum", [](const Inputs& in) { return maximum(in[0], in[1] + 0.05); }, pairs},  // none equal
      {"minimum", [](const Inputs& in) { return minimum(in[0], in[1] + 0.05); }, pairs},
      {"maximum of x and x", [](const Inputs& in) { return maximum(in[0], in[0]); }, one},
      {"clamp", [](const Inputs& in) { return clamp(in[0], -0.2, 0.1); }, one},
      {"clamp from below", [](const Inputs& in) { return clamp(in[0], 0, infinity); }, one},
  });
}

TEST_CASE("gradients: along an axis") {
  std::vector<Row> rows;
  for (Index axis : {-3, -2, -1, 0, 1, 2}) {
    rows.push_back({"cumsum", [=](const Inputs& in) { return cumsum(in[0], axis); }, {{{2, 3, 4}}, {{1, 3, 1}}, {{2, 0, 3}}}});
    rows.push_back({"topk", [=](const Inputs& in) { return topk(in[0], 2, axis).values; }, {{{2, 3, 4}}, {{2, 2, 2}}}});
  }
  rows.push_back({"cumsum of x times x", [](const Inputs& in) { return cumsum(in[0], 0) * in[0]; }, {{{5}}, {{2, 3}}}});
  check(rows);
}

TEST_CASE("gradients: arrangements") {
  Indices two{{2, 0, 1}, {2, 2, 1}}, middle{{{0, 2}}, {{1, 1}}};  // each with one that comes twice
  std::vector<Shapes> into = {{{3, 3}, {2, 3}}, {{4, 5}, {2, 3}}, {{3, 3}, {3, 4}}, {{3, 3}, {}}}, box = {{{2, 3, 4}}};
  Shape wide{2, 3, -1, 4};
  std::vector<Row> rows = {
      {"scatter 0", [=](const Inputs& in) { return scatter(in[0], 0, two, in[1]); }, into},
      {"scatter -1", [=](const Inputs& in) { return scatter(in[0], -1, two, in[1]); }, into},
      {"scatter middle", [=](const Inputs& in) { return scatter(in[0], 1, middle, in[1]); }, {{{2, 3, 2}, {2, 1, 2}}}},
      {"scatter x into x", [=](const Inputs& in) { return scatter(in[0], 0, two, in[0]); }, {{{3, 3}}}},
      {"scatter_add 0", [=](const Inputs& in) { return scatter_add(in[0], 0, two, in[1]); }, into},
      {"scatter_add -1", [=](const Inputs& in) { return scatter_add(in[0], -1, two, in[1]); }, into},
      {"scatter_add x to x", [=](const Inputs& in) { return scatter_add(in[0], 0, two, in[0]); }, {{{3, 3}}}},
      {"expand", [=](const Inputs& in) { return expand(in[0], wide); }, {{{3, 2, 4}}, {{2, 1}}, {{1, 5, 1}}, {{3, 0, 1}}}},
      {"x times x turned round",
       [](const Inputs& in) {
         return in[0] * flip(in[0], {0, 1});
       },
       {{{2, 3}}, {{1, 4}}}},
  };
  for (const Axes& axes : std::vector<Axes>{std::vector<Index>{}, 0, 1, -1, {0, 2}, {1, 2}, {0, 1, 2}})
    rows.push_back({"flip", [=](const Inputs& in) { return flip(in[0], axes); }, box});
  for (Index diagonal : {-2, -1, 0, 1, 3}) {
    rows.push_back({"tril", [=](const Inputs& in) { return tril(in[0], diagonal); }, matrix});
    rows.push_back({"triu", [=](const Inputs& in) { return triu(in[0], diagonal); }, matrix});
  }
  check(rows);
}

TEST_CASE("gradients: convolution") {
  check({
      {"conv1d", [](const Inputs& in) { return conv1d(in[0], in[1], in[2]); }, {{{2, 3, 5}, {4, 3, 2}, {4}}, {{1, 1, 1}, {1, 1, 1}, {1}}}},
      {"conv1d, all options", [](const Inputs& in) { return conv1d(in[0], in[1], in[2], 2, 3, 2, 2); }, {{{2, 4, 5}, {2, 2, 3}, {2}}}},
      {"conv1d without bias", [](const Inputs& in) { return conv1d(in[0], in[1]); }, {{{2, 3, 5}, {2, 3, 3}}}},
      {"conv1d of its own weight", [](const Inputs& in) { return conv1d(in[0], in[0], {}, 1, 1); }, {{{2, 2, 3}}}},
      {"conv2d", [](const Inputs& in) { return conv2d(in[0], in[1], in[2]); }, {{{2, 2, 3, 4}, {3, 2, 2, 3}, {3}}}},
      {"conv2d, all options",
       [](const Inputs& in) {
         return conv2d(in[0], in[1], in[2], {2, 1}, {1, 2}, {1, 2}, 2);
       },
       {{{2, 2, 4, 3}, {4, 1, 3, 2}, {4}}}},
      {"unfold",
       [](const Inputs& in) {
         return unfold(in[0], {2, 1}, 1, {1, 0}, 2);
       },
       {{{2, 2, 3, 4}}, {{0, 1, 2, 2}}}},
  });
}

TEST_CASE("gradients: shapes") {
  std::vector<Shapes> box = {{{2, 3, 4}}}, same = {{{2, 3}, {2, 3}}, {{1}, {1}}, {{2, 1, 2}, {2, 1, 2}}};
  Shape four{4, -1};
  Indices two{{2, 0}, {2, 2}}, three{{2, 0, 0}, {2, 2, 1}}, middle{{{0, 2}}, {{1, 1}}};  // each with one that comes twice
  Mask some{{0, 1, 0}, {1, 0, 0}}, second({2, 1}, {0, 1});
  auto unequally = [](const std::vector<Tensor>& parts) { return parts[0] * parts[1] + parts[1]; };
  std::vector<Row> rows = {
      {"reshape", [=](const Inputs& in) { return reshape(in[0], four); }, box},
      {"transpose", [](const Inputs& in) { return transpose(in[0]); }, matrix},
      {"x x^T elementwise", [](const Inputs& in) { return in[0] * transpose(in[0]); }, {{{3, 3}}, {{2, 3, 3}}}},
      {"stack", [](const Inputs& in) { return stack(in); }, same},
      {"stack last", [](const Inputs& in) { return stack(in, -1); }, same},
      {"concat", [](const Inputs& in) { return concat(in, 0); }, {{{2, 3}, {1, 3}, {4, 3}}, {{2}, {0}, {3}}}},
      {"concat middle", [](const Inputs& in) { return concat(in, -2); }, {{{2, 1, 3}, {2, 2, 3}}}},
      {"concat last", [](const Inputs& in) { return concat(in, -1); }, {{{2, 3, 1}, {2, 3, 2}}}},
      {"concat x with x", [](const Inputs& in) { return concat(Inputs(2, in[0]), 0); }, {{{3}}, {{2, 3}}}},
      {"chunk", [=](const Inputs& in) { return unequally(chunk(in[0], 2, -1)); }, {{{4}}, {{3, 4}}}},
      {"embedding", [=](const Inputs& in) { return embedding(two, in[0]); }, {{{3, 4}}}},
      {"take_rows",
       [=](const Inputs& in) {
         return take_rows(in[0], {2, 0, 2});
       },
       {{{3}}, {{3, 4}}, {{4, 2, 2}}}},
      {"gather 0", [=](const Inputs& in) { return gather(in[0], 0, three); }, {{{3, 3}}, {{3, 4}}}},
      {"gather -1", [=](const Inputs& in) { return gather(in[0], -1, three); }, {{{3, 3}}, {{2, 4}}}},
      {"gather middle", [=](const Inputs& in) { return gather(in[0], 1, middle); }, {{{2, 3, 2}}}},
      {"masked_fill", [=](const Inputs& in) { return masked_fill(in[0], some, -5); }, {{{2, 3}}, {{2, 2, 3}}}},
      {"masked_fill by rows", [=](const Inputs& in) { return masked_fill(in[0], second, 7); }, {{{2, 3}}, {{3, 2, 2}}}},
  };
  for (Index axis : {-3, -2, -1, 0, 1, 2}) {
    rows.push_back({"slice", [=](const Inputs& in) { return slice(in[0], axis, 1, -1); }, {{{2, 3, 4}}, {{4, 2, 3}}}});
    rows.push_back({"slice with a step", [=](const Inputs& in) { return slice(in[0], axis, 0, 3, 2); }, {{{3, 4, 5}}}});
    rows.push_back({"select", [=](const Inputs& in) { return select(in[0], axis, -2); }, {{{2, 3, 4}}}});
    rows.push_back({"unsqueeze", [=](const Inputs& in) { return unsqueeze(in[0], axis); }, {{{2, 3}}}});
    rows.push_back({"squeeze", [=](const Inputs& in) { return squeeze(in[0], axis); }, {{{1, 1, 1}}}});
  }
  std::vector<Index> order{0, 1, 2};
  do {
    rows.push_back({"permute", [=](const Inputs& in) { return permute(in[0], order); }, box});
    rows.push_back({"permute, negative", [=](const Inputs& in) { return permute(in[0], {order[0] - 3, order[1] - 3, order[2]}); }, box});
  } while (std::next_permutation(order.begin(), order.end()));
  check(rows);
}

TEST_CASE("gradients: matrix products") {
  check({
      {"matmul",
       [](const Inputs& in) { return matmul(in[0], in[1]); },
       {{{2, 3}, {3, 4}},
        {{1, 1}, {1, 1}},
        {{3}, {3}},
        {{3}, {3, 2}},
        {{2, 3}, {3}},
        {{2, 2, 3}, {3}},
        {{3}, {2, 3, 2}},
        {{2, 4, 3}, {3, 2}},
        {{4, 3}, {2, 3, 2}},
        {{2, 4, 3}, {2, 3, 2}},
        {{2, 2, 3}, {1, 3, 2}},
        {{1, 2, 3}, {4, 3, 2}},
        {{2, 1, 2, 3}, {3, 3, 2}},
        {{2, 3, 2, 1}, {2, 1, 1, 2}},
        {{0, 3}, {3, 2}},
        {{2, 0}, {0, 3}},
        {{2, 2, 0}, {0, 3}},
        {{2, 3}, {3, 0}}}},
      {"x x^T", [](const Inputs& in) { return matmul(in[0], transpose(in[0])); }, matrix},
      {"x^T x", [](const Inputs& in) { return matmul(transpose(in[0]), in[0]); }, matrix},
      {"linear",
       [](const Inputs& in) { return linear(in[0], in[1], in[2]); },
       {{{3}, {2, 3}, {2}}, {{4, 3}, {2, 3}, {2}}, {{2, 2, 3}, {1, 3}, {1}}, {{0, 3}, {2, 3}, {2}}, {{2, 0}, {3, 0}, {3}}}},
      {"linear without bias", [](const Inputs& in) { return linear(in[0], in[1]); }, {{{3}, {2, 3}}, {{2, 2, 3}, {4, 3}}}},
      {"linear, some rows", [](const Inputs& in) { return linear(in[0], in[1], in[2], 1, 3); }, {{{2, 3}, {4, 3}, {4}}}},
      {"linear of its own weight", [](const Inputs& in) { return linear(in[0], in[0]); }, {{{2, 3}}}},
  });
}

TEST_CASE("gradients: softmax, losses, normalisation") {
  std::vector<Shapes> boxes = {{{2, 3, 4}}, {{1, 1, 1}}, {{3, 1, 2}}};
  auto cross = [](auto loss, CrossEntropyOptions options) {
    return [loss, options](const Inputs& in) {
      CrossEntropyOptions with_weight = options;
      if (options.weight.defined()) with_weight.weight = slice(options.weight, 0, 0, in[0].size(1));
      Indices target;
      target.shape = in[0].shape().without(1);
      for (Index i = 0; i < target.shape.count(); ++i) target.values.push_back(i == 1 ? -100 : (i * 5) % in[0].size(1));
      return loss(in[0], target, with_weight);
    };
  };
  auto binary = [](BinaryCrossEntropyOptions options) {
    return [options](const Inputs& in) { return binary_cross_entropy_with_logits(in[0], in[1], options); };
  };
  std::vector<Shapes> classes = {{{4, 3}}, {{1, 2}}, {{4, 1}}, {{2, 3, 4}}};
  std::vector<Row> rows = {
      {"mse_loss", [](const Inputs& in) { return mse_loss(in[0], in[1]); }, {{{}, {}}, {{3}, {3}}, {{2, 3}, {2, 3}}}},
      {"mse_loss of x with x", [](const Inputs& in) { return mse_loss(in[0], in[0]); }, {{{2, 3}}}},
      {"layer_norm", [](const Inputs& in) { return layer_norm(in[0], {4}); }, {{{4}}, {{3, 4}}, {{2, 3, 4}}, {{0, 4}}}},
      {"layer_norm, affine",
       [](const Inputs& in) { return layer_norm(in[0], {4}, in[1], in[2]); },
       {{{4}, {4}, {4}}, {{2, 3, 4}, {4}, {4}}}},
      {"layer_norm, weight alone", [](const Inputs& in) { return layer_norm(in[0], {4}, in[1]); }, {{{3, 4}, {4}}}},
      {"layer_norm, bias alone", [](const Inputs& in) { return layer_norm(in[0], {4}, Tensor(), in[1]); }, {{{3, 4}, {4}}}},
      {"layer_norm, two axes",
       [](const Inputs& in) {
         return layer_norm(in[0], {3, 2}, in[1], in[2]);
       },
       {{{3, 2}, {3, 2}, {3, 2}}, {{2, 3, 2}, {3, 2}, {3, 2}}}},
      {"layer_norm of width 1", [](const Inputs& in) { return layer_norm(in[0], {1}, in[1], in[2]); }, {{{3, 1}, {1}, {1}}}},
      {"dropout",
       [](const Inputs& in) {
         Rng rng(4);
         return dropout(in[0], 0.4, rng);
       },
       {{{5, 6}}}},
  };
  for (Index axis : {-3, -2, -1, 0, 1, 2}) {
    rows.push_back({"softmax", [=](const Inputs& in) { return softmax(in[0], axis); }, boxes});
    rows.push_back({"log_softmax", [=](const Inputs& in) { return log_softmax(in[0], axis); }, boxes});
  }
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none})
    for (double smoothing : {0.0, 0.1, 1.0})
      for (const Tensor& weight : {Tensor(), tensor({2, 0.5, 1})}) {
        rows.push_back({"cross_entropy", cross(cross_entropy, {-100, smoothing, reduction, weight}), classes});
        rows.push_back({"nll_loss", cross(nll_loss, {-100, smoothing, reduction, weight}), classes});
      }
  std::vector<Shapes> same = {{{3}, {3}}, {{2, 3}, {2, 3}}};
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
    rows.push_back({"binary_cross_entropy_with_logits", binary({reduction, {}, {}}), same});
    rows.push_back({"the same, weighted", binary({reduction, Tensor(2), tensor({3, 0.5, 1})}), same});
  }
  check(rows);
}

TEST_CASE("gradients: attention") {
  auto both = [](const Attended& attended) { return concat({reshape(attended.output, {-1}), reshape(attended.weights, {-1})}, 0); };
  auto attention = [=](const AttentionOptions& options) {
    return [=](const Inputs& in) { return both(scaled_dot_product_attention(in[0], in[1], in[2], options)); };
  };
  std::vector<Shapes> shapes = {{{2, 3}, {4, 3}, {4, 2}}, {{2, 2, 3}, {2, 4, 3}, {2, 4, 2}}, {{2, 1, 2, 3}, {2, 3, 4, 3}, {1, 3, 4, 2}}};
  AttentionOptions masked, causal, scaled;
  masked.mask = Mask{{0, 1, 0, 0}, {1, 1, 1, 1}};  // the second query may attend to nothing
  causal.mask = causal_mask(2, 4);
  scaled.scale = 2;
  check({
      {"attention", attention({}), shapes, Numbers::small},
      {"attention, a row all masked", attention(masked), shapes, Numbers::small},
      {"attention, causal", attention(causal), shapes, Numbers::small},
      {"attention, scale 2", attention(scaled), shapes, Numbers::small},
      {"attention, bias",
       [=](const Inputs& in) {
         AttentionOptions biased;
         biased.bias = in[3];
         return both(scaled_dot_product_attention(in[0], in[1], in[2], biased));
       },
       {{{2, 3}, {4, 3}, {4, 2}, {2, 4}}, {{2, 2, 3}, {2, 4, 3}, {2, 4, 2}, {4}}},
       Numbers::small},
      {"self-attention",
       [=](const Inputs& in) { return both(scaled_dot_product_attention(in[0], in[0], in[0])); },
       {{{3, 2}}, {{2, 3, 2}}},
       Numbers::small},
      {"additive attention",
       [=](const Inputs& in) { return both(additive_attention(in[0], in[1], in[2], in[3])); },
       {{{2, 2, 3}, {2, 4, 3}, {3}, {2, 4, 2}}, {{1, 1, 1}, {1, 1, 1}, {1}, {1, 1, 1}}},
       Numbers::small},
      {"additive attention, masked",
       [=](const Inputs& in) { return both(additive_attention(in[0], in[1], in[2], in[3], masked.mask)); },
       {{{2, 2, 3}, {2, 4, 3}, {3}, {2, 4, 2}}},
       Numbers::small},
  });
}

TEST_CASE("gradients: recurrences") {
  // Steps, batch and widths; inputs are x, weight_ih, weight_hh, bias_ih, bias_hh, h0 and, for an LSTM, c0.
  auto shapes = [](Index gates) {
    std::vector<Shapes> all;
    for (const Shape& s : {Shape{3, 2, 4, 2}, Shape{1, 2, 3, 2}, Shape{4, 1, 1, 3}, Shape{2, 3, 2, 1}}) {
      Index h = s[3];
      all.push_back({{s[0], s[1], s[2]}, {gates * h, s[2]}, {gates * h, h}, {gates * h}, {gates * h}, {s[1], h}, {s[1], h}});
    }
    return all;
  };
  auto weights = [](const Inputs& in) { return CellWeights{in[1], in[2], in[3], in[4]}; };
  auto bare = [](const Inputs& in) { return CellWeights{in[1], in[2], Tensor(), Tensor()}; };
  std::vector<Row> rows = {
      {"rnn without biases", [=](const Inputs& in) { return rnn(in[0], in[5], bare(in)); }, shapes(1), Numbers::small},
      {"lstm without biases", [=](const Inputs& in) { return lstm(in[0], in[5], in[6], bare(in)); }, shapes(4), Numbers::small},
      {"gru without biases", [=](const Inputs& in) { return gru(in[0], in[5], bare(in)); }, shapes(3), Numbers::small},
      {"rnn, one bias for both",
       [=](const Inputs& in) {
         return rnn(in[0], in[5], {in[1], in[2], in[3], in[3]});
       },
       shapes(1), Numbers::small},
      {"lstm, one state for both", [=](const Inputs& in) { return lstm(in[0], in[5], in[5], weights(in)); }, shapes(4), Numbers::small},
  };
  for (bool reverse : {false, true}) {
    rows.push_back(
        {"rnn", [=](const Inputs& in) { return rnn(in[0], in[5], weights(in), Nonlinearity::tanh, reverse); }, shapes(1), Numbers::small});
    rows.push_back({"lstm", [=](const Inputs& in) { return lstm(in[0], in[5], in[6], weights(in), reverse); }, shapes(4), Numbers::small});
    rows.push_back({"gru", [=](const Inputs& in) { return gru(in[0], in[5], weights(in), reverse); }, shapes(3), Numbers::small});
  }
  check(rows);
}
