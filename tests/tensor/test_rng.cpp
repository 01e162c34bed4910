#include "compare.h"

#include <algorithm>

using namespace qkv;

TEST_CASE("Rng: the first numbers of seed 0 are the same everywhere") {
  Rng rng(0);
  CHECK(rng.bits() == 2947667278772165694u);
  CHECK(rng.bits() == 18301848765998365067u);
  rng = Rng(0);
  for (double want : {0.15979336337046079, 0.99214520962982877, 0.039569025844865657, 0.59749466269467166}) CHECK(rng.uniform() == want);
  rng = Rng(0);
  for (double want : {0.58937880373630924, -0.23249007105176506, 1.1704404331107556, -1.2532471076139349})
    CHECK(rng.normal() == doctest::Approx(want).epsilon(1e-14));
  rng = Rng(0);
  for (Index want : {4, 7, 3, 8, 6, 8, 3, 4, 8, 3}) CHECK(rng.below(10) == want);
  rng = Rng(0);
  CHECK((rng.permutation(10) == std::vector<Index>{7, 2, 0, 8, 3, 9, 6, 1, 5, 4}));
  Rng as_the_standard_says(5489);
  for (int i = 0; i < 9999; ++i) as_the_standard_says.bits();
  CHECK(as_the_standard_says.bits() == 9981545732273789042u);
}

TEST_CASE("Rng: uniform and normal have the moments they should") {
  Rng rng(1);
  const int n = 100000;
  double sum = 0, squares = 0, smallest = 10, largest = -10;
  for (int i = 0; i < n; ++i) {
    double u = rng.uniform(-1, 3);
    sum += u;
    squares += (u - 1) * (u - 1);
    smallest = std::min(smallest, u);
    largest = std::max(largest, u);
  }
  CHECK(sum / n == doctest::Approx(1).epsilon(0.02));
  CHECK(squares / n == doctest::Approx(16.0 / 12).epsilon(0.02));
  CHECK(smallest >= -1);
  CHECK(largest < 3);
  sum = squares = 0;
  double cubes = 0, fourths = 0;
  for (int i = 0; i < n; ++i) {
    double z = (rng.normal(2, 3) - 2) / 3;
    sum += z;
    squares += z * z;
    cubes += z * z * z;
    fourths += z * z * z * z;
  }
  CHECK(std::abs(sum / n) < 0.02);
  CHECK(squares / n == doctest::Approx(1).epsilon(0.02));
  CHECK(std::abs(cubes / n) < 0.05);
  CHECK(fourths / n == doctest::Approx(3).epsilon(0.05));
}

TEST_CASE("Rng: below and permutation are fair") {
  Rng rng(2);
  std::vector<int> counts(7), first(5);
  for (int i = 0; i < 70000; ++i) ++counts[rng.below(7)];
  for (int count : counts) CHECK(count == doctest::Approx(10000).epsilon(0.05));
  for (int i = 0; i < 20000; ++i) ++first[rng.permutation(5)[0]];
  for (int count : first) CHECK(count == doctest::Approx(4000).epsilon(0.08));
  // Nearly half of all draws are too many for this n: they must be drawn again.
  Index n = (Index{1} << 62) + (Index{1} << 61);
  for (int i = 0; i < 1000; ++i) {
    Index k = rng.below(n);
    CHECK((k >= 0 && k < n));
  }
  CHECK(rng.below(1) == 0);
  CHECK(rng.permutation(0).empty());
  std::vector<Index> order = rng.permutation(1000);
  std::sort(order.begin(), order.end());
  for (Index i = 0; i < 1000; ++i) CHECK(order[i] == i);
}

TEST_CASE("Rng: the state, kept as text, continues where it was") {
  Rng rng(3);
  for (int i = 0; i < 500; ++i) rng.bits();
  std::string state = rng.state();
  Rng copy(rng), other(99);
  other.set_state(state);
  for (int i = 0; i < 1000; ++i) {
    std::uint64_t bits = rng.bits();
    CHECK(copy.bits() == bits);
    CHECK(other.bits() == bits);
  }
  CHECK(Rng(4).bits() != Rng(5).bits());
}

TEST_CASE("Rng: messages and printing") {
  Rng rng(6);
  CHECK_THROWS_WITH_AS(rng.below(0), "Rng::below: n is 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(rng.below(-3), "Rng::below: n is -3: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(rng.permutation(-1), "Rng::permutation: n is -1: must not be negative", Error);
  std::string before = rng.state();
  for (const std::string& text : {std::string(), std::string("one two"), before.substr(0, before.size() / 2)})
    CHECK_THROWS_WITH_AS(rng.set_state(text), "Rng::set_state: the text is not the state of a generator", Error);
  CHECK(rng.state() == before);  // unchanged by what was refused
  CHECK(printed(rng) == "Rng(mt19937_64)");
}
