#pragma once
#include <qkv/datasets/sentences.h>
#include <qkv/datasets/text_scores.h>
#include <qkv/nn/decode.h>
#include <qkv/nn/position.h>
#include <qkv/nn/seq2seq.h>
#include <qkv/nn/transformer.h>

#include <functional>

// What reads a sentence and writes another: the models, the training and the writing that lessons on translation and summaries share.

namespace qkv {

/// A model of sentence pairs. It keeps its generator, which also draws what dropout drops and the order of training.
struct Translator : nn::Module {
  Rng rng;

  explicit Translator(std::uint64_t seed) : rng(seed) {}
  virtual ~Translator() = default;
  /// The mean of -log p(target) over a batch.
  virtual Tensor loss(const datasets::SentenceBatch& batch) const = 0;
  /// The scores of the next word after what is written, for a beam search: -infinity for an unknown word, so that the next best is written.
  /// The batch's input and target are not used. Records no graph.
  virtual nn::NextScores writer(const datasets::SentenceBatch& batch) const = 0;
  /// While it reads the batch's input, how much each of these words looks at each word of the source: (B, T, S).
  virtual Tensor map(const datasets::SentenceBatch& batch) const = 0;
};

struct TranslatorSizes {
  Integer reads, writes;  ///< sizes of the two vocabularies
  Integer width = 128;    ///< of the embeddings
  Integer hidden = 96;    ///< of the encoder's GRU in each direction; the decoder's is twice as wide
  double dropout = 0.3;
  Flag attention = true;  ///< false: the decoder sees the encoder's last states only
  Flag copy = false;      ///< words of the source may be copied
};

/// A GRU in both directions reads, a GRU writes (nn/seq2seq.h).  Bahdanau et al. 2015, with copying See et al. 2017.
/// Parameters: embedding.weight, encoder..., decoder....
struct GruTranslator : Translator {
  nn::Dropout dropout;
  nn::Embedding embedding;
  nn::Encoder encoder;
  nn::Decoder decoder;

  GruTranslator(const TranslatorSizes& sizes, std::uint64_t seed);
  /// The source, read.
  nn::Memory read(const datasets::SentenceBatch& batch) const;
  /// What the decoder computes while it reads the batch's input.
  nn::Decoded decode(const datasets::SentenceBatch& batch) const;
  Tensor loss(const datasets::SentenceBatch& batch) const override;
  nn::NextScores writer(const datasets::SentenceBatch& batch) const override;
  Tensor map(const datasets::SentenceBatch& batch) const override;
};

/// Vaswani's: `layers` layers read, as many write (nn/transformer.h, pre-norm, sinusoidal positions). sizes.width is d_model; hidden, attention
/// and copy are not used. Keys and values are kept while it writes.
/// Parameters: reads.weight, writes.weight, transformer..., bias.
struct TransformerTranslator : Translator {
  nn::Dropout dropout;
  nn::Embedding reads, writes;
  nn::Transformer transformer;
  Parameter bias;

  TransformerTranslator(const TranslatorSizes& sizes, Integer heads, Integer layers, std::uint64_t seed);
  /// Vectors (B, T, width) of words (B, T), the first of which stands at position `first`. Copied words are read as unknown.
  Tensor embed(const nn::Embedding& table, const Indices& words, Integer first = 0) const;
  /// x (..., width) -> scores (..., writes).
  Tensor scores(const Tensor& x) const;
  /// The source, read: (B, S, width).
  Tensor encode(const datasets::SentenceBatch& batch) const;
  /// The vectors from which the words after the batch's input are chosen: (B, T, width).
  Tensor decode(const datasets::SentenceBatch& batch, const Tensor& memory, Tensor* cross_weights = nullptr) const;
  Tensor loss(const datasets::SentenceBatch& batch) const override;
  nn::NextScores writer(const datasets::SentenceBatch& batch) const override;
  Tensor map(const datasets::SentenceBatch& batch) const override;
};

struct TranslatorTraining {
  Integer epochs = 10, batch = 32;
  double lr = 3e-3;  ///< Adam's: it rises to this during the first tenth of the steps, then falls to 0 along a cosine
  std::function<void(double)> report = {};  ///< is told the loss of each step
  std::string saved = {};                   ///< where Ctrl-C saves (io/resumable.h); empty: it ends the program as usual
};

/// Trains on batches of about equal length, gradients clipped to norm 1, and shows progress behind `name`. Returns the mean loss of each
/// epoch; NaN for those of an earlier run that Ctrl-C stopped.
std::vector<double> fit(Translator& translator, const datasets::SentencePairs& pairs, const TranslatorTraining& training,
                        const std::string& name);

/// Does these things at the same time, each in one thread, and passes on what one of them throws when all have ended. Models as small as these
/// are trained sooner side by side than one after another with all threads each: most of their products are too short to be divided.
void side_by_side(const std::vector<std::function<void()>>& jobs);

/// What it writes for each pair, by a beam search that compares the mean log-probability of a word. A text ends at its end mark or after
/// `longest` words.
std::vector<datasets::Words> translate(const Translator& translator, const datasets::SentencePairs& pairs, Integer longest,
                                       Integer beam = 1);

}  // namespace qkv
