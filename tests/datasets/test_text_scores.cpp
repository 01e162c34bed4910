#include <io/scratch.h>
#include <qkv/datasets/text.h>
#include <qkv/datasets/text_scores.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace qkv;
using datasets::bleu;
using datasets::rouge;
using datasets::Words;
using datasets::words_of;
using doctest::Approx;
using scratch::error_of;

TEST_CASE("bleu: counted by hand") {
  // Of 6, 5, 4 and 3 runs the reference has 5, 3, 2 and 1; "the" counts once, as it is there once.
  datasets::Bleu score = bleu({words_of("the cat sat on the mat")}, {words_of("the cat sat on a mat")});
  REQUIRE(score.precision.size() == 4);
  CHECK(score.precision[0] == Approx(5.0 / 6));
  CHECK(score.precision[1] == Approx(3.0 / 5));
  CHECK(score.precision[2] == Approx(2.0 / 4));
  CHECK(score.precision[3] == Approx(1.0 / 3));
  CHECK(score.brevity == 1);
  CHECK(score.score == Approx(100 * std::pow(1.0 / 12, 0.25)));
}

TEST_CASE("bleu: Papineni's example of a word said too often") {
  CHECK(bleu({words_of("the the the the the the the")}, {words_of("the cat is on the mat")}, 1).precision[0] == Approx(2.0 / 7));
}

TEST_CASE("bleu: the length is that of all texts together") {
  const Words reference = words_of("a b c d e f");
  CHECK(bleu({reference}, {reference}).score == Approx(100));
  CHECK(bleu({words_of("a b c d")}, {reference}).score == Approx(100 * std::exp(1 - 6.0 / 4)));
  // One text is two words short, the other has two that are wrong: c = r, no penalty, and 10 of 12 words are right.
  datasets::Bleu both = bleu({words_of("a b c d"), words_of("a b c d e f x y")}, {reference, reference});
  CHECK(both.brevity == 1);
  CHECK(both.precision[0] == Approx(10.0 / 12));
}

TEST_CASE("bleu: nothing right, nothing written") {
  CHECK(bleu({words_of("x y z w v")}, {words_of("a b c d e")}).score == 0);
  CHECK(bleu({Words()}, {words_of("a b")}).score == 0);
  CHECK(bleu({words_of("a b")}, {words_of("a b")}).score == 0);  // there is no run of three words
  CHECK(bleu({words_of("a b")}, {words_of("a b")}, 2).score == Approx(100));
}

TEST_CASE("rouge: counted by hand") {
  const std::vector<Words> written{words_of("the cat sat")}, reference{words_of("the cat ran away")};
  CHECK(rouge(written, reference, 1) == Approx(100 * 2 * 2.0 / (3 + 4)));
  CHECK(rouge(written, reference, 2) == Approx(100 * 2 * 1.0 / (2 + 3)));
  CHECK(rouge(written, reference, 3) == 0);
  CHECK(rouge(written, reference, 5) == 0);  // neither has such a run
  CHECK(rouge({words_of("a a a")}, {words_of("a b")}, 1) == Approx(100 * 2 * 1.0 / (3 + 2)));
  CHECK(rouge({words_of("a"), words_of("b")}, {words_of("a"), words_of("c")}, 1) == Approx(50));
}

TEST_CASE("bleu, rouge: messages") {
  CHECK(error_of([] { bleu({Words()}, {}); }) == "bleu: 1 texts, 0 references: must be as many, and at least one");
  CHECK(error_of([] { bleu({}, {}); }) == "bleu: 0 texts, 0 references: must be as many, and at least one");
  CHECK(error_of([] { bleu({Words()}, {Words()}, 0); }) == "bleu: longest 0: must be at least 1");
  CHECK(error_of([] { rouge({Words()}, {}, 1); }) == "rouge: 1 texts, 0 references: must be as many, and at least one");
  CHECK(error_of([] { rouge({}, {}, 1); }) == "rouge: 0 texts, 0 references: must be as many, and at least one");
  CHECK(error_of([] { rouge({Words()}, {Words()}, 0); }) == "rouge: n 0: must be at least 1");
}
