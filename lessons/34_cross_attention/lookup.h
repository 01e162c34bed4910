#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task of section 8 and its training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

/// A list of words out of 12, each with two random numbers; three questions, in another language, each for the numbers of one word of the
/// list. Words are one-hot in both languages. Word w of one means word 11 - w of the other, which nobody tells the model.
struct Batch {
  Tensor queries, keys, values, target;  ///< (B, 3, 12), (B, items, 12), (B, items, 2), (B, 3, 2)
};

/// With `in_list` false the questions ask for words that are not in the list; then the target is 0.
inline Batch draw(Index batch, Index items, Rng& rng, bool in_list = true) {
  const Index vocabulary = 12, questions = 3;
  Indices asked({batch, questions}, std::vector<Index>(batch * questions)), shown({batch, items}, std::vector<Index>(batch * items));
  Tensor values = randn({batch, items, 2}, rng), target = zeros({batch, questions, 2});
  for (Index n = 0; n < batch; ++n) {
    const std::vector<Index> order = rng.permutation(vocabulary);  // the first ones are shown
    for (Index j = 0; j < items; ++j) shown.values[n * items + j] = order[j];
    for (Index i = 0; i < questions; ++i) {
      const Index wanted = in_list ? rng.below(items) : items + rng.below(vocabulary - items);
      asked.values[n * questions + i] = vocabulary - 1 - order[wanted];
      for (Index l = 0; in_list && l < 2; ++l) target.set({n, i, l}, values.at({n, wanted, l}));
    }
  }
  return {one_hot(asked, vocabulary), one_hot(shown, vocabulary), values, target};
}

/// Cross-attention with learned queries and keys; the values are taken as they are.
struct LookUp {
  nn::Linear W_q, W_k;
  explicit LookUp(Rng& rng) : W_q(12, 16, rng, false), W_k(12, 16, rng, false) {}

  Attended operator()(const Batch& b) const { return scaled_dot_product_attention(W_q(b.queries), W_k(b.keys), b.values); }
};

inline LookUp train(Index items, Index steps, std::uint64_t seed) {
  Rng rng(seed);
  LookUp look_up(rng);
  optim::Adam adam({look_up.W_q.weight, look_up.W_k.weight}, 0.01);
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, items, rng);
    Tensor loss = mse_loss(look_up(batch).output, batch.target);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return look_up;
}

/// On 500 new cases with lists of this length: squared errors of the list's mean and of cross-attention, and the mean largest weight.
struct Measured {
  double of_mean, error, largest;
};
inline Measured measure(const LookUp& look_up, Index items, std::uint64_t seed, bool in_list = true) {
  Rng rng(seed);
  const Batch test = draw(500, items, rng, in_list);
  const Attended attended = look_up(test);
  return {mse_loss(mean(test.values, 1, true) * ones({1, 3, 1}), test.target).item(), mse_loss(attended.output, test.target).item(),
          mean(max(attended.weights, -1)).item()};
}
