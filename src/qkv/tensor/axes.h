#pragma once
#include <qkv/tensor/scalar.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace qkv {

/// Which axes an operation goes over: one, sum(x, 1), or several, sum(x, {0, 2}); negative ones count from the end. sum(x, {}) does not compile:
/// it could mean all axes (PyTorch) or none (NumPy).
class Axes {
 public:
  explicit Axes() = delete;
  template <class Given, class = std::enable_if_t<std::is_integral<Given>::value && !std::is_same<Given, bool>::value>>
  Axes(Given axis) : list_{static_cast<Index>(axis)} {}
  Axes(Integer axis) : list_{axis} {}
  Axes(std::initializer_list<Index> axes) : list_(axes) {}
  Axes(std::vector<Index> axes) : list_(std::move(axes)) {}

  const std::vector<Index>& list() const { return list_; }

 private:
  std::vector<Index> list_;
};

}  // namespace qkv
