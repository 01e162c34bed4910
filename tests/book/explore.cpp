#include "../../src/book/explorers/explorers.h"

#include <iostream>

// Reads lines of a function's name, a blank and its arguments, and prints what qkv::book::explore gives for each.
int main() {
  for (std::string name, arguments; std::cin >> name && std::getline(std::cin, arguments);)
    std::cout << qkv::book::explore(name, arguments) << '\n';
}
