#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/order.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

// The common operations as methods of Tensor, one line each.

namespace qkv {

// clang-format off
Tensor Tensor::operator[](Integer i) const { return select(*this, 0, i); }
Tensor Tensor::operator-() const { return neg(*this); }
Tensor Tensor::T() const { return qkv::transpose(*this); }
Tensor Tensor::reshape(const Shape& shape) const { return qkv::reshape(*this, shape); }
Tensor Tensor::permute(const std::vector<Index>& order) const { return qkv::permute(*this, order); }
Tensor Tensor::transpose(Integer first, Integer second) const { return qkv::transpose(*this, first, second); }
Tensor Tensor::squeeze(Integer axis) const { return qkv::squeeze(*this, axis); }
Tensor Tensor::unsqueeze(Integer axis) const { return qkv::unsqueeze(*this, axis); }
Tensor Tensor::sum(const Axes& axes, Flag keepdim) const { return qkv::sum(*this, axes, keepdim); }
Tensor Tensor::mean(const Axes& axes, Flag keepdim) const { return qkv::mean(*this, axes, keepdim); }
Tensor Tensor::max(const Axes& axes, Flag keepdim) const { return qkv::max(*this, axes, keepdim); }
Tensor Tensor::min(const Axes& axes, Flag keepdim) const { return qkv::min(*this, axes, keepdim); }
Tensor Tensor::var(const Axes& axes, Flag keepdim, double correction) const { return qkv::var(*this, axes, keepdim, correction); }
Tensor Tensor::std(const Axes& axes, Flag keepdim, double correction) const { return qkv::stdev(*this, axes, keepdim, correction); }
Tensor Tensor::norm(const Axes& axes, Flag keepdim) const { return qkv::norm(*this, axes, keepdim); }
Tensor Tensor::abs() const { return qkv::abs(*this); }
Tensor Tensor::exp() const { return qkv::exp(*this); }
Tensor Tensor::log() const { return qkv::log(*this); }
Tensor Tensor::sqrt() const { return qkv::sqrt(*this); }
Tensor Tensor::pow(const Tensor& exponent) const { return qkv::pow(*this, exponent); }
Tensor Tensor::tanh() const { return qkv::tanh(*this); }
Tensor Tensor::sigmoid() const { return qkv::sigmoid(*this); }
Tensor Tensor::relu() const { return qkv::relu(*this); }
Tensor Tensor::softmax(Integer axis) const { return qkv::softmax(*this, axis); }
Tensor Tensor::matmul(const Tensor& other) const { return qkv::matmul(*this, other); }
Indices Tensor::argmax(Integer axis) const { return qkv::argmax(*this, axis); }
Indices Tensor::argmin(Integer axis) const { return qkv::argmin(*this, axis); }

Tensor& Tensor::operator+=(const Tensor& other) & { return *this = *this + other; }
Tensor& Tensor::operator-=(const Tensor& other) & { return *this = *this - other; }
Tensor& Tensor::operator*=(const Tensor& other) & { return *this = *this * other; }
Tensor& Tensor::operator/=(const Tensor& other) & { return *this = *this / other; }
// clang-format on

}  // namespace qkv
