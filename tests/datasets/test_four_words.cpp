#include <compare.h>
#include <qkv/datasets/four_words.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/matmul.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;

TEST_CASE("four_words: four words in three scripts, with an embedding each") {
  datasets::FourWords words = datasets::four_words();
  CHECK(words.labels() == std::vector<std::string>{"我 I", "喜欢 like", "吃 eat", "苹果 apples"});
  CHECK(words.X.shape() == Shape{4, 3});
  for (const Tensor& W : {words.W_q, words.W_k, words.W_v}) CHECK(W.shape() == Shape{2, 3});
  std::ostringstream out;
  out << words;
  CHECK(out.str().substr(0, 20) == "FourWords\n  我 I: [");
}

TEST_CASE("four_words: the weights of its one head, worked out in NumPy") {
  datasets::FourWords words = datasets::four_words();
  Attended attended = scaled_dot_product_attention(linear(words.X, words.W_q), linear(words.X, words.W_k), linear(words.X, words.W_v));
  Tensor weights = tensor({{0.19582626, 0.38775113, 0.31954538, 0.09687723},
                           {0.06966533, 0.14186994, 0.48052634, 0.30793840},
                           {0.01533690, 0.03186864, 0.41155172, 0.54124274},
                           {0.04703680, 0.12500628, 0.55596915, 0.27198778}});
  Tensor output = tensor({{0.05845821, 0.71367380}, {0.57108759, 0.67639834}, {0.97604340, 0.41996967}, {0.54723615, 0.78374448}});
  CHECK(largest_difference(attended.weights, weights) < 1e-6);
  CHECK(largest_difference(attended.output, output) < 1e-6);
}
