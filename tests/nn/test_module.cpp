#include "layers.h"
#include "small_modules.h"

#include <qkv/ops/reduce.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>
#include <qkv/tensor/error.h>

#include <sstream>

using namespace qkv;
using small::Pair;
using small::Tied;

namespace {

/// Such a model as a part.
struct Outer : nn::Module {
  Tied model;
  explicit Outer(Rng& rng) : model(rng) { adopt("model", model); }
};

}  // namespace

TEST_CASE("Module: parameters have names, in order, and are learned") {
  Rng rng(1);
  Pair pair(rng);
  CHECK(names(pair) == "scale (), first.weight (2, 3), first.bias (2,), second.weight (1, 2)");
  CHECK(pair.parameters().size() == 4);
  CHECK(pair.parameter_count() == 1 + 6 + 2 + 2);
  for (const Tensor& parameter : pair.parameters()) CHECK(parameter.requires_grad());
  CHECK(pair.parameter("first.bias").data() == pair.first.bias.data());
  CHECK_THROWS_WITH_AS(pair.parameter("bias"), "parameter: no 'bias': there are scale, first.weight, first.bias, second.weight", Error);
  CHECK_THROWS_WITH_AS(nn::Module().parameter("bias"), "parameter: no 'bias': there are none", Error);
  CHECK_THROWS_WITH_AS(nn::Module().parameter("\x1b[2J"), "parameter: no '\\x1b[2J': there are none", Error);
  CHECK_THROWS_WITH_AS(nn::Module().load({{"a\nb", Tensor(1)}}),
                       "load: nothing was loaded, because the tensors do not fit the module:\n  unexpected: a\\nb ()", Error);
  CHECK_THROWS_WITH_AS(pair.register_again(), "add_parameter: there is a 'first.weight' already", Error);
}

TEST_CASE("Module: prints its parameters") {
  Rng rng(1);
  std::ostringstream text;
  text << Pair(rng);
  CHECK(text.str() ==
        "scale          ()\n"
        "first.weight   (2, 3)\n"
        "first.bias     (2,)\n"
        "second.weight  (1, 2)\n"
        "11 parameters");
}

TEST_CASE("Module: a copy shares the weights, and a moved one keeps them") {
  Rng rng(1);
  Pair original(rng);
  Pair copy = original;
  original.parameter("first.bias").set({0}, 7);
  CHECK(copy.first.bias.at({0}) == 7);
  CHECK(copy.parameter("first.bias").at({0}) == 7);

  Pair moved = std::move(copy);
  CHECK(names(moved) == names(original));
  CHECK(moved.first.weight.data() == original.first.weight.data());

  std::vector<Pair> many;  // a growing vector moves its elements
  for (int i = 0; i < 5; ++i) many.emplace_back(rng);
  CHECK(many[0].parameter("second.weight").data() == many[0].second.weight.data());
}

TEST_CASE("Module: zero_grad") {
  Rng rng(1);
  nn::Linear layer(2, 1, rng);
  layer(ones({1, 2})).backward();
  CHECK(layer.weight.has_grad());
  layer.zero_grad();
  CHECK_FALSE(layer.weight.has_grad());
  CHECK_FALSE(layer.bias.has_grad());
}

TEST_CASE("Module: load overwrites by name, in any order, and the layers see it") {
  Rng rng(1);
  Pair pair(rng);
  const Scalar* before = pair.first.weight.data();
  Tensor weight = tensor({{1, 2, 3}, {4, 5, 6}});
  pair.load({{"second.weight", tensor({{7, 8}})}, {"first.weight", weight}, {"scale", Tensor(3)}, {"first.bias", tensor({9, 10})}});
  CHECK(pair.first.weight.data() == before);
  CHECK(largest_difference(pair.first.weight, weight) == 0);
  CHECK(pair.second.weight.at({0, 1}) == 8);
  CHECK(pair.scale.item() == 3);
  CHECK(pair.first.weight.requires_grad());
  CHECK_FALSE(weight.requires_grad());
}

TEST_CASE("Module: load names everything that is wrong, and changes nothing") {
  Rng rng(1);
  Pair pair(rng);
  std::vector<Tensor> before;
  for (const Tensor& parameter : pair.parameters()) before.push_back(parameter.clone());
  const nn::Module::Named state{
      {"scale", Tensor(3)}, {"first.weight", ones({3, 2})}, {"first.bias", Tensor()}, {"third.weight", ones({4})}, {"scale", Tensor(4)}};
  CHECK_THROWS_WITH_AS(pair.load(state),
                       "load: nothing was loaded, because the tensors do not fit the module:\n"
                       "  wrong shape: first.weight (3, 2), must be (2, 3)\n"
                       "  missing: first.bias (2,)\n"
                       "  missing: second.weight (1, 2)\n"
                       "  unexpected: third.weight (4,)\n"
                       "  given twice: scale",
                       Error);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(largest_difference(pair.parameters()[i], before[i]) == 0);
}

TEST_CASE("Module: a tied weight is one parameter, under its first name") {
  Rng rng(2);
  Tied model(rng);
  CHECK(names(model) == "embed.weight (4, 3)");
  CHECK(model.parameter_count() == 12);
  CHECK(model.parameter("head.weight").data() == model.embed.weight.data());
  CHECK(names(Outer(rng)) == "model.embed.weight (4, 3)");
  CHECK(Outer(rng).parameter("model.head.weight").shape() == Shape{4, 3});
  check_gradient([&](const auto&) { return model({0, 2, 2}); }, with_parameters({}, model));
}

TEST_CASE("Module: a tied weight is trained once, by the gradients of both uses") {
  Rng rng(3);
  Tied model(rng);
  const Tensor w = model.embed.weight.clone();
  // L = sum_j w_1 . w_j:  dL/dw_j = w_1, and for w_1 itself the sum of all rows besides.
  Tensor gradient = zeros({4, 3});
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 4; ++j) {
      gradient.set({j, i}, gradient.at({j, i}) + w.at({1, i}));
      gradient.set({1, i}, gradient.at({1, i}) + w.at({j, i}));
    }
  sum(model({1})).backward();
  CHECK(largest_difference(model.embed.weight.grad(), gradient) < rounding);

  double squares = 0;
  for (Index i = 0; i < 12; ++i) squares += gradient.data()[i] * gradient.data()[i];
  CHECK(optim::clip_grad_norm(model.parameters(), 0.5) == doctest::Approx(std::sqrt(squares)));
  CHECK(optim::clip_grad_norm(model.parameters(), 0.5) == doctest::Approx(0.5));

  optim::SGD sgd(model.parameters(), 0.1);
  const Tensor clipped = model.head.weight.grad().clone();
  sgd.step();
  for (Index i = 0; i < 12; ++i) CHECK(model.head.weight.data()[i] == doctest::Approx(w.data()[i] - 0.1 * clipped.data()[i]));
  CHECK_NOTHROW(optim::Adam(Outer(rng).parameters()));
}

TEST_CASE("Module: a tied weight is loaded under either name, or both, as PyTorch's state_dict has it") {
  Rng rng(4);
  const Tensor a = randn({4, 3}, rng), b = randn({4, 3}, rng);
  Tied model(rng);
  model.load({{"head.weight", a}});
  CHECK(largest_difference(model.embed.weight, a) == 0);
  model.load({{"head.weight", b}, {"embed.weight", b.clone()}});
  CHECK(largest_difference(model.embed.weight, b) == 0);
  CHECK_THROWS_WITH_AS(model.load({{"embed.weight", a}, {"head.weight", b}}),
                       "load: nothing was loaded, because the tensors do not fit the module:\n"
                       "  two values: head.weight is embed.weight, and must be given the same numbers",
                       Error);
  CHECK_THROWS_WITH_AS(model.load({}),
                       "load: nothing was loaded, because the tensors do not fit the module:\n"
                       "  missing: embed.weight (4, 3)",
                       Error);
  CHECK(largest_difference(model.embed.weight, b) == 0);
  Outer outer(rng);
  outer.load({{"model.embed.weight", a}, {"model.head.weight", a}});
  CHECK(largest_difference(outer.model.head.weight, a) == 0);
}

TEST_CASE("Module: adopting leaves a frozen parameter frozen") {
  Rng rng(5);
  struct Around : nn::Module {
    explicit Around(const nn::Linear& part) { adopt("part", part); }
  };
  nn::Linear part(2, 3, rng);
  part.weight.requires_grad(false);
  Around around(part);
  CHECK_FALSE(around.parameter("part.weight").requires_grad());
  CHECK(around.parameter("part.bias").requires_grad());
  CHECK_FALSE(nn::Linear(part.weight).weight.requires_grad());
}
