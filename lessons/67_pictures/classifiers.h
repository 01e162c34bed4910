#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <memory>

// Two models that tell what a picture shows: patches and attention, and convolutions. Their sizes are the same to within a tenth.

using namespace qkv;

namespace {

constexpr Index width = 28, patch = 7, across = width / patch, patch_count = across * across;

struct Classifier : nn::Module {
  virtual ~Classifier() = default;
  virtual Tensor operator()(const Tensor& pictures) const = 0;  // (B, 28, 28) -> (B, 10)
};

/// A picture cut into 4 x 4 patches, each a word; a class token reads them all.  ViT, Dosovitskiy et al. 2021.
struct Patches : Classifier {
  nn::Linear in, out;
  Parameter token;  // (d)
  nn::LearnedPosition positions;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::LayerNorm norm;
  bool placed;  // false: nobody says where a patch was

  Patches(Index d, Index depth, Rng& rng, bool with_positions = true)
      : in(patch * patch, d, rng),
        out(d, 10, rng),
        token(add_parameter("token", randn({d}, rng, 0, 0.02))),
        positions(1 + patch_count, d, rng),
        norm(d),
        placed(with_positions) {
    nn::TransformerOptions options;
    options.norm_first = true;
    for (Index i = 0; i < depth; ++i) layers.emplace_back(d, 4, 2 * d, rng, options);
    adopt("in", in), adopt("positions", positions);
    for (Index i = 0; i < depth; ++i) adopt("layers." + std::to_string(i), layers[i]);
    adopt("norm", norm), adopt("out", out);
  }

  /// What a picture shows, and how much the class token looks at each patch, in the last layer, the mean of its heads: (B, 10), (B, 16).
  /// hidden (B, 16): patches that no one may look at.
  Attended look(const Tensor& pictures, const Mask& hidden = {}, bool need_weights = true) const {
    const Index batch = pictures.size(0);
    Tensor words = transpose(unfold(unsqueeze(pictures, 1), patch, 1, 0, patch));                     // (B, 16, 49)
    Tensor x = concat({expand(reshape(token, {1, 1, -1}), {batch, 1, token.size()}), in(words)}, 1);  // (B, 17, d)
    if (placed) x = positions(x);
    const nn::MultiheadMasks masks(with_token(hidden), {});
    Tensor weights;
    for (const nn::TransformerEncoderLayer& layer : layers) {
      if (need_weights && &layer == &layers.back()) weights = layer.self_attn(layer.norm1(x), masks).weights;  // (B, 17, 17)
      x = layer(x, masks);
    }
    if (need_weights) weights = slice(select(weights, 1, 0), 1, 1, 1 + patch_count);
    return {out(norm(select(x, 1, 0))), weights};
  }
  Tensor operator()(const Tensor& pictures) const override { return look(pictures, {}, false).output; }

 private:
  static Mask with_token(const Mask& hidden) {  // the token itself is never hidden
    if (hidden.empty()) return {};
    Mask mask({hidden.shape[0], 1 + patch_count}, std::vector<std::uint8_t>(hidden.shape[0] * (1 + patch_count)));
    for (std::size_t i = 0; i < hidden.hidden.size(); ++i) mask.hidden[i + i / patch_count + 1] = hidden.hidden[i];
    return mask;
  }
};

/// Three convolutions, each with half as many places and twice as many channels; then the mean of all places.
struct Convolutions : Classifier {
  nn::Conv2d first, second, third;
  nn::Linear out;

  Convolutions(Index channels, Rng& rng)
      : first(1, channels, 5, rng, halving(2)),
        second(channels, 2 * channels, 3, rng, halving(1)),
        third(2 * channels, 4 * channels, 3, rng, halving(1)),
        out(4 * channels, 10, rng) {
    adopt("first", first), adopt("second", second), adopt("third", third), adopt("out", out);
  }
  static nn::Conv2dOptions halving(Index padding) {
    nn::Conv2dOptions options;
    options.stride = 2, options.padding = padding;
    return options;
  }
  Tensor operator()(const Tensor& pictures) const override {
    return out(mean(relu(third(relu(second(relu(first(unsqueeze(pictures, 1))))))), {2, 3}));
  }
};

struct ClassifierTraining {
  Index epochs = 10, batch = 50;
  double lr = 1e-3;
};

void train(const Classifier& model, const Tensor& pictures, const Indices& labels, const ClassifierTraining& how, Rng& rng) {
  optim::AdamWOptions options;
  options.weight_decay = 0.05;
  optim::AdamW adam(model.parameters(), how.lr, options);
  const Index count = pictures.size(0), steps = how.epochs * datasets::Batches(count, how.batch).size();
  optim::CosineWithWarmup schedule(how.lr, std::min<Index>(20, steps / 2), steps);
  show::Progress progress(steps, "pictures");
  for (Index epoch = 0, step = 0; epoch < how.epochs; ++epoch)
    for (const std::vector<Index>& which : datasets::Batches(count, how.batch, rng)) {
      Tensor loss = cross_entropy(model(take_rows(pictures, which)), take_rows(labels, which));
      adam.zero_grad();
      loss.backward();
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
}

/// The share of test pictures that are nearest to the mean picture of their class: what one gets without any network.
double nearest_mean(const datasets::ImageSet& train, const datasets::ImageSet& test) {
  const auto flat = [](const datasets::ImageSet& set) { return reshape(set.images, {-1, width * width}); };
  Tensor members = transpose(one_hot(train.labels, 10));                                  // (10, N)
  Tensor means = matmul(members, flat(train)) / sum(members, 1, true);                    // (10, pixels)
  return accuracy(linear(flat(test), means, -0.5 * sum(means * means, 1)), test.labels);  // largest where |x - mean| is smallest
}

/// Which patches to hide in each of B pictures, one each.
enum class Hide { nothing, least, random, middle, most };

/// The share of right answers if one patch of each picture is hidden: chosen by the class token's weights, at random, or always one in the middle.
double right_without(const Patches& model, const datasets::ImageSet& test, Hide what, Rng& rng) {
  NoGrad no_graph;
  double right = 0;
  for (const std::vector<Index>& which : datasets::Batches(test.images.size(0), 500)) {
    const Tensor pictures = take_rows(test.images, which);
    const Index batch = pictures.size(0);
    Mask hidden;
    if (what != Hide::nothing) {
      hidden = Mask({batch, patch_count}, std::vector<std::uint8_t>(batch * patch_count));
      const Tensor weights = model.look(pictures).weights;
      const Indices most = argmax(weights, -1), least = argmin(weights, -1);
      for (Index n = 0; n < batch; ++n) {
        const Index middle[] = {5, 6, 9, 10}, chance = rng.below(patch_count);
        const Index chosen = what == Hide::most     ? most.values[n]
                             : what == Hide::least  ? least.values[n]
                             : what == Hide::middle ? middle[chance % 4]
                                                    : chance;
        hidden.hidden[n * patch_count + chosen] = 1;
      }
    }
    right += accuracy(model.look(pictures, hidden, false).output, take_rows(test.labels, which)) * static_cast<double>(batch);
  }
  return right / static_cast<double>(test.images.size(0));
}

/// Any picture as one of 28 x 28, light on dark as Fashion-MNIST has it: grey, shrunk to the means of its parts, turned around if its border is light.
Tensor as_clothing(const Tensor& image) {
  const Index rows = image.size(0), columns = image.size(1);
  Tensor grey = mean(image, 2), small = zeros({width, width});
  for (Index r = 0; r < width; ++r)
    for (Index c = 0; c < width; ++c) {
      const Index top = r * rows / width, left = c * columns / width;
      const Index bottom = std::max(top + 1, (r + 1) * rows / width), right = std::max(left + 1, (c + 1) * columns / width);
      small.set({r, c}, mean(slice(slice(grey, 0, top, bottom), 1, left, right)).item());
    }
  double border = 0;
  for (Index i = 0; i < width; ++i) border += small.at({0, i}) + small.at({width - 1, i}) + small.at({i, 0}) + small.at({i, width - 1});
  return border / (4 * width) > 0.5 ? 1 - small : small;
}

}  // namespace
