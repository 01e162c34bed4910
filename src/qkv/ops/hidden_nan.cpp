#include <qkv/ops/compare.h>
#include <qkv/ops/hidden_nan.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/graph.h>

#include <algorithm>
#include <cmath>

namespace qkv {
namespace {

/// Which rows of x (..., keys, d) hold a number that is bad: (..., 1, keys), beside scores.
template <class Rule>
Mask rows_with(const Tensor& x, Rule bad) {
  Shape rows = x.shape();
  const Index n = rows[-1];
  rows[-1] = rows[-2];
  rows[-2] = 1;
  Mask found(rows, std::vector<std::uint8_t>(static_cast<std::size_t>(rows.count())));
  for (Index r = 0; r < rows.count(); ++r) found.hidden[r] = std::any_of(x.data() + r * n, x.data() + (r + 1) * n, bad);
  return found;
}

/// Is any number of x, none of which is negative, above 0 among those that become one in `shape`?
Mask any_in(const Tensor& x, const Shape& shape) { return from_array(sum_to(array(x), shape)) > 0; }

/// x (..., keys, d) gets zeros in the rows that hold a NaN, and in those not finite that no query may see. Returns the former, beside scores.
template <class Visible>
Mask replace_rows(Tensor& x, const Visible& visible) {
  const Mask bad = rows_with(x, [](Scalar number) { return !std::isfinite(number); });
  if (std::find(bad.hidden.begin(), bad.hidden.end(), 1) == bad.hidden.end()) return {};
  const Mask nan = rows_with(x, [](Scalar number) { return std::isnan(number); });
  const Mask zeros = nan | (bad & ~any_in(visible(), bad.shape));
  Shape beside_keys = x.shape();
  beside_keys[-1] = 1;
  x = masked_fill(x, zeros.reshaped(beside_keys), 0);
  return nan;
}

}  // namespace

HiddenNaN::HiddenNaN(const Tensor& keys, const Tensor& values, const Mask& mask, const Shape& scores) : k(keys), v(values) {
  if (mask.empty() || scores.count() == 0) return;
  auto visible = [&] { return where(mask, zeros(scores), 1); };
  no_score_ = replace_rows(k, visible);
  const Mask nan_values = replace_rows(v, visible);
  if (nan_values.empty()) return;
  Shape outputs = scores;
  outputs[-1] = 1;
  no_output_ = any_in(where(nan_values, visible(), 0), outputs);
}

Tensor HiddenNaN::to_scores(const Tensor& scores) const { return masked_fill(scores, no_score_, NAN); }
Tensor HiddenNaN::to_output(const Tensor& output) const { return masked_fill(output, no_output_, NAN); }

}  // namespace qkv
