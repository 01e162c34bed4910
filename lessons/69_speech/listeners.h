#pragma once
#include <qkv/io/resumable.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include "digits.h"

// From sound to digits: an encoder that reads frames and a decoder that writes digits, with three ways to look back at the frames; and how they
// are trained.

namespace {

constexpr Index start_mark = 2, end_mark = 3, first_digit = 4,
                marks = 14;   // as in datasets::SentenceVocabulary: 0 is no mark, 1 an unknown one
constexpr Index stacked = 4;  // four frames, 40 milliseconds, make one place of the memory

/// Several sequences, filled up with silence to one length.
struct SpokenBatch {
  Tensor frames;          // (B, S, 4 * 24)
  Mask padding;           // (B, S)
  Indices input, target;  // (B, L): start and the digits; the digits and the end, then 0
};

SpokenBatch batch_of(const std::vector<Spoken>& spoken, Rng* tilt = nullptr) {
  const Index rows = static_cast<Index>(spoken.size());
  Index longest = 0, digits = 0;
  for (const Spoken& one : spoken) {
    longest = std::max(longest, (one.frames.size(0) + stacked - 1) / stacked);
    digits = std::max(digits, static_cast<Index>(one.digits.size()));
  }
  SpokenBatch batch;
  batch.frames = full({rows, longest * stacked, bands}, log(1e-3));
  batch.input = Indices({rows, digits + 1}, std::vector<Index>(rows * (digits + 1), 0));
  batch.target = batch.input;
  std::vector<Index> lengths;
  Scalar* to = batch.frames.mutable_data();
  for (Index r = 0; r < rows; ++r) {
    const Spoken& one = spoken[r];
    lengths.push_back((one.frames.size(0) + stacked - 1) / stacked);
    std::copy(one.frames.data(), one.frames.data() + one.frames.size(), to + r * longest * stacked * bands);
    // Another microphone: louder or softer, and brighter or duller. Training on such changes makes a model that does not mind them.
    const double louder = tilt ? tilt->normal(0, 0.7) : 0, brighter = tilt ? tilt->normal(0, 0.7) : 0;
    for (Index i = 0; i < longest * stacked * bands; ++i) {
      Scalar& number = to[r * longest * stacked * bands + i];
      number += static_cast<Scalar>(louder + brighter * static_cast<double>(i % bands - bands / 2) / (bands / 2));
      number = (std::max<Scalar>(number, -7) + 2) / 3;  // about -1.5 to 2
    }
    batch.input.values[r * (digits + 1)] = start_mark;
    for (std::size_t i = 0; i < one.digits.size(); ++i) {
      batch.input.values[r * (digits + 1) + static_cast<Index>(i) + 1] = first_digit + one.digits[i];
      batch.target.values[r * (digits + 1) + static_cast<Index>(i)] = first_digit + one.digits[i];
    }
    batch.target.values[r * (digits + 1) + static_cast<Index>(one.digits.size())] = end_mark;
  }
  batch.frames = reshape(batch.frames, {rows, longest, stacked * bands});
  batch.padding = padding_mask(lengths, longest);
  return batch;
}

/// How the decoder sees the frames: only what the encoder had at the end; additive attention; additive attention that is also told where it
/// looked before.
enum class Look { nowhere, content, location };
const char* name_of(Look look) { return look == Look::nowhere ? "no attention" : look == Look::content ? "attention" : "location-aware"; }

/// What all three have: frames go in, the scores of digits come out. 64 numbers in each direction.
struct Listener : nn::Module {
  static constexpr Index width = 64;
  nn::Encoder encoder;  // (B, S, 4 * 24) -> memory (B, S, 128)

  explicit Listener(Rng& rng) : encoder(add_module("encoder", nn::Encoder(stacked * bands, width, rng))) {}
  virtual ~Listener() = default;

  /// Told the right digit before each step (teacher forcing): scores (B, L, 14), and weights (B, L, S) if it has any.
  virtual Attended operator()(const SpokenBatch& batch) const = 0;
  /// For writing: a function from the marks written last (B, 1) to the scores of the next (B, 14). It remembers what it did.
  virtual std::function<Tensor(const Indices&)> writer(const SpokenBatch& batch) const = 0;

  /// Writes digits, each time the likeliest, until the end mark or `most` of them.
  std::vector<std::vector<Index>> write(const SpokenBatch& batch, Index most) const {
    NoGrad no_graph;
    const std::function<Tensor(const Indices&)> next = writer(batch);
    const Index rows = batch.frames.size(0);
    std::vector<std::vector<Index>> result(rows);
    std::vector<bool> done(rows);
    Indices last({rows, 1}, std::vector<Index>(rows, start_mark));
    for (Index i = 0; i < most; ++i) {
      last.values = argmax(next(last)).values;
      for (Index r = 0; r < rows; ++r) {
        if (last.values[r] < first_digit) done[r] = true;
        if (!done[r]) result[r].push_back(last.values[r] - first_digit);
      }
      if (std::all_of(done.begin(), done.end(), [](bool each) { return each; })) break;
    }
    return result;
  }
};

/// The library's decoder, with attention or without.
struct PlainListener : Listener {
  nn::Decoder decoder;

  PlainListener(Flag attention, Rng& rng)
      : Listener(rng), decoder(add_module("decoder", nn::Decoder(marks, 32, 2 * width, 2 * width, rng, options(attention)))) {}
  static nn::DecoderOptions options(Flag attention) {
    nn::DecoderOptions chosen;
    chosen.attention = attention;
    return chosen;
  }

  Attended operator()(const SpokenBatch& batch) const override {
    nn::DecoderState state = decoder.begin(encoder(batch.frames, batch.padding));
    const nn::Decoded decoded = decoder(batch.input, state);
    return {decoder.logits(decoded.output), decoded.weights};
  }
  std::function<Tensor(const Indices&)> writer(const SpokenBatch& batch) const override {
    return [this, state = decoder.begin(encoder(batch.frames, batch.padding))](const Indices& last) mutable {
      return select(decoder.logits(decoder(last, state).output), 1, 0);
    };
  }
};

/// A decoder that knows where it looked. Two things are fed back: the context of the step before, into the GRU; and the weights of the step
/// before and the sum of all weights so far, into the scores (Chorowski et al. 2015, eq. 8 and 9):
///     f = convolution of (alpha, sum of alpha),   e_j = v . tanh(W1 h + W2 m_j + W3 f_j)
struct LocatingListener : Listener {
  nn::Embedding written;
  nn::GRU gru;  // a step at a time
  nn::Linear start, W1, W2, W3;
  nn::Conv1d near;  // sees seven places on either side
  Parameter v;
  nn::Linear read;

  explicit LocatingListener(Rng& rng)
      : Listener(rng),
        written(add_module("written", nn::Embedding(marks, 32, rng))),
        gru(add_module("gru", nn::GRU(32 + 2 * width, 2 * width, rng))),
        start(add_module("start", nn::Linear(2 * width, 2 * width, rng))),
        W1(add_module("W1", nn::Linear(2 * width, 2 * width, rng, false))),
        W2(add_module("W2", nn::Linear(2 * width, 2 * width, rng, false))),
        W3(add_module("W3", nn::Linear(8, 2 * width, rng, false))),
        near(add_module("near", nn::Conv1d(2, 8, 15, rng, around()))),
        v(add_parameter("v", nn::fan_in_uniform({2 * width}, 2 * width, rng))),
        read(add_module("read", nn::Linear(4 * width, marks, rng))) {}
  static nn::Conv1dOptions around() {
    nn::Conv1dOptions options;
    options.padding = 7;
    return options;
  }

  struct State {
    nn::Memory memory;
    Tensor keys, h, context;  // (B, S, 128), (B, 128), (B, 128)
    Tensor alpha, covered;    // (B, S): the last weights, and the sum of all so far
  };
  State begin(const SpokenBatch& batch) const {
    State state{encoder(batch.frames, batch.padding), {}, {}, {}, {}, {}};
    state.keys = W2(state.memory.states);
    state.h = tanh(start(state.memory.summary));
    state.context = zeros(state.h.shape());
    state.alpha = state.covered = zeros({batch.frames.size(0), batch.frames.size(1)});
    return state;
  }
  /// Marks written last (B) -> the scores of the next (B, 14).
  Tensor step(const Indices& last, State& state) const {
    state.h = nn::gru_step(concat({written(last), state.context}, 1), state.h, gru.cells[0]);
    Tensor f = transpose(near(stack({state.alpha, state.covered}, 1)));                        // (B, S, 8)
    Tensor e = squeeze(additive_scores(unsqueeze(W1(state.h), 1), state.keys + W3(f), v), 1);  // (B, S)
    state.alpha = softmax(masked_fill(e, state.memory.padding, -infinity));
    state.covered = state.covered + state.alpha;
    state.context = squeeze(matmul(unsqueeze(state.alpha, 1), state.memory.states), 1);
    return read(concat({state.h, state.context}, 1));
  }

  Attended operator()(const SpokenBatch& batch) const override {
    State state = begin(batch);
    const Index rows = batch.input.shape[0], steps = batch.input.shape[1];
    Tensors scores, weights;
    for (Index i = 0; i < steps; ++i) {
      Indices last({rows}, std::vector<Index>(rows));
      for (Index r = 0; r < rows; ++r) last.values[r] = batch.input.values[r * steps + i];
      scores.push_back(step(last, state));
      weights.push_back(state.alpha);
    }
    return {stack(scores, 1), stack(weights, 1)};
  }
  std::function<Tensor(const Indices&)> writer(const SpokenBatch& batch) const override {
    return [this, state = begin(batch)](const Indices& last) mutable { return step(Indices({last.shape[0]}, last.values), state); };
  }
};

std::unique_ptr<Listener> new_listener(Look look, Rng& rng) {
  if (look == Look::location) return std::make_unique<LocatingListener>(rng);
  return std::make_unique<PlainListener>(look == Look::content, rng);
}

/// Sequences of 1 to `longest` digits, each of a random voice.
std::vector<Spoken> random_spoken(const std::vector<Voice>& voices, Index rows, Index shortest, Index longest, Rng& rng) {
  std::vector<Spoken> spoken;
  for (Index r = 0; r < rows; ++r)
    spoken.push_back(say_digits(voices[rng.below(static_cast<Index>(voices.size()))], shortest + rng.below(longest - shortest + 1), rng));
  return spoken;
}

/// Trains on fresh sequences of 1 to 4 digits, 32 a step. Ctrl-C saves in the file `saved`, if one is named.
void train(Listener& model, const char* name, const std::vector<Clip>& clips, Index steps, Rng& rng, const std::string& saved = "") {
  constexpr Index round = 25;
  const std::vector<Voice> voices = by_voice(clips);
  optim::Adam adam(model.parameters(), 0.002);
  optim::CosineWithWarmup schedule(0.002, steps / 20, steps);
  show::Progress progress(steps, name);
  for (io::Resumable run(saved, model, adam, rng); run.next(steps / round);)
    for (Index step = run.step() * round; step < (run.step() + 1) * round; ++step) {
      const SpokenBatch batch = batch_of(random_spoken(voices, 32, 1, 4, rng), &rng);
      CrossEntropyOptions no_padding_counts;
      no_padding_counts.ignore_index = 0;
      Tensor loss = cross_entropy(transpose(model(batch).output), batch.target, no_padding_counts);
      adam.zero_grad();
      loss.backward();
      optim::clip_grad_norm(model.parameters(), 1);
      adam.lr = schedule.lr(step);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
}

}  // namespace
