#include <tensor/compare.h>

#include <qkv/kernels/softmax.h>

using namespace qkv;

TEST_CASE("softmax kernels: in every layout against the definition") {
  Rng rng(1);
  for (Index outer : {1, 3})
    for (Index n : {1, 2, 15, 16, 17, 40})
      for (Index inner : {1, 2, 5, 16, 35}) {
        Shape shape{outer, n, inner};
        Tensor x = randn(shape, rng, 0, 3), dy = randn(shape, rng), y = zeros(shape), log_y = zeros(shape), dx = zeros(shape),
               log_dx = zeros(shape);
        kernels::softmax(x.data(), outer, n, inner, y.mutable_data());
        kernels::log_softmax(x.data(), outer, n, inner, log_y.mutable_data());
        kernels::softmax_gradient(dy.data(), y.data(), outer, n, inner, dx.mutable_data());
        kernels::log_softmax_gradient(dy.data(), log_y.data(), outer, n, inner, log_dx.mutable_data());
        Tensor want_y = zeros(shape), want_log = zeros(shape), want_dx = zeros(shape), want_log_dx = zeros(shape);
        for (Index o = 0; o < outer; ++o)
          for (Index i = 0; i < inner; ++i) {
            auto at = [&](const Tensor& t, Index j) { return static_cast<double>(t.at({o, j, i})); };
            double total = 0, inner_product = 0, up = 0;
            for (Index j = 0; j < n; ++j) total += std::exp(at(x, j));
            for (Index j = 0; j < n; ++j) {
              inner_product += at(dy, j) * std::exp(at(x, j)) / total;
              up += at(dy, j);
            }
            for (Index j = 0; j < n; ++j) {
              double p = std::exp(at(x, j)) / total;
              want_y.set({o, j, i}, p);
              want_log.set({o, j, i}, std::log(p));
              want_dx.set({o, j, i}, p * (at(dy, j) - inner_product));
              want_log_dx.set({o, j, i}, at(dy, j) - p * up);
            }
          }
        CHECK_CLOSE(y, want_y, 10 * rounding);
        CHECK_CLOSE(log_y, want_log, 10 * rounding);
        CHECK_CLOSE(dx, want_dx, 10 * rounding);
        CHECK_CLOSE(log_dx, want_log_dx, 10 * rounding);
      }
}
