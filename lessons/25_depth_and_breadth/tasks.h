#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <cmath>

// The scores, the temperature and the three tasks: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

inline const Tensor e = tensor({2.0, 1.0, 0.5, 0.0, -1.0});  // the scores of the example: five places
inline const Index n = 5;

/// alpha = softmax(e / T): T is the temperature.
inline Tensor weights(const Tensor& scores, const Tensor& T) { return softmax(scores / T); }

/// The other number of places: 1 / sum alpha^2, again m for m equal weights.
inline double participation(const Tensor& alpha) { return 1 / sum(alpha * alpha).item(); }

/// What attention is to find out from five values, and what its weights cost: the mean of (sum_j alpha_j value_j - wanted)^2.
struct Task {
  const char* name;
  Tensor scores;
  Tensor signal;  // value_j = signal_j wanted + (1 - signal_j) something else + sigma_j noise
  Tensor sigma;   // wanted, something else and noise are independent, each normal with mean 0 and variance 1

  /// From theory: (1 - sum alpha signal)^2 + sum alpha^2 ((1 - signal) + sigma^2), for signals of 0 or 1.
  double predicted(const Tensor& alpha) const {
    double missing = 1 - sum(alpha * signal).item();
    return missing * missing + sum(alpha * alpha * (1 - signal + sigma * sigma)).item();
  }
  struct Cases {
    Tensor values, wanted;  // (N, 5), (N)
  };
  Cases draw(Index count, Rng& rng) const {
    Tensor wanted = randn({count, 1}, rng), other = randn({count, n}, rng), noise = randn({count, n}, rng);
    Tensor values = signal * wanted + (1 - signal) * other + sigma * noise;
    return {values, squeeze(wanted, 1)};
  }
};

struct Tasks {
  Task task[3];
};

inline Tasks find_average_weigh() {
  Tensor first = tensor({1, 0, 0, 0, 0}), variance = tensor({0.25, 0.5, 1.0, 2.0, 4.0});
  return {{{"find", e, first, zeros({n})},        // one exact entry, four that are something else
           {"average", e, ones({n}), ones({n})},  // five copies of the wanted number, equally noisy
           {"weigh", -log(variance), ones({n}),
            sqrt(variance)}}};  // five copies, the first nearly clean, the last very noisy; e_j = -log variance
}

/// Lets Adam choose T by its logarithm, on fresh cases.
inline double learn_temperature(const Task& task, Index steps, Rng& rng) {
  Tensor log_T = tensor({std::log(3.0)}).requires_grad(true);
  optim::Adam adam({log_T}, 0.03);
  show::Progress progress(steps, task.name);
  for (Index step = 0; step < steps; ++step) {
    Task::Cases cases = task.draw(256, rng);
    Tensor loss = mse_loss(matmul(cases.values, weights(task.scores, exp(log_T))), cases.wanted);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("T " + show::number(std::exp(log_T.item())));
  }
  return std::exp(log_T.item());
}
