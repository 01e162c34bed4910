#pragma once
#include <qkv/io/resumable.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <chrono>

#include "models.h"
#include "text.h"

// How a network learns, how it is measured, and how it writes.

/// Seconds since it was made, without those spent in pauses.
class Clock {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() - paused_; }
  template <class F>
  auto without(F f) {
    const double before = seconds();
    auto result = f();
    paused_ += seconds() - before;
    return result;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double paused_ = 0;
};

constexpr double bit = 0.6931471805599453;  // nats

/// The mean of -log2 p over held-out text, in windows of twice `half` characters: each prediction counts that can see at least `half` of them.
inline double bits_on(const Network& network, const std::vector<Index>& text, Index most, Index half = 32) {
  NoGrad no_graph;
  EvalMode evaluating;
  std::vector<Index> places;
  for (Index at = 0; at + 2 * half + 1 <= static_cast<Index>(text.size()) && at < most; at += half) places.push_back(at);
  double sum = 0;
  for (const std::vector<Index>& which : datasets::Batches(static_cast<Index>(places.size()), 64)) {
    std::vector<Index> from, next;
    for (Index i : which) {
      from.push_back(places[static_cast<std::size_t>(i)]);
      next.push_back(from.back() + half + 1);
    }
    Tensor scores = slice(network(windows(text, from, 2 * half)), 1, half, 2 * half);  // (B, half, characters)
    Indices targets = windows(text, next, half);
    sum += cross_entropy(transpose(scores, 1, 2), targets).item() * static_cast<double>(which.size());
  }
  return sum / static_cast<double>(places.size()) / bit;
}

/// The same for the character behind exactly `seen` others, at `count` places spread over the text.
inline double bits_behind(const Network& network, const std::vector<Index>& text, Index seen, Index count) {
  NoGrad no_graph;
  const Index longest = 64, step = (static_cast<Index>(text.size()) - longest - 1) / count;
  double sum = 0;
  for (const std::vector<Index>& which : datasets::Batches(count, 100)) {
    std::vector<Index> from, next;
    for (Index i : which) {
      from.push_back(i * step + longest - seen);
      next.push_back(i * step + longest);
    }
    Tensor scores = select(network(windows(text, from, seen)), 1, -1);
    sum += cross_entropy(scores, Indices(Shape{static_cast<Index>(next.size())}, windows(text, next, 1).values)).item() *
           static_cast<double>(which.size());
  }
  return sum / static_cast<double>(count) / bit;
}

struct Training {
  Index steps = 2000, batch = 12, length = 64;
  double lr = 1e-3;
  Index measured = 50'000;  // characters of held-out text, while it learns
};

/// What a training came to: seconds and bits along the way, at 50, 100, 200, ... steps and at the end.
struct Course {
  std::vector<double> seconds, bits, training_bits;
};

/// AdamW on windows from random places. Ctrl-C saves the training in the file `saved`, if one is named, and the next call goes on from there.
inline Course train(Network& network, const Text& text, const Training& how, Rng& rng, const std::string& name, const std::string& saved) {
  optim::AdamWOptions options;
  options.beta2 = 0.99;
  options.weight_decay = 0.1;
  optim::AdamW adam(network.parameters(), how.lr, options);
  optim::CosineWithWarmup schedule(how.lr, how.steps / 20, how.steps, how.lr / 10);
  show::Progress progress(how.steps, name);
  Course course;
  Clock clock;
  double recent = 0;
  for (io::Resumable run(saved, network, adam, rng); run.next(how.steps);) {
    std::vector<Index> places;
    for (Index i = 0; i < how.batch; ++i) places.push_back(rng.below(static_cast<Index>(text.train.size()) - how.length));
    std::vector<Index> next = places;
    for (Index& place : next) ++place;
    Tensor scores = network(windows(text.train, places, how.length));  // (B, T, characters)
    Tensor loss = cross_entropy(transpose(scores, 1, 2), windows(text.train, next, how.length));
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(adam.parameters(), 1);
    adam.lr = schedule.lr(run.step());
    adam.step();
    recent = recent == 0 ? loss.item() : 0.98 * recent + 0.02 * loss.item();
    progress.step("bits " + show::number(recent / bit, 2));
    const Index done = run.step() + 1;
    if (done != how.steps && (done < 50 || (done & (done - 1)) != 0)) continue;  // powers of two, and the end
    course.bits.push_back(clock.without([&] { return bits_on(network, text.test, how.measured); }));
    course.seconds.push_back(clock.seconds());
    course.training_bits.push_back(recent / bit);
  }
  return course;
}
