#pragma once
#include <qkv/tensor/indices.h>
#include <qkv/tensor/mode.h>
#include <qkv/tensor/rng.h>

#include <memory>

namespace qkv {

struct Node;  // value, gradient and how it was made: tensor/graph.h

/// What backward() does with the graph behind a result: frees it, or keeps it for another call.
enum class Graph { free, keep };

inline namespace QKV_PRECISION {

/// An array of numbers that remembers how it was computed, so that backward() can find the gradient of a result with respect to all its
/// inputs. It is a cheap handle, like a pointer: copying it shares the numbers, clone() copies them. A const Tensor cannot be made to refer
/// to other numbers, but its numbers can be changed.
///
///     Tensor x = tensor({{1, 2}, {3, 4}}).requires_grad(true);
///     sum(x * x).backward();
///     std::cout << x.grad();      // [[2, 4], [6, 8]]
class Tensor {
 public:
  /// An empty handle: defined() is false, and any use throws Error.
  Tensor() = default;
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) = default;
  ~Tensor() = default;
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & = default;
  /// A single number, shape (), so that one can write 2 * x and 1 - x. A bool is not accepted.
  template <class Number, class = std::enable_if_t<std::is_arithmetic<Number>::value && !std::is_same<Number, bool>::value>>
  Tensor(Number number) : Tensor(from_number(static_cast<double>(number))) {}

  bool defined() const { return node_ != nullptr; }
  Shape shape() const;
  Index rank() const;
  /// How many numbers / the size of one axis (negative: from the end).
  Index size() const;
  Index size(Integer axis) const;

  /// The numbers, contiguous in row-major order.
  const Scalar* data() const;
  /// The same for writing. Counts as a change in place: a graph whose gradient needs the old numbers can no longer be differentiated.
  Scalar* mutable_data() const;
  /// The only number.  Throws Error unless size() is 1.
  Scalar item() const;
  /// The number at a position, such as at({1, 0}).  Throws Error if it lies outside.
  Scalar at(std::initializer_list<Index> position) const;
  void set(std::initializer_list<Index> position, double number) const;
  /// Overwrites all numbers with those of `other`, which must have the same shape.
  void copy_from(const Tensor& other) const;

  /// Does this tensor need a gradient? Set it on leaves: weights, or an input to examine.
  bool requires_grad() const;
  const Tensor& requires_grad(Flag on) const;
  /// Is there a gradient? / The gradient, of the same shape, added up over backward() calls until zero_grad().
  bool has_grad() const;
  Tensor grad() const;
  /// Replaces the gradient. Throws Error if the shapes differ.
  void set_grad(const Tensor& gradient) const;
  void zero_grad() const;
  /// Keeps the gradient of this intermediate result too, so that one can look at it.
  const Tensor& retain_grad() const;

  /// Fills grad() of every leaf that this tensor was computed from. Without `upstream`, the tensor must be a single number, and its own
  /// gradient is 1. Otherwise `upstream` is the gradient of this tensor. Frees the graph behind it, unless told to keep it: after that,
  /// a second call throws Error.
  void backward(Graph graph = Graph::free) const;
  void backward(const Tensor& upstream, Graph graph = Graph::free) const;

  /// The same numbers outside the graph / a copy of them outside the graph.
  Tensor detach() const;
  Tensor clone() const;

  /// The graph, for drawing: the operation that made this tensor ("" for a leaf) and its inputs.
  const char* operation() const;
  std::vector<Tensor> inputs() const;

  // The common operations as methods, which do what the functions of the same name in ops/ do.
  Tensor operator[](Integer i) const;  ///< entry i of the first axis
  Tensor operator-() const;
  Tensor T() const;  ///< swaps the last two axes
  Tensor reshape(const Shape& shape) const;
  Tensor permute(const std::vector<Index>& order) const;
  Tensor transpose(Integer first = -2, Integer second = -1) const;
  Tensor squeeze(Integer axis) const;
  Tensor unsqueeze(Integer axis) const;
  Tensor sum(const Axes& axes = Axes::all(), Flag keepdim = false) const;
  Tensor mean(const Axes& axes = Axes::all(), Flag keepdim = false) const;
  Tensor max(const Axes& axes = Axes::all(), Flag keepdim = false) const;
  Tensor min(const Axes& axes = Axes::all(), Flag keepdim = false) const;
  Tensor var(const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1) const;
  Tensor std(const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1) const;
  Tensor norm(const Axes& axes = Axes::all(), Flag keepdim = false) const;
  Tensor abs() const;
  Tensor exp() const;
  Tensor log() const;
  Tensor sqrt() const;
  Tensor pow(const Tensor& exponent) const;
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor softmax(Integer axis = -1) const;
  Tensor matmul(const Tensor& other) const;
  Indices argmax(Integer axis = -1) const;
  Indices argmin(Integer axis = -1) const;

  /// x += y means x = x + y: this handle then refers to the sum, other handles still to the old tensor. The graph stays valid.
  /// x[0] += y and x[0] = y do not compile: x[0] is a new tensor and not a place in x. set() changes a number in place.
  Tensor& operator+=(const Tensor& other) &;
  Tensor& operator-=(const Tensor& other) &;
  Tensor& operator*=(const Tensor& other) &;
  Tensor& operator/=(const Tensor& other) &;

  /// For the autograd engine: see tensor/graph.h.
  explicit Tensor(std::shared_ptr<Node> node);
  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  static Tensor from_number(double number);

  std::shared_ptr<Node> node_;
};

}  // namespace QKV_PRECISION

using Tensors = std::vector<Tensor>;
/// A tensor that a layer learns. It has one owner. Others hold it too (optimiser, count, file), so the layer cannot silently switch to
/// another tensor; copy_from() overwrites its numbers.
using Parameter = const Tensor;

/// A tensor of the numbers in braces: tensor({{1, 2, 3}, {4, 5, 6}}) is (2, 3).  Throws Error if the rows differ in length.
Tensor tensor(std::initializer_list<Nested> rows);
/// From numbers in row-major order.  Throws Error unless there are shape.count() of them.
Tensor tensor(const Shape& shape, const std::vector<Scalar>& numbers);
Tensor zeros(const Shape& shape);
Tensor ones(const Shape& shape);
Tensor full(const Shape& shape, double number);
Tensor zeros_like(const Tensor& x);
Tensor ones_like(const Tensor& x);
/// start, start + step, ... before stop / 0, 1, ... below stop.  Throws Error if the steps lead away from stop.
Tensor arange(double start, double stop, double step = 1);
template <class Number>
Tensor arange(Number stop) {
  return arange(0, static_cast<double>(stop));
}
/// `count` evenly spaced numbers from start to stop, both included.
Tensor linspace(double start, double stop, Integer count);
/// The (n, n) identity matrix.
Tensor eye(Integer n);
/// Random numbers: uniform in [low, high) / normal.  Throw Error as Rng::uniform and Rng::normal do.
Tensor rand(const Shape& shape, Rng& rng, double low = 0, double high = 1);
Tensor randn(const Shape& shape, Rng& rng, double mean = 0, double standard_deviation = 1);
/// (..., classes): 1 at the index, 0 elsewhere.  Throws Error if an index is outside [0, classes).
Tensor one_hot(const Indices& indices, Integer classes);
/// Index of the largest number along `axis`: the first of equal ones, or the first NaN. The axis is dropped.  Throws Error if it is empty.
Indices argmax(const Tensor& x, Integer axis = -1);

/// Like NumPy: nested brackets, four decimals, columns aligned, "..." in long axes.
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace qkv
