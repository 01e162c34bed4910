#include <qkv/nn/init.h>
#include <qkv/nn/linear.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {

Linear::Linear(Index in_features, Index out_features, Rng& rng, bool with_bias) {
  require(in_features > 0 && out_features > 0, "Linear: ", in_features, " features in, ", out_features, " out: must be at least 1");
  weight = add_parameter("weight", fan_in_uniform({out_features, in_features}, in_features, rng));
  if (with_bias) bias = add_parameter("bias", fan_in_uniform({out_features}, in_features, rng));
}

Tensor Linear::operator()(const Tensor& x) const { return linear(x, weight, bias); }

Embedding::Embedding(Index num_embeddings, Index embedding_dim, Rng& rng) {
  require(num_embeddings > 0 && embedding_dim > 0, "Embedding: num_embeddings ", num_embeddings, ", embedding_dim ", embedding_dim,
          ": must be at least 1");
  weight = add_parameter("weight", randn({num_embeddings, embedding_dim}, rng));
}

Tensor Embedding::operator()(const Indices& indices) const { return embedding(indices, weight); }

}  // namespace qkv::nn
