#pragma once
#include <qkv/tensor/scalar.h>

// Scores of additive attention for one batch entry: q (queries, h), k (keys, h), v (h), scores (queries, keys). The tanh of all pairs, h times as
// large as the scores, is never stored: its gradient computes it again, which is faster than reading it back.

namespace qkv::kernels {

/// scores_ij = v . tanh(q_i + k_j).
void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores);

/// With t = tanh(q_i + k_j):  dv += ds_ij t,  dq_i += ds_ij v (1 - t^2),  dk_j += the same. Pairs with ds_ij = 0 add nothing, whatever they hold.
void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv);

}  // namespace qkv::kernels
