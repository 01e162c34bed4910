#include "../exercise.h"

#include "tiny_engine.h"

// Exercise 12: an engine of your own, and the gradient of softmax.
//   Read tiny_engine.h, write what is missing where it says your_turn, then run make exercise-12.

/// a times b, with its two arrows. subtract() in tiny_engine.h shows how.
Value multiply(Value& a, Value& b) { return your_turn; }

/// 1 / (1 + exp(-a)), with its arrow. Its derivative is y (1 - y), where y is the result.
Value sigmoid_of(Value& a) { return your_turn; }

/// Gives every node its grad = d(last node) / d(node). The graph is in the order in which it was made, the inputs first.
/// The last one gets 1; then walk from the last to the first, and add to the grad of each arrow's start what the chain rule says.
void backward(const std::vector<Value*>& graph) { your_turn_here(); }

/// p = softmax(s) is known, and dL/dp arrives: dL/ds.   p, dp (n) -> (n), and no loop.
/// dL/ds_j = sum_i dL/dp_i dp_i/ds_j with dp_i/ds_j = p_i ((i = j) - p_j): put that in, and the sum over i becomes one number.
Tensor pull_softmax(const Tensor& p, const Tensor& dp) { return your_turn; }

#include "exercise_checks.h"
