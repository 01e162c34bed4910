#pragma once
#include <qkv/qkv.h>

// The numbers of sections 1 to 4, and the repaired layer on them by a loop and by matrices.

using namespace qkv;

/// The listing's layer on a text of three words of width 2, with four hidden numbers.
struct Example {
  Tensor padded = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}, {0, 0}, {0, 0}}});  // with two places of padding: (1, 5, 2)
  Tensor inputs = slice(padded, 1, 0, 3);                                            // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// (B, T, 2) -> (B, T, 4) -> (B, T, 1).
  Tensor hidden(const Tensor& x) const { return linear(x, W1) + linear(x, W2); }
  Tensor scores(const Tensor& x) const { return linear(tanh(hidden(x)), v); }

  /// The repaired layer by matrices: a text (1, T, 2), of which so many words are seen -> its context (1, 2).
  Tensor repaired(const Tensor& text, Index seen) const {
    Tensor e = squeeze(scores(text), 2);  // (1, T)
    Tensor alpha = softmax(masked_fill(e, padding_mask(std::vector<Index>{seen}, text.size(1)), -infinity));
    return matmul(alpha, select(text, 0, 0));
  }
};

/// The repaired layer with a pencil: e_j = v . tanh(W x_j), then softmax and the weighted sum.
struct ByHand {
  double hidden[3][4] = {}, e[3] = {}, alpha[3] = {}, context[2] = {};

  explicit ByHand(const Example& x) {
    Tensor W = x.W1 + x.W2;
    double total = 0;
    for (Index j = 0; j < 3; ++j) {
      for (Index i = 0; i < 4; ++i) {
        hidden[j][i] = W.at({i, 0}) * x.inputs.at({0, j, 0}) + W.at({i, 1}) * x.inputs.at({0, j, 1});
        e[j] += x.v.at({0, i}) * std::tanh(hidden[j][i]);
      }
      total += std::exp(e[j]);
    }
    for (Index j = 0; j < 3; ++j) {
      alpha[j] = std::exp(e[j]) / total;
      for (Index d = 0; d < 2; ++d) context[d] += alpha[j] * x.inputs.at({0, j, d});
    }
  }
};
