#include <io/scratch.h>
#include <qkv/datasets/text.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;
using datasets::Vocabulary;
using scratch::error_of;
using Words = std::vector<std::string>;

TEST_CASE("words_of: letters and digits in lower case, everything else between them") {
  CHECK(datasets::words_of("GTK+ 3 Library - C++-files (x86_64)") == Words{"gtk", "3", "library", "c", "files", "x86", "64"});
  CHECK(datasets::words_of("Übung 注意力") == Words{"Übung", "注意力"});
  CHECK(datasets::words_of("").empty());
  CHECK(datasets::words_of(" .-, ").empty());
}

TEST_CASE("Vocabulary: the most frequent words, equally frequent ones by alphabet") {
  Vocabulary words({"b a c", "B c", "c d", "a"}, 5);  // c 3, a 2, b 2, d 1: three find room
  CHECK(words.size() == 5);
  CHECK(words.word(0) == "");
  CHECK(words.word(1) == "?");
  CHECK(words.word(2) == "c");
  CHECK(words.word(3) == "a");
  CHECK(words.word(4) == "b");
  for (Index n = 2; n < words.size(); ++n) CHECK(words.number(words.word(n)) == n);
  CHECK(words.number("d") == Vocabulary::unknown);
  CHECK(words.number("zebra") == Vocabulary::unknown);
  CHECK(Vocabulary({"one two"}, 100).size() == 4);
  CHECK(Vocabulary().size() == 2);
  CHECK(Vocabulary().number("c") == Vocabulary::unknown);
}

TEST_CASE("Vocabulary: a text as numbers, cut or filled up") {
  Vocabulary words({"a a a b b c"}, 10);
  Indices tokens = words.encode({"c a", "A b c a", "", "new b"}, 3);
  CHECK(tokens.shape == Shape{4, 3});
  CHECK(tokens.values == std::vector<Index>{4, 2, 0, 2, 3, 4, 0, 0, 0, 1, 3, 0});
  Mask padding = datasets::padding_of(tokens);
  CHECK(padding.shape == Shape{4, 3});
  CHECK(padding.hidden == std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1});
  CHECK(words.encode({}, 3).shape == Shape{0, 3});
}

TEST_CASE("word_weights: multiples of the fair share, the largest first") {
  Indices tokens{{2, 3, 0, 0}, {3, 1, 2, 4}};
  Tensor weights = tensor({{0.75, 0.25, 0, 0}, {0.5, 0.1, 0.125, 0.275}});
  std::vector<datasets::WordWeight> all = datasets::word_weights(weights, tokens), often = datasets::word_weights(weights, tokens, 2);
  REQUIRE(all.size() == 3);
  CHECK(all[0].word == 3);  // 2 x 0.25 and 4 x 0.5
  CHECK(all[0].times_fair == doctest::Approx(1.25));
  CHECK(all[0].count == 2);
  CHECK(all[1].word == 4);
  CHECK(all[1].times_fair == doctest::Approx(1.1));
  CHECK(all[2].word == 2);
  CHECK(all[2].times_fair == doctest::Approx(1.0));
  REQUIRE(often.size() == 2);
  CHECK(often[1].word == 2);
  CHECK(error_of([&] {
          datasets::word_weights(zeros({2, 3}), tokens);
        }) == "word_weights: weights (2, 3) for tokens (2, 4): both must be (N, T)");
}

TEST_CASE("Vocabulary: what it refuses, and what is printed") {
  CHECK(error_of([] { Vocabulary({"a"}, 1); }) == "Vocabulary: size 1: must be at least 2, for padding and unknown words");
  CHECK(error_of([] { Vocabulary({"a"}, 9).word(3); }) == "Vocabulary: word 3: must be from 0 to 2");
  CHECK(error_of([] { Vocabulary().encode({"a"}, 0); }) == "Vocabulary: length 0: must be at least 1");
  datasets::TextSet set;
  set.texts = {"a b"};
  set.tokens = Vocabulary().encode(set.texts, 4);
  std::ostringstream out;
  out << Vocabulary({"a b"}, 9) << ' ' << set;
  CHECK(out.str() == "Vocabulary(4 words) TextSet(1 texts, tokens (1, 4))");
}
