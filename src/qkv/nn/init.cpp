#include <qkv/nn/init.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <numeric>

namespace qkv::nn {

Tensor fan_in_uniform(const Shape& shape, Integer fan_in, Rng& rng) {
  require(fan_in > 0, "fan_in_uniform: fan_in ", fan_in, ": must be at least 1");
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return rand(shape, rng, -bound, bound);
}

Tensor xavier_uniform(const Shape& shape, Rng& rng) {
  require(shape.rank() == 2 && shape[0] > 0 && shape[1] > 0, "xavier_uniform: shape ", shape, ": must be a matrix (out, in)");
  const double bound = std::sqrt(6 / static_cast<double>(shape[0] + shape[1]));
  return rand(shape, rng, -bound, bound);
}

Tensor orthogonal(Integer n, Rng& rng) {
  require(n > 0, "orthogonal: n ", n, ": must be at least 1");
  const std::size_t size = static_cast<std::size_t>(n);
  std::vector<double> q(static_cast<std::size_t>(Shape{n, n}.count()));  // count() throws beyond any memory
  for (std::size_t row = 0; row < size; ++row) {  // Gram and Schmidt: a random row, less its share in each row above, at length 1
    double* next = q.data() + row * size;
    for (double norm = 0; norm < 1e-6;) {  // almost within the rows above: draw again
      for (std::size_t i = 0; i < size; ++i) next[i] = rng.normal();
      for (int twice = 0; twice < 2; ++twice)  // what rounding left the first time goes the second
        for (const double* above = q.data(); above != next; above += size) {
          const double share = std::inner_product(next, next + size, above, 0.0);
          for (std::size_t i = 0; i < size; ++i) next[i] -= share * above[i];
        }
      norm = std::sqrt(std::inner_product(next, next + size, next, 0.0));
      for (std::size_t i = 0; i < size; ++i) next[i] /= norm;
    }
  }
  return tensor(Shape{n, n}, std::vector<Scalar>(q.begin(), q.end()));
}

}  // namespace qkv::nn
