// The numbers of the lesson.
const Tensor Q = tensor({{2, 0, 1, -1}, {-1, 1, 0, 2}});
const Tensor K = tensor({{1, 1, 0, 1}, {2, -1, 1, -1}, {1, 0, 2, 1}});
const Tensor V = tensor({{1, 0, 2, -1, 0}, {0, 2, 1, 0, 1}, {3, 1, 0, 1, -1}});
const Tensor G = tensor({{1, -0.5, 0, 2, 0.5}, {0.5, 1, -1, 0, 1.5}});
const Tensor A = tensor({{0.0629, 0.7662, 0.1710}, {0.6110, 0.0184, 0.3706}});
const Tensor dA = tensor({{-1, -0.5, 4}, {-1.5, 2.5, 1}});

EXERCISE("the Jacobian of softmax", "The diagonal has one term more than the other places. In C++ (i == j) is 1 or 0.") {
  check_equal("J", jacobian(tensor({0.5, 0.3, 0.2})), tensor({{0.25, -0.15, -0.10}, {-0.15, 0.21, -0.06}, {-0.10, -0.06, 0.16}}));
}

EXERCISE("back through softmax",
         "Each row has a mean of its own, of what arrives under its weights. What lies above it raises its score.") {
  check_equal("dS", softmax_backward(A, dA), tensor({{-0.0778, -0.5653, 0.6432}, {-0.6111, 0.0553, 0.5558}}), 2e-4);
  check_equal("equal gradients: nothing to gain", softmax_backward(A, full({2, 3}, 7)), zeros({2, 3}), 1e-3);
}

EXERCISE("back through attention",
         "Each product has two gradients, one for each factor: the shapes say which of the two to transpose. sqrt(d) divides S, so it "
         "divides again what comes from S.") {
  Tensor q = Q.clone().requires_grad(true), k = K.clone().requires_grad(true), v = V.clone().requires_grad(true);
  scaled_dot_product_attention(q, k, v).output.backward(G);
  const Gradients yours = attention_backward(Q, K, V, G);
  check_equal("dQ", yours.dQ, q.grad(), 1e-9);
  check_equal("dK", yours.dK, k.grad(), 1e-9);
  check_equal("dV", yours.dV, v.grad(), 1e-9);
}

EXERCISE("a slope by trying", "How far apart are the two points: h, or more?") {
  check_equal("of x * x at 3", slope([](double x) { return x * x; }, 3, 0.1), 6, 1e-9);
  check_equal("of exp at 0", slope([](double x) { return std::exp(x); }, 0, 1e-5), 1, 1e-9);
}
