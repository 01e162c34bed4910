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

TEST_CASE("translators: the writer's scores, word by word, are those of the loss") {
  for (const auto& translator : all()) {
    NoGrad no_graph;
    const datasets::SentenceBatch batch = pairs.batch({0, 3});
    const nn::NextScores next = translator->writer(batch);
    double sum = 0, count = 0;
    for (Index t = 0; t < batch.input.shape[1]; ++t) {
      Indices written;
      written.shape = {2, t + 1};
      for (Index b = 0; b < 2; ++b)
        for (Index i = 0; i <= t; ++i) written.values.push_back(batch.input.values[b * batch.input.shape[1] + i]);
      const Tensor log_p = log_softmax(next(written, {0, 1}));
      for (Index b = 0; b < 2; ++b) {
        const Index target = batch.target.values[b * batch.input.shape[1] + t];
        if (target == 0) continue;
        sum -= log_p.at({b, target < log_p.size(1) ? target : 1});
        ++count;
      }
    }
    CHECK(translator->loss(batch).item() == doctest::Approx(sum / count).epsilon(1e-4));
  }
}

TEST_CASE("translators: five sentences are learned by heart") {
  const auto translators = all();
  const auto& copying = translators[2];  // the only one that can write d
  for (const auto& translator : translators) {
    TranslatorTraining training;
    training.epochs = 150;
    training.lr = 0.01;
    const std::vector<double> losses = fit(*translator, pairs, training, "");
    CHECK(losses.size() == 150);
    CHECK(losses.back() < losses.front());
    CHECK(losses.back() < 0.1);
    for (const Index beam : {1, 3}) {
      const std::vector<datasets::Words> written = translate(*translator, pairs, 9, beam);
      for (Index i = 0; i < pairs.size(); ++i) {
        datasets::Words right = pairs.written(i);
        if (translator != copying)
          for (std::string& word : right)
            if (word == "d") word = "?";
        CHECK(written[static_cast<std::size_t>(i)] == right);
      }
    }
  }
}
