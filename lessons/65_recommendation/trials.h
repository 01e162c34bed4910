#pragma once
#include <qkv/show/stopwatch.h>
#include <qkv/show/table.h>

#include "recommenders.h"

// One way to recommend, tried with several seeds and measured: the lesson runs it, and so do the answers to the exercises.

namespace {

using Made = std::unique_ptr<Recommender>;

/// Baskets, with one item of each hidden, and what was counted in those to learn from.
struct Data {
  datasets::Baskets baskets;
  Index items;
  std::vector<Basket> tested;  // usually baskets.test
  Cases test, seen;
  Tensor together;

  explicit Data(const datasets::Baskets& all, bool on_training = false)
      : baskets(all),
        items(static_cast<Index>(all.items.size())),
        tested(on_training ? all.train : all.test),
        together(counts(all.train, items)) {
    Rng rng(2024);
    test = hide_one(tested, items, rng);
    seen = hide_one(baskets.train, items, rng);
  }
  /// In how many training baskets an item is: below 30 (0), below 100 (1), or more (2).
  int rarity(Index item) const { return together.at({item, item}) < 30 ? 0 : together.at({item, item}) < 100 ? 1 : 2; }
  /// The names of a basket's items that are left.
  std::vector<std::string> left(Index n) const {
    std::vector<std::string> names;
    for (Index i = 0; i < longest; ++i)
      if (const Index item = test.history.values[longest * n + i]; item < items) names.push_back(baskets.items[item]);
    return names;
  }
};

/// What the seeds gave.
struct Trial {
  std::string name;
  Index parameters = 0;
  double seconds = 0;                   // of one training
  std::vector<double> hit, ndcg, seen;  // HR@10 and NDCG@10 on test baskets, HR@10 on training baskets
  std::vector<double> by_rarity[3];     // HR@10 by Data::rarity
  std::vector<double> by_interests[4];  // HR@10 of users with 1 to 4 interests
  Made model;                           // of the first seed
};

/// HR@10 of those places for which `chosen` holds; -1 if there are none.
template <class Chosen>
double hit_rate_where(const Indices& places, const Chosen& chosen) {
  Basket some;
  for (std::size_t n = 0; n < places.values.size(); ++n)
    if (chosen(n)) some.push_back(places.values[n]);
  return some.empty() ? -1 : datasets::hit_rate(Indices({static_cast<Index>(some.size())}, some), 10);
}

/// Only what was measured.
void add(std::vector<double>& rates, double rate) {
  if (rate >= 0) rates.push_back(rate);
}

struct Tries {
  const Data& data;
  int seeds;
  std::uint64_t first;

  /// Without a training (no epochs), one seed tells all.
  Trial operator()(const std::string& name, const std::function<Made(Rng&)>& make, const Training& how = {0, 1, 0, 0}) const {
    Trial trial;
    trial.name = name;
    for (int i = 0; i < (how.epochs > 0 ? seeds : 1); ++i) {
      Rng rng(first + static_cast<std::uint64_t>(i));
      Made model = make(rng);
      const show::Stopwatch watch;
      if (how.epochs > 0) train(*model, data.baskets.train, data.items, how, rng);
      if (i == 0) trial.seconds = watch.seconds();
      const Indices found = places(*model, data.test, data.items);
      trial.hit.push_back(datasets::hit_rate(found, 10));
      trial.ndcg.push_back(datasets::ndcg(found, 10));
      trial.seen.push_back(datasets::hit_rate(places(*model, data.seen, data.items, true), 10));
      for (int r = 0; r < 3; ++r)
        add(trial.by_rarity[r], hit_rate_where(found, [&](std::size_t n) { return data.rarity(data.test.hidden.values[n]) == r; }));
      for (std::size_t k = 1; k <= 4; ++k)
        add(trial.by_interests[k - 1], hit_rate_where(found, [&](std::size_t n) { return data.tested[n].size() == 4 * k; }));
      if (i == 0) trial.parameters = model->parameter_count(), trial.model = std::move(model);
    }
    return trial;
  }
};

std::string spread(const std::vector<double>& values) {
  return values.size() > 1 ? show::median_and_range(values, 3) : show::number(values[0], 3);
}
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The names of the first `count` suggestions for test basket n.
std::vector<std::string> suggestions(const Recommender& model, const Data& data, Index n, Index count) {
  NoGrad no_graph;
  EvalMode no_dropout;
  const Indices history = take_rows(data.test.history, {n});
  const TopK best = topk(masked_fill(model(history, nullptr), already_there(history, data.items), -infinity), count);
  std::vector<std::string> names;
  for (Index item : best.indices.values) names.push_back(data.baskets.items[item]);
  return names;
}

/// A basket to be shown: the first from which four to six items are left, the hidden one not too rare.
Index shown_case(const Data& data) {
  Index n = 0;
  while (n + 1 < static_cast<Index>(data.tested.size()) &&
         (data.left(n).size() < 4 || data.left(n).size() > 6 || data.rarity(data.test.hidden.values[n]) == 0))
    ++n;
  return n;
}

/// Fewer topics, so that fewer users are enough.
datasets::InterestOptions few_topics() {
  datasets::InterestOptions options;
  options.topics = 30;
  return options;
}

/// What --quick learns from: the same on every machine.
datasets::Baskets made_up() {
  Rng rng(1);
  datasets::Baskets baskets = datasets::users_with_interests(1000, 400, few_topics(), rng);
  baskets.source = "made-up users, the same on every machine; a full run takes what Debian's packages need";
  return baskets;
}

/// A row of HR@10: of training baskets, and by how many training baskets hold the hidden item.
void add_by_rarity(show::Table& table, const Trial& trial) {
  const auto by = [&](int r) {
    return trial.by_rarity[r].empty() ? std::string("none") : show::number(show::median(trial.by_rarity[r]), 3);
  };
  table.add_row({trial.name, show::number(show::median(trial.seen), 3), by(0), by(1), by(2), show::number(show::median(trial.hit), 3)});
}
const std::vector<std::string> rarity_headings{"HR@10", "training", "below 30", "30 to 99", "from 100", "all"};

/// The items that get the most and the least weight over all test baskets, as a multiple of the equal share. Only items that come up 15 times or
/// more. alpha (N, longest).
show::Table believed(const Data& data, const Tensor& alpha) {
  std::vector<double> times(data.items), share(data.items);
  for (Index n = 0; n < alpha.size(0); ++n) {
    const double left = static_cast<double>(data.left(n).size());
    for (Index i = 0; i < longest; ++i)
      if (const Index item = data.test.history.values[longest * n + i]; item < data.items)
        times[item] += 1, share[item] += alpha.at({n, i}) * left;
  }
  std::vector<std::pair<double, std::string>> order;
  for (Index item = 0; item < data.items; ++item)
    if (times[item] >= 15) order.emplace_back(share[item] / times[item], data.baskets.items[item]);
  std::sort(order.begin(), order.end());  // the least first
  show::Table table({"most believed", "x fair share", "least believed", "x fair share "});
  for (std::size_t i = 0; i < std::min<std::size_t>(6, order.size()); ++i) {
    const auto &least = order[i], &most = order[order.size() - 1 - i];
    table.add_row({most.second, show::number(most.first, 2), least.second, show::number(least.first, 2)});
  }
  return table;
}

}  // namespace
