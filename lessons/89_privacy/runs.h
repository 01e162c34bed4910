#pragma once
#include <qkv/show/format.h>
#include <qkv/show/stopwatch.h>
#include <qkv/show/table.h>

#include <array>

#include "noise.h"

// What one seed of sections 6 and 8 comes to.

using Shares = std::vector<double>;

inline double right(const TextModel& model, const datasets::TextSet& set, const std::vector<Index>& which) {
  NoGrad no_graph;
  return accuracy(model(take_rows(set.tokens, which)), take_rows(set.labels, which));
}

// ---- Section 4: one training, in parallel and alone

/// Plain gradient descent in all ranks, each with `part` texts of a batch.
struct Parallel {
  const datasets::TextSet& set;
  Index vocabulary, d, part, steps;
  std::uint64_t seed;
  bool dies = false, only_sum = false;  // mistakes: rank 2 ends; the sum of the gradients is taken for their mean

  struct Outcome {
    std::vector<Scalar> first_gradient, weights;
    double seconds = 0;
  };
  TextModel model() const { return TextModel(vocabulary, 12, 6, seed, d); }
  std::vector<Index> batch(Index step, Index first, Index texts) const {
    std::vector<Index> which;
    for (Index i = 0; i < texts; ++i) which.push_back((step * 256 + first + i) % 2000);
    return which;
  }
  /// What rank `rank` does; afterwards `outcome` says what came out.
  void run(Rank& rank, Outcome& outcome) const {
    TextModel mine = model();
    const show::Stopwatch watch;
    for (Index step = 0; step < steps; ++step) {
      std::vector<Scalar> g = gradient(mine, set, batch(step, part * rank.mine, part));
      if (rank.mine == 2 && dies) throw Error("no memory left (on purpose)");
      rank.add_up(g);
      for (Scalar& x : g) x /= static_cast<Scalar>(only_sum ? 1 : rank.count);
      add_to(mine.parameters(), g, -0.5);
      if (rank.keeps && step == 0) outcome.first_gradient = g;
    }
    if (rank.keeps) outcome.weights = flat(mine.parameters()), outcome.seconds = watch.seconds();
  }
  /// One rank that has all the texts of `ranks` ranks.
  Outcome alone(int ranks) const {
    Outcome outcome;
    TextModel one = model();
    const show::Stopwatch watch;
    for (Index step = 0; step < steps; ++step) {
      const std::vector<Scalar> g = gradient(one, set, batch(step, 0, part * ranks));
      add_to(one.parameters(), g, -0.5);
      if (step == 0) outcome.first_gradient = g;
    }
    outcome.weights = flat(one.parameters()), outcome.seconds = watch.seconds();
    return outcome;
  }
};

/// What each of n ranks sends in a step of ring all-reduce, 2 (n - 1) / n gradients of floats, for this model and for two large ones.
inline show::Table what_travels(Index ours) {
  show::Table table({"model", "parameters", "MB sent, n = 4", "MB sent, n = 64", "seconds, n = 64"});
  const std::vector<std::pair<std::string, double>> models{{"this one", static_cast<double>(ours)}, {"BERT-base", 110e6}, {"GPT-3", 175e9}};
  for (const auto& [name, parameters] : models) {
    auto mb = [p = parameters](double n) { return 4 * p * 2 * (n - 1) / n / 1e6; };
    table.add_row({name, show::whole(static_cast<std::int64_t>(parameters)), show::number(mb(4), 2), show::number(mb(64), 2),
                   show::scientific(mb(64) / 1250)});
  }
  return table;
}

// ---- Section 6: clients that learn together

const std::vector<std::string> ways{"each alone, mixed texts",       "each alone, sections of its own",     "averaged, mixed texts",
                                    "averaged, sections of its own", "averaged, mixed, 4 times the rounds", "all texts in one place"};

struct Clients {
  Index texts = 200, rounds = 15, batch = 20;
  double lr = 0.5;
};

/// The share of right answers of each way, for this rank's client. Every rank draws the same texts, and takes its part of them.
inline Shares one_seed(Rank& rank, const datasets::PackageText& data, const Clients& how, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Index> all = rng.permutation(data.train.labels.shape[0]), test = rng.permutation(data.test.labels.shape[0]);
  all.resize(static_cast<std::size_t>(how.texts * rank.count)), test.resize(std::min<std::size_t>(test.size(), 1000));
  std::vector<Index> sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](Index a, Index b) { return data.train.labels.values[a] < data.train.labels.values[b]; });
  auto part = [&](const std::vector<Index>& of) {
    return std::vector<Index>(of.begin() + how.texts * rank.mine, of.begin() + how.texts * (rank.mine + 1));
  };
  Shares shares;
  for (std::size_t way = 0; way < ways.size(); ++way) {
    TextModel model(data.vocabulary.size(), 12, static_cast<Index>(data.class_names.size()), seed);
    const std::vector<Index> mine = way == 5 ? all : part(way % 2 == 0 ? all : sorted);
    Rng order(seed + static_cast<std::uint64_t>(rank.mine));
    for (Index round = 0; round < (way == 4 ? 4 : 1) * how.rounds; ++round) {
      if (way >= 2 && way <= 4) federated_round(rank, model, data.train, mine, how.batch, how.lr, order);
      else if (way < 2 || rank.mine == 0) local_epoch(model, data.train, mine, how.batch, how.lr, order);
    }
    shares.push_back(way < 5 || rank.mine == 0 ? right(model, data.test, test) : 0);
  }
  return shares;
}

/// The mean over all clients of each way, for each seed: averaged()[way][seed].
inline std::vector<Shares> averaged(const Processes& processes, const datasets::PackageText& data, const Clients& how, std::uint64_t first,
                                    int seeds) {
  std::vector<Scalar> sums;
  processes.in_ranks([&](Rank& rank) {
    std::vector<Scalar> mine;
    for (int i = 0; i < seeds; ++i)
      for (double share : one_seed(rank, data, how, first + static_cast<std::uint64_t>(i))) mine.push_back(static_cast<Scalar>(share));
    rank.add_up(mine);
    if (rank.keeps) sums = mine;
  });
  std::vector<Shares> result(ways.size());
  for (std::size_t i = 0; i < sums.size(); ++i)
    result[i % ways.size()].push_back(double{sums[i]} / (i % ways.size() < 5 ? processes.ranks() : 1));
  return result;
}

// ---- Section 7: the account

inline show::Table beside_published() {
  show::Table table({"who", "q", "sigma", "steps", "published", "here", "alpha"});
  for (const Published& row : published) {
    const Spent spent = privacy_spent(row.q, row.sigma, row.steps, 1e-5);
    table.add_row({row.who, show::number(row.q, 5), show::number(row.sigma, 2), show::whole(static_cast<Index>(row.steps)), row.epsilon,
                   show::number(spent.epsilon, 2), show::whole(spent.alpha)});
  }
  return table;
}

// ---- Section 8: who took part?

struct Row {
  std::string name;
  Index texts;
  Training how;
};
inline std::vector<Row> trainings(Index longest, Index many) {
  const double q = 0.05;
  const Index short_run = 200;
  return {{"1,000 steps", 600, {q, longest, 0.5}},
          {"200 steps", 600, {q, short_run, 0.5}},
          {"200, clipped", 600, {q, short_run, 2, 1, 0}},
          {"200, sigma 0.5", 600, {q, short_run, 2, 1, 0.5}},
          {"200, sigma 1", 600, {q, short_run, 2, 1, 1}},
          {"200, sigma 2", 600, {q, short_run, 2, 1, 2}},
          {"200, sigma 1, " + show::whole(many) + " texts", many, {q * 600 / static_cast<double>(many), short_run, 2, 1, 1}}};
}

/// Accuracy on new texts; AUC of who tells members from strangers by the loss; the same for texts with a wrong label.
struct Found {
  double right, all, odd;
};

/// One text in ten has a wrong label, among the members and among the strangers.
inline Found one_training(const datasets::PackageText& data, const Row& row, std::uint64_t seed) {
  Rng rng(seed);
  datasets::TextSet set = data.train;
  const Index classes = static_cast<Index>(data.class_names.size());
  std::vector<Index> order = rng.permutation(set.labels.shape[0]), test = rng.permutation(data.test.labels.shape[0]);
  if (row.texts >= set.labels.shape[0]) throw Error("lesson 89: there are too few texts");
  const std::vector<Index> members(order.begin(), order.begin() + row.texts);
  const std::vector<Index> strangers(order.begin() + row.texts, order.begin() + std::min<Index>(2 * row.texts, set.labels.shape[0]));
  test.resize(std::min<std::size_t>(test.size(), 1000));
  const std::vector<Index> odd_members(members.begin(), members.begin() + row.texts / 10),
      odd_strangers(strangers.begin(), strangers.begin() + static_cast<Index>(strangers.size()) / 10);
  for (const std::vector<Index>& odd : {odd_members, odd_strangers})
    for (Index i : odd) set.labels.values[i] = (set.labels.values[i] + 1 + rng.below(classes - 1)) % classes;
  TextModel model(data.vocabulary.size(), 12, classes, seed);
  train(model, set, members, row.how, rng);
  return {right(model, data.test, test), auc(losses(model, set, members), losses(model, set, strangers)),
          auc(losses(model, set, odd_members), losses(model, set, odd_strangers))};
}

/// For each training the three numbers of all seeds. The seeds are shared among the ranks.
inline std::vector<std::array<Shares, 3>> over_seeds(const Processes& processes, const datasets::PackageText& data,
                                                     const std::vector<Row>& rows, std::uint64_t first, int seeds) {
  const std::size_t jobs = rows.size() * static_cast<std::size_t>(seeds);
  std::vector<Scalar> all;
  processes.in_ranks([&](Rank& rank) {
    std::vector<Scalar> mine(3 * jobs, 0);
    for (std::size_t job = static_cast<std::size_t>(rank.mine); job < jobs; job += static_cast<std::size_t>(rank.count)) {
      const Found one = one_training(data, rows[job % rows.size()], first + job / rows.size());
      mine[3 * job] = static_cast<Scalar>(one.right);
      mine[3 * job + 1] = static_cast<Scalar>(one.all);
      mine[3 * job + 2] = static_cast<Scalar>(one.odd);
    }
    rank.add_up(mine);
    if (rank.keeps) all = mine;
  });
  std::vector<std::array<Shares, 3>> result(rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) result[i / 3 % rows.size()][i % 3].push_back(double{all[i]});
  return result;
}
