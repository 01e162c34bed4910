#include "../exercise.h"

#include "example.h"
#include "reverser.h"
#include "stack.h"

namespace solution {

Tensor normed(const Tensor& x) {
  Tensor centred = x - mean(x, -1, true);
  return centred / sqrt(mean(centred * centred, -1, true) + 1e-5);
}

Tensor feed_forward(const Tensor& x, const Tensor& W_1, const Tensor& b_1, const Tensor& W_2, const Tensor& b_2) {
  return linear(relu(linear(x, W_1, b_1)), W_2, b_2);
}

using Part = std::function<Tensor(const Tensor&)>;

Tensor layer(const Part& attend, const Part& feed, const Tensor& x, bool norm_first) {
  Tensor h = norm_first ? x + attend(normed(x)) : normed(x + attend(x));
  return norm_first ? h + feed(normed(h)) : normed(h + feed(h));
}

Indices decoder_input(const Indices& answer, Index start) {
  Indices input = answer;
  Index T = answer.shape[1];
  for (Index i = 0; i < static_cast<Index>(input.values.size()); ++i) input.values[i] = i % T == 0 ? start : answer.values[i - 1];
  return input;
}

#include "exercise_checks.h"

}  // namespace solution

// ---- The numbers in the page's answers

TEST_CASE("answer 1: W_2 = 0 and b_2 = 0") {
  Example w;
  const Tensor& X = w.words.X;
  w.W_2 = 0 * w.W_2, w.b_2 = 0 * w.b_2;
  check_equal("pre-norm", pre_norm(w, X), X + w.attend(normed(X)));
  check_equal("post-norm", post_norm(w, X), normed(X + w.attend(X)));
}

TEST_CASE("answer 2: one residual around the whole stack") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Stack stack(seed, 4);
    const Tensor y = through(stack.layers, 4, wirings[0], stack.x);
    check_true("what the stack made of the six tokens", spread(y) < 0.0005, "be equal");
    check_true("with x added", spread(stack.x + y) > 0.8, "differ, as x does");
  }
}

/// How many of these sequences end (with the end mark) at mark `place`, counted from 0, or before.
Index ended_by(const Indices& written, Index place) {
  Index B = written.shape[0], T = written.shape[1], count = 0;
  for (Index b = 0; b < B; ++b) {
    Index t = 1;
    while (t < T && written.values[b * T + t] != ReversalBatch::end) ++t;
    count += t - 1 <= place;
  }
  return count;
}

TEST_CASE("answer 3: twelve digits, and answer 4: post-norm") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Rng rng(seed), test_rng(seed + 1);
    const ReversalBatch twelve = datasets::reversal(1000, 12, true, test_rng);
    Reverser model(true, true, rng);
    train(model, 4, 9, 600, rng);
    check_true("sequences of 6 and 8 digits", mark(model, seed).six > 0.9 && mark(model, seed).eight > 0.9,
               "be right nine times out of ten");
    check_equal("sequences of 12 digits", exact(model, twelve), 0);
    check_true("sequences of 12", ended_by(model.write(twelve.source), 10) > 900, "end too early nine times out of ten");

    Rng again(seed);
    Reverser post(true, true, again, false);
    train(post, 4, 9, 600, again);
    check_true("post-norm", mark(post, seed).eight > 0.95, "write at least 0.95 of the sequences of 8");
  }
}

TEST_CASE("answer 5: parameters") {
  Rng rng;
  const Reverser model(true, true, rng);
  check_equal("embedding", static_cast<double>(model.embed.parameter_count()), 12 * 32);
  check_equal("all", static_cast<double>(model.parameter_count()), 22284);
  nn::TransformerEncoderLayer layer(32, 1, 64, rng);
  check_equal("a layer of the encoder", static_cast<double>(layer.parameter_count()), 4 * (32 * 32 + 32) + 2 * 32 * 64 + 64 + 32 + 4 * 32);
}
