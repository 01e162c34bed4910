#pragma once
#include <qkv/show/text.h>

#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <sstream>

#include "exercise_holes.h"

// An exercise in a notebook. Its cell defines the functions with the holes in a namespace of its own, a new one each time it runs, for no
// kernel lets every function be defined again. Then it asks for the checks:
//
//     namespace MY_ANSWER {
//     double score(const Tensor& q, const Tensor& k) { return your_turn; }
//     const bool right = exercise_31::check({score});
//     }  // namespace MY_ANSWER
//
// exercise_31 is in the lesson's exercise_cell.h: exercise_checks.h as members of a class that has the functions.

#define MY_ANSWER EXERCISE_JOINED(my_answer_, __COUNTER__)
#define EXERCISE_JOINED(a, b) EXERCISE_JOINED_NOW(a, b)
#define EXERCISE_JOINED_NOW(a, b) a##b

/// A check with a hint: a member that is run, and one that keeps its name.
#define EXERCISE(name, hint) EXERCISE_IN_LINE(name, hint, __LINE__)
#define EXERCISE_IN_LINE(name, hint, line)                                                                              \
  ::exercise::CheckedPart EXERCISE_JOINED(part_, line){parts, name, hint, [this] { EXERCISE_JOINED(check_, line)(); }}; \
  void EXERCISE_JOINED(check_, line)()

namespace exercise {

struct CheckedPart;
using CheckedParts = std::vector<CheckedPart>;
struct CheckedPart {
  CheckedPart(CheckedParts& all, const char* its_name, const char* its_hint, std::function<void()> its_check)
      : name(its_name), hint(its_hint), check(std::move(its_check)) {
    all.push_back(*this);
  }
  std::string name, hint;
  std::function<void()> check;
};

/// What is wrong with the part that is being checked.
inline std::vector<std::string>& wrong_now() {
  static std::vector<std::string> wrong;
  return wrong;
}
inline void report(bool is_right, const std::string& message) {
  if (!is_right) wrong_now().push_back(message);
}

/// Runs all checks, and says how each ended. Are all right?
inline bool run(const CheckedParts& parts) {
  int right = 0;
  bool hinted = false, begun = false;
  std::string hint;
  for (const CheckedPart& part : parts) {
    wrong_now().clear();
    bool written = true;
    try {
      part.check();
    } catch (const NotYet&) {
      written = false;
    } catch (const std::exception& error) {
      wrong_now().push_back(error.what());
    }
    const bool is_right = written && wrong_now().empty();
    right += is_right;
    begun = begun || written;
    std::cout << (is_right ? "right    " : written ? "wrong    " : "not yet  ") << part.name << "\n";
    if (written)
      for (const std::string& text : wrong_now()) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) std::cout << "           " << line << "\n";
      }
    if (is_right || hinted) continue;
    hinted = true;  // one at a time: the next part may depend on this one
    hint = "Hint for '" + part.name + "': " + part.hint;
  }
  if (hinted && begun)  // not before the first line is written
    for (const std::string& line : show::wrap(hint, 96)) std::cout << line << "\n";
  std::cout << right << " of " << parts.size() << " are right.\n";
  return right == static_cast<int>(parts.size());
}

}  // namespace exercise
