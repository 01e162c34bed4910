#pragma once
#include <qkv/qkv.h>
#include <qkv/tensor/counted.h>

// The five models of the lesson: what they share, and the one line in which they differ.

using namespace qkv;

namespace {

constexpr Index budget = 25000;  // learned numbers, at most, for every model on every task

/// What is asked: of the last step (recall), or of the sequence as a whole (an image).
struct Task {
  Index features, classes, steps;
  bool ask_last;
};

/// One of the five: its weights, and what it makes of sequences.
struct Model : nn::Module, Counted {
  virtual ~Model() = default;
  /// x (B, T, features) -> a score for each class (B, classes).
  virtual Tensor operator()(const Tensor& x) const = 0;
};

/// A recurrent network, whose last state is read.
template <class Layer>
struct Recurrent : Model {
  Layer layer;
  nn::Linear out;

  Recurrent(const Task& task, Index h, Rng& rng) : layer(task.features, h, rng), out(h, task.classes, rng) {
    adopt("layer", layer), adopt("out", out);
  }
  Tensor operator()(const Tensor& x) const override { return out(select(layer(x).h_n, 0, 0)); }
};

constexpr Index d = 48;  // width of the three attention models

/// What the three attention models share: one layer, x = norm(x + attend(x)), x = norm(x + feed_forward(x)), with learned positions.
/// What attend makes of queries and steps is all that differs.
struct AroundAttention : nn::Module {
  Task task;
  nn::Linear in, wide, narrow, out;
  nn::LearnedPosition positions;
  nn::LayerNorm norm1, norm2;

  AroundAttention(const Task& t, Index h, Rng& rng)
      : task(t),
        in(task.features, d, rng),
        wide(d, h, rng),
        narrow(h, d, rng),
        out(d, task.classes, rng),
        positions(task.steps, d, rng),
        norm1(d),
        norm2(d) {
    adopt("in", in), adopt("positions", positions), adopt("norm1", norm1), adopt("wide", wide), adopt("narrow", narrow);
    adopt("norm2", norm2), adopt("out", out);
  }
  Tensor steps(const Tensor& x) const { return positions(in(x)); }  // (B, T, d)
  /// Asked of the last step, only that step queries; otherwise every step does, and the mean is read.
  Tensor queries(const Tensor& steps) const {
    return task.ask_last ? slice(steps, 1, task.steps - 1, task.steps) : steps;  // (B, 1 or T, d)
  }
  Tensor answer(const Tensor& queries, const Tensor& attended) const {
    Tensor y = norm1(queries + attended);
    y = norm2(y + narrow(relu(wide(y))));
    return out(mean(y, 1));  // (B, classes)
  }
};

struct Additive : Model {
  nn::AdditiveAttention layer;
  nn::Linear value, merge;
  AroundAttention around;

  Additive(const Task& task, Index h, Rng& rng) : layer(d, d, d, rng), value(d, d, rng), merge(d, d, rng), around(task, h, rng) {
    adopt("layer", layer), adopt("value", value), adopt("merge", merge), adopt("around", around);
  }
  Tensor operator()(const Tensor& x) const override {
    Tensor steps = around.steps(x), queries = around.queries(steps);
    return around.answer(queries, merge(layer(queries, steps, value(steps)).output));
  }
};

struct Heads : Model {
  nn::MultiheadAttention layer;
  AroundAttention around;

  Heads(Index count, const Task& task, Index h, Rng& rng) : layer(d, count, rng), around(task, h, rng) {
    adopt("layer", layer), adopt("around", around);
  }
  Tensor operator()(const Tensor& x) const override {
    Tensor steps = around.steps(x), queries = around.queries(steps);
    return around.answer(queries, layer(queries, steps, steps).output);
  }
};

using AnyModel = Handle<Model>;

AnyModel rnn(const Task& task, Index h, Rng& rng) { return AnyModel(new Recurrent<nn::RNN>(task, h, rng)); }
AnyModel lstm(const Task& task, Index h, Rng& rng) { return AnyModel(new Recurrent<nn::LSTM>(task, h, rng)); }
AnyModel additive(const Task& task, Index h, Rng& rng) { return AnyModel(new Additive(task, h, rng)); }
AnyModel dot_product(const Task& task, Index h, Rng& rng) { return AnyModel(new Heads(1, task, h, rng)); }
AnyModel multi_head(const Task& task, Index h, Rng& rng) { return AnyModel(new Heads(4, task, h, rng)); }

struct Kind {
  const char* name;
  AnyModel (*build)(const Task& task, Index h, Rng& rng);
};
constexpr Kind five[] = {{"RNN", rnn}, {"LSTM", lstm}, {"additive", additive}, {"dot-product", dot_product}, {"multi-head", multi_head}};

/// The largest model of its kind within the budget: h is the state of the recurrent ones, the feed-forward width of the others.
AnyModel largest(const Kind& kind, const Task& task, std::uint64_t seed) {
  Index h = 8;
  for (Rng rng(0); kind.build(task, h + 1, rng)->parameter_count() <= budget;) ++h;
  Rng rng(seed);
  return kind.build(task, h, rng);
}

}  // namespace
