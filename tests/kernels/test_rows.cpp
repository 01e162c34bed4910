#include <tensor/compare.h>

#include <qkv/kernels/rows.h>

using namespace qkv;

TEST_CASE("rows: sum, dot and max of any length") {
  Rng rng(1);
  for (Index n = 0; n < 70; ++n) {
    Tensor x = randn({n}, rng), y = randn({n}, rng);
    double sum = 0, dot = 0, largest = -infinity;
    for (Index i = 0; i < n; ++i) {
      double a = static_cast<double>(x.data()[i]), b = static_cast<double>(y.data()[i]);
      sum += a;
      dot += a * b;
      largest = std::max(largest, a);
    }
    CHECK(std::abs(static_cast<double>(kernels::sum(x.data(), n)) - sum) < 20 * rounding);
    CHECK(std::abs(static_cast<double>(kernels::dot(x.data(), y.data(), n)) - dot) < 20 * rounding);
    CHECK(static_cast<double>(kernels::max(x.data(), n)) == largest);
    for (Index i = 0; i < n; ++i) {  // the largest at every place
      Tensor z = x.clone();
      z.set({i}, 100);
      CHECK(kernels::max(z.data(), n) == 100);
    }
  }
}

TEST_CASE("rows: add_rows and add_to") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}), total = tensor({10, 20, 30});
  kernels::add_rows(x.data(), 2, 3, total.mutable_data());
  CHECK_CLOSE(total, tensor({15, 27, 39}), 0);
  kernels::add_rows(x.data(), 0, 3, total.mutable_data());
  kernels::add_to(x.data() + 3, 3, total.mutable_data());
  CHECK_CLOSE(total, tensor({19, 32, 45}), 0);
}
