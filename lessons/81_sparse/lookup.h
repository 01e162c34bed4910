#pragma once
#include <qkv/show/progress.h>
#include <qkv/show/stopwatch.h>

#include "sparse.h"

// The two tasks of sections 5 and 6, their models and trainings.

constexpr Index n_values = 8;

/// Shares of right answers by distance: 1, 2, 3 to 4, 5 to 8, ... each octave up to the power of two that names it.
struct ByDistance {
  std::vector<Index> up_to;
  std::vector<double> right;

  ByDistance(const Tensor& scores, const Indices& target, const Indices& distance, Index n) {
    const Indices said = argmax(scores, 1);
    for (Index from = 0, to = 1; from < n - 1; from = to, to *= 2)
      up_to.push_back(to), right.push_back(share(said, target, distance, from + 1, to));
  }
  /// The share among the questions from one distance to another.
  static double share(const Indices& said, const Indices& target, const Indices& distance, Index from, Index to) {
    double right = 0, all = 0;
    for (std::size_t i = 0; i < said.values.size(); ++i)
      if (distance.values[i] >= from && distance.values[i] <= to) ++all, right += said.values[i] == target.values[i];
    return right / all;
  }
};

// ---- Look-up: one layer

/// Every position holds a tag (24 random signs) and a value. It asks for the value of another position, by that one's tag.
struct LookUp {
  static constexpr Index width = 24;
  Tensor tags, questions, values;  // (B, n, 24), (B, n, 24), (B, n, 8)
  Indices target, distance;        // (B n)

  LookUp(Index batch, Index n, Rng& rng) : tags(zeros({batch, n, width})), questions(zeros({batch, n, width})) {
    target = distance = Indices({batch * n}, std::vector<Index>(batch * n));
    Indices shown({batch, n}, std::vector<Index>(batch * n));
    for (Index& value : shown.values) value = rng.below(n_values);
    values = one_hot(shown, n_values);
    Scalar *tag = tags.mutable_data(), *question = questions.mutable_data();
    for (Index i = 0; i < tags.size(); ++i) tag[i] = rng.below(2) ? Scalar(1) : Scalar(-1);
    for (Index at = 0; at < batch * n; ++at) {
      const Index i = at % n, j = other(i, n, rng), asked = at - i + j;
      std::copy_n(tag + asked * width, width, question + at * width);
      target.values[at] = shown.values[asked];
      distance.values[at] = std::abs(i - j);
    }
  }

 private:
  /// Another position: each octave of distances is asked for equally often.
  static Index other(Index i, Index n, Rng& rng) {
    for (;;) {
      const Index away = static_cast<Index>(std::ceil(std::pow(2.0, rng.uniform(-1, std::log2(static_cast<double>(n))))));
      const Index j = rng.below(2) ? i + away : i - away;
      if (j >= 0 && j < n) return j;
    }
  }
};

/// One attention of width 32: the question against all tags, then the values.
struct OneLayer : nn::Module {
  Kind kind;
  nn::Linear W_q, W_k, W_o;

  OneLayer(const Kind& kind_, Rng& rng, Index d = 32)
      : kind(kind_), W_q(LookUp::width, d, rng), W_k(LookUp::width, d, rng), W_o(n_values, n_values, rng) {
    adopt("W_q", W_q);
    adopt("W_k", W_k);
    adopt("W_o", W_o);
  }
  Tensor operator()(const LookUp& x) const { return reshape(W_o(kind(W_q(x.questions), W_k(x.tags), x.values)), {-1, n_values}); }
};

/// What training on look-up came to after an eighth of the steps and after all.
struct LookUpRun {
  std::vector<ByDistance> after;  // an eighth, all
  double at_16 = 0, at_17 = 0, seconds = 0;
};
inline LookUpRun learn_look_up(const Kind& kind, Index steps, std::uint64_t seed, Index n = 512) {
  Rng rng(seed), test_rng(seed + 1000);
  OneLayer model(kind, rng);
  optim::Adam adam(model.parameters(), 0.02);
  const LookUp test(16, n, test_rng);
  LookUpRun run;
  show::Progress progress(steps, kind.name);
  show::Stopwatch watch;
  for (Index step = 1; step <= steps; ++step) {
    const LookUp batch(2, n, rng);
    Tensor loss = cross_entropy(model(batch), batch.target);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step();
    if (step != steps / 8 && step != steps) continue;
    watch.pause();
    NoGrad no_graph;
    const Tensor scores = model(test);
    run.after.emplace_back(scores, test.target, test.distance, n);
    run.at_16 = ByDistance::share(argmax(scores, 1), test.target, test.distance, 16, 16);
    run.at_17 = ByDistance::share(argmax(scores, 1), test.target, test.distance, 17, 17);
    watch.go_on();
  }
  run.seconds = watch.seconds();
  return run;
}

// ---- The relay: several layers

/// One of n positions is marked, and every position must say its value.
struct Relay {
  Tensor x;                  // (B, n, 9): the value, and 1 where the mark is
  Indices target, distance;  // (B n)

  Relay(Index batch, Index n, Rng& rng) : target({batch * n}, std::vector<Index>(batch * n)), distance(target) {
    Indices shown({batch, n}, std::vector<Index>(batch * n));
    for (Index& value : shown.values) value = rng.below(n_values);
    Tensor marks = zeros({batch, n, 1});
    for (Index b = 0; b < batch; ++b) {
      const Index m = rng.below(n);
      marks.set({b, m, 0}, 1);
      for (Index i = 0; i < n; ++i) {
        target.values[b * n + i] = shown.values[b * n + m];
        distance.values[b * n + i] = std::abs(i - m);
      }
    }
    x = concat({one_hot(shown, n_values), marks}, 2);
  }
};

/// A layer with a residual connection (残差连接): x + W_o attention(W_q x, W_k x, W_v x).
struct Layer : nn::Module {
  Kind kind;
  nn::Linear W_q, W_k, W_v, W_o;

  Layer(const Kind& kind_, Index d, Rng& rng) : kind(kind_), W_q(d, d, rng), W_k(d, d, rng), W_v(d, d, rng), W_o(d, d, rng) {
    adopt("W_q", W_q);
    adopt("W_k", W_k);
    adopt("W_v", W_v);
    adopt("W_o", W_o);
  }
  Tensor operator()(const Tensor& x) const { return x + W_o(kind(W_q(x), W_k(x), W_v(x))); }
};

struct Stack : nn::Module {
  nn::Linear in, out;
  std::vector<Layer> layers;

  Stack(const std::vector<Kind>& kinds, Index d, Rng& rng) : in(n_values + 1, d, rng), out(d, n_values, rng) {
    adopt("in", in);
    for (const Kind& kind : kinds) {
      layers.emplace_back(kind, d, rng);
      adopt("layers." + std::to_string(layers.size() - 1), layers.back());
    }
    adopt("out", out);
  }
  Tensor operator()(const Relay& relay) const {
    Tensor x = in(relay.x);
    for (const Layer& layer : layers) x = layer(x);
    return reshape(out(x), {-1, n_values});
  }
};

/// How far the stack carries the mark: the largest distance up to which nine of ten positions answer rightly; and the share of all that do.
struct Reach {
  Index furthest = 0;
  double right = 0;
};
inline Reach learn_relay(const std::vector<Kind>& kinds, Index steps, std::uint64_t seed) {
  const Index n = 32;
  Rng rng(seed), test_rng(seed + 1000);
  Stack model(kinds, 24, rng);
  optim::Adam adam(model.parameters(), 0.02);
  optim::Cosine schedule(0.02, steps);
  show::Progress progress(steps, "relay");
  for (Index step = 0; step < steps; ++step) {
    const Relay batch(16, n, rng);
    Tensor loss = cross_entropy(model(batch), batch.target);
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(model.parameters(), 1);
    adam.lr = schedule.lr(step);
    adam.step();
    progress.step();
  }
  NoGrad no_graph;
  const Relay test(128, n, test_rng);
  const Tensor scores = model(test);
  const Indices said = argmax(scores, 1);
  Reach reach{0, accuracy(scores, test.target)};
  while (reach.furthest < n - 1 && ByDistance::share(said, test.target, test.distance, reach.furthest + 1, reach.furthest + 1) >= 0.9)
    ++reach.furthest;
  return reach;
}
