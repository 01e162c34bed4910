#pragma once
#include <qkv/optim/optimizer.h>

namespace qkv::optim {

struct SGDOptions {
  double momentum = 0;      ///< how much of the last direction stays
  double dampening = 0;     ///< how much of a new gradient is left out of the direction
  double weight_decay = 0;  ///< pulls every parameter towards 0
  Flag nesterov = false;    ///< look one step ahead along the direction; needs momentum and no dampening
};

/// Stochastic gradient descent: p -= lr g; with momentum, a ball that keeps rolling (Polyak 1964; Sutskever et al. 2013).
class SGD : public Optimizer {
 public:
  SGD(const Tensors& parameters, double lr, const SGDOptions& options = {});

 private:
  void update(const Update& u) override;
  void print_options(std::ostream& out) const override;

  SGDOptions options_;
  Tensors momentum_buffer_;
};

std::ostream& operator<<(std::ostream& out, const SGDOptions& options);

}  // namespace qkv::optim
