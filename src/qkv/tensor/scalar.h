#pragma once
#include <cstddef>
#include <limits>

// The precision of the whole library is chosen when it is built: float, or double with -DQKV_DOUBLE. `Scalar` and `Tensor` live in an
// inline namespace named after it, so that a program built for one precision does not link with the library of the other.
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

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace qkv
