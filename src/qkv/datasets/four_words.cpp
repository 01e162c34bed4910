#include <qkv/datasets/four_words.h>
#include <qkv/ops/shape.h>

#include <ostream>

namespace qkv::datasets {

FourWords four_words() {
  FourWords words;
  words.chinese = {"我", "喜欢", "吃", "苹果"};
  words.english = {"I", "like", "eat", "apples"};
  words.X = tensor({{1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}, {0.1, -0.7, 1.4}});
  words.W_q = tensor({{0.9, 0.1, 0.3}, {0.4, 0.9, 1.1}});
  words.W_k = tensor({{-0.7, 0.8, -0.7}, {-1.1, 0.0, 1.2}});
  words.W_v = tensor({{0.5, -0.2, 1.0}, {-0.4, 1.0, 0.3}});
  return words;
}

std::vector<std::string> FourWords::labels() const {
  std::vector<std::string> both;
  for (std::size_t i = 0; i < chinese.size(); ++i) both.push_back(chinese[i] + " " + english[i]);
  return both;
}

std::ostream& operator<<(std::ostream& out, const FourWords& words) {
  out << "FourWords";
  std::vector<std::string> labels = words.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) out << "\n  " << labels[i] << ": " << select(words.X, 0, static_cast<Index>(i));
  return out;
}

}  // namespace qkv::datasets
