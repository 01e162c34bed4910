#pragma once
#include <qkv/show/heatmap.h>
#include <qkv/show/stopwatch.h>
#include <qkv/translator.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "corpus.h"

// The four translators, how they are trained side by side, and what is asked of them.

namespace {

constexpr Index usual_beam = 4;

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
  if (quick) sizes.width = 48, sizes.hidden = 32;
  sizes.dropout = quick ? 0 : 0.2;
  sizes.attention = kind != Kind::without;
  sizes.copy = kind == Kind::copying;
  if (kind == Kind::transformer) return std::make_unique<TransformerTranslator>(sizes, 4, 2, seed);
  return std::make_unique<GruTranslator>(sizes, seed);
}

/// An epoch of the Transformer takes nearly twice as long as one of a GRU: it gets fewer.
TranslatorTraining training_of(Kind kind, bool quick) {
  const bool transformer = kind == Kind::transformer;
  TranslatorTraining training;
  if (quick) training.epochs = transformer ? 6 : 8, training.lr = transformer ? 0.006 : 0.01;
  else training.epochs = transformer ? 5 : 11, training.lr = transformer ? 0.0015 : 0.003;
  return training;
}

/// Those that were trained, and what they made of the test sentences.
struct Trained {
  std::vector<std::unique_ptr<Translator>> translators;
  std::vector<std::vector<Words>> written;

  Trained() : translators(kinds.size()), written(kinds.size()) {}
};
/// What the first two GRUs, small ones, write for longer sentences: [kind][seed][sentence].
struct Longer {
  Corpus corpus;
  std::vector<std::vector<std::vector<Words>>> written;

  Longer(Index sentences, std::uint64_t first_seed, std::size_t seeds)
      : corpus(strung_together(sentences), 85, 85, 2 * longest), written(2, std::vector<std::vector<Words>>(seeds)) {
    std::vector<std::function<void()>> jobs;
    for (std::size_t k = 0; k < written.size(); ++k)
      for (std::size_t s = 0; s < seeds; ++s)
        jobs.push_back([=] {
          const auto translator = make_translator(kinds[k], corpus, true, first_seed + s);
          fit(*translator, corpus.train, training_of(kinds[k], true), "longer sentences");
          written[k][s] = translate(*translator, corpus.test, 2 * longest);
        });
    side_by_side(jobs);
  }
  /// BLEU of each seed for sentences of so many words.
  std::vector<double> scores(std::size_t kind, Index least, Index most) const {
    std::vector<double> result;
    for (const std::vector<Words>& of_seed : written[kind]) result.push_back(bleu_of_length(of_seed, corpus.test, least, most));
    return result;
  }
};

/// A translation of one sentence.
Words said_for(const Translator& translator, const Corpus& corpus, const std::string& english) {
  return translate(translator, corpus.numbered({{"", english, "?"}}), longest, usual_beam)[0];
}

/// The map of one sentence while this is written: a row for each word.
show::HeatMap alignment(const Translator& translator, const Corpus& corpus, const std::string& english, const Words& french) {
  EvalMode no_dropout;
  NoGrad no_graph;
  const SentencePairs pair = corpus.numbered({{"", english, datasets::joined(french)}});
  std::vector<std::string> rows = french;
  rows.push_back("(end)");
  return {select(translator.map(pair.batch({0})), 0, 0), rows, pair.read(0), "Each French word (row) over the English ones"};
}

/// A Transformer writes 128 words one by one: with all keys and values computed anew at each word, and with those kept.
struct WordByWord {
  Tensor anew, kept;  // p of the next word at the end
  struct Times {
    Index words;
    double anew, kept;
  };
  std::vector<Times> times;  // when so many words are written: seconds for one more, anew and kept (the median of seven)

  WordByWord(const TransformerTranslator& model, const Corpus& corpus, std::uint64_t seed) {
    EvalMode no_dropout;
    NoGrad no_graph;
    constexpr Index most = 128;
    std::vector<Index> said{SentenceVocabulary::start};  // random words: it does not matter which
    Rng rng(seed);
    while (said.size() < most) said.push_back(4 + rng.below(corpus.french.size() - 4));
    datasets::SentenceBatch batch = corpus.test.batch({0});
    const Tensor memory = model.encode(batch);
    nn::TransformerCache cache = model.transformer.remember(memory, batch.padding);
    std::vector<double> seconds;
    auto time = [&](const auto& work) {
      const show::Stopwatch watch;
      work();
      seconds.push_back(watch.seconds());
    };
    auto median_of_last_7 = [&] { return show::median({seconds.end() - 7, seconds.end()}); };
    for (Index length = 1; length <= most; ++length) {
      batch.input = Indices({1, length}, std::vector<Index>(said.begin(), said.begin() + length));
      time([&] {
        const Tensor word = model.embed(model.writes, nn::last_column(batch.input), length - 1);
        kept = softmax(model.scores(select(model.transformer.decode(word, cache), 1, -1)));
      });
      if (length != 8 && length != 32 && length != most) continue;
      const double with_kept = median_of_last_7();
      for (int i = 0; i < 7; ++i) time([&] { anew = softmax(select(model.scores(model.decode(batch, memory)), 1, -1)); });
      times.push_back({length, median_of_last_7(), with_kept});
    }
  }
};

}  // namespace
