#pragma once
#include <qkv/qkv.h>

// The example of sections 1 and 2: three words, their weights, and what each says.

using namespace qkv;

struct Example {
  std::vector<std::string> words{"not", "good", "film"};
  Tensor alpha = tensor({0.7, 0.2, 0.1});
  Tensor says = tensor({0, 2, -1});
  Tensor other = tensor({0.1, 0.4, 0.5});

  double score(const Tensor& weights) const { return sum(weights * says).item(); }
  /// The score without word j, whose weight the others share in proportion.
  double without(Index j) const {
    const Tensor left = alpha * (1 - select(eye(3), 0, j));
    return score(left / sum(left));
  }
};
