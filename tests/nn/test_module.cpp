#include "layers.h"

#include <qkv/nn/linear.h>
#include <qkv/tensor/error.h>

#include <sstream>

using namespace qkv;

namespace {

/// Two layers under their names, and a number of its own.
struct Pair : nn::Module {
  nn::Linear first, second;
  Tensor scale;

  explicit Pair(Rng& rng) : first(3, 2, rng), second(2, 1, rng, false) {
    scale = add_parameter("scale", ones({}));
    adopt("first", first);
    adopt("second", second);
  }
  void register_again() { adopt("first", first); }
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
