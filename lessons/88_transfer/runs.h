#pragma once
#include <map>

#include "encoder.h"

// What one seed comes to: the numbers of the tables, by name.

namespace {

using Numbers = std::map<std::string, double>;

struct Texts {
  Indices tokens, labels;
};
inline Index length_of(const Indices& tokens, Index n) {
  const Index T = tokens.shape[1];
  return T - std::count(tokens.values.begin() + n * T, tokens.values.begin() + (n + 1) * T, datasets::Vocabulary::padding);
}

/// Which texts to draw from: those of `least` to `most` words, of the classes from `first` on.
struct Only {
  Index least = 1, most = 1000, first = 0;
};
/// At random, at most so many texts of each class.
inline Texts some_of(const datasets::TextSet& set, Index of_each, Rng& rng, const Only& only = {}) {
  std::vector<Index> which, taken(Encoder::classes);
  for (Index n : rng.permutation(set.labels.shape[0])) {
    const Index words = length_of(set.tokens, n), label = set.labels.values[n];
    if (words >= only.least && words <= only.most && label >= only.first && taken[label]++ < of_each) which.push_back(n);
  }
  return {take_rows(set.tokens, which), take_rows(set.labels, which)};
}

/// The same texts, where a share of the labels is replaced by another one, drawn at random.
inline Texts with_noise(Texts texts, double share, Rng& rng) {
  for (Index& label : texts.labels.values)
    if (rng.uniform() < share) label = (label + 1 + rng.below(Encoder::classes - 1)) % Encoder::classes;
  return texts;
}

/// Counting (naive Bayes): the score of a class is the sum of log p(word | class) over the words of the text; every count begins at 1.
struct Counting {
  Tensor log_p;  // (vocabulary, classes)

  Counting(const Texts& texts, Index vocabulary) {
    Tensor counts = ones({vocabulary, Encoder::classes});
    const Index T = texts.tokens.shape[1];
    for (std::size_t i = 0; i < texts.tokens.values.size(); ++i)
      if (const Index word = texts.tokens.values[i]; word > datasets::Vocabulary::unknown) {
        const Index label = texts.labels.values[static_cast<Index>(i) / T];
        counts.set({word, label}, counts.at({word, label}) + 1);
      }
    log_p = log(counts / sum(counts, 0));
    for (Index c = 0; c < Encoder::classes; ++c) log_p.set({0, c}, 0), log_p.set({1, c}, 0);  // padding and unknown words say nothing
  }
  double right(const Texts& texts) const { return accuracy(sum(embedding(texts.tokens, log_p), 1), texts.labels); }
};

/// Trains all of an encoder, head included, for about so many steps of 32 texts. -> the same encoder
inline const Encoder& tuned(const Encoder& encoder, const Texts& texts, Index steps, std::uint64_t seed) {
  const Index count = texts.labels.shape[0], batch = std::min<Index>(count, 32);
  Rng order(seed);
  fit(encoder.parameters(), std::function<Tensor(const Indices&)>(std::cref(encoder)), texts.tokens, texts.labels,
      {std::max<Index>(1, steps * batch / count), batch, 4e-3}, order, [](double) {});
  return encoder;
}
inline double right(const Encoder& encoder, const Texts& texts) { return accuracy(scores_of(encoder, texts.tokens), texts.labels); }

/// Trains a new head on what an encoder makes of the texts, or on the means of its word vectors; the rest stays as it is.
inline double right_with_head(const Encoder& encoder, bool words_alone, const Texts& train, const Texts& test, std::uint64_t seed) {
  const auto seen = [&](const Texts& texts) {
    NoGrad no_graph;
    return Encoder::mean_of(words_alone ? encoder.word(texts.tokens) : encoder.read(texts.tokens), texts.tokens);
  };
  Rng rng(seed);
  const nn::Linear head(Encoder::d, Encoder::classes, rng);
  const Index count = train.labels.shape[0], batch = std::min<Index>(count, 32);
  fit(head, seen(train), train.labels, {std::max<Index>(1, 300 * batch / count), batch, 2e-2}, rng, [](double) {});
  return accuracy(head(seen(test)), test.labels);
}

struct Plan {
  Index pretraining = 1500, tuning = 200, per_class_test = 100, noisy = 100;  // steps, steps, texts, labels a class
};

struct Run {
  Numbers numbers;

  Run(const datasets::PackageText& text, const Plan& plan, bool masks_shown, std::uint64_t seed) {
    const Index vocabulary = text.vocabulary.size(), length = text.train.tokens.shape[1];
    Rng rng(seed);
    const Encoder learned(Body::attention, vocabulary, length, rng);
    pretrain(learned, text.train.tokens, plan.pretraining, rng, masks_shown);
    const auto scratch = [&](Body body) {
      Rng first(seed + 1);
      return Encoder(body, vocabulary, length, first);
    };
    const auto transferred = [&] {
      Rng first(seed + 1);
      return copy_of(learned, length, first);
    };
    const Texts test = some_of(text.test, plan.per_class_test, rng);
    {
      NoGrad no_graph;
      const Masked masked(test.tokens, learned.mask_word, rng);
      numbers["most frequent"] = most_frequent(masked);
      numbers["guessed"] = accuracy(guesses(learned, masked), masked.hidden);
    }
    for (Index of_each : {1, 10, 100}) {
      const std::string labels = std::to_string(of_each);
      const Texts few = some_of(text.train, of_each, rng);
      numbers["counting " + labels] = Counting(few, vocabulary).right(test);
      numbers["scratch " + labels] = right(tuned(scratch(Body::attention), few, of_each < 100 ? plan.tuning : 2 * plan.tuning, seed), test);
      numbers["word vectors " + labels] = right_with_head(learned, true, few, test, seed);
      numbers["frozen " + labels] = right_with_head(learned, false, few, test, seed);
      numbers["tuned " + labels] = right(tuned(transferred(), few, of_each < 100 ? plan.tuning : 2 * plan.tuning, seed), test);
      numbers["gain " + labels] = numbers["tuned " + labels] - numbers["scratch " + labels];
    }
    const Only short_ones{1, 5, 0}, long_ones{8, 1000, 0}, field_alone{1, 1000, 5};
    const Texts from_short = some_of(text.train, plan.noisy / 2, rng, short_ones),
                from_long = some_of(text.train, plan.noisy / 2, rng, long_ones),
                long_texts = some_of(text.test, plan.per_class_test, rng, long_ones);
    for (const auto& [from, few] : {std::pair{"short", &from_short}, std::pair{"long", &from_long}}) {
      const std::string name = from;
      numbers["counting from " + name] = Counting(*few, vocabulary).right(long_texts);
      numbers["scratch from " + name] = right(tuned(scratch(Body::attention), *few, 2 * plan.tuning, seed), long_texts);
      numbers["tuned from " + name] = right(tuned(transferred(), *few, 2 * plan.tuning, seed), long_texts);
      numbers["gain from " + name] = numbers["tuned from " + name] - numbers["scratch from " + name];
    }
    // A special field: the five smaller sections. The larger five are general texts.
    std::vector<Index> general, field;
    for (Index n = 0; n < text.train.labels.shape[0]; ++n) (text.train.labels.values[n] < 5 ? general : field).push_back(n);
    Rng general_rng(seed + 2);
    const Encoder from_general(Body::attention, vocabulary, length, general_rng);
    pretrain(from_general, take_rows(text.train.tokens, general), plan.pretraining / 2, general_rng, masks_shown);
    const Encoder further = copy_of(from_general, length, general_rng), general_alone = copy_of(from_general, length, general_rng);
    for (const Encoder* next : {&further, &general_alone}) {
      next->guess.weight.copy_from(from_general.guess.weight.detach());
      next->guess.bias.copy_from(from_general.guess.bias.detach());
    }
    pretrain(further, take_rows(text.train.tokens, field), plan.pretraining / 3, general_rng, masks_shown);
    pretrain(general_alone, take_rows(text.train.tokens, general), plan.pretraining / 3, general_rng, masks_shown);
    const Texts field_few = some_of(text.train, 10, rng, field_alone),
                field_test = some_of(text.test, 2 * plan.per_class_test, rng, field_alone);
    const Masked field_masked(field_test.tokens, learned.mask_word, rng);
    for (const auto& [name, encoder] : {std::pair{"general", &general_alone}, std::pair{"further", &further}}) {
      NoGrad no_graph;
      numbers[std::string(name) + " guessed"] = accuracy(guesses(*encoder, field_masked), field_masked.hidden);
    }
    numbers["field counting"] = Counting(field_few, vocabulary).right(field_test);
    numbers["field scratch"] = right(tuned(scratch(Body::attention), field_few, plan.tuning, seed), field_test);
    numbers["field general"] = right(tuned(general_alone, field_few, plan.tuning, seed), field_test);
    numbers["field further"] = right(tuned(further, field_few, plan.tuning, seed), field_test);
    numbers["field gain"] = numbers["field further"] - numbers["field general"];
    const Texts clean = some_of(text.train, plan.noisy, rng);
    for (int percent : {0, 20, 40}) {
      const Texts noisy = with_noise(clean, percent / 100.0, rng);
      const std::string name = " " + std::to_string(percent) + "%";
      numbers["counting" + name] = Counting(noisy, vocabulary).right(test);
      numbers["lstm" + name] = right(tuned(scratch(Body::lstm), noisy, 2 * plan.tuning, seed), test);
      numbers["attention" + name] = right(tuned(scratch(Body::attention), noisy, 2 * plan.tuning, seed), test);
      numbers["transferred" + name] = right(tuned(transferred(), noisy, 2 * plan.tuning, seed), test);
    }
    for (const std::string name : {"counting", "lstm", "attention", "transferred"})
      numbers[name + " lost"] = numbers[name + " 0%"] - numbers[name + " 40%"];
  }
};

inline std::vector<double> all_of(const std::vector<Run>& runs, const std::string& name) {
  std::vector<double> all;
  for (const Run& run : runs) all.push_back(run.numbers.at(name));
  return all;
}

}  // namespace
