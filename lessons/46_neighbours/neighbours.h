#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The tasks of section 6, the models and their training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

// Two tasks of one shape. Seven items, each with a key of its own, a value and perhaps a mark, then a question; the answer is an item's value.
//   next:    the item behind the marked one
//   look-up: the item whose key the question names
constexpr Index items = 7, n = items + 1, mark = items, value = items + 1, question = items + 2, d = items + 3;
enum class Task { next, look_up };
struct Batch {
  Tensor X, answer;  // (B, 8, 10), (B, 1)
};
inline Batch draw(Index count, Task task, Index distance, Rng& rng) {
  Batch batch{zeros({count, n, d}), zeros({count, 1})};
  for (Index c = 0; c < count; ++c) {
    std::vector<Index> key = rng.permutation(items);
    Index marked = rng.below(items - distance), wanted = task == Task::next ? marked + distance : rng.below(items);
    for (Index i = 0; i < items; ++i) {
      double number = rng.normal();
      batch.X.set({c, i, key[i]}, 1);
      batch.X.set({c, i, value}, number);
      if (i == wanted) batch.answer.set({c, 0}, number);
    }
    batch.X.set({c, marked, mark}, 1);
    batch.X.set({c, items, question}, 1);
    batch.X.set({c, items, key[task == Task::look_up ? wanted : rng.below(items)]}, 1);
  }
  return batch;
}

/// What can be trained on either task: X (B, 8, 10) -> (B, 1).
struct Model : nn::Module {
  virtual Tensor operator()(const Tensor& X) const = 0;
};

/// The article's four steps: a weight from each element and its left neighbour, weight times element, one linear layer over all of it.
struct Neighbours : Model {
  nn::Linear W, u, out;
  explicit Neighbours(Rng& rng) : W(2 * d, 16, rng), u(16, 1, rng), out(n * d, 1, rng) { adopt("W", W), adopt("u", u), adopt("out", out); }
  Tensor operator()(const Tensor& X) const override {
    Tensor before = concat({zeros({X.size(0), 1, d}), slice(X, 1, 0, n - 1)}, 1);
    Tensor w = u(tanh(W(concat({before, X}, 2))));  // (B, 8, 1)
    return out(reshape(w * X, {-1, n * d}));
  }
};

/// The article's formula: a_i = sum_j alpha_ij x_j with a weight for every pair, then the same linear layer.
struct Formula : Model {
  bool positions;
  nn::Linear W_q, W_k, out;
  Formula(bool with_positions, Rng& rng)
      : positions(with_positions), W_q(d + n * positions, 16, rng), W_k(d + n * positions, 16, rng), out(n * d, 1, rng) {
    adopt("W_q", W_q), adopt("W_k", W_k), adopt("out", out);
  }
  Tensor operator()(const Tensor& X) const override {
    Tensor from = positions ? concat({X, zeros({X.size(0), n, n}) + eye(n)}, 2) : X;
    return out(reshape(scaled_dot_product_attention(W_q(from), W_k(from), X).output, {-1, n * d}));
  }
};

/// Trains on fresh cases; the squared error on 2,000 others.
inline double train(const Model& model, const char* name, Task task, Index distance, Index steps, Rng& rng) {
  optim::Adam adam(model.parameters(), 0.01);
  show::Progress progress(steps, name);
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, task, distance, rng);
    Tensor loss = mse_loss(model(batch.X), batch.answer);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("error " + show::number(loss.item()));
  }
  Rng test_rng(99);
  Batch test = draw(2000, task, distance, test_rng);
  return mse_loss(model(test.X), test.answer).item();
}

/// The squared error of who answers with this share of every value, whatever is asked.
inline double error_of_share(double share, Task task, Index distance) {
  Rng rng(99);
  Batch test = draw(2000, task, distance, rng);
  return mse_loss(sum(select(test.X, 2, value), 1, true) * share, test.answer).item();
}
