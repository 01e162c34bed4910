#include <qkv/ops/elementwise.h>
#include <qkv/ops/entropy.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {

/// y = -p log p.   dp = -dy (log p + 1); 0 at p = 0, where the softmax that made it hears nothing anyhow.
Tensor entropy(const Tensor& p, Index axis) {
  axis = p.shape().position(axis, "entropy");
  Array y = map(array(p), [](Scalar x) { return x == 0 ? Scalar(0) : -x * std::log(x); });
  Pull pull = [p](const Array& dy, const Array&) -> Array {
    return zip("entropy", dy, array(p), [](Scalar d, Scalar x) { return x == 0 ? Scalar(0) : -d * (std::log(x) + 1); });
  };
  return sum(record("entropy", std::move(y), {{p, pull}}), axis);
}

}  // namespace qkv
