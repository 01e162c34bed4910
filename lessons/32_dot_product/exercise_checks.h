// The numbers of the lesson: keys and values of the, cat, sat, all of width 4. The second query is new.
const Tensor queries = tensor({{2, 0, 1, -1}, {0.5, -1, 0, 2}});
const Tensor keys = tensor({{1, 1, 0, 1}, {2, -1, 1, -1}, {1, 3, 2, -1}});
const Tensor values = tensor({{1, 0}, {0, 2}, {3, 1}});

EXERCISE("scores", "matmul(queries, transpose(keys)) is (2, 3): a row for each query. Then divide by std::sqrt(d) with d = 4.") {
  check_equal("the scores", scores(queries, keys), tensor({{0.5, 3, 2.5}, {0.75, 0, -2.25}}));
  check_equal("of width 1: plain products", scores(tensor({{3}}), tensor({{1}, {2}})), tensor({{3, 6}}));
}

EXERCISE("weights", "e - max(e, 1, true) has 0 as its largest number in each row. exp of it, divided by its sum over the row.") {
  check_equal("the weights of (0.5, 3, 2.5)", weights(tensor({{0.5, 3, 2.5}})), tensor({{0.0486, 0.5922, 0.3592}}));
  check_equal("two rows, each by itself", weights(tensor({{0, 0}, {0, std::log(3.0)}})), tensor({{0.5, 0.5}, {0.25, 0.75}}));
  check_equal("of scores about 1000", weights(tensor({{1000, 1000 + std::log(3.0)}})), tensor({{0.25, 0.75}}), 1e-3);
}

EXERCISE("softmax's gradient", "sum(alpha * d_alpha, 1, true) is one number a row. Take it from d_alpha, multiply by alpha.") {
  const Tensor alpha = softmax(tensor({{0.5, 3, 2.5}, {1, 1, 1}}));
  check_equal("the gradient", softmax_gradient(alpha, tensor({{0, 1, 0}, {3, 0, 0}})),
              tensor({{-0.0288, 0.2415, -0.2127}, {2.0 / 3, -1.0 / 3, -1.0 / 3}}));
  check_equal("where one weight is 1", softmax_gradient(tensor({{0, 1, 0}}), tensor({{5, -7, 2}})), zeros({1, 3}));
}

EXERCISE("what reaches the query", "Three lines, from the output back: d_alpha, d_e, and d_e keys / sqrt(d).") {
  const Tensor d_output = tensor({{1, -2}, {0.5, 3}}), q = queries.clone().requires_grad(true);
  scaled_dot_product_attention(q, keys, values).output.backward(d_output);
  check_equal("the gradient, as the library finds it", query_gradient(queries, keys, values, d_output), q.grad());
  check_equal("the shape", query_gradient(queries, keys, values, d_output).shape() == Shape({2, 4}) ? "(2, 4)" : "another", "(2, 4)");
}
