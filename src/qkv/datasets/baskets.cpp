#include <qkv/datasets/baskets.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <map>
#include <ostream>

namespace qkv::datasets {

std::vector<std::string> dependencies(const std::string& depends) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < depends.size();) {
    const std::size_t end = std::min(depends.find(',', begin), depends.size());
    const std::size_t first = depends.find_first_not_of(' ', begin), last = std::min(depends.find_first_of(" (:[|,", first), end);
    if (first < last && std::find(names.begin(), names.end(), depends.substr(first, last - first)) == names.end())
      names.push_back(depends.substr(first, last - first));
    begin = end + 1;
  }
  return names;
}

Baskets package_baskets(const std::vector<Package>& packages, const BasketOptions& options) {
  require(options.least >= 1 && options.least <= options.most && options.smallest >= 1, "package_baskets: least ", options.least, ", most ",
          options.most, ", smallest ", options.smallest, ": must be at least 1, and least not above most");
  std::map<std::string, std::vector<std::string>> largest;  // of each source
  for (const Package& package : packages) {
    std::vector<std::string> names = dependencies(package.depends);
    if (names.size() > largest[package.source].size()) largest[package.source] = names;
  }
  std::map<std::string, Index> count, number;
  for (const auto& [source, names] : largest)
    if (!for_test(source))
      for (const std::string& name : names) ++count[name];
  Baskets baskets;
  for (const auto& [name, times] : count)
    if (times >= options.least && times <= options.most) baskets.items.push_back(name);
  std::stable_sort(baskets.items.begin(), baskets.items.end(),
                   [&](const std::string& a, const std::string& b) { return count[a] > count[b]; });
  for (const std::string& name : baskets.items) number.emplace(name, static_cast<Index>(number.size()));
  for (const auto& [source, names] : largest) {
    std::vector<Index> basket;
    for (const std::string& name : names)
      if (auto found = number.find(name); found != number.end()) basket.push_back(found->second);
    if (static_cast<Index>(basket.size()) >= options.smallest) (for_test(source) ? baskets.test : baskets.train).push_back(basket);
  }
  require(!baskets.train.empty() && !baskets.test.empty(), "package_baskets: ", baskets.items.size(), " items, ", baskets.train.size(),
          " baskets to learn from, ", baskets.test.size(), " to be measured on: there must be some of each");
  baskets.source = "what the packages need that apt-cache lists";
  return baskets;
}

Baskets debian_baskets(const BasketOptions& options) {
  std::vector<Package> packages = read_packages(available_packages());
  Index enough = 0;
  for (const Package& package : packages) enough += static_cast<Index>(dependencies(package.depends).size()) >= options.smallest;
  if (enough >= 10'000) return package_baskets(packages, options);
  Rng rng(1);
  Baskets baskets = users_with_interests(3200, 800, {}, rng);
  baskets.source = "apt-cache lists too few packages; using 4,000 made-up baskets instead (apt-get update)";
  return baskets;
}

Baskets users_with_interests(Integer train, Integer test, const InterestOptions& options, Rng& rng) {
  require(train >= 1 && test >= 1, "users_with_interests: ", Index(train), " users to learn from, ", Index(test),
          " to be measured on: must be at least 1");
  require(options.taken >= 1 && options.taken <= options.items && options.fewest_interests >= 1 &&
              options.fewest_interests <= options.most && options.most <= options.topics,
          "users_with_interests: ", options.taken, " taken of ", options.items, " items, ", options.fewest_interests, " to ", options.most,
          " interests of ", options.topics, " topics: must be at least 1, and no more than there are");
  Baskets baskets;
  for (Index i = 0; i < options.topics * options.items; ++i)
    baskets.items.push_back("topic " + std::to_string(i / options.items) + " item " + std::to_string(i % options.items));
  for (Index user = 0; user < train + test; ++user) {
    std::vector<Index> topics = rng.permutation(options.topics), basket;
    const Index interests = options.fewest_interests + rng.below(options.most - options.fewest_interests + 1);
    std::vector<std::vector<Index>> left;  // of each topic
    for (Index t = 0; t < interests; ++t) left.push_back(rng.permutation(options.items));
    while (static_cast<Index>(basket.size()) < options.taken * interests) {
      const Index t = rng.below(interests);
      if (left[t].empty()) continue;
      basket.push_back(topics[t] * options.items + left[t].back());
      left[t].pop_back();
    }
    (user < train ? baskets.train : baskets.test).push_back(basket);
  }
  baskets.source = "made-up users";
  baskets.generated = true;
  return baskets;
}

std::ostream& operator<<(std::ostream& out, const Baskets& baskets) {
  return out << "Baskets(" << baskets.items.size() << " items, " << baskets.train.size() << " baskets to train, " << baskets.test.size()
             << " to test), from " << baskets.source;
}

}  // namespace qkv::datasets
