#pragma once
#include "tasks.h"

// A network of two layers, its weights set by hand, that says of a string of any length whether its number of 1s is odd. After Chiang and
// Cholak 2022, section 3.

/// x (B, N): in column 0 stands the word in front, a 0; then N - 1 bits. -> (B): above 0 if the number of 1s, k, is odd, below 0 if even.
/// `known` is the N by which positions are divided: that of the string.
inline Tensor parity_score(const Tensor& x, Index known) {
  const Index N = x.size(1);
  const Tensor i = arange(N), first = one_hot(Indices({1}, {0}), N);  // is this the word in front? (1, N)
  const Tensor place = i / static_cast<double>(known);                // two positions: i / N, and +1 and -1 in turn
  Tensor turn = ones({N});
  for (Index j = 1; j < N; j += 2) turn.set({j}, -1);

  // Layer 1: all scores are 0, so every place finds the means k / N and 1 / N. Its relus leave 1 / N at place k and 0 elsewhere.
  const Tensor alpha = softmax(zeros({N, 1}), 0);
  const Tensor k_N = matmul(x, alpha), one_N = matmul(first, alpha);  // (B, 1), (1, 1)
  const Tensor gap = k_N - place;                                     // (B, N)
  const Tensor here = relu(gap - one_N) - 2 * relu(gap) + relu(gap + one_N);

  // Layer 2: one head looks more at even places, one more at odd places. Who sees more of place k?
  const Tensor even = softmax(turn), odd = softmax(-turn);  // (N)
  return matmul(here, odd - even);
}

/// All strings of so many bits, behind a word in front: (2^length, 1 + length).
inline Tensor all_strings(Index length) {
  const Index count = Index(1) << length;
  Tensor x = zeros({count, 1 + length});
  for (Index n = 0; n < count; ++n)
    for (Index i = 0; i < length; ++i) x.set({n, 1 + i}, static_cast<double>(n >> i & 1));
  return x;
}
/// Random ones.
inline Tensor some_strings(Index length, Index count, Rng& rng) {
  Tensor x = zeros({count, 1 + length});
  for (Index n = 0; n < count; ++n)
    for (Index i = 0; i < length; ++i) x.set({n, 1 + i}, static_cast<double>(rng.below(2)));
  return x;
}
/// 1 where the number of 1s is odd: (B, N) -> (B).
inline Indices is_odd(const Tensor& x) {
  const Tensor k = sum(x, 1);
  Indices odd({x.size(0)}, std::vector<Index>(x.size(0)));
  for (Index n = 0; n < x.size(0); ++n) odd.values[n] = static_cast<Index>(k.data()[n]) % 2;
  return odd;
}
