#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task of section 7 and its model: the lesson trains it, and so do the answers to the exercises.

using namespace qkv;

/// Which word came first? Sentences from a vocabulary of twelve, in each word 0 and word 1 once; the answer is 0 if word 0 comes first, else 1.
struct Batch {
  Indices words, first;
};
inline Batch draw(Index count, Index length, Rng& rng) {
  Batch batch;
  batch.words = Indices({count, length}, std::vector<Index>(count * length));
  batch.first = Indices({count}, std::vector<Index>(count));
  for (Index c = 0; c < count; ++c) {
    Index* words = &batch.words.values[c * length];
    for (Index t = 0; t < length; ++t) words[t] = 2 + rng.below(10);
    std::vector<Index> place = rng.permutation(length);
    words[place[0]] = 0, words[place[1]] = 1;
    batch.first.values[c] = place[0] < place[1] ? 0 : 1;
  }
  return batch;
}

enum class Position { none, sinusoidal, learned, rotary };

/// One attention, the mean over the words (or the last word, for an exercise), a linear layer.
struct Reader : nn::Module {
  Position position;
  bool last_word = false;
  nn::Embedding embed;
  nn::LearnedPosition learned;
  nn::Linear W_q, W_k, W_v, out;

  Reader(Position kind, Rng& rng)
      : position(kind), embed(12, 16, rng), learned(16, 16, rng), W_q(16, 16, rng), W_k(16, 16, rng), W_v(16, 16, rng), out(16, 2, rng) {
    adopt("embed", embed), adopt("W_q", W_q), adopt("W_k", W_k), adopt("W_v", W_v), adopt("out", out);
    if (kind == Position::learned) adopt("learned", learned);
  }
  Tensor operator()(const Indices& words) const {
    Tensor x = embed(words);  // (B, T, 16)
    if (position == Position::sinusoidal) x = x + nn::sinusoidal_encoding(x.size(1), 16);
    if (position == Position::learned) x = learned(x);
    Tensor q = W_q(x), k = W_k(x);
    if (position == Position::rotary) q = nn::rotary(q), k = nn::rotary(k);
    Tensor y = scaled_dot_product_attention(q, k, W_v(x)).output;
    return out(last_word ? select(y, 1, -1) : mean(y, 1));
  }
};

/// Trains on fresh sentences of so many words.
inline void train(const Reader& reader, Index length, Index steps, Rng& rng) {
  optim::Adam adam(reader.parameters(), 0.01);
  show::Progress progress(steps, "which came first");
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, length, rng);
    Tensor loss = cross_entropy(reader(batch.words), batch.first);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

/// The share of right answers on 2,000 new sentences.
inline double right(const Reader& reader, Index length, std::uint64_t seed) {
  Rng rng(seed + 1);
  Batch test = draw(2000, length, rng);
  NoGrad no_grad;
  return accuracy(reader(test.words), test.first);
}
