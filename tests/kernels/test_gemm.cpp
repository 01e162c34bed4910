#include <tensor/compare.h>

#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>

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
  kernels::small_gemm(0, 2, 3, 1, nullptr, 3, 1, {nullptr, 2}, 0, nullptr, 2);
}

TEST_CASE("gemm: beta = 0 overwrites whatever was there") {
  for (Index n : {1, 2, 40}) {
    Tensor a = ones({n, n}), c = full({n, n}, not_a_number);
    kernels::gemm(false, false, n, n, n, a.data(), a.data(), 0, c.mutable_data());
    CHECK_CLOSE(c, full({n, n}, static_cast<double>(n)), 0);
  }
}

TEST_CASE("gemm: sizes around the borders of its blocks, matrices inside larger ones, scale and beta") {
  Rng rng(7);
  struct Sizes {
    Index n, m, k;
  };
  for (auto [n, m, k] : {Sizes{1, 1, 1}, {6, 64, 3}, {7, 65, 5}, {13, 31, 257}, {50, 16, 300}, {3, 523, 2}, {49, 520, 260}, {61, 10, 64}})
    for (bool transpose_a : {false, true})
      for (bool transpose_b : {false, true}) {
        CAPTURE(n);
        CAPTURE(m);
        CAPTURE(k);
        Index a_columns = transpose_a ? n : k, b_columns = transpose_b ? k : m;
        Tensor a = randn({transpose_a ? k : n, a_columns + 3}, rng), b = randn({transpose_b ? m : k, b_columns + 2}, rng),
               c = randn({n, m + 1}, rng);
        Tensor want = c.clone();
        for (Index i = 0; i < n; ++i)
          for (Index j = 0; j < m; ++j) {
            double sum = 0;
            for (Index l = 0; l < k; ++l)
              sum += static_cast<double>(transpose_a ? a.at({l, i}) : a.at({i, l})) *
                     static_cast<double>(transpose_b ? b.at({j, l}) : b.at({l, j}));
            want.set({i, j}, 0.5 * sum + 2 * static_cast<double>(c.at({i, j})));
          }
        kernels::gemm(transpose_a, transpose_b, n, m, k, Scalar(0.5), {a.data(), a_columns + 3}, {b.data(), b_columns + 2}, 2,
                      c.mutable_data(), m + 1);
        CHECK_CLOSE(c, want, sizeof(Scalar) == 8 ? 1e-11 : 2e-4);
      }
}

TEST_CASE("gemm: a row's numbers do not depend on the rows beside it, nor on the number of threads") {
  Rng rng(8);
  Index n = 700, m = 70, k = 300;
  Tensor a = randn({n, k}, rng), b = randn({k, m}, rng), one = zeros({n, m}), two = zeros({n, m}), row = zeros({1, m});
  int before = kernels::threads();
  kernels::set_threads(1);
  kernels::gemm(false, false, n, m, k, a.data(), b.data(), 0, one.mutable_data());
  kernels::set_threads(2);
  kernels::gemm(false, false, n, m, k, a.data(), b.data(), 0, two.mutable_data());
  kernels::set_threads(before);
  CHECK(std::equal(one.data(), one.data() + n * m, two.data()));
  kernels::gemm(false, false, 1, m, k, a.data() + 17 * k, b.data(), 0, row.mutable_data());
  CHECK(std::equal(row.data(), row.data() + m, one.data() + 17 * m));
}

TEST_CASE("gemm: few columns and steps, and a single column: matrices inside larger ones, scaled and added") {
  Rng rng(9);
  for (Index n : {1, 2, 70})
    for (Index m : {1, 2, 3, 4, 5, 7, 8, 9})
      for (Index k : {1, 3, 4, 8, 9, 63, 64, 65, 300})
        for (bool transpose_a : {false, true})
          for (bool transpose_b : {false, true})
            for (Scalar beta : {Scalar(0), Scalar(2)}) {
              const Index a_stride = (transpose_a ? n : k) + 3, b_stride = (transpose_b ? k : m) + 2;
              Tensor a = randn({transpose_a ? k : n, a_stride}, rng), b = randn({transpose_b ? m : k, b_stride}, rng);
              Tensor c = beta == 0 ? full({n, m + 1}, not_a_number) : randn({n, m + 1}, rng), want = c.clone();
              for (Index i = 0; i < n; ++i)
                for (Index j = 0; j < m; ++j) {
                  double sum = 0;
                  for (Index l = 0; l < k; ++l)
                    sum += static_cast<double>(transpose_a ? a.at({l, i}) : a.at({i, l})) *
                           static_cast<double>(transpose_b ? b.at({j, l}) : b.at({l, j}));
                  want.set({i, j}, 0.5 * sum + (beta == 0 ? 0 : 2 * static_cast<double>(c.at({i, j}))));
                }
              kernels::gemm(transpose_a, transpose_b, n, m, k, Scalar(0.5), {a.data(), a_stride}, {b.data(), b_stride}, beta,
                            c.mutable_data(), m + 1);
              CHECK_CLOSE(c, want, 50 * rounding);
            }
}
