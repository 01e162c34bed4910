#include <qkv/optim/rules.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::optim {
namespace {

Optimizer::Options list(const SGDOptions& o) {
  return {{"momentum", o.momentum}, {"dampening", o.dampening, 1}, {"weight_decay", o.weight_decay}, {"nesterov", o.nesterov}};
}
Optimizer::Options list(const AdagradOptions& o) {
  return {{"lr_decay", o.lr_decay},
          {"weight_decay", o.weight_decay},
          {"initial_accumulator_value", o.initial_accumulator_value},
          {"eps", o.eps}};
}
Optimizer::Options list(const RMSpropOptions& o) {
  return {{"alpha", o.alpha, 1}, {"eps", o.eps}, {"weight_decay", o.weight_decay}, {"momentum", o.momentum}, {"centered", o.centered}};
}
Optimizer::Options list(const AdamOptions& o) {
  return {{"beta1", o.beta1, 1}, {"beta2", o.beta2, 1}, {"eps", o.eps}, {"weight_decay", o.weight_decay}, {"amsgrad", o.amsgrad}};
}

Scalar scalar(double number) { return static_cast<Scalar>(number); }

}  // namespace

/// g <- g + weight_decay p
/// buf <- momentum buf + (1 - dampening) g        (the first step: buf = g)
/// p <- p - lr buf,  with nesterov  p - lr (g + momentum buf),  without momentum  p - lr g
SGD::SGD(const Tensors& parameters, double learning_rate, const SGDOptions& o)
    : Optimizer("SGD", parameters, learning_rate, list(o), [o](const Numbers& x) {
        const Scalar rate = scalar(x.lr), decay = scalar(o.weight_decay), momentum = scalar(o.momentum);
        const Scalar fresh = scalar(x.step == 1 ? 1 : 1 - o.dampening);
        const bool nesterov = o.nesterov;
        const Scalar* __restrict g = x.g;
        Scalar* __restrict p = x.p, * __restrict buf = x.kept[0];
        for (Index i = 0; i < x.n; ++i) {
          Scalar d = g[i] + decay * p[i];
          if (buf) {
            buf[i] = momentum * buf[i] + fresh * d;
            d = nesterov ? d + momentum * buf[i] : buf[i];
          }
          p[i] -= rate * d;
        }
      }) {
  require(!o.nesterov || (o.momentum > 0 && o.dampening == 0), "SGD: nesterov with momentum ", o.momentum, " and dampening ", o.dampening,
          ": needs momentum above 0 and no dampening");
  keep("momentum_buffer", o.momentum > 0);
}

/// g <- g + weight_decay p
/// sum <- sum + g^2,   p <- p - lr / (1 + (t - 1) lr_decay) g / (sqrt(sum) + eps)
Adagrad::Adagrad(const Tensors& parameters, double learning_rate, const AdagradOptions& o)
    : Optimizer("Adagrad", parameters, learning_rate, list(o), [o](const Numbers& x) {
        const Scalar rate = scalar(x.lr / (1 + static_cast<double>(x.step - 1) * o.lr_decay));
        const Scalar decay = scalar(o.weight_decay), eps = scalar(o.eps);
        const Scalar* __restrict g = x.g;
        Scalar* __restrict p = x.p, * __restrict sum = x.kept[0];
        for (Index i = 0; i < x.n; ++i) {
          Scalar d = g[i] + decay * p[i];
          sum[i] += d * d;
          p[i] -= rate * d / (std::sqrt(sum[i]) + eps);
        }
      }) {
  keep("sum", true, o.initial_accumulator_value);
}

/// g <- g + weight_decay p
/// v <- alpha v + (1 - alpha) g^2;   centered: mean <- alpha mean + (1 - alpha) g, and v - mean^2 stands for v below
/// buf <- momentum buf + g / (sqrt(v) + eps),   p <- p - lr buf       (buf starts at 0; nothing makes up for v starting at 0)
RMSprop::RMSprop(const Tensors& parameters, double learning_rate, const RMSpropOptions& o)
    : Optimizer("RMSprop", parameters, learning_rate, list(o), [o](const Numbers& x) {
        const Scalar rate = scalar(x.lr), decay = scalar(o.weight_decay), momentum = scalar(o.momentum), eps = scalar(o.eps);
        const Scalar alpha = scalar(o.alpha), fresh = scalar(1 - o.alpha);
        const Scalar* __restrict g = x.g;
        Scalar* __restrict p = x.p, * __restrict v = x.kept[0], * __restrict mean = x.kept[1], * __restrict buf = x.kept[2];
        for (Index i = 0; i < x.n; ++i) {
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
      }) {
  keep("square_avg");
  keep("grad_avg", o.centered);
  keep("momentum_buffer", o.momentum > 0);
}

/// Adam: g <- g + weight_decay p.   AdamW (decoupled): p <- (1 - lr weight_decay) p.
/// m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2   (amsgrad: from here on, the largest v so far)
/// p <- p - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps):   m and v start at 0, the divisors make up for that.
Adam::Adam(const char* name, const Tensors& parameters, double learning_rate, const AdamOptions& o, bool decoupled)
    : Optimizer(name, parameters, learning_rate, list(o), [o, decoupled](const Numbers& x) {
        const double t = static_cast<double>(x.step);
        const Scalar beta1 = scalar(o.beta1), new1 = scalar(1 - o.beta1), beta2 = scalar(o.beta2), new2 = scalar(1 - o.beta2);
        const Scalar decay = scalar(decoupled ? 0 : o.weight_decay), shrink = scalar(decoupled ? 1 - x.lr * o.weight_decay : 1);
        const Scalar rate = scalar(x.lr / (1 - std::pow(o.beta1, t))), root = scalar(1 / std::sqrt(1 - std::pow(o.beta2, t)));
        const Scalar eps = scalar(o.eps);
        const Scalar* __restrict g = x.g;
        Scalar* __restrict p = x.p, * __restrict m = x.kept[0], * __restrict v = x.kept[1], * __restrict largest = x.kept[2];
        for (Index i = 0; i < x.n; ++i) {
          Scalar d = g[i] + decay * p[i];
          m[i] = beta1 * m[i] + new1 * d;
          v[i] = beta2 * v[i] + new2 * d * d;
          Scalar square = largest ? largest[i] = std::max(largest[i], v[i]) : v[i];
          p[i] = shrink * p[i] - rate * m[i] / (std::sqrt(square) * root + eps);
        }
      }) {
  keep("exp_avg");
  keep("exp_avg_sq");
  keep("max_exp_avg_sq", o.amsgrad);
}

Adam::Adam(const Tensors& parameters, double learning_rate, const AdamOptions& o) : Adam("Adam", parameters, learning_rate, o, false) {}
AdamW::AdamW(const Tensors& parameters, double learning_rate, const AdamWOptions& o) : Adam("AdamW", parameters, learning_rate, o, true) {}

std::ostream& operator<<(std::ostream& out, const SGDOptions& options) { return out << list(options); }
std::ostream& operator<<(std::ostream& out, const AdagradOptions& options) { return out << list(options); }
std::ostream& operator<<(std::ostream& out, const RMSpropOptions& options) { return out << list(options); }
std::ostream& operator<<(std::ostream& out, const AdamOptions& options) { return out << list(options); }

}  // namespace qkv::optim
