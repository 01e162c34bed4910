#pragma once
#include <qkv/nn/attention.h>
#include <qkv/nn/recurrent.h>

// A sequence is read, another is written: translation, summaries, captions, speech. The reader leaves a memory, one vector for each place;
// the writer asks it at each word.  Sutskever et al. 2014; Bahdanau et al. 2015; copying: See et al. 2017.

namespace qkv::nn {

/// What was read: words, patches of a picture, frames of sound.
struct Memory {
  Tensor states;        ///< (B, S, d): a vector for each place
  Mask padding = {};    ///< (B, S): true = this place is padding
  Tensor summary = {};  ///< (B, d): all of it in one vector; undefined: the mean of the states that are not padding
  Indices words = {};   ///< (B, S): the word of each place, in the numbers of what is written; only needed for copying
};

/// A GRU from left to right and one from right to left, side by side. Each sequence is read as if it stood alone: padding behind it changes
/// nothing, and the second GRU begins with its last step.
/// x (B, S, in) -> states (B, S, 2 hidden), summary (B, 2 hidden): the last state of either direction.
/// Parameters: those of a bidirectional nn::GRU, gru....  Throws Error if padding stands before the end of a sequence, or a row is nothing else.
struct Encoder : Module {
  GRU gru;

  Encoder(Integer input_size, Integer hidden_size, Rng& rng);
  Memory operator()(const Tensor& x, const Mask& padding = {}) const;
};

struct DecoderOptions {
  Flag attention = true;  ///< false: every word sees the memory's summary instead
  Flag copy = false;      ///< a word may also be copied from the memory; needs attention and Memory::words
  double dropout = 0;     ///< of the embeddings and of what the words are chosen from; the generator must then outlive the decoder
  Integer padding = 0;    ///< the target that does not count
  Integer unknown = 1;    ///< what is read for a copied word that has no number of its own
};

/// Where a decoder stands between two words. A beam search reorders it.
struct DecoderState {
  Memory memory;
  Tensor keys;  ///< (B, S, attention's hidden): W2 states, computed once
  Tensor h;     ///< (B, hidden)

  /// Row b becomes a copy of row from[b].  Throws Error if there is no such row.
  void reorder(const std::vector<Index>& from);
};

/// What a decoder computed for each word it read.
struct Decoded {
  Tensor output;   ///< (B, T, width): what the next word is chosen from
  Tensor weights;  ///< (B, T, S): the attention map; undefined without attention
  Tensor p_gen;    ///< (B, T): how likely the next word comes from the vocabulary, and not from the memory; undefined without copying
};

/// A GRU over the words written so far; its states are the queries of additive attention over the memory.
///
///     s_t = GRU(embedding(y_(t-1)), s_(t-1)),   s_0 = tanh(start(summary))
///     alpha_t, c_t = attention(s_t, memory)                       without attention: c_t = summary
///     o_t = tanh(combine [s_t; c_t]),   p_vocab = softmax(E o_t + bias), E the embedding's own weight (Press and Wolf 2017)
///     with copying: p(w) = p_gen p_vocab(w) + (1 - p_gen) sum of alpha_tj where word j is w,   p_gen = sigmoid(gate [s_t; c_t; y])
///
/// No state needs a context, so under teacher forcing all words are computed at once; writing goes word by word.
/// Parameters: embedding.weight (vocabulary, width), gru..., start..., attention..., combine..., bias (vocabulary), gate....
struct Decoder : Module {
  const DecoderOptions options;
  const Dropout dropout;
  Embedding embedding;
  GRU gru;
  Linear start, combine, gate;  ///< gate is a parameter only with copying
  AdditiveAttention attention;  ///< and this only with attention
  Parameter bias;

  Decoder(Integer vocabulary, Integer width, Integer hidden, Integer memory_size, Rng& rng, const DecoderOptions& options = {});
  Index vocabulary() const { return bias.size(); }

  /// Before the first word.  Throws Error if the memory's parts do not fit.
  DecoderState begin(const Memory& memory) const;
  /// Reads the next words, input (B, T): all of them under teacher forcing, or the last one written (T = 1). Moves the state on.
  Decoded operator()(const Indices& input, DecoderState& state) const;
  /// Scores of all words but copied ones: output (..., width) -> (..., vocabulary).
  Tensor logits(const Tensor& output) const;
  /// log p of each word as the next: (B, T, vocabulary), or with copying as many more as the memory's words ask for.
  Tensor log_p(const Decoded& decoded, const Memory& memory) const;
  /// The mean of -log p(target) over the targets (B, T) that are not padding. Computes no more scores than that needs.
  /// Throws Error if the shapes do not fit or no target counts.
  Tensor loss(const Decoded& decoded, const Indices& target, const Memory& memory) const;
  /// The same for sentences from their start: input and target (B, T), target one word ahead.
  Tensor loss(const Indices& input, const Indices& target, const Memory& memory) const;
};

}  // namespace qkv::nn
