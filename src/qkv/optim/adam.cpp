#include <qkv/kernels/parallel.h>
#include <qkv/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace qkv::optim {
namespace {

struct Rates {
  Scalar beta1, new1, beta2, new2, shrink, decay, rate, root, eps;
};

/// The formulas of update() for n numbers.
void move(const Rates& r, Index n, Scalar* __restrict p, const Scalar* __restrict g, Scalar* __restrict m, Scalar* __restrict v,
          Scalar* __restrict largest) {
  for (Index i = 0; i < n; ++i) {
    Scalar d = g[i] + r.decay * p[i];
    m[i] = r.beta1 * m[i] + r.new1 * d;
    v[i] = r.beta2 * v[i] + r.new2 * d * d;
    Scalar square = largest ? largest[i] = std::max(largest[i], v[i]) : v[i];
    p[i] = r.shrink * p[i] - r.rate * m[i] / (std::sqrt(square) * r.root + r.eps);
  }
}

}  // namespace

Adam::Adam(const char* name, const Tensors& parameters, double learning_rate, const AdamOptions& options, Decay decay)
    : Optimizer(name, parameters, learning_rate), options_(options), decay_(decay) {
  require_fraction("beta1", options.beta1);
  require_fraction("beta2", options.beta2);
  require_not_negative("eps", options.eps);
  require_not_negative("weight_decay", options.weight_decay);
  exp_avg_ = keep("exp_avg");
  exp_avg_sq_ = keep("exp_avg_sq");
  if (options.amsgrad) max_exp_avg_sq_ = keep("max_exp_avg_sq");
}

Adam::Adam(const Tensors& parameters, double learning_rate, const AdamOptions& options)
    : Adam("Adam", parameters, learning_rate, options, Decay::in_gradient) {}

AdamW::AdamW(const Tensors& parameters, double learning_rate, const AdamWOptions& options)
    : Adam("AdamW", parameters, learning_rate, options, Decay::decoupled) {}

/// Adam: g <- g + weight_decay p.   AdamW: p <- (1 - lr weight_decay) p.
/// m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2   (amsgrad: from here on, the largest v so far)
/// p <- p - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps):   m and v start at 0, the divisors make up for that.
void Adam::update(const Update& u) {
  double t = static_cast<double>(u.step);
  bool decoupled = decay_ == Decay::decoupled;
  Rates rates{static_cast<Scalar>(options_.beta1),
              static_cast<Scalar>(1 - options_.beta1),
              static_cast<Scalar>(options_.beta2),
              static_cast<Scalar>(1 - options_.beta2),
              static_cast<Scalar>(decoupled ? 1 - lr * options_.weight_decay : 1),
              static_cast<Scalar>(decoupled ? 0 : options_.weight_decay),
              static_cast<Scalar>(lr / (1 - std::pow(options_.beta1, t))),
              static_cast<Scalar>(1 / std::sqrt(1 - std::pow(options_.beta2, t))),
              static_cast<Scalar>(options_.eps)};
  Scalar *m = exp_avg_[u.parameter].mutable_data(), *v = exp_avg_sq_[u.parameter].mutable_data();
  Scalar* largest = options_.amsgrad ? max_exp_avg_sq_[u.parameter].mutable_data() : nullptr;
  kernels::parallel(u.count, 8, 4096, [&](Index begin, Index end) {
    move(rates, end - begin, u.p + begin, u.g + begin, m + begin, v + begin, largest ? largest + begin : nullptr);
  });
}

void Adam::print_options(std::ostream& out) const { out << options_; }

std::ostream& operator<<(std::ostream& out, const AdamOptions& options) {
  return out << "beta1 " << options.beta1 << ", beta2 " << options.beta2 << ", eps " << options.eps << ", weight_decay "
             << options.weight_decay << ", amsgrad " << (options.amsgrad ? "true" : "false");
}

}  // namespace qkv::optim
