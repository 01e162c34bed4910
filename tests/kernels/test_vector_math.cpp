#include <tensor/compare.h>

#include <qkv/kernels/gelu.h>
#include <qkv/kernels/vector_math.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

using namespace qkv;

namespace {

using Numbers = std::vector<Scalar>;
using Kernel = void (*)(const Scalar*, Scalar*, Index);
using Exact = long double;

struct Function {
  std::string name;
  Kernel kernel;
  Exact (*reference)(Exact);
  double low, high;  // where numbers that are not special come from
  double ulps;       // allowed distance from the right number, rounded, in units of its last place; 0: not held to any
};

constexpr bool is_double = sizeof(Scalar) == 8;
using Bits = std::conditional_t<is_double, std::uint64_t, std::uint32_t>;

Exact gelu_erf(Exact v) { return v * (std::erfc(-v * std::sqrt(0.5L)) / 2); }
Exact gelu_tanh(Exact v) {
  Exact w = 1.595769121605730711759784239737L * (v + 0.044715L * v * v * v);
  return std::abs(v) > 100 ? std::max(v, Exact(0)) : v / (1 + std::exp(-w));
}

const Function functions[] = {
    {"exp", kernels::exp, [](Exact v) { return std::exp(v); }, is_double ? -746 : -105, is_double ? 710 : 89, 1},
    {"log", kernels::log, [](Exact v) { return std::log(v); }, 1e-30, 10, 1},
    {"tanh", kernels::tanh, [](Exact v) { return std::tanh(v); }, -20, 20, 2},
    {"sigmoid", kernels::sigmoid, [](Exact v) { return v < 0 ? std::exp(v) / (1 + std::exp(v)) : 1 / (1 + std::exp(-v)); },
     is_double ? -746 : -105, 40, 2},
    {"erf", kernels::erf, [](Exact v) { return std::erf(v); }, -6, 6, 2},
    {"gelu", kernels::gelu_erf, gelu_erf, is_double ? -39 : -15, 10, is_double ? 7 : 5},
    {"log1p", kernels::log1p, [](Exact v) { return std::log1p(v); }, -1, 10, 2},
    {"sin", kernels::sin, [](Exact v) { return std::sin(v); }, -1000, 1000, 2},
    {"cos", kernels::cos, [](Exact v) { return std::cos(v); }, -1000, 1000, 2},
    {"softplus", kernels::softplus, [](Exact v) { return std::max(v, Exact(0)) + std::log1p(std::exp(-std::abs(v))); },
     is_double ? -700 : -80, 40, 3},
    {"silu", kernels::silu, [](Exact v) { return v / (1 + std::exp(-v)); }, is_double ? -700 : -80, 40, 3},
    {"gelu, tanh form", kernels::gelu_tanh, gelu_tanh, is_double ? -20 : -9, 10, is_double ? 7 : 5},
};

Numbers applied(Kernel kernel, const Numbers& x) {
  Numbers y(x.size());
  kernel(x.data(), y.data(), static_cast<Index>(x.size()));
  return y;
}

double distance_in_ulps(Scalar got, Scalar want) {
  if (got == want || (std::isnan(got) && std::isnan(want))) return 0;
  Scalar size = std::abs(want), next = std::nextafter(size, Scalar(0));  // the last place below: at a power of two the smaller one
  return std::abs(static_cast<double>(got) - static_cast<double>(want)) /
         static_cast<double>(size > 0 ? size - next : std::nextafter(Scalar(0), Scalar(1)));
}

/// `count` numbers of all sizes and both signs, NaN and infinities among them: evenly spaced bit patterns.
Numbers of_all_sizes(Index count) {
  Numbers x(static_cast<std::size_t>(count));
  const Bits step = static_cast<Bits>(-1) / static_cast<Bits>(count);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Bits bits = static_cast<Bits>(i) * step + static_cast<Bits>(i) * 2654435761u % step;
    std::memcpy(&x[i], &bits, sizeof bits);
  }
  return x;
}

}  // namespace

TEST_CASE("vector math: within so many units of the last place, over all numbers there are") {
  const Numbers all = of_all_sizes(Index(1) << 18);
  for (const Function& f : functions) {
    CAPTURE(f.name);
    Numbers x = all;
    const int steps = 1 << 16;
    for (int i = 0; i <= steps; ++i) {  // where the function bends, and close to 1, where a logarithm vanishes
      x.push_back(static_cast<Scalar>(f.low + (f.high - f.low) * i / steps));
      x.push_back(static_cast<Scalar>(f.low < 0 ? -1.0 + 2.0 * i / steps : 0.98 + 0.04 * i / steps));
    }
    Numbers y = applied(f.kernel, x);
    double worst = 0, at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Scalar want = static_cast<Scalar>(f.reference(static_cast<Exact>(x[i])));
      double distance = distance_in_ulps(y[i], want);
      // Where x times what is too small for full precision is wanted, |x| times its last place.
      if (std::abs(want) < std::numeric_limits<Scalar>::min() && f.name.substr(0, 4) == "gelu") distance /= 6;
      if (!(distance <= worst)) {
        worst = distance;
        at = static_cast<double>(x[i]);
      }
    }
    CAPTURE(at);
    CHECK(worst <= f.ulps);
  }
}

TEST_CASE("vector math: the ends of the range, and what has few digits left") {
  auto check = [](Kernel kernel, double x, double want) {
    Numbers in(1, static_cast<Scalar>(x));
    CAPTURE(x);
    CHECK(distance_in_ulps(applied(kernel, in)[0], static_cast<Scalar>(want)) <= (std::abs(x) > 20 && std::abs(want) < 1e-200 ? 8 : 6));
  };
  // To 20 digits by mpmath.
  if (is_double) {
    check(kernels::exp, 709.5, 1.3549863193146328309e308);
    check(kernels::exp, 709.75, 1.7398368732641605577e308);
    check(kernels::exp, -709, 1.2167807506234230655e-308);
    check(kernels::exp, -745, 2.8223507304719370764e-324);
    check(kernels::sigmoid, -745, 2.8223507304719370764e-324);
    check(kernels::gelu_erf, -30, -1.4720141781444561179e-196);
    check(kernels::gelu_erf, -38, -1.0964627768261380372e-314);
    check(kernels::gelu_tanh, -20, -3.3754509563109673197e-261);
    check(kernels::tanh, 1e-300, 1e-300);
  } else {
    check(kernels::exp, 88.5, 2.7230878250681116121e38);
    check(kernels::exp, -88, 6.0546018954011858845e-39);
    check(kernels::exp, -103, std::exp(-103.0));
    check(kernels::sigmoid, -88, 6.0546018954011858845e-39);
    check(kernels::gelu_erf, static_cast<double>(-5.643f), -4.7150715163088525346e-8);
    check(kernels::gelu_erf, -13, -7.952313719414843587e-38);
    check(kernels::gelu_tanh, -9, -1.33645959473487255e-28);
    check(kernels::tanh, 1e-40, 1e-40);
  }
  check(kernels::sigmoid, -20, 2.0611536181902035814e-9);
  check(kernels::gelu_erf, -3, -0.00404969409489028358);
  check(kernels::gelu_erf, -5, -1.4332578593959695584e-6);
  check(kernels::gelu_tanh, -3, -0.0036373920817730188378);
  check(kernels::gelu_tanh, -5, -2.2917961966295060456e-7);
  for (double x : {1e-10, -1e-10}) {
    Numbers in(1, static_cast<Scalar>(x));
    CHECK(applied(kernels::tanh, in) == in);
    check(kernels::gelu_erf, x, x / 2 + x * x / std::sqrt(2 * 3.14159265358979323846));
    check(kernels::gelu_tanh, x, x / 2 + x * x / std::sqrt(2 * 3.14159265358979323846));
  }
}

TEST_CASE("gelu: gradients keep their digits on the left, and are 0 and 1 at the ends") {
  auto gradient = [](bool tanh_form, double x) {
    Scalar in = static_cast<Scalar>(x), one = 1, dx = 0;
    (tanh_form ? kernels::gelu_tanh_gradient : kernels::gelu_erf_gradient)(&one, &in, &dx, 1);
    return static_cast<double>(dx);
  };
  const double few = is_double ? 3e-15 : 2e-6;
  for (bool tanh_form : {false, true}) {
    for (double x : {1e20, 3e38, infinity, 30.0}) CHECK(gradient(tanh_form, x) == 1);
    for (double x : {-1e20, -3e38, -infinity, -50.0}) CHECK(gradient(tanh_form, x) == 0);
    CHECK(gradient(tanh_form, 0) == doctest::Approx(0.5).epsilon(few));
    CHECK(std::isnan(gradient(tanh_form, not_a_number)));
  }
  // mpmath's digits.
  CHECK(gradient(false, -3) / -0.011945647204183927 == doctest::Approx(1).epsilon(few));
  CHECK(gradient(false, -5) / -7.1469460017922946279e-6 == doctest::Approx(1).epsilon(few));
  CHECK(gradient(true, -3) / -0.011584166630969726204 == doctest::Approx(1).epsilon(few));
  CHECK(gradient(true, -5) / -1.5463619875325945956e-6 == doctest::Approx(1).epsilon(few));
  CHECK(gradient(true, -9) / -2.5157352850674251543e-27 == doctest::Approx(1).epsilon(few));
  if (is_double) CHECK(gradient(false, -30) / -4.4160316907084943701e-195 == doctest::Approx(1).epsilon(few));
  else CHECK(gradient(false, -13) / -1.033730444011335615e-36 == doctest::Approx(1).epsilon(few));
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

TEST_CASE("vector math: sin and cos do not change beside a huge number, an infinity or NaN") {
  Numbers x;
  for (int i = 0; i < 4096; ++i) x.push_back(static_cast<Scalar>(0.05 * i));
  for (Kernel kernel : {kernels::sin, kernels::cos}) {
    const Numbers want = applied(kernel, x);
    for (double odd : {250.0, 5e5, 1e6, -7e6, 1e30, infinity, not_a_number}) {
      Numbers mixed;
      for (Scalar v : x) mixed.insert(mixed.end(), {v, static_cast<Scalar>(odd)});
      const Numbers got = applied(kernel, mixed);
      CAPTURE(odd);
      Index changed = 0;
      for (std::size_t i = 0; i < x.size(); ++i) changed += got[2 * i] != want[i];
      CHECK(changed == 0);
    }
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
  for (Kernel gelu : {kernels::gelu_erf, kernels::gelu_tanh})
    check(gelu, {-infinity, infinity, nan, 0, tiny, -tiny, most, -most}, {0, infinity, nan, 0, 0, 0, most, 0});
  check(kernels::erf, {-infinity, infinity, nan, 0, tiny, most, -most}, {-1, 1, nan, 0, tiny, 1, -1});
  // The logarithm of a number too small to be written in full precision.
  check(kernels::log, {tiny, 1000 * tiny}, {std::log(tiny), std::log(1000 * tiny)});
}

TEST_CASE("exp_shifted: exp(x - shift) and its sum") {
  for (std::size_t n : {0, 1, 3, 8, 16, 19, 100}) {
    Numbers x, y(n + 1, Scalar(-7));
    for (std::size_t i = 0; i < n; ++i) x.push_back(static_cast<Scalar>(i % 7) / 2);
    double sum = kernels::exp_shifted(x.data(), 2, y.data(), static_cast<Index>(n));
    double want = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double e = std::exp(static_cast<double>(x[i]) - 2);
      want += e;
      CHECK(static_cast<double>(y[i]) == doctest::Approx(e).epsilon(rounding));
    }
    CHECK(sum == doctest::Approx(want).epsilon(10 * rounding));
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
    worst = std::max(worst, distance_in_ulps(z[i], static_cast<Scalar>(std::pow(static_cast<Exact>(x[i]), static_cast<Exact>(y[i])))));
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
