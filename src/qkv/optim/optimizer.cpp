#include <qkv/kernels/parallel.h>
#include <qkv/optim/optimizer.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace qkv::optim {

Optimizer::Optimizer(const char* name, const Tensors& parameters, double learning_rate, const Options& options, const Rule& rule)
    : lr(learning_rate), name_(name), options_(options), rule_(rule), parameters_(parameters), steps_(parameters_.size(), 0) {
  check({"lr", lr});
  require(!parameters_.empty(), name_, ": no parameters: there is nothing to change");
  std::map<const Node*, std::size_t> seen;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& parameter = parameters_[i];
    require(parameter.defined(), name_, ": parameter ", i, " is an empty tensor");
    require(*parameter.operation() == '\0', name_, ": parameter ", i, " is the result of '", parameter.operation(), "': must be a leaf");
    auto [first, is_new] = seen.emplace(parameter.node().get(), i);
    require(is_new, name_, ": parameters ", first->second, " and ", i, " are the same tensor: it would be changed twice a step");
  }
  for (const Option& option : options_) check(option);
}

void Optimizer::check(const Option& option) const {
  require(option.number >= 0 && option.number < option.end, name_, ": ", option.name, " ", option.number,
          option.end == 1 ? ": must be in [0, 1)" : ": must be a finite number, not negative");
}

void Optimizer::keep(const char* name, bool wanted, double start) {
  Named& numbers = kept_.emplace_back();
  for (std::size_t i = 0; wanted && i < parameters_.size(); ++i)
    numbers.emplace_back(name + ("." + std::to_string(i)), full(parameters_[i].shape(), start));
}

void Optimizer::step() {
  check({"lr", lr});
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& parameter = parameters_[i];
    if (!parameter.has_grad()) continue;
    Tensor gradient = parameter.grad();
    Numbers all{lr, ++steps_[i], parameter.size(), parameter.mutable_data(), gradient.data(), {}};
    for (std::size_t k = 0; k < kept_.size(); ++k)
      if (!kept_[k].empty()) all.kept[k] = kept_[k][i].second.mutable_data();
    kernels::parallel(all.n, 8, 4096, [&](Index begin, Index end) {
      Numbers some{lr, all.step, end - begin, all.p + begin, all.g + begin, all.kept};
      for (Scalar*& kept : some.kept) kept = kept ? kept + begin : nullptr;
      rule_(some);
    });
  }
}

void Optimizer::zero_grad() {
  for (Tensor& parameter : parameters_) parameter.zero_grad();
}

Optimizer::State Optimizer::state() const {
  State state;
  for (const Named& kept : kept_)
    for (const auto& [name, numbers] : kept) state.numbers.emplace_back(name, numbers.clone());
  state.step = Indices({static_cast<Index>(steps_.size())}, steps_);
  return state;
}

void Optimizer::load_state(const State& state) {
  std::map<std::string, Tensor> given;
  std::string wrong;
  for (const auto& [name, tensor] : state.numbers)
    if (!given.emplace(name, tensor).second) wrong += "\n  given twice: " + escaped(name);
  std::vector<std::pair<Tensor, Tensor>> to_copy;
  for (const Named& kept : kept_)
    for (const auto& [name, mine] : kept) {
      const Tensor theirs = given[name];
      if (!theirs.defined()) wrong += "\n  missing: " + name + " " + mine.shape().text();
      else if (theirs.shape() != mine.shape())
        wrong += "\n  wrong shape: " + name + " is " + theirs.shape().text() + ", must be " + mine.shape().text();
      to_copy.emplace_back(mine, theirs);
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

  for (auto& [mine, theirs] : to_copy) mine.copy_from(theirs);
  steps_.assign(counts.begin(), counts.end());
}

std::ostream& operator<<(std::ostream& out, const Optimizer::Options& options) {
  const char* before = "";
  for (const Optimizer::Option& option : options) {
    out << before << option.name << ' ';
    if (option.is_switch) out << (option.number != 0 ? "true" : "false");
    else out << printable(option.number);
    before = ", ";
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer) {
  return out << optimizer.name_ << '(' << optimizer.parameters_.size() << " parameters, lr " << printable(optimizer.lr) << ", "
             << optimizer.options_ << ')';
}

}  // namespace qkv::optim
