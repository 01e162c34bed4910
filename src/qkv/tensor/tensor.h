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

/// An array of numbers that remembers how it was computed, so that backward() can find the gradient of a result with respect to
/// everything it was made from. A cheap handle, like a pointer: copying it shares the numbers, and clone() copies them. A const Tensor cannot be
/// made to refer to other numbers; the numbers themselves can be written.
///
///     Tensor x = tensor({{1, 2}, {3, 4}}).requires_grad(true);
///     sum(x * x).backward();
///     std::cout << x.grad();      // [[2, 4], [6, 8]]
class Tensor {
 public:
  /// A handle to nothing: defined() is false, and any use throws Error.
  Tensor() = default;
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) = default;
  ~Tensor() = default;
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & = default;
  /// A single number, shape (); so that 2 * x and 1 - x can be written. A bool is not a number.
  template <class Number, class = std::enable_if_t<std::is_arithmetic<Number>::value && !std::is_same<Number, bool>::value>>
  Tensor(Number number) : Tensor(from_number(static_cast<double>(number))) {}

  bool defined() const { return node_ != nullptr; }
  Shape shape() const;
  Index rank() const;
  /// How many numbers / the size of one axis (negative: from the end).
  Index size() const;
  Index size(Integer axis) const;

  /// The numbers, contiguous in reading order (row-major).
  const Scalar* data() const;
  /// The same for writing. Counts as a change in place: a graph whose gradient needs the numbers before can no longer be differentiated.
  Scalar* mutable_data() const;
  /// The only number.  Throws Error unless size() is 1.
  Scalar item() const;
  /// The number at a position, such as at({1, 0}).  Throws Error if it lies outside.
  Scalar at(std::initializer_list<Index> position) const;
  void set(std::initializer_list<Index> position, double number) const;
  /// Overwrites all numbers with those of `other`, which has the same shape.
  void copy_from(const Tensor& other) const;

  /// Does a gradient flow to this tensor? Set it on leaves: the weights, or an input that one wants to examine.
  bool requires_grad() const;
  const Tensor& requires_grad(Flag on) const;
  /// Has a gradient arrived? / The gradient: same shape, added up over backward() calls until zero_grad().
  bool has_grad() const;
  Tensor grad() const;
  /// Puts a gradient in place of the present one. Throws Error if the shapes differ.
  void set_grad(const Tensor& gradient) const;
  void zero_grad() const;
  /// Keep the gradient of this intermediate result too, to look at it.
  const Tensor& retain_grad() const;

  /// Fills grad() of every leaf that this tensor was computed from. Without an upstream gradient the tensor must be a single number, whose own
  /// gradient is 1; otherwise `upstream` is the gradient of this tensor. Frees the graph behind it, unless told to keep it: a second call then
  /// throws Error.
  void backward(Graph graph = Graph::free) const;
  void backward(const Tensor& upstream, Graph graph = Graph::free) const;

  /// The same numbers outside the graph / a copy of them outside the graph.
  Tensor detach() const;
  Tensor clone() const;

  /// The graph, to be drawn: the operation that made this tensor ("" for a leaf) and what went into it.
  const char* operation() const;
  std::vector<Tensor> inputs() const;

  // The common operations as methods, which do what the functions of the same name in ops/ do.
  Tensor operator[](Integer i) const;  ///< entry i of the first axis
  Tensor operator-() const;
  Tensor T() const;  ///< the last two axes exchanged
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

  /// x += y means x = x + y: this handle refers to the sum from here on, other handles to what it was. The graph stays whole.
  /// x[0] += y and x[0] = y do not compile, for x[0] is a result and not a place in x: set() changes a number in place.
  Tensor& operator+=(const Tensor& other) &;
  Tensor& operator-=(const Tensor& other) &;
  Tensor& operator*=(const Tensor& other) &;
  Tensor& operator/=(const Tensor& other) &;

  /// The engine's side: see tensor/graph.h.
  explicit Tensor(std::shared_ptr<Node> node);
  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  static Tensor from_number(double number);

  std::shared_ptr<Node> node_;
};

}  // namespace QKV_PRECISION

using Tensors = std::vector<Tensor>;
/// A tensor that a layer learns. It has one owner: the layer cannot be made to hold another tensor behind the back of those who know this one
/// (optimiser, count, file); copy_from() overwrites its numbers.
using Parameter = const Tensor;

/// A tensor of the numbers in braces: tensor({{1, 2, 3}, {4, 5, 6}}) is (2, 3).  Throws Error if the rows differ in length.
Tensor tensor(std::initializer_list<Nested> rows);
/// From numbers in reading order.  Throws Error unless there are shape.count() of them.
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
/// `count` numbers at equal distances, from start to stop, both included.
Tensor linspace(double start, double stop, Integer count);
/// The (n, n) identity matrix.
Tensor eye(Integer n);
/// Random numbers: uniform in [low, high) / normal.  Throw Error as Rng::uniform and Rng::normal do.
Tensor rand(const Shape& shape, Rng& rng, double low = 0, double high = 1);
Tensor randn(const Shape& shape, Rng& rng, double mean = 0, double standard_deviation = 1);
/// (..., classes): 1 at the index, 0 elsewhere.  Throws Error if an index is outside [0, classes).
Tensor one_hot(const Indices& indices, Integer classes);
/// Where is the largest number along `axis`? The first of equal ones, or the first NaN; the axis is dropped.  Throws Error if it is empty.
Indices argmax(const Tensor& x, Integer axis = -1);

/// Like NumPy: nested brackets, four decimals, columns aligned, "..." in long axes.
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace qkv
