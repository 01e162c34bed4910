#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// The sentence 我 喜欢 吃 苹果, "I like to eat apples", with numbers small enough to compute by hand: an embedding of width 3 for each word, and
/// the three matrices of one attention head of width 2. Nothing was trained: the numbers were chosen so that each word clearly attends to
/// another, 吃 (eat) to 苹果 (apples) and back.
struct FourWords {
  std::vector<std::string> chinese, english;
  Tensor X;              ///< (4, 3), a row for each word
  Tensor W_q, W_k, W_v;  ///< (2, 3) each: (out, in), as linear() takes them, so Q = linear(X, W_q) is (4, 2)

  /// "吃 eat", ...
  std::vector<std::string> labels() const;
};

FourWords four_words();

/// The words and their embeddings, a line each.
std::ostream& operator<<(std::ostream& out, const FourWords& words);

}  // namespace qkv::datasets
