// The numbers of the lesson: three inputs of width 2, a memory of three. Rows i, f, g, o.
const Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}}), b = tensor({0, 0.1, -0.1, 1, 1, 1, 0, 0.2, -0.2, 0.1, 0, -0.1});
const Tensor W = reshape(tensor({0.6, -0.4, 0.2,  0.9, -0.7, 0.3,  0.3, 0.1,  -0.2, 0.5, 0.4,  -0.6,
                                 0.8, 0.2,  -0.5, 0.7, 0.1,  -0.9, 0.5, -0.3, 0.6,  0.4, -0.1, 0.2}),
                         {12, 2});
const Tensor U = reshape(tensor({0.5, -0.3, 0.2, 0.4, 0.6, -0.1, -0.2, 0.3, 0.7, 0.1, 0.2,  -0.4, -0.3, 0.5, 0.1, 0.6, -0.2, 0.3,
                                 0.7, -0.5, 0.4, 0.2, 0.8, -0.6, -0.4, 0.1, 0.5, 0.3, -0.1, 0.2,  -0.6, 0.4, 0.1, 0.2, 0.3,  -0.5}),
                         {12, 3});

EXERCISE("one step",
         "s = W x + b + U h has 12 numbers here. Which three of them belong to which gate? Only one of the four parts goes through tanh.") {
  const nn::LSTMState none{zeros({3}), zeros({3})}, one = step(select(x, 0, 0), none, W, U, b), two = step(select(x, 0, 1), one, W, U, b);
  check_equal("c_1", one.c, tensor({0.4288, 0.0339, -0.1717}));
  check_equal("h_1", one.h, tensor({0.2469, 0.0234, -0.0808}));
  check_equal("c_2", two.c, tensor({0.2715, 0.5932, -0.5834}));
  check_equal("h_3", step(select(x, 0, 2), two, W, U, b).h, tensor({0.0809, 0.1203, -0.1506}));
}

EXERCISE("the path of the gradient",
         "Each number of c has a gate of its own at every step. Which of the two axes of f is multiplied away?") {
  check_equal("three gates of the lesson", path(tensor({{0.7941, 0.7408, 0.7503}, {0.7171, 0.8176, 0.5793}, {0.7291, 0.6083, 0.8481}})),
              tensor({0.4152, 0.3684, 0.3686}));
  check_equal("64 gates of 1/2", path(full({64, 1}, 0.5)), full({1}, std::pow(0.5, 64)), 1e-6);
}

EXERCISE("half of the gradient", "k stands in the exponent. What brings it down?") {
  check_equal("bias 0", half_life(0), 1);
  check_equal("bias 4", half_life(4), 38.1904);
}
