#pragma once
#include <qkv/qkv.h>

using namespace qkv;

/// Two headlines of the same eight words, and a rule for them that one attention and a relu can follow.
struct Example {
  std::vector<std::string> good{"profit", "will", "rise", "but", "demand", "will", "not", "fall"};
  std::vector<std::string> bad{"profit", "will", "not", "rise", "but", "demand", "will", "fall"};
  double left = 6;  // the score of the word one place to the left; any other word has 0
};

/// What a word says by itself: rise 1, fall -1, any other 0.
inline double sign_of(const std::string& word) { return word == "rise" ? 1 : word == "fall" ? -1 : 0; }

/// n, the weight that word i gives to "not": softmax over the words, of `left` for the word before and 0 for the others.
inline double weight_on_not(const std::vector<std::string>& words, std::size_t i, double left) {
  double total = 0, on_not = 0;
  for (std::size_t j = 0; j < words.size(); ++j) {
    const double e = exp(j + 1 == i ? left : 0.0);
    total += e;
    on_not += words[j] == "not" ? e : 0;
  }
  return on_not / total;
}

/// f = p - 2 relu(p + 2 n - 2) + 2 relu(-p + 2 n - 2): for p = 1 or -1 it is p if n = 0 and -p if n = 1.
inline double flipped(double p, double n) { return p - 2 * std::max(p + 2 * n - 2, 0.0) + 2 * std::max(-p + 2 * n - 2, 0.0); }
