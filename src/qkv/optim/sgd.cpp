#include <qkv/optim/sgd.h>
#include <qkv/tensor/check.h>

namespace qkv::optim {

SGD::SGD(const Tensors& parameters, double learning_rate, const SGDOptions& options)
    : Optimizer("SGD", parameters, learning_rate), options_(options) {
  require_not_negative("momentum", options.momentum);
  require_fraction("dampening", options.dampening);
  require_not_negative("weight_decay", options.weight_decay);
  require(!options.nesterov || (options.momentum > 0 && options.dampening == 0), "SGD: nesterov with momentum ", options.momentum,
          " and dampening ", options.dampening, ": needs momentum above 0 and no dampening");
  if (options.momentum > 0) momentum_buffer_ = keep("momentum_buffer");
}

/// g <- g + weight_decay p
/// buf <- momentum buf + (1 - dampening) g        (the first step: buf = g)
/// p <- p - lr buf,  with nesterov  p - lr (g + momentum buf),  without momentum  p - lr g
void SGD::update(const Update& u) {
  Scalar rate = static_cast<Scalar>(lr), decay = static_cast<Scalar>(options_.weight_decay);
  Scalar momentum = static_cast<Scalar>(options_.momentum), fresh = static_cast<Scalar>(u.step == 1 ? 1 : 1 - options_.dampening);
  Scalar* __restrict p = u.p;
  const Scalar* __restrict g = u.g;
  if (momentum_buffer_.empty()) {
    for (Index i = 0; i < u.count; ++i) p[i] -= rate * (g[i] + decay * p[i]);
    return;
  }
  Scalar* __restrict buf = momentum_buffer_[u.parameter].mutable_data();
  for (Index i = 0; i < u.count; ++i) {
    Scalar d = g[i] + decay * p[i];
    buf[i] = momentum * buf[i] + fresh * d;
    p[i] -= rate * (options_.nesterov ? d + momentum * buf[i] : buf[i]);
  }
}

void SGD::print_options(std::ostream& out) const { out << options_; }

std::ostream& operator<<(std::ostream& out, const SGDOptions& options) {
  return out << "momentum " << options.momentum << ", dampening " << options.dampening << ", weight_decay " << options.weight_decay
             << ", nesterov " << (options.nesterov ? "true" : "false");
}

}  // namespace qkv::optim
