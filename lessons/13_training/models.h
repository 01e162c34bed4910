#pragma once
#include <qkv/qkv.h>

#include <memory>

// The two models of the lesson, and the smallest task that only one of them can learn. The lesson runs them, and so do the answers to the
// exercises.

using namespace qkv;

/// What makes a row of scores from a row of numbers.
struct Model : nn::Module {
  virtual Tensor operator()(const Tensor& x) const = 0;
};

/// One linear layer: scores = W x + b.
struct Line : Model {
  nn::Linear linear;

  Line(Index in, Index out, Rng& rng) : linear(in, out, rng) { adopt("linear", linear); }
  Tensor operator()(const Tensor& x) const override { return linear(x); }
};

/// A hidden layer between two linear ones: h = tanh(W1 x + b1), scores = W2 h + b2.
struct MLP : Model {
  nn::Linear first, second;

  MLP(Index in, Index hidden, Index out, Rng& rng) : first(in, hidden, rng), second(hidden, out, rng) {
    adopt("first", first);
    adopt("second", second);
  }
  Tensor operator()(const Tensor& x) const override { return second(tanh(first(x))); }
};

/// XOR: the class is 1 if exactly one of the two numbers is 1.
struct Xor {
  Tensor x = tensor({{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  Indices target{0, 1, 1, 0};
};

/// Makes `steps` steps on all of x at once; returns the last loss.
inline double fit(const Model& model, const Tensor& x, const Indices& target, Index steps) {
  optim::Adam adam(model.parameters(), 0.02);
  Tensor loss;
  for (Index step = 0; step < steps; ++step) {
    loss = cross_entropy(model(x), target);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  return loss.item();
}

enum class Start { random, alike, zero };

/// The loss on XOR after 1,000 steps; hidden = 0: the linear model. With Start::alike all hidden numbers start as copies of the first.
inline double learn_xor(Index hidden, Start start, std::uint64_t seed) {
  Rng rng(seed);
  Xor task;
  std::unique_ptr<Model> model;
  if (hidden == 0) model = std::make_unique<Line>(2, 2, rng);
  else model = std::make_unique<MLP>(2, hidden, 2, rng);
  if (start == Start::zero)
    for (Tensor parameter : model->parameters()) parameter.copy_from(zeros(parameter.shape()));
  if (start == Start::alike) {
    Tensors p = model->parameters();  // W1 (hidden, 2), b1 (hidden), W2 (2, hidden), b2 (2)
    for (Index j = 1; j < hidden; ++j) {
      for (Index i : {0, 1}) p[0].set({j, i}, p[0].at({0, i}));
      p[1].set({j}, p[1].at({0}));
      for (Index i : {0, 1}) p[2].set({i, j}, p[2].at({i, 0}));
    }
  }
  return fit(*model, task.x, task.target, 1000);
}
