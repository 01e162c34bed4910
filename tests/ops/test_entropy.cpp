#include <gradient_check.h>
#include <tensor/compare.h>

#include <qkv/ops/reduce.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/error.h>

#include <cmath>

using namespace qkv;

TEST_CASE("entropy: values") {
  CHECK_CLOSE(entropy(tensor({{0.5, 0.25, 0.25}, {0, 1, 0}})), tensor({1.0397207708399179, 0}));
  CHECK_CLOSE(entropy(tensor({{0.5, 0}, {0.5, 1}}), 0), tensor({std::log(2.0), 0}));
  for (Index n : {1, 2, 7, 100}) CHECK_CLOSE(entropy(full({n}, 1.0 / static_cast<double>(n))), Tensor(std::log(static_cast<double>(n))));
  CHECK(std::isnan(entropy(tensor({-0.5, 1.5})).item()));
  CHECK(entropy(zeros({2, 0})).shape() == Shape{2});
}

TEST_CASE("entropy: gradient") {
  Rng rng(3);
  check_gradient([](const std::vector<Tensor>& in) { return entropy(in[0]); }, {rand({2, 3}, rng, 0.1, 0.9)});
  check_gradient([](const std::vector<Tensor>& in) { return entropy(softmax(in[0], 0), 0); }, {randn({3, 2, 5}, rng)});
  Tensor p = tensor({0, 1}).requires_grad(true);
  entropy(p).backward();
  CHECK_CLOSE(p.grad(), tensor({0, -1}));  // not infinite at 0
}

TEST_CASE("entropy: no such axis") {
  CHECK_THROWS_WITH_AS(entropy(zeros({2, 3}), 2), "entropy: axis 2 of (2, 3): must be from -2 to 1", Error);
}
