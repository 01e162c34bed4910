#pragma once
#include <qkv/qkv.h>

// The five models of the lesson: what they share, and the one line in which they differ.

using namespace qkv;

namespace {

constexpr Index budget = 25000;  // learned numbers, at most, for every model on every task

/// What is asked: of the last step (recall), or of the sequence as a whole (an image).
struct Task {
  Index features, classes, steps;
  bool ask_last;
  bool positions = true;  // do the attention models know the order?
};

/// One of the five: its weights, and what it makes of sequences.
struct Model : nn::Module {
  virtual ~Model() = default;
  /// x (B, T, features) -> a score for each class (B, classes).
  virtual Tensor operator()(const Tensor& x) const = 0;
};

/// A recurrent network, whose last state is read.
template <class Layer>
struct Recurrent : Model {
  Layer layer;
  nn::Linear out;

  Recurrent(const Task& task, Index h, Rng& rng, const nn::RecurrentOptions& options = {})
      : layer(task.features, h, rng, options), out(h, task.classes, rng) {
    adopt("layer", layer), adopt("out", out);
  }
  Tensor operator()(const Tensor& x) const override { return out(select(layer(x).h_n, 0, 0)); }
};

constexpr Index d = 48;  // width of the three attention models

/// What queries (B, Tq, d) make of steps (B, T, d) -> (B, Tq, d): all in which the three attention models differ.
struct Attend : nn::Module {
  virtual ~Attend() = default;
  virtual Tensor operator()(const Tensor& queries, const Tensor& steps) const = 0;
};

struct Additive : Attend {
  nn::AdditiveAttention layer;
  nn::Linear value, merge;

  explicit Additive(Rng& rng) : layer(d, d, d, rng), value(d, d, rng), merge(d, d, rng) {
    adopt("layer", layer), adopt("value", value), adopt("merge", merge);
  }
  Tensor operator()(const Tensor& queries, const Tensor& steps) const override { return merge(layer(queries, steps, value(steps)).output); }
};

struct Heads : Attend {
  nn::MultiheadAttention layer;

  Heads(Index count, Rng& rng) : layer(d, count, rng) { adopt("layer", layer); }
  Tensor operator()(const Tensor& queries, const Tensor& steps) const override { return layer(queries, steps, steps).output; }
};

/// What the three share: one layer with learned positions, norm(queries + attend(queries, steps)) and norm(y + feed_forward(y)).
struct Attention : Model {
  Task task;
  std::unique_ptr<Attend> attend;
  nn::Linear in, wide, narrow, out;
  nn::LearnedPosition positions;
  nn::LayerNorm norm1, norm2;

  Attention(std::unique_ptr<Attend> made, const Task& t, Index h, Rng& rng)
      : task(t),
        attend(std::move(made)),
        in(task.features, d, rng),
        wide(d, h, rng),
        narrow(h, d, rng),
        out(d, task.classes, rng),
        positions(task.steps, d, rng),
        norm1(d),
        norm2(d) {
    adopt("attend", *attend), adopt("in", in), adopt("norm1", norm1), adopt("wide", wide);
    adopt("narrow", narrow), adopt("norm2", norm2), adopt("out", out);
    if (task.positions) adopt("positions", positions);
  }
  Tensor operator()(const Tensor& x) const override {
    Tensor steps = task.positions ? positions(in(x)) : in(x);  // (B, T, d)
    // Asked of the last step, only that step queries; otherwise every step does, and the mean is read.
    Tensor queries = task.ask_last ? slice(steps, 1, task.steps - 1, task.steps) : steps;  // (B, 1 or T, d)
    Tensor y = norm1(queries + (*attend)(queries, steps));
    y = norm2(y + narrow(relu(wide(y))));
    return out(mean(y, 1));  // (B, classes)
  }
};

using AnyModel = std::unique_ptr<Model>;

AnyModel rnn(const Task& task, Index h, Rng& rng) { return std::make_unique<Recurrent<nn::RNN>>(task, h, rng); }
AnyModel lstm(const Task& task, Index h, Rng& rng) { return std::make_unique<Recurrent<nn::LSTM>>(task, h, rng); }
AnyModel around(std::unique_ptr<Attend> attend, const Task& task, Index h, Rng& rng) {
  return std::make_unique<Attention>(std::move(attend), task, h, rng);
}
AnyModel additive(const Task& task, Index h, Rng& rng) { return around(std::make_unique<Additive>(rng), task, h, rng); }
AnyModel dot_product(const Task& task, Index h, Rng& rng) { return around(std::make_unique<Heads>(1, rng), task, h, rng); }
AnyModel multi_head(const Task& task, Index h, Rng& rng) { return around(std::make_unique<Heads>(4, rng), task, h, rng); }

struct Kind {
  const char* name;
  AnyModel (*build)(const Task& task, Index h, Rng& rng);
};
constexpr Kind five[] = {{"RNN", rnn}, {"LSTM", lstm}, {"additive", additive}, {"dot-product", dot_product}, {"multi-head", multi_head}};

/// The largest width within the budget: that of the state in the recurrent ones, of the feed-forward network in the others.
Index largest_width(const Kind& kind, const Task& task) {
  Index h = 8;
  for (Rng rng(0); kind.build(task, h + 1, rng)->parameter_count() <= budget;) ++h;
  return h;
}
AnyModel largest(const Kind& kind, const Task& task, std::uint64_t seed) {
  Rng rng(seed);
  return kind.build(task, largest_width(kind, task), rng);
}

}  // namespace
