#pragma once
#include <qkv/datasets/package_text.h>

namespace qkv::datasets {

/// What was taken together: the films of a viewer, the goods of a purchase, the packages that a package depends on.
struct Baskets {
  std::vector<std::string> items;               ///< their names, the most frequent first
  std::vector<std::vector<Index>> train, test;  ///< each the numbers of its items, every one once
  std::string source;                           ///< where they come from, in words to be printed
  bool generated = false;                       ///< made up by the program
};

/// The packages that a field Depends names, each once; of alternatives the first: "libc6 (>= 2.34), exim4 | postfix" is libc6, exim4.
std::vector<std::string> dependencies(const std::string& depends);

struct BasketOptions {
  Index least = 12,
        most = 800;    ///< an item is what so many training baskets hold; what nearly all need (libc6) is left out, and what hardly any do
  Index smallest = 3;  ///< baskets with fewer items are left out
};

/// A basket for each source: what the one of its packages needs that names the most dependencies. (Packages of one source need nearly the same;
/// two of them as two baskets would answer for each other.) Which sources are for testing: for_test().
/// Throws Error if the options do not fit together, or there are no items or no baskets on either side.
Baskets package_baskets(const std::vector<Package>& packages, const BasketOptions& options = {});
/// From the packages that this machine's apt-cache lists. If they give fewer than 1,000 baskets, users_with_interests take their place,
/// `generated` is set, and `source` tells:
///     apt-cache lists too few packages; using 4,000 made-up baskets instead (apt-get update)
Baskets debian_baskets(const BasketOptions& options = {});

/// Users whose interests are known, because they are made up.
struct InterestOptions {
  Index topics = 100, items = 10;        ///< so many topics, with so many items each
  Index taken = 4;                       ///< items that a user takes for each interest
  Index fewest_interests = 1, most = 4;  ///< topics that a user is interested in
};
/// Item i belongs to topic i / options.items. Each user has different interests, all numbers of them equally likely. Each item that a user
/// takes is of any of the interests, and none is taken twice. So the size of a basket, divided by `taken`, is the number of interests.
/// Throws Error if a number is below 1, or there are fewer topics or items than are taken.
Baskets users_with_interests(Integer train, Integer test, const InterestOptions& options, Rng& rng);

/// How many items and baskets, and the source.
std::ostream& operator<<(std::ostream& out, const Baskets& baskets);

}  // namespace qkv::datasets
