#include <qkv/kernels/attention.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace qkv::kernels {
namespace {

constexpr Index strip = 48;   // queries of a tile: whole blocks of the matrix product
constexpr Index block = 256;  // keys of a tile: what belongs to them fits the second cache
constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity(), huge = std::numeric_limits<Scalar>::max();

/// Queries [query, query + queries) and keys [key, key + keys): those of a block that any of the queries may see, in whole registers.
struct Tile {
  Index query, queries, key, keys;

  /// How many of the keys query i of the tile may see.
  Index seen(const Head& head, Index i) const { return head.causal ? std::clamp<Index>(query + i + 1 - key, 0, keys) : keys; }
};

/// From one row of a tile to the next. A register more than it needs: rows a power of two apart would crowd into the same lines of the cache.
Index row_of(Index keys) { return std::min(block, in_registers(keys)) + width; }

/// For each block of keys: start(first key, how many), step(tile) for each strip of queries, and end(first key, how many).
template <class Start, class Step, class End>
void for_each_tile(const Head& head, Start start, Step step, End end) {
  for (Index key = 0; key < head.keys; key += block) {
    Index keys = std::min(block, head.keys - key);
    start(key, keys);
    for (Index query = head.causal ? key / strip * strip : 0; query < head.queries; query += strip) {
      Index queries = std::min(strip, head.queries - query);
      step(Tile{query, queries, key, head.causal ? std::min(keys, in_registers(query + queries - key)) : keys});
    }
    end(key, keys);
  }
}

/// Sums over very many tiles: rows that grow in floats are moved to doubles after so many queries or keys.
constexpr Index many = 16384;
class LongRows {
 public:
  LongRows(Index rows, Index n, bool needed) : rows_(needed ? rows : 0), n_(n), sums_(rows_ * n) { clear(); }
  void clear() { std::fill_n(sums_.data(), rows_ * n_, 0.0); }
  /// Row r: kept times what there was, and x, which is 0 then.
  void move(Index r, Scalar* x, double kept = 1) {
    for (Index i = 0; i < n_; ++i) {
      double& sum = sums_.data()[r * n_ + i];
      sum = sum * kept + static_cast<double>(x[i]);
      x[i] = 0;
    }
  }
  void move(Scalar* x, Index rows, Index stride) {
    for (Index r = 0; r < std::min(rows, rows_); ++r) move(r, x + r * stride);
  }
  /// The sums, with what is in x.
  void finish(Scalar* x, Index rows, Index stride) {
    move(x, rows, stride);
    for (Index r = 0; r < std::min(rows, rows_); ++r)
      for (Index i = 0; i < n_; ++i) x[r * stride + i] = static_cast<Scalar>(sums_.data()[r * n_ + i]);
  }

 private:
  Index rows_, n_;
  Scratch<double> sums_;
};

/// scale q_i . k_j, or -infinity where a mark hides key j.
void scores(const Head& head, const Tile& tile, Index row, const Scalar* k_transposed, Scalar* s) {
  small_gemm(tile.queries, tile.keys, head.d, head.scale * log2_e, head.q + tile.query * head.q_stride, head.q_stride, 1,
             {k_transposed, row}, 0, s, row);
  if (!head.hidden) return;
  for (Index i = 0; i < tile.queries; ++i)
    for (Index j = 0; j < tile.keys; ++j)
      if (head.hidden[(tile.query + i) * head.hidden_query_stride + (tile.key + j) * head.hidden_key_stride]) s[i * row + j] = -infinity;
}

/// An infinite score becomes the largest number, so that exp(s - largest) is 1 and not NaN.
void cut(Scalar* s, Index n) {
  for (Index j = 0; j < n; ++j) s[j] = s[j] > huge ? huge : s[j];
}

/// f(j, 2^(s_j - shift)) for each register of a row of scores, 0 from `seen` on. The last may reach beyond the keys: the row is longer.
template <class F>
void for_weights(const Scalar* s, Index seen, Index keys, Scalar shift, F f) {
  const Batch by(shift), nothing(Scalar(0));
  for (Index j = 0; j < keys; j += width) {
    if (j >= seen) f(j, nothing);
    else if (j + width <= seen) f(j, exp2(Batch::load_unaligned(s + j) - by));
    else f(j, xsimd::select(first_lanes(seen - j), exp2(Batch::load_unaligned(s + j) - by), nothing));
  }
}

bool sees(const Head& head, const Tile& tile, Index i, Index j) {
  return j < tile.seen(head, i) &&
         !(head.hidden && head.hidden[(tile.query + i) * head.hidden_query_stride + (tile.key + j) * head.hidden_key_stride]);
}

void clear_hidden(const Head& head, const Tile& tile, Scalar* pairs, Index row) {
  for (Index i = 0; i < tile.queries; ++i)
    for (Index j = 0; j < tile.keys; ++j)
      if (!sees(head, tile, i, j)) pairs[i * row + j] = 0;
}

/// out_i = beta out_i + scale sum_j pairs_ij x_j, over the keys j of a tile; or, where `to_keys`, out_j likewise, over its queries i.
/// If `careful`, the hidden pairs are 0, and what is not finite in x reaches only those that see it.
void sum_pairs(const Head& head, const Tile& tile, bool careful, bool to_keys, Scalar scale, const Scalar* pairs, Index row, Strided x,
               Index n, Scalar beta, Scalar* out, Index out_stride) {
  const Index sums = to_keys ? tile.keys : tile.queries, terms = to_keys ? tile.queries : tile.keys;
  const Index of_sum = to_keys ? 1 : row, of_term = to_keys ? row : 1;
  if (!careful) return small_gemm(sums, n, terms, scale, pairs, of_sum, of_term, x, beta, out, out_stride);
  Scratch<Scalar> sound(terms * n);  // x with 0 for what is not finite
  for (Index t = 0; t < terms; ++t)
    for (Index c = 0; c < n; ++c) sound.data()[t * n + c] = std::isfinite(x.data[t * x.stride + c]) ? x.data[t * x.stride + c] : 0;
  small_gemm(sums, n, terms, scale, pairs, of_sum, of_term, {sound.data(), n}, beta, out, out_stride);
  for (Index t = 0; t < terms; ++t)
    for (Index c = 0; c < n; ++c) {
      const Scalar number = x.data[t * x.stride + c];
      if (std::isfinite(number)) continue;
      for (Index s = 0; s < sums; ++s)
        if (to_keys ? sees(head, tile, t, s) : sees(head, tile, s, t))
          out[s * out_stride + c] += scale * pairs[s * of_sum + t * of_term] * number;
    }
}

bool finite(const Scalar* x, Index rows, Index n, Index stride) {
  Batch zeros(Scalar(0));  // 0 times each number
  for (Index r = 0; r < rows; ++r)
    for_registers(n, [&](Index i, auto numbers) { zeros = xsimd::fma(numbers.load(x + r * stride + i), Batch(Scalar(0)), zeros); });
  return xsimd::hadd(zeros) == 0;
}

void clear(Scalar* x, Index rows, Index n, Index stride) {
  for (Index r = 0; r < rows; ++r) std::fill_n(x + r * stride, n, Scalar(0));
}

void scale_row(Scalar* x, Index n, Scalar by) {
  for (Index i = 0; i < n; ++i) x[i] *= by;
}

bool hides(const Head& head) { return head.causal || head.hidden; }

// In a product of matrices a hidden pair has weight 0. That is right while all numbers are finite, but 0 times NaN or infinity is NaN. So where
// pairs are hidden, and anything came out that is not finite, all is computed again, `careful`.

/// attention(), careful or not.
void attend(const Head& head, Scalar* out, Index out_stride, Scalar* scratch, bool careful) {
  const Index row = row_of(head.keys);
  Scalar *k_transposed = scratch, *weights = k_transposed + head.d * row, *sum = head.inverse_sum;
  std::fill_n(head.largest, head.queries, -infinity);
  std::fill_n(sum, head.queries, Scalar(0));
  // Very many keys: what the queries have so far is moved to doubles, beside the largest score that it counts from.
  const bool is_long = head.keys > many;
  LongRows earlier(head.queries, head.dv, is_long), earlier_sum(head.queries, 1, is_long);
  std::vector<Scalar> earlier_largest(static_cast<std::size_t>(is_long ? head.queries : 0), -infinity);
  auto move_to_doubles = [&] {
    for (Index i = 0; i < head.queries; ++i) {
      const Scalar largest = head.largest[i], shift = largest == -infinity ? 0 : largest;
      const double kept = static_cast<double>(std::exp2(std::exchange(earlier_largest[i], largest) - shift));
      earlier.move(i, out + i * out_stride, kept);
      earlier_sum.move(i, sum + i, kept);
    }
  };
  auto start = [&](Index key, Index keys) {
    if (is_long && key > 0 && key % many == 0) move_to_doubles();
    transpose(head.k + key * head.k_stride, keys, head.d, head.k_stride, k_transposed, row);
  };
  auto step = [&](const Tile& tile) {
    scores(head, tile, row, k_transposed, weights);
    // First the largest score of every row, then all exponentials: those of a row do not wait for its largest.
    Scalar before[strip];
    for (Index i = 0; i < tile.queries; ++i) {
      Scalar *s = weights + i * row, &largest = head.largest[tile.query + i];
      Index seen = tile.seen(head, i);
      before[i] = largest;
      largest = std::max(largest, max(s, seen));
      if (largest > huge) cut(s, seen), largest = huge;
    }
    for (Index i = 0; i < tile.queries; ++i) {  // a larger score than before scales down what is there already
      Scalar *s = weights + i * row, largest = head.largest[tile.query + i];
      Index query = tile.query + i, seen = tile.seen(head, i);
      Scalar shift = largest == -infinity ? 0 : largest, kept = std::exp2(before[i] - shift);
      Batch total(Scalar(0));
      for_weights(s, seen, tile.keys, shift, [&](Index j, const Batch& p) {
        total += p;
        p.store_unaligned(s + j);
      });
      sum[query] = sum[query] * kept + xsimd::hadd(total);
      if (tile.key > 0 && kept != 1) scale_row(out + query * out_stride, head.dv, kept);
    }
    if (careful) clear_hidden(head, tile, weights, row);
    sum_pairs(head, tile, careful, false, 1, weights, row, {head.v + tile.key * head.v_stride, head.v_stride}, head.dv, tile.key > 0,
              out + tile.query * out_stride, out_stride);
  };
  if (head.keys == 0) clear(out, head.queries, head.dv, out_stride);
  for_each_tile(head, start, step, [](Index, Index) {});
  if (is_long) {
    move_to_doubles();
    earlier.finish(out, head.queries, out_stride);
    earlier_sum.finish(sum, head.queries, 1);
  }
  for (Index i = 0; i < head.queries; ++i) {
    const bool nothing = sum[i] == 0;  // everything is hidden, or its score is -infinity
    const Batch total(nothing ? Scalar(1) : sum[i]);
    Scalar* row_out = out + i * out_stride;
    for_registers(head.dv,
                  [&](Index c, auto numbers) { numbers.store(numbers.load(row_out + c) / total + Batch(Scalar(0)), row_out + c); });
    head.inverse_sum[i] = nothing ? 0 : 1 / sum[i];
    if (nothing) head.largest[i] = 0;
  }
}

/// attention_gradient() likewise.
void attend_gradient(const Head& head, const Scalar* out, const Scalar* dout, Index out_stride, Scalar* dq, Scalar* dk, Scalar* dv,
                     Index dq_stride, Index dk_stride, Index dv_stride, Scalar* scratch, bool careful) {
  const Index row = row_of(head.keys);
  Scalar *k_transposed = scratch, *v_transposed = k_transposed + head.d * row, *weights = v_transposed + head.dv * row;
  Scalar *dscores = weights + std::min(strip, head.queries) * row, *inner = dscores + std::min(strip, head.queries) * row;
  clear(dq, head.queries, head.d, dq_stride);
  clear(dk, head.keys, head.d, dk_stride);
  clear(dv, head.keys, head.dv, dv_stride);
  for (Index i = 0; i < head.queries; ++i) inner[i] = dot(dout + i * out_stride, out + i * out_stride, head.dv);
  const bool many_keys = head.keys > many, many_queries = head.queries > many;
  LongRows earlier_dq(head.queries, head.d, many_keys), earlier_dk(block, head.d, many_queries), earlier_dv(block, head.dv, many_queries);
  auto start = [&](Index key, Index keys) {
    transpose(head.k + key * head.k_stride, keys, head.d, head.k_stride, k_transposed, row);
    transpose(head.v + key * head.v_stride, keys, head.dv, head.v_stride, v_transposed, row);
    if (key % many == 0) earlier_dq.move(dq, head.queries, dq_stride);
    earlier_dk.clear();
    earlier_dv.clear();
  };
  auto step = [&](const Tile& tile) {
    const Scalar *up = dout + tile.query * out_stride, *q = head.q + tile.query * head.q_stride, *k = head.k + tile.key * head.k_stride;
    scores(head, tile, row, k_transposed, weights);
    small_gemm(tile.queries, tile.keys, head.dv, 1, up, out_stride, 1, {v_transposed, row}, 0, dscores, row);
    for (Index i = 0; i < tile.queries; ++i) {
      Scalar *s = weights + i * row, *ds = dscores + i * row;
      Index query = tile.query + i, seen = tile.seen(head, i);
      const Batch each(inner[query]), inverse_sum(head.inverse_sum[query]);
      Scalar shift = head.largest[query];
      if (shift == huge) cut(s, seen);
      for_weights(s, seen, tile.keys, shift, [&](Index j, const Batch& unscaled) {
        Batch p = unscaled * inverse_sum;
        p.store_unaligned(s + j);
        (p * (Batch::load_unaligned(ds + j) - each)).store_unaligned(ds + j);
      });
    }
    Scalar *tile_dk = dk + tile.key * dk_stride, *tile_dv = dv + tile.key * dv_stride;
    if (careful)
      for (Scalar* pairs : {weights, dscores}) clear_hidden(head, tile, pairs, row);
    sum_pairs(head, tile, careful, true, 1, weights, row, {up, out_stride}, head.dv, 1, tile_dv, dv_stride);
    sum_pairs(head, tile, careful, false, head.scale, dscores, row, {k, head.k_stride}, head.d, 1, dq + tile.query * dq_stride, dq_stride);
    sum_pairs(head, tile, careful, true, head.scale, dscores, row, {q, head.q_stride}, head.d, 1, tile_dk, dk_stride);
    if (many_queries && tile.query / strip % (many / strip) == 0) {
      earlier_dk.move(tile_dk, tile.keys, dk_stride);
      earlier_dv.move(tile_dv, tile.keys, dv_stride);
    }
  };
  auto end = [&](Index key, Index keys) {
    earlier_dk.finish(dk + key * dk_stride, keys, dk_stride);
    earlier_dv.finish(dv + key * dv_stride, keys, dv_stride);
  };
  for_each_tile(head, start, step, end);
  earlier_dq.finish(dq, head.queries, dq_stride);
}

}  // namespace

Index attention_scratch(Index queries, Index keys, Index d, Index dv) {
  return (d + dv + 2 * std::min(strip, queries)) * row_of(keys) + queries;
}

void attention(const Head& head, Scalar* out, Index out_stride, Scalar* scratch) {
  attend(head, out, out_stride, scratch, false);
  if (hides(head) && !finite(out, head.queries, head.dv, out_stride)) attend(head, out, out_stride, scratch, true);
}

void attention_gradient(const Head& head, const Scalar* out, const Scalar* dout, Index out_stride, Scalar* dq, Scalar* dk, Scalar* dv,
                        Index dq_stride, Index dk_stride, Index dv_stride, Scalar* scratch) {
  auto run = [=](bool careful) {
    attend_gradient(head, out, dout, out_stride, dq, dk, dv, dq_stride, dk_stride, dv_stride, scratch, careful);
  };
  run(false);
  if (hides(head) && !(finite(dq, head.queries, head.d, dq_stride) && finite(dk, head.keys, head.d, dk_stride) &&
                       finite(dv, head.keys, head.dv, dv_stride)))
    run(true);
}

}  // namespace qkv::kernels
