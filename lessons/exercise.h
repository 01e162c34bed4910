#pragma once
#include <doctest/doctest.h>

#include "exercise_holes.h"

// What the exercises share. An exercise.cpp has holes:
//
//     double score(const Tensor& q, const Tensor& k) {
//       return your_turn;  // q . k
//     }
//
// and ends with #include "exercise_checks.h", where each check says what to do when it fails:
//
//     EXERCISE("the score of one key", "Multiply number by number, then add.") { check_equal("q . k", score(q, k), 0.5); }

/// A check with a hint, shown while it fails.
#define EXERCISE(name, hint) TEST_CASE(name* doctest::description(hint))

using namespace exercise;
