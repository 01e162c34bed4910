#pragma once
#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/translator.h>

#include <memory>

// Sentences in two languages, the four translators, and what is asked of them.

using namespace qkv;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;
using datasets::TextPair;
using datasets::Words;

namespace {

constexpr Index longest = 24;  // words of a sentence: longer ones are cut

/// Pairs to learn from and pairs to be tested on, as texts, as words and as numbers.
struct Corpus {
  datasets::TextPairs texts;
  SentenceVocabulary english, french;
  SentencePairs train, test;

  /// `words`: the size of each vocabulary.
  Corpus(const datasets::TextPairs& pairs, Index words)
      : texts(pairs),
        english(side(pairs.train, &TextPair::from), words),
        french(side(pairs.train, &TextPair::to), words),
        train(numbered(pairs.train)),
        test(numbered(pairs.test)) {}

  static std::vector<std::string> side(const std::vector<TextPair>& pairs, std::string TextPair::*which) {
    std::vector<std::string> result;
    for (const TextPair& pair : pairs) result.push_back(pair.*which);
    return result;
  }
  SentencePairs numbered(const std::vector<TextPair>& pairs, Index most = longest) const {
    return SentencePairs(side(pairs, &TextPair::from), side(pairs, &TextPair::to), english, french, most, most);
  }
  /// The test sentences two by two, each pair as one sentence: about twice as long as what was learned from.
  SentencePairs two_in_a_row(std::size_t most) const {
    std::vector<TextPair> joined;
    for (std::size_t i = 0; i + 1 < texts.test.size() && joined.size() < most; i += 2)
      joined.push_back({"", texts.test[i].from + " " + texts.test[i + 1].from, texts.test[i].to + " " + texts.test[i + 1].to});
    return numbered(joined, 2 * longest);
  }
};

enum class Kind { without, attention, copying, transformer };
const std::vector<Kind> kinds{Kind::without, Kind::attention, Kind::copying, Kind::transformer};

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::without: return "GRU without attention";
    case Kind::attention: return "GRU, attention";
    case Kind::copying: return "GRU, attention, copying";
    default: return "Transformer";
  }
}

std::unique_ptr<Translator> make_translator(Kind kind, const Corpus& corpus, bool quick, std::uint64_t seed) {
  TranslatorSizes sizes{corpus.english.size(), corpus.french.size()};
  if (quick) sizes.width = 48, sizes.hidden = 32, sizes.dropout = 0.1;
  sizes.attention = kind != Kind::without;
  sizes.copy = kind == Kind::copying;
  if (kind == Kind::transformer) return std::make_unique<TransformerTranslator>(sizes, 4, 2, seed);
  return std::make_unique<GruTranslator>(sizes, seed);
}

/// The right translations / the sentences themselves.
std::vector<Words> references(const SentencePairs& pairs) {
  std::vector<Words> result;
  for (Index i = 0; i < pairs.size(); ++i) result.push_back(pairs.written(i));
  return result;
}
std::vector<Words> sources(const SentencePairs& pairs) {
  std::vector<Words> result;
  for (Index i = 0; i < pairs.size(); ++i) result.push_back(pairs.read(i));
  return result;
}

/// Those of some texts whose source has from `least` to `most` words.
std::vector<Words> of_length(const std::vector<Words>& texts, const std::vector<Index>& lengths, Index least, Index most) {
  std::vector<Words> result;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (lengths[i] >= least && lengths[i] <= most) result.push_back(texts[i]);
  return result;
}

/// A translation of one sentence.
Words said_for(const Translator& translator, const Corpus& corpus, const std::string& english) {
  return translate(translator, corpus.numbered({{"", english, "?"}}), longest)[0];
}

/// The map of one sentence and its translation: a row for each word that is written.
show::HeatMap alignment(const Translator& translator, const Corpus& corpus, const std::string& english) {
  EvalMode no_dropout;
  NoGrad no_graph;
  const SentencePairs pair = corpus.numbered({{"", english, datasets::joined(said_for(translator, corpus, english))}});
  std::vector<std::string> rows = pair.written(0);
  rows.push_back("(end)");
  return {select(translator.map(pair.batch({0})), 0, 0), rows, pair.read(0), "Each French word (row) over the English ones"};
}

}  // namespace
