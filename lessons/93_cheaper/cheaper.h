#pragma once

#include "../47_complexity/counting.h"
#include "../47_complexity/measuring.h"

// Products with many zeros, attention with few pairs, heads with few matrices.

/// A matrix of which only what is not 0 is kept, row by row: row i has the entries from start[i] to start[i + 1].
struct Sparse {
  Index rows = 0, columns = 0;
  std::vector<Index> start{0}, column = {};
  std::vector<Scalar> value = {};
};
inline Sparse sparse(const Tensor& A, bool keep_zeros = false) {
  Sparse S{A.size(0), A.size(1)};
  for (Index i = 0; i < S.rows; ++i) {
    for (Index j = 0; j < S.columns; ++j)
      if (keep_zeros || A.at({i, j}) != 0) S.column.push_back(j), S.value.push_back(A.at({i, j}));
    S.start.push_back(static_cast<Index>(S.value.size()));
  }
  return S;
}

/// S V, a multiply-add for each number that is kept and each column of V.
inline Tensor product(const Sparse& S, const Tensor& V, Index& count) {
  const Index d = V.size(1);
  Tensor result = zeros({S.rows, d});
  const Scalar* v = V.data();
  Scalar* sums = result.mutable_data();
  for (Index i = 0; i < S.rows; ++i)
    for (Index e = S.start[i]; e < S.start[i + 1]; ++e)
      for (Index c = 0; c < d; ++c, ++count) sums[i * d + c] += S.value[e] * v[S.column[e] * d + c];
  return result;
}

/// The same for zeros that come in squares: dense pieces of `size` x `size`, and where they stand.
struct Blocks {
  Index rows = 0, size = 0;
  std::vector<Index> row = {}, column = {};  // in blocks
  Tensors dense = {};
};
inline Blocks blocks(const Tensor& A, Index size) {
  Blocks B{A.size(0), size};
  for (Index i = 0; i < A.size(0) / size; ++i)
    for (Index j = 0; j < A.size(1) / size; ++j) {
      Tensor piece = slice(slice(A, 0, i * size, (i + 1) * size), 1, j * size, (j + 1) * size);
      if (max(abs(piece)).item() > 0) B.row.push_back(i), B.column.push_back(j), B.dense.push_back(piece);
    }
  return B;
}
inline Tensor product(const Blocks& B, const Tensor& V, Index& count) {
  const Tensors of_V = chunk(V, V.size(0) / B.size, 0);
  Tensors sums(B.rows / B.size);
  for (std::size_t e = 0; e < B.dense.size(); ++e) {
    const Tensor part = matmul(B.dense[e], of_V[B.column[e]]);
    Tensor& sum = sums[B.row[e]];
    sum = sum.defined() ? sum + part : part;
    count += B.size * B.size * V.size(1);
  }
  for (Tensor& sum : sums)
    if (!sum.defined()) sum = zeros({B.size, V.size(1)});
  return concat(sums, 0);
}

/// A (n, n) with about this share of numbers that are not 0: single ones, or whole squares.
inline Tensor with_zeros(Index n, double share, Index square, Rng& rng) {
  const Index m = n / square, squares = m * m, kept = std::max<Index>(1, std::lround(share * static_cast<double>(squares)));
  const std::vector<Index> order = rng.permutation(squares);
  Tensor keep = zeros({m, 1, m, 1});
  for (Index i = 0; i < kept; ++i) keep.set({order[i] / m, 0, order[i] % m, 0}, 1);
  return randn({n, n}, rng) * reshape(expand(keep, {m, square, m, square}), {n, n});
}

/// Window attention in blocks: `size` queries at a time meet the keys within `window` of any of them; a mask hides the corners.
inline Tensor window_attention(const Tensor& Q, const Tensor& K, const Tensor& V, Index window, Index size, Index& count) {
  const Index n = Q.size(0);
  Tensors rows;
  for (Index first = 0; first < n; first += size) {
    const Index last = std::min(first + size, n), from = std::max<Index>(0, first - window), to = std::min(n, last + window);
    AttentionOptions options;
    options.mask = Mask({last - first, to - from}, std::vector<std::uint8_t>((last - first) * (to - from)));
    for (Index i = first; i < last; ++i)
      for (Index j = from; j < to; ++j) options.mask.hidden[(i - first) * (to - from) + j - from] = std::abs(i - j) > window;
    rows.push_back(scaled_dot_product_attention(slice(Q, 0, first, last), slice(K, 0, from, to), slice(V, 0, from, to), options).output);
    count += 2 * (last - first) * (to - from) * Q.size(1);
  }
  return concat(rows, 0);
}

// ---- Sharing

/// One layer of self-attention: X (n, d), heads h. Which matrices are the same?
enum class Share { nothing, query_and_key, keys_and_values_of_heads };

struct Heads {
  Share share;
  Index h;
  Tensor W_q, W_k, W_v, W_o;  // (out, d); undefined = there is none

  Heads(Share share_, Index d, Index h_, Rng& rng) : share(share_), h(h_) {
    const Index kept = share == Share::keys_and_values_of_heads ? d / h : d;  // the width of all keys together
    W_q = randn({d, d}, rng, 0, 0.1), W_v = randn({kept, d}, rng, 0, 0.1), W_o = randn({d, d}, rng, 0, 0.1);
    if (share != Share::query_and_key) W_k = randn({kept, d}, rng, 0, 0.1);
  }
  Index parameters() const { return W_q.size() + (W_k.defined() ? W_k.size() : 0) + W_v.size() + W_o.size(); }
  /// Of n tokens: each parameter is used once for each token, and every pair costs d for its scores and d for the sums.
  Index multiply_adds(Index n) const { return n * parameters() + 2 * n * n * W_q.size(1); }

  Tensor operator()(const Tensor& X) const {
    const Tensor q = linear(X, W_q);
    Tensor k = W_k.defined() ? linear(X, W_k) : q, v = linear(X, W_v);
    if (share == Share::keys_and_values_of_heads) k = concat(Tensors(h, k), 1), v = concat(Tensors(h, v), 1);
    return linear(multi_head_attention(unsqueeze(q, 0), unsqueeze(k, 0), unsqueeze(v, 0), h)[0], W_o);
  }
};

/// Processor seconds of each work: the median of nine repeats of the fastest of five, in turn. What other programs do does not count.
inline std::vector<double> seconds_of(const std::vector<std::function<void()>>& works) {
  std::vector<std::vector<double>> all(works.size());
  for (int repeat = 0; repeat < 9; ++repeat) {
    const std::vector<double> best = times_in_turn(works, 5, show::Clock::processors);
    for (std::size_t i = 0; i < works.size(); ++i) all[i].push_back(best[i]);
  }
  std::vector<double> middle;
  for (const std::vector<double>& times : all) middle.push_back(show::median(times));
  return middle;
}

/// Two ways to the same numbers are compared before they are timed.
inline void require_equal(double difference) {
  if (!(difference < 1e-3)) throw Error("the two ways to compute differ by " + show::number(difference));
}
