#pragma once
#include <qkv/data/batches.h>
#include <qkv/data/recall.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/shape.h>
#include <qkv/optim/adam.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/schedule.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The loop that trains a classifier, for programs whose subject is something else. A model is whatever maps rows (B, ...), numbers or
// words, to logits (B, classes) and knows its parameters(). Lesson 13 goes through such a loop line by line.

namespace qkv {

inline Index row_count(const Tensor& x) { return x.size(0); }
inline Index row_count(const Indices& x) { return x.shape[0]; }

/// model(x), so many rows at a time, without a graph and with dropout off: x (N, ...) -> (N, classes).  Throws Error if N is 0.
template <class Model, class Rows>
Tensor scores_of(const Model& model, const Rows& x, Index batch = 500) {
  NoGrad no_graph;
  EvalMode no_dropout;
  Tensors parts;
  for (const std::vector<Index>& which : data::Batches(row_count(x), batch)) parts.push_back(model(data::rows(x, which)));
  return concat(parts, 0);
}

struct FitOptions {
  Index epochs = 5, batch = 64;
  double lr = 1e-3;  ///< at first; it falls to 0 along a cosine
};

template <class Stream>
Stream& operator<<(Stream& out, const FitOptions& options) {
  out << options.epochs << " epochs of batches of " << options.batch << ", lr " << options.lr << " at first";
  return out;
}

/// Trains with Adam on cross-entropy, x (N, ...), target (N), in an order drawn from rng, and shows progress. After each epoch it calls
/// `report(mean loss)`.  Throws Error as its parts do: no rows, rows and targets that do not fit, a target that is no class.
template <class Model, class Rows, class Report>
void fit(const Model& model, const Rows& x, const Indices& target, const FitOptions& options, Rng& rng, Report report) {
  const Index steps = options.epochs * data::Batches(row_count(target), options.batch).size();
  optim::Adam adam(model.parameters(), options.lr);
  optim::Cosine schedule(options.lr, steps);
  show::Progress progress(steps, "training");
  Index step = 0;
  for (Index epoch = 0; epoch < options.epochs; ++epoch) {
    double total = 0;
    for (const std::vector<Index>& which : data::Batches(row_count(target), options.batch, rng)) {
      Tensor loss = cross_entropy(model(data::rows(x, which)), data::rows(target, which));
      adam.zero_grad();
      loss.backward();
      adam.lr = schedule.lr(step++);
      adam.step();
      total += static_cast<double>(loss.item()) * static_cast<double>(which.size());
      progress.step("loss " + show::number(static_cast<double>(loss.item())));
    }
    report(total / static_cast<double>(row_count(target)));
  }
}

/// Trains a model of sequences, (B, T, features) -> (B, values), to recall: Adam on 32 fresh sequences a step, gradients clipped to norm 1.
/// Returns the accuracy on 1,000 other sequences.
template <class Model>
double fit_recall(const Model& model, const data::RecallTask& task, Index steps, Rng& rng) {
  optim::Adam adam(model.parameters(), 0.003);
  show::Progress progress(steps, "distance " + std::to_string(task.distance));
  for (Index step = 0; step < steps; ++step) {
    data::RecallBatch batch = data::recall(32, task, rng);
    Tensor loss = cross_entropy(model(batch.inputs), batch.target);
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(model.parameters(), 1);
    adam.step();
    progress.step("loss " + show::number(static_cast<double>(loss.item())));
  }
  NoGrad no_graph;
  data::RecallBatch test = data::recall(1000, task, rng);
  return accuracy(model(test.inputs), test.target);
}

}  // namespace qkv
