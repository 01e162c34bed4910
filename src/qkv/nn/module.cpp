#include <qkv/nn/module.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <ostream>

namespace qkv::nn {
namespace {

const Tensor* find(const Module::Named& tensors, const std::string& name) {
  for (const auto& [key, value] : tensors)
    if (key == name) return &value;
  return nullptr;
}

/// What keeps `state` from being loaded into `parameters`: a line each.
std::vector<std::string> mismatches(const Module::Named& parameters, const Module::Named& state) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : parameters) {
    const Tensor* given = find(state, name);
    if (!given || !given->defined()) lines.push_back("missing: " + name + " " + value.shape().text());
    else if (given->shape() != value.shape())
      lines.push_back("wrong shape: " + name + " " + given->shape().text() + ", must be " + value.shape().text());
  }
  for (const auto& given : state) {
    if (!find(parameters, given.first))
      lines.push_back("unexpected: " + escaped(given.first) + (given.second.defined() ? " " + given.second.shape().text() : ""));
    else if (find(state, given.first) != &given.second) lines.push_back("given twice: " + escaped(given.first));
  }
  return lines;
}

}  // namespace

Tensors Module::parameters() const {
  Tensors result;
  for (const auto& named : parameters_) result.push_back(named.second);
  return result;
}

Tensor Module::parameter(const std::string& name) const {
  if (const Tensor* found = find(parameters_, name)) return *found;
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
  for (auto& named : parameters_) named.second.zero_grad();
}

void Module::load(const Named& state) {
  const std::vector<std::string> lines = mismatches(parameters_, state);
  if (!lines.empty()) {
    std::string text;
    for (const std::string& line : lines) text += "\n  " + line;
    fail("load: nothing was loaded, because the tensors do not fit the module:", text);
  }
  for (auto& [name, value] : parameters_) value.copy_from(*find(state, name));
}

Tensor Module::add_parameter(std::string_view name, const Tensor& value) {
  require(!find(parameters_, std::string(name)), "add_parameter: there is a '", name, "' already");
  return parameters_.emplace_back(name, value).second.requires_grad(true);
}

void Module::adopt(std::string_view prefix, const Module& child) {
  for (const auto& [name, value] : child.named_parameters()) add_parameter(std::string(prefix) + "." + name, value);
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  std::size_t width = 0;
  for (const auto& named : module.named_parameters()) width = std::max(width, named.first.size());
  for (const auto& [name, value] : module.named_parameters())
    out << name << std::string(width - name.size() + 2, ' ') << value.shape() << '\n';
  return out << module.parameter_count() << " parameters";
}

}  // namespace qkv::nn
