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

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Scalar)) == 0;
}

}  // namespace

Module::Module(const Module&) = default;  // here, so that a program with many layers does not compile them for each
Module::~Module() = default;

Tensors Module::parameters() const {
  Tensors result;
  for (const auto& named : parameters_) result.push_back(named.second);
  return result;
}

Parameter Module::parameter(const std::string& name) const {
  if (const Tensor* found = find(all_names_, name)) return *found;
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

void Module::load(const Named& state) {
  std::string wrong;
  Tensors values;
  for (const auto& [name, mine] : parameters_) {
    Tensor given;
    for (const auto& [any_name, parameter] : all_names_) {
      const Tensor* here = parameter.node() == mine.node() ? find(state, any_name) : nullptr;
      if (!here || !here->defined()) continue;
      if (given.defined() && !same_bits(given, *here))
        wrong += "\n  two values: " + any_name + " is " + name + ", and must be given the same numbers";
      if (!given.defined()) given = *here;
    }
    if (!given.defined()) wrong += "\n  missing: " + name + " " + mine.shape().text();
    else if (given.shape() != mine.shape())
      wrong += "\n  wrong shape: " + name + " " + given.shape().text() + ", must be " + mine.shape().text();
    values.push_back(given);
  }
  for (const auto& [name, value] : state) {
    if (!find(all_names_, name)) wrong += "\n  unexpected: " + escaped(name) + (value.defined() ? " " + value.shape().text() : "");
    else if (find(state, name) != &value) wrong += "\n  given twice: " + escaped(name);
  }
  require(wrong.empty(), "load: nothing was loaded, because the tensors do not fit the module:", wrong);
  for (Tensor& value : values) {  // the module's own tensors may be given under other names
    auto is_it = [&](const auto& named) { return named.second.node() == value.node(); };
    if (std::any_of(parameters_.begin(), parameters_.end(), is_it)) value = value.clone();
  }
  for (std::size_t i = 0; i < values.size(); ++i) parameters_[i].second.copy_from(values[i]);
}

Tensor Module::add_parameter(std::string_view name, const Tensor& value) { return adopt(name, value.requires_grad(true)); }

Tensor Module::adopt(std::string_view name, Parameter& parameter) {
  const std::string own(name);
  require(!find(all_names_, own), "add_parameter: there is a '", own, "' already");
  auto is_it = [&](const auto& named) { return named.second.node() == parameter.node(); };
  if (std::none_of(parameters_.begin(), parameters_.end(), is_it)) parameters_.emplace_back(own, parameter);
  all_names_.emplace_back(own, parameter);
  return parameter;
}

void Module::adopt(std::string_view prefix, const Module& child) {
  for (const auto& [name, value] : child.all_names_) adopt(std::string(prefix) + "." + name, value);
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  std::size_t width = 0;
  for (const auto& named : module.named_parameters()) width = std::max(width, named.first.size());
  for (const auto& [name, value] : module.named_parameters())
    out << name << std::string(width - name.size() + 2, ' ') << value.shape() << '\n';
  return out << module.parameter_count() << " parameters";
}

}  // namespace qkv::nn
