#include <qkv/optim/adagrad.h>

#include <cmath>
#include <ostream>

namespace qkv::optim {

Adagrad::Adagrad(const Tensors& parameters, double learning_rate, const AdagradOptions& options)
    : Optimizer("Adagrad", parameters, learning_rate), options_(options) {
  require_not_negative("lr_decay", options.lr_decay);
  require_not_negative("weight_decay", options.weight_decay);
  require_not_negative("initial_accumulator_value", options.initial_accumulator_value);
  require_not_negative("eps", options.eps);
  sum_ = keep("sum", options.initial_accumulator_value);
}

/// g <- g + weight_decay p
/// sum <- sum + g^2,   p <- p - lr / (1 + (t - 1) lr_decay) g / (sqrt(sum) + eps)
void Adagrad::update(const Update& u) {
  Scalar rate = static_cast<Scalar>(lr / (1 + static_cast<double>(u.step - 1) * options_.lr_decay));
  Scalar decay = static_cast<Scalar>(options_.weight_decay), eps = static_cast<Scalar>(options_.eps);
  Scalar* __restrict p = u.p;
  const Scalar* __restrict g = u.g;
  Scalar* __restrict sum = sum_[u.parameter].mutable_data();
  for (Index i = 0; i < u.count; ++i) {
    Scalar d = g[i] + decay * p[i];
    sum[i] += d * d;
    p[i] -= rate * d / (std::sqrt(sum[i]) + eps);
  }
}

void Adagrad::print_options(std::ostream& out) const { out << options_; }

std::ostream& operator<<(std::ostream& out, const AdagradOptions& options) {
  return out << "lr_decay " << options.lr_decay << ", weight_decay " << options.weight_decay << ", initial_accumulator_value "
             << options.initial_accumulator_value << ", eps " << options.eps;
}

}  // namespace qkv::optim
