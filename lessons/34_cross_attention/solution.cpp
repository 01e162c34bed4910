#include "../exercise.h"

#include "lookup.h"

Tensors queries_keys_values(const Tensor& Y, const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v) {
  return {linear(Y, W_q), linear(X, W_k), linear(X, W_v)};
}

Attended attend(const Tensor& Q, const Tensor& K, const Tensor& V) {
  Tensor alpha = softmax(matmul(Q, transpose(K)) / std::sqrt(static_cast<double>(Q.size(1))));
  return {matmul(alpha, V), alpha};
}

Attended attend_or_not(const Tensor& Q, const Tensor& K, const Tensor& V) {
  return attend(Q, concat({zeros({1, K.size(1)}), K}, 0), concat({zeros({1, V.size(1)}), V}, 0));
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a key of zeros") {
  const Tensor Q = linear(X, W_k), K = concat({linear(Y, W_q), zeros({1, 2})}, 0);  // the Chinese ask
  const Tensor share = select(attend(Q, K, zeros({4, 2})).weights, 1, 3);
  check_equal("its share of each row", share, tensor({0.0406, 0.2311, 0.0812, 0.0314}));
}

TEST_CASE("answer 2: Y is X") {
  const Tensor W = tensor({{0.9, 0.1, 0.3}, {0.4, 0.9, 1.1}});
  const Tensors all = queries_keys_values(X, X, W, W_k, W_v);
  check_equal("Z", attend(all[0], all[1], all[2]).output, tensor({{0.0585, 0.7137}, {0.5711, 0.6764}, {0.9760, 0.4200}, {0.5472, 0.7837}}));
}

TEST_CASE("answer 3: values from the wrong side") {
  const Tensor four = tensor({{-1.0, -1.0}, {0.9, 0.4}, {-0.5, 1.0}, {0.2, 0.3}});
  check_equal("the shape", attend(linear(four, W_q), linear(X, W_k), four).output.shape() == Shape({4, 2}) ? "(4, 2)" : "another",
              "(4, 2)");
}

TEST_CASE("answers 4 and 5: lists of two; words that are not there") {
  std::vector<double> two, four, there, absent;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    two.push_back(measure(train(2, 2000, seed), 12, seed + 1).largest);
    const LookUp look_up = train(4, 2000, seed);
    four.push_back(measure(look_up, 12, seed + 1).largest);
    there.push_back(measure(look_up, 4, seed + 1).largest);
    absent.push_back(measure(look_up, 4, seed + 1, false).largest);
  }
  check_equal("the largest weight of twelve, trained on two", show::median(two), 0.963, 5e-3);
  check_equal("trained on four", show::median(four), 0.984, 2e-3);
  check_true("trained on two", *std::max_element(two.begin(), two.end()) < *std::min_element(four.begin(), four.end()),
             "be below trained on four with each of ten seeds");
  check_equal("the largest weight of four, for a word that is there", show::median(there), 0.996, 2e-3);
  check_equal("and for one that is not", show::median(absent), 0.474, 0.02);
}
