#include "../exercise.h"

#include "smallest_attention.h"
#include "tiny_engine.h"

Value multiply(Value& a, Value& b) { return {a.value * b.value, {{&a, b.value}, {&b, a.value}}}; }

Value sigmoid_of(Value& a) {
  const double y = 1 / (1 + std::exp(-a.value));
  return {y, {{&a, y * (1 - y)}}};
}

void backward(const std::vector<Value*>& graph) {
  graph.back()->grad = 1;
  for (auto node = graph.rbegin(); node != graph.rend(); ++node)
    for (const Arrow& arrow : (*node)->arrows) arrow.from->grad += (*node)->grad * arrow.local;
}

Tensor pull_softmax(const Tensor& p, const Tensor& dp) { return p * (dp - sum(p * dp)); }

#include "exercise_checks.h"

// ---- What the page's answers say

TEST_CASE("answer 1: v = -3") {
  Inputs turned = inputs;
  turned[v] = -3;
  const Ten<double> before = backward(forward<double>(inputs)), after = backward(forward<double>(turned));
  for (int node = q; node <= L; ++node)
    check_equal(std::string("the gradient of ") + names[node], after[node], node == v || node == c ? -before[node] : before[node]);
}

TEST_CASE("answer 2: e2 = q k1") {
  Tensor q = Tensor(0.8).requires_grad(true), k1 = Tensor(1.5).requires_grad(true);
  Tensor c = 3 * sigmoid(q * k1 - q * k1);
  (c * c).backward();
  check_equal("L", (c * c).item(), 2.25);
  check_equal("dL/dq", q.grad().item(), 0);
  check_equal("dL/dk1", k1.grad().item(), 0);
}

TEST_CASE("answer 3: relu") {
  Tensor q = Tensor(0.8).requires_grad(true), v = Tensor(-3).requires_grad(true);
  Tensor c = relu(sigmoid(q * 1.5 - q * -0.5) * v);
  c.retain_grad();
  ((c - 1) * (c - 1)).backward();
  check_equal("dL/dc", c.grad().item(), -2);
  check_equal("dL/dv", v.grad().item(), 0);
  check_equal("dL/dq", q.grad().item(), 0);
}

TEST_CASE("answer 4: the one-sided difference") {
  std::vector<double> errors;
  for (int exponent = -12; exponent <= -1; ++exponent) {
    const double h = std::pow(10.0, exponent);
    errors.push_back(typical_error<double>([&](const Inputs& in) { return (forward<double>(in, q, h)[L] - forward<double>(in)[L]) / h; }));
  }
  check_true("the best h", std::min_element(errors.begin(), errors.end()) == errors.begin() + 4, "be 1e-8");
  check_equal("a tenfold h costs", errors[8] / errors[7], 10, 0.01);
  check_true("the best error", errors[4] > 1e-8 && errors[4] < 2e-7, "be about 6e-08");
}

TEST_CASE("answer 5: scores times 10") {
  const Tensor p = softmax(tensor({12, -4, 3}));
  check_equal("p", 1e4 * p, tensor({9998.765, 0.001125, 1.23395}));
  double largest = 0;
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) largest = std::max(largest, std::abs(p.at({i}) * ((i == j) - p.at({j}))));
  check_equal("the largest of the nine", 1e4 * largest, 1.2349, 1e-3);
  const Tensor tied = softmax(tensor({12, 12, 3}));
  check_equal("with two equal largest scores", tied.at({0}) * (1 - tied.at({0})), 0.25, 1e-3);
}
