#pragma once
#include <qkv/qkv.h>

// The example of sections 1 and 2: a linear model of four pixels. Its answer is 'bag' if the score is above 0, else 'shirt'.

using namespace qkv;

struct Example {
  Tensor x = tensor({0.6, 0.4, 0.5, 0.3});
  Tensor w = tensor({2, -1, 0.5, -3});
  double eps = 0.1;

  double score(const Tensor& picture) const { return sum(w * picture).item(); }

  /// The score after each of the 16 ways to move four pixels by eps.
  std::vector<double> all_noise() const {
    std::vector<double> scores;
    for (int pattern = 0; pattern < 16; ++pattern) {
      const auto up = [&](int pixel) { return pattern >> pixel & 1 ? 1.0 : -1.0; };
      const Tensor signs = tensor({up(0), up(1), up(2), up(3)});
      scores.push_back(score(x + eps * signs));
    }
    return scores;
  }
};
