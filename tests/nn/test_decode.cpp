#include "layers.h"

#include <qkv/nn/decode.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/error.h>

using namespace qkv;

TEST_CASE("greedy_decode: each mark is the likeliest after those before it") {
  // What follows is the sum of all marks so far, modulo 5: every step must see every earlier one.
  int calls = 0;
  auto next = [&](const Indices& written) {
    ++calls;
    CHECK(!grad_enabled());
    Indices sums({written.shape[0]}, std::vector<Index>(static_cast<std::size_t>(written.shape[0]), 0));
    for (std::size_t i = 0; i < written.values.size(); ++i) {
      Index& sum = sums.values[i / static_cast<std::size_t>(written.shape[1])];
      sum = (sum + written.values[i]) % 5;
    }
    return one_hot(sums, 5) * 3 - 1;
  };
  Indices answer = nn::greedy_decode({{1, 2}, {4, 0}}, 3, next);
  CHECK(answer.shape == Shape{2, 5});
  CHECK(answer.values == std::vector<Index>{1, 2, 3, 1, 2, 4, 0, 4, 3, 1});
  CHECK(calls == 3);
  CHECK(grad_enabled());
  CHECK(nn::greedy_decode({{7}}, 0, next).values == std::vector<Index>{7});
}

TEST_CASE("append_column: one more column") {
  Indices longer = nn::append_column({{1, 2}, {3, 4}}, {5, 6});
  CHECK(longer.shape == Shape{2, 3});
  CHECK(longer.values == std::vector<Index>{1, 2, 5, 3, 4, 6});
  CHECK_THROWS_WITH_AS(nn::append_column({{1, 2}, {3, 4}}, {5}), "append_column: (2, 2) and (1,): must be (B, T) and (B)", Error);
}
