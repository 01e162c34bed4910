#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

#include <algorithm>
#include <limits>

using namespace qkv;

namespace {

Tensor counting(const Shape& shape) { return reshape(arange(shape.count()), shape); }

}  // namespace

TEST_CASE("reshape") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK_CLOSE(reshape(x, {3, 2}), tensor({{1, 2}, {3, 4}, {5, 6}}), 0);
  CHECK_CLOSE(reshape(x, {-1}), tensor({1, 2, 3, 4, 5, 6}), 0);
  CHECK(reshape(x, {1, -1, 2}).shape() == Shape{1, 3, 2});
  CHECK(reshape(tensor({{7}}), {}).shape() == Shape{});
  CHECK(reshape(zeros({0, 3}), {-1, 5}).shape() == Shape{0, 5});
  CHECK_THROWS_WITH_AS(reshape(x, {4}), "reshape: (2, 3) to (4,): 6 numbers into 4", Error);
  CHECK_THROWS_WITH_AS(reshape(x, {-1, 4}), "reshape: (2, 3) to (-1, 4): 6 numbers are not a multiple of 4", Error);
  CHECK_THROWS_WITH_AS(reshape(x, {-1, -1}), "reshape: (2, 3) to (-1, -1): only one size may be -1", Error);
  CHECK_THROWS_WITH_AS(reshape(x, {-2, 3}), "reshape: (2, 3) to (-2, 3): sizes must not be negative, but for one -1", Error);
  CHECK_THROWS_WITH_AS(reshape(x, {-2, -3}), "reshape: (2, 3) to (-2, -3): sizes must not be negative, but for one -1", Error);
  CHECK_THROWS_WITH_AS(reshape(zeros({0}), {0, -1}), "reshape: (0,) to (0, -1): 0 numbers are not a multiple of 0", Error);
}

TEST_CASE("permute and transpose") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK_CLOSE(transpose(x), tensor({{1, 4}, {2, 5}, {3, 6}}), 0);
  CHECK_CLOSE(transpose(x, 0, -2), x, 0);
  Tensor box = counting({2, 3, 4});
  for (std::vector<Index> order : std::vector<std::vector<Index>>{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
    Tensor y = permute(box, order);
    std::vector<Index> back(3);
    for (Index i = 0; i < 3; ++i) back[order[i]] = i;
    bool same = true;
    for (Index i = 0; i < 2; ++i)
      for (Index j = 0; j < 3; ++j)
        for (Index k = 0; k < 4; ++k) {
          Index at[] = {i, j, k};
          same = same && y.at({at[order[0]], at[order[1]], at[order[2]]}) == box.at({i, j, k});
        }
    CHECK(same);
    CHECK_CLOSE(permute(y, back), box, 0);  // there and back
  }
  CHECK(permute(zeros({2, 1, 0}), {2, 0, -2}).shape() == Shape{0, 2, 1});
  CHECK_CLOSE(permute(Tensor(3), {}), Tensor(3), 0);
  CHECK(transpose(counting({2, 3, 4, 5}), 1, -1).shape() == Shape{2, 5, 4, 3});
  CHECK_THROWS_WITH_AS(permute(x, {0}), "permute: 1 axes named for shape (2, 3): must be all 2", Error);
  CHECK_THROWS_WITH_AS(permute(x, {1, -1}), "permute: axis -1 of (2, 3) is named twice", Error);
  CHECK_THROWS_WITH_AS(permute(x, {0, 2}), "permute: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(transpose(arange(3)), "transpose: axis -2 of (3,): must be from -1 to 0", Error);
}

TEST_CASE("unsqueeze and squeeze") {
  Tensor x = zeros({2, 3});
  CHECK(unsqueeze(x, 0).shape() == Shape{1, 2, 3});
  CHECK(unsqueeze(x, 2).shape() == Shape{2, 3, 1});
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 3, 1});
  CHECK(unsqueeze(x, -3).shape() == Shape{1, 2, 3});
  CHECK(unsqueeze(Tensor(1), 0).shape() == Shape{1});
  CHECK(squeeze(zeros({2, 1, 3}), 1).shape() == Shape{2, 3});
  CHECK(squeeze(zeros({2, 1, 3}), -2).shape() == Shape{2, 3});
  CHECK_THROWS_WITH_AS(unsqueeze(x, 3), "unsqueeze: axis 3 for (2, 3): must be from -3 to 2", Error);
  CHECK_THROWS_WITH_AS(squeeze(x, 1), "squeeze: axis 1 of (2, 3) has size 3: must be 1", Error);
  CHECK_THROWS_WITH_AS(squeeze(x, 2), "squeeze: axis 2 of (2, 3): must be from -2 to 1", Error);
}

TEST_CASE("slice and select") {
  Tensor x = counting({3, 4});
  CHECK_CLOSE(slice(x, 0, 1, 3), tensor({{4, 5, 6, 7}, {8, 9, 10, 11}}), 0);
  CHECK_CLOSE(slice(x, 1, 1, -1), tensor({{1, 2}, {5, 6}, {9, 10}}), 0);
  CHECK_CLOSE(slice(x, -1, 0, 4, 3), tensor({{0, 3}, {4, 7}, {8, 11}}), 0);
  CHECK_CLOSE(slice(x, 0, -3, 3, 2), tensor({{0, 1, 2, 3}, {8, 9, 10, 11}}), 0);
  CHECK_CLOSE(slice(x, 0, 0, 3, std::numeric_limits<Index>::max()), tensor({{0, 1, 2, 3}}), 0);
  CHECK(slice(x, 0, 1, 1).shape() == Shape{0, 4});
  CHECK(slice(x, 0, 3, 3).shape() == Shape{0, 4});
  Tensor box = counting({2, 3, 4});
  CHECK_CLOSE(slice(box, 1, 0, 3, 2), tensor({{{0, 1, 2, 3}, {8, 9, 10, 11}}, {{12, 13, 14, 15}, {20, 21, 22, 23}}}), 0);
  CHECK_CLOSE(select(x, 0, 1), tensor({4, 5, 6, 7}), 0);
  CHECK_CLOSE(select(x, -1, -1), tensor({3, 7, 11}), 0);
  CHECK_CLOSE(select(tensor({5, 6}), 0, 0), Tensor(5), 0);
  CHECK_THROWS_WITH_AS(slice(x, 0, 2, 1), "slice: [2, 1) of axis 0 of (3, 4): must lie within 0 to 3", Error);
  CHECK_THROWS_WITH_AS(slice(x, 1, 0, 5), "slice: [0, 5) of axis 1 of (3, 4): must lie within 0 to 4", Error);
  CHECK_THROWS_WITH_AS(slice(x, 1, -5, 4), "slice: [-5, 4) of axis 1 of (3, 4): must lie within 0 to 4", Error);
  CHECK_THROWS_WITH_AS(slice(x, 1, 0, 4, 0), "slice: step 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(slice(x, 2, 0, 1), "slice: axis 2 of (3, 4): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(select(x, 0, 3), "select: entry 3 of axis 0 of (3, 4): must be from -3 to 2", Error);
  CHECK_THROWS_WITH_AS(select(x, -1, -5), "select: entry -5 of axis -1 of (3, 4): must be from -4 to 3", Error);
}

TEST_CASE("concat, stack and chunk") {
  Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}});
  CHECK_CLOSE(concat({a, b}, 0), tensor({{1, 2}, {3, 4}, {5, 6}}), 0);
  CHECK_CLOSE(concat({b, b, b}, 1), tensor({{5, 6, 5, 6, 5, 6}}), 0);
  CHECK_CLOSE(concat({a, zeros({0, 2})}, -2), a, 0);
  CHECK_CLOSE(stack({arange(2), arange(5, 7)}), tensor({{0, 1}, {5, 6}}), 0);
  CHECK_CLOSE(stack({arange(2), arange(5, 7)}, -1), tensor({{0, 5}, {1, 6}}), 0);
  CHECK_CLOSE(stack({Tensor(1), Tensor(2)}), tensor({1, 2}), 0);
  CHECK(stack({a, a, a}, 1).shape() == Shape{2, 3, 2});
  Tensor box = counting({4, 6, 2});
  for (Index axis : {0, 1, 2, -1, -2, -3}) CHECK_CLOSE(concat(chunk(box, 2, axis), axis), box, 0);
  CHECK_CLOSE(chunk(box, 3, 1)[2], slice(box, 1, 4, 6), 0);

  CHECK_THROWS_WITH_AS(concat({}, 0), "concat: nothing to join", Error);
  CHECK_THROWS_WITH_AS(stack({}), "stack: nothing to join", Error);
  CHECK_THROWS_WITH_AS(concat({a, b}, 1), "concat: (1, 2) beside (2, 2) along axis 1: all other sizes must be equal", Error);
  CHECK_THROWS_WITH_AS(concat({a, arange(2)}, 0), "concat: (2,) beside (2, 2) along axis 0: all other sizes must be equal", Error);
  CHECK_THROWS_WITH_AS(concat({a}, 2), "concat: axis 2 of (2, 2): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(concat({Tensor(1)}, 0), "concat: axis 0 of (): a single number has no axes", Error);
  CHECK_THROWS_WITH_AS(stack({a, b}), "stack: (1, 2) beside (2, 2): all shapes must be equal", Error);
  CHECK_THROWS_WITH_AS(chunk(box, 4, 1), "chunk: axis 1 of (4, 6, 2) into 4 equal parts: its size must be a multiple", Error);
  CHECK_THROWS_WITH_AS(chunk(box, 0, 1), "chunk: axis 1 of (4, 6, 2) into 0 equal parts: its size must be a multiple", Error);
}

TEST_CASE("embedding: rows of a table; a row used twice gets both gradients") {
  Tensor table = tensor({{1, 2}, {3, 4}, {5, 6}}).requires_grad(true);
  Tensor y = embedding(Indices{{2, 0}, {2, 2}}, table);
  CHECK_CLOSE(y, tensor({{{5, 6}, {1, 2}}, {{5, 6}, {5, 6}}}), 0);
  y.backward(tensor({{{1, 10}, {2, 20}}, {{3, 30}, {4, 40}}}));
  CHECK_CLOSE(table.grad(), tensor({{2, 20}, {0, 0}, {8, 80}}), 0);
  CHECK_CLOSE(embedding(Indices({}, {1}), table), tensor({3, 4}), 0);
  CHECK(embedding(Indices({0}, {}), table).shape() == Shape{0, 2});
  CHECK_THROWS_WITH_AS(embedding(Indices{0, 3}, table), "embedding: index 3 in a table of 3 rows: must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(embedding(Indices{-1}, table), "embedding: index -1 in a table of 3 rows: must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(embedding(Indices{0}, arange(3)), "embedding: weight of shape (3,): must be (rows, width)", Error);
}

TEST_CASE("take_rows: of tensors, indices and masks; a row taken twice gets both gradients") {
  Tensor x = tensor({{{1, 2}}, {{3, 4}}, {{5, 6}}});  // (3, 1, 2)
  CHECK_CLOSE(take_rows(x, {2, 0, 2, 2}), tensor({{{5, 6}}, {{1, 2}}, {{5, 6}}, {{5, 6}}}), 0);
  CHECK(take_rows(x, {0, 1, 2}).data() == x.data());  // all in order: nothing is copied
  CHECK(take_rows(x, {0, 1}).shape() == Shape{2, 1, 2});
  CHECK(take_rows(x, {}).shape() == Shape{0, 1, 2});
  CHECK_CLOSE(take_rows(tensor({7, 8, 9}), {1, 1}), tensor({8, 8}), 0);
  CHECK(take_rows(zeros({3, 0}), {1, 1}).shape() == Shape{2, 0});

  x.requires_grad(true);
  (take_rows(x, {2, 0, 2}) * tensor({{{1, 10}}, {{2, 20}}, {{3, 30}}})).backward(ones({3, 1, 2}));
  CHECK_CLOSE(x.grad(), tensor({{{2, 20}}, {{0, 0}}, {{4, 40}}}), 0);

  Indices labels({3}, {7, 8, 9});
  CHECK(take_rows(labels, {1, 1}).values == std::vector<Index>{8, 8});
  CHECK(take_rows(labels, {1, 1}).shape == Shape{2});
  CHECK(take_rows(Indices{{1, 2}, {3, 4}}, {1}).values == std::vector<Index>{3, 4});

  CHECK(take_rows(Mask{{0, 1}, {1, 1}}, {1, 1, 0}).hidden == std::vector<std::uint8_t>{1, 1, 1, 1, 0, 1});
  CHECK(take_rows(Mask{{0, 1}, {1, 1}}, {}).shape == Shape{0, 2});
  CHECK(take_rows(Mask{}, {1, 1, 0}).empty());
}

TEST_CASE("gather: one entry for each index; an entry taken twice gets both gradients") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}).requires_grad(true);
  CHECK_CLOSE(gather(x, 1, Indices{{2, 0}, {1, 1}}), tensor({{3, 1}, {5, 5}}), 0);
  CHECK_CLOSE(gather(x, 0, Indices{{1, 0, 1}}), tensor({{4, 2, 6}}), 0);
  CHECK_CLOSE(gather(x, -1, Indices{{2, 0, 1, 2, 2}}), tensor({{3, 1, 2, 3, 3}}), 0);
  gather(x, 1, Indices{{2, 0}, {1, 1}}).backward(tensor({{1, 10}, {100, 1000}}));
  CHECK_CLOSE(x.grad(), tensor({{10, 0, 1}, {0, 1100, 0}}), 0);
  Tensor box = counting({2, 3, 2});
  CHECK_CLOSE(gather(box, 1, Indices{{{2, 0}}, {{1, 1}}}), tensor({{{4, 1}}, {{8, 9}}}), 0);
  CHECK_CLOSE(gather(box, 2, Indices{{{1}}}), tensor({{{1}}}), 0);
  CHECK(gather(x, 1, Indices({2, 0}, {})).shape() == Shape{2, 0});
  CHECK_THROWS_WITH_AS(gather(x, 1, Indices{0, 1}), "gather: indices (2,) for (2, 3): must have as many axes", Error);
  CHECK_THROWS_WITH_AS(gather(x, 1, Indices{{0}, {0}, {0}}), "gather: indices (3, 1) for (2, 3): axis 0 is longer", Error);
  CHECK_THROWS_WITH_AS(gather(x, 1, Indices{{3}}), "gather: index 3 along axis 1 of (2, 3): must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(gather(x, 0, Indices{{-1}}), "gather: index -1 along axis 0 of (2, 3): must be from 0 to 1", Error);
}

TEST_CASE("masked_fill") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}).requires_grad(true);
  Tensor y = masked_fill(x, Mask{{0, 1, 0}, {1, 0, 0}}, -infinity);
  CHECK_CLOSE(y, tensor({{1, -infinity, 3}, {-infinity, 5, 6}}), 0);
  y.backward(ones({2, 3}));
  CHECK_CLOSE(x.grad(), tensor({{1, 0, 1}, {0, 1, 1}}), 0);
  CHECK_CLOSE(masked_fill(x, Mask{0, 1, 1}, 0), tensor({{1, 0, 0}, {4, 0, 0}}), 0);
  CHECK_CLOSE(masked_fill(x, Mask({2, 1}, {0, 1}), 0), tensor({{1, 2, 3}, {0, 0, 0}}), 0);
  CHECK_CLOSE(masked_fill(counting({2, 2, 2}), Mask({2, 1, 2}, {0, 1, 1, 0}), -1), tensor({{{0, -1}, {2, -1}}, {{-1, 5}, {-1, 7}}}), 0);
  CHECK(masked_fill(x, Mask(), 0).node() == x.node());
  CHECK_THROWS_WITH_AS(masked_fill(x, Mask{0, 1}, 0),
                       "masked_fill: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1",
                       Error);
  CHECK_THROWS_WITH_AS(masked_fill(x, Mask({1, 2, 3}, std::vector<std::uint8_t>(6)), 0),
                       "masked_fill: mask (1, 2, 3) for (2, 3): the mask is broadcast to the tensor, not the other way round", Error);
  CHECK_THROWS_WITH_AS(masked_fill(arange(1), Mask{0, 1}, 0),
                       "masked_fill: mask (2,) for (1,): the mask is broadcast to the tensor, not the other way round", Error);
}

TEST_CASE("slice, concat and stack along every axis, in many sizes: there, and the gradient back") {
  Rng rng(3);
  for (const Shape& shape : {Shape{37, 1, 1}, Shape{1, 37, 1}, Shape{5, 6, 7}, Shape{3, 40, 2}, Shape{2, 3, 21}})
    for (Index axis : {0, 1, 2})
      for (Index step : {1, 2, 3}) {
        Tensor x = randn(shape, rng).requires_grad(true);
        const Index size = shape[axis], from = size > 1 ? 1 : 0, outer = shape.part(0, axis).count(),
                    inner = shape.part(axis + 1, 3).count();
        Tensor y = slice(x, axis, from, size, step);
        y.backward(y.detach());
        bool right = true;
        for (Index o = 0; o < outer; ++o)
          for (Index i = 0; i < size; ++i)
            for (Index j = 0; j < inner; ++j) {
              const bool taken = i >= from && (i - from) % step == 0;
              const Scalar number = x.data()[(o * size + i) * inner + j];
              if (taken) right = right && y.data()[(o * y.size(axis) + (i - from) / step) * inner + j] == number;
              right = right && x.grad().data()[(o * size + i) * inner + j] == (taken ? number : 0);
            }
        CHECK(right);
      }
  for (Index count : {1, 3, 50})
    for (Index axis : {0, 1, 2}) {
      Tensors parts, cut, rows;
      for (Index p = 0; p < count; ++p)
        parts.push_back(randn({axis == 0 ? p % 3 : 21, axis == 1 ? 1 + p % 5 : 2, axis == 2 ? 1 : 3}, rng).requires_grad(true));
      Tensor whole = concat(parts, axis);
      whole.backward(2 * whole.detach());
      Index before = 0;
      for (const Tensor& part : parts) {
        CHECK_CLOSE(slice(whole, axis, before, before + part.size(axis)), part, 0);
        if (part.size() > 0) CHECK_CLOSE(part.grad(), 2 * part.detach(), 0);
        before += part.size(axis);
      }
      for (Index p = 0; p < count; ++p) rows.push_back(randn({19, 5}, rng).requires_grad(true));
      Tensor piled = stack(rows, axis);
      piled.backward(2 * piled.detach());
      for (Index p = 0; p < count; ++p) {
        CHECK_CLOSE(select(piled, axis, p), rows[p], 0);
        CHECK_CLOSE(rows[p].grad(), 2 * rows[p].detach(), 0);
      }
    }
}

TEST_CASE("permute: all orders of four axes, in sizes beside those of a register") {
  for (const Shape& shape : {Shape{2, 17, 3, 33}, Shape{16, 1, 18, 5}, Shape{3, 4, 16, 16}}) {
    Tensor x = counting(shape);
    std::vector<Index> order{0, 1, 2, 3};
    do {
      Tensor y = permute(x, order);
      bool right = true;
      for (Index i = 0; i < y.size(); ++i) {
        Index rest = i, from = 0;
        for (Index axis = 3; axis >= 0; --axis) {
          const Index source = order[axis];
          from += rest % y.size(axis) * shape.part(source + 1, 4).count();
          rest /= y.size(axis);
        }
        right = right && y.data()[i] == x.data()[from];
      }
      CHECK(right);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}
