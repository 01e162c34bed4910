#include "../exercise.h"

#include "example.h"
#include "runs.h"

double masked_word_loss(const Tensor& vectors, const Tensor& context, Index hidden) {
  return -log_softmax(matmul(vectors, context)).at({hidden});
}

Tensor pull_on_context(const Tensor& vectors, const Tensor& context, Index hidden) {
  return matmul(softmax(matmul(vectors, context)) - select(eye(vectors.size(0)), 0, hidden), vectors);
}

Tensor log_p_of(const Tensor& counts) { return log((counts + 1) / sum(counts + 1, 0)); }

Tensor mean_of_words(const Tensor& x, Index words) { return mean(slice(x, 0, 0, words), 0); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the gradient, held to the engine's") {
  const Example x;
  const Tensor c = x.context.clone().requires_grad(true);
  (-select(log_softmax(matmul(x.vectors, c)), 0, 1)).backward();
  check_equal("by hand and by backward()", x.pull(x.context, 1), c.grad());
}

TEST_CASE("answer 2: the hidden word was cats") {
  const Example x;
  check_equal("loss", -std::log(x.p(x.context).at({2})), 3.2760, 1e-3);
  check_equal("the pull", x.pull(x.context, 2), tensor({2.7162, -0.7917}), 1e-3);
}

TEST_CASE("answer 3: two words, and a third that was never counted") {
  const Tensor log_p = log_p_of(tensor({{3, 0}, {0, 1}, {0, 0}}));
  check_equal("first class: words 1 and 2", log_p.at({0, 0}) + log_p.at({1, 0}), std::log(4.0 / 6 * 1 / 6), 1e-3);
  check_equal("second class: words 1 and 2", log_p.at({0, 1}) + log_p.at({1, 1}), std::log(1.0 / 4 * 2 / 4), 1e-3);
}

TEST_CASE("answer 4: what is left of a class at 40 %") {
  check_equal("right labels for each of the wrong ones, of ten classes", 0.6 / (0.4 / 9), 13.5);
  check_equal("of two classes", 0.6 / 0.4, 1.5);
}

TEST_CASE("answer 5: who believes wrong labels?") {
  datasets::PackageTextOptions options;
  options.vocabulary = 1500, options.length = 10;
  const datasets::PackageText text = datasets::made_up_package_text(options);
  Rng rng(0);
  const Texts clean = some_of(text.train, 100, rng), noisy = with_noise(clean, 0.4, rng);
  std::vector<Index> wrong;
  for (Index n = 0; n < clean.labels.shape[0]; ++n)
    if (clean.labels.values[n] != noisy.labels.values[n]) wrong.push_back(n);
  const Texts believed{take_rows(noisy.tokens, wrong), take_rows(noisy.labels, wrong)};
  Rng first(1);
  const Encoder attention(Body::attention, text.vocabulary.size(), 10, first);
  check_equal("believed by counting", Counting(noisy, text.vocabulary.size()).right(believed), 0.03, 0.02);
  check_equal("believed by attention", right(tuned(attention, noisy, 400, 0), believed), 0.18, 0.08);
}
