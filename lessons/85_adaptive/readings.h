#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>

// Sections 3 to 5: five instruments measure the same number, each with its own noise, and the noise is new in every case.

using namespace qkv;

struct Readings {
  Tensor y, s;  // (N, m): what each instrument says, and the variance of its noise
  Tensor x;     // (N): the truth
};

/// Variances from 2^-octaves to 2^octaves; the truth is normal(0, 2).
inline Readings draw_readings(Index count, Index instruments, double octaves, Rng& rng) {
  const Tensor log_s = rand({count, instruments}, rng, -octaves, octaves) * std::log(2.0), x = randn({count}, rng, 0, 2);
  const Tensor s = exp(log_s);
  return {unsqueeze(x, 1) + sqrt(s) * randn(s.shape(), rng), s, x};
}

/// sum_j alpha_j y_j with alpha = softmax(scores), and its mean squared error.
inline double error_of(const Tensor& alpha, const Readings& r) { return mse_loss(sum(alpha * r.y, 1), r.x).item(); }

/// What the score of an instrument may depend on.
enum class Told { nothing, log_variance, variance, readings };

struct Weigher : nn::Module {
  Told told;
  Parameter fixed, factor;  // nothing: a score for each instrument; log variance: the factor before it
  nn::Linear hidden, score;

  Weigher(Told told_, Index instruments, Rng& rng)
      : told(told_),
        fixed(told_ == Told::nothing ? add_parameter("fixed", zeros({instruments})) : Tensor()),
        factor(told_ == Told::log_variance ? add_parameter("factor", zeros({1})) : Tensor()),
        hidden(1, 16, rng),
        score(16, 1, rng, false) {
    if (told == Told::variance || told == Told::readings) adopt("hidden", hidden), adopt("score", score);
  }
  /// (N, m)
  Tensor scores(const Readings& r) const {
    if (told == Told::nothing) return expand(unsqueeze(fixed, 0), r.y.shape());
    if (told == Told::log_variance) return factor * log(r.s);
    const Tensor seen = told == Told::variance ? r.s : abs(r.y - mean(r.y, 1, true));
    return squeeze(score(tanh(hidden(unsqueeze(seen, 2)))), 2);
  }
  Tensor operator()(const Readings& r) const { return softmax(scores(r)); }
};

/// The same readings, but each case is told the variances of the case before it.
inline Readings told_wrongly(const Readings& r) {
  const Index N = r.s.size(0);
  return {r.y, concat({slice(r.s, 0, N - 1, N), slice(r.s, 0, 0, N - 1)}, 0), r.x};
}

inline void train(const Weigher& weigher, Index instruments, Index steps, bool wrongly, Rng& rng) {
  optim::Adam adam(weigher.parameters(), 0.02);
  for (Index step = 0; step < steps; ++step) {
    adam.lr = 0.02 * static_cast<double>(steps - step) / static_cast<double>(steps);
    Readings r = draw_readings(128, instruments, 2, rng);
    if (wrongly) r = told_wrongly(r);
    Tensor loss = mse_loss(sum(weigher(r) * r.y, 1), r.x);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
}

/// Without learning: all alike, the most exact instrument alone, and 1 / variance, which nobody can beat by a weighted sum.
inline Tensor all_alike(const Readings& r) { return full(r.y.shape(), 1.0 / static_cast<double>(r.y.size(1))); }
inline Tensor most_exact(const Readings& r) { return one_hot(argmax(neg(r.s)), r.y.size(1)); }
inline Tensor by_variance(const Readings& r) { return softmax(neg(log(r.s))); }
/// The reading in the middle, for an odd number of instruments or the mean of the middle two.
inline double error_of_median(const Readings& r) {
  const Index N = r.y.size(0), m = r.y.size(1);
  double total = 0;
  for (Index n = 0; n < N; ++n) {
    std::vector<Scalar> row(r.y.data() + n * m, r.y.data() + (n + 1) * m);
    std::sort(row.begin(), row.end());
    const double error = (row[(m - 1) / 2] + row[m / 2]) / 2 - r.x.at({n});
    total += error * error;
  }
  return total / static_cast<double>(N);
}

// ---- Section 5: one number to learn, the temperature

/// Five values of lesson 25's tasks and the wanted number: alpha = softmax(t e).
struct Balance {
  const char* name;
  Tensor e;
  std::function<Tensor(const Tensor&)> error;  // of weights (5): the expected squared error
};
inline std::vector<Balance> balances() {
  const Tensor e = tensor({2, 1, 0.5, 0, -1}), s = tensor({0.25, 0.5, 1, 2, 4}), first = tensor({1, 0, 0, 0, 0});
  return {{"find: the first is wanted", e, [=](const Tensor& a) { return sum(pow(first - a, 2)); }},
          {"average: all alike, noise 1", e, [](const Tensor& a) { return sum(a * a); }},
          {"weigh: noise 1/4 to 4", neg(log(s)), [=](const Tensor& a) { return sum(a * a * s); }}};
}
/// Learns t from 1, by the gradient of the error.
inline double learn_temperature(const Balance& task, Index steps) {
  Tensor t = full({1}, 1).requires_grad(true);
  optim::Adam adam({t}, 0.05);
  for (Index step = 0; step < steps; ++step) {
    adam.zero_grad();
    task.error(softmax(t * task.e)).backward();
    adam.step();
  }
  return t.item();
}
