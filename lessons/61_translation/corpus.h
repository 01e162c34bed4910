#pragma once
#include <qkv/kernels/parallel.h>
#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/stopwatch.h>
#include <qkv/translator.h>

#include <time.h>

#include <algorithm>
#include <future>
#include <memory>

// Sentences in two languages, the four translators, and what is asked of them.

using namespace qkv;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;
using datasets::TextPair;
using datasets::Words;

namespace {

constexpr Index longest = 24;  // words of a sentence: longer ones are cut
constexpr Index usual_beam = 4;

/// Pairs to learn from and pairs to be tested on, as texts, as words and as numbers.
struct Corpus {
  datasets::TextPairs texts;
  SentenceVocabulary english, french;
  SentencePairs train, test;

  /// The sizes of the vocabularies. English words cost little; each French one more is a score more to compute for every word written.
  Corpus(const datasets::TextPairs& pairs, Index english_words, Index french_words)
      : texts(pairs),
        english(side(pairs.train, &TextPair::from), english_words),
        french(side(pairs.train, &TextPair::to), french_words),
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

/// With --quick made-up sentences, the same on every machine.
datasets::TextPairs pairs_for(bool quick) {
  if (!quick) return datasets::french_descriptions();
  Rng rng(1);
  datasets::TextPairs pairs = datasets::split_by_group(datasets::made_up_translations(2600, rng), 4);
  pairs.source = "2,600 made-up descriptions, the same on every machine";
  return pairs;
}

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
  if (quick) sizes.width = 48, sizes.hidden = 32, sizes.dropout = 0;
  sizes.attention = kind != Kind::without;
  sizes.copy = kind == Kind::copying;
  if (kind == Kind::transformer && !quick) sizes.dropout = 0.2;
  if (kind == Kind::transformer) return std::make_unique<TransformerTranslator>(sizes, 4, 2, seed);
  return std::make_unique<GruTranslator>(sizes, seed);
}

TranslatorTraining training_of(Kind kind, bool quick) {
  TranslatorTraining training;
  training.epochs = quick ? 8 : kind == Kind::transformer ? 6 : 11;  // an epoch of the Transformer costs nearly twice as much
  training.lr = quick ? (kind == Kind::transformer ? 0.006 : 0.01) : kind == Kind::transformer ? 0.0015 : 0.003;
  return training;
}

/// Does these things at the same time, each in one thread. Models as small as these are trained sooner side by side than one after another
/// with all threads each: most of their products are too short to be divided.
void side_by_side(const std::vector<std::function<void()>>& jobs) {
  const int threads = kernels::threads();
  kernels::set_threads(1);
  std::vector<std::future<void>> running;
  for (const auto& job : jobs) running.push_back(std::async(threads == 1 ? std::launch::deferred : std::launch::async, job));
  for (std::future<void>& each : running) each.wait();
  kernels::set_threads(threads);
  for (std::future<void>& each : running) each.get();  // passes on what was thrown
}

/// Seconds that this thread has computed: other threads and other programs do not count.
double processor_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Those that were trained, and what they made of the test sentences.
struct Trained {
  std::vector<std::unique_ptr<Translator>> translators;
  std::vector<std::vector<Words>> written;

  Trained() : translators(kinds.size()), written(kinds.size()) {}
};
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
    auto median_of_last_7 = [&] {
      std::nth_element(seconds.end() - 7, seconds.end() - 4, seconds.end());
      return *(seconds.end() - 4);
    };
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
