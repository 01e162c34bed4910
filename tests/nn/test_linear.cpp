#include "layers.h"

#include <qkv/nn/linear.h>
#include <qkv/tensor/error.h>

using namespace qkv;

TEST_CASE("Linear: x W^T + b by hand") {
  Rng rng(1);
  nn::Linear layer(3, 2, rng);
  layer.load({{"weight", tensor({{1, 2, 3}, {4, 5, 6}})}, {"bias", tensor({10, 20})}});
  Tensor y = layer(tensor({{1, 0, -1}, {2, 1, 0}}));
  CHECK(largest_difference(y, tensor({{8, 18}, {14, 33}})) < rounding);
}

TEST_CASE("Linear: leading axes, no bias, gradients") {
  Rng rng(1);
  nn::Linear plain(3, 5, rng, false);
  CHECK(names(plain) == "weight (5, 3)");
  CHECK_FALSE(plain.bias.defined());
  CHECK(plain(ones({2, 4, 3})).shape() == Shape{2, 4, 5});

  nn::Linear layer(3, 5, rng);
  Tensor x = randn({2, 4, 3}, rng);
  check_gradient([&](const auto&) { return layer(x); }, with_parameters({x}, layer));
}

TEST_CASE("Linear: what cannot be") {
  Rng rng(1);
  CHECK_THROWS_WITH_AS(nn::Linear(0, 2, rng), "Linear: 0 features in, 2 out: must be at least 1", Error);
  CHECK_THROWS_AS(nn::Linear(3, 2, rng)(ones({3, 2})), Error);
}

TEST_CASE("Embedding: rows of the table, and their gradient") {
  Rng rng(1);
  nn::Embedding layer(5, 3, rng);
  CHECK(names(layer) == "weight (5, 3)");
  Tensor y = layer({{4, 0}, {1, 4}});
  CHECK(y.shape() == Shape{2, 2, 3});
  CHECK(y.at({0, 0, 2}) == layer.weight.at({4, 2}));
  CHECK(y.at({1, 0, 1}) == layer.weight.at({1, 1}));
  y.backward(ones(y.shape()));
  CHECK(largest_difference(layer.weight.grad(), tensor({{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {2, 2, 2}})) == 0);
}

TEST_CASE("Linear: one that shares another's weight") {
  Rng rng(1);
  nn::Embedding table(5, 3, rng);
  nn::Linear head(table.weight);
  CHECK(names(head) == "weight (5, 3)");
  CHECK_FALSE(head.bias.defined());
  table.weight.copy_from(ones({5, 3}));
  CHECK(largest_difference(head(tensor({{1, 2, 3}})), full({1, 5}, 6)) == 0);
}

TEST_CASE("Embedding: the padding's row starts at 0, is read as it stands, and gets no gradient") {
  Rng rng(1), again(1);
  nn::Embedding layer(5, 3, rng, 1), last(5, 3, rng, -1), plain(5, 3, again);
  CHECK(layer.padding_idx == 1);
  CHECK(last.padding_idx == 4);
  for (Index i = 0; i < 3; ++i) {
    CHECK(layer.weight.at({1, i}) == 0);
    CHECK(last.weight.at({4, i}) == 0);
    CHECK(layer.weight.at({2, i}) == plain.weight.at({2, i}));
  }
  layer.weight.set({1, 0}, 7);
  Tensor y = layer({{1, 0}, {1, 4}});
  CHECK(y.at({1, 0, 0}) == 7);
  y.backward(ones(y.shape()));
  CHECK(largest_difference(layer.weight.grad(), tensor({{1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}})) == 0);
}

TEST_CASE("Embedding: what cannot be") {
  Rng rng(1);
  CHECK_THROWS_WITH_AS(nn::Embedding(5, 0, rng), "Embedding: num_embeddings 5, embedding_dim 0: must be at least 1", Error);
  CHECK_THROWS_AS(nn::Embedding(5, 3, rng)({5}), Error);
  CHECK_THROWS_AS(nn::Embedding(5, 3, rng)({-1}), Error);
}
