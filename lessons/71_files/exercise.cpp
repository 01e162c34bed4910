#include "../exercise.h"

// Exercise 71: read half precision, round to bfloat16, sort names into three lists, and put gates in order.
//   Write what is missing where it says your_turn, then run make exercise-71.

/// The number behind 16 bits of half precision: 1 bit sign, 5 bits exponent, 10 bits fraction.
/// exponent 1 to 30: (1 + fraction / 1024) 2^(exponent - 15); exponent 0: fraction / 1024 2^(-14). (31 is infinity and NaN: leave it out.)
/// bits >> 10 & 31 is the exponent; std::ldexp(x, n) is x 2^n.
double from_half(unsigned bits) { return your_turn; }

/// The upper 16 of the 32 bits of a float, rounded to the nearest: bfloat16. `bits` are the float's.
/// If the lower 16 bits are more than half (0x8000), or half and the upper part is odd, the upper part grows by one.
unsigned to_bfloat(unsigned bits) { return your_turn; }

struct Names {
  std::vector<std::string> loaded, missing, surplus;
};
/// `wanted`: a model's names; `given`: a file's. A wanted name is loaded if prefix + name is given, else missing; a given name that was not
/// used is surplus, as the file writes it. Keep the order of the lists.
Names sorted(const std::vector<std::string>& wanted, const std::vector<std::string>& given, const std::string& prefix) { return your_turn; }

/// An LSTM's weight (4 h, ...) whose four blocks of h rows are in the order of ONNX, i o f g, in the order of PyTorch, i f g o.
/// slice(x, 0, first, end) are rows first to end - 1; concat({a, b}, 0) puts one below the other.
Tensor from_onnx(const Tensor& weight) { return your_turn; }

#include "exercise_checks.h"
