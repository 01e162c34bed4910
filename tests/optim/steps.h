#pragma once
#include <doctest/doctest.h>
#include <qkv/optim/optimizer.h>
#include <qkv/tensor/error.h>

#include <sstream>

namespace qkv::optim {

/// Where a single number p gets to when its gradient takes these values one after another.
template <class Optim, class... Arguments>
double after(double p, const std::vector<double>& gradients, const Arguments&... arguments) {
  Tensor parameter(p);
  Optim optimizer({parameter}, arguments...);
  for (double gradient : gradients) {
    parameter.set_grad(Tensor(gradient));
    optimizer.step();
  }
  return static_cast<double>(parameter.item());
}

inline auto near(double number) { return doctest::Approx(number).epsilon(sizeof(Scalar) == 4 ? 1e-6 : 1e-13); }

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace qkv::optim
