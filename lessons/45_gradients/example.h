#pragma once
#include <qkv/qkv.h>

// The example, its loss, and slopes by trying: the lesson uses them, and so do the answers to the exercises.

using namespace qkv;

// Two queries and three keys of width 4, so that sqrt(d) is 2; values of width 5; and G = dL/dO, a gradient that arrives at the output.
struct Example {
  Tensor Q = tensor({{2, 0, 1, -1}, {-1, 1, 0, 2}});
  Tensor K = tensor({{1, 1, 0, 1}, {2, -1, 1, -1}, {1, 0, 2, 1}});
  Tensor V = tensor({{1, 0, 2, -1, 0}, {0, 2, 1, 0, 1}, {3, 1, 0, 1, -1}});
  Tensor G = tensor({{1, -0.5, 0, 2, 0.5}, {0.5, 1, -1, 0, 1.5}});
};

/// The result whose gradient is asked for: L = sum of G times attention(Q, K, V), from small operations.
inline Tensor loss(const Tensor& Q, const Tensor& K, const Tensor& V, const Tensor& G) {
  Tensor S = matmul(Q, transpose(K)) / sqrt(static_cast<double>(Q.size(1)));  // (2, 4) @ (4, 3) = (2, 3)
  return sum(G * matmul(softmax(S), V));                                      // (2, 3) @ (3, 5) = (2, 5)
}

/// (f(.. + h) - f(.. - h)) / 2h for every number of x, which is changed where it lies and put back. (shape of x, then shape of f's result)
template <class F>
Tensor central_differences(Tensor x, const F& f, double h = 1e-5) {
  NoGrad no_graph;
  Tensors slopes;
  for (Index i = 0; i < x.size(); ++i) {
    double before = x.data()[i];
    x.mutable_data()[i] = before + h;
    Tensor above = f();
    x.mutable_data()[i] = before - h;
    slopes.push_back((above - f()) / (2 * h));
    x.mutable_data()[i] = before;
  }
  return stack(slopes);
}
