#include <qkv/datasets/batches.h>
#include <qkv/io/resumable.h>
#include <qkv/kernels/parallel.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>
#include <qkv/translator.h>

#include <cmath>
#include <future>

namespace qkv {

using datasets::SentenceBatch;
using datasets::SentencePairs;
using datasets::SentenceVocabulary;

namespace {

nn::DecoderOptions decoder_options(const TranslatorSizes& sizes) {
  nn::DecoderOptions options;
  options.attention = sizes.attention;
  options.copy = sizes.copy;
  options.dropout = sizes.dropout;
  options.padding = SentenceVocabulary::padding;
  options.unknown = SentenceVocabulary::unknown;
  return options;
}

nn::TransformerOptions transformer_options(const TranslatorSizes& sizes) {
  nn::TransformerOptions options;
  options.dropout = sizes.dropout;
  options.norm_first = true;
  return options;
}

/// Copied words become unknown ones.
Indices known(Indices words, Index vocabulary) {
  for (Index& word : words.values)
    if (word >= vocabulary) word = SentenceVocabulary::unknown;
  return words;
}

/// An unknown word is no translation: the next best is written instead. scores (rows, words), outside any graph.
Tensor without_unknown(const Tensor& scores) {
  const Index words = scores.size(1);
  Scalar* row = scores.mutable_data();
  for (Index r = 0; r < scores.size(0); ++r, row += words) row[SentenceVocabulary::unknown] = static_cast<Scalar>(-infinity);
  return scores;
}

}  // namespace

GruTranslator::GruTranslator(const TranslatorSizes& sizes, std::uint64_t seed)
    : Translator(seed),
      dropout(sizes.dropout, rng),
      embedding(add_module("embedding", nn::Embedding(sizes.reads, sizes.width, rng, SentenceVocabulary::padding))),
      encoder(add_module("encoder", nn::Encoder(sizes.width, sizes.hidden, rng))),
      decoder(
          add_module("decoder", nn::Decoder(sizes.writes, sizes.width, 2 * sizes.hidden, 2 * sizes.hidden, rng, decoder_options(sizes)))) {}

nn::Memory GruTranslator::read(const SentenceBatch& batch) const {
  nn::Memory memory = encoder(dropout(embedding(batch.source)), batch.padding);
  memory.words = batch.copied;
  return memory;
}

nn::Decoded GruTranslator::decode(const SentenceBatch& batch) const {
  nn::DecoderState state = decoder.begin(read(batch));
  return decoder(batch.input, state);
}

Tensor GruTranslator::loss(const SentenceBatch& batch) const { return decoder.loss(batch.input, batch.target, read(batch)); }

nn::NextScores GruTranslator::writer(const SentenceBatch& batch) const {
  auto state = std::make_shared<nn::DecoderState>(decoder.begin(read(batch)));
  return [this, state](const Indices& written, const std::vector<Index>& from) {
    state->reorder(from);
    const nn::Decoded decoded = decoder(nn::last_column(written), *state);
    return without_unknown(select(decoder.log_p(decoded, state->memory), 1, -1));
  };
}

Tensor GruTranslator::map(const SentenceBatch& batch) const { return decode(batch).weights; }

TransformerTranslator::TransformerTranslator(const TranslatorSizes& sizes, Integer heads, Integer layers, std::uint64_t seed)
    : Translator(seed),
      dropout(sizes.dropout, rng),
      reads(add_module("reads", nn::Embedding(sizes.reads, sizes.width, rng))),
      writes(add_module("writes", nn::Embedding(sizes.writes, sizes.width, rng))),
      transformer(
          add_module("transformer", nn::Transformer(sizes.width, heads, layers, layers, 2 * sizes.width, rng, transformer_options(sizes)))),
      bias(add_parameter("bias", zeros({sizes.writes}))) {
  for (const nn::Embedding* each : {&reads, &writes})
    each->weight.copy_from(randn(each->weight.shape(), rng, 0, 1 / std::sqrt(static_cast<double>(Index(sizes.width)))));
}

Tensor TransformerTranslator::embed(const nn::Embedding& table, const Indices& words, Integer first) const {
  const Index width = table.weight.size(1);
  return dropout(table(known(words, table.weight.size(0))) * std::sqrt(static_cast<double>(width)) +
                 nn::sinusoidal_encoding(words.shape[1], width, 10000, first));
}

Tensor TransformerTranslator::scores(const Tensor& x) const { return linear(x, writes.weight, bias); }

Tensor TransformerTranslator::encode(const SentenceBatch& batch) const {
  nn::TransformerMasks hidden;
  hidden.src_key_padding = batch.padding;
  return transformer.encode(embed(reads, batch.source), hidden);
}

Tensor TransformerTranslator::decode(const SentenceBatch& batch, const Tensor& memory, Tensor* cross_weights) const {
  nn::TransformerMasks hidden;
  hidden.memory_key_padding = batch.padding;
  hidden.tgt = causal_mask(batch.input.shape[1], batch.input.shape[1]);
  return transformer.decode(embed(writes, batch.input), memory, hidden, cross_weights);
}

Tensor TransformerTranslator::loss(const SentenceBatch& batch) const {
  Indices places, right;  // where the targets that count stand, and these
  for (std::size_t i = 0; i < batch.target.values.size(); ++i) {
    if (batch.target.values[i] == SentenceVocabulary::padding) continue;
    places.values.push_back(static_cast<Index>(i));
    right.values.push_back(batch.target.values[i]);
  }
  places.shape = right.shape = {static_cast<Index>(right.values.size())};
  const Tensor x = reshape(decode(batch, encode(batch)), {-1, writes.weight.size(1)});
  return cross_entropy(scores(qkv::embedding(places, x)), known(right, bias.size()));
}

nn::NextScores TransformerTranslator::writer(const SentenceBatch& batch) const {
  auto cache = std::make_shared<nn::TransformerCache>(transformer.remember(encode(batch), batch.padding));
  return [this, cache](const Indices& written, const std::vector<Index>& from) {
    cache->reorder(from);
    const Tensor x = transformer.decode(embed(writes, nn::last_column(written), written.shape[1] - 1), *cache);
    return without_unknown(scores(select(x, 1, -1)));
  };
}

Tensor TransformerTranslator::map(const SentenceBatch& batch) const {
  Tensor weights;  // (B, heads, T, S), of the last layer
  decode(batch, encode(batch), &weights);
  return mean(weights, 1);
}

std::vector<double> fit(Translator& translator, const SentencePairs& pairs, const TranslatorTraining& training, const std::string& name) {
  const Index steps = (pairs.size() + training.batch - 1) / training.batch, all = training.epochs * steps;
  optim::Adam adam(translator.parameters(), training.lr);
  const optim::CosineWithWarmup schedule(training.lr, all / 10 + 1, all + 1);
  show::Progress progress(all, name);
  std::vector<double> losses(static_cast<std::size_t>(Index(training.epochs)), std::nan(""));
  for (io::Resumable run(training.saved, translator, adam, translator.rng); run.next(training.epochs);) {
    Index step = run.step() * steps;
    double& mean_loss = losses[static_cast<std::size_t>(run.step())] = 0;
    for (const std::vector<Index>& which : datasets::Batches::by_length(pairs.lengths(), training.batch, translator.rng)) {
      const Tensor loss = translator.loss(pairs.batch(which));
      adam.zero_grad();
      loss.backward();
      optim::clip_grad_norm(translator.parameters(), 1);
      adam.lr = schedule.lr(++step);
      adam.step();
      mean_loss += static_cast<double>(loss.item()) / static_cast<double>(steps);
      progress.step("loss " + show::number(static_cast<double>(loss.item()), 2));
      if (training.report) training.report(static_cast<double>(loss.item()));
    }
  }
  return losses;
}

void side_by_side(const std::vector<std::function<void()>>& jobs) {
  const int threads = kernels::threads();
  kernels::set_threads(1);
  std::vector<std::future<void>> running;
  for (const auto& job : jobs) running.push_back(std::async(threads == 1 ? std::launch::deferred : std::launch::async, job));
  for (std::future<void>& each : running) each.wait();
  kernels::set_threads(threads);
  for (std::future<void>& each : running) each.get();  // passes on what was thrown
}

std::vector<datasets::Words> translate(const Translator& translator, const SentencePairs& pairs, Integer longest, Integer beam) {
  EvalMode no_dropout;
  NoGrad no_graph;
  nn::BeamOptions options;
  options.beam = beam;
  options.end = SentenceVocabulary::end;
  options.length_penalty = 1;
  std::vector<datasets::Words> written(static_cast<std::size_t>(pairs.size()));
  Rng any_order(0);
  for (const std::vector<Index>& which : datasets::Batches::by_length(pairs.lengths(), 64, any_order)) {
    const Indices start({static_cast<Index>(which.size()), 1}, std::vector<Index>(which.size(), SentenceVocabulary::start));
    const auto answers = nn::beam_search(start, longest, options, translator.writer(pairs.batch(which)));
    for (std::size_t i = 0; i < which.size(); ++i) written[static_cast<std::size_t>(which[i])] = pairs.words(answers[i][0].marks, which[i]);
  }
  return written;
}

}  // namespace qkv
