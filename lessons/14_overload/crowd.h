#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task and its training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

constexpr Index width = 8;  // of a key

/// n voices at once, one of which matters. Its value is s = +1 or -1; the others' values are noise. Every key is noise too, but the key of the
/// one that matters has `mark` u added. u is a direction, which the listener is not told.
struct Crowd {
  double mark = 4;
  Tensor u;  // (width), of length 1

  struct Batch {
    Tensor keys, values, s;    // (batch, n, width), (batch, n), (batch)
    std::vector<Index> place;  // of the one that matters
  };
  Batch draw(Index batch, Index n, Rng& rng) const {
    Batch drawn{randn({batch, n, width}, rng), randn({batch, n}, rng), zeros({batch}), {}};
    for (Index i = 0; i < batch; ++i) {
      Index j = rng.below(n);
      double s = rng.below(2) ? 1 : -1;
      drawn.s.set({i}, s);
      drawn.values.set({i, j}, s);
      for (Index d = 0; d < width; ++d) drawn.keys.set({i, j, d}, drawn.keys.at({i, j, d}) + mark * u.at({d}));
      drawn.place.push_back(j);
    }
    return drawn;
  }
};

/// A crowd whose u points somewhere.
inline Crowd some_crowd(double mark, Rng& rng) {
  Tensor u = randn({width}, rng);
  return {mark, u / sqrt(sum(u * u).item())};
}

/// alpha = softmax(keys w): a weight for each voice.   keys (..., n, width), w (width) -> (..., n).
inline Tensor weights(const Tensor& keys, const Tensor& w) { return softmax(matmul(keys, w)); }
/// sum_j alpha_j value_j.   (batch, n), (batch, n) -> (batch).
inline Tensor heard(const Tensor& alpha, const Tensor& values) { return sum(alpha * values, 1); }

/// What many trials gave: how often the sign was right, the mean weight on the one that matters, and the mean of (s - what was heard)^2.
struct Measured {
  double right = 0, weight = 0, error = 0;
};

/// One result for each w; all of them hear the same crowds of n.
inline std::vector<Measured> measure(const Crowd& crowd, const Tensors& listeners, Index n, Index trials, Rng& rng) {
  NoGrad no_graph;
  std::vector<Measured> result(listeners.size());
  Index at_once = std::max<Index>(1, 20000 / n), chunks = (trials + at_once - 1) / at_once;
  double share = 1 / static_cast<double>(at_once * chunks);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    Crowd::Batch batch = crowd.draw(at_once, n, rng);
    for (std::size_t l = 0; l < listeners.size(); ++l) {
      Tensor alpha = weights(batch.keys, listeners[l]), agreement = batch.s * heard(alpha, batch.values);
      for (Index i = 0; i < at_once; ++i) {
        double a = agreement.at({i});
        result[l].right += a > 0 ? share : 0;
        result[l].error += share * (1 - a) * (1 - a);
        result[l].weight += share * alpha.at({i, batch.place[i]});
      }
    }
  }
  return result;
}

/// Learns w from the answers alone, in crowds of n.
inline Tensor learn(const Crowd& crowd, Index n, Index steps, Rng& rng) {
  Tensor w = zeros({width}).requires_grad(true);  // all weights equal: the mean
  optim::SGD sgd({w}, 2);
  optim::Cosine schedule(2, steps);  // the loss is flat around the best w: ever smaller steps settle there
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    Crowd::Batch batch = crowd.draw(64, n, rng);
    Tensor loss = mse_loss(heard(weights(batch.keys, w), batch.values), batch.s);
    sgd.lr = schedule.lr(step);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return w.detach();
}
