#include <io/scratch.h>
#include <qkv/datasets/batches.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <sstream>

using namespace qkv;
using datasets::Batches;
using scratch::error_of;

namespace {

std::vector<Index> joined(const Batches& batches) {
  std::vector<Index> all;
  for (const std::vector<Index>& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

std::vector<Index> counting(Index n) {
  std::vector<Index> numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), Index{0});
  return numbers;
}

}  // namespace

TEST_CASE("Batches: in order, with a smaller last one or without it") {
  Batches kept(7, 3);
  REQUIRE(kept.size() == 3);
  CHECK(kept[0] == std::vector<Index>{0, 1, 2});
  CHECK(kept[2] == std::vector<Index>{6});
  CHECK(joined(kept) == counting(7));
  CHECK(joined(Batches(7, 3, Batches::Last::drop)) == counting(6));
  CHECK(Batches(6, 3, Batches::Last::drop).size() == 2);
  CHECK(Batches(0, 3).size() == 0);
  CHECK(Batches(2, 3).size() == 1);
  CHECK(Batches(2, 3, Batches::Last::drop).size() == 0);
  std::ostringstream out;
  out << kept;
  CHECK(out.str() == "Batches(3 of 3, 7 rows)");
  CHECK(error_of([] { Batches(-1, 3); }) == "Batches: count is -1: must not be negative");
  CHECK(error_of([] { Batches(3, 0); }) == "Batches: size is 0: must be at least 1");
  CHECK(error_of([&] { kept[3]; }) == "Batches: batch 3 of 3: there is none");
}

TEST_CASE("Batches: in random order, each row once, another order each time, the same for the same seed") {
  Rng rng(1), again(1);
  std::vector<Index> first = joined(Batches(100, 8, rng)), second = joined(Batches(100, 8, rng));
  CHECK(first == joined(Batches(100, 8, again)));
  CHECK(first != second);
  CHECK(first != counting(100));
  std::sort(first.begin(), first.end());
  CHECK(first == counting(100));
  CHECK(joined(Batches(100, 8, rng, Batches::Last::drop)).size() == 96);
}

TEST_CASE("split: every row on one side, the fraction rounded") {
  Rng rng(1);
  datasets::Split parts = datasets::split(10, 0.25, rng);
  CHECK(parts.train.size() == 7);
  CHECK(parts.validation.size() == 3);
  std::ostringstream out;
  out << parts;
  CHECK(out.str() == "Split(train 7, validation 3)");
  std::vector<Index> all = parts.train;
  all.insert(all.end(), parts.validation.begin(), parts.validation.end());
  CHECK(all != counting(10));
  std::sort(all.begin(), all.end());
  CHECK(all == counting(10));
  CHECK(datasets::split(4, 0, rng).validation.empty());
  CHECK(datasets::split(4, 1, rng).train.empty());
  CHECK(error_of([&] { datasets::split(-1, 0.5, rng); }) == "split: n is -1: must not be negative");
  CHECK(error_of([&] { datasets::split(4, 1.5, rng); }) == "split: fraction is 1.5: must be from 0 to 1");
}

TEST_CASE("Batches: by length, so that little is padding") {
  Rng rng(3);
  const std::vector<Index> lengths{5, 1, 9, 5, 2, 9, 1, 8, 5};
  const Batches batches = Batches::by_length(lengths, 3, rng);
  REQUIRE(batches.size() == 3);
  std::vector<Index> all = joined(batches);
  std::sort(all.begin(), all.end());
  CHECK(all == counting(9));
  std::set<Index> longest;
  for (const std::vector<Index>& batch : batches) {
    Index most = 0;
    for (Index row : batch) most = std::max(most, lengths[row]);
    longest.insert(most);
  }
  CHECK(longest == std::set<Index>{2, 5, 9});

  bool other_order = false, other_company = false;
  for (int i = 0; i < 20; ++i) {
    const Batches again = Batches::by_length(lengths, 3, rng);
    other_order |= lengths[again[0][0]] != lengths[batches[0][0]];
    other_company |= joined(again) != joined(batches);
  }
  CHECK(other_order);
  CHECK(other_company);
  CHECK(Batches::by_length({}, 3, rng).size() == 0);
  CHECK(error_of([&] { Batches::by_length({1}, 0, rng); }) == "Batches: size is 0: must be at least 1");
}
