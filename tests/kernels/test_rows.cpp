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

TEST_CASE("rows: the largest number and its first place, in rows and in columns, of any length, with equal ones and NaN") {
  const auto comes_before = [](Scalar a, Scalar b) { return a > b || (std::isnan(a) && !std::isnan(b)); };
  Rng rng(2);
  for (Index rows : {1, 3, 300})
    for (Index n : {1, 2, 4, 15, 16, 17, 63, 64, 65, 130})
      for (bool with_nan : {false, true}) {
        std::vector<Scalar> x(static_cast<std::size_t>(rows * n));
        for (Scalar& each : x) each = static_cast<Scalar>(std::floor(rng.uniform(-9, 9)));  // so that many are equal
        if (with_nan)
          for (std::size_t i = 0; i < x.size(); i += 7) x[i] = static_cast<Scalar>(not_a_number);
        std::vector<Index> in_rows(static_cast<std::size_t>(rows)), in_columns(static_cast<std::size_t>(n)), got_rows(in_rows),
            got_columns(in_columns);
        for (Index r = 0; r < rows; ++r)
          for (Index i = 0; i < n; ++i) {
            const auto at = [&](Index row, Index column) { return x[row * n + column]; };
            Index &in_row = in_rows[r], &in_column = in_columns[i];
            if (comes_before(at(r, i), at(r, in_row))) in_row = i;
            if (comes_before(at(r, i), at(in_column, i))) in_column = r;
          }
        kernels::first_largest(x.data(), rows, n, got_rows.data());
        kernels::first_largest_down(x.data(), rows, n, got_columns.data());
        CHECK(got_rows == in_rows);
        CHECK(got_columns == in_columns);
        for (Index r = 0; r < rows; ++r) {
          const Scalar got = kernels::largest(x.data() + r * n, n), want = x[r * n + in_rows[r]];
          const bool right = got == want || (std::isnan(got) && std::isnan(want));
          CHECK(right);
        }
      }
  CHECK(kernels::largest(nullptr, 0) == -std::numeric_limits<Scalar>::infinity());
}
