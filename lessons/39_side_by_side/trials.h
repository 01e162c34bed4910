#pragma once
#include <qkv/fit.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>
#include <qkv/show/stopwatch.h>

#include <thread>

#include "models.h"

// The two tasks, and one training of one model on each: the lesson runs them, and so do the answers to the exercises.

namespace {

/// One step of training. Returns the loss.
double train_step(const Model& model, optim::Adam& adam, const Tensor& x, const Indices& target) {
  Tensor loss = cross_entropy(model(x), target);
  adam.zero_grad();
  loss.backward();
  optim::clip_grad_norm(adam.parameters(), 1);
  adam.step();
  return loss.item();
}

/// Share of right answers.
double right(const Model& model, const Tensor& x, const Indices& target) { return accuracy(scores_of(std::cref(model), x), target); }

// ---- Task A: recall -------------------------------------------------------------------------------------------------------------

struct Recall {
  double gradient, accuracy;  // |dL/dx_0| before training; share of right answers after it
};

datasets::RecallTask recall_task(Index distance) {
  datasets::RecallTask task;
  task.distance = distance;
  return task;
}

/// What the models are told of it.
Task asked(const datasets::RecallTask& task) { return {task.features(), task.values, task.steps(), true}; }

/// Sets the bias of an LSTM's forget gate. b_ih holds the gates i f g o: the second quarter belongs to the forget gate.
void set_forget_bias(const Model& lstm, double value) {
  Tensor bias = lstm.parameter("layer.bias_ih_l0");
  Index h = bias.size() / 4;
  for (Index j = h; j < 2 * h; ++j) bias.set({j}, value);
}

/// |dL/dx_0|: how much of the gradient reaches the first step.
double gradient_at_first_step(const Model& model, datasets::RecallBatch batch) {
  batch.inputs.requires_grad(true);
  cross_entropy(model(batch.inputs), batch.target).backward();
  Tensor reached = select(batch.inputs.grad(), 1, 0);
  return sqrt(sum(reached * reached).item());
}

/// Trains a model to say what was shown `distance` steps ago.
Recall recall(const Model& model, Index distance, Index steps, std::uint64_t seed) {
  const datasets::RecallTask task = recall_task(distance);
  Rng rng(seed), test_rng(seed + 1);
  datasets::RecallBatch test = datasets::recall(1000, task, test_rng);
  double gradient = gradient_at_first_step(model, datasets::recall(64, task, test_rng));

  optim::Adam adam(model.parameters(), 2e-3);
  for (Index step = 0, sure = 0; step < steps && sure < 10; ++step) {  // ten batches in a row without doubt: it has learned it
    datasets::RecallBatch batch = datasets::recall(64, task, rng);
    sure = train_step(model, adam, batch.inputs, batch.target) < 0.01 ? sure + 1 : 0;
  }
  return {gradient, right(model, test.inputs, test.target)};
}

/// What several seeds gave.
struct Recalls {
  std::vector<double> accuracy, gradient;
};
/// Trains `kind` to recall with several seeds, at the same time.
Recalls recalls(const Kind& kind, Index distance, Index steps, std::uint64_t seed, int seeds, double forget_bias = 0) {
  std::vector<Recall> results(static_cast<std::size_t>(seeds));
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < results.size(); ++i)
    running.emplace_back([&, i] {
      AnyModel model = largest(kind, asked(recall_task(distance)), seed + i);
      if (forget_bias != 0) set_forget_bias(*model, forget_bias);
      results[i] = recall(*model, distance, steps, seed + i);
    });
  for (std::thread& one : running) one.join();
  Recalls all;
  for (const Recall& one : results) {
    all.accuracy.push_back(one.accuracy);
    all.gradient.push_back(one.gradient);
  }
  return all;
}

// ---- Task B: Fashion-MNIST, row by row ----------------------------------------------------------------------------------------

Index class_count(const datasets::ImageSet& set) { return static_cast<Index>(set.class_names.size()); }

struct Pictures {
  std::vector<double> accuracies;  // after each epoch
  double seconds = 0;              // an epoch
};

/// Trains a model on images, and measures it on others after each epoch.
Pictures pictures(const Model& model, const datasets::ImageSet& train, const datasets::ImageSet& test, Index batch, Index epochs,
                  std::uint64_t seed) {
  Rng rng(seed);
  optim::Adam adam(model.parameters(), 3e-3);
  Index count = train.images.size(0), step = 0, steps = epochs * ((count + batch - 1) / batch);
  optim::Cosine schedule(3e-3, steps);
  show::Progress progress(steps, "images");
  Pictures result;
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    const show::Stopwatch watch;
    for (const std::vector<Index>& which : datasets::Batches(count, batch, rng)) {
      adam.lr = schedule.lr(step++);
      double loss = train_step(model, adam, take_rows(train.images, which), take_rows(train.labels, which));
      progress.step("loss " + show::number(loss));
    }
    result.seconds += watch.seconds() / static_cast<double>(epochs);
    result.accuracies.push_back(right(model, test.images, test.labels));
  }
  return result;
}

/// Each image as a row of its pixels.
Tensor flat(const datasets::ImageSet& set) { return reshape(set.images, {-1, 28 * 28}); }

/// The share of test images that are nearest to the mean image of their class: what one gets without any network.
double nearest_mean(const datasets::ImageSet& train, const datasets::ImageSet& test) {
  Tensor members = transpose(one_hot(train.labels, class_count(train)));                  // (classes, N)
  Tensor means = matmul(members, flat(train)) / sum(members, 1, true);                    // (classes, pixels)
  return accuracy(linear(flat(test), means, -0.5 * sum(means * means, 1)), test.labels);  // largest where |x - mean| is smallest
}

}  // namespace
