#include "../exercise.h"

// Exercise 73: three columns of table 3: heads with keys of any width, label smoothing, and how a row is judged.
//   Write what is missing where it says your_turn, then run make exercise-73.

/// Attention with `heads` heads: q (T, heads d_k), k (S, heads d_k), v (S, heads d_v), each head's numbers side by side -> (T, heads d_v).
/// A head: softmax(q_h k_h^T / sqrt(d_k)) v_h. slice(x, 1, first, end) are columns first to end - 1; concat({a, b}, 1) puts them side by side.
Tensor several_heads(const Tensor& q, const Tensor& k, const Tensor& v, Index heads) { return your_turn; }

/// Label smoothing: the distribution over C classes that is asked for. 1 - e at the right class, and e / C more for every class. -> (C)
Tensor smoothed(Index right, Index classes, double e) { return your_turn; }

/// The loss: - sum_c q_c log p_c, with q as above and p = softmax(scores), scores (C).  log_softmax(scores, 0) is log p.
double smoothed_loss(const Tensor& scores, Index right, double e) { return your_turn; }

/// Is a difference to be trusted? Seed by seed, `changed` minus `base`: 1 if it is above 0 with every seed, -1 if below with every, else 0.
int verdict(const std::vector<double>& changed, const std::vector<double>& base) { return your_turn; }

#include "exercise_checks.h"
