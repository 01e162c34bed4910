#pragma once
#include <qkv/datasets/recall.h>
#include <qkv/tensor/tensor.h>

#include <functional>

// The loop that trains a classifier, for programs whose subject is something else. A model is anything that maps rows (B, ...), numbers or
// words, to logits (B, classes) and has parameters(). Lesson 13 explains such a loop line by line.

namespace qkv {

struct FitOptions {
  Integer epochs = 5, batch = 64;
  double lr = 1e-3;  ///< at first; it falls to 0 along a cosine
};
std::ostream& operator<<(std::ostream& out, const FitOptions& options);

/// model(x), so many rows at a time, without a graph and with dropout off: x (N, ...) -> (N, classes).  Throw Error if N is 0.
Tensor scores_of(const std::function<Tensor(const Tensor&)>& model, const Tensor& x, Integer batch = 500);
Tensor scores_of(const std::function<Tensor(const Indices&)>& model, const Indices& x, Integer batch = 500);

/// Trains the parameters of a model with Adam on cross-entropy, x (N, ...), target (N), in an order drawn from rng, and shows progress.
/// After each epoch it calls report(mean loss).  Throw Error as their parts do: no rows, rows and targets that do not fit, a target that is
/// no class.
void fit(const Tensors& parameters, const std::function<Tensor(const Tensor&)>& model, const Tensor& x, const Indices& target,
         const FitOptions& options, Rng& rng, const std::function<void(double)>& report);
void fit(const Tensors& parameters, const std::function<Tensor(const Indices&)>& model, const Indices& x, const Indices& target,
         const FitOptions& options, Rng& rng, const std::function<void(double)>& report);

/// The same for a model that has parameters().
template <class Model, class Rows, class Report>
void fit(const Model& model, const Rows& x, const Indices& target, const FitOptions& options, Rng& rng, const Report& report) {
  fit(model.parameters(), std::cref(model), x, target, options, rng, report);
}

/// Trains a model of sequences, (B, T, features) -> (B, values), to recall: Adam on 32 fresh sequences a step, gradients clipped to norm 1.
/// Returns the accuracy on 1,000 other sequences.
double fit_recall(const Tensors& parameters, const std::function<Tensor(const Tensor&)>& model, const datasets::RecallTask& task,
                  Integer steps, Rng& rng);

template <class Model>
double fit_recall(const Model& model, const datasets::RecallTask& task, Integer steps, Rng& rng) {
  return fit_recall(model.parameters(), std::cref(model), task, steps, rng);
}

}  // namespace qkv
