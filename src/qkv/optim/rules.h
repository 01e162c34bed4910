#pragma once
#include <qkv/optim/optimizer.h>

// Five ways to make a step from a gradient. Their formulas stand above their constructors in rules.cpp.

namespace qkv::optim {

struct SGDOptions {
  double momentum = 0;      ///< how much of the last direction is kept
  double dampening = 0;     ///< how much of a new gradient is left out of the direction
  double weight_decay = 0;  ///< pulls every parameter towards 0
  Flag nesterov = false;    ///< look one step ahead along the direction; needs momentum and no dampening
};

/// Stochastic gradient descent: p -= lr g; with momentum, a ball that keeps rolling (Polyak 1964; Sutskever et al. 2013).
struct SGD : Optimizer {
  SGD(const Tensors& parameters, double lr, const SGDOptions& options = {});
};

struct AdagradOptions {
  double lr_decay = 0;                   ///< the learning rate falls as 1 / (1 + (t - 1) lr_decay)
  double weight_decay = 0;               ///< pulls every parameter towards 0
  double initial_accumulator_value = 0;  ///< where the sum of squares starts
  double eps = 1e-10;                    ///< added to the root
};

/// Divides the gradient by the root of the sum of all its squares so far: what has moved much moves less and less.  Duchi et al. 2011.
struct Adagrad : Optimizer {
  explicit Adagrad(const Tensors& parameters, double lr = 1e-2, const AdagradOptions& options = {});
};

struct RMSpropOptions {
  double alpha = 0.99;      ///< how much of the running mean of the squared gradient is kept
  double eps = 1e-8;        ///< added to the root
  double weight_decay = 0;  ///< pulls every parameter towards 0
  double momentum = 0;      ///< how much of the last direction is kept
  Flag centered = false;    ///< divide by the standard deviation of the gradient, not by its root mean square
};

/// Divides the gradient by the root of its running mean square.  Tieleman and Hinton 2012, lecture 6.5; centered: Graves 2013.
struct RMSprop : Optimizer {
  explicit RMSprop(const Tensors& parameters, double lr = 1e-2, const RMSpropOptions& options = {});
};

struct AdamOptions {
  double beta1 = 0.9;       ///< how much of the running mean of the gradient is kept
  double beta2 = 0.999;     ///< how much of the running mean of its square is kept
  double eps = 1e-8;        ///< keeps the quotient finite
  double weight_decay = 0;  ///< added to the gradient (Adam)
  Flag amsgrad = false;     ///< divide by the largest mean of squares so far (Reddi et al. 2018)
};
struct AdamWOptions : AdamOptions {
  AdamWOptions() { weight_decay = 0.01; }  ///< shrinks the parameter itself
};

/// Moves every number by about lr, whatever the size of its gradient: the mean gradient divided by the root of its mean square.
/// Kingma and Ba 2015, algorithm 1.
struct Adam : Optimizer {
  explicit Adam(const Tensors& parameters, double lr = 1e-3, const AdamOptions& options = {});

 protected:
  Adam(const char* name, const Tensors& parameters, double lr, const AdamOptions& options, bool decoupled);
};
/// Adam with weight decay separate from the gradient: p <- (1 - lr weight_decay) p comes first.  Loshchilov and Hutter 2019.
struct AdamW : Adam {
  explicit AdamW(const Tensors& parameters, double lr = 1e-3, const AdamWOptions& options = {});
};

std::ostream& operator<<(std::ostream& out, const SGDOptions& options);
std::ostream& operator<<(std::ostream& out, const AdagradOptions& options);
std::ostream& operator<<(std::ostream& out, const RMSpropOptions& options);
std::ostream& operator<<(std::ostream& out, const AdamOptions& options);

}  // namespace qkv::optim
