#include <qkv/qkv.h>

#include <cmath>
#include <iostream>

// Somebody's program: attention of one query over two equal keys is the mean of their values.
int main() {
  using namespace qkv;
  const Tensor q = tensor({{1, 2}}), k = tensor({{0.5, 1}, {0.5, 1}}), v = tensor({{1}, {4}});
  const double mean = scaled_dot_product_attention(q, k, v).output.item();
  std::cout << "qkv " << version() << " in " << 8 * sizeof(Scalar) << " bits: " << mean << "\n";
  return std::abs(mean - 2.5) < 1e-6 && std::string(version()) == QKV_VERSION ? 0 : 1;
}
