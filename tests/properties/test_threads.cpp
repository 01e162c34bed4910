#include "training.h"

#include <doctest/doctest.h>

#include <thread>

using namespace qkv;

namespace {

std::vector<double> losses(std::uint64_t seed, Index width, int steps) {
  EverydayTraining training(seed, width);
  std::vector<double> result;
  for (int step = 0; step < steps; ++step) result.push_back(training.step());
  return result;
}

}  // namespace

TEST_CASE("threads: two models train in two threads as they would alone") {
  for (Index width : {8, 64}) {  // the second is large enough to be divided among threads itself
    const std::vector<double> alone_1 = losses(1, width, 20), alone_2 = losses(2, width, 20);
    std::vector<double> first, second;
    std::thread other([&] { second = losses(2, width, 20); });
    first = losses(1, width, 20);
    other.join();
    CHECK(first == alone_1);
    CHECK(second == alone_2);
    CHECK(first != second);
  }
}

TEST_CASE("threads: a guard in one thread is none in the other") {
  NoGrad no_graph;
  EvalMode measured;
  FindAnomaly guard;
  bool grad = false, train = false, finding = true;
  std::thread other([&] {
    grad = grad_enabled();
    train = training();
    finding = finding_anomalies();
  });
  other.join();
  CHECK(grad);
  CHECK(train);
  CHECK_FALSE(finding);
}

TEST_CASE("threads: a tensor made in one thread may end in another") {
  Tensor x = ones({100}).requires_grad(true), y;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) y = y.defined() ? reshape(y, {100}) : reshape(x, {100});
  });
  other.join();
  y.backward(ones({100}));
  CHECK(x.grad().at({7}) == 1);
}
