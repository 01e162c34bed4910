#include "../exercise.h"

#include "variations.h"

Tensor several_heads(const Tensor& q, const Tensor& k, const Tensor& v, Index heads) {
  const Index d_k = q.size(1) / heads, d_v = v.size(1) / heads;
  Tensors contexts;
  for (Index h = 0; h < heads; ++h) {
    const Tensor q_h = slice(q, 1, h * d_k, (h + 1) * d_k), k_h = slice(k, 1, h * d_k, (h + 1) * d_k);
    const Tensor scores = matmul(q_h, transpose(k_h, 0, 1)) / std::sqrt(static_cast<double>(d_k));
    contexts.push_back(matmul(softmax(scores), slice(v, 1, h * d_v, (h + 1) * d_v)));
  }
  return concat(contexts, 1);
}

Tensor smoothed(Index right, Index classes, double e) {
  Tensor q = full({classes}, e / static_cast<double>(classes));
  q.set({right}, 1 - e + e / static_cast<double>(classes));
  return q;
}

double smoothed_loss(const Tensor& scores, Index right, double e) {
  return -sum(smoothed(right, scores.size(0), e) * log_softmax(scores, 0)).item();
}

int verdict(const std::vector<double>& changed, const std::vector<double>& base) {
  bool above = true, below = true;
  for (std::size_t i = 0; i < base.size(); ++i) {
    above = above && changed[i] > base[i];
    below = below && changed[i] < base[i];
  }
  return above ? 1 : below ? -1 : 0;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: one head or sixteen cost the same") {
  Sizes one, sixteen;
  one.heads = 1, one.d_k = 32;
  sixteen.heads = 16, sixteen.d_k = 2;
  check_equal("numbers", double(count_of_heads(one)), double(count_of_heads(sixteen)));
  check_equal("the base model's", double(count_of_heads(Sizes())), 4224);
}

TEST_CASE("answer 2: smoothing over 37,000 words") {
  const double right = 0.9 + 0.1 / 37000;
  check_equal("perplexity of a model that has learned it exactly", 1 / right, 1.1111, 1e-4);
}

TEST_CASE("answer 3: five coins") { check_equal("all five on one side", 2 * std::pow(0.5, 5), 0.0625); }

TEST_CASE("answer 4: more steps") {
  Setting longer;
  longer.steps = 1500;
  Sizes learned;
  learned.learned_places = true;
  check_true("learned places after 1,500 steps", train(learned, longer, 0).exact > 0.9, "be right in more than 0.9 of the sequences");
}
