#pragma once
#include <qkv/io/resumable.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>

#include "digits.h"

// From sound to digits: an encoder that reads frames and a decoder that writes digits, with three ways to look back at the frames.

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

/// How many of the digits are wrong (edit distance over digits said), and how many sequences are right to the last digit.
struct Errors {
  double digits = 0, right = 0;
};
Errors errors_of(const Listener& model, const std::vector<Spoken>& spoken) {
  if (spoken.empty()) return {};
  double wrong = 0, said = 0, right = 0;
  for (const std::vector<Index>& which : datasets::Batches(static_cast<Index>(spoken.size()), 50)) {
    std::vector<Spoken> some;
    for (Index i : which) some.push_back(spoken[i]);
    const std::vector<std::vector<Index>> written = model.write(batch_of(some), 16);
    for (std::size_t i = 0; i < some.size(); ++i) {
      wrong += static_cast<double>(edit_distance(written[i], some[i].digits));
      said += static_cast<double>(some[i].digits.size());
      right += written[i] == some[i].digits;
    }
  }
  return {wrong / said, right / static_cast<double>(spoken.size())};
}

/// Each clip as a sequence of its own.
std::vector<Spoken> alone(const std::vector<Clip>& clips) {
  std::vector<Spoken> spoken;
  for (const Clip& clip : clips) {
    Tensor silence = full({5, bands}, log(1e-3));
    spoken.push_back({concat({silence, clip.frames, silence}, 0), {clip.digit}, {{5, 5 + clip.frames.size(0)}}});
  }
  return spoken;
}

/// The sound cut in two where it is silent for longest, in its middle half.
std::vector<Spoken> cut_in_two(const Spoken& spoken) {
  const Index length = spoken.frames.size(0);
  Index cut = length / 2, silent = 0, longest = 0;
  for (Index t = length / 4; t < 3 * length / 4; ++t) {
    silent = mean(select(spoken.frames, 0, t)).item() < log(1e-3) + 0.5 ? silent + 1 : 0;
    if (silent > longest) longest = silent, cut = t - silent / 2;
  }
  return {{slice(spoken.frames, 0, 0, cut), {}, {}}, {slice(spoken.frames, 0, cut, length), {}, {}}};
}

/// Wrong digits if each sound is cut in two, and both halves are written one after the other.
double wrong_if_cut(const Listener& model, const std::vector<Spoken>& spoken) {
  double wrong = 0, said = 0;
  for (const Spoken& one : spoken) {
    std::vector<Index> written;
    for (const Spoken& half : cut_in_two(one)) {
      const std::vector<Index> more = model.write(batch_of({half}), 16)[0];
      written.insert(written.end(), more.begin(), more.end());
    }
    wrong += static_cast<double>(edit_distance(written, one.digits));
    said += static_cast<double>(one.digits.size());
  }
  return wrong / said;
}

/// Does attention move from left to right, and does it look at the digit that it writes?
struct Monotone {
  double forward = 0;   // steps whose mean place lies behind that of the step before
  double on_digit = 0;  // the share of all weight that lies on the frames of the digit being written
};
Monotone monotone(const Listener& model, const std::vector<Spoken>& spoken) {
  NoGrad no_graph;
  const SpokenBatch batch = batch_of(spoken);
  const Tensor alpha = model(batch).weights;  // (B, L, S)
  double steps = 0, forward = 0, digits = 0, on_digit = 0;
  for (Index r = 0; r < alpha.size(0); ++r) {
    double before = -1;
    for (Index i = 0; i < static_cast<Index>(spoken[r].digits.size()); ++i) {
      const auto [first, end] = spoken[r].spans[i];
      double centre = 0;
      for (Index j = 0; j < alpha.size(2); ++j) {
        const double weight = alpha.at({r, i, j});
        centre += weight * static_cast<double>(j);
        if ((j + 1) * stacked > first && j * stacked < end) on_digit += weight;
      }
      ++digits;
      if (i > 0) ++steps, forward += centre > before;
      before = centre;
    }
  }
  return {forward / std::max(1.0, steps), on_digit / digits};
}

/// The old way (dynamic time warping, Sakoe and Chiba 1978): how far two spectra are apart if either may be slowed down anywhere. a (n, d), b (m, d).
double warped_distance(const Tensor& a, const Tensor& b) {
  const Index n = a.size(0), m = b.size(0), d = a.size(1);
  std::vector<double> row(m + 1, infinity);
  row[0] = 0;
  for (Index i = 0; i < n; ++i) {
    double diagonal = row[0];
    row[0] = infinity;
    for (Index j = 0; j < m; ++j) {
      const Scalar *x = a.data() + i * d, *y = b.data() + j * d;
      Scalar square = 0;
      for (Index k = 0; k < d; ++k) square += (x[k] - y[k]) * (x[k] - y[k]);
      const double best = std::min({diagonal, row[j], row[j + 1]});
      diagonal = row[j + 1];
      row[j + 1] = best + std::sqrt(static_cast<double>(square));
    }
  }
  return row[m] / static_cast<double>(n + m);
}

/// Every second frame, each without its mean: only the shape of the spectrum counts.
Tensor thinned(const Tensor& frames) {
  const Tensor some = slice(frames, 0, 0, frames.size(0), 2);
  return some - mean(some, 1, true);
}

/// The share of clips whose nearest template is of the same digit. Templates are the clips of eleven training voices.
double nearest_template(const std::vector<Clip>& train, const std::vector<Clip>& test) {
  std::vector<std::pair<Tensor, Index>> templates;
  const std::vector<Voice> all = by_voice(train);
  for (std::size_t i = 0; i < all.size(); i += std::max<std::size_t>(1, all.size() / 10))
    for (const Clip* clip : all[i]) templates.emplace_back(thinned(clip->frames), clip->digit);
  double right = 0;
  if (test.empty()) return 0;
  for (const Clip& clip : test) {
    const Tensor frames = thinned(clip.frames);
    double nearest = infinity;
    Index digit = -1;
    for (const auto& [each, of] : templates)
      if (const double distance = warped_distance(frames, each); distance < nearest) nearest = distance, digit = of;
    right += digit == clip.digit;
  }
  return right / static_cast<double>(test.size());
}

/// Sequences of so many digits by voices never heard: always the same.
std::vector<Spoken> spoken_test(const Digits& digits, Index length, Index count) {
  Rng rng(99);
  return random_spoken(by_voice(digits.test), count, length, length, rng);
}
/// Fifty clips of all, for a quick look.
std::vector<Clip> few(const std::vector<Clip>& clips) {
  std::vector<Clip> some;
  for (std::size_t i = 0; i < clips.size(); i += std::max<std::size_t>(1, clips.size() / 50)) some.push_back(clips[i]);
  return some;
}

const std::vector<Look> looks{Look::nowhere, Look::content, Look::location};
const std::vector<Index> lengths{1, 2, 4, 8};

/// All that is measured of a trained model.
struct Heard {
  Errors test, flite, people;   // digits alone
  std::vector<double> wrong;    // wrong digits at each of `lengths`
  double written_of_eight = 0;  // how many digits it writes, of eight
  double cut = 0;               // wrong digits of eight, if the sound is cut in two first
  Monotone four, eight;         // of sequences of four and of eight
};
Heard hear(const Listener& model, const Digits& digits, Index count) {
  Heard heard;
  heard.test = errors_of(model, alone(digits.test));
  heard.flite = errors_of(model, alone(digits.flite));
  heard.people = errors_of(model, alone(digits.people));
  for (Index length : lengths) heard.wrong.push_back(errors_of(model, spoken_test(digits, length, count)).digits);
  const std::vector<Spoken> long_ones = spoken_test(digits, 8, count);
  heard.cut = wrong_if_cut(model, std::vector<Spoken>(long_ones.begin(), long_ones.begin() + std::min<Index>(count, 100)));
  for (const std::vector<Index>& written :
       model.write(batch_of(std::vector<Spoken>(long_ones.begin(), long_ones.begin() + std::min<Index>(count, 50))), 16))
    heard.written_of_eight += static_cast<double>(written.size()) / static_cast<double>(std::min<Index>(count, 50));
  if (model(batch_of(spoken_test(digits, 1, 1))).weights.defined()) {
    heard.four = monotone(model, spoken_test(digits, 4, std::min<Index>(count, 50)));
    heard.eight = monotone(model, spoken_test(digits, 8, std::min<Index>(count, 50)));
  }
  return heard;
}

/// Three ways to look, each trained with so many seeds.
struct Trained {
  std::vector<std::unique_ptr<Listener>> first;  // of the first seed
  std::vector<std::vector<Heard>> heard;         // [look][seed]
};

Trained train_all(show::Lesson& lesson, const Digits& digits) {
  Trained trained;
  for (Look look : looks) {
    trained.heard.emplace_back();
    for (int i = 0; i < lesson.seeds(); ++i) {
      Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
      std::unique_ptr<Listener> model = new_listener(look, rng);
      const std::string saved =
          lesson.out_dir().empty() ? "" : lesson.out_dir() + "/69 " + name_of(look) + " " + std::to_string(i) + ".safetensors";
      train(*model, name_of(look), digits.train, lesson.quick() ? 50 : 1000, rng, saved);
      trained.heard.back().push_back(hear(*model, digits, lesson.quick() ? 20 : 200));
      if (i == 0) trained.first.push_back(std::move(model));
    }
  }
  return trained;
}

/// One number of each seed.
template <class Number>
std::vector<double> each(const std::vector<Heard>& seeds, Number number) {
  std::vector<double> result;
  for (const Heard& one : seeds) result.push_back(number(one));
  return result;
}

/// The map of one sequence: a row for each digit written and the end, a column for each 40 milliseconds; a column is named where a digit begins.
show::HeatMap map_of(const Listener& model, const Spoken& spoken, const std::string& title) {
  NoGrad no_graph;
  show::HeatMap map{select(model(batch_of({spoken})).weights, 0, 0), {}, {}, title};
  for (Index digit : spoken.digits) map.rows.push_back(digit_words[digit]);
  map.rows.push_back("end");
  map.columns.resize(static_cast<std::size_t>(map.values.size(1)));
  for (std::size_t i = 0; i < spoken.digits.size(); ++i) map.columns[spoken.spans[i].first / stacked] = digit_words[spoken.digits[i]];
  return map;
}

}  // namespace
