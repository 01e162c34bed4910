#pragma once
#include <iosfwd>
#include <vector>

namespace qkv::datasets {

/// y = factor x^exponent: a straight line when both axes are logarithmic. What grows with the square of x has exponent 2.
struct PowerLaw {
  double exponent = 0, factor = 0;

  double operator()(double x) const;
};

/// The power law nearest to the points, by least squares of log y - log factor - exponent log x. A point counts by its ratio to the line,
/// so small values count as much as large ones.
/// Throws Error unless there are as many y as x, at least two different x, and all are finite and above 0.
PowerLaw fit_power_law(const std::vector<double>& x, const std::vector<double>& y);

/// "0.0003 x^1.98"
std::ostream& operator<<(std::ostream& out, const PowerLaw& law);

}  // namespace qkv::datasets
