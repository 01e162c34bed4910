#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task of section 6 and its training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

constexpr Index width = 12;

/// Several things at once. Each token holds some random numbers and its position, one-hot: together 12. From the third token on, each must
/// give the numbers of the token before it and those of the first; with three things also those of the token two before (from the fourth on).
struct Task {
  Index content = 6;  ///< random numbers of a token; the sequence has 12 - content tokens
  Index things = 2;
  bool positions = true;  ///< false: zeros instead

  Index length() const { return width - content; }
};
struct Batch {
  Tensor inputs, target;  ///< (B, length, 12), (B, length - things, things * content)
};

/// The tokens that must answer.
inline Tensor asked(const Tensor& y, Index axis, const Task& task) { return slice(y, axis, task.things, task.length()); }

inline Batch draw_task(Index batch, Rng& rng, const Task& task) {
  const Index length = task.length(), answers = length - task.things;
  Tensor numbers = randn({batch, length, task.content}, rng), places = ones({batch, 1, 1}) * eye(length) * (task.positions ? 1.0 : 0.0);
  Tensors wanted{slice(numbers, 1, task.things - 1, length - 1), ones({1, answers, 1}) * slice(numbers, 1, 0, 1)};  // before, first
  if (task.things == 3) wanted.push_back(slice(numbers, 1, 1, length - 2));                                         // two before
  return {concat({numbers, places}, 2), concat(wanted, 2)};
}

/// The layer's output, and the weights of each head: (B, heads, queries, keys).
inline Attended with_maps(const nn::MultiheadAttention& attention, const Tensor& inputs) {
  nn::MultiheadMasks per_head;
  per_head.average_weights = false;
  return attention(inputs, per_head);
}

/// Squared errors on 500 new cases, one for each thing, and the mean map of each head: (heads, answers, length).
struct Measured {
  std::vector<double> errors;
  Tensor maps;

  double together() const {
    double total = 0;
    for (double error : errors) total += error;
    return total;
  }
};
inline Measured measure(const nn::MultiheadAttention& attention, const Task& task, std::uint64_t seed) {
  Rng rng(seed);
  const Batch test = draw_task(500, rng, task);
  const Attended attended = with_maps(attention, test.inputs);
  const Tensor error = slice(asked(attended.output, 1, task), 2, 0, task.things * task.content) - test.target;
  Measured measured;
  for (const Tensor& part : chunk(error * error, task.things, 2)) measured.errors.push_back(mean(part).item());
  measured.maps = asked(mean(attended.weights, 0), 1, task);
  return measured;
}

/// One attention layer of width 12 learns the task.
inline nn::MultiheadAttention learn(Index heads, Index steps, std::uint64_t seed, const Task& task = {}) {
  Rng rng(seed);
  nn::MultiheadAttention attention(width, heads, rng);
  optim::Adam adam(attention.parameters(), 0.01);
  show::Progress progress(steps, "learning");
  for (Index step = 0; step < steps; ++step) {
    const Batch batch = draw_task(32, rng, task);
    Tensor loss = mse_loss(slice(asked(attention(batch.inputs).output, 1, task), 2, 0, task.things * task.content), batch.target);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return attention;
}

/// What came of several seeds with so many heads.
struct Tried {
  Index parameters = 0;
  std::vector<double> before, first, together;  ///< squared errors
  std::vector<double> on_first, on_before;      ///< the largest mean weight of a head on the first token; of another on the one before
  std::vector<double> average_on_first;         ///< the mean over all heads
  Tensor maps;                                  ///< of the first seed
};
inline Tried try_heads(Index heads, Index steps, std::uint64_t seed, int seeds) {
  Tried tried;
  for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(seeds); ++s) {
    const nn::MultiheadAttention attention = learn(heads, steps, s);
    const Measured measured = measure(attention, {}, s + 1);
    tried.parameters = attention.parameter_count();
    tried.before.push_back(measured.errors[0]);
    tried.first.push_back(measured.errors[1]);
    tried.together.push_back(measured.together());
    if (s == seed) tried.maps = measured.maps;

    std::vector<double> first(heads), before(heads);  // the mean weight of each head on the first token, and on the one before
    for (Index head = 0; head < heads; ++head)
      for (Index i = 0; i < 4; ++i) {
        first[head] += measured.maps.at({head, i, 0}) / 4;
        before[head] += measured.maps.at({head, i, i + 1}) / 4;
      }
    const Index best = std::max_element(first.begin(), first.end()) - first.begin();
    tried.on_first.push_back(first[best]);
    if (heads > 1) before[best] = 0;
    tried.on_before.push_back(*std::max_element(before.begin(), before.end()));
    double total = 0;
    for (double weight : first) total += weight;
    tried.average_on_first.push_back(total / static_cast<double>(heads));
  }
  return tried;
}
