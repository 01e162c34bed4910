#pragma once
#include <qkv/fit.h>

#include "texts.h"

// The methods: three logistic regressions, which differ in their features, nearest neighbours, two recurrent networks, and attention.

/// Logistic regression: the score of each answer is the sum of the weights of a text's features. All weights are 0 at first.
struct Regression : nn::Module {
  nn::Embedding weights;  // (features, values)
  std::function<Indices(const Indices&)> features;

  Regression(Index count, std::function<Indices(const Indices&)> of, Rng& rng) : weights(count, values, rng), features(std::move(of)) {
    weights.weight.copy_from(zeros({count, values}));
    adopt("weights", weights);
  }
  Tensor operator()(const Indices& words) const { return sum(weights(features(words)), 1); }
};

/// Features: each word at each place, "3* at place 17".
inline Regression on_places(Rng& rng) {
  return {(steps + 1) * word_count,
          [](Indices words) {
            for (std::size_t i = 0; i < words.values.size(); ++i) words.values[i] += static_cast<Index>(i) % words.shape[1] * word_count;
            return words;
          },
          rng};
}
/// Features: single words and pairs of neighbours (n-grams of 1 and 2), wherever they stand.
inline Regression on_ngrams(Rng& rng) {
  return {word_count + word_count * word_count,
          [](const Indices& words) {
            const Index length = words.shape[1];
            Indices features;
            features.shape = {words.shape[0], 2 * length - 1};
            for (Index n = 0; n < words.shape[0]; ++n) {
              const Index* text = words.values.data() + n * length;
              features.values.insert(features.values.end(), text, text + length);
              for (Index t = 1; t < length; ++t) features.values.push_back(word_count + text[t - 1] * word_count + text[t]);
            }
            return features;
          },
          rng};
}
/// Features: every word together with the last one, "a=3 and the question a?". Somebody has thought about the task.
inline Regression on_pairs_with_last(Rng& rng) {
  return {word_count * word_count,
          [](Indices words) {
            const Index length = words.shape[1];
            for (std::size_t i = 0; i < words.values.size(); ++i) {
              const Index last = words.values[(static_cast<Index>(i) / length + 1) * length - 1];
              if (static_cast<Index>(i) % length < length - 1) words.values[i] += word_count * last;
            }
            return words;
          },
          rng};
}

/// The five texts that agree with it in the most places vote.
inline double nearest_neighbours(const Texts& train, const Texts& test) {
  const Index length = steps + 1, count = train.words.shape[0];
  Index right = 0;
  for (Index n = 0; n < test.words.shape[0]; ++n) {
    std::vector<std::pair<Index, Index>> agreeing;  // places that agree, negative, and which text
    for (Index m = 0; m < count; ++m) {
      Index same = 0;
      for (Index t = 0; t < length; ++t) same += train.words.values[m * length + t] == test.words.values[n * length + t];
      agreeing.emplace_back(-same, m);
    }
    std::partial_sort(agreeing.begin(), agreeing.begin() + 5, agreeing.end());
    std::vector<Index> votes(values);
    for (Index i = 0; i < 5; ++i) ++votes[train.answers.values[agreeing[i].second]];
    right += std::max_element(votes.begin(), votes.end()) - votes.begin() == test.answers.values[n];
  }
  return static_cast<double>(right) / static_cast<double>(test.words.shape[0]);
}

template <class Layer>
struct Recurrent : nn::Module {
  nn::Embedding words;
  nn::SequenceClassifier<Layer> layer;

  Recurrent(Index hidden, Rng& rng) : words(word_count, 16, rng), layer(16, hidden, values, rng) {
    adopt("words", words), adopt("layer", layer);
  }
  Tensor operator()(const Indices& x) const { return layer(words(x)); }
};

/// The last word asks all others: one head, with positions.
struct Attentive : nn::Module {
  nn::Embedding words;
  nn::LearnedPosition places;
  nn::MultiheadAttention attention;
  nn::Linear answer;

  explicit Attentive(Rng& rng) : words(word_count, 16, rng), places(steps + 1, 16, rng), attention(16, 1, rng), answer(16, values, rng) {
    adopt("words", words), adopt("places", places), adopt("attention", attention), adopt("answer", answer);
  }
  Attended look(const Indices& x) const {
    const Tensor h = places(words(x)), last = slice(h, 1, steps, steps + 1);
    const Attended found = attention(last, h, h);
    return {answer(squeeze(found.output, 1)), squeeze(found.weights, 1)};
  }
  Tensor operator()(const Indices& x) const { return look(x).output; }
};
