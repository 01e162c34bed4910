#include <qkv/kernels/vector_math.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/entropy.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/graph.h>

#include <xtensor/xmath.hpp>

namespace qkv {

/// y = -p log p.   dp = -dy (log p + 1); 0 at p = 0, where the softmax that made it hears nothing anyhow.
Tensor entropy(const Tensor& p, Integer axis) {
  p.shape().position(axis, "entropy");
  Array log_p = elementwise(array(p), kernels::log);
  Array y = xt::where(xt::equal(array(p), Scalar(0)), Scalar(0), -array(p) * log_p);
  auto dp = [=](const Array& dy) -> Array { return xt::where(xt::equal(array(p), Scalar(0)), Scalar(0), -dy * (log_p + 1)); };
  return sum(record("entropy", std::move(y), {{p, dp}}), axis);
}

}  // namespace qkv
