#pragma once
#include <cstdlib>
#include <limits>

// The C library's functions of a number, such as sqrt(2.0). <cmath> has them too, with so much else that a lesson would take half as long
// again to compile.

#ifdef __GLIBC__
extern "C" {
double sqrt(double) noexcept;
double pow(double, double) noexcept;
double exp(double) noexcept;
double log(double) noexcept;
double sin(double) noexcept;
double cos(double) noexcept;
double acos(double) noexcept;
double tanh(double) noexcept;
double erfc(double) noexcept;
long lround(double) noexcept;
}
#else
#include <cmath>
#endif

namespace qkv {
constexpr double infinity = std::numeric_limits<double>::infinity();
}
