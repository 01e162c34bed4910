#pragma once
#include <qkv/qkv.h>

// One layer on four words, for sections 1 to 5: its weights, the parts by the library, and two of them number by number.

using namespace qkv;

namespace {

/// The words of lesson 41, of width 3, and its head of width 2; W_o maps the head back to width 3. Four hidden numbers.
struct Example {
  datasets::FourWords words = datasets::four_words();
  Tensor W_o = tensor({{0.6, -0.3}, {0.2, 0.7}, {-0.4, 0.5}});
  Tensor W_1 = tensor({{0.8, -0.5, 0.3}, {-0.6, 0.9, 0.2}, {0.1, 0.7, -0.9}, {0.4, 0.3, 0.6}}), b_1 = tensor({0.1, -0.2, 0.0, 0.3});
  Tensor W_2 = tensor({{0.5, -0.7, 0.2, 0.4}, {-0.3, 0.6, 0.8, -0.1}, {0.9, 0.1, -0.4, 0.3}}), b_2 = tensor({0.0, 0.1, -0.1});

  Tensor head(const Tensor& x) const {  // (4, 3) -> (4, 2)
    return scaled_dot_product_attention(linear(x, words.W_q), linear(x, words.W_k), linear(x, words.W_v)).output;
  }
  Tensor attend(const Tensor& x) const { return linear(head(x), W_o); }
  Tensor feed(const Tensor& x) const { return linear(relu(linear(x, W_1, b_1)), W_2, b_2); }
};

Tensor normed(const Tensor& x) { return layer_norm(x, {3}); }

Tensor post_norm(const Example& w, const Tensor& x) {
  Tensor h = normed(x + w.attend(x));
  return normed(h + w.feed(h));
}
Tensor pre_norm(const Example& w, const Tensor& x) {
  Tensor h = x + w.attend(normed(x));
  return h + w.feed(normed(h));
}

/// The library's layer with these weights. Its head has width 3: one row of zeros more, and the scale sqrt(2) / sqrt(3) taken back.
Tensor by_the_library(const Example& w, bool norm_first) {
  Rng rng;
  nn::TransformerOptions options;
  options.norm_first = norm_first;
  nn::TransformerEncoderLayer layer(3, 1, 4, rng, options);
  Tensor row = zeros({1, 3});
  layer.self_attn.in_proj_weight.copy_from(concat({w.words.W_q * sqrt(1.5), row, w.words.W_k, row, w.words.W_v, row}, 0));
  layer.self_attn.out_proj.weight.copy_from(concat({w.W_o, transpose(row)}, 1));
  layer.linear1.weight.copy_from(w.W_1), layer.linear1.bias.copy_from(w.b_1);
  layer.linear2.weight.copy_from(w.W_2), layer.linear2.bias.copy_from(w.b_2);
  return select(layer(unsqueeze(w.words.X, 0)), 0, 0);
}

/// (x - mean) / sqrt(variance + 1e-5), number by number.
Tensor norm_by_hand(const Tensor& x) {
  Tensor y = x.clone();
  Scalar* row = y.mutable_data();
  for (Index i = 0; i < x.size(0); ++i, row += 3) {
    double mean = 0, variance = 0;
    for (Index j = 0; j < 3; ++j) mean += row[j] / 3;
    for (Index j = 0; j < 3; ++j) variance += (row[j] - mean) * (row[j] - mean) / 3;
    for (Index j = 0; j < 3; ++j) row[j] = Scalar((row[j] - mean) / sqrt(variance + 1e-5));
  }
  return y;
}

/// W_2 max(0, W_1 x + b_1) + b_2 for each row, number by number.
Tensor feed_by_hand(const Tensor& x, const Example& w) {
  Tensor y = zeros(x.shape());
  for (Index i = 0; i < x.size(0); ++i)
    for (Index j = 0; j < 3; ++j) {
      double out = w.b_2.at({j});
      for (Index h = 0; h < 4; ++h) {
        double hidden = w.b_1.at({h});
        for (Index k = 0; k < 3; ++k) hidden += w.W_1.at({h, k}) * x.at({i, k});
        out += w.W_2.at({j, h}) * std::max(0.0, hidden);
      }
      y.set({i, j}, out);
    }
  return y;
}

}  // namespace
