#include <iostream>

#include "../lessons/lines.h"

// same-lines EXPECTED OUT ERR: holds what a lesson printed to its expected.txt, as check-lessons does. Status 0: the same; 1: not; 3: the lesson had
// to use other data, and there is nothing to compare with.
int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "same-lines EXPECTED OUT ERR\n";
    return 2;
  }
  const std::vector<std::string> actual = checker::without_pictures(checker::read_lines(argv[2]));
  if (checker::falls_back(actual) || checker::falls_back(checker::read_lines(argv[3]))) return 3;
  const std::string wrong = checker::difference(checker::without_pictures(checker::read_lines(argv[1])), actual);
  if (!wrong.empty()) std::cout << wrong << '\n';
  return wrong.empty() ? 0 : 1;
}
