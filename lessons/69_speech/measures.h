#pragma once
#include "listeners.h"

// What is measured: wrong digits, where attention looks, and what the old way hears, which compares with stored clips.

namespace {

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

}  // namespace
