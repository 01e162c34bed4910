#pragma once
#include <qkv/datasets/sound.h>

// Which frequencies a sound has, and when. The Fourier transform is a matrix, so it is a matrix product like any other here: no library, and a
// gradient for free.

namespace qkv::datasets {

/// The short-time Fourier transform. A sound is cut into frames of `width` samples, a new one every `hop` samples; each is multiplied by a
/// Hann window w_n = (1 - cos(2 pi (n + 1/2) / width)) / 2, which fades it in and out; and frequency k of a frame is two numbers,
///     C_k = sum_n w_n x_n cos(2 pi k n / width),   S_k = sum_n w_n x_n sin(2 pi k n / width),   k = 0 ... width / 2.
/// Frequency k is k rate / width waves a second (Hz).
struct Spectrum {
  const Index width, hop, bins;
  const Tensor window;  ///< (width)
  const Tensor waves;   ///< (2 bins, width): the cosines, then the sines

  /// Throws Error unless 1 <= hop <= width / 2.
  Spectrum(Integer width, Integer hop);

  /// How many frames n samples make: enough that each sample lies in width / hop of them; the sound is continued with silence on both sides.
  Index frame_count(Index n) const;
  /// samples (N) -> the frames under their window (T, width).
  Tensor frames(const Tensor& samples) const;
  /// samples (N) -> (T, 2 bins): C_0 ... C_bins-1, S_0 ... S_bins-1 of each frame.
  Tensor operator()(const Tensor& samples) const;
  /// The way back: (T, 2 bins) -> `length` samples. Each frame is rebuilt from its waves; where frames overlap, the mean of what they say
  /// counts, weighted by the square of the window (Griffin and Lim 1984, eq. 6). What operator() gave comes back as it was. Records no graph.
  Tensor inverse(const Tensor& waves_of_frames, Integer length) const;

 private:
  Tensor to_frames_;  // (width, 2 bins), the inverse of `waves` for a single frame
};

/// C^2 + S^2: how loud each frequency is, whatever its phase.  (T, 2 bins) -> (T, bins).
Tensor power(const Tensor& waves_of_frames);

/// Triangles that are equally wide for the ear, mel = 2595 log10(1 + Hz / 700): band m rises from the centre of band m - 1 to its own, and
/// falls to that of m + 1; its weights sum to 1.  -> (bands, bins).  Stevens, Volkmann and Newman 1937; O'Shaughnessy 1987.
/// Throws Error unless 0 <= low < high, and each band has a frequency.
Tensor mel_filters(Integer bands, Integer bins, double hertz_per_bin, double low, double high);

/// What the speech models read: log(power in mel bands + floor), at 100 frames of 25 milliseconds a second.  sound -> (T, bands).
struct LogMel {
  const Index rate;
  const Spectrum spectrum;
  const Tensor filters;  ///< (bands, bins)
  const double floor;

  explicit LogMel(Integer rate, Integer bands = 24, double low = 60, double high = 3800, double floor = 1e-3);
  /// Throws Error if the sound has another rate.
  Tensor operator()(const Sound& sound) const;
};

}  // namespace qkv::datasets
