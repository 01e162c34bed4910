#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::optim {

/// What the optimisers share: the parameters, the learning rate, and the numbers kept for each parameter between steps.
class Optimizer {
 public:
  double lr;  ///< learning rate; a schedule overwrites it before each step

  virtual ~Optimizer();
  /// Changes every parameter that has a gradient.
  virtual void step() = 0;
  void zero_grad();
  const std::vector<Tensor>& parameters() const { return parameters_; }

 protected:
  Optimizer(std::vector<Tensor> parameters, double lr);
  std::vector<Tensor> parameters_;
};

}  // namespace qkv::optim
