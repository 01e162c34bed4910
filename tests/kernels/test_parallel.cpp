#include <doctest/doctest.h>
#include <qkv/kernels/parallel.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/error.h>

#include <algorithm>

using namespace qkv;

namespace {

/// Runs `work` with so many threads, and puts the number back.
template <class Work>
auto with_threads(int count, const Work& work) {
  struct Restore {
    int before = kernels::threads();
    ~Restore() { kernels::set_threads(before); }
  } restore;
  kernels::set_threads(count);
  return work();
}

/// Output and gradients of a model that is large enough to be divided, as one list of numbers.
std::vector<Scalar> recurrent_and_attention() {
  Rng rng(3);
  nn::LSTM lstm(48, 64, rng);
  nn::TransformerOptions options;
  options.dropout = 0.1;
  options.activation = nn::Activation::gelu;
  nn::TransformerEncoderLayer layer(64, 4, 128, rng, options);
  Tensor x = randn({64, 40, 48}, rng).requires_grad(true);
  Tensor y = layer(lstm(x).output);
  sum(y * y).backward();
  std::vector<Scalar> numbers(y.data(), y.data() + y.size());
  std::vector<Tensor> gradients{x.grad()};
  for (const Tensor& weight : lstm.parameters()) gradients.push_back(weight.grad());
  for (const Tensor& weight : layer.parameters()) gradients.push_back(weight.grad());
  for (const Tensor& gradient : gradients) numbers.insert(numbers.end(), gradient.data(), gradient.data() + gradient.size());
  return numbers;
}

}  // namespace

TEST_CASE("parallel: every item once, whatever the number of threads") {
  for (int count : {1, 2, 3})
    with_threads(count, [] {
      std::vector<int> seen(100001);
      kernels::parallel(100001, 1, 1, [&](Index begin, Index end) {
        for (Index i = begin; i < end; ++i) ++seen[i];
      });
      CHECK(std::count(seen.begin(), seen.end(), 1) == 100001);
      return 0;
    });
}

TEST_CASE("parallel: an exception in a piece reaches the caller, and the threads live on") {
  with_threads(2, [] {
    auto fails = [](Index begin, Index) {
      if (begin > 0) throw Error("piece");
    };
    CHECK_THROWS_WITH_AS(kernels::parallel(1000000, 1, 1, fails), "piece", Error);
    Index total = 0;
    kernels::parallel(10, 1, 1, [&](Index begin, Index end) { total += end - begin; });
    CHECK(total == 10);
    return 0;
  });
  CHECK_THROWS_WITH_AS(kernels::set_threads(0), "set_threads: 0: must be at least 1", Error);
}

TEST_CASE("a model's output and gradients are the same, bit for bit, with one thread, two and three") {
  std::vector<Scalar> one = with_threads(1, recurrent_and_attention);
  CHECK(one == with_threads(2, recurrent_and_attention));
  CHECK(one == with_threads(3, recurrent_and_attention));
}
