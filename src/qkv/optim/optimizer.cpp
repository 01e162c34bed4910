#include <qkv/optim/optimizer.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace qkv::optim {

Optimizer::Optimizer(const char* name, const Tensors& parameters, double learning_rate)
    : lr(learning_rate), name_(name), parameters_(parameters), steps_(parameters_.size(), 0) {
  require_not_negative("lr", lr);
  require(!parameters_.empty(), name_, ": no parameters: there is nothing to change");
  std::map<const Node*, std::size_t> seen;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& parameter = parameters_[i];
    require(parameter.defined(), name_, ": parameter ", i, " is an empty tensor");
    require(*parameter.operation() == '\0', name_, ": parameter ", i, " is the result of '", parameter.operation(), "': must be a leaf");
    auto [first, is_new] = seen.emplace(parameter.node().get(), i);
    require(is_new, name_, ": parameters ", first->second, " and ", i, " are the same tensor: it would be changed twice a step");
  }
}

Optimizer::~Optimizer() = default;

void Optimizer::step() {
  require_not_negative("lr", lr);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& parameter = parameters_[i];
    if (!parameter.has_grad()) continue;
    Tensor gradient = parameter.grad();
    update({i, ++steps_[i], parameter.size(), parameter.mutable_data(), gradient.data()});
  }
}

void Optimizer::zero_grad() {
  for (Tensor& parameter : parameters_) parameter.zero_grad();
}

Optimizer::State Optimizer::state() const {
  State state;
  for (const auto& [name, numbers] : kept_) state.numbers.emplace_back(name, numbers.clone());
  state.step = Indices({static_cast<Index>(steps_.size())}, steps_);
  return state;
}

void Optimizer::load_state(const State& state) {
  std::map<std::string, Tensor> given;
  std::string wrong;
  for (const auto& [name, tensor] : state.numbers)
    if (!given.emplace(name, tensor).second) wrong += "\n  given twice: " + escaped(name);
  for (const auto& [name, mine] : kept_) {
    auto found = given.find(name);
    if (found == given.end() || !found->second.defined()) wrong += "\n  missing: " + name + " " + mine.shape().text();
    else if (found->second.shape() != mine.shape())
      wrong += "\n  wrong shape: " + name + " is " + found->second.shape().text() + ", must be " + mine.shape().text();
    given.erase(name);
  }
  const Shape steps = {static_cast<Index>(steps_.size())};
  const auto& counts = state.step.values;
  if (counts.empty()) wrong += "\n  missing: step " + steps.text();
  else if (state.step.shape != steps) wrong += "\n  wrong shape: step is " + state.step.shape.text() + ", must be " + steps.text();
  else if (counts.size() != steps_.size())
    wrong += "\n  wrong: step has " + std::to_string(counts.size()) + " values for " + std::to_string(steps_.size()) + " parameters";
  else if (std::any_of(counts.begin(), counts.end(), [](Index count) { return count < 0; }))
    wrong += "\n  wrong: step must hold whole numbers from 0 on";
  for (const auto& entry : given) wrong += "\n  unexpected: " + escaped(entry.first);
  require(wrong.empty(), name_, "::load_state: the state does not fit:", wrong);

  given.insert(state.numbers.begin(), state.numbers.end());
  for (auto& [name, mine] : kept_) mine.copy_from(given.at(name));
  steps_.assign(counts.begin(), counts.end());
}

Tensors Optimizer::keep(const char* name, double start) {
  Tensors numbers;
  for (const Tensor& parameter : parameters_) {
    numbers.push_back(full(parameter.shape(), start));
    kept_.emplace_back(name + ("." + std::to_string(numbers.size() - 1)), numbers.back());
  }
  return numbers;
}

void Optimizer::require_not_negative(const char* option, double number) const {
  require(number >= 0 && std::isfinite(number), name_, ": ", option, " ", number, ": must be a finite number, not negative");
}

void Optimizer::require_fraction(const char* option, double number) const {
  require(number >= 0 && number < 1, name_, ": ", option, " ", number, ": must be in [0, 1)");
}

std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer) {
  out << optimizer.name_ << '(' << optimizer.parameters_.size() << " parameters, lr " << optimizer.lr << ", ";
  optimizer.print_options(out);
  return out << ')';
}

}  // namespace qkv::optim
