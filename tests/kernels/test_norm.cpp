#include <tensor/compare.h>

#include <qkv/kernels/norm.h>

using namespace qkv;

TEST_CASE("layer_norm kernel: keeps what the gradient needs; weight and bias may be missing") {
  Tensor x = tensor({{1, 3}, {10, 2}}), weight = tensor({2, 3}), bias = tensor({1, -1});
  Tensor xhat = zeros({2, 2}), inverse = zeros({2}), y = zeros({2, 2});
  auto run = [&](const Scalar* w, const Scalar* b) {
    kernels::layer_norm(x.data(), w, b, 0, 2, 2, xhat.mutable_data(), inverse.mutable_data(), y.mutable_data());
    CHECK_CLOSE(xhat, tensor({{-1, 1}, {1, -1}}));
    CHECK_CLOSE(inverse, tensor({1, 0.25}));
  };
  run(nullptr, nullptr);
  CHECK_CLOSE(y, xhat);
  run(weight.data(), nullptr);
  CHECK_CLOSE(y, tensor({{-2, 3}, {2, -3}}));
  run(nullptr, bias.data());
  CHECK_CLOSE(y, tensor({{0, 0}, {2, -2}}));
  run(weight.data(), bias.data());
  CHECK_CLOSE(y, tensor({{-1, 2}, {3, -4}}));
}
