#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>

#include <algorithm>

// Sections 7 to 9: made-up pictures of fifty patches. In those of ill people one patch is a lesion.

using namespace qkv;

constexpr Index n_patches = 50, n_features = 8;

/// Where the marks of a hospital stand: none anywhere, on the pictures that go with illness, or on half of all whatever they show.
enum class Marks { none, with_illness, anywhere };

/// Every patch is eight random numbers. A lesion adds 2.5 to the first two of them, a mark 4 to the last two.
struct Slides {
  Tensor patches;                   // (N, 50, 8)
  Indices ill;                      // (N): 0 or 1
  std::vector<Index> lesion, mark;  // which patch; -1: none

  Slides(Index count, double share_ill, Marks marks, Rng& rng)
      : patches(randn({count, n_patches, n_features}, rng)), ill({count}, std::vector<Index>(count)) {
    lesion.assign(count, -1), mark = lesion;
    for (Index n = 0; n < count; ++n) {
      ill.values[n] = rng.uniform() < share_ill;
      const std::vector<Index> places = rng.permutation(n_patches);
      if (ill.values[n]) add(n, lesion[n] = places[0], 0, 2.5);
      const double marked = marks == Marks::none ? 0 : marks == Marks::anywhere ? 0.5 : ill.values[n] ? 0.9 : 0.1;
      if (rng.uniform() < marked) add(n, mark[n] = places[1], n_features - 2, 4);
    }
  }

 private:
  void add(Index n, Index patch, Index feature, double amount) const {
    for (Index f : {feature, feature + 1}) patches.set({n, patch, f}, patches.at({n, patch, f}) + amount);
  }
};

enum class Pool { mean, max, attention };

/// Each patch through a small network, then fifty become one, then a score for healthy and for ill.
struct SlideModel : nn::Module {
  Pool pool;
  nn::Linear patch, score, v, out;

  SlideModel(Pool pool_, Rng& rng) : pool(pool_), patch(n_features, 16, rng), score(16, 16, rng), v(16, 1, rng, false), out(16, 2, rng) {
    adopt("patch", patch);
    if (pool == Pool::attention) adopt("score", score), adopt("v", v);
    adopt("out", out);
  }
  /// (N, 50, 8) -> what one patch is to the answer: (N, 16) and the weights (N, 50), where there are any.
  Attended attend(const Tensor& patches) const {
    Tensor h = relu(patch(patches));
    if (pool == Pool::mean) return {mean(h, 1), {}};
    if (pool == Pool::max) return {max(h, 1), {}};
    Tensor alpha = softmax(squeeze(v(tanh(score(h))), 2));
    return {squeeze(matmul(unsqueeze(alpha, 1), h), 1), alpha};
  }
  Tensor operator()(const Tensor& patches) const { return out(attend(patches).output); }
};

inline SlideModel trained_on(const Slides& slides, Pool pool, Index epochs, std::uint64_t seed) {
  Rng rng(seed);
  SlideModel model(pool, rng);
  fit(model, slides.patches, slides.ill, {epochs, 50, 0.01}, rng, [](double) {});
  return model;
}

/// The mean weight on these patches, over the slides that have one.
inline double weight_on(const Tensor& alpha, const std::vector<Index>& where, const std::vector<Index>& also = {}) {
  double sum = 0, count = 0;
  for (std::size_t n = 0; n < where.size(); ++n)
    if (where[n] >= 0 && (also.empty() || also[n] >= 0)) sum += alpha.at({static_cast<Index>(n), where[n]}), ++count;
  return sum / count;
}
/// How often the largest weight lies there.
inline double top_on(const Tensor& alpha, const std::vector<Index>& where) {
  const Indices top = argmax(alpha, 1);
  double hits = 0, count = 0;
  for (std::size_t n = 0; n < where.size(); ++n)
    if (where[n] >= 0) hits += top.values[n] == where[n], ++count;
  return hits / count;
}

/// A test for a disease: of the ill, the share that is found (sensitivity); of those found, the share that is ill (precision).
struct Screening {
  double right = 0, sensitivity = 0, precision = 0;
};
inline Screening screen(const Tensor& scores, const Indices& ill) {
  const datasets::ClassScore score = datasets::class_scores(datasets::confusion_matrix(argmax(scores, 1), ill, 2))[1];
  return {accuracy(scores, ill), score.recall, score.precision};
}
