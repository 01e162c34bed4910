#pragma once
#include <qkv/nn/module.h>
#include <qkv/ops/shape.h>

namespace qkv::nn {

/// y = x W^T + b:  x (..., in) -> (..., out).  weight (out, in) and bias (out) start uniform in +-1/sqrt(in), as in PyTorch.
struct Linear : Module {
  Parameter weight, bias;  ///< bias is undefined if the layer has none

  Linear(Integer in_features, Integer out_features, Rng& rng, Flag with_bias = true);
  /// A layer without bias that shares another's weight, as GPT's last layer does: Linear(embedding.weight) turns vectors into the scores of words.
  /// Both layers learn the same weight.  Press and Wolf 2017.  Throws Error unless it is a matrix, and not the result of an operation.
  explicit Linear(Parameter& shared_weight);
  Tensor operator()(const Tensor& x) const;
};

/// A table of `num_embeddings` learned vectors: indices (...) -> (..., embedding_dim).  weight starts normal(0, 1).
/// Row `padding_idx` (negative: counted from the end) stands for padding, which fills up short texts: it starts at 0 and learns nothing.
struct Embedding : Module {
  const Index padding_idx;
  Parameter weight;  ///< (num_embeddings, embedding_dim)

  Embedding(Integer num_embeddings, Integer embedding_dim, Rng& rng, Integer padding_idx = no_padding);
  Tensor operator()(const Indices& indices) const;
};

}  // namespace qkv::nn
