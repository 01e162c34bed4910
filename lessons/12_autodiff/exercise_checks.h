EXERCISE("a product and its arrows", "One arrow to each factor. If a grows by a little, how many times as much does a b grow?") {
  Value a{3}, b{-2}, ab = multiply(a, b);
  check_equal("the value", ab.value, -6);
  check_equal("how many arrows", static_cast<double>(ab.arrows.size()), 2);
  double d_a = 0, d_b = 0;
  for (const Arrow& arrow : ab.arrows) (arrow.from == &a ? d_a : d_b) += arrow.local;
  check_equal("d(ab)/da", d_a, -2);
  check_equal("d(ab)/db", d_b, 3);
}

EXERCISE("a sigmoid and its arrow", "Compute the result first: its derivative is made of the result, not of a.value.") {
  Value a{std::log(3.0)}, y = sigmoid_of(a);
  check_equal("the value at log 3", y.value, 0.75);
  check_true("it", y.arrows.size() == 1 && y.arrows[0].from == &a, "have one arrow, to a");
  check_equal("its derivative", y.arrows[0].local, 0.1875);
}

EXERCISE("backward",
         "Section 3 of the page is this walk, a line for each arrow. Does the last node start with 1? Is what arrives by a second arrow "
         "added, or does it overwrite?") {
  Value a{2}, b{5}, difference = subtract(a, b), square{9, {{&difference, -3}, {&difference, -3}}};
  backward({&a, &b, &difference, &square});
  check_equal("d((a - b)^2)/d(a - b)", difference.grad, -6);
  check_equal("d((a - b)^2)/da", a.grad, -6);
  check_equal("d((a - b)^2)/db", b.grad, 6);
}

EXERCISE("the lesson's graph",
         "All three functions together. Mend first what is wrong above. If they are right on their own: q was used twice, and so was c.") {
  Value q{0.8}, k1{1.5}, k2{-0.5}, v{3};
  Value e1 = multiply(q, k1), e2 = multiply(q, k2), d = subtract(e1, e2), alpha = sigmoid_of(d), c = multiply(alpha, v), L = multiply(c, c);
  backward({&q, &k1, &k2, &v, &e1, &e2, &d, &alpha, &c, &L});
  check_equal("L", L.value, 6.2303);
  check_equal("dL/dq", q.grad, 4.186298);
  check_equal("dL/dk1", k1.grad, 1.674519);
  check_equal("dL/dk2", k2.grad, -1.674519);
  check_equal("dL/dv", v.grad, 4.153528);
}

EXERCISE("the gradient of softmax",
         "Multiply out. One part of the sum has a term for i = j only. The other part is a sum over all i, the same for every j up to a "
         "factor.") {
  Tensor s = tensor({1.2, -0.4, 0.3}).requires_grad(true), p = softmax(s), dp = tensor({1, -2, 0.5});
  const Tensor yours = pull_softmax(p.detach(), dp);
  p.backward(dp);
  check_equal("dL/ds", yours, s.grad());
  check_equal("the sum of dL/ds", sum(yours).item(), 0);
}
