#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

using namespace qkv;

TEST_CASE("flip") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK_CLOSE(flip(x, 0), tensor({{4, 5, 6}, {1, 2, 3}}), 0);
  CHECK_CLOSE(flip(x, -1), tensor({{3, 2, 1}, {6, 5, 4}}), 0);
  CHECK_CLOSE(flip(x, {1, 0}), tensor({{6, 5, 4}, {3, 2, 1}}), 0);
  CHECK_CLOSE(flip(x, std::vector<Index>{}), x, 0);
  Tensor box = reshape(arange(24), {2, 3, 4});
  CHECK_CLOSE(flip(box, 1), stack({select(box, 1, 2), select(box, 1, 1), select(box, 1, 0)}, 1), 0);
  CHECK(flip(zeros({0, 2}), {0, 1}).shape() == Shape{0, 2});
  CHECK_CLOSE(flip(Tensor(3), std::vector<Index>{}), Tensor(3), 0);
}

TEST_CASE("tril and triu") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}, {7, 8, not_a_number}});
  CHECK_CLOSE(tril(x), tensor({{1, 0, 0}, {4, 5, 0}, {7, 8, not_a_number}}));
  CHECK_CLOSE(tril(x, -1), tensor({{0, 0, 0}, {4, 0, 0}, {7, 8, 0}}), 0);
  CHECK_CLOSE(triu(x, 1), tensor({{0, 2, 3}, {0, 0, 6}, {0, 0, 0}}), 0);
  CHECK_CLOSE(triu(x, -9), x);
  CHECK_CLOSE(triu(ones({2, 1, 3}), 1), tensor({{{0, 1, 1}}, {{0, 1, 1}}}), 0);  // every matrix of a stack
  CHECK_CLOSE(tril(ones({3, 2})) + triu(ones({3, 2}), 1), ones({3, 2}), 0);
  CHECK(tril(zeros({2, 0, 3})).shape() == Shape{2, 0, 3});
}

TEST_CASE("expand") {
  Tensor x = tensor({{1}, {2}});
  CHECK_CLOSE(expand(x, {2, 3}), tensor({{1, 1, 1}, {2, 2, 2}}), 0);
  CHECK_CLOSE(expand(x, {-1, 2}), tensor({{1, 1}, {2, 2}}), 0);
  CHECK_CLOSE(expand(x, {2, -1, 2}), tensor({{{1, 1}, {2, 2}}, {{1, 1}, {2, 2}}}), 0);
  CHECK_CLOSE(expand(Tensor(7), {2}), tensor({7, 7}), 0);
  CHECK(expand(x, {0, 2, 1}).shape() == Shape{0, 2, 1});
  CHECK(expand(zeros({0, 1}), {-1, 4}).shape() == Shape{0, 4});
  Tensor leaf = tensor({{1}, {2}}).requires_grad(true);
  expand(leaf, {2, 2, 2}).backward(tensor({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
  CHECK_CLOSE(leaf.grad(), tensor({{14}, {22}}), 0);
}

TEST_CASE("scatter: PyTorch's examples") {
  // torch.zeros(3, 5).scatter_(0, [[0, 1, 2, 0]], [[1, 2, 3, 4, 5], ...]) and .scatter_(1, [[0, 1, 2], [0, 1, 4]], ...), from its documentation
  Tensor src = reshape(arange(1, 11), {2, 5});
  CHECK_CLOSE(scatter(zeros({3, 5}), 0, {{0, 1, 2, 0}}, src), tensor({{1, 0, 0, 4, 0}, {0, 2, 0, 0, 0}, {0, 0, 3, 0, 0}}), 0);
  CHECK_CLOSE(scatter(zeros({3, 5}), 1, {{0, 1, 2}, {0, 1, 4}}, src), tensor({{1, 2, 3, 0, 0}, {6, 7, 0, 0, 8}, {0, 0, 0, 0, 0}}), 0);
  CHECK_CLOSE(scatter(full({2, 4}, 2), 1, {{2}, {3}}, 1.25), tensor({{2, 2, 1.25, 2}, {2, 2, 2, 1.25}}), 0);
  // torch.zeros(3, 5).scatter_add_(0, [[0, 1, 2, 0, 0], [0, 1, 2, 2, 2]], ones(2, 5))
  CHECK_CLOSE(scatter_add(zeros({3, 5}), 0, {{0, 1, 2, 0, 0}}, ones({2, 5})), tensor({{1, 0, 0, 1, 1}, {0, 1, 0, 0, 0}, {0, 0, 1, 0, 0}}),
              0);
  CHECK_CLOSE(scatter_add(zeros({3, 5}), 0, {{0, 1, 2, 0, 0}, {0, 1, 2, 2, 2}}, ones({2, 5})),
              tensor({{2, 0, 0, 1, 1}, {0, 2, 0, 0, 0}, {0, 0, 2, 1, 1}}), 0);
}

TEST_CASE("scatter: out of place; of an index that comes twice the last stays and has the gradient") {
  Tensor x = tensor({1, 2, 3}).requires_grad(true), src = tensor({10, 20, 30, 40}).requires_grad(true);
  Indices twice{2, 0, 2, 2};
  Tensor y = scatter(x, 0, twice, src);
  CHECK_CLOSE(y, tensor({20, 2, 40}), 0);
  CHECK_CLOSE(x, tensor({1, 2, 3}), 0);
  y.backward(tensor({5, 6, 7}));
  CHECK_CLOSE(x.grad(), tensor({0, 6, 0}), 0);
  CHECK_CLOSE(src.grad(), tensor({0, 5, 0, 7}), 0);
  x.zero_grad();
  src.zero_grad();
  y = scatter_add(x, 0, twice, src);
  CHECK_CLOSE(y, tensor({21, 2, 83}), 0);
  y.backward(tensor({5, 6, 7}));
  CHECK_CLOSE(x.grad(), tensor({5, 6, 7}), 0);
  CHECK_CLOSE(src.grad(), tensor({7, 5, 7, 7}), 0);
  Indices none(Shape{0}, {});
  CHECK_CLOSE(scatter(x, 0, none, zeros({0})), x, 0);
  CHECK_CLOSE(scatter_add(x, 0, none, 1), x, 0);
}

TEST_CASE("scatter_add and gather's gradient: as many ones in one place as float cannot count singly") {
  const Index n = (1 << 24) + 2;
  Indices all(Shape{n}, std::vector<Index>(static_cast<std::size_t>(n), 0));
  CHECK(scatter_add(zeros({1}), 0, all, ones({n})).item() == n);
  Tensor x = zeros({1}).requires_grad(true);
  gather(x, 0, all).backward(ones({n}));
  CHECK(x.grad().item() == n);
}
