#include "example.h"

EXERCISE("cosines", "The numerator is the matrix itself; multiply by 1 - eye(n) at the end.") {
  // Tea and milk are together in 2 baskets; tea is in 2, milk in 3: 2 / sqrt(6). Tea and sugar: 1 / sqrt(4).
  const Tensor together = tensor({{2, 2, 1}, {2, 3, 2}, {1, 2, 2}});
  check_equal("tea, milk, sugar", cosines(together), tensor({{0, 0.8165, 0.5}, {0.8165, 0, 0.8165}, {0.5, 0.8165, 0}}));
}

EXERCISE("the score by the mean", "mean(taken, 0) is (d); matmul(offered, it) is (N).") {
  const Pantry pantry;
  check_equal("sugar, salt, bag", score_by_mean(pantry.taken, pantry.offered), tensor({0.5, 0.5, 0.7}));
}

EXERCISE("the score by attention", "alpha is (N, L), alpha @ taken is (N, d); then a product with offered, summed over d.") {
  const Pantry pantry;
  check_equal("sugar, salt, bag", score_by_attention(pantry.taken, pantry.offered, 4), tensor({0.9820, 0.9820, 0.7}));
  check_equal("with scale 0 it is the mean", score_by_attention(pantry.taken, pantry.offered, 0), tensor({0.5, 0.5, 0.7}));
}

EXERCISE("NDCG", "std::log2; the first place gives 1.") {
  check_equal("first", ndcg_of(1, 10), 1);
  check_equal("third", ndcg_of(3, 10), 0.5);
  check_equal("tenth", ndcg_of(10, 10), 0.2891);
  check_equal("eleventh", ndcg_of(11, 10), 0);
}
