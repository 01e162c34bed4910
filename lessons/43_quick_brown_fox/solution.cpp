#include "../exercise.h"

#include "pairs.h"

struct Matrices {
  Tensor W_Q, W_K, W_V;
};

Tensor cross_attention(const Tensor& X, const Tensor& Y, const Matrices& w) {
  const Tensor Q = linear(Y, w.W_Q), K = linear(X, w.W_K), V = linear(X, w.W_V);
  return matmul(softmax(matmul(Q, transpose(K)) / std::sqrt(static_cast<double>(Q.size(1)))), V);
}

Tensor by_self_attention(const Tensor& X, const Tensor& Y, const Matrices& w) {
  const Index n = X.size(0), m = Y.size(0);
  const Tensor both = concat({X, Y}, 0);
  std::vector<std::uint8_t> marks(static_cast<std::size_t>(n + m), 0);
  for (Index j = n; j < n + m; ++j) marks[static_cast<std::size_t>(j)] = 1;
  AttentionOptions options;
  options.mask = Mask{{1, n + m}, marks};
  return slice(scaled_dot_product_attention(linear(both, w.W_Q), linear(both, w.W_K), linear(both, w.W_V), options).output, 0, n, n + m);
}

bool hidden(Index row, Index key, Index english) { return key >= english && key > row; }

double share_at_translation(const Tensor& weights, const std::vector<Index>& translation) {
  const Indices at = argmax(weights);
  double right = 0;
  for (std::size_t i = 0; i < translation.size(); ++i) right += at.values[i] == translation[i];
  return right / static_cast<double>(translation.size());
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: words ask an image") {
  Rng rng(0);
  const Attended found = scaled_dot_product_attention(randn({5, 4}, rng), randn({14 * 14, 4}, rng), randn({14 * 14, 3}, rng));
  check_equal("weights", found.weights.shape().text(), "(5, 196)");
  check_equal("output", found.output.shape().text(), "(5, 3)");
}

TEST_CASE("answer 2: one number for queries and keys") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed + 2);
    Head narrow(rng, vocabulary, 1);
    check_true("words right", train(narrow, Kind::cross, Order::shuffled, 1500, rng, seed + 1) > 0.98, "pass 0.98");
    const double at_translation = aligned(narrow, seed + 1);
    check_true("largest weight at the translation", at_translation > 0.2 && at_translation < 0.4, "lie between 0.2 and 0.4");
  }
}

/// Words and their places, one-hot beside each other.
Attended with_places(const Head& head, const Pairs& pairs) {
  const Index count = pairs.english.shape[0];
  const auto placed = [&](const Tensor& words, Index n) {
    return concat({words, zeros({count, n, shown}) + slice(eye(shown), 0, 0, n)}, 2);
  };
  const Tensor Y = reshape(one_hot(pairs.french, vocabulary), {-1, asked, vocabulary});
  const Attended found = head(placed(Y, asked), placed(one_hot(pairs.english, vocabulary), shown));
  return {reshape(found.output, {-1, vocabulary}), found.weights};
}

TEST_CASE("answer 3: places, and pairs in the same order") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed + 2), test_rng(seed + 1);
    Head head(rng, vocabulary + shown);
    optim::Adam adam(head.parameters(), 0.02);
    for (int step = 0; step < 1500; ++step) {
      const Pairs pairs = draw(64, Order::as_in_english, rng);
      const Tensor loss = cross_entropy(with_places(head, pairs).output, pairs.french);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
    const Pairs same = draw(1000, Order::as_in_english, test_rng), other = draw(1000, Order::shuffled, test_rng);
    check_true("in the same order", accuracy(with_places(head, same).output, same.french) > 0.99, "be right");
    const double shuffled = accuracy(with_places(head, other).output, other.french);
    check_true("in another order", shuffled > 0.15 && shuffled < 0.6, "lie between 0.15 and 0.6");
  }
}

TEST_CASE("answer 4: English asks") {
  Rng rng(0);
  const Attended found = scaled_dot_product_attention(randn({shown, 4}, rng), randn({asked, 4}, rng), randn({asked, 3}, rng));
  check_equal("sums of rows", sum(found.weights, 1), ones({shown}));
}

TEST_CASE("answer 5: le where no fox is shown") {
  Rng rng(4), draws(5);
  Head head(rng);
  train(head, Kind::cross, Order::shuffled, 3000, rng, 3);
  Index cases = 0, right = 0;
  while (cases < 100) {
    std::vector<Index> words = draws.permutation(vocabulary);
    words.resize(shown);
    const auto has = [&](Index word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    if (!has(0) || has(3)) continue;
    const Attended found = head(one_hot(Indices{0}, vocabulary), one_hot(Indices(Shape{shown}, words), vocabulary));
    ++cases;
    right += argmax(found.output).values[0] == 0;
  }
  check_true("le without fox", right >= 95, "be right in 95 of 100 cases");
}
