#include "case.h"

#include <io/scratch.h>
#include <io/strict.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <iomanip>

namespace golden {
namespace {

using nlohmann::json;
using qkv::fail;
using qkv::require;

constexpr bool is_double = sizeof(qkv::Scalar) == 8;

std::string position(Index i, const qkv::Shape& shape) {
  std::vector<Index> at(static_cast<std::size_t>(shape.rank()));
  for (Index axis = shape.rank() - 1; axis >= 0; i /= shape[axis--]) at[axis] = i % shape[axis];
  return qkv::Shape(at).text();
}

/// How far apart, in tolerances; numbers that are not finite agree with their own kind only.
double distance(double got, double want, double tolerance) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : INFINITY;
  if (!std::isfinite(want) || !std::isfinite(got)) return got == want ? 0 : INFINITY;
  return std::fabs(got - want) / (tolerance * (1 + std::fabs(want)));
}

}  // namespace

Case::Case(const json& about, const qkv::io::Safetensors& file)
    : name(about.at("name")), op(about.at("op")), tolerance(is_double ? 1e-11 : 2e-5), params_(about.at("params")) {
  for (const char* role : {"inputs", "weights"})
    for (const auto& [tensor, shape_and_type] : about.at(role).items()) {
      std::string type = shape_and_type.at("dtype");
      require(inputs_.emplace(tensor, type).second, "'", tensor, "' is both an input and a weight");
      bool weight = role == std::string("weights");
      const std::string& at = key(weight ? "w" : "in", tensor, shape_and_type, file);
      if (weight) weights_.push_back(tensor);
      if (type == "i64") indices_.emplace(tensor, file.indices(at));
      else if (type == "bool") masks_.emplace(tensor, file.mask(at));
      else leaves_.emplace(tensor, file.tensor(at).requires_grad(true));
    }
  auto read = [&](Tensors& into, const char* list, const char* role) {
    for (const auto& [tensor, shape_and_type] : about.at(list).items()) into[tensor] = file.tensor(key(role, tensor, shape_and_type, file));
  };
  read(want, "outputs", "out");
  read(upstream, "upstream", "up");
  read(want_grad, "grads", "grad");
  require(!want.empty(), "the case has no outputs");
  require(want_grad.empty() == upstream.empty(), "the case has gradients without upstream, or the other way round");
}

const std::string& Case::key(const std::string& role, const std::string& tensor, const json& about, const qkv::io::Safetensors& file) {
  std::string at = name + "/" + role + "." + tensor;
  keys.insert(at);
  bool both = role == "out" || role == "grad";
  if (both) keys.insert(at + ".f64");
  const std::string& found = *keys.find(both && is_double ? at + ".f64" : at);
  qkv::Shape shape(about.at("shape").get<std::vector<Index>>());
  require(file.shape(found) == shape, "'", found, "' has shape ", file.shape(found), " in golden.safetensors, ", shape, " in cases.json");
  return found;
}

Tensor Case::tensor(const std::string& input) {
  asked_.insert(input);
  auto found = leaves_.find(input);
  require(found != leaves_.end(), "no tensor '", input, "' among the inputs and weights");
  return found->second;
}

Indices Case::indices(const std::string& input) {
  asked_.insert(input);
  require(indices_.count(input) > 0, "no indices '", input, "' among the inputs");
  return indices_.at(input);
}

Mask Case::mask(const std::string& input) {
  asked_.insert(input);
  require(masks_.count(input) > 0 || !has(input), "'", input, "' is not a mask");
  return has(input) ? masks_.at(input) : Mask();
}

void Case::load(qkv::nn::Module& module, const std::map<std::string, std::string>& renamed) {
  auto name_in_module = [&](const std::string& weight) {
    auto found = renamed.find(weight);
    return found == renamed.end() ? weight : found->second;
  };
  qkv::nn::Module::Named state;
  for (const std::string& weight : weights_) state.emplace_back(name_in_module(weight), tensor(weight));
  // By way of a file such as PyTorch's users save: that is how a reader gets them too.
  std::map<std::string, strict::Floats> saved;
  for (const auto& [key, value] : state) {
    const qkv::Shape shape = value.shape();
    const std::vector<float> numbers(value.data(), value.data() + value.size());  // they were float when PyTorch made them
    saved[key] = {"F32", {shape.begin(), shape.end()}, {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)}};
  }
  scratch::Folder folder;
  module.load(qkv::io::load_safetensors(folder.put("state_dict.safetensors", strict::state_dict(saved))));
  for (const std::string& weight : weights_) leaves_[weight] = module.parameter(name_in_module(weight));
}

json Case::value(const std::string& param) {
  params_asked_.insert(param);
  require(params_.contains(param), "no parameter '", param, "'");
  return params_.at(param);
}

void Case::described_by(std::initializer_list<const char*> params) {
  for (const char* param : params) value(param);
}

void Case::settled(const std::string& rule) {
  instead = rule;
  want.clear();
  upstream.clear();
  want_grad.clear();
}

std::string Case::check(Tensors (*operation)(Case&)) {
  Tensors got = operation(*this);
  if (std::string left = untouched(); !left.empty()) return left;
  for (const auto& [output, expected] : want) {
    if (got.count(output) == 0) return "out." + output + ": the runner does not compute it";
    if (std::string wrong = difference("out." + output, got.at(output), expected); !wrong.empty()) return wrong;
  }
  if (want_grad.empty()) return "";
  Tensor L(0);
  for (const auto& [output, up] : upstream) {
    if (got.count(output) == 0) return "up." + output + ": the runner does not compute this output";
    L = L + sum(got.at(output) * up);
  }
  L.backward();
  for (const auto& [leaf, expected] : want_grad) {
    Tensor x = tensor(leaf);
    Tensor gradient = x.has_grad() ? x.grad() : qkv::zeros(x.shape());
    if (std::string wrong = difference("grad." + leaf, gradient, expected); !wrong.empty()) return wrong;
  }
  return "";
}

std::string Case::untouched() const {
  for (const auto& input : inputs_)
    if (asked_.count(input.first) == 0) return "the runner does not use '" + input.first + "'";
  for (const auto& param : params_.items())
    if (params_asked_.count(param.key()) == 0) return "the runner does not know the parameter '" + param.key() + "'";
  return "";
}

std::string Case::difference(const std::string& what, const Tensor& got, const Tensor& expected) const {
  if (!got.defined()) return what + ": nothing came out";
  std::ostringstream line;
  line << std::setprecision(is_double ? 17 : 9) << what;
  if (got.shape() != expected.shape()) {
    line << ": got shape " << got.shape() << ", want " << expected.shape();
    return line.str();
  }
  Index worst = 0;
  double farthest = 0;
  for (Index i = 0; i < got.size(); ++i) {
    double apart = distance(static_cast<double>(got.data()[i]), static_cast<double>(expected.data()[i]), tolerance);
    if (apart > farthest) {
      farthest = apart;
      worst = i;
    }
  }
  if (farthest <= 1) return "";
  line << " at " << position(worst, got.shape()) << ": got " << got.data()[worst] << ", want " << expected.data()[worst];
  return line.str();
}

}  // namespace golden
