#include <tensor/compare.h>

#include <qkv/kernels/vector_math.h>
#include <qkv/ops/elementwise.h>

using namespace qkv;

namespace {

Array numbers(const Tensor& x) { return array(x); }
Scalar tens(Scalar a, Scalar b) { return 10 * a + b; }

}  // namespace

TEST_CASE("elementwise: number by number, operands in their order") {
  CHECK_CLOSE(from_array(elementwise(numbers(tensor({{1, 4}, {9, 16}})), kernels::sqrt)), tensor({{1, 2}, {3, 4}}), 0);
  Array row = numbers(tensor({1, 2, 3})), column = numbers(tensor({{4}, {5}})), number = numbers(Tensor(6));
  CHECK_CLOSE(from_array(elementwise("f", row, row, tens)), tensor({11, 22, 33}), 0);
  CHECK_CLOSE(from_array(elementwise("f", row, column, tens)), tensor({{14, 24, 34}, {15, 25, 35}}), 0);
  CHECK_CLOSE(from_array(elementwise("f", column, row, tens)), tensor({{41, 42, 43}, {51, 52, 53}}), 0);
  CHECK_CLOSE(from_array(elementwise("f", number, row, tens)), tensor({61, 62, 63}), 0);
  CHECK_CLOSE(from_array(elementwise("f", row, number, tens)), tensor({16, 26, 36}), 0);
  CHECK_CLOSE(from_array(elementwise("f", number, number, tens)), Tensor(66), 0);
  CHECK_CLOSE(from_array(elementwise("f", numbers(tensor({2, 1, 1}, {1, 2})), numbers(tensor({{3, 4}})), tens)),
              tensor({{{13, 14}}, {{23, 24}}}), 0);
  CHECK_THROWS_WITH_AS(elementwise("f", row, numbers(zeros({2})), tens),
                       "f: (3,) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1", Error);
}

TEST_CASE("broadcast_to") {
  CHECK_CLOSE(from_array(broadcast_to(numbers(tensor({1, 2})), {3, 2})), tensor({{1, 2}, {1, 2}, {1, 2}}), 0);
  CHECK_CLOSE(from_array(broadcast_to(numbers(tensor({{1}, {2}})), {2, 3})), tensor({{1, 1, 1}, {2, 2, 2}}), 0);
  CHECK_CLOSE(from_array(broadcast_to(numbers(Tensor(7)), {2, 2})), full({2, 2}, 7), 0);
  CHECK_CLOSE(from_array(broadcast_to(numbers(Tensor(7)), {})), Tensor(7), 0);
  CHECK_CLOSE(from_array(broadcast_to(numbers(tensor({{{1, 2}}, {{3, 4}}})), {2, 2, 2})), tensor({{{1, 2}, {1, 2}}, {{3, 4}, {3, 4}}}), 0);
  CHECK(shape_of(broadcast_to(numbers(tensor({1, 2})), {0, 2})) == Shape{0, 2});
}

TEST_CASE("view_along: before, the axis, behind") {
  AxisView view = view_along({2, 3, 4, 5}, 1);
  CHECK(view.outer == 2);
  CHECK(view.size == 3);
  CHECK(view.inner == 20);
  view = view_along({7}, 0);
  CHECK(view.outer == 1);
  CHECK(view.inner == 1);
}
