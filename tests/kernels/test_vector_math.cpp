#include <tensor/compare.h>

#include <qkv/kernels/vector_math.h>

#include <algorithm>

using namespace qkv;

namespace {

using Numbers = std::vector<Scalar>;
using Kernel = void (*)(const Scalar*, Scalar*, Index);
using Reference = double (*)(double);

struct Function {
  std::string name;
  Kernel kernel;
  Reference reference;
  double low, high;  // the range to sweep
  double ulps;       // allowed distance from std::, in units of the last place
};

constexpr bool is_double = sizeof(Scalar) == 8;

const Function functions[] = {
    {"exp", kernels::exp, [](double v) { return std::exp(v); }, is_double ? -700 : -86, is_double ? 700 : 88, 4},
    {"log", kernels::log, [](double v) { return std::log(v); }, 1e-30, 10, 4},
    {"tanh", kernels::tanh, [](double v) { return std::tanh(v); }, -20, 20, 5},
    {"sigmoid", kernels::sigmoid, [](double v) { return 1 / (1 + std::exp(-v)); }, is_double ? -700 : -80, 40, 6},
    {"erf", kernels::erf, [](double v) { return std::erf(v); }, -6, 6, is_double ? 100 : 8},
};

Numbers applied(Kernel kernel, const Numbers& x) {
  Numbers y(x.size());
  kernel(x.data(), y.data(), static_cast<Index>(x.size()));
  return y;
}

double distance_in_ulps(Scalar got, double want) {
  Scalar rounded = static_cast<Scalar>(want);
  double ulp = std::abs(static_cast<double>(std::nextafter(rounded, std::numeric_limits<Scalar>::infinity()) - rounded));
  return std::abs(static_cast<double>(got) - want) / ulp;
}

}  // namespace

TEST_CASE("vector math: against the standard library over a wide range") {
  for (const Function& f : functions) {
    CAPTURE(f.name);
    Numbers x;
    const int steps = 20001;
    for (int i = 0; i < steps; ++i) x.push_back(static_cast<Scalar>(f.low + (f.high - f.low) * i / (steps - 1)));
    for (double small = 1; small > (is_double ? 1e-300 : 1e-36); small /= 3) {
      x.push_back(static_cast<Scalar>(small));
      if (f.low < 0) x.push_back(static_cast<Scalar>(-small));
    }
    Numbers y = applied(f.kernel, x);
    double worst = 0, at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double distance = distance_in_ulps(y[i], f.reference(static_cast<double>(x[i])));
      if (!(distance <= worst)) {
        worst = distance;
        at = static_cast<double>(x[i]);
      }
    }
    CAPTURE(at);
    CHECK(worst <= f.ulps);
  }
}

TEST_CASE("vector math: a number's result does not depend on its place, nor on the length; in place is the same") {
  Rng rng(1);
  for (const Function& f : functions) {
    CAPTURE(f.name);
    Numbers x;
    for (int i = 0; i < 67; ++i) x.push_back(static_cast<Scalar>(rng.uniform(std::max(f.low, 1e-3 * (f.low > 0)), std::min(f.high, 20.0))));
    Numbers whole = applied(f.kernel, x);
    bool same = true;
    for (std::size_t from = 0; from < x.size(); ++from)
      for (std::size_t length : {1, 2, 3, 5, 8, 17}) {
        if (from + length > x.size()) continue;
        Numbers part = applied(f.kernel, Numbers(x.begin() + static_cast<Index>(from), x.begin() + static_cast<Index>(from + length)));
        for (std::size_t i = 0; i < length; ++i) same = same && part[i] == whole[from + i];
      }
    CHECK(same);
    f.kernel(x.data(), x.data(), static_cast<Index>(x.size()));
    CHECK(x == whole);
    f.kernel(nullptr, nullptr, 0);
  }
}

TEST_CASE("vector math: writes nothing beyond its n numbers") {
  for (const Function& f : functions)
    for (std::size_t n : {0, 1, 7, 15, 16, 17, 33}) {
      Numbers x(n, Scalar(0.5)), y(n + 8, Scalar(-7));
      f.kernel(x.data(), y.data(), static_cast<Index>(n));
      for (std::size_t i = n; i < y.size(); ++i) CHECK(y[i] == -7);
    }
}

TEST_CASE("vector math: infinities, zero, the smallest numbers, and NaN") {
  auto check = [](Kernel kernel, const std::vector<double>& x, const std::vector<double>& want) {
    Numbers in(x.begin(), x.end());
    CHECK_CLOSE(tensor({static_cast<Index>(x.size())}, applied(kernel, in)),
                tensor({static_cast<Index>(x.size())}, Numbers(want.begin(), want.end())));
    for (std::size_t i = 0; i < x.size(); ++i)  // and one by one, which takes the padded way
      CHECK_CLOSE(tensor({1}, applied(kernel, {in[i]})), tensor({1}, {static_cast<Scalar>(want[i])}));
  };
  const double nan = not_a_number, tiny = static_cast<double>(std::numeric_limits<Scalar>::denorm_min()),
               most = static_cast<double>(std::numeric_limits<Scalar>::max());
  check(kernels::exp, {-infinity, infinity, nan, 0, -0.0, tiny, -tiny, most, -most}, {0, infinity, nan, 1, 1, 1, 1, infinity, 0});
  check(kernels::log, {-infinity, infinity, nan, 0, -0.0, -1, 1, most}, {nan, infinity, nan, -infinity, -infinity, nan, 0, std::log(most)});
  check(kernels::tanh, {-infinity, infinity, nan, 0, tiny, most, -most}, {-1, 1, nan, 0, tiny, 1, -1});
  check(kernels::sigmoid, {-infinity, infinity, nan, 0, tiny, most, -most}, {0, 1, nan, 0.5, 0.5, 1, 0});
  check(kernels::erf, {-infinity, infinity, nan, 0, tiny, most, -most}, {-1, 1, nan, 0, tiny, 1, -1});
  // The logarithm of a number too small to be written in full precision.
  check(kernels::log, {tiny, 1000 * tiny}, {std::log(tiny), std::log(1000 * tiny)});
}

TEST_CASE("exp_shifted: exp(x - shift) and its sum") {
  for (std::size_t n : {0, 1, 3, 8, 16, 19, 100}) {
    Numbers x, y(n + 1, Scalar(-7));
    for (std::size_t i = 0; i < n; ++i) x.push_back(static_cast<Scalar>(i % 7) / 2);
    Scalar sum = kernels::exp_shifted(x.data(), 2, y.data(), static_cast<Index>(n));
    double want = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double e = std::exp(static_cast<double>(x[i]) - 2);
      want += e;
      CHECK(static_cast<double>(y[i]) == doctest::Approx(e).epsilon(rounding));
    }
    CHECK(static_cast<double>(sum) == doctest::Approx(want).epsilon(10 * rounding));
    CHECK(y[n] == -7);
  }
  Numbers x(5, -std::numeric_limits<Scalar>::infinity());
  CHECK(kernels::exp_shifted(x.data(), 0, x.data(), 5) == 0);
}

TEST_CASE("pow: against the standard library, and where it takes special care") {
  Rng rng(7);
  Numbers x, y;
  for (int i = 0; i < 20001; ++i) {
    const double log = rng.uniform(-1, 1) * (i % 3 == 0 ? 0.01 : i % 3 == 1 ? 3 : 60);
    x.push_back(static_cast<Scalar>(std::exp(log)));
    y.push_back(static_cast<Scalar>(rng.uniform(-40, 40) / std::max(std::abs(log), 1e-3)));
  }
  Numbers z(x.size() + 1, Scalar(-7));
  kernels::pow(x.data(), y.data(), z.data(), static_cast<Index>(x.size()));
  CHECK(z.back() == -7);
  double worst = 0;
  bool same = true;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, distance_in_ulps(z[i], std::pow(static_cast<double>(x[i]), static_cast<double>(y[i]))));
    Scalar alone = 0;
    kernels::pow(&x[i], y[i], &alone, 1);
    same = same && alone == z[i];
  }
  CHECK(worst <= 2);
  CHECK(same);

  const Scalar infinite = std::numeric_limits<Scalar>::infinity(), nan = static_cast<Scalar>(not_a_number),
               tiny = std::numeric_limits<Scalar>::denorm_min();
  for (Scalar a : {Scalar(0), Scalar(-0.0), Scalar(1), Scalar(-1), Scalar(-2), Scalar(0.5), tiny, infinite, -infinite, nan})
    for (Scalar b : {Scalar(0), Scalar(-0.0), Scalar(1), Scalar(-1), Scalar(2), Scalar(3), Scalar(0.5), Scalar(-1.5), Scalar(300), infinite,
                     -infinite, nan}) {
      Scalar got = 0;
      const Scalar want = std::pow(a, b);
      kernels::pow(&a, b, &got, 1);
      const bool right = (got == want && std::signbit(got) == std::signbit(want)) || (std::isnan(got) && std::isnan(want)) ||
                         std::abs(got - want) <= 2 * std::numeric_limits<Scalar>::epsilon() * std::abs(want);
      CHECK_MESSAGE(right, a, "^", b, ": ", got, ", want ", want);
    }
}
