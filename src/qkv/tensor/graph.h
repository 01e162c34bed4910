#pragma once
#include <qkv/tensor/array.h>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

// How an operation is added to the graph. Only the .cpp files of ops/ include this.

namespace qkv {

/// The backward function of an operation y = f(x, ...). Its argument is dy, the gradient of the result; if the formula needs the result, dy
/// and y (so no closure holds its own result). It returns one gradient, an Array, or the gradients of all inputs in their order. Each such
/// lambda must spell `-> Array`: an xtensor expression is lazy and would outlive what it refers to.
template <class Gradients>
struct Pull {
  std::function<Gradients(const Array& dy, const Array& y)> call;

  Pull() = default;
  template <class F, class = std::enable_if_t<!std::is_same<std::decay_t<F>, Pull>::value>>
  Pull(F f) {
    if constexpr (std::is_invocable<F&, const Array&>::value) {
      call = [f = std::move(f)](const Array& dy, const Array&) mutable -> Gradients { return f(dy); };
    } else {
      call = std::move(f);
    }
  }
};

/// A graph is being recorded, and x is part of it.
bool needs_grad(const Tensor& x);

/// An input and its gradient. The gradient may have the result's (broadcast) shape: the engine sums it to the input's shape.
struct Edge {
  const Tensor& input;
  mutable Pull<Array> pull;  // handed on, with all that it has captured, though braces make an Edge const; none, if no gradient is needed

  template <class F>
  Edge(const Tensor& from, F&& f) : input(from), pull(needs_grad(from) ? Pull<Array>(std::forward<F>(f)) : Pull<Array>()) {}
};

/// The result of an operation: its value and, if an input needs a gradient, how to compute the gradient of each input.
Tensor record(const char* operation, Array value, std::initializer_list<Edge> edges);
/// The same where the inputs' gradients share work. An array without numbers, empty_array({0}), stands for a gradient of zero.
Tensor record(const char* operation, Array value, std::vector<Tensor> inputs, Pull<std::vector<Array>> pull);

/// The arrays that such a pull returns, moved into a vector; an initialiser list would copy them.
template <class... Arrays>
std::vector<Array> gradients_of(Arrays... arrays) {
  std::vector<Array> all;
  all.reserve(sizeof...(arrays) + 4);  // where the number of weights varies, theirs follow
  (all.push_back(std::move(arrays)), ...);
  return all;
}

/// How a tensor was made: its inputs, and how a gradient goes back to them.
struct Operation {
  const char* name = "";
  std::vector<Tensor> inputs;
  std::vector<Pull<Array>> pulls;     // one an input, or
  Pull<std::vector<Array>> pull_all;  // one for all
  std::vector<unsigned> versions;     // the inputs' versions when it ran
  std::vector<bool> needed;           // which inputs needed a gradient then
  std::size_t age = 0;                // counts up: an operation is younger than all that made its inputs
  bool freed = false;                 // backward() has been here

  /// Moves the inputs out, and frees the pulls, which hold them too.
  std::vector<Tensor> take_inputs();
};

/// Adds gradients pairwise, like a binary counter: only sums of equally many meet. So a tensor used a million times loses no digits.
class GradientSum {
 public:
  void add(Array gradient);
  bool empty() const { return count_ == 0; }
  /// The total, which is moved out.
  Array take();

 private:
  std::size_t count_ = 0;
  std::optional<Array> last_;   // the sum of the last ones; most nodes never have another
  std::vector<Array> earlier_;  // of more and more
};

struct Node {
  Array value;
  Tensor grad;
  GradientSum arriving;  // during backward(): the gradient, as far as it is known
  bool requires_grad = false;
  bool retain_grad = false;
  bool queued = false;                 // backward() is on its way here
  unsigned version = 0;                // counts changes in place
  std::unique_ptr<Operation> made_by;  // none: a leaf

  explicit Node(Array numbers) : value(std::move(numbers)) {}
  ~Node();
};

/// Sums `gradient` over the axes along which an input of shape `to` was broadcast, and divides. Neighbours in a row are added in blocks
/// of floats, everything else in doubles.
Array sum_to(const Array& gradient, const Shape& to, double divide_by = 1);

}  // namespace qkv
