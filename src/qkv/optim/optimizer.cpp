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

Optimizer::Named Optimizer::state() const {
  Named state;
  for (const auto& [name, numbers] : kept_) state.emplace_back(name, numbers.clone());
  std::vector<Scalar> steps(steps_.begin(), steps_.end());
  state.emplace_back("step", tensor(Shape{static_cast<Index>(steps.size())}, steps));
  return state;
}

void Optimizer::load_state(const Named& state) {
  std::map<std::string, Tensor> given;
  std::string wrong;
  for (const auto& [name, tensor] : state)
    if (!given.emplace(name, tensor).second) wrong += "\n  given twice: " + name;
  for (const auto& [name, mine] : this->state()) {
    auto found = given.find(name);
    if (found == given.end() || !found->second.defined()) wrong += "\n  missing: " + name + " " + mine.shape().text();
    else if (found->second.shape() != mine.shape())
      wrong += "\n  wrong shape: " + name + " is " + found->second.shape().text() + ", must be " + mine.shape().text();
    else if (name == "step" && !std::all_of(found->second.data(), found->second.data() + mine.size(), [](Scalar count) {
               return count >= 0 && count == std::floor(count) && count <= Scalar(0x1p53);
             }))
      wrong += "\n  wrong: step must hold whole numbers from 0 on";
    given.erase(name);
  }
  for (const auto& entry : given) wrong += "\n  unexpected: " + entry.first;
  require(wrong.empty(), name_, "::load_state: the state does not fit:", wrong);

  given.insert(state.begin(), state.end());
  for (auto& [name, mine] : kept_) mine.copy_from(given.at(name));
  const Scalar* steps = given.at("step").data();
  for (Index& count : steps_) count = static_cast<Index>(*steps++);
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
