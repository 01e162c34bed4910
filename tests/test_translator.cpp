#include "compare.h"

#include <qkv/ops/reduce.h>
#include <qkv/ops/softmax.h>
#include <qkv/translator.h>

#include <doctest/doctest.h>

#include <memory>

using namespace qkv;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;

namespace {

// Five sentences and their translations: the words in reverse order, with a name among them that no vocabulary has.
const std::vector<std::string> english{"a b c", "b c d", "c a", "d b a c", "a d"}, french{"C B A", "D C B", "A C", "C A B D", "D A"};
const SentenceVocabulary reads(english, 20), writes(french, 7);
const SentencePairs pairs(english, french, reads, writes, 9, 9);

TranslatorSizes sizes(bool attention, bool copy) {
  TranslatorSizes chosen{reads.size(), writes.size()};
  chosen.width = 16;
  chosen.hidden = 12;
  chosen.dropout = 0;
  chosen.attention = attention;
  chosen.copy = copy;
  return chosen;
}

std::vector<std::unique_ptr<Translator>> all() {
  std::vector<std::unique_ptr<Translator>> result;
  result.push_back(std::make_unique<GruTranslator>(sizes(false, false), 1));
  result.push_back(std::make_unique<GruTranslator>(sizes(true, false), 1));
  result.push_back(std::make_unique<GruTranslator>(sizes(true, true), 1));
  result.push_back(std::make_unique<TransformerTranslator>(sizes(true, false), 2, 1, 1));
  return result;
}

}  // namespace

TEST_CASE("translators: word by word they compute what the training computes at once, and write no unknown word") {
  for (const auto& translator : all()) {
    NoGrad no_graph;
    const datasets::SentenceBatch batch = pairs.batch({0, 3});
    Tensor log_p;  // (B, T, words)
    if (const auto* gru = dynamic_cast<const GruTranslator*>(translator.get())) {
      log_p = gru->decoder.log_p(gru->decode(batch), gru->read(batch));
    } else {
      const auto& transformer = dynamic_cast<const TransformerTranslator&>(*translator);
      log_p = log_softmax(transformer.scores(transformer.decode(batch, transformer.encode(batch))));
    }
    const nn::NextScores next = translator->writer(batch);
    double sum = 0, count = 0;
    const Index steps = batch.input.shape[1];
    for (Index t = 0; t < steps; ++t) {
      Indices written;
      written.shape = {2, t + 1};
      for (Index b = 0; b < 2; ++b)
        for (Index i = 0; i <= t; ++i) written.values.push_back(batch.input.values[b * steps + i]);
      const Tensor scores = next(written, {0, 1});
      for (Index b = 0; b < 2; ++b) {
        CHECK(scores.at({b, SentenceVocabulary::unknown}) == -infinity);
        for (Index word = 2; word < scores.size(1); ++word)  // scores may differ from log p by a number a row
          CHECK(scores.at({b, word}) - scores.at({b, 0}) == doctest::Approx(log_p.at({b, t, word}) - log_p.at({b, t, 0})).epsilon(1e-3));
        const Index target = batch.target.values[b * steps + t];
        if (target == 0) continue;
        sum -= log_p.at({b, t, target < log_p.size(2) ? target : 1});
        ++count;
      }
    }
    CHECK(translator->loss(batch).item() == doctest::Approx(sum / count).epsilon(1e-4));
  }
}

TEST_CASE("translators: five sentences are learned by heart, and an unknown word only by copying") {
  const auto translators = all();
  for (const auto& translator : translators) {
    TranslatorTraining training;
    training.epochs = 150;
    training.lr = 0.01;
    const std::vector<double> losses = fit(*translator, pairs, training, "");
    CHECK(losses.size() == 150);
    CHECK(losses.back() < 0.1);
    for (const Index beam : {1, 3}) {
      const std::vector<datasets::Words> written = translate(*translator, pairs, 9, beam);
      for (const Index without_d : {0, 2}) CHECK(written[static_cast<std::size_t>(without_d)] == pairs.written(without_d));
      for (const Index with_d : {1, 3, 4}) {
        CHECK((written[static_cast<std::size_t>(with_d)] == pairs.written(with_d)) == (translator == translators[2]));
        for (const std::string& word : written[static_cast<std::size_t>(with_d)]) CHECK(word != "?");
      }
    }
  }
}

TEST_CASE("translators: the map has a row for each word written and a column for each word read") {
  for (const auto& translator : all()) {
    const Tensor map = translator->map(pairs.batch({1, 2}));
    if (translator->parameter_count() == all()[0]->parameter_count()) {
      CHECK(!map.defined());  // there is no attention
      continue;
    }
    CHECK(map.shape() == Shape{2, 4, 3});
    CHECK(largest_difference(sum(map, 2), ones({2, 4})) < 10 * rounding);
    CHECK(map.at({1, 0, 2}) == 0);  // padding
  }
}
