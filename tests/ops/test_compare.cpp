#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/reduce.h>

using namespace qkv;

TEST_CASE("comparisons: masks, broadcast") {
  Tensor x = tensor({1, 2, 3}), y = tensor({{2}, {3}});
  CHECK(printed(x < y) == "[[1, 0, 0],\n [1, 1, 0]]");
  CHECK(printed(x <= y) == "[[1, 1, 0],\n [1, 1, 1]]");
  CHECK(printed(x > y) == "[[0, 0, 1],\n [0, 0, 0]]");
  CHECK(printed(x >= y) == "[[0, 1, 1],\n [0, 0, 1]]");
  CHECK(printed(x == y) == "[[0, 1, 0],\n [0, 0, 1]]");
  CHECK(printed(x != y) == "[[1, 0, 1],\n [1, 1, 0]]");
  CHECK(printed(x > 1.5) == "[0, 1, 1]");
  CHECK(printed(2 <= x) == "[0, 1, 1]");
  CHECK(printed(tensor({0.1}) == 0.1) == "[1]");  // the number takes the tensor's precision
  CHECK(printed(Tensor(1) < 2) == "1");
  CHECK((zeros({0, 3}) == zeros({3})).shape == Shape{0, 3});
}

TEST_CASE("comparisons: infinity, and NaN, of which only != holds") {
  Tensor x = tensor({-infinity, 0, infinity, not_a_number});
  CHECK(printed(x < infinity) == "[1, 1, 0, 0]");
  CHECK(printed(x >= -infinity) == "[1, 1, 1, 0]");
  CHECK(printed(x == x) == "[1, 1, 1, 0]");
  CHECK(printed(x != x) == "[0, 0, 0, 1]");
}

TEST_CASE("masks: both, neither, turned around") {
  Tensor x = tensor({1, 2, 3, 4});
  CHECK(printed((x > 1) & (x < 4)) == "[0, 1, 1, 0]");
  CHECK(printed(~((x > 1) & (x < 4))) == "[1, 0, 0, 1]");
  CHECK(printed(~(x > 2) | (x == 4)) == "[1, 1, 0, 1]");
  CHECK(printed(Mask{{1}, {0}} & Mask{1, 0}) == "[[1, 0],\n [0, 0]]");
  CHECK((Mask{1, 0} & Mask()).empty());  // an empty mask hides nothing
  CHECK((Mask() & Mask{1, 0}).empty());
  CHECK((~Mask()).empty());
}

TEST_CASE("where") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK_CLOSE(where(x > 2, x, -x), tensor({{-1, -2, 3}, {4, 5, 6}}), 0);
  CHECK_CLOSE(where({1, 0, 0}, x, 0), tensor({{1, 0, 0}, {4, 0, 0}}), 0);
  CHECK_CLOSE(where(Mask{{1}, {0}}, tensor({1, 2}), 9), tensor({{1, 2}, {9, 9}}), 0);  // all three are broadcast
  CHECK_CLOSE(where(Tensor(1) > 0, 3, 4), Tensor(3), 0);
  CHECK_CLOSE(where({0, 1}, not_a_number, 7), tensor({7, not_a_number}));
  CHECK(where(Mask(), zeros({0}), 1).shape() == Shape{0});
  Tensor a = tensor({1, 2}).requires_grad(true), b = Tensor(5).requires_grad(true);
  where({1, 0}, a, b).backward(tensor({10, 20}));
  CHECK_CLOSE(a.grad(), tensor({10, 0}), 0);
  CHECK_CLOSE(b.grad(), Tensor(20), 0);
}

TEST_CASE("where: no NaN comes from the side that was not taken") {
  Tensor x = tensor({0, 4}).requires_grad(true);
  Tensor safe = where(x > 0, x, 1);
  sum(where(x > 0, 1 / safe, 0)).backward();
  CHECK_CLOSE(x.grad(), tensor({0, -1.0 / 16}));
}

TEST_CASE("maximum and minimum") {
  Tensor x = tensor({1, 5, 3, not_a_number, 2, -infinity}), y = tensor({4, 2, 3, 1, not_a_number, infinity});
  CHECK_CLOSE(maximum(x, y), tensor({4, 5, 3, not_a_number, not_a_number, infinity}));
  CHECK_CLOSE(minimum(x, y), tensor({1, 2, 3, not_a_number, not_a_number, -infinity}));
  CHECK_CLOSE(maximum(tensor({{1}, {5}}), tensor({2, 3})), tensor({{2, 3}, {5, 5}}), 0);
  CHECK_CLOSE(minimum(tensor({-1, 1}), 0), tensor({-1, 0}), 0);
  for (auto f : {maximum, minimum}) {  // where they are equal, half each
    Tensor a = tensor({1, 3, 2}).requires_grad(true), b = tensor({2, 3, 1}).requires_grad(true);
    f(a, b).backward(tensor({10, 20, 30}));
    bool larger = f == maximum;
    CHECK_CLOSE(a.grad(), larger ? tensor({0, 10, 30}) : tensor({10, 10, 0}), 0);
    CHECK_CLOSE(b.grad(), larger ? tensor({10, 10, 0}) : tensor({0, 10, 30}), 0);
    a.zero_grad();
    f(a, a).backward(tensor({10, 20, 30}));
    CHECK_CLOSE(a.grad(), tensor({10, 20, 30}), 0);
  }
}

TEST_CASE("clamp: the gradient is 1 at the borders too") {
  Tensor x = tensor({-2, -1, 0, 0.5, 1, not_a_number, infinity, -infinity}).requires_grad(true);
  Tensor y = clamp(x, -1, 0.5);
  CHECK_CLOSE(y, tensor({-1, -1, 0, 0.5, 0.5, not_a_number, 0.5, -1}), 0);
  y.backward(ones({8}));
  CHECK_CLOSE(x.grad(), tensor({0, 1, 1, 1, 0, 0, 0, 0}), 0);
  CHECK_CLOSE(clamp(tensor({-3, 3}), 0, infinity), tensor({0, 3}), 0);
  CHECK_CLOSE(clamp(tensor({-3, 3}), -infinity, 0), tensor({-3, 0}), 0);
  CHECK_CLOSE(clamp(tensor({-3, 3}), 2, 2), tensor({2, 2}), 0);
  CHECK(clamp(zeros({0, 2}), 0, 1).shape() == Shape{0, 2});
}
