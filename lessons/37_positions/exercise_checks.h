EXERCISE("the waves", "For each t and i one angle; its sine goes to column 2i, its cosine to column 2i + 1.") {
  check_equal("pe for d = 4", encoding(3, 4),
              tensor({{0.0, 1.0, 0.0, 1.0}, {0.8415, 0.5403, 0.0100, 0.9999}, {0.9093, -0.4161, 0.0200, 0.9998}}));
  check_equal("the last wave of d = 6, at t = 1", encoding(2, 6).at({1, 4}), 0.0021544, 1e-5);
}

EXERCISE("their dot product", "sin a sin b + cos a cos b = cos(a - b): each wave gives one cosine of the distance; add them up.") {
  check_equal("distance 0", dot_at_distance(0, 4), 2);
  check_equal("distance 3, d = 4", dot_at_distance(3, 4), 0.0096, 2e-4);
  check_equal("distance -3", dot_at_distance(-3, 4), 0.0096, 2e-4);
}

EXERCISE("rotary", "Each pair keeps its length. At t = 0 nothing changes, at t = 1 the first pair is rotated by 1 radian.") {
  const Tensor q = tensor({1.0, 2.0, 0.5, -1.0}), k = tensor({0.3, -0.6, 1.2, 0.8});
  check_equal("q at t = 0, 1, 2", rotated(stack({q, q, q})),
              tensor({{1.0, 2.0, 0.5, -1.0}, {-1.1426, 1.9221, 0.5100, -0.9950}, {-2.2347, 0.0770, 0.5199, -0.9898}}));
  const Tensor scores = matmul(rotated(stack({q, q, q})), transpose(rotated(stack({k, k, k}))));
  check_equal("q at 0 and k at 1, q at 1 and k at 2", scores.at({0, 1}), scores.at({1, 2}));
}

EXERCISE("learned positions", "slice(table, 0, 0, x.size(0)) + x.") {
  const Tensor table = tensor({{1, 2}, {3, 4}, {5, 6}});
  check_equal("two words", with_learned(tensor({{0, 0}, {10, 10}}), table), tensor({{1, 2}, {13, 14}}));
}
