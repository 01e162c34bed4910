#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// The task of section 7 and its training: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

/// A dictionary that nobody wrote down. Each case shows four of six English
/// words, each with two numbers, and asks in French for one of them; the answer
/// is its numbers. A word is a one-hot vector, so nothing in the vectors says
/// that chat and cat belong together.
struct Dictionary {
  std::vector<std::string> english{"the", "cat", "dog", "sat", "ran", "big"};
  std::vector<std::string> french{"grand", "chien", "le", "courut", "chat", "assis"};
  Index meaning[6] = {5, 2, 0, 4, 1, 3};  // french[i] means english[meaning[i]]

  struct Batch {
    Tensor queries, keys, values, target;
  };
  Batch draw(Index batch, Rng& rng) const {
    Index vocabulary = 6, items = 4;
    Indices asked({batch, 1}, std::vector<Index>(batch)), shown({batch, items}, std::vector<Index>(batch * items));
    Tensor values = randn({batch, items, 2}, rng), target = zeros({batch, 1, 2});
    for (Index n = 0; n < batch; ++n) {
      std::vector<Index> order = rng.permutation(vocabulary);  // the first four are shown
      Index wanted = rng.below(items);
      for (Index j = 0; j < items; ++j) shown.values[n * items + j] = meaning[order[j]];
      asked.values[n] = order[wanted];
      for (Index d = 0; d < 2; ++d) target.set({n, 0, d}, values.at({n, wanted, d}));
    }
    return {one_hot(asked, vocabulary), one_hot(shown, vocabulary), values, target};
  }
};

/// The squared error on these cases, and their mean largest weight.
struct Measured {
  double error, largest;
};
inline Measured measure(const nn::AdditiveAttention& attention, const Dictionary::Batch& test) {
  Attended attended = attention(test.queries, test.keys, test.values);
  return {mse_loss(attended.output, test.target).item(), mean(max(attended.weights, -1)).item()};
}

/// Trains the attention on fresh cases.
inline void train(const nn::AdditiveAttention& attention, const Dictionary& task, Index steps, Rng& rng) {
  optim::Adam adam(attention.parameters(), 0.01);
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    Dictionary::Batch batch = task.draw(64, rng);
    Tensor loss = mse_loss(attention(batch.queries, batch.keys, batch.values).output, batch.target);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

/// What one training came to.
struct Outcome {
  Measured before, after;
  double mean_error;  // of answering with the mean of the four shown
  Index right = 0;    // French words whose largest weight lies on their translation
  Tensor map;         // (French, English)
};
inline Outcome learn(std::uint64_t seed, Index steps, Index hidden = 16) {
  Rng rng(seed), test_rng(seed + 1);
  Dictionary task;
  nn::AdditiveAttention attention(6, 6, hidden, rng);
  Dictionary::Batch test = task.draw(1000, test_rng);
  Outcome outcome;
  outcome.before = measure(attention, test);
  train(attention, task, steps, rng);
  outcome.after = measure(attention, test);
  outcome.mean_error = mse_loss(mean(test.values, 1, true), test.target).item();
  Tensor all = unsqueeze(eye(6), 0);
  outcome.map = select(attention(all, all, all).weights, 0, 0);
  Indices favourite = argmax(outcome.map, -1);
  for (Index i = 0; i < 6; ++i) outcome.right += favourite.values[i] == task.meaning[i];
  return outcome;
}
