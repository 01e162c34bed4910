#pragma once
#include "../47_complexity/counting.h"
#include "../47_complexity/measuring.h"

// Section 4: a weighted sum that leaves out small weights.

/// alpha V by its three loops, but weights below `least` are passed over; `count` goes up by one at every multiply-add.
inline Tensor product_that_skips(const Tensor& alpha, const Tensor& V, double least, Index& count) {
  const Index n = alpha.size(0), k = alpha.size(1), d = V.size(1);
  Tensor sum = zeros({n, d});
  const Scalar *a = alpha.data(), *v = V.data();
  Scalar* s = sum.mutable_data();
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < k; ++j) {
      if (a[i * k + j] < least) continue;  // not worth it
      for (Index c = 0; c < d; ++c, ++count) s[i * d + c] += a[i * k + j] * v[j * d + c];
    }
  return sum;
}
