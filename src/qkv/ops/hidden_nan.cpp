#include <qkv/ops/hidden_nan.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/strides.h>

#include <algorithm>
#include <cmath>

namespace qkv {
namespace {

/// Which rows of x hold a number that `bad` says so of: (..., rows). Empty if none does.
template <class Rule>
Mask rows_with(const Tensor& x, Rule bad) {
  const Shape rows = x.shape().without(x.rank() - 1);
  const Index n = x.size(-1);
  std::vector<std::uint8_t> found(static_cast<std::size_t>(rows.count()));
  for (std::size_t r = 0; r < found.size(); ++r)
    found[r] = std::any_of(x.data() + static_cast<Index>(r) * n, x.data() + static_cast<Index>(r + 1) * n, bad);
  return std::find(found.begin(), found.end(), 1) == found.end() ? Mask() : Mask(rows, std::move(found));
}

/// marks (..., keys) as (..., 1, keys), beside scores, or as (..., keys, 1), beside keys.
Mask beside_scores(const Mask& marks) { return marks.reshaped(marks.shape.with(marks.shape.rank() - 1, 1)); }
Mask beside_keys(const Mask& marks) { return marks.reshaped(marks.shape.with(marks.shape.rank(), 1)); }

/// For each place of the scores (..., queries, keys): use(query, key in `marks`, marked?, hidden?), query counted over all leading axes.
template <class Use>
void for_each_score(const Shape& scores, const Mask& marks, const Mask& mask, Use use) {
  const Shape marked = marks.shape.with(marks.shape.rank() - 1, 1);
  StridedRows<2> rows(scores, {broadcast_strides(marked, scores), broadcast_strides(mask.shape, scores)});
  rows.for_each_row([&](Index start, const std::array<Index, 2>& at) {
    for (Index i = 0; i < rows.row_length(); ++i) {
      const Index key = at[0] + i * rows.row_stride(0);
      use((start + i) / scores.back(), key, marks.hidden[key], mask.hidden[at[1] + i * rows.row_stride(1)]);
    }
  });
}

/// Those of the marked rows that no query may see.
Mask seen_by_none(Mask marks, const Mask& mask, const Shape& scores) {
  Mask seen(marks.shape, std::vector<std::uint8_t>(marks.hidden.size()));
  for_each_score(scores, marks, mask, [&](Index, Index key, bool, bool hidden) { seen.hidden[key] |= !hidden; });
  for (std::size_t i = 0; i < marks.hidden.size(); ++i) marks.hidden[i] &= !seen.hidden[i];
  return marks;
}

bool is_nan(Scalar number) { return number != number; }
bool is_not_finite(Scalar number) { return !std::isfinite(number); }

/// x (..., keys, d) with zeros in its marked rows and in those that are not finite and nobody may see.
Tensor replaced(const Tensor& x, const Mask& marked, const Mask& mask, const Shape& scores) {
  const Mask not_finite = rows_with(x, is_not_finite);
  if (not_finite.empty()) return x;
  return masked_fill(
      x, beside_keys(marked.empty() ? seen_by_none(not_finite, mask, scores) : marked | seen_by_none(not_finite, mask, scores)), 0);
}

}  // namespace

HiddenNaN::HiddenNaN(const Tensor& keys, const Tensor& values, const Mask& mask, const Shape& scores) : k(keys), v(values) {
  if (mask.empty() || scores.count() == 0) return;
  const Mask nan_keys = rows_with(keys, is_nan), nan_values = rows_with(values, is_nan);
  k = replaced(keys, nan_keys, mask, scores);
  v = replaced(values, nan_values, mask, scores);
  if (!nan_keys.empty()) no_score_ = beside_scores(nan_keys);
  if (nan_values.empty()) return;
  no_output_.shape = scores;
  no_output_.shape[-1] = 1;
  no_output_.hidden.resize(static_cast<std::size_t>(no_output_.shape.count()));
  for_each_score(scores, nan_values, mask,
                 [&](Index query, Index, bool marked, bool hidden) { no_output_.hidden[query] |= marked && !hidden; });
}

Tensor HiddenNaN::to_scores(const Tensor& scores) const { return masked_fill(scores, no_score_, NAN); }
Tensor HiddenNaN::to_output(const Tensor& output) const { return masked_fill(output, no_output_, NAN); }

}  // namespace qkv
