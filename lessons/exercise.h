#pragma once
#include <doctest/doctest.h>
#include <qkv/qkv.h>

#include <string>
#include <vector>

// What the exercises share. An exercise.cpp has holes:
//
//     double score(const Tensor& q, const Tensor& k) {
//       return your_turn;  // q . k
//     }
//
// and ends with #include "exercise_checks.h", where each check says what to do when it fails:
//
//     EXERCISE("the score of one key", "Multiply number by number, then add.") { check_equal("q . k", score(q, k), 0.5); }

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

/// Holds what the reader's code gave to what it must be, number by number, to within `tolerance` relative to 1 + |right|.
void check_equal(const std::string& what, const Tensor& yours, const Tensor& right, double tolerance = 1e-4);
void check_equal(const std::string& what, double yours, double right, double tolerance = 1e-4);
void check_equal(const std::string& what, const std::string& yours, const std::string& right);
/// A property, in words that can follow "must": check_true("the weights", sums_to_1, "sum to 1 in every row").
void check_true(const std::string& what, bool is_so, const std::string& must);

}  // namespace exercise

/// A check with a hint, shown while it fails.
#define EXERCISE(name, hint) TEST_CASE(name* doctest::description(hint))

using namespace exercise;
