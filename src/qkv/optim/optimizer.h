#pragma once
#include <qkv/tensor/tensor.h>

#include <utility>

namespace qkv::optim {

/// What the optimisers share: the parameters, the learning rate, and the numbers kept for each parameter between steps.
/// The constructors throw Error if there is no parameter, if one is given twice or is the result of an operation, and if an option is
/// out of range.
class Optimizer {
 public:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  double lr;  ///< learning rate; a schedule overwrites it before each step

  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer();

  /// Changes every parameter that has a gradient.  Throws Error if lr is negative or not finite.
  void step();
  void zero_grad();
  const Tensors& parameters() const { return parameters_; }

  /// Everything that is kept between steps, for a checkpoint. Not lr, which belongs to the schedule.
  struct State {
    Named numbers;  ///< "exp_avg.0", "exp_avg.1", ... for parameter 0, 1, ...
    Indices step;   ///< (parameters): how often each was changed. Whole numbers, for a float cannot count beyond 2^24
  };
  /// A copy of it.
  State state() const;
  /// Goes on from such a state: the next step is bit for bit the one that would have followed. Throws Error that lists every missing,
  /// unexpected and wrongly shaped tensor at once; then nothing was changed.
  void load_state(const State& state);

  /// "SGD(2 parameters, lr 0.1, momentum 0.9, ...)", on one line.
  friend std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer);

 protected:
  /// One parameter, its gradient, and which of its steps this is (from 1).
  struct Update {
    std::size_t parameter;
    Index step, count;
    Scalar* p;
    const Scalar* g;
  };

  /// `name` is how messages call the optimiser.
  Optimizer(const char* name, const Tensors& parameters, double lr);
  virtual void update(const Update& u) = 0;
  virtual void print_options(std::ostream& out) const = 0;

  /// For each parameter, numbers of its shape that stay between steps, all equal to `start` at first. They are part of state().
  Tensors keep(const char* name, double start = 0);
  /// Throw Error, naming the optimiser, unless the number is finite and not negative / lies in [0, 1).
  void require_not_negative(const char* option, double number) const;
  void require_fraction(const char* option, double number) const;

  const char* name_;

 private:
  Tensors parameters_;
  std::vector<Index> steps_;  // an entry a parameter: one without a gradient is not stepped
  Named kept_;
};

}  // namespace qkv::optim
