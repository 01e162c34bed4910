#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>

#include <cmath>
#include <string>
#include <vector>

// The holes of an exercise, and what holds an answer to its numbers: for exercise.cpp and for a notebook's cell.

namespace exercise {

using namespace qkv;

/// Thrown where there is still a hole.
struct NotYet {};

/// Stands for any value that is still to be written.
struct YourTurn {
  template <class T>
  operator T() const {
    throw NotYet();
  }
};
constexpr YourTurn your_turn;
/// The same where a statement is missing.
[[noreturn]] inline void your_turn_here() { throw NotYet(); }

/// How a check ended; `message` says what is wrong if it is. In exercise.cpp by doctest, in a notebook's cell by exercise_cell.h.
void report(bool is_right, const std::string& message);

inline std::string joined(const std::vector<std::string>& lines, const std::string& indent) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n" + indent) + line;
  return text;
}
inline bool agrees(double yours, double right, double tolerance) {
  if (yours == right || (std::isnan(yours) && std::isnan(right))) return true;
  return std::isfinite(yours) && std::isfinite(right) && std::fabs(yours - right) <= tolerance * (1 + std::fabs(right));
}
inline void report(bool is_right, const std::string& what, const std::string& yours, const std::string& right) {
  report(is_right, what + "\nyours    " + yours + "\nmust be  " + right);
}

/// Holds what the reader's code gave to what it must be, number by number, to within `tolerance` relative to 1 + |right|.
inline void check_equal(const std::string& what, const Tensor& yours, const Tensor& right, double tolerance = 1e-4) {
  bool is_right = yours.shape() == right.shape();
  if (!is_right) return report(false, what, "has shape " + yours.shape().text(), right.shape().text());
  for (Index i = 0; is_right && i < right.size(); ++i)
    is_right = agrees(static_cast<double>(yours.data()[i]), static_cast<double>(right.data()[i]), tolerance);
  report(is_right, what, joined(show::lines(yours), "         "), joined(show::lines(right), "         "));
}
inline void check_equal(const std::string& what, double yours, double right, double tolerance = 1e-4) {
  report(agrees(yours, right, tolerance), what, show::number(yours, 6), show::number(right, 6));
}
inline void check_equal(const std::string& what, const std::string& yours, const std::string& right) {
  report(yours == right, what, yours, right);
}
/// A property, in words that can follow "must": check_true("the weights", sums_to_1, "sum to 1 in every row").
inline void check_true(const std::string& what, bool is_so, const std::string& must) { report(is_so, what + " must " + must); }

}  // namespace exercise
