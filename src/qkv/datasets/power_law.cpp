#include <qkv/datasets/power_law.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <ostream>

namespace qkv::datasets {

double PowerLaw::operator()(double x) const { return factor * std::pow(x, exponent); }

PowerLaw fit_power_law(const std::vector<double>& x, const std::vector<double>& y) {
  require(x.size() == y.size(), "fit_power_law: ", x.size(), " x but ", y.size(), " y");
  const double count = static_cast<double>(x.size());
  double mean_u = 0, mean_v = 0;  // u = log x, v = log y
  for (std::size_t i = 0; i < x.size(); ++i) {
    require(std::isfinite(x[i]) && std::isfinite(y[i]) && x[i] > 0 && y[i] > 0, "fit_power_law: point ", i, " is (", x[i], ", ", y[i],
            "): both must be above 0 and finite");
    mean_u += std::log(x[i]) / count;
    mean_v += std::log(y[i]) / count;
  }
  double uu = 0, uv = 0;
  bool different = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double u = std::log(x[i]) - mean_u;
    uu += u * u;
    uv += u * (std::log(y[i]) - mean_v);
    different = different || x[i] != x[0];
  }
  require(different && uu > 0, "fit_power_law: ", x.size(), " points: needs at least two different x");  // 0: closer than their logarithms
  const double exponent = uv / uu;
  return {exponent, std::exp(mean_v - exponent * mean_u)};
}

std::ostream& operator<<(std::ostream& out, const PowerLaw& law) {
  return out << printable(law.factor) << " x^" << printable(law.exponent);
}

}  // namespace qkv::datasets
