#include "../exercise.h"

#include "two_things.h"

Tensor split_heads(const Tensor& y, Index heads) { return transpose(reshape(y, {y.size(0), heads, y.size(1) / heads}), 0, 1); }

Tensor merge_heads(const Tensor& y) { return reshape(transpose(y, 0, 1), {y.size(1), y.size(0) * y.size(2)}); }

Attended many_heads(const Tensor& x, const Tensor& in_proj, const Tensor& out_proj, Index heads) {
  Tensors parts = chunk(linear(x, in_proj), 3, 1);
  for (Tensor& part : parts) part = split_heads(part, heads);
  Attended each = scaled_dot_product_attention(parts[0], parts[1], parts[2]);
  return {linear(merge_heads(each.output), out_proj), each.weights};
}

double error_of_sharing(double a) { return (1 - a) * (1 - a) / (a * a + (1 - a) * (1 - a)); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: without the head of the first token") {
  nn::MultiheadAttention attention = learn(2, 2000, 0);
  const Measured whole = measure(attention, {}, 1);
  const Index head = whole.maps.at({0, 0, 0}) > 0.5 ? 0 : 1;  // the one that looks at the first token
  Tensors columns = chunk(attention.out_proj.weight, 2, 1);
  columns[head] = 0 * columns[head];
  attention.out_proj.weight.copy_from(concat(columns, 1).detach());
  const Measured without = measure(attention, {}, 1);
  check_equal("its number", static_cast<double>(head), 1);
  check_equal("error, before", without.errors[0], 0.00, 0.01);
  check_equal("error, first", without.errors[1], 1.00, 0.03);
}

/// All errors together for each of ten seeds, sorted.
std::vector<double> ten(Index heads, const Task& task) {
  std::vector<double> together;
  for (std::uint64_t seed = 0; seed < 10; ++seed) together.push_back(measure(learn(heads, 600, seed, task), task, seed + 1).together());
  std::sort(together.begin(), together.end());
  return together;
}

TEST_CASE("answer 2: three things") {
  check_true("three heads with each of ten seeds", ten(3, {4, 3, true}).back() < 0.005, "have an error below 0.005");
  const std::vector<double> two = ten(2, {4, 3, true});
  check_equal("the median of two heads", (two[4] + two[5]) / 2, 0.97, 0.05);
  check_true("all ten", two.front() > 0.7 && two.back() < 1.1, "lie between 0.7 and 1.1");
}

TEST_CASE("answer 3: no positions") {
  const std::vector<double> two = ten(2, {6, 2, false});
  check_equal("the median of two heads", (two[4] + two[5]) / 2, 1.64, 0.02);
  check_true("all ten", two.front() > 1.55 && two.back() < 1.7, "lie between 1.55 and 1.7");
}

TEST_CASE("answer 4: entropy of an average") {
  const Tensor first = tensor({{1, 0}}), second = tensor({{0, 1}});
  check_equal("of two maps with one place each", entropy((first + second) / 2), tensor({std::log(2.0)}));
  check_equal("their own, the mean", (entropy(first) + entropy(second)) / 2, tensor({0}));
}

TEST_CASE("answer 5: twice W_q, half W_k") {
  Rng rng(3);
  const Tensor in_proj = randn({18, 6}, rng), out_proj = randn({6, 6}, rng);
  Tensor scale = ones({18, 1});
  for (Index i = 0; i < 3; ++i) {
    scale.set({i, 0}, 2);        // W_q of head 0
    scale.set({6 + i, 0}, 0.5);  // W_k of head 0
  }
  check_equal("y", many_heads(x, scale * in_proj, out_proj, 2).output, many_heads(x, in_proj, out_proj, 2).output);
}
