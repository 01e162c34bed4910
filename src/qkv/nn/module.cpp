#include <qkv/nn/module.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstring>
#include <ostream>

namespace qkv::nn {
namespace {

const Tensor* find(const Module::Named& tensors, const std::string& name) {
  for (const auto& [key, value] : tensors)
    if (key == name) return &value;
  return nullptr;
}

/// One that has numbers.
const Tensor* find_defined(const Module::Named& state, const std::string& name) {
  const Tensor* found = find(state, name);
  return found && found->defined() ? found : nullptr;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Scalar)) == 0;
}

}  // namespace

Tensors Module::parameters() const {
  Tensors result;
  for (const auto& named : parameters_) result.push_back(named.second);
  return result;
}

Parameter Module::parameter(const std::string& name) const {
  if (const Tensor* found = find(parameters_, first_name(name))) return *found;
  std::string names;
  for (const auto& named : parameters_) names += (names.empty() ? "" : ", ") + named.first;
  fail("parameter: no '", escaped(name), "': there are ", names.empty() ? "none" : names);
}

Index Module::parameter_count() const {
  Index count = 0;
  for (const auto& named : parameters_) count += named.second.size();
  return count;
}

void Module::zero_grad() {
  for (const auto& named : parameters_) named.second.zero_grad();
}

const std::string& Module::first_name(const std::string& name) const {
  for (const auto& [further, first] : further_names_)
    if (further == name) return first;
  return name;
}

const Tensor* Module::given_for(const std::string& parameter, const Named& state) const {
  const Tensor* given = find_defined(state, parameter);
  for (const auto& [further, first] : further_names_)
    if (!given && first == parameter) given = find_defined(state, further);
  return given;
}

void Module::load(const Named& state) {
  std::string wrong;
  for (const auto& [name, value] : parameters_) {
    const Tensor* given = given_for(name, state);
    if (!given) wrong += "\n  missing: " + name + " " + value.shape().text();
    else if (given->shape() != value.shape())
      wrong += "\n  wrong shape: " + name + " " + given->shape().text() + ", must be " + value.shape().text();
  }
  for (const auto& [further, first] : further_names_)
    if (const Tensor* given = find_defined(state, further); given && !same_bits(*given, *given_for(first, state)))
      wrong += "\n  two values: " + further + " is " + first + ", and must be given the same numbers";
  for (const auto& [name, value] : state) {
    if (!find(parameters_, first_name(name)))
      wrong += "\n  unexpected: " + escaped(name) + (value.defined() ? " " + value.shape().text() : "");
    else if (find(state, name) != &value) wrong += "\n  given twice: " + escaped(name);
  }
  require(wrong.empty(), "load: nothing was loaded, because the tensors do not fit the module:", wrong);
  for (const auto& [name, value] : parameters_) value.copy_from(*given_for(name, state));
}

Tensor Module::add_parameter(std::string_view name, const Tensor& value) { return adopt(name, value.requires_grad(true)); }

Tensor Module::adopt(std::string_view name, Parameter& parameter) {
  std::string own(name);
  require(!find(parameters_, first_name(own)), "add_parameter: there is a '", own, "' already");
  for (const auto& [first, value] : parameters_)
    if (value.node() == parameter.node()) return further_names_.emplace_back(std::move(own), first), parameter;
  parameters_.emplace_back(std::move(own), parameter);
  return parameter;
}

void Module::adopt(std::string_view prefix, const Module& child) {
  const std::string path = std::string(prefix) + ".";
  for (const auto& [name, value] : child.parameters_) adopt(path + name, value);
  for (const auto& [further, first] : child.further_names_) adopt(path + further, child.parameter(first));
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  std::size_t width = 0;
  for (const auto& named : module.named_parameters()) width = std::max(width, named.first.size());
  for (const auto& [name, value] : module.named_parameters())
    out << name << std::string(width - name.size() + 2, ' ') << value.shape() << '\n';
  return out << module.parameter_count() << " parameters";
}

}  // namespace qkv::nn
