#pragma once
#include <qkv/qkv.h>

// The four kinds of attention of the article, at one width.

using namespace qkv;

/// How strongly the output follows the query: the norm of d output_0 / d query for random queries, keys and values, 25 times; the median.
/// attend(q (1, 1, d), keys (1, 16, d), values (1, 16, d)) -> output (1, 1, d).
template <class Attend>
double gradient_at_query(const Attend& attend, Index d, Rng& rng) {
  std::vector<double> norms;
  for (Index n = 0; n < 25; ++n) {
    const Tensor q = randn({1, 1, d}, rng).requires_grad(true);
    const Tensor k = randn({1, 16, d}, rng), v = randn({1, 16, d}, rng);
    slice(attend(q, k, v), 2, 0, 1).backward(ones({1, 1, 1}));
    norms.push_back(norm(q.grad()).item());
  }
  return show::median(norms);
}

struct KindOfAttention {
  std::string name, widths;
  Index parameters;   // at width d
  double multiplies;  // multiply-adds of n queries and n keys, in millions
  double gradient;
};

/// All four at width d; multi-head with 8 heads.
inline std::vector<KindOfAttention> kinds_at(Index d, Index n, Rng& rng) {
  const auto millions = [&](double per_pair, double per_place) {
    const double places = static_cast<double>(n);
    return (per_pair * places * places + per_place * places) / 1e6;
  };
  const auto dot = [](double scale) {
    return [scale](const Tensor& q, const Tensor& k, const Tensor& v) {
      AttentionOptions options;
      options.scale = scale;
      return scaled_dot_product_attention(q, k, v, options).output;
    };
  };
  const nn::AdditiveAttention additive(d, d, d, rng);
  const nn::MultiheadAttention heads(d, 8, rng);
  const auto add = [&](const Tensor& q, const Tensor& k, const Tensor& v) { return additive(q, k, v).output; };
  const auto many = [&](const Tensor& q, const Tensor& k, const Tensor& v) { return heads(q, k, v).output; };
  const double w = static_cast<double>(d);
  return {{"additive", "any two", additive.parameter_count(), millions(2 * w, 2 * w * w), gradient_at_query(add, d, rng)},
          {"dot product", "equal", 0, millions(2 * w, 0), gradient_at_query(dot(1), d, rng)},
          {"scaled dot product", "equal", 0, millions(2 * w, 0), gradient_at_query(dot(0), d, rng)},
          {"multi-head, 8 heads", "any two, kdim", heads.parameter_count(), millions(2 * w, 4 * w * w), gradient_at_query(many, d, rng)}};
}
