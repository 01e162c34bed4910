#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <functional>

// The model that writes digits backwards, how it is trained, and two ways to ask how well it does.

using namespace qkv;

namespace {

using datasets::ReversalBatch;

/// Embedding, encoder and decoder of one layer and one head each, and a linear layer that scores the twelve marks.
struct Reverser : nn::Module {
  bool positions, causal;
  nn::Embedding embed;
  nn::Transformer transformer;
  nn::Linear out;

  Reverser(bool with_positions, bool with_mask, Rng& rng, bool norm_first = true);
  Tensor read(const Indices& marks) const;
  Tensor encode(const Indices& source) const;
  /// Scores (B, T, 12) of what follows each mark of `input`.
  Tensor decode(const Indices& input, const Tensor& memory, Tensor* cross_weights = nullptr) const;
  /// The same while it reads the right answer so far, as in training.
  Tensor forced(const ReversalBatch& batch) const;
  /// Greedy: the likeliest mark after what it wrote itself.  source (B, L + 1) -> (B, L + 2), the start mark first.
  Indices write(const Indices& source) const;
};

nn::TransformerOptions order(bool norm_first) {
  nn::TransformerOptions options;
  options.norm_first = norm_first;
  return options;
}

Reverser::Reverser(bool with_positions, bool with_mask, Rng& rng, bool norm_first)
    : positions(with_positions),
      causal(with_mask),
      embed(ReversalBatch::marks, 32, rng),
      transformer(32, 1, 1, 1, 64, rng, order(norm_first)),
      out(32, ReversalBatch::marks, rng) {
  adopt("embed", embed), adopt("transformer", transformer), adopt("out", out);
}

Tensor Reverser::read(const Indices& marks) const {
  Tensor x = embed(marks);  // (B, T, 32)
  return positions ? x + nn::sinusoidal_encoding(x.size(1), 32) : x;
}

Tensor Reverser::encode(const Indices& source) const { return transformer.encode(read(source)); }

Tensor Reverser::decode(const Indices& input, const Tensor& memory, Tensor* cross_weights) const {
  nn::TransformerMasks masks;
  if (causal) masks.tgt = causal_mask(input.shape[1], input.shape[1]);
  return out(transformer.decode(read(input), memory, masks, cross_weights));
}

Tensor Reverser::forced(const ReversalBatch& batch) const { return decode(batch.input, encode(batch.source)); }

Indices Reverser::write(const Indices& source) const {
  NoGrad no_grad;
  Tensor memory = encode(source);
  Index B = source.shape[0], T = source.shape[1];
  Indices start({B, 1}, std::vector<Index>(B, ReversalBatch::start));
  return nn::greedy_decode(start, T, [&](const Indices& written) { return select(decode(written, memory), 1, -1); });
}

/// Share of sequences of length L written without a mistake, the end included.
double exact(const Reverser& model, const ReversalBatch& test) {
  Indices written = model.write(test.source);
  Index B = test.target.shape[0], T = test.target.shape[1], right = 0;
  for (Index b = 0; b < B; ++b) {
    Index t = 0;
    while (t < T && written.values[b * (T + 1) + t + 1] == test.target.values[b * T + t]) ++t;
    right += t == T;
  }
  return double(right) / double(B);
}

/// Share of marks right when the right answer so far is read, as in training.
double teacher_forced(const Reverser& model, const ReversalBatch& test) {
  NoGrad no_grad;
  return accuracy(model.forced(test), test.target);
}

/// Trains on sequences of `shortest` to `longest` digits; the learning rate climbs for a tenth of the steps, then falls along half a cosine.
void train(const Reverser& model, Index shortest, Index longest, Index steps, Rng& rng) {
  optim::CosineWithWarmup schedule(0.008, steps / 10, steps);
  optim::Adam adam(model.parameters(), 0);
  show::Progress progress(steps, "reversing");
  for (Index step = 0; step < steps; ++step) {
    ReversalBatch batch = datasets::reversal(32, shortest + rng.below(longest - shortest + 1), false, rng);
    Tensor loss = cross_entropy(transpose(model.forced(batch), 1, 2), batch.target);
    adam.lr = schedule.lr(step);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

/// How well a model does, on sequences that it was never trained on.
struct Marks {
  double forced, eight, six;  // share of marks, reading the right answer; share of whole sequences of 8 and of 6 digits, reading its own
};
Marks mark(const Reverser& model, std::uint64_t seed) {
  Rng rng(seed + 1);
  ReversalBatch eight = datasets::reversal(1000, 8, true, rng), six = datasets::reversal(1000, 6, true, rng);
  return {teacher_forced(model, eight), exact(model, eight), exact(model, six)};
}

}  // namespace
