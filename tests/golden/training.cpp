#include "case.h"

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>
#include <qkv/tensor/check.h>

namespace golden {
namespace {

using namespace qkv;
using namespace qkv::optim;

using Make = std::unique_ptr<Optimizer> (*)(Case&, const std::vector<Tensor>&, double lr);

/// The steps of an optimiser on mean((x W + b - target)^2): losses and gradients on the way, and the parameters, the start included.
template <Make make>
Tensors steps(Case& c) {
  require(c.get<std::string>("problem") == "mean((x@W + b - target)^2)", "the problem '", c.get<std::string>("problem"), "' is not known");
  Tensor x = c.tensor("x"), target = c.tensor("target"), W = c.tensor("W"), b = c.tensor("b");
  std::unique_ptr<Optimizer> optimizer = make(c, {W, b}, c.get<double>("lr"));
  std::vector<Tensor> losses, W_grads, b_grads, W_steps = {W.clone()}, b_steps = {b.clone()};
  for (Index step = 0; step < c.get<Index>("steps"); ++step) {
    optimizer->zero_grad();
    Tensor loss = mse_loss(matmul(x, W) + b, target);
    loss.backward();
    losses.push_back(loss.detach());
    W_grads.push_back(W.grad().clone());
    b_grads.push_back(b.grad().clone());
    optimizer->step();
    W_steps.push_back(W.clone());
    b_steps.push_back(b.clone());
  }
  return {{"loss", stack(losses)},
          {"W_grads", stack(W_grads)},
          {"b_grads", stack(b_grads)},
          {"W_steps", stack(W_steps)},
          {"b_steps", stack(b_steps)}};
}

std::unique_ptr<Optimizer> sgd(Case& c, const std::vector<Tensor>& parameters, double lr) {
  SGDOptions options;
  options.momentum = c.get("momentum", options.momentum);
  options.dampening = c.get("dampening", options.dampening);
  options.weight_decay = c.get("weight_decay", options.weight_decay);
  options.nesterov = c.get<bool>("nesterov", options.nesterov);
  return std::make_unique<SGD>(parameters, lr, options);
}

template <class AnyAdam, class Options>
std::unique_ptr<Optimizer> adam(Case& c, const std::vector<Tensor>& parameters, double lr) {
  Options options;
  std::vector<double> betas = c.get("betas", std::vector<double>{options.beta1, options.beta2});
  options.beta1 = betas.at(0);
  options.beta2 = betas.at(1);
  options.eps = c.get("eps", options.eps);
  options.weight_decay = c.get("weight_decay", options.weight_decay);
  options.amsgrad = c.get<bool>("amsgrad", options.amsgrad);
  return std::make_unique<AnyAdam>(parameters, lr, options);
}

std::unique_ptr<Optimizer> rmsprop(Case& c, const std::vector<Tensor>& parameters, double lr) {
  RMSpropOptions options;
  options.alpha = c.get("alpha", options.alpha);
  options.eps = c.get("eps", options.eps);
  options.weight_decay = c.get("weight_decay", options.weight_decay);
  options.momentum = c.get("momentum", options.momentum);
  options.centered = c.get<bool>("centered", options.centered);
  return std::make_unique<RMSprop>(parameters, lr, options);
}

std::unique_ptr<Optimizer> adagrad(Case& c, const std::vector<Tensor>& parameters, double lr) {
  AdagradOptions options;
  options.lr_decay = c.get("lr_decay", options.lr_decay);
  options.weight_decay = c.get("weight_decay", options.weight_decay);
  options.initial_accumulator_value = c.get("initial_accumulator_value", options.initial_accumulator_value);
  options.eps = c.get("eps", options.eps);
  return std::make_unique<Adagrad>(parameters, lr, options);
}

Tensors clipped(Case& c) {
  require(c.get<double>("eps") == 1e-6, "eps ", c.get<double>("eps"), ": must be 1e-6");
  std::vector<Tensor> parameters;
  for (Index i = 0; i < c.get<Index>("count"); ++i) {
    Tensor gradient = c.tensor("g" + std::to_string(i));
    parameters.push_back(zeros(gradient.shape()));
    parameters.back().set_grad(gradient);
  }
  Tensors result = {{"total_norm", Tensor(clip_grad_norm(parameters, c.get<double>("max_norm")))}};
  for (std::size_t i = 0; i < parameters.size(); ++i) result["g" + std::to_string(i)] = parameters[i].grad();
  return result;
}

template <class Schedule>
Tensors rates(Case& c, const Schedule& schedule) {
  Tensor lr = zeros({c.get<Index>("count")});
  for (Index step = 0; step < lr.size(); ++step) lr.set({step}, schedule.lr(step));
  return {{"lr", lr}};
}

}  // namespace

void add_training(Table& table) {
  table["sgd"] = table["sgd_momentum"] = steps<sgd>;
  table["adam"] = steps<adam<Adam, AdamOptions>>;
  table["adamw"] = steps<adam<AdamW, AdamWOptions>>;
  table["rmsprop"] = steps<rmsprop>;
  table["adagrad"] = steps<adagrad>;
  table["clip_grad_norm"] = clipped;
  table["lr_cosine_warmup"] = [](Case& c) {
    return rates(
        c, CosineWithWarmup(c.get<double>("base_lr"), c.get<Index>("warmup_steps"), c.get<Index>("total_steps"), c.get<double>("min_lr")));
  };
  table["lr_cosine"] = [](Case& c) { return rates(c, Cosine(c.get<double>("base_lr"), c.get<Index>("T_max"), c.get<double>("eta_min"))); };
  table["lr_linear_then_cosine"] = [](Case& c) {
    double base = c.get<double>("base_lr");
    Index warmup = c.get<Index>("warmup_steps");
    return rates(c, Sequential(LinearWarmup(base, warmup, c.get<double>("start_factor")), warmup, Cosine(base, c.get<Index>("T_max"))));
  };
}

}  // namespace golden
