#include <tensor/compare.h>

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

using namespace qkv;

TEST_CASE("softmax: values") {
  CHECK_CLOSE(softmax(tensor({1, 2, 3, 4, 5})),
              tensor({0.011656230956039609, 0.03168492079612427, 0.0861285444362687, 0.23412165725273662, 0.6364086465588308}));
  Tensor once = softmax(tensor({0.1, 0.4, 2.0, 1.2, -0.5}));
  CHECK_CLOSE(once, tensor({0.079436, 0.107228, 0.531102, 0.238639, 0.043595}), 1e-6);
  CHECK_CLOSE(softmax(once), tensor({0.174323, 0.179236, 0.273849, 0.204407, 0.168186}), 1e-6);
  CHECK_CLOSE(log_softmax(tensor({1, 2, 3})), tensor({-2.4076059644443806, -1.4076059644443804, -0.4076059644443804}));
  CHECK_CLOSE(softmax(tensor({{0, 0}, {std::log(3.0), 0}}), 0), tensor({{0.25, 0.5}, {0.75, 0.5}}));
  CHECK_CLOSE(softmax(tensor({7})), tensor({1}));
}

TEST_CASE("softmax: weights sum to 1 along the axis, and do not see a shift") {
  Rng rng(1);
  Tensor x = randn({3, 17, 5}, rng, 0, 4);
  for (Index axis : {0, 1, 2, -1, -2, -3}) {
    Tensor y = softmax(x, axis);
    CHECK_CLOSE(sum(y, axis), ones(x.shape().without(x.shape().position(axis, "test"))));
    CHECK_CLOSE(softmax(x + 64, axis), y, 1e-5);
    CHECK_CLOSE(exp(log_softmax(x, axis)), y, 10 * rounding);
    CHECK_CLOSE(softmax(transpose(x, axis, -1)), transpose(y, axis, -1));  // by way of the last axis
  }
  CHECK_CLOSE(softmax(full({2, 8}, -3.5)), full({2, 8}, 0.125));  // equal scores, equal weights
  Tensor equal = softmax(full({7}, 100));
  for (Index i = 1; i < 7; ++i) CHECK(equal.at({i}) == equal.at({0}));
}

TEST_CASE("softmax: large scores") {
  CHECK_CLOSE(softmax(tensor({1e4, 1e4, -1e4})), tensor({0.5, 0.5, 0}));
  CHECK_CLOSE(log_softmax(tensor({1e4, 0})), tensor({0, -1e4}));
  CHECK_CLOSE(softmax(tensor({1e30, -1e30})), tensor({1, 0}));
}

TEST_CASE("softmax: what is masked gets nothing, and a row all masked gives 0 and gradient 0") {
  Tensor x = tensor({{1, -infinity, 1}, {-infinity, -infinity, -infinity}}).requires_grad(true);
  Tensor y = softmax(x);
  CHECK_CLOSE(y, tensor({{0.5, 0, 0.5}, {0, 0, 0}}));
  y.backward(tensor({{1, 2, 3}, {4, 5, 6}}));
  CHECK_CLOSE(x.grad(), tensor({{-0.5, 0, 0.5}, {0, 0, 0}}));
  Tensor column = transpose(x.detach()).requires_grad(true);
  softmax(column, 0).backward(tensor({{1, 4}, {2, 5}, {3, 6}}));
  CHECK_CLOSE(column.grad(), tensor({{-0.5, 0}, {0, 0}, {0.5, 0}}));
  CHECK_CLOSE(log_softmax(x.detach()), tensor({{-std::log(2.0), -infinity, -std::log(2.0)}, {-infinity, -infinity, -infinity}}));
}

TEST_CASE("softmax: an infinite score takes all, several share; NaN stays NaN") {
  Tensor x = tensor({{1, infinity, 3}, {infinity, -infinity, infinity}}).requires_grad(true);
  Tensor y = softmax(x);
  CHECK_CLOSE(y, tensor({{0, 1, 0}, {0.5, 0, 0.5}}));
  y.backward(tensor({{1, 2, 3}, {1, 2, 3}}));
  CHECK_CLOSE(x.grad(), tensor({{0, 0, 0}, {-0.5, 0, 0.5}}));
  Tensor nan = full({3}, not_a_number);
  CHECK_CLOSE(softmax(tensor({1, not_a_number, 3})), nan);
  CHECK_CLOSE(softmax(tensor({infinity, not_a_number, 3})), nan);
  CHECK_CLOSE(log_softmax(tensor({1, not_a_number, 3})), nan);
}

TEST_CASE("softmax: empty tensors and messages") {
  for (auto f : {softmax, log_softmax}) {
    CHECK(f(zeros({0, 3}), -1).shape() == Shape{0, 3});
    CHECK(f(zeros({0, 3}), 0).shape() == Shape{0, 3});
    CHECK(f(zeros({3, 0}), -1).shape() == Shape{3, 0});
  }
  CHECK_THROWS_WITH_AS(softmax(zeros({2, 3}), 2), "softmax: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(log_softmax(zeros({2, 3}), -3), "log_softmax: axis -3 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(softmax(Tensor(1)), "softmax: axis -1 of (): a single number has no axes", Error);
}
