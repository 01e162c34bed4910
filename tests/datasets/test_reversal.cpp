#include <io/scratch.h>
#include <qkv/datasets/reversal.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;
using datasets::marks_in_words;
using datasets::reversal;
using datasets::ReversalBatch;
using scratch::error_of;

TEST_CASE("reversal: the target is the source the other way round, the input the target one place later") {
  Rng rng(5);
  for (bool held_out : {false, true}) {
    ReversalBatch made = reversal(50, 6, held_out, rng);
    REQUIRE(made.source.shape == Shape{50, 7});
    REQUIRE(made.target.shape == Shape{50, 7});
    REQUIRE(made.input.shape == Shape{50, 7});
    for (std::size_t b = 0; b < 50; ++b) {
      const Index *source = &made.source.values[7 * b], *target = &made.target.values[7 * b], *input = &made.input.values[7 * b];
      Index sum = 0;
      for (std::size_t t = 0; t < 6; ++t) {
        CHECK((source[t] >= 0 && source[t] <= 9));
        CHECK(target[t] == source[5 - t]);
        CHECK(input[t + 1] == target[t]);
        sum += source[t];
      }
      CHECK(source[6] == ReversalBatch::end);
      CHECK(target[6] == ReversalBatch::end);
      CHECK(input[0] == ReversalBatch::start);
      CHECK((sum % 10 == 0) == held_out);
    }
  }
}

TEST_CASE("reversal: the same seed gives the same, another one does not") {
  Rng one(1), again(1), other(2);
  std::vector<Index> first = reversal(4, 9, false, one).source.values;
  CHECK(first == reversal(4, 9, false, again).source.values);
  CHECK(first != reversal(4, 9, false, other).source.values);
  CHECK(reversal(0, 3, false, one).source.shape == Shape{0, 4});
}

TEST_CASE("reversal: in words, and what is refused") {
  CHECK(marks_in_words({{1, 2, 10}, {11, 0, 9}}) == "1 2 end");
  CHECK(marks_in_words({{1, 2, 10}, {11, 0, 9}}, 1) == "start 0 9");
  CHECK(error_of([] { marks_in_words({{1}}, 1); }) == "marks_in_words: row 1 of (1, 1): must be a row of (B, T)");
  CHECK(error_of([] { marks_in_words({{12}}); }) == "marks_in_words: 12: marks are 0 to 11");
  Rng rng;
  CHECK(error_of([&] { reversal(-1, 3, false, rng); }) == "reversal: batch -1: must not be negative");
  CHECK(error_of([&] { reversal(1, 0, false, rng); }) == "reversal: length 0: must be at least 1");
  std::ostringstream out;
  out << reversal(2, 3, false, rng);
  CHECK(out.str() == "ReversalBatch(source (2, 4))");
}
