#include <qkv/optim/rmsprop.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace qkv::optim {

RMSprop::RMSprop(const Tensors& parameters, double learning_rate, const RMSpropOptions& options)
    : Optimizer("RMSprop", parameters, learning_rate), options_(options) {
  require_fraction("alpha", options.alpha);
  require_not_negative("eps", options.eps);
  require_not_negative("weight_decay", options.weight_decay);
  require_not_negative("momentum", options.momentum);
  square_avg_ = keep("square_avg");
  if (options.centered) grad_avg_ = keep("grad_avg");
  if (options.momentum > 0) momentum_buffer_ = keep("momentum_buffer");
}

/// g <- g + weight_decay p
/// v <- alpha v + (1 - alpha) g^2;   centered: mean <- alpha mean + (1 - alpha) g, and v - mean^2 stands for v below
/// buf <- momentum buf + g / (sqrt(v) + eps),   p <- p - lr buf       (buf starts at 0; nothing makes up for v starting at 0)
void RMSprop::update(const Update& u) {
  Scalar rate = static_cast<Scalar>(lr), decay = static_cast<Scalar>(options_.weight_decay);
  Scalar momentum = static_cast<Scalar>(options_.momentum), eps = static_cast<Scalar>(options_.eps);
  Scalar alpha = static_cast<Scalar>(options_.alpha), fresh = static_cast<Scalar>(1 - options_.alpha);
  Scalar* __restrict p = u.p;
  const Scalar* __restrict g = u.g;
  Scalar* __restrict v = square_avg_[u.parameter].mutable_data();
  Scalar* __restrict mean = options_.centered ? grad_avg_[u.parameter].mutable_data() : nullptr;
  Scalar* __restrict buf = momentum_buffer_.empty() ? nullptr : momentum_buffer_[u.parameter].mutable_data();
  for (Index i = 0; i < u.count; ++i) {
    Scalar d = g[i] + decay * p[i];
    v[i] = alpha * v[i] + fresh * d * d;
    Scalar square = v[i];
    if (mean) {
      mean[i] = alpha * mean[i] + fresh * d;
      square = std::max(Scalar(0), square - mean[i] * mean[i]);  // never negative but by rounding
    }
    d /= std::sqrt(square) + eps;
    if (buf) d = buf[i] = momentum * buf[i] + d;
    p[i] -= rate * d;
  }
}

void RMSprop::print_options(std::ostream& out) const { out << options_; }

std::ostream& operator<<(std::ostream& out, const RMSpropOptions& options) {
  return out << "alpha " << options.alpha << ", eps " << options.eps << ", weight_decay " << options.weight_decay << ", momentum "
             << options.momentum << ", centered " << (options.centered ? "true" : "false");
}

}  // namespace qkv::optim
