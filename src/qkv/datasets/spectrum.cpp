#include <qkv/datasets/spectrum.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/convolution.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::datasets {
namespace {

constexpr double pi = 3.14159265358979323846;

Index checked_width(Index width, Index hop) {
  require(hop >= 1 && 2 * hop <= width, "Spectrum: width ", width, ", hop ", hop, ": the hop must be from 1 to half the width");
  return width;
}

Tensor hann(Index width) {
  Tensor window = zeros({width});
  for (Index n = 0; n < width; ++n)
    window.set({n}, 0.5 - 0.5 * std::cos(2 * pi * (static_cast<double>(n) + 0.5) / static_cast<double>(width)));
  return window;
}

/// The angle 2 pi k n / width; k n is reduced first, so that large products stay exact.
double angle(Index k, Index n, Index width) { return 2 * pi * static_cast<double>(k * n % width) / static_cast<double>(width); }

Tensor cosines_and_sines(Index bins, Index width) {
  Tensor waves = zeros({2 * bins, width});
  for (Index k = 0; k < bins; ++k)
    for (Index n = 0; n < width; ++n) {
      waves.set({k, n}, std::cos(angle(k, n, width)));
      waves.set({bins + k, n}, std::sin(angle(k, n, width)));
    }
  return waves;
}

double mel_of(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertz_of(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

}  // namespace

Spectrum::Spectrum(Integer frame_width, Integer frame_hop)
    : width(checked_width(frame_width, frame_hop)),
      hop(frame_hop),
      bins(width / 2 + 1),
      window(hann(width)),
      waves(cosines_and_sines(bins, width)),
      to_frames_(transpose(waves)) {
  // x_n = 1/width sum_k over all width frequencies; those above width / 2 are mirror images of those below, so these count twice.
  Tensor scale = full({2 * bins}, 2.0 / static_cast<double>(width));
  const auto counts_once = [&](Index k) {
    scale.set({k}, 1.0 / static_cast<double>(width));
    scale.set({bins + k}, 1.0 / static_cast<double>(width));
  };
  counts_once(0);
  if (width % 2 == 0) counts_once(bins - 1);
  to_frames_ = to_frames_ * scale;
}

Index Spectrum::frame_count(Index n) const { return (n + width - hop - 1) / hop + 1; }

Tensor Spectrum::frames(const Tensor& samples) const {
  require(samples.rank() == 1 && samples.size() >= 1, "Spectrum: samples ", samples.shape(), ": must be (N), at least one");
  const Index n = samples.size(), count = frame_count(n), before = width - hop, after = (count - 1) * hop + width - before - n;
  Tensor padded = concat({zeros({before}), samples, zeros({after})}, 0);
  Tensor columns = unfold(reshape(padded, {1, 1, 1, padded.size()}), {1, width}, 1, 0, {1, hop});  // (1, width, T)
  return transpose(squeeze(columns, 0)) * window;
}

Tensor Spectrum::operator()(const Tensor& samples) const { return linear(frames(samples), waves); }

Tensor Spectrum::inverse(const Tensor& waves_of_frames, Integer length) const {
  require(length >= 1 && waves_of_frames.shape() == Shape{frame_count(length), 2 * bins}, "Spectrum: inverse of ", waves_of_frames.shape(),
          " to ", length, " samples: must be (", frame_count(length), ", ", 2 * bins, ")");
  NoGrad no_graph;
  Tensor rebuilt = linear(waves_of_frames, to_frames_);  // (T, width)
  std::vector<double> sum(static_cast<std::size_t>(length)), weight(static_cast<std::size_t>(length));
  for (Index t = 0; t < rebuilt.size(0); ++t)
    for (Index n = 0; n < width; ++n) {
      const Index at = t * hop + n - (width - hop);
      if (at < 0 || at >= length) continue;
      const double w = window.data()[n];
      sum[static_cast<std::size_t>(at)] += w * static_cast<double>(rebuilt.data()[t * width + n]);
      weight[static_cast<std::size_t>(at)] += w * w;
    }
  Tensor samples = zeros({length});
  for (Index i = 0; i < length; ++i) samples.set({i}, sum[static_cast<std::size_t>(i)] / weight[static_cast<std::size_t>(i)]);
  return samples;
}

Tensor power(const Tensor& waves_of_frames) {
  const Tensors parts = chunk(waves_of_frames, 2, -1);
  return parts[0] * parts[0] + parts[1] * parts[1];
}

Tensor mel_filters(Integer bands, Integer bins, double hertz_per_bin, double low, double high) {
  require(bands >= 1 && bins >= 1 && hertz_per_bin > 0 && low >= 0 && low < high, "mel_filters: ", bands, " bands of ", bins,
          " frequencies from ", low, " to ", high, " Hz: must be at least one of each, and low below high");
  const double step = (mel_of(high) - mel_of(low)) / static_cast<double>(bands + 1);
  Tensor filters = zeros({bands, bins});
  for (Index m = 0; m < bands; ++m) {
    const double left = hertz_of(mel_of(low) + step * static_cast<double>(m)),
                 centre = hertz_of(mel_of(low) + step * static_cast<double>(m + 1)),
                 right = hertz_of(mel_of(low) + step * static_cast<double>(m + 2));
    std::vector<double> weights;
    double sum = 0;
    for (Index k = 0; k < bins; ++k) {
      const double hertz = hertz_per_bin * static_cast<double>(k);
      weights.push_back(std::max(0.0, std::min((hertz - left) / (centre - left), (right - hertz) / (right - centre))));
      sum += weights.back();
    }
    require(sum > 0, "mel_filters: band ", m, ", from ", left, " to ", right, " Hz, has no frequency: fewer bands, or a wider frame");
    for (Index k = 0; k < bins; ++k) filters.set({m, k}, weights[static_cast<std::size_t>(k)] / sum);
  }
  return filters;
}

LogMel::LogMel(Integer sound_rate, Integer bands, double low, double high, double least)
    : rate(sound_rate),
      spectrum(rate / 40, rate / 100),
      filters(mel_filters(bands, spectrum.bins, static_cast<double>(rate) / static_cast<double>(spectrum.width), low, high)),
      floor(least) {}

Tensor LogMel::operator()(const Sound& sound) const {
  require(sound.rate == rate, "LogMel: the sound has ", sound.rate, " samples a second: must be ", rate);
  return log(linear(power(spectrum(sound.samples)), filters) + floor);
}

}  // namespace qkv::datasets
