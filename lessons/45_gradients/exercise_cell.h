#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/45_gradients.ipynb.

namespace exercise_45 {

using namespace exercise;

/// The gradients of L with respect to Q (n, d), K (m, d) and V (m, d_v), if G = dL/dO (n, d_v) arrives at O = softmax(Q K^T / sqrt(d)) V.
/// Forward first: S, A. Then from the end to the beginning: dV and dA, dS, dQ and dK. Where does sqrt(d) come once more?
struct Gradients {
  Tensor dQ, dK, dV;
};

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*jacobian)(const Tensor& p);
  Tensor (*softmax_backward)(const Tensor& A, const Tensor& dA);
  Gradients (*attention_backward)(const Tensor& Q, const Tensor& K, const Tensor& V, const Tensor& G);
  double (*slope)(const std::function<double(double)>& f, double x, double h);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_45
