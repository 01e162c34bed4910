#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

// What is measured, in words that know neither of the two libraries: `ours` and `torch` (the peer) see each other through this alone.

namespace bench {

/// Numbers in reading order under a shape: an input, a weight, a gradient.
struct Numbers {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  bool wants_gradient = false;
};

/// The inputs and weights that both sides start from. If there is an "upstream", it is the gradient of the output; otherwise the
/// output is a loss.
struct Problem {
  std::string workload;
  std::map<std::string, Numbers> numbers;
};

struct Workload {
  const char* name;
  const char* what;
  std::int64_t length;  ///< of the sequence, where it can be chosen; how many operations, for `chain`
  double target[2];     ///< the peer's time / ours, at one thread and at two; 0 = none
  Problem (*draw)(std::int64_t length);
};

/// All of them, in the order of the table; those without targets are ours alone, for the growth of cost.
const std::vector<Workload>& workloads();
/// Throws std::runtime_error if there is none of that name.
const Workload& workload(const std::string& name);

/// One side at work on a problem.
class Run {
 public:
  virtual ~Run() = default;
  /// Forward and backward, and the optimiser's step where the workload has one.
  virtual void step() = 0;
  /// What the last step computed: "output", and the gradients by name.
  virtual std::map<std::string, Numbers> results() const = 0;
};

/// One of the two. A workload may be written in several forms, of which the quickest counts.
struct Side {
  const char* name;
  std::string version;  ///< empty: this side was not built
  std::vector<std::string> (*forms)(const std::string& workload);
  std::unique_ptr<Run> (*start)(const Problem& problem, const std::string& form);
  void (*set_threads)(int count);  ///< of everything this side uses, OpenBLAS too
};

const Side& ours();
const Side& torch_side();

}  // namespace bench
