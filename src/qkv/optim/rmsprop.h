#pragma once
#include <qkv/optim/optimizer.h>

namespace qkv::optim {

struct RMSpropOptions {
  double alpha = 0.99;      ///< how much of the running mean of the squared gradient stays
  double eps = 1e-8;        ///< added to the root
  double weight_decay = 0;  ///< pulls every parameter towards 0
  double momentum = 0;      ///< how much of the last direction stays
  Flag centered = false;    ///< divide by the standard deviation of the gradient, not by its root mean square
};

/// The gradient over the root of its running mean square.  Tieleman and Hinton 2012, lecture 6.5; centered: Graves 2013.
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(const Tensors& parameters, double lr = 1e-2, const RMSpropOptions& options = {});

 private:
  void update(const Update& u) override;
  void print_options(std::ostream& out) const override;

  RMSpropOptions options_;
  Tensors square_avg_, grad_avg_, momentum_buffer_;
};

std::ostream& operator<<(std::ostream& out, const RMSpropOptions& options);

}  // namespace qkv::optim
