#include <qkv/optim/clip.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::optim {

double clip_grad_norm(const std::vector<Tensor>& parameters, double max_norm) {
  require(max_norm > 0, "clip_grad_norm: max_norm ", max_norm, ": must be above 0");
  double squares = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].has_grad()) continue;
    Tensor gradient = parameters[i].grad();
    for (const Scalar* g = gradient.data(); g != gradient.data() + gradient.size(); ++g) squares += static_cast<double>(*g) * static_cast<double>(*g);
    require(std::isfinite(squares), "clip_grad_norm: the gradient of parameter ", i, ", shape ", gradient.shape(), ", is too large, infinite or NaN");
  }
  double norm = std::sqrt(squares), scale = max_norm / (norm + 1e-6);
  if (scale >= 1) return norm;
  for (const Tensor& parameter : parameters) {
    if (!parameter.has_grad()) continue;
    Tensor gradient = parameter.grad();
    Scalar* g = gradient.mutable_data();
    for (Index i = 0; i < gradient.size(); ++i) g[i] *= static_cast<Scalar>(scale);
  }
  return norm;
}

}  // namespace qkv::optim
