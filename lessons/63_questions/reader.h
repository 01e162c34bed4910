#pragma once
#include <qkv/fit.h>

#include "tasks.h"

// Models that read sentences and answer, their training, and what one may ask of them.

/// What a reader of hops answers, and where it looked.
struct Reading {
  Tensor scores;    // (B, answers)
  Tensors weights;  // of each hop: (B, sentences)
};

/// Sukhbaatar et al. 2015, End-To-End Memory Networks: every hop is one attention over the sentences, and what it finds is added to the question.
struct HopReader : nn::Module {
  nn::Embedding words;
  nn::LearnedPosition places;
  std::vector<nn::Linear> W_k, W_v;
  nn::Linear answer;
  bool asks_anew = false;  // the mistake of --break=same-question: each hop asks with the question alone

  /// The words' vectors start normal(0, start).
  HopReader(const Task& task, Index hops, Rng& rng, double start = 0.3, Index d = 32)
      : words(task.vocabulary.size(), d, rng, 0), places(length_of(task), d, rng), answer(d, static_cast<Index>(task.answers.size()), rng) {
    adopt("words", words), adopt("places", places), adopt("answer", answer);
    words.weight.copy_from(start * words.weight.detach());
    for (Index h = 0; h < hops; ++h) {
      W_k.emplace_back(d, d, rng), W_v.emplace_back(d, d, rng);
      W_k.back().weight.copy_from(eye(d));  // at first words are compared with words
      adopt("W_k." + std::to_string(h), W_k.back()), adopt("W_v." + std::to_string(h), W_v.back());
    }
  }
  /// x (B, S, words); hidden (B, S): sentences that may not be looked at.
  Reading read(const Indices& x, const Mask& hidden = {}) const {
    AttentionOptions options;
    if (!hidden.empty()) options.mask = hidden.reshaped({x.shape[0], 1, x.shape[1]});
    Reading reading;
    Tensor m = places(sum(words(x), 2));  // (B, S, d): a vector for each sentence
    Tensor question = select(m, 1, -1);   // (B, d): the last one asks
    Tensor u = question;
    for (std::size_t h = 0; h < W_k.size(); ++h) {
      Tensor q = unsqueeze(asks_anew ? question : u, 1);  // (B, 1, d)
      Attended found = scaled_dot_product_attention(q, W_k[h](m), W_v[h](m), options);
      u = u + squeeze(found.output, 1);  // what was found joins the question
      reading.weights.push_back(squeeze(found.weights, 1));
    }
    reading.scores = answer(u);
    return reading;
  }
  Tensor operator()(const Indices& x) const { return read(x).scores; }
};

/// A bag of words for the story and one for the question, and a hidden layer.
struct BagReader : nn::Module {
  nn::Embedding words;
  nn::Linear hidden, answer;

  BagReader(const Task& task, Rng& rng, Index d = 32)
      : words(task.vocabulary.size(), d, rng, 0), hidden(2 * d, 64, rng), answer(64, static_cast<Index>(task.answers.size()), rng) {
    adopt("words", words), adopt("hidden", hidden), adopt("answer", answer);
  }
  Tensor operator()(const Indices& x) const {
    Tensor m = sum(words(x), 2);
    return answer(relu(hidden(concat({mean(m, 1), select(m, 1, -1)}, 1))));
  }
};

/// An LSTM reads sentence after sentence, the question last, and answers from its last state.
struct LstmReader : nn::Module {
  nn::Embedding words;
  nn::SequenceClassifier<nn::LSTM> lstm;

  LstmReader(const Task& task, Rng& rng, Index d = 32)
      : words(task.vocabulary.size(), d, rng, 0), lstm(d, 64, static_cast<Index>(task.answers.size()), rng) {
    adopt("words", words), adopt("lstm", lstm);
  }
  Tensor operator()(const Indices& x) const { return lstm(sum(words(x), 2)); }
};

template <class Model>
void train(const Model& model, const Indices& words, const Indices& answers, Index epochs, Rng& rng) {
  fit(model, words, answers, {epochs, 64, 0.01}, rng, [](double) {});
}

/// The share of right answers among the cases of one kind.
inline double right(const Tensor& scores, const CaseSet& set, Index kind) {
  const Indices answered = argmax(scores, 1);
  Index count = 0, good = 0;
  for (std::size_t n = 0; n < set.cases.size(); ++n)
    if (set.cases[n].kind == kind) ++count, good += answered.values[n] == set.answers.values[n];
  return static_cast<double>(good) / static_cast<double>(count);
}

/// Hides, in each case, the sentence with the largest number in `rank` (N, S).
inline Mask largest_hidden(const Tensor& rank) {
  Mask hidden(rank.shape(), std::vector<std::uint8_t>(rank.size(), 0));
  const Indices chosen = argmax(rank, 1);
  for (Index n = 0; n < rank.size(0); ++n) hidden.hidden[n * rank.size(1) + chosen.values[n]] = 1;
  return hidden;
}

/// How often a hop's largest weight lies on the sentence that one needs, among the cases of one kind.
inline double on_support(const Tensor& weights, const CaseSet& set, Index kind, Index which) {
  const Indices looked = argmax(weights, 1);
  Index count = 0, good = 0;
  for (std::size_t n = 0; n < set.cases.size(); ++n)
    if (set.cases[n].kind == kind) ++count, good += looked.values[n] == set.cases[n].support[which];
  return static_cast<double>(good) / static_cast<double>(count);
}
