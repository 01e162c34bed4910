#pragma once
#include <cstddef>
#include <iosfwd>
#include <limits>
#include <type_traits>

// The precision of the whole library is chosen at build time: float, or double with -DQKV_DOUBLE. `Scalar` and `Tensor` live in an
// inline namespace named after it, so a program built for one precision does not link with a library built for the other.
#ifdef QKV_DOUBLE
#define QKV_PRECISION f64
#else
#define QKV_PRECISION f32
#endif

namespace qkv {

inline namespace QKV_PRECISION {
#ifdef QKV_DOUBLE
using Scalar = double;
#else
using Scalar = float;
#endif
}  // namespace QKV_PRECISION

/// Sizes, positions and counts. Signed, so that -1 can mean "the last" or "work it out".
using Index = std::ptrdiff_t;

/// An argument of type T only, without C++'s implicit conversions: softmax(x, 0.5), sum(x, {}) and mean(x, 0, 1) do not compile.
template <class T>
class Exactly {
  template <class Given>
  static constexpr bool fits = std::is_same<Given, T>::value || (std::is_class<Given>::value && std::is_convertible<Given, T>::value) ||
                               (!std::is_same<T, bool>::value && std::is_integral<Given>::value && !std::is_same<Given, bool>::value);

 public:
  explicit Exactly() = delete;  // so that {} fits nowhere
  template <class Given, class = std::enable_if_t<fits<Given>>>
  constexpr Exactly(Given given) : value_(static_cast<T>(given)) {}
  constexpr operator T() const { return value_; }
  friend std::ostream& operator<<(std::ostream& out, Exactly number) { return out << number.value_; }

 private:
  T value_;
};
using Integer = Exactly<Index>;  ///< an axis, a size, a count
using Flag = Exactly<bool>;      ///< yes or no

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace qkv
