#pragma once
#include <qkv/qkv.h>
#include <qkv/show/progress.h>

// The model that writes digits backwards, how it is trained, and two ways to ask how well it does.

using namespace qkv;

namespace {

using data::ReversalBatch;

/// Embedding, encoder and decoder of one layer and one head each, and a linear layer that scores the twelve marks.
struct Reverser : nn::Module {
  bool positions, causal;
  nn::Embedding embed;
  nn::Transformer transformer;
  nn::Linear out;

  Reverser(bool with_positions, bool with_mask, Rng& rng)
      : positions(with_positions),
        causal(with_mask),
        embed(ReversalBatch::marks, 32, rng),
        transformer(32, 1, 1, 1, 64, rng, pre_norm()),
        out(32, ReversalBatch::marks, rng) {
    adopt("embed", embed), adopt("transformer", transformer), adopt("out", out);
  }
  static nn::TransformerOptions pre_norm() {
    nn::TransformerOptions options;
    options.norm_first = true;
    return options;
  }
  Tensor read(const Indices& marks) const {
    Tensor x = embed(marks);  // (B, T, 32)
    return positions ? x + nn::sinusoidal_encoding(x.size(1), 32) : x;
  }
  Tensor encode(const Indices& source) const { return transformer.encode(read(source)); }
  /// Scores (B, T, 12) of what follows each mark of `input`.
  Tensor decode(const Indices& input, const Tensor& memory, Tensor* cross_weights = nullptr) const {
    nn::TransformerMasks masks;
    if (causal) masks.tgt = causal_mask(input.shape[1], input.shape[1]);
    return out(transformer.decode(read(input), memory, masks, cross_weights));
  }
  /// Greedy: the likeliest mark after what it wrote itself.  source (B, L + 1) -> (B, L + 2), the start mark first.
  Indices write(const Indices& source) const {
    NoGrad no_grad;
    Tensor memory = encode(source);
    Indices start({source.shape[0], 1}, std::vector<Index>(source.shape[0], ReversalBatch::start));
    return nn::greedy(start, source.shape[1], [&](const Indices& written) { return select(decode(written, memory), 1, -1); });
  }
};

/// Share of sequences of length L written without a mistake, the end included.
double exact(const Reverser& model, const ReversalBatch& test) {
  Indices written = model.write(test.source);
  Index B = test.target.shape[0], T = test.target.shape[1], right = 0;
  for (Index b = 0; b < B; ++b) {
    bool all = true;
    for (Index t = 0; t < T; ++t) all = all && written.values[b * (T + 1) + t + 1] == test.target.values[b * T + t];
    right += all;
  }
  return double(right) / double(B);
}

/// Share of marks right when the right answer so far is read, as in training.
double teacher_forced(const Reverser& model, const ReversalBatch& test) {
  NoGrad no_grad;
  Tensor logits = model.decode(test.input, model.encode(test.source));
  return accuracy(reshape(logits, {-1, ReversalBatch::marks}), Indices({test.target.shape.count()}, test.target.values));
}

void train(const Reverser& model, Index shortest, Index longest, Index steps, const optim::CosineWithWarmup& schedule, Rng& rng) {
  optim::Adam adam(model.parameters(), 0);
  show::Progress progress(steps, "reversing");
  for (Index step = 0; step < steps; ++step) {
    ReversalBatch batch = data::reversal(32, shortest + rng.below(longest - shortest + 1), false, rng);
    Tensor loss = cross_entropy(transpose(model.decode(batch.input, model.encode(batch.source)), 1, 2), batch.target);
    adam.lr = schedule.lr(step);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

}  // namespace
