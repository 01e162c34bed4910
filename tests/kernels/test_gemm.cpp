#include <tensor/compare.h>

#include <qkv/kernels/blas.h>
#include <qkv/kernels/gemm.h>

using namespace qkv;

TEST_CASE("gemm: every transposition and size against the definition") {
  Rng rng(1);
  for (Index n : {1, 2, 5, 17})
    for (Index m : {1, 3, 16})
      for (Index k : {1, 4, 33})
        for (bool transpose_a : {false, true})
          for (bool transpose_b : {false, true})
            for (Scalar beta : {Scalar(0), Scalar(1)}) {
              Tensor a = randn({n * k}, rng), b = randn({k * m}, rng), before = randn({n, m}, rng), c = before.clone(),
                     want = zeros({n, m});
              for (Index i = 0; i < n; ++i)
                for (Index j = 0; j < m; ++j) {
                  double sum = static_cast<double>(beta * before.at({i, j}));
                  for (Index l = 0; l < k; ++l)
                    sum += static_cast<double>(a.data()[transpose_a ? l * n + i : i * k + l]) *
                           static_cast<double>(b.data()[transpose_b ? j * k + l : l * m + j]);
                  want.set({i, j}, sum);
                }
              kernels::gemm(transpose_a, transpose_b, n, m, k, a.data(), b.data(), beta, c.mutable_data());
              CHECK_CLOSE(c, want, 10 * rounding);
            }
}

TEST_CASE("gemm: an empty sum, and nothing to do") {
  Tensor c = tensor({{1, 2}, {3, 4}});
  kernels::gemm(false, false, 2, 2, 0, nullptr, nullptr, 1, c.mutable_data());
  CHECK_CLOSE(c, tensor({{1, 2}, {3, 4}}), 0);
  kernels::gemm(false, false, 2, 2, 0, nullptr, nullptr, 0, c.mutable_data());
  CHECK_CLOSE(c, zeros({2, 2}), 0);
  kernels::gemm(true, true, 0, 2, 3, nullptr, nullptr, 0, nullptr);
  kernels::gemm(true, true, 2, 0, 3, nullptr, nullptr, 0, nullptr);
}

TEST_CASE("gemm: beta = 0 overwrites whatever was there") {
  for (Index n : {1, 2, 40}) {
    Tensor a = ones({n, n}), c = full({n, n}, not_a_number);
    kernels::gemm(false, false, n, n, n, a.data(), a.data(), 0, c.mutable_data());
    CHECK_CLOSE(c, full({n, n}, static_cast<double>(n)), 0);
  }
}

TEST_CASE("blas: says what it runs on") {
  CHECK(std::string(kernels::blas_core()) != "");
  int before = kernels::blas_threads();
  kernels::set_blas_threads(1);
  CHECK(kernels::blas_threads() == 1);
  kernels::set_blas_threads(before);
}
