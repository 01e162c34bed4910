// Six positions of width 2, and two numbers for each.
const Tensor q = tensor({{{1, 2}, {0, 1}, {-1, 0}, {2, 1}, {0, -1}, {1, 1}}});
const Tensor k = tensor({{{0, 1}, {1, 0}, {1, 2}, {-1, 1}, {2, 0}, {0, -2}}});
const Tensor v = tensor({{{1, 0}, {2, 1}, {3, 0}, {4, 1}, {5, 0}, {6, 1}}});

/// Weights made of all pairs, then the weighted sum: what linear attention must equal.
Tensor with_all_pairs(const Tensor& scores, const Tensor& values) { return matmul(scores / sum(scores, -1, true), values); }

EXERCISE("sort by stride", "Two steps: (B, n, d) becomes (B, n/s, s, d), and then the two middle axes change places.") {
  const Tensor sorted = sort_by_stride(k, 3);
  check_true("the shape", sorted.shape() == Shape({1, 3, 2, 2}), "be (1, 3, 2, 2)");
  check_equal("row 1: positions 1 and 4", select(select(sorted, 0, 0), 0, 1), tensor({{1, 0}, {2, 0}}));
}

EXERCISE("low rank", "mean(reshape(x, {B, r, n / r, d}), 2) of both keys and values; the queries stay as they are.") {
  check_equal("r = n is full attention", low_rank(q, k, v, 6), attend(q, k, v));
  check_equal("r = 1: everybody gets the mean of all values", select(select(low_rank(q, k, v, 1), 0, 0), 0, 3), tensor({3.5, 0.5}));
}

EXERCISE("phi", "For x below 0, relu(x) is 0 and exp(minimum(x, 0)) is exp(x). And above 0?") {
  check_equal("phi of -1, 0 and 2", feature(tensor({-1, 0, 2})), tensor({0.367879, 1, 3}));
}

EXERCISE("linear attention",
         "Three products: transpose(phi(k)) with v; phi(q) with that; and phi(q) with the sum of phi(k), to divide by. If 'phi' is wrong, "
         "mend that first.") {
  check_equal("the same as with all pairs", without_pairs(q, k, v), with_all_pairs(matmul(feature(q), transpose(feature(k))), v));
}

EXERCISE("layers", "One layer carries something w further. Round up.") {
  check_equal("16 far with w = 4", static_cast<double>(layers_needed(16, 4)), 4);
  check_equal("17 far with w = 4", static_cast<double>(layers_needed(17, 4)), 5);
}
