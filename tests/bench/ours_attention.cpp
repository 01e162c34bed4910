#include <bench/ours.h>

#include <cmath>

namespace bench {
namespace {

using qkv::Index;
using qkv::Tensor;

std::function<Tensor()> additive(Ours& from) {
  qkv::Rng rng;
  qkv::nn::AdditiveAttention layer(64, 64, 64, rng);
  from.load(layer);
  Tensor query = from.tensor("query"), key = from.tensor("key"), value = from.tensor("value");
  return [=] { return layer(query, key, value).output; };
}

std::function<Tensor()> dot_product(Ours& from) {
  Tensor q = from.tensor("q"), k = from.tensor("k"), v = from.tensor("v");
  qkv::AttentionOptions options;
  options.causal = true;
  options.need_weights = false;
  return [=] { return qkv::scaled_dot_product_attention(q, k, v, options).output; };
}

std::function<Tensor()> mha(Ours& from) {
  qkv::Rng rng;
  qkv::nn::MultiheadAttention layer(128, 8, rng);
  from.load(layer);
  Tensor x = from.tensor("x");
  qkv::nn::MultiheadMasks without_weights;
  without_weights.need_weights = false;
  return [=] { return layer(x, without_weights).output; };
}

std::function<Tensor()> tiny_fused(Ours& from) {
  Tensor x = from.tensor("x"), W = from.tensor("W");
  return [=] { return qkv::multi_head_attention(qkv::linear(x, W), 1); };
}

/// The same eight operations that the peer runs.
std::function<Tensor()> tiny_composed(Ours& from) {
  Tensor x = from.tensor("x"), W = from.tensor("W");
  return [=] {
    std::vector<Tensor> qkv = qkv::chunk(qkv::linear(x, W), 3, 2);
    Tensor scores = qkv::matmul(qkv[0], qkv::transpose(qkv[1])) * (1 / std::sqrt(8.0));
    return qkv::matmul(qkv::softmax(scores), qkv[2]);
  };
}

std::function<Tensor()> chain(Ours& from) {
  Tensor x = from.tensor("x"), one = qkv::ones({8});
  Index operations = from.indices("operations").values[0];
  return [=] {
    Tensor y = x;
    for (Index i = 0; i < operations; ++i) y = y * one;
    return y;
  };
}

}  // namespace

std::vector<OursForm> ours_attention() {
  return {{"additive", "nn::AdditiveAttention", additive},
          {"sdpa", "scaled_dot_product_attention", dot_product},
          {"long", "scaled_dot_product_attention", dot_product},
          {"mha", "nn::MultiheadAttention", mha},
          {"tiny", "multi_head_attention", tiny_fused},
          {"tiny", "composed", tiny_composed},
          {"chain", "products", chain}};
}

}  // namespace bench
