#include "messages.h"

#include <qkv/kernels/parallel.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/array.h>

using namespace qkv;

namespace {

void backward_twice() {
  Tensor y = leaf({2}) * 2;
  y.backward(ones({2}));
  y.backward(ones({2}));
}

void backward_after_change() {
  Tensor x = leaf({2}), y = x * x;
  x.set({0}, 5);
  y.backward(ones({2}));
}

constexpr Index huge = Index{1} << 60;

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: tensor: {{...}}") {
  check_messages({
      {[] { tensor({{1, 2}, {3}}); }, "tensor: entry 0 has shape (2,), entry 1 has (1,): all must agree"},
      {[] { tensor({{1, 2}, 3}); }, "tensor: entry 0 has shape (2,), entry 1 has (): all must agree"},
      {[] { tensor({{{1}, {2}}, {{3}}}); }, "tensor: entry 0 has shape (2, 1), entry 1 has (1, 1): all must agree"},
      {[] { tensor({{{1, 2}}, {{3, 4}, {5, 6}}}); }, "tensor: entry 0 has shape (1, 2), entry 1 has (2, 2): all must agree"},
      {[] { tensor({1, {2}}); }, "tensor: entry 0 has shape (), entry 1 has (1,): all must agree"},
  });
}

TEST_CASE("messages: tensor: shape, numbers") {
  check_messages({
      {[] { tensor(Shape{2, 3}, std::vector<Scalar>(5)); }, "tensor: shape (2, 3) holds 6 numbers, got 5"},
      {[] { tensor(Shape{-1, 3}, std::vector<Scalar>(3)); }, "tensor: shape (-1, 3): sizes must not be negative"},
      {[] { tensor(Shape{}, std::vector<Scalar>()); }, "tensor: shape () holds 1 numbers, got 0"},
  });
}

TEST_CASE("messages: zeros, ones, full") {
  check_messages({
      {[] { zeros({2, -1}); }, "zeros: shape (2, -1): sizes must not be negative"},
      {[] { ones({-2}); }, "ones: shape (-2,): sizes must not be negative"},
      {[] { full({3, -3}, 1); }, "full: shape (3, -3): sizes must not be negative"},
      {[] { zeros({1, 1, 1, 1, 1, 1, 1, 1, 1}); }, "shape: more than 8 axes"},
      {[] { zeros({Index{1} << 40, Index{1} << 40}); }, "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { zeros({huge, 2}); }, "shape: (1152921504606846976, 2) holds more numbers than any memory"},
      {[] { ones({1, 1, 1, 1, 1, 1, 1, 1, 1}); }, "shape: more than 8 axes"},
      {[] { ones({huge, huge}); }, "shape: (1152921504606846976, 1152921504606846976) holds more numbers than any memory"},
      {[] { full({1, 1, 1, 1, 1, 1, 1, 1, 1}, 1); }, "shape: more than 8 axes"},
      {[] { full({-huge, huge}, 1); }, "full: shape (-1152921504606846976, 1152921504606846976): sizes must not be negative"},
  });
}

TEST_CASE("messages: arange, linspace, eye, zeros_like, ones_like") {
  check_messages({
      {[] { arange(-1); }, "arange: from 0 to -1 by 1: must be finite, and lead there"},
      {[] { eye(-2); }, "eye: n is -2: must not be negative"},
      {[] { eye(Index{1} << 40); }, "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { arange(huge); }, "arange: from 0 to 1.15292e+18 by 1: more numbers than any memory"},
      {[] { arange(0, 1, 0); }, "arange: from 0 to 1 by 0: must be finite, and lead there"},
      {[] { eye(-1); }, "eye: n is -1: must not be negative"},
      {[] { linspace(0, inf, 3); }, "linspace: from 0 to inf: must be finite"},
      {[] { linspace(not_a_number, 1, 3); }, "linspace: from nan to 1: must be finite"},
      {[] { linspace(0, 1, -1); }, "linspace: shape (-1,): sizes must not be negative"},
      {[] { zeros_like(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { ones_like(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: rand, randn") {
  check_messages({
      {[] { rand({2, -1}, rng()); }, "rand: shape (2, -1): sizes must not be negative"},
      {[] { randn({-1}, rng()); }, "randn: shape (-1,): sizes must not be negative"},
      {[] { randn({1, 2, 3, 4, 5, 6, 7, 8, 9}, rng()); }, "shape: more than 8 axes"},
      {[] { rand({2}, rng(), 1, 0); }, "rand: from 1 to 0: must be finite, and not fall"},
      {[] { rand({2}, rng(), not_a_number, 1); }, "rand: from nan to 1: must be finite, and not fall"},
      {[] { rand({2}, rng(), 0, inf); }, "rand: from 0 to inf: must be finite, and not fall"},
      {[] { randn({2}, rng(), 0, -1); }, "randn: mean 0, standard deviation -1: must be finite, and the deviation not negative"},
      {[] { randn({2}, rng(), not_a_number, 1); }, "randn: mean nan, standard deviation 1: must be finite, and the deviation not negative"},
      {[] { randn({2}, rng(), 0, inf); }, "randn: mean 0, standard deviation inf: must be finite, and the deviation not negative"},
  });
}

TEST_CASE("messages: one_hot") {
  check_messages({
      {[] { one_hot({0, 3}, 3); }, "one_hot: index 3: must be from 0 to 2"},
      {[] { one_hot({-1}, 3); }, "one_hot: index -1: must be from 0 to 2"},
      {[] { one_hot({0}, 0); }, "one_hot: index 0: must be from 0 to -1"},
      {[] { one_hot({}, -1); }, "one_hot: -1 classes: must not be negative"},
      {[] { one_hot(Indices(), 3); }, "one_hot: indices of shape () with 0 values: must be as many as the shape holds"},
      {[] { one_hot(torn({3}, {0, 1}), 3); }, "one_hot: indices of shape (3,) with 2 values: must be as many as the shape holds"},
  });
}

TEST_CASE("messages: argmax") {
  check_messages({
      {[] { argmax(zeros({2, 0})); }, "argmax: axis 1 of (2, 0) is empty"},
      {[] { argmax(zeros({2, 3}), 2); }, "argmax: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { argmax(Tensor(1)); }, "argmax: axis -1 of (): a single number has no axes"},
      {[] { argmax(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: Tensor::item, at, set, size") {
  check_messages({
      {[] { zeros({2}).item(); }, "item: shape (2,) holds 2 numbers: must be a single one"},
      {[] { Tensor().item(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({0}).item(); }, "item: shape (0,) holds 0 numbers: must be a single one"},
      {[] { zeros({2, 3}).at({0, 3}); }, "at: position (0, 3) lies outside shape (2, 3)"},
      {[] { zeros({2, 3}).at({0}); }, "at: position (0,) in shape (2, 3): needs 2 numbers"},
      {[] { zeros({2, 3}).at({-3, 0}); }, "at: position (-3, 0) lies outside shape (2, 3)"},
      {[] { zeros({2, 3}).set({2, 0}, 1); }, "set: position (2, 0) lies outside shape (2, 3)"},
      {[] { zeros({2, 3}).set({}, 1); }, "set: position () in shape (2, 3): needs 2 numbers"},
      {[] { Tensor().set({0}, 1); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2, 3}).size(2); }, "size: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { zeros({2, 3}).size(-3); }, "size: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { Tensor(1).size(0); }, "size: axis 0 of (): a single number has no axes"},
      {[] { zeros({2, 3}).item(); }, "item: shape (2, 3) holds 6 numbers: must be a single one"},
      {[] { Tensor().at({0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().size(0); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: an undefined tensor") {
  check_messages({
      {[] { Tensor().shape(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().data(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().mutable_data(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().clone(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().detach(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().zero_grad(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().requires_grad(true); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().backward(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().rank(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().size(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().requires_grad(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().has_grad(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().grad(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().inputs(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().operation(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor().backward(ones({2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { array(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: Tensor::copy_from") {
  check_messages({
      {[] { zeros({2, 3}).copy_from(zeros({3, 2})); }, "copy_from: shape (3, 2) into (2, 3): must be the same"},
      {[] { zeros({2}).copy_from(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2}).copy_from(Tensor(1)); }, "copy_from: shape () into (2,): must be the same"},
      {[] { Tensor().copy_from(zeros({2})); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: gradients") {
  check_messages({
      {[] { zeros({2}).grad(); },
       "grad: no gradient has arrived at this tensor of shape (2,); set requires_grad(true) and call backward() on a number computed "
       "from it"},
      {[] { leaf({2}).grad(); },
       "grad: no gradient has arrived at this tensor of shape (2,); set requires_grad(true) and call backward() on a number computed "
       "from it"},
      {[] { (leaf({2}) * 2).grad(); },
       "grad: no gradient has arrived at this tensor of shape (2,); it is an intermediate result: call retain_grad() before backward()"},
      {[] { leaf({2}).set_grad(zeros({3})); }, "set_grad: gradient of shape (3,) for a tensor of shape (2,): must be the same"},
      {[] { leaf({2}).set_grad(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { leaf({2}).set_grad(Tensor(1)); }, "set_grad: gradient of shape () for a tensor of shape (2,): must be the same"},
      {[] { (leaf({2}) * 2).requires_grad(false); },
       "requires_grad: this tensor is the result of 'mul': set it on a leaf, or detach() first"},
      {[] { Tensor().retain_grad(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { sum(leaf({2})).requires_grad(true); },
       "requires_grad: this tensor is the result of 'sum': set it on a leaf, or detach() first"},
      {[] { Tensor().set_grad(zeros({2})); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: Tensor::backward") {
  check_messages({
      {[] { zeros({2}).backward(); },
       "backward: shape (2,): must be a single number; or give the gradient of this tensor, backward(upstream)"},
      {[] { Tensor(1).backward(); },
       "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing"},
      {[] { (leaf({2}) * 2).backward(); },
       "backward: shape (2,): must be a single number; or give the gradient of this tensor, backward(upstream)"},
      {[] { (leaf({2}) * 2).backward(zeros({3})); },
       "backward: upstream gradient of shape (3,) for a tensor of shape (2,): must be the same"},
      {[] { (leaf({2}) * 2).backward(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { backward_twice(); },
       "backward: the graph behind 'mul' was freed by an earlier backward(); call the first one with Graph::keep"},
      {[] { backward_after_change(); },
       "backward: an input of 'mul', shape (2,), was changed in place after the operation ran: its gradient would be wrong"},
      {[] { zeros({0}).backward(); },
       "backward: shape (0,): must be a single number; or give the gradient of this tensor, backward(upstream)"},
      {[] { exp(zeros({2})).backward(ones({2})); },
       "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing"},
  });
}

TEST_CASE("messages: Indices") {
  check_messages({
      {[] { Indices({0.5}); }, "indices: 0.5 is not a whole number"},
      {[] { Indices({{1, 2}, {3}}); }, "indices: entry 0 has shape (2,), entry 1 has (1,): all must agree"},
      {[] { Indices(Shape{3}, {1, 2}); }, "indices: shape (3,) holds 3 values, got 2"},
      {[] { Indices(Shape{-1}, {}); }, "indices: shape (-1,): sizes must not be negative"},
      {[] { Indices(Shape{-1, -2}, {1, 2}); }, "indices: shape (-1, -2): sizes must not be negative"},
      {[] { Indices({not_a_number}); }, "indices: nan is not a whole number"},
      {[] { Indices({inf}); }, "indices: inf is too large"},
      {[] { Indices({1e17}); }, "indices: 1e+17 is too large"},
      {[] { Indices({1, {2}}); }, "indices: entry 0 has shape (), entry 1 has (1,): all must agree"},
  });
}

TEST_CASE("messages: Mask") {
  check_messages({
      {[] { Mask({2}); }, "mask: 2 is neither 0 (visible) nor 1 (hidden)"},
      {[] { Mask({{0, 1}, {1}}); }, "mask: entry 0 has shape (2,), entry 1 has (1,): all must agree"},
      {[] { Mask(Shape{3}, {0, 1}); }, "mask: shape (3,) holds 3 marks, got 2"},
      {[] { Mask(Shape{-1, -2}, {0, 1}); }, "mask: shape (-1, -2): sizes must not be negative"},
      {[] { Mask(Shape{2}, {0, 1}).reshaped({3}); }, "mask: cannot give (2,) the shape (3,): 2 and 3 marks"},
      {[] { Mask({0, 1}) | Mask({0, 1, 0}); },
       "mask |: (2,) with (3,): sizes 2 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { Mask({0, 1}) & Mask({0, 1, 0}); },
       "mask &: (2,) with (3,): sizes 2 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { Mask({0, 1}) & torn_mask({2, 2}, {0, 1, 1}); },
       "mask &: mask of shape (2, 2) with 3 marks: must be as many as the shape holds"},
      {[] { ~torn_mask({2, 2}, {0, 1, 1}); }, "mask ~: mask of shape (2, 2) with 3 marks: must be as many as the shape holds"},
      {[] { causal_mask(-1, 3); }, "causal_mask: -1 queries, 3 keys, offset 0: must not be negative"},
      {[] { causal_mask(2, 3, -1); }, "causal_mask: 2 queries, 3 keys, offset -1: must not be negative"},
      {[] { padding_mask({4}, 3); }, "padding_mask: length 4 of row 0: must be from 0 to 3"},
      {[] { padding_mask({-1}, 3); }, "padding_mask: length -1 of row 0: must be from 0 to 3"},
      {[] { padding_mask({}, -1); }, "padding_mask: -1 keys: must not be negative"},
      {[] { Mask({0.5}); }, "mask: 0.5 is neither 0 (visible) nor 1 (hidden)"},
      {[] { Mask({not_a_number}); }, "mask: nan is neither 0 (visible) nor 1 (hidden)"},
      {[] { Mask({0, 1}).reshaped({-1}); }, "mask: cannot give (2,) the shape (-1,): 2 and -1 marks"},
      {[] { Mask().reshaped({2}); }, "mask: cannot give (0,) the shape (2,): 0 and 2 marks"},
      {[] { Mask({0, 1}) | Mask({{0}, {1}, {0}}) | Mask({0, 1, 0}); },
       "mask |: (3, 2) with (3,): sizes 2 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { torn_mask({2, 2}, {0, 1, 1}) | Mask({0, 1}); },
       "mask |: mask of shape (2, 2) with 3 marks: must be as many as the shape holds"},
      {[] { causal_mask(huge, huge); }, "shape: (1152921504606846976, 1152921504606846976) holds more numbers than any memory"},
      {[] { padding_mask({1, huge}, huge); }, "shape: (2, 1152921504606846976) holds more numbers than any memory"},
  });
}

TEST_CASE("messages: Rng") {
  check_messages({
      {[] { rng().below(0); }, "Rng::below: n is 0: must be at least 1"},
      {[] { rng().below(-3); }, "Rng::below: n is -3: must be at least 1"},
      {[] { rng().permutation(-1); }, "Rng::permutation: n is -1: must not be negative"},
      {[] { rng().set_state(""); }, "Rng::set_state: the text is not the state of a generator"},
      {[] { rng().set_state("1 2 3"); }, "Rng::set_state: the text is not the state of a generator"},
      {[] { rng().below(-huge); }, "Rng::below: n is -1152921504606846976: must be at least 1"},
      {[] { rng().permutation(huge); }, "shape: (1152921504606846976,) holds more numbers than any memory"},
      {[] { rng().set_state("0"); }, "Rng::set_state: the text is not the state of a generator"},
      {[] { rng().uniform(1, 0); }, "Rng::uniform: from 1 to 0: must be finite, and not fall"},
      {[] { rng().uniform(not_a_number, 1); }, "Rng::uniform: from nan to 1: must be finite, and not fall"},
      {[] { rng().uniform(0, inf); }, "Rng::uniform: from 0 to inf: must be finite, and not fall"},
      {[] { rng().normal(0, -1); }, "Rng::normal: mean 0, standard deviation -1: must be finite, and the deviation not negative"},
      {[] { rng().normal(inf, 1); }, "Rng::normal: mean inf, standard deviation 1: must be finite, and the deviation not negative"},
      {[] { rng().normal(0, not_a_number); },
       "Rng::normal: mean 0, standard deviation nan: must be finite, and the deviation not negative"},
  });
}

TEST_CASE("messages: Shape") {
  check_messages({
      {[] { Shape({1, 2, 3, 4, 5, 6, 7, 8, 9}); }, "shape: more than 8 axes"},
      {[] { Shape(std::vector<Index>(9, 1)); }, "shape: more than 8 axes"},
      {[] { Shape({2, 3})[2]; }, "shape: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { Shape({2, 3})[-3]; }, "shape: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { Shape({})[0]; }, "shape: axis 0 of (): a single number has no axes"},
      {[] { Shape({2, 3}).with(4, 1); }, "shape: no place 4 for a new axis in (2, 3)"},
      {[] { Shape({1, 1, 1, 1, 1, 1, 1, 1}).with(0, 1); }, "shape: more than 8 axes"},
      {[] { Shape({2, 3}).without(2); }, "shape: no axis 2 to leave out of (2, 3)"},
      {[] { Shape({2, 3}).part(1, 3); }, "shape: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { Shape({2, 3}).without(-1); }, "shape: no axis -1 to leave out of (2, 3)"},
      {[] { Shape({1, 1, 1, 1, 1, 1, 1, 1}).push_back(1); }, "shape: more than 8 axes"},
      {[] { Shape({Index{1} << 40, Index{1} << 40}).count(); }, "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { Shape({2, 3}).with(-1, 1); }, "shape: no place -1 for a new axis in (2, 3)"},
      {[] { Shape({2, 3}).without(5); }, "shape: no axis 5 to leave out of (2, 3)"},
      {[] { Shape({2, 3}).part(-3, 1); }, "shape: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { Shape({2, 3}).position(2, "test"); }, "test: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { Shape({2, 3}).position(-3, "test"); }, "test: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { Shape({}).position(0, "test"); }, "test: axis 0 of (): a single number has no axes"},
      {[] { Shape({})[-1]; }, "shape: axis -1 of (): a single number has no axes"},
      {[] { Shape({}).back(); }, "shape: axis -1 of (): a single number has no axes"},
  });
}

TEST_CASE("messages: broadcast_shape") {
  check_messages({
      {[] { broadcast_shape({2, 3}, {2}, "test"); },
       "test: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { broadcast_shape({3, 1}, {2, 4}, "test"); },
       "test: (3, 1) with (2, 4): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { broadcast_shape({0}, {2}, "test"); },
       "test: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
  });
}

TEST_CASE("messages: set_threads") {
  check_messages({
      {[] { kernels::set_threads(0); }, "set_threads: 0: must be at least 1"},
      {[] { kernels::set_threads(-1); }, "set_threads: -1: must be at least 1"},
      {[] { kernels::set_threads(-1000); }, "set_threads: -1000: must be at least 1"},
  });
}

TEST_CASE("messages: xtensor arrays") {
  check_messages({
      {[] { empty_array({2, -1}); }, "empty_array: shape (2, -1): sizes must not be negative"},
      {[] { full_array({-1}, 0); }, "empty_array: shape (-1,): sizes must not be negative"},
      {[] { empty_array({huge, huge}); }, "shape: (1152921504606846976, 1152921504606846976) holds more numbers than any memory"},
  });
}
