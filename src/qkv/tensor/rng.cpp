#include <qkv/tensor/check.h>
#include <qkv/tensor/rng.h>
#include <qkv/tensor/shape.h>

#include <cmath>
#include <utility>

namespace qkv {

Rng::Rng(Exactly<std::uint64_t> seed) : engine_(seed) {}

std::uint64_t Rng::bits() { return engine_(); }

namespace {

/// In [0, 1): the 53 bits a double holds, so never 1.
double fraction(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

}  // namespace

double Rng::uniform(double low, double high) {
  require(low <= high && std::isfinite(high - low), "Rng::uniform: from ", low, " to ", high, ": must be finite, and not fall");
  const double draw = low + fraction(bits()) * (high - low);
  return draw < high || low == high ? draw : std::nextafter(high, low);  // it may have been rounded to `high`
}

double Rng::normal(double mean, double standard_deviation) {
  require(std::isfinite(mean) && std::isfinite(standard_deviation) && standard_deviation >= 0, "Rng::normal: mean ", mean,
          ", standard deviation ", standard_deviation, ": must be finite, and the deviation not negative");
  double radius = std::sqrt(-2 * std::log(1 - fraction(bits())));  // 1 - u is never 0
  double angle = 2 * 3.14159265358979323846 * fraction(bits());
  return mean + standard_deviation * radius * std::cos(angle);
}

Index Rng::below(Integer n) {
  require(n > 0, "Rng::below: n is ", n, ": must be at least 1");
  std::uint64_t range = static_cast<std::uint64_t>(n);
  std::uint64_t surplus = (0 - range) % range;  // 2^64 mod n: the draws that would favour small numbers
  std::uint64_t draw = bits();
  while (draw < surplus) draw = bits();
  return static_cast<Index>(draw % range);
}

std::vector<Index> Rng::permutation(Integer n) {
  require(n >= 0, "Rng::permutation: n is ", n, ": must not be negative");
  std::vector<Index> order(static_cast<std::size_t>(Shape{n}.count()));  // count() throws beyond any memory
  for (Index i = 0; i < n; ++i) order[i] = i;
  for (Index i = n - 1; i > 0; --i) std::swap(order[i], order[below(i + 1)]);
  return order;
}

std::string Rng::state() const {
  std::ostringstream out;
  out << engine_;
  return out.str();
}

void Rng::set_state(const std::string& text) {
  std::istringstream in(text);
  std::mt19937_64 read;
  in >> read;
  bool read_all = !in.fail() && (in >> std::ws).eof();
  std::mt19937_64 copy = read;
  bool moves = false;  // from a state of zeros only zeros follow, and below() would wait for another number forever
  for (int i = 0; i < 312 && !moves; ++i) moves = copy() != 0;
  require(read_all && moves, "Rng::set_state: the text is not the state of a generator");
  engine_ = read;
}

std::ostream& operator<<(std::ostream& out, const Rng&) { return out << "Rng(mt19937_64)"; }

}  // namespace qkv
