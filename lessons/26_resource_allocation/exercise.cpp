#include "../exercise.h"

// Exercise 26: REINFORCE with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-26.

/// What one try adds to the gradient: the look fell on place j and had this reward. (reward - baseline) times the gradient of log pi_j with
/// respect to theta, which is 1_j - pi: pi (n) -> (n). row j of eye(n) is 1_j.
Tensor one_try(Index j, double reward, double baseline, const Tensor& pi) { return your_turn; }

/// The logarithm of the probability of looking at `first` and then at `second`, never twice at the same place: theta (n) -> one number.
/// Once `first` is used up, the rest share its probability: pi_second / (1 - pi_first). pi = softmax(theta).
double log_pi_of_two(Index first, Index second, const Tensor& theta) { return your_turn; }

/// What is minimised with backward(): the mean of cost + (cost - baseline) log_pi, cost and log_pi (B) -> one number.
/// The cost inside the brackets only says how good a look was: cost.detach() lets no gradient through.
Tensor loss(const Tensor& cost, const Tensor& log_pi, double baseline) { return your_turn; }

#include "exercise_checks.h"
