#pragma once
#include <doctest/doctest.h>
#include <qkv/tensor/tensor.h>

#include <algorithm>
#include <cmath>
#include <sstream>

// Is a gradient right? Move each number of each input a little either way and see how much the result really changes.

namespace qkv {

/// "" if the analytic gradients of f at `inputs` agree with central differences; otherwise the first input, index and numbers that do not.
/// f(inputs) -> a tensor of any shape, from which a number is made that no symmetry can hide: the sum of it times fixed random weights.
/// The inputs are leaves and are changed where they lie (and put back), so a layer's own parameters may be among them:
///
///     check_gradient([](const auto& in) { return matmul(in[0], in[1]); }, {a, b});
///     check_gradient([&](const auto&) { return layer(x); }, {x, layer.weight, layer.bias});
///
/// In double within 1e-6 of the largest gradient of that input; in float, whose differences are coarse, within 1e-2.
template <class F>
std::string gradient_error(const F& f, std::vector<Tensor> inputs) {
  constexpr bool is_double = sizeof(Scalar) == 8;
  const double h = is_double ? 1e-5 : 1e-2, tolerance = is_double ? 1e-6 : 1e-2;
  std::ostringstream error;
  error.precision(10);

  std::vector<bool> required;
  for (Tensor& x : inputs) {
    required.push_back(x.requires_grad());
    x.requires_grad(true).zero_grad();
  }
  Tensor y = f(inputs);
  Rng rng(20);
  Tensor weights = rand(y.shape(), rng, -1, 1);
  y.backward(weights);

  auto weighted_sum = [&] {
    NoGrad no_graph;
    Tensor result = f(inputs);
    double sum = 0;
    for (Index i = 0; i < result.size(); ++i) sum += static_cast<double>(result.data()[i]) * static_cast<double>(weights.data()[i]);
    return sum;
  };

  for (std::size_t n = 0; n < inputs.size() && error.str().empty(); ++n) {
    Tensor& x = inputs[n];
    Tensor analytic = x.has_grad() ? x.grad() : zeros(x.shape());
    if (analytic.shape() != x.shape()) error << "input " << n << ": gradient of shape " << analytic.shape() << " for " << x.shape();

    std::vector<double> numeric;
    double largest = 0.1;
    for (Index i = 0; i < x.size(); ++i) {
      const Scalar before = x.data()[i];
      const Scalar up = static_cast<Scalar>(before + h),
                   down = static_cast<Scalar>(before - h);  // as rounded: their distance is not quite 2 h
      x.mutable_data()[i] = up;
      const double above = weighted_sum();
      x.mutable_data()[i] = down;
      const double below = weighted_sum();
      x.mutable_data()[i] = before;
      numeric.push_back((above - below) / (static_cast<double>(up) - static_cast<double>(down)));
      largest = std::max(largest, std::abs(numeric.back()));
    }
    for (Index i = 0; i < x.size() && error.str().empty(); ++i) {
      const double got = analytic.data()[i], want = numeric[i];
      if (!(std::abs(got - want) <= tolerance * largest))  // so that NaN fails too
        error << "input " << n << ", index " << i << " of shape " << x.shape() << ": analytic " << got << ", numeric " << want;
    }
  }
  for (std::size_t n = 0; n < inputs.size(); ++n) {
    inputs[n].zero_grad();
    inputs[n].requires_grad(required[n]);
  }
  return error.str();
}

template <class F>
void check_gradient(const F& f, const std::vector<Tensor>& inputs) {
  CHECK(gradient_error(f, inputs) == "");
}

}  // namespace qkv
