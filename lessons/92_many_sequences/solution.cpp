#include "../exercise.h"

Tensor pad(const Tensors& sequences) {
  Index longest = 0;
  for (const Tensor& x : sequences) longest = std::max(longest, x.size(0));
  Tensors rows;
  for (const Tensor& x : sequences) rows.push_back(concat({x, zeros({longest - x.size(0), x.size(1)})}, 0));
  return stack(rows);
}

Mask strangers(const std::vector<Index>& lengths) {
  std::vector<Index> owner;  // of each place
  for (std::size_t s = 0; s < lengths.size(); ++s) owner.insert(owner.end(), lengths[s], static_cast<Index>(s));
  const Index n = static_cast<Index>(owner.size());
  std::vector<std::uint8_t> marks(n * n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) marks[i * n + j] = owner[i] != owner[j];
  return {{n, n}, marks};
}

Tensors attend_in_one_row(const Tensors& sequences) {
  std::vector<Index> lengths;
  for (const Tensor& x : sequences) lengths.push_back(x.size(0));
  AttentionOptions options;
  options.mask = strangers(lengths);
  const Tensor row = concat(sequences, 0), all = scaled_dot_product_attention(row, row, row, options).output;
  Tensors outputs;
  Index start = 0;
  for (Index n : lengths) outputs.push_back(slice(all, 0, start, start + n)), start += n;
  return outputs;
}

Tensor ask(const Tensor& x, const Tensor& y) {
  return matmul(softmax(matmul(x, transpose(y)) / std::sqrt(static_cast<double>(x.size(1)))), y);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: nine zeros instead of one") {
  for (Index count : {1, 9}) {
    const Tensor x = concat({short_B, zeros({count, 2})}, 0), alpha = scaled_dot_product_attention(x, x, x).weights;
    check_equal("the weight on zeros", sum(slice(alpha[1], 0, 2, 2 + count)).item(), count == 1 ? 0.2483 : 0.7483);
  }
}

TEST_CASE("answer 2: the mean over the sequences taken away") {
  const auto first = [](const Tensor& X) {
    const Tensor centred = X - mean(X, 0, true);
    return scaled_dot_product_attention(centred, centred, centred).output[0];
  };
  const Tensor before = first(stack({A, B})), after = first(stack({A, 10 * B}));
  for (Index i = 0; i < before.size(); ++i) check_true("every number", before.data()[i] != after.data()[i], "change");
}

TEST_CASE("answer 3: pairs") {
  check_equal("32 sequences of 20, a row each", 32.0 * 20 * 20, 12800);
  check_equal("all in one row", (32.0 * 20) * (32.0 * 20), 409600);
}

TEST_CASE("answer 4: sixteen letters instead of eight") {
  const double yes = 1 - std::pow(11.0 / 12, 16), yes_elsewhere = 1 - std::pow(11.0 / 12, 15);
  check_equal("always yes", yes, 0.751, 1e-3);
  check_equal("yes, if the letter at the same place is another one", yes_elsewhere, 0.729, 1e-3);
  check_equal("best possible", 1.0 / 12 + 11.0 / 12 * yes_elsewhere, yes);
}
