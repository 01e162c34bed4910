#include <qkv/nn/jacobian.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::nn {

Tensor copies_of(const Tensor& sequence, Integer count) {
  require(sequence.rank() == 2 && sequence.size(0) > 0, "copies_of: sequence ", sequence.shape(), ": must be (T, in), with a step or more");
  require(count > 0, "copies_of: count ", count, ": must be at least 1");
  Tensor copies = zeros({count, sequence.size(0), sequence.size(1)});
  for (Index i = 0; i < count; ++i) std::copy_n(sequence.data(), sequence.size(), copies.mutable_data() + i * sequence.size());
  return copies.requires_grad(true);
}

Tensor jacobian(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs) {
  Tensor x = copies_of(sequence, outputs);
  model(x).backward(eye(outputs));
  return x.grad();
}

std::vector<double> norm_at_distance(const Tensor& gradient) {
  require(gradient.rank() == 3, "norm_at_distance: gradient ", gradient.shape(), ": must be (B, T, in)");
  const Index batch = gradient.size(0), steps = gradient.size(1), in = gradient.size(2);
  std::vector<double> norms;
  for (Index t = steps; t-- > 0;) {
    double squares = 0;
    for (Index b = 0; b < batch; ++b)
      for (Index i = 0; i < in; ++i) {
        const double g = static_cast<double>(gradient.data()[(b * steps + t) * in + i]);
        squares += g * g;
      }
    norms.push_back(std::sqrt(squares));
  }
  return norms;
}

std::vector<double> reach(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs) {
  std::vector<double> norm = norm_at_distance(jacobian(model, sequence, outputs));
  const double last_step = norm[0];
  require(last_step > 0, "reach: the derivative with respect to the last step is ", last_step, ": must be above 0, to be a measure");
  for (double& n : norm) n /= last_step;
  return norm;
}

}  // namespace qkv::nn
