#include "compare.h"

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/recurrent.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/graph.h>

using namespace qkv;

namespace {

Tensor leaf(double number) { return Tensor(number).requires_grad(true); }

/// y = x, whose gradient fails while `broken`.
Tensor fragile(const Tensor& x, const bool& broken) {
  return record("fragile", Array(array(x)), {{x, [&broken](const Array& dy, const Array&) -> Array {
                                                if (broken) throw std::runtime_error("broken");
                                                return dy;
                                              }}});
}

}  // namespace

TEST_CASE("backward: the example of tensor.h") {
  Tensor x = tensor({{1, 2}, {3, 4}}).requires_grad(true);
  sum(x * x).backward();
  CHECK(printed(x.grad()) == "[[2, 4],\n [6, 8]]");
}

TEST_CASE("backward: gradients of leaves add up until zero_grad") {
  Tensor x = leaf(3);
  (x * x).backward();
  (x * x).backward();
  CHECK(x.grad().item() == 12);
  x.zero_grad();
  (2 * x).backward();
  CHECK(x.grad().item() == 2);
}

TEST_CASE("backward: a tensor used as both operands, and along several ways") {
  Tensor x = leaf(3);
  (x + x).backward();
  CHECK(x.grad().item() == 2);
  x.zero_grad();
  (x / x).backward();
  CHECK(x.grad().item() == 0);
  x.zero_grad();
  // A diamond: z = (2x)(x^2), dz/dx = 6 x^2; each side meets at x once both are complete.
  Tensor a = 2 * x, b = x * x;
  (a * b).backward();
  CHECK(x.grad().item() == 54);
  x.zero_grad();
  // A ladder of diamonds: y_n = 2^n x. Visiting every way would take 2^40 steps.
  Tensor y = x;
  for (int i = 0; i < 40; ++i) y = y + y;
  y.backward();
  CHECK(x.grad().item() == std::ldexp(1.0, 40));
}

TEST_CASE("backward: from any tensor, given the gradient of it") {
  Tensor x = tensor({1, 2, 3}).requires_grad(true);
  (x * x).backward(tensor({1, 10, 100}));
  CHECK_CLOSE(x.grad(), tensor({2, 40, 600}), 0);
  x.zero_grad();
  x.backward(tensor({4, 5, 6}));  // a leaf is its own graph
  CHECK_CLOSE(x.grad(), tensor({4, 5, 6}), 0);
  Tensor one = tensor({{2}}).requires_grad(true);
  (one * one).backward();  // a single number, whatever its rank
  CHECK_CLOSE(one.grad(), tensor({{4}}), 0);
}

TEST_CASE("backward: a gradient is as large as its input, however that was repeated") {
  Tensor number = leaf(2), row = tensor({1, 2, 3}).requires_grad(true), column = tensor({{1}, {2}}).requires_grad(true);
  sum(number * row * column).backward();
  CHECK_CLOSE(number.grad(), Tensor(18), 0);
  CHECK_CLOSE(row.grad(), tensor({6, 6, 6}), 0);
  CHECK_CLOSE(column.grad(), tensor({{12}, {12}}), 0);
}

TEST_CASE("sum_to: over leading, middle and last axes") {
  Array all = array(tensor({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  CHECK_CLOSE(from_array(sum_to(all, {2, 3})), tensor({{8, 10, 12}, {14, 16, 18}}), 0);
  CHECK_CLOSE(from_array(sum_to(all, {2, 1, 3})), tensor({{{5, 7, 9}}, {{17, 19, 21}}}), 0);
  CHECK_CLOSE(from_array(sum_to(all, {2, 1})), tensor({{30}, {48}}), 0);
  CHECK_CLOSE(from_array(sum_to(all, {2, 2, 1})), tensor({2, 2, 1}, {6, 15, 24, 33}), 0);
  CHECK_CLOSE(from_array(sum_to(all, {})), Tensor(78), 0);
  CHECK_CLOSE(from_array(sum_to(all, {1})), tensor({78}), 0);
  CHECK_CLOSE(from_array(sum_to(array(zeros({0, 3})), {3})), zeros({3}), 0);
}

TEST_CASE("backward: the graph is freed, or kept when asked") {
  Tensor x = leaf(3), y = x * x;
  y.backward();
  CHECK_THROWS_WITH_AS(y.backward(),
                       "backward: the graph behind 'mul' was freed by an earlier backward(); call the first one with Graph::keep", Error);
  CHECK(x.grad().item() == 6);  // the refused call added nothing
  CHECK(y.inputs().empty());

  x.zero_grad();
  Tensor kept = x * x * x;
  kept.backward(Graph::keep);
  kept.backward(Graph::keep);
  CHECK(x.grad().item() == 54);
  kept.backward();
  CHECK(x.grad().item() == 81);
  CHECK_THROWS_AS(kept.backward(), Error);

  // Two results share a part that the first one freed.
  Tensor shared = x * x, first = shared * 2, second = shared * 3;
  x.zero_grad();
  first.backward();
  CHECK_THROWS_WITH_AS(second.backward(),
                       "backward: the graph behind 'mul' was freed by an earlier backward(); call the first one with Graph::keep", Error);
  CHECK(x.grad().item() == 12);
}

TEST_CASE("backward: memory of a freed graph is given back") {
  Tensor x = leaf(3);
  std::shared_ptr<Node> middle;
  Tensor y;
  {
    Tensor square = x * x;
    middle = square.node();
    y = exp(square);
  }
  CHECK(middle.use_count() > 1);
  y.backward();
  CHECK(middle.use_count() == 1);  // this one
}

TEST_CASE("retain_grad: an intermediate gradient, also over a graph used twice") {
  Tensor x = leaf(3), square = x * x, y = 2 * square;
  CHECK_THROWS_WITH_AS(
      square.grad(),
      "grad: no gradient has arrived at this tensor of shape (); it is an intermediate result: call retain_grad() before backward()",
      Error);
  square.retain_grad();
  y.retain_grad();
  y.backward(Graph::keep);
  CHECK(y.grad().item() == 1);
  CHECK(square.grad().item() == 2);
  CHECK(x.grad().item() == 12);
  y.backward();
  CHECK(square.grad().item() == 4);
  CHECK(x.grad().item() == 24);  // what is kept to look at does not flow again
  Tensor plain = x * x;
  plain.backward();
  CHECK(!plain.has_grad());
}

TEST_CASE("detach and NoGrad: no gradient flows") {
  Tensor x = leaf(3);
  Tensor y = x * x.detach();
  y.backward();
  CHECK(x.grad().item() == 3);
  CHECK(!(x * x).detach().requires_grad());
  {
    NoGrad no_graph;
    CHECK(!grad_enabled());
    Tensor z = x * x;
    CHECK(!z.requires_grad());
    CHECK(std::string(z.operation()) == "");
    CHECK(z.inputs().empty());
    { NoGrad again; }
    CHECK(!grad_enabled());
  }
  CHECK(grad_enabled());
  CHECK((x * x).requires_grad());
  // A graph made before can be used under it.
  Tensor before = x * x;
  x.zero_grad();
  NoGrad no_graph;
  before.backward();
  CHECK(x.grad().item() == 6);
}

TEST_CASE("EvalMode ends with its scope") {
  CHECK(training());
  {
    EvalMode eval;
    CHECK(!training());
    { EvalMode again; }
    CHECK(!training());
  }
  CHECK(training());
}

TEST_CASE("the graph can be looked at") {
  Tensor x = leaf(3), c(5), y = x * c;
  CHECK(std::string(y.operation()) == "mul");
  CHECK(y.inputs().size() == 2);
  CHECK(y.inputs()[0].node() == x.node());
  CHECK(y.inputs()[1].node() == c.node());  // also what needs no gradient
  CHECK(std::string(x.operation()) == "");
  CHECK((c * c).inputs().empty());
}

TEST_CASE("an input changed in place after the operation ran") {
  const char* message =
      "backward: an input of 'mul', shape (2,), was changed in place after the operation ran: its gradient would be wrong";
  Tensor x = tensor({1, 2}).requires_grad(true), c = tensor({3, 4});
  Tensor y = x * c;
  x.set({0}, 5);
  CHECK_THROWS_WITH_AS(y.backward(ones({2})), message, Error);
  y = x * c;
  c.copy_from(tensor({7, 7}));  // needs no gradient itself, but x's is made from it
  CHECK_THROWS_WITH_AS(y.backward(ones({2})), message, Error);
  CHECK(!x.has_grad());
  Tensor h0 = ones({2, 2}).requires_grad(true), joined = concat({h0, h0}, 0);
  h0.mutable_data();
  CHECK_THROWS_WITH_AS(
      sum(joined).backward(),
      "backward: an input of 'concat', shape (2, 2), was changed in place after the operation ran: its gradient would be wrong", Error);
}

TEST_CASE("a set() that is refused is no change") {
  Tensor x = tensor({1, 2}).requires_grad(true), y = x * x;
  CHECK_THROWS_AS(x.set({2}, 5), Error);
  y.backward(ones({2}));
  CHECK(x.grad().at({1}) == 4);
}

TEST_CASE("backward: messages") {
  Tensor x = tensor({1, 2}).requires_grad(true), y = x * 2;
  CHECK_THROWS_WITH_AS(y.backward(),
                       "backward: shape (2,): must be a single number; or give the gradient of this tensor, backward(upstream)", Error);
  CHECK_THROWS_WITH_AS(y.backward(ones({3})), "backward: upstream gradient of shape (3,) for a tensor of shape (2,): must be the same",
                       Error);
  CHECK_THROWS_WITH_AS(Tensor(1).backward(),
                       "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing", Error);
  CHECK_THROWS_WITH_AS(y.requires_grad(true), "requires_grad: this tensor is the result of 'mul': set it on a leaf, or detach() first",
                       Error);
  y.backward(ones({2}));  // still there after all that
  CHECK_CLOSE(x.grad(), tensor({2, 2}), 0);
}

TEST_CASE("an exception inside a gradient leaves a kept graph usable") {
  bool broken = true;
  Tensor x = leaf(3), w = leaf(5);
  Tensor a = x * x, b = fragile(a, broken), y = a * b * w;  // a has got one of its two gradients when b fails
  CHECK_THROWS_WITH_AS(y.backward(Graph::keep), "broken", std::runtime_error);
  CHECK(grad_enabled());
  broken = false;
  x.zero_grad();
  w.zero_grad();
  y.backward(Graph::keep);
  CHECK(x.grad().item() == 4 * 27 * 5);
  CHECK(w.grad().item() == 81);
}

TEST_CASE("record: one pull for all inputs; an array without numbers stands for zero") {
  Tensor a = tensor({1, 2}).requires_grad(true), b = tensor({3, 4}).requires_grad(true), c = tensor({5, 6});
  auto both = [&] {
    return record("both", Array(array(a)), {a, b, c}, [](const Array& dy, const Array& y) -> std::vector<Array> {
      CHECK(y.size() == 2);
      return {empty_array({0}), dy, dy};
    });
  };
  sum(both()).backward();
  CHECK(!a.has_grad());
  CHECK_CLOSE(b.grad(), tensor({1, 1}), 0);
  CHECK(!c.has_grad());
  // Where nothing at all arrives, what lies behind is left in peace.
  Tensor square = a * a, zero = record("zero", Array(array(square)), {square},
                                       [](const Array&, const Array&) -> std::vector<Array> { return {empty_array({0})}; });
  sum(zero).backward();
  CHECK(!a.has_grad());
}

TEST_CASE("backward: empty tensors") {
  Tensor x = zeros({0, 3}).requires_grad(true), w = ones({3}).requires_grad(true);
  sum(x * w).backward();
  CHECK(x.grad().shape() == Shape{0, 3});
  CHECK_CLOSE(w.grad(), zeros({3}), 0);
}

TEST_CASE("a chain of a million operations") {
  const int length = 1000000;
  Tensor x = leaf(1), c(1);
  auto chain = [&] {
    Tensor y = x;
    for (int i = 0; i < length; ++i) y = y + c;
    return y;
  };
  SUBCASE("forward, backward and freed") {
    Tensor y = chain();
    y.backward();
    CHECK(y.item() == length + 1);
    CHECK(x.grad().item() == 1);
  }
  SUBCASE("kept, and freed by its last handle") {
    Tensor y = chain();
    y.backward(Graph::keep);
    CHECK(x.grad().item() == 1);
  }
  SUBCASE("never differentiated") { chain(); }
  SUBCASE("each link used twice") {
    Tensor y = x;
    for (int i = 0; i < length; ++i) y = (y + y) * 0.5;
    CHECK(y.item() == 1);
  }
  SUBCASE("without a graph") {
    NoGrad no_graph;
    CHECK(chain().item() == length + 1);
  }
}

TEST_CASE("a result must not be changed in place, whether its gradient is made from it or not") {
  const std::pair<const char*, std::function<Tensor(const Tensor&)>> by_result[] = {
      {"exp", [](const Tensor& x) { return exp(x); }},
      {"sqrt", [](const Tensor& x) { return sqrt(x); }},
      {"tanh", [](const Tensor& x) { return tanh(x); }},
      {"sigmoid", [](const Tensor& x) { return sigmoid(x); }},
      {"relu", [](const Tensor& x) { return relu(x); }},
      {"div", [](const Tensor& x) { return 1 / x; }},
      {"pow", [](const Tensor& x) { return pow(2, x); }},
      {"max", [](const Tensor& x) { return max(x, 0, true); }},
      {"softmax", [](const Tensor& x) { return softmax(x); }},
      {"log_softmax", [](const Tensor& x) { return log_softmax(x); }},
      {"attention",
       [](const Tensor& x) {
         AttentionOptions fused;
         fused.need_weights = false;
         Tensor rows = unsqueeze(x, 1);
         return scaled_dot_product_attention(rows, rows, rows, fused).output;
       }},
      {"rnn",
       [](const Tensor& x) {
         return rnn(reshape(x, {3, 1, 1}), zeros({1, 1}), {ones({1, 1}), ones({1, 1}), {}, {}});
       }},
      {"lstm",
       [](const Tensor& x) {
         return lstm(reshape(x, {3, 1, 1}), zeros({1, 1}), zeros({1, 1}), {ones({4, 1}), ones({4, 1}), {}, {}});
       }},
      {"gru",
       [](const Tensor& x) {
         return gru(reshape(x, {3, 1, 1}), zeros({1, 1}), {ones({3, 1}), ones({3, 1}), {}, {}});
       }},
  };
  for (const auto& [name, f] : by_result) {
    CAPTURE(name);
    Tensor x = tensor({1, 2, 3}).requires_grad(true), y = f(x);
    y.mutable_data()[0] = 100;
    std::string message;
    try {
      sum(y).backward();
    } catch (const Error& error) {
      message = error.what();
    }
    CHECK(message.find("backward: the result of '" + std::string(name) + "'") == 0);
    CHECK_FALSE(x.has_grad());
  }
  Tensor x = leaf(3), y = x * 2;  // 100 does not depend on x: a gradient of 2 would be wrong
  y.mutable_data()[0] = 100;
  CHECK_THROWS_WITH_AS(y.backward(),
                       "backward: the result of 'mul', shape (), was changed in place after the operation ran: the gradient would be wrong",
                       Error);
  CHECK_FALSE(x.has_grad());
}

TEST_CASE("a kept gradient may be what goes back next") {
  Tensor x = leaf(2), y = x * 3;
  y.retain_grad();
  y.backward(Graph::keep);
  CHECK(x.grad().item() == 3);
  y.backward(y.grad(), Graph::keep);  // to which this pass adds 1
  CHECK(x.grad().item() == 6);
  CHECK(y.grad().item() == 2);
}

TEST_CASE("requires_grad(false) after the forward: no gradient arrives, whatever made the result") {
  Tensor x = tensor({1, 2, 4}).requires_grad(true), weight = ones({3}).requires_grad(true), bias = zeros({3}).requires_grad(true);
  Tensor y = layer_norm(x * weight, {3}, weight, bias);
  weight.requires_grad(false);
  sum(y * y).backward();
  CHECK_FALSE(weight.has_grad());
  CHECK(x.has_grad());
  CHECK(bias.has_grad());
}

TEST_CASE("a tensor used 100,000 times: its gradient is right to the last digits") {
  const Index uses = 100000;
  Tensor x = leaf(1), total = 0;
  for (Index i = 0; i < uses; ++i) total += x * 0.1;
  total.backward();
  CHECK(std::abs(x.grad().item() / (uses * static_cast<double>(Scalar(0.1))) - 1) < 2e-7);
}
