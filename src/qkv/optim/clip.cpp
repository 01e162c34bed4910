#include <qkv/kernels/parallel.h>
#include <qkv/optim/clip.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace qkv::optim {
namespace {

/// In double, where the square of a float cannot overflow; in running sums side by side, so that the loop fills vector registers.
double sum_of_squares(const Scalar* x, Index n) {
  constexpr Index lanes = 16;
  double sums[lanes] = {};
  for (; n >= lanes; n -= lanes, x += lanes)
    for (Index lane = 0; lane < lanes; ++lane) sums[lane] += static_cast<double>(x[lane]) * static_cast<double>(x[lane]);
  double total = 0;
  for (Index i = 0; i < n; ++i) total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  for (double sum : sums) total += sum;
  return total;
}

/// The same by several threads, in stretches whose sums are added in order.
double sum_of_squares(const Tensor& x) {
  constexpr Index stretch = 8192;
  std::vector<double> sums((x.size() + stretch - 1) / stretch);
  kernels::parallel(static_cast<Index>(sums.size()), stretch, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) sums[i] = sum_of_squares(x.data() + i * stretch, std::min(stretch, x.size() - i * stretch));
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

double clip_grad_norm(const Tensors& parameters, double max_norm) {
  require(max_norm > 0, "clip_grad_norm: max_norm ", max_norm, ": must be above 0");
  double squares = 0;
  Tensors gradients;
  std::set<const Node*> seen;  // a parameter given twice has one gradient
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].has_grad() || !seen.insert(parameters[i].node().get()).second) continue;
    gradients.push_back(parameters[i].grad());
    squares += sum_of_squares(gradients.back());
    require(std::isfinite(squares), "clip_grad_norm: the gradient of parameter ", i, ", shape ", gradients.back().shape(),
            ", is too large, infinite or NaN");
  }
  double norm = std::sqrt(squares), scale = max_norm / (norm + 1e-6);
  if (scale >= 1) return norm;
  for (const Tensor& gradient : gradients) {
    Scalar* g = gradient.mutable_data();
    kernels::parallel(gradient.size(), 1, 1, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) g[i] *= static_cast<Scalar>(scale);
    });
  }
  return norm;
}

}  // namespace qkv::optim
