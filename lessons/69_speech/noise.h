#pragma once
#include "measures.h"

// Noise, and a network that takes it away: it gives every frequency of every frame a weight from 0 to 1.

namespace {

constexpr Index clean_length = 5120;  // samples: 0.64 seconds
enum class Noise { hiss, rumble, voices };
const std::vector<std::string> noise_names{"hiss", "rumble", "other voices"};

/// The sound cut, or continued with silence, to one length.
Tensor of_length(const Tensor& samples, Index length = clean_length) {
  if (samples.size() >= length) return slice(samples, 0, 0, length);
  return concat({samples, zeros({length - samples.size()})}, 0);
}

/// Noise as loud as a clip (root mean square 0.1): white; its low frequencies only; or three other voices that say digits.
Tensor make_noise(Noise kind, const std::vector<Clip>& clips, Rng& rng) {
  Tensor noise = zeros({clean_length});
  if (kind == Noise::voices)
    for (int i = 0; i < 3; ++i) {
      const Tensor first = clips[rng.below(static_cast<Index>(clips.size()))].sound.samples,
                   second = clips[rng.below(static_cast<Index>(clips.size()))].sound.samples;
      noise = noise + of_length(concat({slice(first, 0, rng.below(first.size() / 2), first.size()), second}, 0));
    }
  else {
    double level = 0;
    for (Index i = 0; i < clean_length; ++i) {
      level = kind == Noise::rumble ? 0.95 * level + rng.normal() : rng.normal();
      noise.set({i}, level);
    }
  }
  return noise * (0.1 / sqrt(mean(noise * noise).item()));
}

/// A clip, noise and both together, as samples and as waves of frames.
struct Mixture {
  Tensor clean, noise;              // (5120)
  Tensor clean_waves, noisy_waves;  // (T, 2 * 129)
};
const datasets::Spectrum& mask_spectrum() {
  static const datasets::Spectrum spectrum(256, 128);
  return spectrum;
}
/// The noise is as loud as the voice, or `louder` decibels louder.
Mixture mix(const Clip& clip, Noise kind, const std::vector<Clip>& others, Rng& rng, double louder = 0) {
  Mixture mixture{of_length(clip.sound.samples), make_noise(kind, others, rng) * pow(10, louder / 20), {}, {}};
  mixture.clean_waves = mask_spectrum()(mixture.clean);
  mixture.noisy_waves = mixture.clean_waves + mask_spectrum()(mixture.noise);  // the transform is linear
  return mixture;
}

/// What the mask is made from: each frame alone, all frames by self-attention, or all frames by a GRU in both directions.
enum class Filter { frame, attention, gru };
const char* name_of(Filter filter) {
  return filter == Filter::frame ? "each frame alone" : filter == Filter::attention ? "self-attention" : "GRU";
}

struct Masker : nn::Module {
  Filter filter;
  nn::Linear in;  // 129 loudnesses -> 64
  nn::TransformerEncoderLayer attention;
  nn::GRU gru;
  nn::Linear middle, out;

  Masker(Filter how, Rng& rng)
      : filter(how),
        in(129, 64, rng),
        attention(64, 4, 128, rng, before()),
        gru(64, 32, rng, both()),
        middle(64, 128, rng),
        out(how == Filter::frame ? 128 : 64, 129, rng) {
    adopt("in", in);
    if (filter == Filter::attention) adopt("attention", attention);
    if (filter == Filter::gru) adopt("gru", gru);
    if (filter == Filter::frame) adopt("middle", middle);
    adopt("out", out);
  }
  static nn::TransformerOptions before() {
    nn::TransformerOptions options;
    options.norm_first = true;
    return options;
  }
  static nn::RecurrentOptions both() {
    nn::RecurrentOptions options;
    options.bidirectional = true;
    return options;
  }

  /// Waves of noisy frames (B, T, 2 * 129) -> a weight for each frequency (B, T, 129).
  Tensor operator()(const Tensor& noisy) const {
    Tensor x = relu(in((log(datasets::power(noisy) + 1e-3) + 1) * 0.4));
    if (filter == Filter::attention) x = attention(x + nn::sinusoidal_encoding(x.size(1), 64));
    if (filter == Filter::gru) x = gru(x).output;
    if (filter == Filter::frame) x = relu(middle(x));
    return sigmoid(out(x));
  }
};

/// mask * waves, the same weight for the cosine and the sine of a frequency.
Tensor masked(const Tensor& mask, const Tensor& waves) { return concat({mask, mask}, -1) * waves; }

/// Trains on fresh mixtures, 16 a step, to bring mask * noisy near clean. Returns the seconds.
void train(const Masker& model, const std::vector<Clip>& clips, Index steps, Rng& rng) {
  optim::Adam adam(model.parameters(), 0.003);
  optim::Cosine schedule(0.003, steps);
  show::Progress progress(steps, name_of(model.filter));
  for (Index step = 0; step < steps; ++step) {
    Tensors noisy, clean;
    for (int i = 0; i < 16; ++i) {
      const Mixture mixture = mix(clips[rng.below(static_cast<Index>(clips.size()))], static_cast<Noise>(rng.below(3)), clips, rng);
      noisy.push_back(mixture.noisy_waves);
      clean.push_back(mixture.clean_waves);
    }
    const Tensor heard = stack(noisy);
    Tensor loss = mse_loss(masked(model(heard), heard), stack(clean));
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(model.parameters(), 1);
    adam.lr = schedule.lr(step);
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

/// How much louder the wanted sound is than what is wrong with it, in decibels: 10 log10(sum s^2 / sum (s - heard)^2). 0: equally loud; 10: ten
/// times the power.
double decibels(const Tensor& wanted, const Tensor& heard) {
  const Tensor wrong = wanted - heard;
  return 10 * std::log10(sum(wanted * wanted).item() / std::max<double>(1e-12, sum(wrong * wrong).item()));
}

using MaskOf = std::function<Tensor(const Mixture&)>;  // -> (T, 129)

/// The best weight from 0 to 1 that any network could give: it knows the clean sound.
Tensor best_mask(const Mixture& mixture) {
  const Tensors clean = chunk(mixture.clean_waves, 2, -1), noisy = chunk(mixture.noisy_waves, 2, -1);
  return clamp((clean[0] * noisy[0] + clean[1] * noisy[1]) / (datasets::power(mixture.noisy_waves) + 1e-9), 0, 1);
}

/// The sound behind a mask.
Tensor cleaned(const Mixture& mixture, const Tensor& mask) {
  return mask_spectrum().inverse(masked(mask, mixture.noisy_waves), clean_length);
}

/// What one can do without looking: for each frequency the weight that is best on average, over all kinds of noise (Wiener 1949).  -> (129)
Tensor fixed_mask(const std::vector<Clip>& clips, Index count) {
  Rng rng(3);
  Tensor right = zeros({129}), all = zeros({129});
  for (Index i = 0; i < count; ++i) {
    const Mixture mixture = mix(clips[rng.below(static_cast<Index>(clips.size()))], static_cast<Noise>(i % 3), clips, rng);
    const Tensors clean = chunk(mixture.clean_waves, 2, -1), noisy = chunk(mixture.noisy_waves, 2, -1);
    right = right + sum(clean[0] * noisy[0] + clean[1] * noisy[1], 0);
    all = all + sum(datasets::power(mixture.noisy_waves), 0);
  }
  return clamp(right / all, 0, 1);
}

/// What a way of masking comes to.
struct Cleaning {
  double gain[3] = {};  // decibels, for each kind of noise
  double right = 0;     // of the digits, as the listener hears them behind the mask
};
/// `count` clips with each kind of noise, always the same; without a way: the clean clips.
Cleaning clean_all(const MaskOf& way, const Listener& listener, const std::vector<Clip>& clips, Index count) {
  NoGrad no_graph;
  Cleaning result;
  const datasets::LogMel log_mel(hertz, bands);
  std::vector<Clip> heard;
  Rng rng(11);
  for (Index kind = 0; kind < 3; ++kind)
    for (Index i = 0; i < count; ++i) {
      const Clip& clip = clips[rng.below(static_cast<Index>(clips.size()))];
      const Mixture mixture = mix(clip, static_cast<Noise>(kind), clips, rng);
      const Tensor sound = way ? cleaned(mixture, way(mixture)) : mixture.clean;
      if (way)
        result.gain[kind] +=
            (decibels(mixture.clean, sound) - decibels(mixture.clean, mixture.clean + mixture.noise)) / static_cast<double>(count);
      heard.push_back({clip.voice, clip.digit, {sound, hertz}, log_mel({sound, hertz})});
    }
  result.right = errors_of(listener, alone(heard)).right;
  return result;
}

/// All ways to make a mask, the three networks trained.
struct Ways {
  Tensor fixed;
  std::vector<std::unique_ptr<Masker>> maskers;
  std::vector<std::pair<std::string, MaskOf>> all;

  Ways(const std::vector<Clip>& clips, Index steps, std::uint64_t seed) : fixed(fixed_mask(clips, 200)) {
    const Index frames = mask_spectrum().frame_count(clean_length);
    all.emplace_back("nothing", [frames](const Mixture&) { return ones({frames, 129}); });
    all.emplace_back("one weight a frequency", [this, frames](const Mixture&) { return expand(fixed, {frames, 129}); });
    for (Filter filter : {Filter::frame, Filter::attention, Filter::gru}) {
      Rng rng(seed);
      maskers.push_back(std::make_unique<Masker>(filter, rng));
      train(*maskers.back(), clips, steps, rng);
      all.emplace_back(name_of(filter), [masker = maskers.back().get()](const Mixture& mixture) {
        return select((*masker)(unsqueeze(mixture.noisy_waves, 0)), 0, 0);
      });
    }
    all.emplace_back("best possible mask", best_mask);
  }
  Ways(const Ways&) = delete;
};

}  // namespace
