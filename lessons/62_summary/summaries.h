#pragma once
#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/translator.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

// Long descriptions and their one-line ones, the ways to make one from the other, and what is asked of them.

using namespace qkv;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;
using datasets::TextPair;
using datasets::Words;

namespace {

constexpr Index longest_read = 60, longest_written = 14, beam = 4;

/// Texts to learn from and texts to be tested on. Both sides have one vocabulary: the language is the same.
struct Corpus {
  datasets::TextPairs texts;
  SentenceVocabulary vocabulary;
  SentencePairs train, test;
  std::map<std::string, int> texts_with;  // of the long texts to learn from, how many have this word

  Corpus(const datasets::TextPairs& pairs, Index words)
      : texts(pairs), vocabulary(both_sides(pairs.train), words), train(numbered(pairs.train)), test(numbered(pairs.test)) {
    for (Index i = 0; i < train.size(); ++i)
      for (const std::string& word : std::set<std::string>(train.read(i).begin(), train.read(i).end())) ++texts_with[word];
  }
  static std::vector<std::string> both_sides(const std::vector<TextPair>& pairs) {
    std::vector<std::string> result;
    for (const TextPair& pair : pairs) result.push_back(pair.from), result.push_back(pair.to);
    return result;
  }
  SentencePairs numbered(const std::vector<TextPair>& pairs) const {
    std::vector<std::string> from, to;
    for (const TextPair& pair : pairs) from.push_back(pair.from), to.push_back(pair.to);
    return SentencePairs(from, to, vocabulary, vocabulary, longest_read, longest_written);
  }
};

/// With --quick made-up texts, the same on every machine.
datasets::TextPairs pairs_for(bool quick) {
  if (!quick) return datasets::package_summaries();
  Rng rng(1);
  datasets::TextPairs pairs = datasets::split_by_group(datasets::made_up_summaries(2000, rng), 10);
  pairs.source = "2,000 made-up descriptions, the same on every machine";
  return pairs;
}

std::string name_of(bool copy) { return copy ? "GRU, attention, copying" : "GRU, attention"; }

/// The two that are trained, and what they wrote for the test texts.
struct Trained {
  std::unique_ptr<GruTranslator> writer, copier;
  std::vector<Words> written, copied;
};

/// The first `count` words of a text.
Words first_words(Words text, std::size_t count) {
  text.resize(std::min(text.size(), count));
  return text;
}

/// The `count` words of a text that are frequent here and rare elsewhere, in the order of the text: each word counts as often as it comes
/// here times log(texts / texts with this word).  Spärck Jones 1972.
Words telling_words(const Words& text, std::size_t count, const Corpus& corpus) {
  std::map<std::string, double> value;
  for (const std::string& word : text) {
    const auto found = corpus.texts_with.find(word);
    value[word] += std::log(static_cast<double>(corpus.train.size() + 1) / (1 + (found == corpus.texts_with.end() ? 0 : found->second)));
  }
  std::vector<std::pair<double, std::string>> order;
  for (const auto& entry : value) order.emplace_back(-entry.second, entry.first);
  std::sort(order.begin(), order.end());
  std::set<std::string> chosen;
  for (std::size_t i = 0; i < std::min(count, order.size()); ++i) chosen.insert(order[i].second);
  Words result;
  for (const std::string& word : text)
    if (chosen.erase(word)) result.push_back(word);  // at its first place
  return result;
}

/// Both measures of a way to sum up, and how many words it takes.
struct Score {
  double rouge_1, rouge_2, words;
};
Score score_of(const std::vector<Words>& written, const std::vector<Words>& right) {
  double words = 0;
  for (const Words& each : written) words += static_cast<double>(each.size()) / static_cast<double>(written.size());
  return {datasets::rouge(written, right, 1), datasets::rouge(written, right, 2), words};
}

std::unique_ptr<GruTranslator> make_writer(const Corpus& corpus, bool copy, bool quick, std::uint64_t seed) {
  TranslatorSizes sizes{corpus.vocabulary.size(), corpus.vocabulary.size()};
  if (quick) sizes.width = 48, sizes.hidden = 32, sizes.dropout = 0.1;
  else sizes.dropout = 0.2;
  sizes.copy = copy;
  return std::make_unique<GruTranslator>(sizes, seed);
}
TranslatorTraining training_of(bool quick) {
  TranslatorTraining training;
  training.epochs = quick ? 3 : 4;
  training.lr = quick ? 0.008 : 0.003;
  return training;
}

/// The pairs of these sources and what was written for them.
SentencePairs as_pairs(const Corpus& corpus, const SentencePairs& pairs, const std::vector<Words>& written) {
  std::vector<TextPair> texts;
  for (Index i = 0; i < pairs.size(); ++i)
    texts.push_back({"", datasets::joined(pairs.read(i)), datasets::joined(written[static_cast<std::size_t>(i)])});
  return corpus.numbered(texts);
}

/// Where the words of summaries come from.
struct Origin {
  double count = 0, written = 0;  // how many words, and the sum of p_gen over them
};
enum Kind { in_text_known, in_text_unknown, not_in_text };

/// Counts the words of these summaries by their origin; with a writer also how likely it wrote each of them rather than copied it.
std::array<Origin, 3> origins(const SentencePairs& pairs, const SentenceVocabulary& vocabulary, const GruTranslator* writer = nullptr) {
  EvalMode no_dropout;
  NoGrad no_graph;
  std::array<Origin, 3> result;
  for (const std::vector<Index>& which : datasets::Batches(pairs.size(), 64)) {
    Tensor p_gen;
    if (writer) p_gen = writer->decode(pairs.batch(which)).p_gen;
    for (std::size_t b = 0; b < which.size(); ++b) {
      const Words &text = pairs.read(which[b]), &words = pairs.written(which[b]);
      for (std::size_t t = 0; t < words.size(); ++t) {
        const bool in_text = std::find(text.begin(), text.end(), words[t]) != text.end();
        Origin& origin = result[!in_text                                                     ? not_in_text
                                : vocabulary.number(words[t]) == SentenceVocabulary::unknown ? in_text_unknown
                                                                                             : in_text_known];
        ++origin.count;
        if (writer) origin.written += p_gen.at({static_cast<Index>(b), static_cast<Index>(t)});
      }
    }
  }
  return result;
}

/// How much weight each place of each text got in all, while this was written: (texts, longest_read).
Tensor weight_of_places(const GruTranslator& writer, const SentencePairs& pairs) {
  EvalMode no_dropout;
  NoGrad no_graph;
  Tensor result = zeros({pairs.size(), longest_read});
  for (const std::vector<Index>& which : datasets::Batches(pairs.size(), 64)) {
    const datasets::SentenceBatch batch = pairs.batch(which);
    const Tensor map = writer.map(batch);  // (B, T, S)
    for (std::size_t b = 0; b < which.size(); ++b)
      for (std::size_t t = 0; t < pairs.written(which[b]).size(); ++t)
        for (Index s = 0; s < map.size(2); ++s)
          result.set({which[b], s}, result.at({which[b], s}) + map.at({static_cast<Index>(b), static_cast<Index>(t), s}));
  }
  return result;
}

/// The texts without `count` of their words: those with the largest numbers in rank (texts, longest_read).
SentencePairs without(const Corpus& corpus, const SentencePairs& pairs, const Tensor& rank, std::size_t count) {
  std::vector<TextPair> texts;
  for (Index i = 0; i < pairs.size(); ++i) {
    const Words& text = pairs.read(i);
    std::vector<Index> order;
    for (std::size_t s = 0; s < text.size(); ++s) order.push_back(static_cast<Index>(s));
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return rank.at({i, a}) > rank.at({i, b}); });
    order.resize(std::min(count, text.size() - 1));  // one word stays
    const std::set<Index> gone(order.begin(), order.end());
    Words left;
    for (std::size_t s = 0; s < text.size(); ++s)
      if (!gone.count(static_cast<Index>(s))) left.push_back(text[s]);
    texts.push_back({"", datasets::joined(left), datasets::joined(pairs.written(i))});
  }
  return corpus.numbered(texts);
}

/// How good the summaries are if five words of each text are taken away: none, those with the least weight, random ones, those with the most.
/// `written`: the summaries of the whole texts.
std::vector<std::pair<std::string, Score>> scores_without(const Corpus& corpus, const GruTranslator& writer,
                                                          const std::vector<Words>& written, std::uint64_t seed) {
  const std::vector<Words>& right = corpus.test.references();
  const Tensor weights = weight_of_places(writer, as_pairs(corpus, corpus.test, written));
  Rng rng(seed);
  const Tensor random = rand(weights.shape(), rng);
  auto score = [&](const Tensor& rank) {
    return score_of(translate(writer, without(corpus, corpus.test, rank, 5), longest_written, beam), right);
  };
  return {{"nothing", score_of(written, right)},
          {"the five with the least weight", score(-weights)},
          {"five random ones", score(random)},
          {"the five with the most weight", score(weights)}};
}

}  // namespace
