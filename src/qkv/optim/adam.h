#pragma once
#include <qkv/optim/optimizer.h>

namespace qkv::optim {

struct AdamOptions {
  double beta1 = 0.9;       ///< how much of the running mean of the gradient stays
  double beta2 = 0.999;     ///< how much of the running mean of its square stays
  double eps = 1e-8;        ///< keeps the quotient finite
  double weight_decay = 0;  ///< added to the gradient (Adam)
  Flag amsgrad = false;     ///< divide by the largest mean of squares so far (Reddi et al. 2018)
};

struct AdamWOptions : AdamOptions {
  AdamWOptions() { weight_decay = 0.01; }  ///< shrinks the parameter itself
};

/// A step of about lr for every number, whatever the size of its gradient: the mean gradient over the root of its mean square.
/// Kingma and Ba 2015, algorithm 1.
class Adam : public Optimizer {
 public:
  explicit Adam(const Tensors& parameters, double lr = 1e-3, const AdamOptions& options = {});

 protected:
  enum class Decay { in_gradient, decoupled };
  Adam(const char* name, const Tensors& parameters, double lr, const AdamOptions& options, Decay decay);

 private:
  void update(const Update& u) override;
  void print_options(std::ostream& out) const override;

  AdamOptions options_;
  Decay decay_;
  Tensors exp_avg_, exp_avg_sq_, max_exp_avg_sq_;
};

/// Adam with weight decay apart from the gradient: p <- (1 - lr weight_decay) p comes first.  Loshchilov and Hutter 2019.
class AdamW : public Adam {
 public:
  explicit AdamW(const Tensors& parameters, double lr = 1e-3, const AdamWOptions& options = {});
};

std::ostream& operator<<(std::ostream& out, const AdamOptions& options);

}  // namespace qkv::optim
