#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task of section 6 and its training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

constexpr Index vocabulary = 8, shown = 6, asked = 4;
// The words: english_words[i] means french_words[i]. No model is told so.
const std::vector<std::string> english_words{"the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog"};
const std::vector<std::string> french_words{"le", "rapide", "brun", "renard", "saute", "par-dessus", "paresseux", "chien"};

/// Sentence pairs: six of eight English words in any order (B, 6), and four of the six in French, all in one row (B * 4).
struct Pairs {
  Indices english, french;
};
enum class Order { shuffled, as_in_english };  // of the French words

inline Pairs draw(Index count, Order order, Rng& rng) {
  std::vector<Index> six_words, four_words;
  for (Index n = 0; n < count; ++n) {
    std::vector<Index> words = rng.permutation(vocabulary), places = rng.permutation(shown);
    for (Index j = 0; j < shown; ++j) six_words.push_back(words[j]);
    for (Index i = 0; i < asked; ++i) four_words.push_back(words[order == Order::shuffled ? places[i] : i]);
  }
  return {{Shape{count, shown}, six_words}, {Shape{count * asked}, four_words}};
}

/// One head whose queries come from `asking` and whose keys and values come from `answering`; the output names a French word for each query.
struct Head : nn::Module {
  nn::Linear W_Q, W_K, W_V, W_O;
  explicit Head(Rng& rng, Index width = vocabulary, Index d_k = 10)
      : W_Q(width, d_k, rng, false), W_K(width, d_k, rng, false), W_V(width, 7, rng, false), W_O(7, vocabulary, rng, false) {
    adopt("W_Q", W_Q), adopt("W_K", W_K), adopt("W_V", W_V), adopt("W_O", W_O);
  }
  Attended operator()(const Tensor& asking, const Tensor& answering) const {
    Attended attended = scaled_dot_product_attention(W_Q(asking), W_K(answering), W_V(answering));
    return {W_O(attended.output), attended.weights};
  }
};

enum class Kind { self, cross };

/// Logits (B * 4, 8) for the French words: by cross-attention, or from the first four rows of the English sentence's self-attention.
inline Attended french_from(const Head& head, const Pairs& pairs, Kind kind) {
  Tensor X = one_hot(pairs.english, vocabulary), Y = reshape(one_hot(pairs.french, vocabulary), {-1, asked, vocabulary});
  Attended found = head(kind == Kind::cross ? Y : X, X);
  return {reshape(slice(found.output, 1, 0, asked), {-1, vocabulary}), found.weights};
}

/// Trains a head on fresh pairs; the share of French words that it then names right in 1,000 others.
inline double train(const Head& head, Kind kind, Order order, Index steps, Rng& rng, std::uint64_t test_seed) {
  optim::Adam adam(head.parameters(), 0.02);
  show::Progress progress(steps, kind == Kind::cross ? "cross-attention" : "self-attention");
  for (Index step = 0; step < steps; ++step) {
    Pairs pairs = draw(64, order, rng);
    Tensor loss = cross_entropy(french_from(head, pairs, kind).output, pairs.french);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  Rng test_rng(test_seed);
  Pairs test = draw(1000, order, test_rng);
  return accuracy(french_from(head, test, kind).output, test.french);
}

/// How often the largest weight of a French word stands at its translation, in 1,000 pairs.
inline double aligned(const Head& head, std::uint64_t test_seed) {
  Rng test_rng(test_seed);
  Pairs pairs = draw(1000, Order::shuffled, test_rng);
  Indices at = argmax(french_from(head, pairs, Kind::cross).weights);  // (B, 4): positions in the English sentence
  Index right = 0, count = at.shape.count();
  for (Index i = 0; i < count; ++i) right += pairs.english.values[i / asked * shown + at.values[i]] == pairs.french.values[i];
  return static_cast<double>(right) / static_cast<double>(count);
}

/// Each French word over all eight English ones. (8, 8)
inline Tensor map_of(const Head& head) { return head(eye(vocabulary), eye(vocabulary)).weights; }

/// What training came to with one seed: the share of right words by each kind of attention, and of largest weights at the translation.
struct Outcome {
  std::uint64_t seed;
  Head asks;
  double aligned_before, aligned_after, by_cross, by_self, by_self_in_order;
};

inline Outcome learn(std::uint64_t seed, Index steps) {
  Rng rng(seed + 2), self_rng(seed + 2), order_rng(seed + 2);
  Outcome o{seed, Head(rng), 0, 0, 0, 0, 0};
  Head shuffled(self_rng), in_order(order_rng);
  o.aligned_before = aligned(o.asks, seed + 1);
  o.by_cross = train(o.asks, Kind::cross, Order::shuffled, steps, rng, seed + 1);
  o.aligned_after = aligned(o.asks, seed + 1);
  o.by_self = train(shuffled, Kind::self, Order::shuffled, steps, self_rng, seed + 1);
  o.by_self_in_order = train(in_order, Kind::self, Order::as_in_english, steps, order_rng, seed + 1);
  return o;
}
