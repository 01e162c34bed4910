#pragma once
#include <qkv/nn/module.h>

namespace qkv::nn {

/// y = x W^T + b:  x (..., in) -> (..., out).  weight (out, in) and bias (out) start uniform in +-1/sqrt(in), as in PyTorch.
struct Linear : Module {
  Tensor weight, bias;  ///< bias is undefined if the layer has none

  Linear(Index in_features, Index out_features, Rng& rng, bool with_bias = true);
  Tensor operator()(const Tensor& x) const;
};

/// A table of `num_embeddings` learned vectors: indices (...) -> (..., embedding_dim).  weight starts normal(0, 1).
struct Embedding : Module {
  Tensor weight;  ///< (num_embeddings, embedding_dim)

  Embedding(Index num_embeddings, Index embedding_dim, Rng& rng);
  Tensor operator()(const Indices& indices) const;
};

}  // namespace qkv::nn
