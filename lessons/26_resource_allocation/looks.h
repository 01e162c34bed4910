#pragma once
#include <qkv/datasets/metrics.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <algorithm>
#include <cmath>

// Eight places and a budget of looks: the task, the policy, REINFORCE. The lesson runs them, and so do the answers to the exercises.

using namespace qkv;

constexpr Index places = 8, words = 8, colours = 4, classes = 4;
// How often the wanted word lies at each place: the places are not alike.
constexpr Scalar prior[places] = {0.30f, 0.20f, 0.15f, 0.10f, 0.10f, 0.05f, 0.05f, 0.05f};

/// Draws one of 0 ... n - 1, each with its probability p, and never one of probability 0.
inline Index draw(const Scalar* p, Index n, Rng& rng) {
  double u = rng.uniform();
  Index drawn = 0;
  for (Index j = 0; j < n && u >= 0; ++j) {
    if (p[j] > 0) drawn = j;
    u -= p[j];
  }
  return drawn;
}

/// Scores (B, n) of one query (B, d) each with its keys (B, n, d).
inline Tensor scores(const Tensor& query, const Tensor& keys) { return squeeze(matmul(keys, unsqueeze(query, 2)), 2); }
/// The values (B, n, d) under their weights (B, n) -> (B, d).
inline Tensor weighted(const Tensor& weights, const Tensor& values) { return squeeze(matmul(unsqueeze(weights, 1), values), 1); }

/// Eight words lie at eight places. From a distance one sees only the colour of a word: words 2c and 2c + 1 have colour c. A look at a place
/// shows the word and its class. Wanted: the class of one word.
struct Batch {
  Tensor asked, colour, word, cls, answer;  // one-hot: (B, 8), (B, 8, 4), (B, 8, 8), (B, 8, 4), (B, 4)
};
inline Batch draw_batch(Index B, Rng& rng) {
  Tensor word = zeros({B, places, words}), cls = zeros({B, places, classes}), wanted = zeros({B, places});
  for (Index n = 0; n < B; ++n) {
    std::vector<Index> at = rng.permutation(places);
    wanted.set({n, draw(prior, places, rng)}, 1);
    for (Index j = 0; j < places; ++j) word.set({n, j, at[j]}, 1), cls.set({n, j, rng.below(classes)}, 1);
  }
  return {weighted(wanted, word), sum(reshape(word, {B, places, colours, 2}), 3), word, cls, weighted(wanted, cls)};
}

/// Which places were looked at, and log_pi, the logarithm of the probability of these looks in this order.
struct Looks {
  Tensor seen, log_pi;  // (B, places), 1 or 0; (B)
};
/// k places, none twice: drawn with probability softmax(scores), or, without an rng, those with the highest scores.
inline Looks look(const Tensor& scores, Index k, Rng* rng) {
  Index B = scores.size(0), n = scores.size(1);
  Looks looks{zeros({B, n}), 0};  // no look yet, which has probability 1: log 1 = 0
  for (Index t = 0; t < k; ++t) {
    Tensor rest = scores + log(1 - looks.seen), pi = softmax(rest.detach());  // log 0 = -inf: not there again
    Indices j = argmax(pi);
    for (Index b = 0; rng && b < B; ++b) j.values[b] = draw(pi.data() + b * n, n, *rng);
    looks.seen = looks.seen + one_hot(j, n);
    j.shape.push_back(1);  // (B, 1)
    looks.log_pi = looks.log_pi + squeeze(gather(log_softmax(rest), 1, j), 1);
  }
  return looks;
}

/// The policy chooses where to look, from the colours; the reader answers, from what was looked at. Four learned tables.
struct Model : nn::Module {
  Parameter W, b;  // the policy: for each wanted word a score for each colour, and a score for each place
  Parameter R, g;  // the reader: scores from the wanted word to each seen word, and to a guess, which gives every class 1/4

  Model()
      : W(add_parameter("W", zeros({words, colours}))),
        b(add_parameter("b", zeros({1, places}))),
        R(add_parameter("R", zeros({words, words}))),
        g(add_parameter("g", zeros({1, 1}))) {}
  Tensor policy(const Batch& x) const;
  Tensor read(const Batch& x, const Tensor& seen) const;
};
/// Scores of the places, from their colours (B, places).
inline Tensor Model::policy(const Batch& x) const { return scores(matmul(x.asked, W), x.colour) + b; }

/// Soft attention over what was seen: the probability of each class (B, classes).
inline Tensor Model::read(const Batch& x, const Tensor& seen) const {
  Tensor e = scores(matmul(x.asked, R), x.word) + log(seen), guess = zeros({x.asked.size(0), 1}) + g;  // log 0 = -inf hides
  Tensor alpha = softmax(concat({e, guess}, 1));                                                       // (B, places + 1)
  return weighted(slice(alpha, 1, 0, places), x.cls) + slice(alpha, 1, places, places + 1) / classes;
}

/// Where the policy looks. With as many looks as places everything is seen: plain soft attention.
inline Looks follow(const Model& model, const Batch& x, Index k, Rng& rng) {
  if (k == places) return {1, 0};
  return look(model.policy(x), k, &rng);
}

/// -log p(answer) of each case, after these looks.
inline Tensor surprise(const Model& model, const Batch& x, const Looks& looks) {
  return -log(sum(model.read(x, looks.seen) * x.answer, 1));
}

/// What is minimised: the surprise, and for the policy (surprise - baseline) log pi. The gradient of the second part is that of REINFORCE.
inline Tensor loss_of(const Model& model, const Batch& x, const Looks& looks, double baseline) {
  Tensor cost = surprise(model, x, looks);
  return mean(cost + (cost.detach() - baseline) * looks.log_pi);
}

/// Share of right answers after k looks by these scores.
inline double right(const Model& reader, const Batch& x, const Tensor& scores, Index k, Rng* rng = nullptr) {
  return accuracy(reader.read(x, look(scores, k, rng).seen), argmax(x.answer));
}

/// Trains on fresh cases, k looks each. Without `reinforce` the policy gets only what backpropagation brings: nothing.
inline Model train(Index k, Index steps, Rng rng, bool reinforce = true, bool with_baseline = true) {
  Model model;
  optim::Adam adam(model.parameters(), 0.05);
  double baseline = with_baseline ? std::log(4.0) : 0;
  show::Progress progress(steps, "k = " + show::whole(k));
  for (Index step = 0; step < steps; ++step) {
    Batch x = draw_batch(64, rng);
    Looks looks = follow(model, x, k, rng);
    if (!reinforce) looks.log_pi = looks.log_pi.detach();
    adam.zero_grad();
    loss_of(model, x, looks, baseline).backward();
    adam.step();
    if (with_baseline) baseline += 0.05 * (mean(surprise(model, x, looks)).item() - baseline);
    progress.step();
  }
  return model;
}

/// The gradient of y with respect to x.
inline Tensor gradient(const Tensor& y, Tensor x) {
  x.zero_grad();
  y.backward();
  return x.grad();
}

/// The variance of the rows (n, d) if row j comes with probability p_j: that of each column, added up.
inline double variance(const Tensor& p, const Tensor& rows) {
  Tensor off = rows - matmul(p, rows);
  return sum(matmul(p, off * off)).item();
}

/// The same for the gradient of W, from batch to batch.
inline double scatter(const Model& model, double baseline, Rng rng) {
  const Index batches = 200;
  Tensors gradients;
  for (Index i = 0; i < batches; ++i) {
    Batch x = draw_batch(64, rng);
    gradients.push_back(gradient(loss_of(model, x, follow(model, x, 1, rng), baseline), model.W));
  }
  return variance(full({batches}, 1.0 / batches), reshape(stack(gradients), {batches, -1}));
}

/// What REINFORCE takes the mean of: r_j times the gradient of log pi_j with respect to theta, which is 1_j - pi. A row for each j.
inline Tensor tries(const Tensor& r, const Tensor& pi) { return unsqueeze(r, 1) * (eye(pi.size()) - pi); }

/// The exact mean reward of k = 1 or 2 different places out of three. The second is worth the mean of those that are left.
inline Tensor mean_reward(const Tensor& theta, const Tensor& r, Index k) {
  Tensor pi = softmax(theta), each = pi * r, one = sum(each);
  if (k == 1) return one;
  return one + sum(pi * (one - each) / (1 - pi));
}

/// How often can one look find the wanted word? At place i if the other place with the same colour, its twin, is less frequent.
inline double best_with_one_look() {
  double found = 0;
  for (Index i = 0; i < places; ++i)
    for (Index twin = 0; twin < places; ++twin)
      if (i != twin) found += prior[i] * (prior[i] > prior[twin] ? 1 : prior[i] == prior[twin] ? 0.5 : 0) / (places - 1);
  return found;
}

/// How often the answer is right if the word is found with this probability. Otherwise one guesses among 4 classes.
inline double or_guess(double found) { return found + (1 - found) / classes; }

/// How often the k most frequent places hold the wanted word.
inline double found_by_fixed(Index k) {
  double found = 0;
  for (Index j = 0; j < k; ++j) found += prior[j];
  return found;
}
