#pragma once
#include <qkv/tensor/scalar.h>

#include <initializer_list>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace qkv {

/// The sizes of a tensor's axes, outermost first: Shape{2, 3} is two rows of three. Shape{} is a single number.
/// The sizes are stored in the object, without heap memory: at most `max_rank` axes.
class Shape {
 public:
  static constexpr Index max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<Index> sizes);
  /// From any list of sizes.  Throws Error with more than max_rank axes.
  explicit Shape(const std::vector<Index>& sizes);

  Index rank() const { return rank_; }
  /// How many numbers a tensor of this shape holds: the product of its sizes; 1 for Shape{}.
  Index count() const;
  /// Size of an axis; negative axes count from the end.  Throws Error if there is no such axis.
  Index operator[](Index axis) const { return sizes_[position(axis, "shape")]; }
  Index& operator[](Index axis) { return sizes_[position(axis, "shape")]; }
  Index back() const { return (*this)[-1]; }

  /// The same axis counted from the front: -1 is rank() - 1.  Throws Error, naming `operation`, if there is no such axis.
  Index position(Index axis, const char* operation) const {
    Index at = axis < 0 ? axis + rank_ : axis;
    if (at < 0 || at >= rank_) no_such_axis(axis, operation);
    return at;
  }

  void push_back(Index size);
  /// This shape with a new axis before `axis` / without it.
  Shape with(Index axis, Index size) const;
  Shape without(Index axis) const;
  /// The axes [from, to).
  Shape part(Index from, Index to) const;

  const Index* begin() const { return sizes_; }
  const Index* end() const { return sizes_ + rank_; }
  bool operator==(const Shape& other) const;
  bool operator!=(const Shape& other) const { return !(*this == other); }
  /// "(2, 3)", as NumPy and PyTorch print it.
  std::string text() const;

 private:
  [[noreturn]] void no_such_axis(Index axis, const char* operation) const;

  Index sizes_[max_rank] = {};
  Index rank_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// The axes that an operation reduces: one, sum(x, 1); several, sum(x, {0, 2}); or all, sum(x). Negative axes count from the end.
/// sum(x, {}) does not compile: it could mean all axes (PyTorch) or none (NumPy).
class Axes {
 public:
  explicit Axes() = delete;
  template <class Given, class = std::enable_if_t<std::is_integral<Given>::value && !std::is_same<Given, bool>::value>>
  Axes(Given axis) : list_{static_cast<Index>(axis)} {}
  Axes(Integer axis) : list_{axis} {}
  Axes(std::initializer_list<Index> axes) : list_(axes) {}
  Axes(std::vector<Index> axes) : list_(std::move(axes)) {}
  static Axes all();

  /// For each axis of `shape`: is it one of these?  Throws Error, naming `operation`, if there is no such axis or one comes twice.
  std::vector<bool> among(const Shape& shape, const char* operation) const;

 private:
  std::vector<Index> list_;
  bool all_ = false;
};

/// NumPy's broadcasting rule: align at the last axis. Two sizes must be equal, or one is 1 (or missing) and is repeated.
/// (3, 1, 5) with (4, 1) gives (3, 4, 5).  Throws Error, naming `operation`, if the shapes do not fit.
Shape broadcast_shape(const Shape& a, const Shape& b, const char* operation);

}  // namespace qkv
