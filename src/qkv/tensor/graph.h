#pragma once
#include <qkv/tensor/array.h>

#include <functional>
#include <memory>

// How an operation enters the graph. Only the .cpp files of ops/ include this.

namespace qkv {

/// The gradient with respect to one input, from the gradient `dy` of the output and the output `y` itself (so that no closure holds its own result).
using Pull = std::function<Array(const Array& dy, const Array& y)>;
/// The gradients with respect to all inputs at once, in their order, where they share work. One without numbers, empty_array({0}), stands for zero.
using PullAll = std::function<std::vector<Array>(const Array& dy, const Array& y)>;

/// The arrays that a PullAll returns, moved into their vector; braces would copy them.
template <class... Arrays>
std::vector<Array> gradients_of(Arrays... arrays) {
  std::vector<Array> all;
  all.reserve(sizeof...(arrays) + 4);  // where the number of weights varies, theirs follow
  (all.push_back(std::move(arrays)), ...);
  return all;
}

struct Edge {
  Tensor input;
  mutable Pull pull;  // handed on, with all that it has captured, though braces make an Edge const
};

/// The result of an operation: its value and, if an input needs a gradient, how to pull a gradient back to each of them.
/// A pull may return the gradient in the output's (broadcast) shape: the engine sums it back to the input's. Every pull spells `-> Array`.
Tensor record(const char* operation, Array value, std::initializer_list<Edge> edges);
Tensor record(const char* operation, Array value, std::vector<Tensor> inputs, PullAll pull);

/// Does any of them need a gradient now? An operation that must keep something for its gradient asks first.
bool needs_grad(const Tensor& x);
bool needs_grad(const std::vector<Tensor>& inputs);

/// How a tensor was made: what went in, and how a gradient goes back.
struct Operation {
  const char* name = "";
  std::vector<Tensor> inputs;
  std::vector<Pull> pulls;         // one an input (none where it needs no gradient), or
  PullAll pull_all;                // one for all
  std::vector<unsigned> versions;  // the inputs' versions when it ran
  Tensor arrived;                  // during backward(): the gradient of the result, as far as it is known
  std::size_t age = 0;             // counts up: an operation is younger than all that made its inputs
  bool freed = false;              // backward() has been here
  bool queued = false;             // backward() is on its way here
};

struct Node {
  Array value;
  Tensor grad;
  bool requires_grad = false;
  bool retain_grad = false;
  unsigned version = 0;                         // counts changes in place
  std::size_t arrivals = 0, last_backward = 0;  // gradients that have come during which backward()
  std::unique_ptr<Operation> made_by;

  explicit Node(Array numbers) : value(std::move(numbers)) {}
  ~Node();
};

/// Sums `gradient` over the axes along which an input of shape `to` was repeated, and divides: in doubles, rounded once.
Array sum_to(const Array& gradient, const Shape& to, double divide_by = 1);

}  // namespace qkv
