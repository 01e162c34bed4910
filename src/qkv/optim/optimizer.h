#pragma once
#include <qkv/tensor/tensor.h>

#include <array>
#include <functional>
#include <utility>

namespace qkv::optim {

/// What the optimisers (rules.h) share: the parameters, the learning rate, and the numbers kept for each parameter between steps.
/// The constructors throw Error if there is no parameter, if one is given twice or is the result of an operation, and if an option is
/// out of range.
class Optimizer {
 public:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  double lr;  ///< learning rate; a schedule overwrites it before each step

  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// Changes every parameter that has a gradient.  Throws Error if lr is negative or not finite.
  void step();
  void zero_grad();
  const Tensors& parameters() const { return parameters_; }

  /// Everything that is kept between steps, for a checkpoint. lr is not included: it belongs to the schedule.
  struct State {
    Named numbers;  ///< "exp_avg.0", "exp_avg.1", ... for parameter 0, 1, ...
    Indices step;   ///< (parameters): how often each was changed. Whole numbers, because a float cannot count beyond 2^24
  };
  State state() const;  ///< a copy of it
  /// Continues from such a state: the next step is bit for bit the one that would have followed. Throws Error that lists every missing,
  /// unexpected and wrongly shaped tensor at once; then nothing was changed.
  void load_state(const State& state);

  /// "SGD(2 parameters, lr 0.1, momentum 0.9, ...)", on one line.
  friend std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer);

  /// An option, with its name as printed and as used in messages: a number from 0 to below `end`, or a switch.
  struct Option {
    const char* name;
    double number, end = infinity;
    bool is_switch = false;

    Option(const char* option, double value, double below = infinity) : name(option), number(value), end(below) {}
    Option(const char* option, Flag on) : name(option), number(on), is_switch(true) {}
  };
  using Options = std::vector<Option>;

 protected:
  /// A part of a parameter's numbers, for a rule to change.
  struct Numbers {
    double lr;
    Index step, n;  // the parameter's step: 1, 2, ...; how many numbers
    Scalar* p;
    const Scalar* g;              // their gradient
    std::array<Scalar*, 3> kept;  // in the order of keep(); null for what is not kept
  };
  using Rule = std::function<void(const Numbers&)>;

  Optimizer(const char* name, const Tensors& parameters, double lr, const Options& options, const Rule& rule);
  /// For each parameter, numbers of its shape that stay between steps, all equal to `start` at first. They are part of state().
  void keep(const char* name, bool wanted = true, double start = 0);

 private:
  void check(const Option& option) const;

  const char* name_;
  Options options_;
  Rule rule_;
  Tensors parameters_;
  std::vector<Index> steps_;  // one entry for each parameter: one without a gradient is not stepped
  std::vector<Named> kept_;   // one entry for each keep()
};

std::ostream& operator<<(std::ostream& out, const Optimizer::Options& options);

}  // namespace qkv::optim
