#include <qkv/nn/init.h>
#include <qkv/nn/linear.h>
#include <qkv/ops/matmul.h>
#include <qkv/tensor/check.h>

#include <algorithm>

namespace qkv::nn {
namespace {

/// Before anything is built: the weight's shape.
Shape linear_shape(Index in, Index out) {
  require(in > 0 && out > 0, "Linear: ", in, " features in, ", out, " out: must be at least 1");
  return {out, in};
}

Parameter& matrix(Parameter& shared) {
  require(shared.rank() == 2, "Linear: shared weight ", shared.shape(), ": must be a matrix (out, in)");
  require(*shared.operation() == '\0', "Linear: shared weight ", shared.shape(), " is the result of '", shared.operation(),
          "': must be another layer's own");
  return shared;
}

Index padding_row(Index rows, Index width, Index padding_idx) {
  require(rows > 0 && width > 0, "Embedding: num_embeddings ", rows, ", embedding_dim ", width, ": must be at least 1");
  require(padding_idx == no_padding || (padding_idx >= -rows && padding_idx < rows), "Embedding: padding_idx ", padding_idx,
          " in a table of ", rows, " rows: must be from ", -rows, " to ", rows - 1);
  return padding_idx == no_padding || padding_idx >= 0 ? padding_idx : padding_idx + rows;
}

}  // namespace

Linear::Linear(Integer in, Integer out, Rng& rng, Flag with_bias)
    : weight(add_parameter("weight", fan_in_uniform(linear_shape(in, out), in, rng))),
      bias(with_bias ? add_parameter("bias", fan_in_uniform({out}, in, rng)) : Tensor()) {}

Linear::Linear(Parameter& shared_weight) : weight(adopt("weight", matrix(shared_weight))) {}

Tensor Linear::operator()(const Tensor& x) const { return linear(x, weight, bias); }

Embedding::Embedding(Integer rows, Integer width, Rng& rng, Integer padding)
    : padding_idx(padding_row(rows, width, padding)), weight(add_parameter("weight", randn({rows, width}, rng))) {
  if (padding_idx != no_padding) std::fill_n(weight.mutable_data() + padding_idx * width, Index(width), Scalar(0));
}

Tensor Embedding::operator()(const Indices& indices) const { return embedding(indices, weight, padding_idx); }

}  // namespace qkv::nn
