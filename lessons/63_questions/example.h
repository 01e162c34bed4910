#pragma once
#include <qkv/qkv.h>

using namespace qkv;

/// The story of sections 1 to 3: a word is an axis, a sentence the sum of its words. "took" and "the" have no axis here.
struct Example {
  std::vector<std::string> axes{"mary", "john", "ball", "kitchen", "garden", "went"};
  std::vector<std::string> sentences{"mary took the ball", "john went to the garden", "mary went to the kitchen"};
  Tensor m = tensor({{1, 0, 1, 0, 0, 0}, {0, 1, 0, 0, 1, 1}, {1, 0, 0, 1, 0, 1}});
  Tensor ball = tensor({0, 0, 1, 0, 0, 0});
  Tensor keep = tensor({1, 1, 0, 0, 0, 0}), wish = tensor({0, 0, 0, 0, 0, 1});  // the next question: the people that were found, and "went"
  double sharpness = 4;                                                         // score = 4 q . m_j

  Tensor next_question(const Tensor& found) const { return keep * found + wish; }
};
