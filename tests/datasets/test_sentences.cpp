#include <io/scratch.h>
#include <qkv/datasets/sentences.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;
using scratch::error_of;

namespace {

using Words = std::vector<std::string>;
using Numbers = std::vector<Index>;

const SentenceVocabulary english({"the cat", "the dog", "the cat sat"}, 6);  // 4 the, 5 cat
const SentenceVocabulary french({"le chat", "le chien", "le chat"}, 7);      // 4 le, 5 chat, 6 chien

}  // namespace

TEST_CASE("SentenceVocabulary: four marks, then the words") {
  CHECK(english.size() == 6);
  CHECK(SentenceVocabulary().size() == 4);
  CHECK(english.number("the") == 4);
  CHECK(english.number("cat") == 5);
  CHECK(english.number("dog") == SentenceVocabulary::unknown);
  CHECK(english.word(4) == "the");
  CHECK(english.word(0) == "");
  CHECK(english.word(1) == "?");
  CHECK(english.word(2) == "");
  CHECK(english.word(3) == "");
}

TEST_CASE("SentenceVocabulary: unknown words of a source have numbers of their own") {
  const Words source{"the", "emacs", "cat", "gtk", "emacs"}, unknown = english.unknown_of(source);
  CHECK(unknown == Words{"emacs", "gtk"});
  const Numbers numbers = english.numbers(source, unknown);
  CHECK(numbers == Numbers{4, 6, 5, 7, 6});
  CHECK(english.numbers(source) == Numbers{4, 1, 5, 1, 1});
  CHECK(english.words(numbers, unknown) == source);
  CHECK(english.words({2, 4, 5, 3, 5, 0}) == Words{"the", "cat"});
  CHECK(datasets::joined(source) == "the emacs cat gtk emacs");
  CHECK(datasets::joined({}) == "");
}

TEST_CASE("teacher_forced: the target is one word ahead of the input") {
  const datasets::TeacherForced both = datasets::teacher_forced({{7, 8, 9}, {5}});
  CHECK(both.input.shape == Shape{2, 4});
  CHECK(both.input.values == Numbers{2, 7, 8, 9, 2, 5, 0, 0});
  CHECK(both.target.values == Numbers{7, 8, 9, 3, 5, 3, 0, 0});
  CHECK(datasets::padded({{}, {}}).shape == Shape{2, 1});
  CHECK(datasets::padded({}).shape == Shape{0, 1});
}

TEST_CASE("SentencePairs: a batch") {
  const SentencePairs pairs({"The cat", "the GTK gtk dog sat", "emacs"}, {"le chat", "le chien GTK ici", "emacs"}, english, french, 4, 3);
  CHECK(pairs.size() == 3);
  CHECK(pairs.lengths() == Numbers{2, 4, 1});
  CHECK(pairs.read(1) == Words{"the", "gtk", "gtk", "dog"});
  CHECK(pairs.written(1) == Words{"le", "chien", "gtk"});
  CHECK(pairs.sources() == std::vector<Words>{{"the", "cat"}, {"the", "gtk", "gtk", "dog"}, {"emacs"}});
  CHECK(pairs.references() == std::vector<Words>{{"le", "chat"}, {"le", "chien", "gtk"}, {"emacs"}});
  const datasets::SentenceBatch batch = pairs.batch({1, 0});
  CHECK(batch.source.shape == Shape{2, 4});
  CHECK(batch.source.values == Numbers{4, 1, 1, 1, 4, 5, 0, 0});
  CHECK(batch.padding.hidden == std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 1, 1});
  CHECK(batch.copied.values == Numbers{7, 8, 8, 9, 7, 8, 0, 0});  // the, gtk, gtk, dog; the, cat: none of them French
  CHECK(batch.input.values == Numbers{2, 4, 6, 8, 2, 4, 5, 0});
  CHECK(batch.target.values == Numbers{4, 6, 8, 3, 4, 5, 3, 0});
  CHECK(pairs.words({4, 8, 9, 3}, 1) == Words{"le", "gtk", "dog"});
  CHECK(pairs.words({7}, 2) == Words{"emacs"});
}

TEST_CASE("sentences: printing") {
  std::ostringstream out;
  out << english << ' ' << SentencePairs({"a"}, {"b"}, english, french, 1, 1);
  CHECK(out.str() == "SentenceVocabulary(6 words) SentencePairs(1 pairs)");
}

TEST_CASE("sentences: messages") {
  CHECK(error_of([] { SentenceVocabulary({}, 3); }) ==
        "SentenceVocabulary: size 3: must be at least 4, for padding, unknown words, start and end");
  CHECK(error_of([] { english.word(6); }) == "SentenceVocabulary: word 6: must be from 0 to 5");
  CHECK(error_of([] { english.word(-1); }) == "SentenceVocabulary: word -1: must be from 0 to 5");
  CHECK(error_of([] { english.words({7}, {"emacs"}); }) == "SentenceVocabulary: word 7: must be from 0 to 6");
  auto pairs = [](Words read, Words written, Index longest_read, Index longest_written) {
    return SentencePairs(read, written, english, french, longest_read, longest_written);
  };
  CHECK(error_of([&] { pairs({"a"}, {}, 1, 1); }) == "SentencePairs: 1 sentences to read, 0 to write: must be as many");
  CHECK(error_of([&] { pairs({"a"}, {"b"}, 0, 1); }) == "SentencePairs: longest_read 0, longest_written 1: must be at least 1");
  CHECK(error_of([&] { pairs({"a"}, {"b"}, 1, 0); }) == "SentencePairs: longest_read 1, longest_written 0: must be at least 1");
  CHECK(error_of([&] { pairs({"a", "--"}, {"b", "b"}, 1, 1); }) == "SentencePairs: sentence 1 to read, '--', has no words");
  const SentencePairs two = pairs({"a", "b"}, {"c", "d"}, 1, 1);
  CHECK(error_of([&] { two.batch({2}); }) == "SentencePairs: pair 2 of 2: there is none");
  CHECK(error_of([&] { two.batch({}); }) == "SentencePairs: a batch needs at least one pair");
  CHECK(error_of([&] { two.read(-1); }) == "SentencePairs: pair -1 of 2: there is none");
  CHECK(error_of([&] { two.words({5}, 2); }) == "SentencePairs: pair 2 of 2: there is none");
}
