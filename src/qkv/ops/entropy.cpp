#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/entropy.h>
#include <qkv/ops/reduce.h>

namespace qkv {

/// A 0 is taken for a 1 in the logarithm: its gradient, log 1 + 0, is 0, where the softmax that made it hears nothing anyhow.
Tensor entropy(const Tensor& p, Integer axis) {
  p.shape().position(axis, "entropy");
  return sum(-p * log(where(p == 0, 1, p)), axis);
}

}  // namespace qkv
