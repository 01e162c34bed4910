#pragma once
#include <qkv/fit.h>

#include <memory>

#include "example.h"

// One network, in which only the part that lets places exchange something is exchanged: a convolution or attention. And its pictures.

constexpr Index across = 7, place_count = across * across, patch = 4, canvas = across * patch;  // 7 x 7 patches of 4 x 4 pixels
constexpr Index d = 16;

/// What lets places exchange something: x (B, 49, d) -> (B, 49, d).
struct Mixer : nn::Module {
  virtual ~Mixer() = default;
  virtual Tensor operator()(const Tensor& x) const = 0;
};

/// A window of 3 x 3. What does it see beyond the border: zeros, or the border once more?
struct Convolution : Mixer {
  nn::Conv2d conv;
  bool repeat_border;

  Convolution(bool repeat, Rng& rng) : conv(d, d, 3, rng), repeat_border(repeat) { adopt("conv", conv); }
  Tensor operator()(const Tensor& x) const override {
    Tensor picture = reshape(transpose(x), {x.size(0), d, across, across});
    for (Index axis : {2, 3}) {
      const Tensor first = slice(picture, axis, 0, 1), last = slice(picture, axis, across - 1, across);
      picture = concat({repeat_border ? first : zeros_like(first), picture, repeat_border ? last : zeros_like(last)}, axis);
    }
    return transpose(reshape(conv(picture), {x.size(0), d, place_count}));
  }
};

/// The weights are computed from the content.
struct ByContent : Mixer {
  nn::MultiheadAttention attention;

  explicit ByContent(Rng& rng) : attention(d, 4, rng) { adopt("attention", attention); }
  Tensor operator()(const Tensor& x) const override {
    nn::MultiheadMasks masks;
    masks.need_weights = false;
    return attention(x, masks).output;
  }
};

/// Nine heads that score by position alone, -a |p_j - p_i - c|^2, and learn where they look (c) and how sharply (a).
struct ByPlace : Mixer {
  Parameter centres, log_a;  // (9, 2), (9)
  nn::Linear merge;

  explicit ByPlace(Rng& rng)
      : centres(add_parameter("centres", randn({9, 2}, rng))), log_a(add_parameter("log_a", zeros({9}))), merge(9 * d, d, rng) {
    adopt("merge", merge);
  }
  /// (9, 49, 49)
  Tensor weights() const {
    static const Tensor p = places();
    const Tensor from_to = reshape(unsqueeze(p, 0) - unsqueeze(p, 1), {1, place_count, place_count, 2});  // p_j - p_i
    const Tensor off = from_to - reshape(centres, {9, 1, 1, 2});
    return softmax(-reshape(exp(log_a), {9, 1, 1}) * sum(off * off, -1));
  }
  Tensor operator()(const Tensor& x) const override {
    const Tensor heads = matmul(weights(), unsqueeze(x, 1));  // (B, 9, 49, d)
    return merge(reshape(permute(heads, {0, 2, 1, 3}), {x.size(0), place_count, 9 * d}));
  }
  static Tensor places() {
    Tensor p = zeros({place_count, 2});
    for (Index i = 0; i < place_count; ++i) p.set({i, 0}, static_cast<double>(i / across)), p.set({i, 1}, static_cast<double>(i % across));
    return p;
  }
};

enum class Kind { convolution, repeating_convolution, by_place, by_content, by_content_placed };

/// Patches, two blocks of mixing and a small network, the largest number of all places, ten scores. (B, 28, 28) -> (B, 10)
struct Classifier : nn::Module {
  nn::Linear in, out;
  nn::LearnedPosition positions;
  bool placed;
  std::vector<std::unique_ptr<Mixer>> mixers;
  std::vector<nn::Linear> wide, narrow;
  std::vector<nn::LayerNorm> norm1, norm2;

  Classifier(Kind kind, Rng& rng)
      : in(patch * patch, d, rng), out(d, 10, rng), positions(place_count, d, rng), placed(kind == Kind::by_content_placed) {
    // The small network is wider where mixing has fewer weights, so that the largest model has no more than 14 % above the smallest.
    const Index hidden = kind == Kind::convolution || kind == Kind::repeating_convolution || kind == Kind::by_place ? 24
                         : kind == Kind::by_content                                                                 ? 62
                                                                                                                    : 38;
    adopt("in", in), adopt("out", out);
    if (placed) adopt("positions", positions);
    for (Index i = 0; i < 2; ++i) {
      if (kind == Kind::convolution || kind == Kind::repeating_convolution)
        mixers.push_back(std::make_unique<Convolution>(kind == Kind::repeating_convolution, rng));
      else if (kind == Kind::by_place) mixers.push_back(std::make_unique<ByPlace>(rng));
      else mixers.push_back(std::make_unique<ByContent>(rng));
      wide.emplace_back(d, hidden, rng), narrow.emplace_back(hidden, d, rng), norm1.emplace_back(d), norm2.emplace_back(d);
      const std::string name = "blocks." + std::to_string(i) + ".";
      adopt(name + "mixer", *mixers[i]), adopt(name + "wide", wide[i]), adopt(name + "narrow", narrow[i]);
      adopt(name + "norm1", norm1[i]), adopt(name + "norm2", norm2[i]);
    }
  }
  Tensor operator()(const Tensor& pictures) const {
    Tensor x = in(transpose(unfold(unsqueeze(pictures, 1), patch, 1, 0, patch)));  // (B, 49, d)
    if (placed) x = positions(x);
    for (std::size_t i = 0; i < mixers.size(); ++i) {
      x = x + (*mixers[i])(norm1[i](x));
      x = x + narrow[i](relu(wide[i](norm2[i](x))));
    }
    return out(max(x, 1));
  }
};

// ---- Pictures

/// Half as high and half as wide: the mean of every 2 x 2 pixels. (N, 28, 28) -> (N, 14, 14)
inline Tensor halved(const Tensor& pictures) { return mean(reshape(pictures, {-1, 14, 2, 14, 2}), {2, 4}); }

/// Small pictures on a black canvas, down and to the right by these: (N, 14, 14) -> (N, 28, 28).
inline Tensor placed_at(const Tensor& small, const std::vector<Index>& down, const std::vector<Index>& right) {
  const Index count = small.size(0);
  Tensor large = zeros({count, canvas, canvas});
  for (Index n = 0; n < count; ++n)
    for (Index r = 0; r < 14; ++r)
      std::copy_n(small.data() + (n * 14 + r) * 14, 14, large.mutable_data() + (n * canvas + r + down[n]) * canvas + right[n]);
  return large;
}
inline Tensor placed_at(const Tensor& small, Index offset) {
  const std::vector<Index> all(small.size(0), offset);
  return placed_at(small, all, all);
}

// ---- One seed

struct Row {
  std::string name;
  Kind kind;
  bool everywhere;  // learns from pictures at 16 places, not at one
};
const std::vector<Row> rows{{"convolution, zeros around", Kind::convolution, false},
                            {"convolution, border repeated", Kind::repeating_convolution, false},
                            {"nine heads by place", Kind::by_place, false},
                            {"attention by content", Kind::by_content, false},
                            {"the same with positions", Kind::by_content_placed, false},
                            {"the same, taught at 16 places", Kind::by_content_placed, true}};
const std::vector<Index> shifts{0, 2, 4, 8};  // in pixels, down and to the right of where it was taught
constexpr Index home = patch;                 // one patch away from the upper left corner

/// The share of right answers for each row and shift, and how many numbers each row's model learns.
struct Run {
  std::vector<std::vector<double>> right;
  std::vector<Index> parameters;
};

inline Run one_seed(const datasets::ImageSet& train, const datasets::ImageSet& test, Index epochs, std::uint64_t seed) {
  const Tensor to_learn = halved(train.images), to_test = halved(test.images);
  Run run;
  for (const Row& row : rows) {
    Rng rng(seed);
    const Classifier model(row.kind, rng);
    std::vector<Index> down(to_learn.size(0), home), right = down;
    if (row.everywhere)
      for (std::size_t n = 0; n < down.size(); ++n) down[n] = patch * rng.below(4), right[n] = patch * rng.below(4);
    fit(model, placed_at(to_learn, down, right), train.labels, {epochs, 25, 0.01}, rng, [](double) {});
    run.parameters.push_back(model.parameter_count());
    run.right.emplace_back();
    for (Index shift : shifts)
      run.right.back().push_back(accuracy(scores_of(std::cref(model), placed_at(to_test, home + shift)), test.labels));
  }
  return run;
}
