#pragma once
#include <qkv/datasets/sentences.h>
#include <qkv/datasets/text_pairs.h>
#include <qkv/datasets/text_scores.h>
#include <qkv/qkv.h>

#include <algorithm>

// Sentences in two languages, and BLEU by their length.

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

  /// The sizes of the vocabularies. English words cost little; each French one more is a score more to compute for every word written.
  Corpus(const datasets::TextPairs& pairs, Index english_words, Index french_words, Index most = longest)
      : texts(pairs),
        english(side(pairs.train, &TextPair::from), english_words),
        french(side(pairs.train, &TextPair::to), french_words),
        train(numbered(pairs.train, most)),
        test(numbered(pairs.test, most)) {}

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

/// With --quick made-up sentences, the same on every machine.
datasets::TextPairs pairs_for(bool quick) {
  if (!quick) return datasets::french_descriptions();
  Rng rng(1);
  datasets::TextPairs pairs = datasets::split_by_group(datasets::made_up_translations(2600, rng), 4);
  pairs.source = "2,600 made-up descriptions, the same on every machine";
  return pairs;
}

/// Made-up descriptions, one to four of them in a row as one sentence. Those with a name are left out: only copying could write it.
datasets::TextPairs strung_together(Index count) {
  Rng rng(1);
  std::vector<TextPair> single = datasets::made_up_translations(4 * count, rng), result;
  const SentenceVocabulary frequent(Corpus::side(single, &TextPair::from), 62);
  while (static_cast<Index>(result.size()) < count) {
    TextPair row{"made-up " + std::to_string(result.size()), "", ""};
    for (Index left = 1 + rng.below(4); left > 0;) {
      const TextPair& next = single[static_cast<std::size_t>(rng.below(static_cast<Index>(single.size())))];
      if (!frequent.unknown_of(datasets::words_of(next.from)).empty()) continue;
      row.from += next.from + " - ";
      row.to += next.to + " - ";
      --left;
    }
    result.push_back(row);
  }
  return datasets::split_by_group(result, 4);
}

/// Those of some texts whose source has from `least` to `most` words.
std::vector<Words> of_length(const std::vector<Words>& texts, const std::vector<Index>& lengths, Index least, Index most) {
  std::vector<Words> result;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (lengths[i] >= least && lengths[i] <= most) result.push_back(texts[i]);
  return result;
}

/// BLEU of what was written for the pairs with so many words to read.
double bleu_of_length(const std::vector<Words>& written, const SentencePairs& pairs, Index least, Index most) {
  const std::vector<Index> lengths = pairs.lengths();
  return datasets::bleu(of_length(written, lengths, least, most), of_length(pairs.references(), lengths, least, most)).score;
}

/// Sentences by the number of their words.
struct Bin {
  const char* name;
  Index least, most;
};
const std::vector<Bin> bins{{"up to 4", 1, 4},           {"5", 5, 5}, {"6", 6, 6}, {"7", 7, 7}, {"8", 8, 8}, {"9", 9, 9},
                            {"10 and more", 10, longest}};

}  // namespace
