#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/lesson.h>

#include <algorithm>
#include <cmath>
#include <numeric>

// Recurrences, and how far their gradient reaches back: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

/// Three steps of two numbers, a memory of three.
struct Example {
  Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}}), b = tensor({0.1, 0.0, -0.2});
  Tensor W = tensor({{0.6, -0.4}, {0.2, 0.9}, {-0.7, 0.3}}), U = tensor({{0.5, -0.3, 0.2}, {0.4, 0.6, -0.1}, {-0.2, 0.3, 0.7}});
  CellWeights weights{W, U, b, zeros({3})};
};

enum class Squash { none, tanh, relu };

/// All states h_t of a recurrence, for x (B, T, in): (T, B, h).
inline Tensor states(const Tensor& x, const CellWeights& w, Squash squash) {
  Tensor h = zeros({x.size(0), w.weight_hh.size(0)}), steps = transpose(x, 0, 1);
  if (squash != Squash::none) return rnn(steps, h, w, squash == Squash::tanh ? Nonlinearity::tanh : Nonlinearity::relu);
  Tensors all;
  for (Index t = 0; t < x.size(1); ++t) all.push_back(h = linear(select(x, 1, t), w.weight_ih) + linear(h, w.weight_hh));
  return stack(all);
}

/// The Frobenius norm of d h_T / d x_(T-k) for k = 0, 1, ..., divided by that for k = 0.
inline std::vector<double> reach(const Tensor& sequence, const CellWeights& w, Squash squash) {
  return nn::reach([&](const Tensor& x) { return select(states(x, w, squash), 0, -1); }, sequence, w.weight_hh.size(0));
}

/// The factor a step, far back: the mean one of steps 32 to 64.
inline double per_step(const std::vector<double>& reach) { return std::pow(reach[64] / reach[32], 1.0 / 32); }

/// The root of the mean squared slope of the squashing function over the first 32 steps, those that per_step() goes back through.
inline double typical_slope(const Tensor& sequence, const CellWeights& w, Squash squash) {
  Tensor h = slice(states(unsqueeze(sequence, 0), w, squash), 0, 0, 32);
  if (squash == Squash::tanh) return std::sqrt(mean(pow(1 - h * h, 2)).item());
  return std::sqrt(mean(where(h > 0, ones(h.shape()), zeros(h.shape()))).item());
}

/// A random sequence of 65 steps and weights for it; U = rho Q, Q orthogonal.
struct Drawn {
  Tensor sequence, Q, W;
  explicit Drawn(std::uint64_t seed) {
    Rng rng(seed);
    sequence = randn({65, 4}, rng);
    Q = nn::orthogonal(16, rng);
    W = randn({16, 4}, rng, 0, 0.5);
  }
  CellWeights cell(double rho) const { return {W, rho * Q, zeros({16}), zeros({16})}; }
};

/// The factor a step with U = rho Q and inputs times `scale`, for each seed: rho times the typical slope, and what is measured.
struct Factors {
  std::vector<double> predicted, measured;
};
inline Factors factors(const show::Lesson& lesson, double rho, Squash squash, double scale = 1) {
  Factors all;
  for (int i = 0; i < lesson.seeds(); ++i) {
    const Drawn drawn(lesson.seed() + static_cast<std::uint64_t>(i));
    const Tensor sequence = scale * drawn.sequence;
    all.predicted.push_back(rho * typical_slope(sequence, drawn.cell(rho), squash));
    all.measured.push_back(per_step(reach(sequence, drawn.cell(rho), squash)));
  }
  return all;
}

/// Attention instead: one query looks at all steps of a sequence (T, in). Its context's gradient at each distance.
inline std::vector<double> attention_reach(const Tensor& sequence, std::uint64_t seed) {
  Rng rng(seed);
  Tensor q = randn({1, 16}, rng), W_k = randn({16, 4}, rng, 0, 0.5), W_v = randn({16, 4}, rng, 0, 0.5);
  auto attend = [&](const Tensor& x) {  // (B, T, 4) -> (B, 16)
    return select(scaled_dot_product_attention(q + zeros({x.size(0), 1, 16}), linear(x, W_k), linear(x, W_v)).output, 1, 0);
  };
  return nn::norm_at_distance(nn::jacobian(attend, sequence, 16));
}

/// The mean gradient of steps 33 to 64 back, over that of steps 1 to 32 back.
inline double far_over_near(const std::vector<double>& gradient) {
  return std::accumulate(gradient.begin() + 33, gradient.end(), 0.0) / std::accumulate(gradient.begin() + 1, gradient.begin() + 33, 0.0);
}

/// A network for the recall task, 32 hidden numbers: the gradient over the distance before training, and the accuracy after.
struct Trained {
  double reached, right;
};
/// U starts as PyTorch starts it, or as `stretch` times an orthogonal matrix (0: PyTorch's).
inline Trained train_to_recall(Index distance, double stretch, Index steps, std::uint64_t seed) {
  Rng rng(seed);
  const datasets::RecallTask task{distance, 0, 4};
  nn::SequenceClassifier<nn::RNN> model(task.features(), 32, task.values, rng);
  const CellWeights& cell = model.layer.cells[0];
  if (stretch > 0) cell.weight_hh.copy_from(stretch * nn::orthogonal(32, rng));
  Tensor inputs = select(datasets::recall(1, task, rng).inputs, 0, 0);
  double reached = reach(inputs, cell, Squash::tanh)[distance];
  return {reached, fit_recall(model, task, steps, rng)};
}

/// The same for each seed.
struct TrainedAll {
  std::vector<double> reached, right;
  Index above(double accuracy) const {
    return static_cast<Index>(std::count_if(right.begin(), right.end(), [=](double one) { return one > accuracy; }));
  }
};
inline TrainedAll train_all(const show::Lesson& lesson, Index distance, double stretch, Index steps) {
  TrainedAll all;
  for (int i = 0; i < lesson.seeds(); ++i) {
    const Trained one = train_to_recall(distance, stretch, steps, lesson.seed() + static_cast<std::uint64_t>(i));
    all.reached.push_back(one.reached);
    all.right.push_back(one.right);
  }
  return all;
}

/// "one seed", "10 seeds".
inline std::string counted(int count, const std::string& what) {
  return count == 1 ? "one " + what : std::to_string(count) + " " + what + "s";
}
