#include <qkv/nn/jacobian.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>

#include <iterator>

namespace qkv::nn {

Tensor copies_of(const Tensor& sequence, Integer count) {
  require(sequence.rank() == 2 && sequence.size(0) > 0, "copies_of: sequence ", sequence.shape(), ": must be (T, in), with a step or more");
  require(count > 0, "copies_of: count ", count, ": must be at least 1");
  return expand(sequence.detach(), {count, sequence.size(0), sequence.size(1)}).requires_grad(true);
}

Tensor jacobian(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs) {
  Tensor x = copies_of(sequence, outputs);
  model(x).backward(eye(outputs));
  return x.grad();
}

std::vector<double> norm_at_distance(const Tensor& gradient) {
  require(gradient.rank() == 3, "norm_at_distance: gradient ", gradient.shape(), ": must be (B, T, in)");
  const Tensor norms = norm(gradient.detach(), {0, 2});  // (T)
  return {std::make_reverse_iterator(norms.data() + norms.size()), std::make_reverse_iterator(norms.data())};
}

std::vector<double> reach(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs) {
  std::vector<double> norm = norm_at_distance(jacobian(model, sequence, outputs));
  const double last_step = norm[0];
  require(last_step > 0, "reach: the derivative with respect to the last step is ", last_step, ": must be above 0, to be a measure");
  for (double& n : norm) n /= last_step;
  return norm;
}

}  // namespace qkv::nn
