#pragma once
#include <qkv/qkv.h>

// The small examples of sections 2 and 3: the lesson computes with them, and so do the exercises.

using namespace qkv;

/// Six baskets of six items, and what is in a seventh.
struct Shop {
  std::vector<std::string> items{"tea", "milk", "sugar", "rice", "beans", "salt"};
  std::vector<std::vector<Index>> baskets{{0, 1}, {0, 1, 2}, {1, 2}, {3, 4}, {3, 4, 5}, {3, 5}};
  std::vector<Index> basket{0, 1, 3};  // tea, milk, rice
};

/// Items as vectors: the first number says how much an item goes with tea, the second how much it goes with rice.
struct Pantry {
  std::vector<std::string> names{"tea", "milk", "rice", "beans"};
  Tensor taken = tensor({{1, 0}, {1, 0}, {0, 1}, {0, 1}});  // (L, d)
  std::vector<std::string> candidates{"sugar", "salt", "bag"};
  Tensor offered = tensor({{1, 0}, {0, 1}, {0.7, 0.7}});  // (N, d): a bag goes a little with everything
};
