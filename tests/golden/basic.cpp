#include "case.h"

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <optional>

namespace golden {
namespace {

using namespace qkv;
using List = std::vector<Index>;

template <Tensor (*f)(const Tensor&)>
Tensors unary(Case& c) {
  return {{"z", f(c.tensor("x"))}};
}

template <Tensor (*f)(const Tensor&, const Tensor&)>
Tensors binary(Case& c) {
  return {{"z", f(c.tensor("x"), c.tensor("y"))}};
}

template <Tensor (*reduce)(const Tensor&, const Axes&, Flag)>
Tensors reduction(Case& c) {
  Tensor x = c.tensor("x");
  bool keepdim = c.get<bool>("keepdim");
  List axes = c.get<List>("axes", {});
  return {{"z", reduce(x, axes.empty() ? Axes::all() : Axes(axes), keepdim)}};
}

Tensors slices(Case& c) {
  Tensor z = c.tensor("x");
  Index axis = 0;
  for (const List& range : c.get<std::vector<List>>("start_stop_step")) z = slice(z, axis++, range.at(0), range.at(1), range.at(2));
  return {{"z", z}};
}

template <Tensor (*join)(const qkv::Tensors&, Integer)>
Tensors joined(Case& c) {
  std::vector<Tensor> parts;
  for (Index i = 0; i < c.get<Index>("count"); ++i) parts.push_back(c.tensor("x" + std::to_string(i)));
  return {{"z", join(parts, c.get<Index>("axis"))}};
}

/// Where a whole row is -inf, PyTorch gives NaN and qkv zeros.
Tensors softmax_rows(Case& c) {
  Tensor x = c.tensor("x");
  Index axis = c.get<Index>("axis");
  Tensor highest = max(x.detach(), axis, true) + zeros(x.shape());
  for (Index i = 0; i < x.size(); ++i) {
    if (highest.data()[i] != -INFINITY) continue;
    c.instead = "weights 0 where a whole row is -inf";
    c.want.at("z").mutable_data()[i] = 0;
    if (c.want_grad.count("x")) c.want_grad.at("x").mutable_data()[i] = 0;
  }
  return {{"z", softmax(x, axis)}};
}

Tensors cross_entropies(Case& c) {
  const std::map<std::string, Reduction> reductions = {{"mean", Reduction::mean}, {"sum", Reduction::sum}, {"none", Reduction::none}};
  CrossEntropyOptions options;
  options.reduction = reductions.at(c.get<std::string>("reduction"));
  options.ignore_index = c.get<Index>("ignore_index", options.ignore_index);
  options.label_smoothing = c.get<double>("label_smoothing");
  require(c.get<Index>("class_axis") == 1, "class_axis ", c.get<Index>("class_axis"), ": must be 1");
  Tensor logits = c.tensor("logits");
  Indices target = c.indices("target");

  bool none_counts = true;
  for (Index t : target.values) none_counts = none_counts && t == options.ignore_index;
  if (!none_counts || options.reduction != Reduction::mean) return {{"loss", cross_entropy(logits, target, options)}};

  // The mean over no targets: PyTorch gives NaN, qkv says so.
  require(std::isnan(c.want.at("loss").item()), "no target counts, and yet the loss wanted is ", c.want.at("loss"));
  std::string message = "cross_entropy: none of " + std::to_string(target.values.size()) + " targets counts, so that there is no mean";
  std::string said;
  try {
    cross_entropy(logits, target, options);
  } catch (const Error& error) {
    said = error.what();
  }
  require(said == message, "got ", said.empty() ? "no error" : "the error '" + said + "'", ", want the error '", message, "'");
  c.settled("an error where no target counts");
  return {};
}

Tensors layer_norms(Case& c) {
  Shape shape(c.get<List>("normalized_shape"));
  // Over one number, y = bias and dx = 0; what PyTorch computed in float is off by more than the rest.
  if (shape.count() == 1 && sizeof(Scalar) == 4) c.tolerance = 1e-4;
  bool affine = c.get<bool>("affine");
  Tensor weight = affine ? c.tensor("weight") : Tensor(), bias = affine ? c.tensor("bias") : Tensor();
  return {{"y", layer_norm(c.tensor("x"), shape, weight, bias, c.get<double>("eps"))}};
}

Tensors dropouts(Case& c) {
  std::optional<EvalMode> eval;
  double p = c.get<double>("p");
  if (!c.get<bool>("training")) eval.emplace();
  else require(p == 0, "dropout that drops cannot be compared");
  Rng rng;
  return {{"y", dropout(c.tensor("x"), p, rng)}};
}

Tensors masked_fills(Case& c) {
  nlohmann::json value = c.get<nlohmann::json>("value");
  require(value.is_number() || value == "-inf", "value ", value, " is neither a number nor \"-inf\"");
  return {{"z", masked_fill(c.tensor("x"), c.mask("mask"), value.is_number() ? value.get<double>() : -INFINITY)}};
}

}  // namespace

void add_basic(Table& table) {
  table["add"] = binary<add>;
  table["sub"] = binary<sub>;
  table["mul"] = binary<mul>;
  table["div"] = binary<div>;
  table["pow"] = binary<pow>;
  table["matmul"] = binary<matmul>;
  table["pow_scalar"] = [](Case& c) -> Tensors { return {{"z", pow(c.tensor("x"), c.get<double>("exponent"))}}; };
  table["exp"] = unary<exp>;
  table["log"] = unary<log>;
  table["tanh"] = unary<tanh>;
  table["sigmoid"] = unary<sigmoid>;
  table["relu"] = unary<relu>;
  table["gelu_erf"] = [](Case& c) -> Tensors { return {{"z", gelu(c.tensor("x"), Gelu::erf)}}; };
  table["gelu_tanh"] = [](Case& c) -> Tensors { return {{"z", gelu(c.tensor("x"), Gelu::tanh)}}; };

  table["sum"] = reduction<sum>;
  table["mean"] = reduction<mean>;
  table["max"] = reduction<max>;

  table["linear"] = [](Case& c) -> Tensors {
    c.described_by({"in", "out"});
    return {{"y", linear(c.tensor("x"), c.tensor("weight"), c.get<bool>("bias") ? c.tensor("bias") : Tensor())}};
  };

  table["transpose"] = [](Case& c) -> Tensors {
    List axes = c.get<List>("axes");
    return {{"z", transpose(c.tensor("x"), axes.at(0), axes.at(1))}};
  };
  table["permute"] = [](Case& c) -> Tensors { return {{"z", permute(c.tensor("x"), c.get<List>("order"))}}; };
  table["reshape"] = [](Case& c) -> Tensors { return {{"z", reshape(c.tensor("x"), Shape(c.get<List>("shape")))}}; };
  table["permute_reshape"] = [](Case& c) -> Tensors {
    return {{"z", reshape(permute(c.tensor("x"), c.get<List>("order")), Shape(c.get<List>("shape")))}};
  };
  table["slice"] = slices;
  table["concat"] = joined<concat>;
  table["stack"] = joined<stack>;
  table["embedding"] = [](Case& c) -> Tensors {
    c.described_by({"rows", "dim"});
    return {{"y", embedding(c.indices("index"), c.tensor("weight"))}};
  };
  table["gather"] = [](Case& c) -> Tensors { return {{"z", gather(c.tensor("x"), c.get<Index>("axis"), c.indices("index"))}}; };
  table["masked_fill"] = masked_fills;

  table["softmax"] = softmax_rows;
  table["softmax_neg_inf"] = softmax_rows;
  table["log_softmax"] = [](Case& c) -> Tensors { return {{"z", log_softmax(c.tensor("x"), c.get<Index>("axis"))}}; };
  table["cross_entropy"] = cross_entropies;
  table["layernorm"] = layer_norms;
  table["dropout"] = dropouts;
}

}  // namespace golden
