#pragma once
#include <qkv/kernels/parallel.h>
#include <qkv/qkv.h>

#include <numeric>

// Section 6: the same sequences, laid out in tensors in several ways.

using namespace qkv;

/// A row of a tensor holds one sequence, or several behind one another; rows of one batch stand in one tensor (rows, longest, d).
using Row = std::vector<Index>;
using Layout = std::vector<std::vector<Row>>;

/// So many random sequences; spread 0: all of the same length, else many short ones and a few long ones.
inline Tensors draw_sequences(Index count, Index d, Index shortest, double spread, Rng& rng) {
  Tensors sequences;
  for (Index n = 0; n < count; ++n) {
    const double longer = exp(spread * rng.uniform() * rng.uniform());
    sequences.push_back(randn({static_cast<Index>(static_cast<double>(shortest) * longer), d}, rng));
  }
  return sequences;
}
inline std::vector<Index> lengths_of(const Tensors& sequences) {
  std::vector<Index> lengths;
  for (const Tensor& x : sequences) lengths.push_back(x.size(0));
  return lengths;
}

inline Index length_of(const Row& row, const std::vector<Index>& lengths) {
  Index total = 0;
  for (Index n : row) total += lengths[n];
  return total;
}
inline Index longest_of(const std::vector<Row>& batch, const std::vector<Index>& lengths) {
  Index longest = 0;
  for (const Row& row : batch) longest = std::max(longest, length_of(row, lengths));
  return longest;
}

/// Hidden: places of another sequence, and padding. (rows, 1, longest, longest)
inline Mask strangers(const std::vector<Row>& batch, const std::vector<Index>& lengths) {
  const Index rows = static_cast<Index>(batch.size()), longest = longest_of(batch, lengths);
  Mask mask({rows, 1, longest, longest}, std::vector<std::uint8_t>(rows * longest * longest, 1));
  for (Index r = 0, start; r < rows; ++r) {
    start = 0;
    for (Index n : batch[r]) {
      for (Index i = start; i < start + lengths[n]; ++i)
        for (Index j = start; j < start + lengths[n]; ++j) mask.hidden[(r * longest + i) * longest + j] = 0;
      start += lengths[n];
    }
  }
  return mask;
}

/// (rows, longest, d): each row's sequences behind one another, then zeros.
inline Tensor lay_out(const std::vector<Row>& batch, const Tensors& sequences) {
  const std::vector<Index> lengths = lengths_of(sequences);
  const Index longest = longest_of(batch, lengths), d = sequences[0].size(1);
  Tensors rows;
  for (const Row& row : batch) {
    Tensors parts;
    for (Index n : row) parts.push_back(sequences[n]);
    parts.push_back(zeros({longest - length_of(row, lengths), d}));
    rows.push_back(concat(parts, 0));
  }
  return stack(rows);
}

/// Self-attention of every sequence by itself, whatever the layout: (length, d) each.
inline Tensors attend_each(const nn::MultiheadAttention& layer, const Tensors& sequences, const Layout& layout) {
  Tensors outputs(sequences.size());
  const std::vector<Index> lengths = lengths_of(sequences);
  for (const std::vector<Row>& batch : layout) {
    nn::MultiheadMasks masks;
    if (batch.size() > 1 || batch[0].size() > 1) masks.attn = strangers(batch, lengths);
    masks.need_weights = false;
    const Tensor y = layer(lay_out(batch, sequences), masks).output;
    for (std::size_t r = 0; r < batch.size(); ++r) {
      Index start = 0;
      for (Index n : batch[r]) outputs[n] = slice(y[r], 0, start, start + lengths[n]), start += lengths[n];
    }
  }
  return outputs;
}

// ---- Four layouts of the sequences 0, 1, 2, ...

/// A sequence a row, so many rows a batch, in the order given.
inline Layout padded(const std::vector<Index>& order, Index rows) {
  Layout layout;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (static_cast<Index>(i) % rows == 0) layout.emplace_back();
    layout.back().push_back({order[i]});
  }
  return layout;
}
inline std::vector<Index> in_order(Index count) {
  std::vector<Index> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}
inline std::vector<Index> by_length(const std::vector<Index>& lengths) {
  std::vector<Index> order = in_order(static_cast<Index>(lengths.size()));
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return lengths[a] < lengths[b]; });
  return order;
}
/// Sequences behind one another, as many as fit into a row of `width`; all rows in one batch.
inline Layout packed(const std::vector<Index>& lengths, Index width) {
  std::vector<Row> rows(1);
  for (Index n = 0; n < static_cast<Index>(lengths.size()); ++n) {
    if (!rows.back().empty() && length_of(rows.back(), lengths) + lengths[n] > width) rows.emplace_back();
    rows.back().push_back(n);
  }
  return {rows};
}

/// Places in all tensors, and the multiply-adds of self-attention of width d on them: 4 n d d and 2 n n d a row of n places.
struct Cost {
  Index rows = 0, places = 0, multiply_adds = 0;
};
inline Cost cost_of(const Layout& layout, const std::vector<Index>& lengths, Index d) {
  Cost cost;
  for (const std::vector<Row>& batch : layout) {
    const Index rows = static_cast<Index>(batch.size()), n = longest_of(batch, lengths);
    cost.rows += rows, cost.places += rows * n, cost.multiply_adds += rows * (4 * n * d * d + 2 * n * n * d);
  }
  return cost;
}
