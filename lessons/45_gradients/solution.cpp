#include "../exercise.h"

#include "example.h"

Tensor jacobian(const Tensor& p) {
  const Index n = p.size();
  Tensor J = zeros({n, n});
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) J.set({i, j}, p.at({i}) * ((i == j) - p.at({j})));
  return J;
}

Tensor softmax_backward(const Tensor& A, const Tensor& dA) { return A * (dA - sum(dA * A, 1, true)); }

struct Gradients {
  Tensor dQ, dK, dV;
};

Gradients attention_backward(const Tensor& Q, const Tensor& K, const Tensor& V, const Tensor& G) {
  const double scale = 1 / std::sqrt(static_cast<double>(Q.size(1)));
  const Tensor A = softmax(matmul(Q, transpose(K)) * scale);
  const Tensor dS = softmax_backward(A, matmul(G, transpose(V)));
  return {matmul(dS, K) * scale, matmul(transpose(dS), Q) * scale, matmul(transpose(A), G)};
}

double slope(const std::function<double(double)>& f, double x, double h) { return (f(x + h) - f(x - h)) / (2 * h); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the trace of J") {
  const auto trace = [](const Tensor& p) { return sum(jacobian(p) * eye(p.size())).item(); };
  check_equal("equal weights", trace(full({5}, 0.2)), 0.8);
  check_equal("one place has all", trace(tensor({0, 0, 1, 0, 0})), 0);
  check_equal("1 - sum p^2", trace(tensor({0.5, 0.3, 0.2})), 1 - 0.25 - 0.09 - 0.04);
}

TEST_CASE("answer 2: ones arrive, and all values have the same sum") {
  const Tensor values = tensor({{1, 0, 2, -1, 1}, {0, 2, 1, 0, 0}, {3, 1, 0, 0, -1}});
  check_equal("dS", softmax_backward(softmax(matmul(Q, transpose(K)) / 2), matmul(ones({2, 5}), transpose(values))), zeros({2, 3}));
}

TEST_CASE("answer 3: a temperature") {
  const double T = 3;
  Tensor s = tensor({{0.1, 0.4, 2.0}}).requires_grad(true);
  const Tensor p = softmax(s / T), arrives = tensor({{1, -2, 0.5}});
  p.backward(arrives);
  check_equal("ds", s.grad(), softmax_backward(p, arrives) / T, 1e-9);
}

TEST_CASE("answer 4: three times") {
  for (Index n : {2, 5}) {
    Tensor far = zeros({n});
    far.set({0}, 1e6);
    const Tensor a = softmax(softmax(softmax(far)));
    check_equal("the largest ratio", a.at({0}) / a.at({1}), n == 2 ? 1.5874 : 1.2914);
  }
}

TEST_CASE("answer 5: large and small h") {
  Example x;
  const auto L = [&] { return loss(x.Q, x.K, x.V, x.G); };
  const Gradients right = attention_backward(x.Q, x.K, x.V, x.G);
  const auto off_by = [&](Tensor& input, const Tensor& gradient, double h) {
    return max(abs(reshape(central_differences(input, L, h), gradient.shape()) - gradient)).item();
  };
  check_true("dQ with h = 0.1", off_by(x.Q, right.dQ, 0.1) > 1e-5, "be off by more than 1e-5");
  check_true("dK with h = 0.1", off_by(x.K, right.dK, 0.1) > 1e-5, "be off by more than 1e-5");
  check_true("dV with h = 0.1", off_by(x.V, right.dV, 0.1) < 1e-8, "agree");
  for (auto* pair : {&right.dQ, &right.dK, &right.dV}) {
    Tensor& input = pair == &right.dQ ? x.Q : pair == &right.dK ? x.K : x.V;
    check_true("with h = 1e-12", off_by(input, *pair, 1e-12) > 1e-6, "be off by more than 1e-6");
  }
}
