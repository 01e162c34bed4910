#include "messages.h"

#include <qkv/datasets/baskets.h>
#include <qkv/datasets/batches.h>
#include <qkv/datasets/drawn_shapes.h>
#include <qkv/datasets/made_up_packages.h>
#include <qkv/datasets/metrics.h>
#include <qkv/datasets/package_text.h>
#include <qkv/datasets/power_law.h>
#include <qkv/datasets/recall.h>
#include <qkv/datasets/reversal.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>

using namespace qkv;

namespace {

void package(Index least, Index most, Index smallest) {
  datasets::BasketOptions options;
  options.least = least, options.most = most, options.smallest = smallest;
  datasets::package_baskets({}, options);
}
void users(Index train, Index topics, Index items) {
  Rng rng(1);
  datasets::InterestOptions options;
  options.topics = topics, options.items = items;
  datasets::users_with_interests(train, 1, options, rng);
}

optim::AdamOptions betas(double beta1, double beta2) {
  optim::AdamOptions options;
  options.beta1 = beta1;
  options.beta2 = beta2;
  return options;
}

const Tensor& twice() {
  static const Tensor parameter = leaf({2});
  return parameter;
}

void step_with(double lr) {
  optim::SGD sgd({leaf({2})}, 0.1);
  sgd.lr = lr;
  sgd.step();
}

void clip_nan() {
  Tensor x = leaf({2});
  x.set_grad(full({2}, not_a_number));
  optim::clip_grad_norm({x}, 1);
}

datasets::PackageTextOptions classes(Index count) {
  datasets::PackageTextOptions options;
  options.classes = count;
  return options;
}

datasets::PackageTextOptions sizes(Index vocabulary, Index length) {
  datasets::PackageTextOptions options;
  options.vocabulary = vocabulary;
  options.length = length;
  return options;
}

optim::AdamWOptions decaying(double weight_decay, double eps = 1e-8) {
  optim::AdamWOptions options;
  options.weight_decay = weight_decay;
  options.eps = eps;
  return options;
}

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: SGD") {
  check_messages({
      {[] { optim::SGD({}, 0.1); }, "SGD: no parameters: there is nothing to change"},
      {[] { optim::SGD({leaf({2})}, -0.1); }, "SGD: lr -0.1: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, not_a_number); }, "SGD: lr nan: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, 0.1, {-1, 0, 0, false}); }, "SGD: momentum -1: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, 0.1, {0, 0, 0, true}); },
       "SGD: nesterov with momentum 0 and dampening 0: needs momentum above 0 and no dampening"},
      {[] { optim::SGD({Tensor()}, 0.1); }, "SGD: parameter 0 is an empty tensor"},
      {[] { optim::SGD({leaf({2}) * 2}, 0.1); }, "SGD: parameter 0 is the result of 'mul': must be a leaf"},
      {[] { optim::SGD({leaf({2})}, 0.1, {0, 1, 0, false}); }, "SGD: dampening 1: must be in [0, 1)"},
      {[] { optim::SGD({leaf({2})}, 0.1, {0, 0, not_a_number, false}); }, "SGD: weight_decay nan: must be a finite number, not negative"},
      {[] { optim::SGD({twice(), twice()}, 0.1); }, "SGD: parameters 0 and 1 are the same tensor: it would be changed twice a step"},
  });
}

TEST_CASE("messages: Adam, AdamW") {
  check_messages({
      {[] { optim::Adam({}, 0.1); }, "Adam: no parameters: there is nothing to change"},
      {[] { optim::Adam({leaf({2})}, inf); }, "Adam: lr inf: must be a finite number, not negative"},
      {[] { optim::Adam({leaf({2})}, 0.1, betas(1, 0.9)); }, "Adam: beta1 1: must be in [0, 1)"},
      {[] { optim::Adam({leaf({2})}, 0.1, betas(0.9, -0.1)); }, "Adam: beta2 -0.1: must be in [0, 1)"},
      {[] { optim::AdamW({}, 0.1); }, "AdamW: no parameters: there is nothing to change"},
      {[] { optim::AdamW({leaf({2})}, -1); }, "AdamW: lr -1: must be a finite number, not negative"},
      {[] { optim::AdamW({twice(), twice()}, 0.1); }, "AdamW: parameters 0 and 1 are the same tensor: it would be changed twice a step"},
      {[] { optim::Adam({leaf({2}) * 2}, 0.1); }, "Adam: parameter 0 is the result of 'mul': must be a leaf"},
      {[] { optim::AdamW({leaf({2})}, 0.1, decaying(-1)); }, "AdamW: weight_decay -1: must be a finite number, not negative"},
      {[] { optim::AdamW({leaf({2})}, 0.1, decaying(0, inf)); }, "AdamW: eps inf: must be a finite number, not negative"},
  });
}

TEST_CASE("messages: RMSprop") {
  check_messages({
      {[] { optim::RMSprop({}, 0.1); }, "RMSprop: no parameters: there is nothing to change"},
      {[] { optim::RMSprop({leaf({2})}, -0.1); }, "RMSprop: lr -0.1: must be a finite number, not negative"},
      {[] { optim::RMSprop({leaf({2})}, 0.1, {1.5, 1e-8, 0, 0, false}); }, "RMSprop: alpha 1.5: must be in [0, 1)"},
      {[] { optim::RMSprop({leaf({2})}, 0.1, {0.9, -1, 0, 0, false}); }, "RMSprop: eps -1: must be a finite number, not negative"},
      {[] { optim::RMSprop({leaf({2})}, 0.1, {0.9, 1e-8, 0, not_a_number, false}); },
       "RMSprop: momentum nan: must be a finite number, not negative"},
      {[] { optim::RMSprop({Tensor()}, 0.1); }, "RMSprop: parameter 0 is an empty tensor"},
  });
}

TEST_CASE("messages: Adagrad") {
  check_messages({
      {[] { optim::Adagrad({}, 0.1); }, "Adagrad: no parameters: there is nothing to change"},
      {[] { optim::Adagrad({leaf({2})}, not_a_number); }, "Adagrad: lr nan: must be a finite number, not negative"},
      {[] { optim::Adagrad({leaf({2})}, 0.1, {-1, 0, 0, 1e-10}); }, "Adagrad: lr_decay -1: must be a finite number, not negative"},
      {[] { optim::Adagrad({leaf({2})}, 0.1, {0, 0, -1, 1e-10}); },
       "Adagrad: initial_accumulator_value -1: must be a finite number, not negative"},
      {[] { optim::Adagrad({leaf({2})}, 0.1, {0, 0, 0, inf}); }, "Adagrad: eps inf: must be a finite number, not negative"},
      {[] { optim::Adagrad({twice(), twice()}, 0.1); },
       "Adagrad: parameters 0 and 1 are the same tensor: it would be changed twice a step"},
  });
}

TEST_CASE("messages: Optimizer") {
  check_messages({
      {[] { optim::SGD({leaf({2})}, 0.1, {0.9, 0, 0, false}).load_state({}); },
       "SGD::load_state: the state does not fit:\n  missing: momentum_buffer.0 (2,)\n  missing: step (1,)"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{{"x", zeros({1})}}, Indices({1, 2})}); },
       "SGD::load_state: the state does not fit:\n  wrong shape: step is (2,), must be (1,)\n  unexpected: x"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{}, Indices({-1})}); },
       "SGD::load_state: the state does not fit:\n  wrong: step must hold whole numbers from 0 on"},
      {[] { step_with(-1); }, "SGD: lr -1: must be a finite number, not negative"},
      {[] { step_with(not_a_number); }, "SGD: lr nan: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{}, Indices()}); },
       "SGD::load_state: the state does not fit:\n  missing: step (1,)"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{{"x", zeros({1})}, {"x", zeros({1})}}, Indices({1})}); },
       "SGD::load_state: the state does not fit:\n  given twice: x\n  unexpected: x"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{}, torn({1}, {1, 2})}); },
       "SGD::load_state: the state does not fit:\n  wrong: step has 2 values for 1 parameters"},
      {[] { step_with(inf); }, "SGD: lr inf: must be a finite number, not negative"},
  });
}

TEST_CASE("messages: clip_grad_norm") {
  check_messages({
      {[] { optim::clip_grad_norm({leaf({2})}, 0); }, "clip_grad_norm: max_norm 0: must be above 0"},
      {[] { optim::clip_grad_norm({leaf({2})}, -1); }, "clip_grad_norm: max_norm -1: must be above 0"},
      {[] { optim::clip_grad_norm({leaf({2})}, not_a_number); }, "clip_grad_norm: max_norm nan: must be above 0"},
      {[] { clip_nan(); }, "clip_grad_norm: the gradient of parameter 0, shape (2,), is too large, infinite or NaN"},
      {[] { optim::clip_grad_norm({leaf({2}), Tensor()}, 1); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: schedules") {
  check_messages({
      {[] { optim::Constant(-1); }, "Constant: base_lr -1: must be a finite number, not negative"},
      {[] { optim::Constant{not_a_number}; }, "Constant: base_lr nan: must be a finite number, not negative"},
      {[] { optim::Constant(0.1).lr(-1); }, "Constant: step -1: must not be negative"},
      {[] { optim::LinearWarmup(0.1, 0); }, "LinearWarmup: steps 0: must be at least 1"},
      {[] { optim::LinearWarmup(inf, 2); }, "LinearWarmup: base_lr inf: must be a finite number, not negative"},
      {[] { optim::LinearWarmup(0.1, 2, -1); }, "LinearWarmup: start_factor -1: must be a finite number, not negative"},
      {[] { optim::LinearWarmup(0.1, 2).lr(-1); }, "LinearWarmup: step -1: must not be negative"},
      {[] { optim::Cosine(0.1, 0); }, "Cosine: period 0: must be at least 1"},
      {[] { optim::Cosine(-0.1, 5); }, "Cosine: base_lr -0.1: must be a finite number, not negative"},
      {[] { optim::Cosine(0.1, 5, not_a_number); }, "Cosine: min_lr nan: must be a finite number, not negative"},
      {[] { optim::Cosine(0.1, 5).lr(-2); }, "Cosine: step -2: must not be negative"},
      {[] { optim::CosineWithWarmup(0.1, 5, 5); }, "CosineWithWarmup: 5 warm-up steps of 5: must be from 0 to fewer than all"},
      {[] { optim::CosineWithWarmup(0.1, -1, 5); }, "CosineWithWarmup: -1 warm-up steps of 5: must be from 0 to fewer than all"},
      {[] { optim::CosineWithWarmup(0.1, 1, 5, -1); }, "CosineWithWarmup: min_lr -1: must be a finite number, not negative"},
      {[] { optim::CosineWithWarmup(0.1, 1, 5).lr(-1); }, "CosineWithWarmup: step -1: must not be negative"},
      {[] { optim::Sequential(optim::Constant(1), -1, optim::Constant(1)); },
       "Sequential: milestone -1: must not be negative"},
      {[] { optim::Sequential(optim::Constant(1), 1, optim::Constant(1)).lr(-1); },
       "Sequential: step -1: must not be negative"},
      {[] { optim::Constant{inf}; }, "Constant: base_lr inf: must be a finite number, not negative"},
      {[] { optim::Sequential(optim::Constant(1), 1, optim::Cosine(1, -5)); },
       "Cosine: period -5: must be at least 1"},
  });
}

TEST_CASE("messages: Batches, split") {
  check_messages({
      {[] { datasets::Batches(-1, 2); }, "Batches: count is -1: must not be negative"},
      {[] { datasets::Batches(4, 0); }, "Batches: size is 0: must be at least 1"},
      {[] { datasets::Batches(4, 2)[2]; }, "Batches: batch 2 of 2: there is none"},
      {[] { datasets::Batches(4, 2)[-1]; }, "Batches: batch -1 of 2: there is none"},
      {[] { datasets::split(-1, 0.5, rng()); }, "split: n is -1: must not be negative"},
      {[] { datasets::split(3, 1.5, rng()); }, "split: fraction is 1.5: must be from 0 to 1"},
      {[] { datasets::split(3, not_a_number, rng()); }, "split: fraction is nan: must be from 0 to 1"},
      {[] { datasets::Batches(4, -2); }, "Batches: size is -2: must be at least 1"},
      {[] { datasets::Batches(4, 2, rng())[5]; }, "Batches: batch 5 of 2: there is none"},
      {[] { datasets::Batches(-1, 2, rng()); }, "Batches: count is -1: must not be negative"},
      {[] { datasets::Batches(Index{1} << 60, 2); }, "shape: (1152921504606846976,) holds more numbers than any memory"},
      {[] { datasets::split(3, -0.1, rng()); }, "split: fraction is -0.1: must be from 0 to 1"},
  });
}

TEST_CASE("messages: made data") {
  check_messages({
      {[] { datasets::recall(-1, {3, 0, 4}, rng()); }, "recall: batch is -1: must not be negative"},
      {[] { datasets::recall(2, {0, 0, 4}, rng()); }, "recall: distance is 0: must be at least 1"},
      {[] { datasets::recall(2, {3, 3, 4}, rng()); }, "recall: length is 3 with distance 3: must be greater"},
      {[] { datasets::recall(2, {3, 0, 0}, rng()); }, "recall: 0 values: must be at least 1"},
      {[] { datasets::drawn_shapes(-1, rng()); }, "drawn_shapes: count is -1: must not be negative"},
      {[] { datasets::made_up_packages(-1, rng()); }, "made_up_packages: count is -1: must not be negative"},
      {[] { datasets::recall(2, {3, 0, Index{1} << 60}, rng()); }, "shape: (3, 1152921504606846976) holds more numbers than any memory"},
      {[] { datasets::drawn_shapes(Index{1} << 60, rng()); }, "shape: (1152921504606846976, 28, 28) holds more numbers than any memory"},
      {[] { datasets::reversal(-1, 8, false, rng()); }, "reversal: batch -1: must not be negative"},
      {[] { datasets::reversal(2, 0, true, rng()); }, "reversal: length 0: must be at least 1"},
      {[] { datasets::reversal(2, Index{1} << 62, true, rng()); }, "shape: (4611686018427387904,) holds more numbers than any memory"},
      {[] { datasets::reversal(Index{1} << 40, Index{1} << 40, true, rng()); },
       "shape: (1099511627776, 1099511627777) holds more numbers than any memory"},
      {[] { datasets::marks_in_words({{1, 2}}, 1); }, "marks_in_words: row 1 of (1, 2): must be a row of (B, T)"},
      {[] { datasets::marks_in_words({{1, 2}}, -1); }, "marks_in_words: row -1 of (1, 2): must be a row of (B, T)"},
      {[] { datasets::marks_in_words({1, 2}); }, "marks_in_words: row 0 of (2,): must be a row of (B, T)"},
      {[] { datasets::marks_in_words({{1, 12}}); }, "marks_in_words: 12: marks are 0 to 11"},
      {[] { datasets::marks_in_words({{1, -1}}); }, "marks_in_words: -1: marks are 0 to 11"},
      {[] { datasets::marks_in_words(torn({2, 3})); },
       "marks_in_words: indices of shape (2, 3) with 0 values: must be as many as the shape holds"},
  });
}

TEST_CASE("messages: metrics") {
  check_messages({
      {[] { datasets::confusion_matrix({0, 1}, {0}, 2); }, "confusion_matrix: predicted (2,), target (1,): both must be (N)"},
      {[] { datasets::confusion_matrix({0, 2}, {0, 1}, 2); }, "confusion_matrix: class 2: must be from 0 to 1"},
      {[] { datasets::confusion_matrix({0, 1}, {0, -1}, 2); }, "confusion_matrix: class -1: must be from 0 to 1"},
      {[] { datasets::confusion_matrix({0}, {0}, 0); }, "confusion_matrix: 0 classes: must be at least 1"},
      {[] { datasets::class_scores(zeros({2, 3})); }, "class_scores: (2, 3): must be (classes, classes)"},
      {[] { datasets::class_scores(zeros({2})); }, "class_scores: (2,): must be (classes, classes)"},
      {[] { datasets::macro_f1(zeros({3})); }, "macro_f1: (3,): must be (classes, classes)"},
      {[] { datasets::macro_f1(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { datasets::confusion_matrix({{0, 1}}, {{0, 1}}, 2); }, "confusion_matrix: predicted (1, 2), target (1, 2): both must be (N)"},
      {[] { datasets::confusion_matrix(torn({2}), {0, 1}, 2); },
       "confusion_matrix: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { datasets::class_scores(full({2, 2}, not_a_number)); },
       "class_scores: the confusion matrix holds nan at (0, 0): must be finite, and not negative"},
      {[] { datasets::class_scores(tensor({{1, 2}, {-1, 0}})); },
       "class_scores: the confusion matrix holds -1 at (1, 0): must be finite, and not negative"},
      {[] { datasets::class_scores(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { datasets::macro_f1(zeros({2, 3})); }, "macro_f1: (2, 3): must be (classes, classes)"},
      {[] { datasets::macro_f1(zeros({0, 0})); }, "macro_f1: (0, 0): needs at least one class"},
      {[] { datasets::macro_f1(full({2, 2}, inf)); },
       "class_scores: the confusion matrix holds inf at (0, 0): must be finite, and not negative"},
      {[] { datasets::ranks_of(zeros({2}), {0, 1}); }, "ranks_of: scores (2,), target (2,): must be (N, C) and (N)"},
      {[] { datasets::ranks_of(zeros({2, 3}), {0, 3}); }, "ranks_of: target 3: must be from 0 to 2"},
      {[] { datasets::ranks_of(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { datasets::ranks_of(zeros({2, 3}), torn({2})); },
       "ranks_of: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { datasets::hit_rate(torn({2}), 1); }, "hit_rate: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { datasets::hit_rate({1, 0}, 1); }, "hit_rate: place 0: must be at least 1"},
      {[] { datasets::hit_rate({1, 2}, 0); }, "hit_rate: k is 0: must be at least 1"},
      {[] { datasets::ndcg(Indices{{1, 2}}, 1); }, "ndcg: ranks (1, 2): must be (N), of at least one"},
      {[] { datasets::ndcg(Indices{1, 2}, -1); }, "ndcg: k is -1: must be at least 1"},
      {[] { datasets::ndcg(std::vector<double>{inf}, 1); }, "ndcg: gain inf: must be finite, and not negative"},
      {[] { datasets::ndcg(std::vector<double>{1}, 0); }, "ndcg: k is 0: must be at least 1"},
      {[] { datasets::average_precision({}, 0); },
       "average_precision: 0 right ones of 0 there were: must be at least 1, and no more right ones than that"},
      {[] { datasets::average_precision({{1, true}, {1, true}}, 1); },
       "average_precision: 2 right ones of 1 there were: must be at least 1, and no more right ones than that"},
      {[] { datasets::average_precision({{not_a_number, true}}, 1); }, "average_precision: a confidence is NaN"},
  });
}

TEST_CASE("messages: baskets") {
  check_messages({
      {[] { package(0, 1, 1); }, "package_baskets: least 0, most 1, smallest 1: must be at least 1, and least not above most"},
      {[] { package(3, 2, 1); }, "package_baskets: least 3, most 2, smallest 1: must be at least 1, and least not above most"},
      {[] { package(1, 1, 0); }, "package_baskets: least 1, most 1, smallest 0: must be at least 1, and least not above most"},
      {[] { package(1, 1, 1); },
       "package_baskets: 0 items, 0 baskets to learn from, 0 to be measured on: there must be some of each"},
      {[] { users(-1, 9, 9); }, "users_with_interests: -1 users to learn from, 1 to be measured on: must be at least 1"},
      {[] { users(1, 3, 9); },
       "users_with_interests: 4 taken of 9 items, 1 to 4 interests of 3 topics: must be at least 1, and no more than there are"},
      {[] { users(1, 9, 3); },
       "users_with_interests: 4 taken of 3 items, 1 to 4 interests of 9 topics: must be at least 1, and no more than there are"},
  });
}

TEST_CASE("messages: text") {
  check_messages({
      {[] { datasets::Vocabulary({"a"}, 1); }, "Vocabulary: size 1: must be at least 2, for padding and unknown words"},
      {[] { datasets::Vocabulary().word(2); }, "Vocabulary: word 2: must be from 0 to 1"},
      {[] { datasets::Vocabulary().word(-1); }, "Vocabulary: word -1: must be from 0 to 1"},
      {[] { datasets::Vocabulary().encode({"a"}, 0); }, "Vocabulary: length 0: must be at least 1"},
      {[] { datasets::package_text({}); }, "package_text: 10 classes of 0 sections: must be from 1 to 0"},
      {[] { datasets::package_text({{"a", "a", "net", "b"}}, classes(0)); }, "package_text: 0 classes of 1 sections: must be from 1 to 1"},
      {[] { datasets::Vocabulary({"a"}, -1); }, "Vocabulary: size -1: must be at least 2, for padding and unknown words"},
      {[] { datasets::Vocabulary({"a b"}, 4).word(4); }, "Vocabulary: word 4: must be from 0 to 3"},
      {[] { datasets::Vocabulary().encode({"a"}, -1); }, "Vocabulary: length -1: must be at least 1"},
      {[] { datasets::Vocabulary().encode({"a", "b"}, Index{1} << 60); }, "shape: (2, 1152921504606846976) holds more numbers than any memory"},
      {[] { datasets::padding_of(Indices()); }, "padding_of: indices of shape () with 0 values: must be as many as the shape holds"},
      {[] { datasets::padding_of(torn({2, 3})); }, "padding_of: indices of shape (2, 3) with 0 values: must be as many as the shape holds"},
      {[] { datasets::word_weights(zeros({1, 2}), {{2, 3, 4}}); }, "word_weights: weights (1, 2) for tokens (1, 3): both must be (N, T)"},
      {[] { datasets::word_weights(zeros({2}), {2, 3}); }, "word_weights: weights (2,) for tokens (2,): both must be (N, T)"},
      {[] { datasets::word_weights(full({1, 2}, not_a_number), {{2, 3}}); }, "word_weights: the weight at (0, 0) is nan: must be finite"},
      {[] { datasets::word_weights(zeros({2, 3}), torn({2, 3})); },
       "word_weights: indices of shape (2, 3) with 0 values: must be as many as the shape holds"},
      {[] { datasets::word_weights(Tensor(), {{2, 3}}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { datasets::package_text({{"a", "a", "net", "b"}}, classes(2)); }, "package_text: 2 classes of 1 sections: must be from 1 to 1"},
      {[] { datasets::package_text({{"a", "a", "net", "b"}}, classes(1)); },
       "package_text: 1 texts to learn from, 0 to be measured on: there must be some of both"},
      {[] { datasets::package_text({}, sizes(1, 16)); },
       "package_text: vocabulary 1, length 16: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::package_text({}, sizes(10, 0)); },
       "package_text: vocabulary 10, length 0: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::made_up_package_text(classes(11)); }, "package_text: 11 classes of 10 sections: must be from 1 to 10"},
      {[] { datasets::made_up_package_text(classes(-1)); }, "package_text: -1 classes of 10 sections: must be from 1 to 10"},
      {[] { datasets::made_up_package_text(sizes(1, 16)); },
       "package_text: vocabulary 1, length 16: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::made_up_package_text(sizes(10, -1)); },
       "package_text: vocabulary 10, length -1: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::debian_package_text(sizes(0, 16)); },
       "package_text: vocabulary 0, length 16: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::debian_package_text(sizes(10, 0)); },
       "package_text: vocabulary 10, length 0: must be at least 2, for padding and unknown words, and 1"},
      {[] { datasets::debian_package_text(classes(0)); }, "package_text: 0 classes of 10 sections: must be from 1 to 10"},
  });
}

TEST_CASE("messages: fit_power_law") {
  check_messages({
      {[] { datasets::fit_power_law({1, 2}, {1}); }, "fit_power_law: 2 x but 1 y"},
      {[] { datasets::fit_power_law({}, {}); }, "fit_power_law: 0 points: needs at least two different x"},
      {[] { datasets::fit_power_law({2, 2}, {1, 3}); }, "fit_power_law: 2 points: needs at least two different x"},
      {[] { datasets::fit_power_law({1e300, 1.0000000000000002e300}, {1, 2}); }, "fit_power_law: 2 points: needs at least two different x"},
      {[] { datasets::fit_power_law({1, 0}, {1, 2}); }, "fit_power_law: point 1 is (0, 2): both must be above 0 and finite"},
      {[] { datasets::fit_power_law({1, 2}, {1, -2}); }, "fit_power_law: point 1 is (2, -2): both must be above 0 and finite"},
      {[] { datasets::fit_power_law({1, 2}, {not_a_number, 2}); }, "fit_power_law: point 0 is (1, nan): both must be above 0 and finite"},
      {[] { datasets::fit_power_law({1, inf}, {1, 2}); }, "fit_power_law: point 1 is (inf, 2): both must be above 0 and finite"},
  });
}
