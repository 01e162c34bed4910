#pragma once
#include <qkv/optim/optimizer.h>

namespace qkv::optim {

struct AdagradOptions {
  double lr_decay = 0;                   ///< the learning rate falls as 1 / (1 + (t - 1) lr_decay)
  double weight_decay = 0;               ///< pulls every parameter towards 0
  double initial_accumulator_value = 0;  ///< where the sum of squares starts
  double eps = 1e-10;                    ///< added to the root
};

/// The gradient over the root of the sum of all its squares so far: what moved much moves ever less.  Duchi et al. 2011.
class Adagrad : public Optimizer {
 public:
  explicit Adagrad(const Tensors& parameters, double lr = 1e-2, const AdagradOptions& options = {});

 private:
  void update(const Update& u) override;
  void print_options(std::ostream& out) const override;

  AdagradOptions options_;
  Tensors sum_;
};

std::ostream& operator<<(std::ostream& out, const AdagradOptions& options);

}  // namespace qkv::optim
