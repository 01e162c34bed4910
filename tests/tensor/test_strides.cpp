#include "compare.h"

#include <qkv/tensor/strides.h>

using namespace qkv;

namespace {

/// Each row of one operand: where it starts in reading order, and in the operand.
std::vector<std::pair<Index, Index>> rows_of(const StridedRows<1>& rows) {
  std::vector<std::pair<Index, Index>> all;
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) { all.emplace_back(start, at[0]); });
  return all;
}
using Rows = std::vector<std::pair<Index, Index>>;

}  // namespace

TEST_CASE("strides") {
  Strides strides = contiguous_strides({2, 3, 4});
  CHECK(strides[0] == 12);
  CHECK(strides[1] == 4);
  CHECK(strides[2] == 1);
  strides = broadcast_strides({3, 1}, {2, 3, 4});  // (3, 1) is repeated along the first and the last axis
  CHECK(strides[0] == 0);
  CHECK(strides[1] == 1);
  CHECK(strides[2] == 0);
}

TEST_CASE("StridedRows: the same shape is one long row") {
  StridedRows<1> rows({2, 3, 4}, {contiguous_strides({2, 3, 4})});
  CHECK(rows.row_length() == 24);
  CHECK(rows.row_stride(0) == 1);
  CHECK((rows_of(rows) == Rows{{0, 0}}));
}

TEST_CASE("StridedRows: a repeated operand") {
  StridedRows<1> column({2, 3}, {broadcast_strides({2, 1}, {2, 3})});
  CHECK(column.row_stride(0) == 0);
  CHECK((rows_of(column) == Rows{{0, 0}, {3, 1}}));
  StridedRows<1> row({2, 3}, {broadcast_strides({3}, {2, 3})});
  CHECK(row.row_stride(0) == 1);
  CHECK((rows_of(row) == Rows{{0, 0}, {3, 0}}));
  StridedRows<1> middle({2, 2, 3}, {broadcast_strides({2, 1, 3}, {2, 2, 3})});
  CHECK((rows_of(middle) == Rows{{0, 0}, {3, 0}, {6, 3}, {9, 3}}));
  StridedRows<1> number({2, 3}, {broadcast_strides({}, {2, 3})});
  CHECK(number.row_length() == 6);
  CHECK(number.row_stride(0) == 0);
}

TEST_CASE("StridedRows: another order") {
  Strides transposed{};
  transposed[0] = 1;
  transposed[1] = 3;
  CHECK((rows_of(StridedRows<1>({3, 2}, {transposed})) == Rows{{0, 0}, {2, 1}, {4, 2}}));
}

TEST_CASE("StridedRows: axes merge only where every operand allows it") {
  Shape shape{2, 3, 4};
  StridedRows<2> rows(shape, {contiguous_strides(shape), broadcast_strides({3, 4}, shape)});
  CHECK(rows.row_length() == 12);
  CHECK(rows.sizes == Shape{2, 12});
}

TEST_CASE("StridedRows: a single number, and none") {
  CHECK((rows_of(StridedRows<1>({}, {contiguous_strides({})})) == Rows{{0, 0}}));
  CHECK((rows_of(StridedRows<1>({1, 1}, {contiguous_strides({1, 1})})) == Rows{{0, 0}}));
  CHECK(rows_of(StridedRows<1>({2, 0}, {contiguous_strides({2, 0})})).empty());
  CHECK(rows_of(StridedRows<1>({0, 2}, {broadcast_strides({2}, {0, 2})})).empty());
}
