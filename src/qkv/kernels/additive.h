#pragma once
#include <qkv/tensor/scalar.h>

// Scores of additive attention for one batch entry: q (queries, h), k (keys, h), v (h), scores (queries, keys). The tanh of all pairs is h
// times as large as the scores and is never stored. The gradient computes it again, which is faster than reading it from memory.

namespace qkv::kernels {

/// scores_ij = v . tanh(q_i + k_j).
void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores);

/// With t = tanh(q_i + k_j):  dv += ds_ij t,  dq_i += ds_ij v (1 - t^2),  dk_j += the same. Pairs with ds_ij = 0 add 0, even if NaN.
void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv);

}  // namespace qkv::kernels
