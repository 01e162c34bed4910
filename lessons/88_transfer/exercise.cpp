#include "../exercise.h"

// Exercise 88: masked words and few labels, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-88.

/// The loss of one hidden word: -log p_hidden, p = softmax_j(vector_j . context).  vectors (words, d), context (d).
/// One matmul for the scores; log_softmax(scores) gives log p without rounding it to 0.
double masked_word_loss(const Tensor& vectors, const Tensor& context, Index hidden) { return your_turn; }

/// Its gradient for the context: sum_j (p_j - [j = hidden]) vector_j: (d). eye(n) has a row with a single 1 at place j.
Tensor pull_on_context(const Tensor& vectors, const Tensor& context, Index hidden) { return your_turn; }

/// Counting (naive Bayes): counts (words, classes), how often each word came in each class -> log p(word | class), after 1 is added to every
/// count. Each column of p sums to 1. sum(x, 0) adds up the columns.
Tensor log_p_of(const Tensor& counts) { return your_turn; }

/// The mean of a text's words without its padding: x (T, d), of which the first `words` rows are words -> (d).
Tensor mean_of_words(const Tensor& x, Index words) { return your_turn; }

#include "exercise_checks.h"
