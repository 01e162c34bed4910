#include <qkv/datasets/batches.h>
#include <qkv/datasets/metrics.h>
#include <qkv/fit.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/shape.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>
#include <qkv/tensor/check.h>

#include <ostream>

namespace qkv {
namespace {

Index row_count(const Tensor& x) { return x.size(0); }
Index row_count(const Indices& x) { return x.shape[0]; }

template <class Rows>
Tensor scores_in_batches(const std::function<Tensor(const Rows&)>& model, const Rows& x, Index batch) {
  require(row_count(x) >= 1 && batch >= 1, "scores_of: ", row_count(x), " rows, ", batch, " at a time: must be at least 1");
  NoGrad no_graph;
  EvalMode no_dropout;
  Tensors parts;
  for (const std::vector<Index>& which : datasets::Batches(row_count(x), batch)) parts.push_back(model(take_rows(x, which)));
  return concat(parts, 0);
}

template <class Rows>
void fit_rows(const Tensors& parameters, const std::function<Tensor(const Rows&)>& model, const Rows& x, const Indices& target,
              const FitOptions& options, Rng& rng, const std::function<void(double)>& report) {
  const Index rows = row_count(x);
  require(rows >= 1 && target.shape == Shape{rows}, "fit: ", rows, " rows, target ", target.shape,
          ": must be at least 1, and a target for each");
  require(options.epochs >= 1 && options.batch >= 1, "fit: ", options.epochs, " epochs of batches of ", options.batch,
          ": must be at least 1");
  const Index steps = options.epochs * datasets::Batches(row_count(target), options.batch).size();
  optim::Adam adam(parameters, options.lr);
  optim::Cosine schedule(options.lr, steps);
  show::Progress progress(steps, "training");
  Index step = 0;
  for (Index epoch = 0; epoch < options.epochs; ++epoch) {
    double total = 0;
    for (const std::vector<Index>& which : datasets::Batches(row_count(target), options.batch, rng)) {
      Tensor loss = cross_entropy(model(take_rows(x, which)), take_rows(target, which));
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

}  // namespace

std::ostream& operator<<(std::ostream& out, const FitOptions& options) {
  return out << options.epochs << " epochs of batches of " << options.batch << ", lr " << printable(options.lr) << " at first";
}

Tensor scores_of(const std::function<Tensor(const Tensor&)>& model, const Tensor& x, Integer batch) {
  return scores_in_batches(model, x, batch);
}
Tensor scores_of(const std::function<Tensor(const Indices&)>& model, const Indices& x, Integer batch) {
  return scores_in_batches(model, x, batch);
}

void fit(const Tensors& parameters, const std::function<Tensor(const Tensor&)>& model, const Tensor& x, const Indices& target,
         const FitOptions& options, Rng& rng, const std::function<void(double)>& report) {
  fit_rows(parameters, model, x, target, options, rng, report);
}
void fit(const Tensors& parameters, const std::function<Tensor(const Indices&)>& model, const Indices& x, const Indices& target,
         const FitOptions& options, Rng& rng, const std::function<void(double)>& report) {
  fit_rows(parameters, model, x, target, options, rng, report);
}

double fit_recall(const Tensors& parameters, const std::function<Tensor(const Tensor&)>& model, const datasets::RecallTask& task,
                  Integer steps, Rng& rng) {
  require(steps >= 0, "fit_recall: ", steps, " steps: must not be negative");
  optim::Adam adam(parameters, 0.003);
  show::Progress progress(steps, "distance " + std::to_string(task.distance));
  for (Index step = 0; step < steps; ++step) {
    datasets::RecallBatch batch = datasets::recall(32, task, rng);
    Tensor loss = cross_entropy(model(batch.inputs), batch.target);
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(parameters, 1);
    adam.step();
    progress.step("loss " + show::number(static_cast<double>(loss.item())));
  }
  NoGrad no_graph;
  datasets::RecallBatch test = datasets::recall(1000, task, rng);
  return accuracy(model(test.inputs), test.target);
}

}  // namespace qkv
