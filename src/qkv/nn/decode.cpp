#include <qkv/nn/decode.h>
#include <qkv/tensor/check.h>

#include <algorithm>

namespace qkv::nn {

Indices append_column(const Indices& written, const Indices& last) {
  require(written.shape.rank() == 2 && last.shape == Shape{written.shape[0]}, "append_column: ", written.shape, " and ", last.shape,
          ": must be (B, T) and (B)");
  for (const Indices* each : {&written, &last}) each->check("append_column");
  const Index rows = written.shape[0], columns = written.shape[1];
  std::vector<Index> longer;
  longer.reserve(static_cast<std::size_t>(rows * (columns + 1)));
  for (Index r = 0; r < rows; ++r) {
    longer.insert(longer.end(), written.values.begin() + r * columns, written.values.begin() + (r + 1) * columns);
    longer.push_back(last.values[r]);
  }
  return Indices(Shape{rows, columns + 1}, std::move(longer));
}

Indices greedy_decode(const Indices& written, Integer steps, const std::function<Tensor(const Indices&)>& next) {
  require(steps >= 0, "greedy_decode: ", steps, " steps: must not be negative");
  NoGrad no_grad;
  Indices longer = written;
  for (Index step = 0; step < steps; ++step) longer = append_column(longer, argmax(next(longer)));
  return longer;
}

}  // namespace qkv::nn
