#pragma once
#include <qkv/io/resumable.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>
#include <qkv/show/stopwatch.h>

#include "models.h"
#include "text.h"

// How a network learns, how it is measured, and how it writes.

constexpr double bit = 0.6931471805599453;  // nats

/// What a model gave to characters that really came: where they stand in the text, and the probability.
struct Said {
  std::vector<Index> places;
  std::vector<double> p;

  double bits() const {
    double sum = 0;
    for (double each : p) sum -= std::log2(each);
    return sum / static_cast<double>(p.size());
  }
};

/// Of about `count` characters of a text, in windows of 64 spread over it. Only the last 32 of each count, which can see at least 32 others.
inline Said said(const Network& network, const std::vector<Index>& text, Index count) {
  NoGrad no_graph;
  const Index half = 32, size = static_cast<Index>(text.size()), windows_in_all = std::min(count, size - 2 * half - 1) / half;
  Said result;
  for (const std::vector<Index>& which : datasets::Batches(windows_in_all, 64)) {
    std::vector<Index> from, next;
    for (Index i : which) {
      from.push_back(i * ((size - 2 * half - 1) / windows_in_all));
      next.push_back(from.back() + half + 1);
      for (Index t = 0; t < half; ++t) result.places.push_back(next.back() + t);
    }
    Tensor scores = slice(network(windows(text, from, 2 * half)), 1, half, 2 * half);  // (B, 32, characters)
    CrossEntropyOptions each;
    each.reduction = Reduction::none;
    Tensor losses = cross_entropy(transpose(scores, 1, 2), windows(text, next, half), each);  // (B, 32)
    for (Index i = 0; i < losses.size(); ++i) result.p.push_back(std::exp(-static_cast<double>(losses.data()[i])));
  }
  return result;
}

/// Bits for the character behind exactly `seen` others, at `count` places spread over the text.
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
  Index measured = 20'000;  // characters of held-out text, while it learns; 0: not then
};

/// What a training came to: along the way, at 64, 128, 256, ... steps and at the end.
struct Course {
  std::vector<double> characters, seconds, bits, training_bits;  // how many characters it has read, ...
};

/// AdamW on windows from random places. Ctrl-C saves the training in the file `saved`, if one is named, and the next call goes on from there.
inline Course train(Network& network, const Text& text, const Training& how, Rng& rng, const std::string& name, const std::string& saved) {
  optim::AdamWOptions options;
  options.beta2 = 0.99;
  options.weight_decay = 0.1;
  optim::AdamW adam(network.parameters(), network.lr(), options);
  optim::CosineWithWarmup schedule(network.lr(), how.steps / 20, how.steps, network.lr() / 10);
  show::Progress progress(how.steps, name);
  Course course;
  show::Stopwatch clock;
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
    if (how.measured == 0 || (done != how.steps && (done < 50 || (done & (done - 1)) != 0))) continue;  // powers of two, and the end
    clock.pause();
    course.bits.push_back(said(network, text.test, how.measured).bits());
    clock.go_on();
    course.seconds.push_back(clock.seconds());
    course.characters.push_back(static_cast<double>(done * how.batch * how.length));
    course.training_bits.push_back(recent / bit);
  }
  return course;
}
