#pragma once
#include <qkv/qkv.h>

#include <functional>

// The five models of the lesson: what they share, and the one line in which they differ.

using namespace qkv;

namespace {

constexpr Index budget = 25000;  // learned numbers, at most, for every model on every task

/// One of the five: its weights, and what it makes of sequences: (B, T, features) -> a score for each class (B, classes).
struct Model {
  std::string name;
  Tensors weights;
  std::function<Tensor(const Tensor&)> scores;
};

/// What is asked: of the last step (recall), or of the sequence as a whole (an image).
struct Task {
  Index features, classes, steps;
  bool ask_last;
};

Tensors weights_of(std::initializer_list<const nn::Module*> parts) {
  Tensors all;
  for (const nn::Module* part : parts)
    for (const Tensor& weight : part->parameters()) all.push_back(weight);
  return all;
}

Index count(const Model& model) {
  Index total = 0;
  for (const Tensor& weight : model.weights) total += weight.size();
  return total;
}

/// A recurrent network, whose last state is read.
Model rnn(const Task& task, Index h, Rng& rng) {
  nn::RNN layer(task.features, h, rng);
  nn::Linear out(h, task.classes, rng);
  return {"RNN", weights_of({&layer, &out}), [=](const Tensor& x) { return out(select(layer(x).h_n, 0, 0)); }};
}
Model lstm(const Task& task, Index h, Rng& rng) {
  nn::LSTM layer(task.features, h, rng);
  nn::Linear out(h, task.classes, rng);
  return {"LSTM", weights_of({&layer, &out}), [=](const Tensor& x) { return out(select(layer(x).h_n, 0, 0)); }};
}

constexpr Index d = 48;  // width of the three attention models

/// What the three attention models share: one layer, x = norm(x + attend(x)), x = norm(x + feed_forward(x)), with learned positions.
/// attend(queries, steps) is all that differs. Asked of the last step, only that step queries; otherwise every step does, and the mean is
/// read.
template <class Attend>
Model attention(const std::string& name, const Task& task, Index h, Rng& rng, Tensors weights, Attend attend) {
  nn::Linear in(task.features, d, rng), wide(d, h, rng), narrow(h, d, rng), out(d, task.classes, rng);
  nn::LearnedPosition positions(task.steps, d, rng);
  nn::LayerNorm norm1(d), norm2(d);
  for (const Tensor& weight : weights_of({&in, &positions, &norm1, &wide, &narrow, &norm2, &out})) weights.push_back(weight);
  return {name, weights, [=](const Tensor& x) {
            Tensor steps = positions(in(x));                                                       // (B, T, d)
            Tensor queries = task.ask_last ? slice(steps, 1, task.steps - 1, task.steps) : steps;  // (B, 1 or T, d)
            Tensor y = norm1(queries + attend(queries, steps));
            y = norm2(y + narrow(relu(wide(y))));
            return out(mean(y, 1));  // (B, classes)
          }};
}

Model additive(const Task& task, Index h, Rng& rng) {
  nn::AdditiveAttention layer(d, d, d, rng);
  nn::Linear value(d, d, rng), merge(d, d, rng);
  return attention("additive", task, h, rng, weights_of({&layer, &value, &merge}),
                   [=](const Tensor& queries, const Tensor& steps) { return merge(layer(queries, steps, value(steps)).output); });
}
Model heads(const std::string& name, Index count, const Task& task, Index h, Rng& rng) {
  nn::MultiheadAttention layer(d, count, rng);
  return attention(name, task, h, rng, layer.parameters(),
                   [=](const Tensor& queries, const Tensor& steps) { return layer(queries, steps, steps).output; });
}
Model dot_product(const Task& task, Index h, Rng& rng) { return heads("dot-product", 1, task, h, rng); }
Model multi_head(const Task& task, Index h, Rng& rng) { return heads("multi-head", 4, task, h, rng); }

using Build = Model (*)(const Task&, Index h, Rng&);
constexpr Build five[] = {rnn, lstm, additive, dot_product, multi_head};

/// The largest model of its kind within the budget: h is the state of the recurrent ones, the feed-forward width of the others.
Model largest(Build build, const Task& task, std::uint64_t seed) {
  Index h = 8;
  for (Rng rng(0); count(build(task, h + 1, rng)) <= budget;) ++h;
  Rng rng(seed);
  return build(task, h, rng);
}

}  // namespace
