#include <io/scratch.h>
#include <qkv/datasets/baskets.h>
#include <qkv/ostream.h>

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>

using namespace qkv;
using datasets::Package;
using scratch::error_of;
using Names = std::vector<std::string>;

TEST_CASE("dependencies: names without versions, the first of alternatives, each once") {
  CHECK(datasets::dependencies("libc6 (>= 2.34), default-mta | mail-transport-agent, python3:any, foo [amd64], libc6(>= 2)") ==
        Names{"libc6", "default-mta", "python3", "foo"});
  CHECK(datasets::dependencies("a,b") == Names{"a", "b"});
  CHECK(datasets::dependencies("").empty());
  CHECK(datasets::dependencies(" , ,, (x), | y").empty());
}

TEST_CASE("package_baskets: one basket a source, items neither too rare nor too frequent") {
  std::vector<Package> packages;
  for (int i = 0; i < 100; ++i) {
    const std::string source = "s" + std::to_string(i);
    packages.push_back({source, source, "x", "x", i % 2 ? "everywhere, odd, two" : "everywhere, even, two, alone" + std::to_string(i)});
    packages.push_back({source + "-dev", source, "x", "x", "everywhere"});
  }
  datasets::BasketOptions options;
  options.least = 5, options.most = 60, options.smallest = 1;
  datasets::Baskets baskets = datasets::package_baskets(packages, options);
  REQUIRE(baskets.items.size() == 2);  // odd and even
  CHECK(std::set<std::string>(baskets.items.begin(), baskets.items.end()) == std::set<std::string>{"even", "odd"});
  CHECK(baskets.train.size() + baskets.test.size() == 100);
  CHECK(baskets.test.size() > 10);
  CHECK(baskets.test.size() < 35);
  std::size_t test = 0;
  for (const Package& package : packages) test += package.name == package.source && datasets::for_test(package.source);
  CHECK(baskets.test.size() == test);
  CHECK(!baskets.generated);
  options.smallest = 2;
  CHECK(error_of([&] { datasets::package_baskets(packages, options); }) ==
        "package_baskets: 2 items, 0 baskets to learn from, 0 to be measured on: there must be some of each");
  options.least = 61;
  CHECK(error_of([&] { datasets::package_baskets(packages, options); }) ==
        "package_baskets: least 61, most 60, smallest 2: must be at least 1, and least not above most");
}

TEST_CASE("package_baskets: the most frequent item comes first, in training baskets") {
  std::vector<Package> packages;
  for (int i = 0; i < 60; ++i) packages.push_back({"p" + std::to_string(i), "p" + std::to_string(i), "x", "x", i % 3 ? "b, c" : "a, b, c"});
  datasets::BasketOptions options;
  options.least = 1, options.smallest = 1;
  datasets::Baskets baskets = datasets::package_baskets(packages, options);
  CHECK(baskets.items == Names{"b", "c", "a"});
}

TEST_CASE("users_with_interests: so many items of so many topics") {
  Rng rng(3);
  datasets::InterestOptions options;
  options.fewest_interests = 2, options.most = 3;
  datasets::Baskets baskets = datasets::users_with_interests(50, 20, options, rng);
  CHECK(baskets.items.size() == 1000);
  CHECK(baskets.items[25] == "topic 2 item 5");
  CHECK(baskets.train.size() == 50);
  CHECK(baskets.test.size() == 20);
  CHECK(baskets.generated);
  for (const std::vector<Index>& basket : baskets.train) {
    std::map<Index, Index> topics;
    for (Index item : basket) ++topics[item / 10];
    CHECK((basket.size() == 8 || basket.size() == 12));
    CHECK(topics.size() <= basket.size() / 4);
    CHECK(std::set<Index>(basket.begin(), basket.end()).size() == basket.size());
  }
  std::ostringstream out;
  out << baskets;
  CHECK(out.str() == "Baskets(1000 items, 50 baskets to train, 20 to test), from made-up users");
  CHECK(error_of([&] { datasets::users_with_interests(0, 1, options, rng); }) ==
        "users_with_interests: 0 users to learn from, 1 to be measured on: must be at least 1");
  options.most = 101;
  CHECK(error_of([&] { datasets::users_with_interests(1, 1, options, rng); }) ==
        "users_with_interests: 4 taken of 10 items, 2 to 101 interests of 100 topics: must be at least 1, and no more than there are");
}
