#pragma once
#include <qkv/tensor/indices.h>
#include <qkv/tensor/mode.h>
#include <qkv/tensor/rng.h>

#include <memory>

namespace qkv {

struct Node;  // value, gradient and how it was made: tensor/graph.h

inline namespace QKV_PRECISION {

/// An array of numbers that remembers how it was computed, so that backward() can find the gradient of a result with respect to
/// everything it was made from. A cheap handle: copying it shares the numbers; clone() copies them.
///
///     Tensor x = tensor({{1, 2}, {3, 4}}).requires_grad(true);
///     sum(x * x).backward();
///     std::cout << x.grad();      // [[2, 4], [6, 8]]
class Tensor {
 public:
  /// A handle to nothing: defined() is false, and any use throws Error.
  Tensor() = default;
  /// A single number, shape (); so that 2 * x and 1 - x can be written.
  Tensor(double number);

  bool defined() const { return node_ != nullptr; }
  Shape shape() const;
  Index rank() const;
  /// How many numbers / the size of one axis (negative: from the end).
  Index size() const;
  Index size(Index axis) const;

  /// The numbers, contiguous in reading order (row-major).
  const Scalar* data() const;
  /// The same for writing. Counts as a change in place: a graph recorded before it can no longer be differentiated.
  Scalar* mutable_data();
  /// The only number.  Throws Error unless size() is 1.
  Scalar item() const;
  /// The number at a position, such as at({1, 0}).  Throws Error if it lies outside.
  Scalar at(std::initializer_list<Index> position) const;
  void set(std::initializer_list<Index> position, double number);
  /// Overwrites all numbers with those of `other`, which has the same shape.
  void copy_from(const Tensor& other);

  /// Does a gradient flow to this tensor? Set it on leaves: the weights, or an input that one wants to examine.
  bool requires_grad() const;
  Tensor& requires_grad(bool on);
  /// Has a gradient arrived? / The gradient: same shape, added up over backward() calls until zero_grad().
  bool has_grad() const;
  Tensor grad() const;
  /// Puts a gradient in place of the present one. Throws Error if the shapes differ.
  void set_grad(const Tensor& gradient);
  void zero_grad();
  /// Keep the gradient of this intermediate result too, to look at it.
  Tensor& retain_grad();

  /// Fills grad() of every leaf that this tensor was computed from. Without an argument the tensor must be a single number, whose own
  /// gradient is 1; otherwise `upstream` is the gradient of this tensor. Frees the graph behind it, unless keep_graph: a second call then throws Error.
  void backward(bool keep_graph = false) const;
  void backward(const Tensor& upstream, bool keep_graph = false) const;

  /// The same numbers outside the graph / a copy of them outside the graph.
  Tensor detach() const;
  Tensor clone() const;

  /// The graph, to be drawn: the operation that made this tensor ("" for a leaf) and what went into it.
  const char* operation() const;
  std::vector<Tensor> inputs() const;

  /// The engine's side: see tensor/graph.h.
  explicit Tensor(std::shared_ptr<Node> node);
  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  std::shared_ptr<Node> node_;
};

}  // namespace QKV_PRECISION

using Tensors = std::vector<Tensor>;

/// A tensor of the numbers in braces: tensor({{1, 2, 3}, {4, 5, 6}}) is (2, 3).  Throws Error if the rows differ in length.
Tensor tensor(std::initializer_list<Nested> rows);
/// From numbers in reading order.  Throws Error unless there are shape.count() of them.
Tensor tensor(const Shape& shape, const std::vector<Scalar>& numbers);
Tensor zeros(const Shape& shape);
Tensor ones(const Shape& shape);
Tensor full(const Shape& shape, double number);
/// start, start + step, ... (count numbers), shape (count).
Tensor arange(Index count, double start = 0, double step = 1);
/// The (n, n) identity matrix.
Tensor eye(Index n);
/// Random numbers: uniform in [low, high) / normal.  Throw Error as Rng::uniform and Rng::normal do.
Tensor rand(const Shape& shape, Rng& rng, double low = 0, double high = 1);
Tensor randn(const Shape& shape, Rng& rng, double mean = 0, double standard_deviation = 1);
/// (..., classes): 1 at the index, 0 elsewhere.  Throws Error if an index is outside [0, classes).
Tensor one_hot(const Indices& indices, Index classes);
/// Where is the largest number along `axis`? The first of equal ones, or the first NaN; the axis is dropped.  Throws Error if it is empty.
Indices argmax(const Tensor& x, Index axis = -1);

/// Like NumPy: nested brackets, four decimals, columns aligned, "..." in long axes.
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace qkv
