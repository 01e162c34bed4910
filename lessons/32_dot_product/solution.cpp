#include "../exercise.h"

#include "wide.h"

Tensor scores(const Tensor& queries, const Tensor& keys) {
  return matmul(queries, transpose(keys)) / std::sqrt(static_cast<double>(queries.size(1)));
}

Tensor weights(const Tensor& e) {
  Tensor powers = exp(e - max(e, 1, true));
  return powers / sum(powers, 1, true);
}

Tensor softmax_gradient(const Tensor& alpha, const Tensor& d_alpha) { return alpha * (d_alpha - sum(alpha * d_alpha, 1, true)); }

Tensor query_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& d_output) {
  Tensor d_alpha = matmul(d_output, transpose(values));                        // (n, m)
  Tensor d_e = softmax_gradient(weights(scores(queries, keys)), d_alpha);      // (n, m)
  return matmul(d_e, keys) / std::sqrt(static_cast<double>(queries.size(1)));  // (n, d)
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

const Tensor q = tensor({{2, 0, 1, -1}});

TEST_CASE("answer 1: scale = 100") {
  AttentionOptions options;
  options.scale = 100;
  const Tensor alpha = scaled_dot_product_attention(q, keys, values, options).weights;
  check_equal("alpha", alpha, tensor({{0, 1, 0}}), 1e-40);
  check_true("the weight of sat", alpha.at({0, 2}) > 0, "still be more than 0");
  check_true("|J|", norm(jacobian(alpha)).item() < 1e-40, "be below 1e-40");
}

TEST_CASE("answer 2: cosine similarity") {
  const Tensor three = tensor({{1}, {2}, {4}}) * q, lengths = norm(three, 1);
  const Tensor cosines = matmul(three / unsqueeze(lengths, 1), reshape(q / norm(q).item(), {4}));
  check_equal("the cosines of q, 2q, 4q", cosines, ones({3}));
  check_equal("alpha", softmax(cosines), full({3}, 1.0 / 3));
}

/// Words found with each of ten seeds, sorted.
std::vector<Index> ten(const Learning& how, Index steps) {
  std::vector<Index> found;
  for (std::uint64_t seed = 0; seed < 10; ++seed) found.push_back(words_found(how, steps, seed));
  std::sort(found.begin(), found.end());
  return found;
}

TEST_CASE("answer 3: a smaller start and a smaller rate are the scale") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Index scaled = words_found({1024, 0.1, true}, 300, seed);
    const Index plain = words_found({1024, 0.1 / 32, false, std::pow(1024, -0.25)}, 300, seed);
    check_true("the words found", std::abs(scaled - plain) <= 1, "be as many as with the scale");
  }
}

TEST_CASE("answer 4: cross-entropy") {
  Learning how{4, 0.1, false};
  how.cross_entropy = true;
  for (Index d : {4, 64, 1024}) {
    how.d = d;
    check_true("all ten seeds", ten(how, 300).front() == 16, "find all 16 words in 300 steps");
  }
}

TEST_CASE("answer 5: Adam") {
  Learning how{1024, 0.01, false};
  how.adam = true;
  check_true("plain scores at d = 1,024, rate 0.01", ten(how, 1000).back() <= 3, "stay at 3 words or fewer with each of ten seeds");
  how.scaled = true;
  check_true("scaled ones", ten(how, 1000).front() == 16, "find all 16");
}
