#pragma once
#include <array>
#include <map>

#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include "market.h"

// What one seed comes to: readers of headlines, trained from the start; a market, and who predicts it.

struct HeadlineRun {
  std::map<std::string, std::vector<double>> right;  // by model: a share for each kind of headline
  double turned_without_not = 0, turned_without_other = 0;
  datasets::Vocabulary vocabulary;
  std::shared_ptr<HeadlineReader> reader;
  Moods moods;
};

/// How often attention's verdict turns over, if "not" or a random other word of a headline of one clause is hidden.
inline double turned(const HeadlineReader& reader, const HeadlineTask& task, bool hide_not, Rng& rng) {
  const Index word_not = task.vocabulary.number("not");
  std::vector<Index> which;
  for (std::size_t n = 0; n < task.test.headlines.size(); ++n)
    if (task.test.headlines[n].kind == 1) which.push_back(static_cast<Index>(n));
  const Indices whole = take_rows(task.test.words, which);
  Indices less = whole;
  const Index length = whole.shape[1];
  for (Index n = 0; n < whole.shape[0]; ++n) {
    std::vector<Index> places;
    for (Index t = 0; t < length; ++t) {
      const Index word = whole.values[n * length + t];
      if (word != datasets::Vocabulary::padding && (word == word_not) == hide_not) places.push_back(t);
    }
    less.values[n * length + places[rng.below(static_cast<Index>(places.size()))]] = datasets::Vocabulary::padding;
  }
  const Indices before = argmax(scores_of(reader, whole), 1), after = argmax(scores_of(reader, less), 1);
  double count = 0;
  for (std::size_t n = 0; n < which.size(); ++n) count += before.values[n] != after.values[n];
  return count / static_cast<double>(which.size());
}

inline HeadlineRun headline_run(Index to_learn_from, Index epochs, std::uint64_t seed) {
  const HeadlineTask task = headline_task(to_learn_from, seed);
  Rng rng(seed);
  const Index words = task.vocabulary.size();
  HeadlineRun run;
  run.vocabulary = task.vocabulary;
  run.right["chance"] = std::vector<double>(kinds.size(), 0.5);
  run.right["bag of words"] = trained(BagReader(words, false, rng), task, epochs, rng);
  run.right["bag, hidden layer"] = trained(BagReader(words, true, rng), task, epochs, rng);
  run.right["LSTM"] = trained(LstmReader(words, rng), task, epochs, rng);
  run.right["attention, no positions"] = trained(HeadlineReader(words, false, rng), task, epochs, rng);
  run.reader = std::make_shared<HeadlineReader>(words, true, rng);
  run.right["attention"] = trained(*run.reader, task, epochs, rng);
  run.turned_without_not = turned(*run.reader, task, true, rng);
  run.turned_without_other = turned(*run.reader, task, false, rng);
  const Indices read = argmax(scores_of(*run.reader, task.test.words), 1);
  for (std::size_t n = 0; n < read.values.size(); ++n) {
    run.moods.read_mood.push_back(read.values[n] ? 1 : -1);
    run.moods.true_mood.push_back(task.test.verdicts.values[n] ? 1 : -1);
  }
  return run;
}

struct MarketRun {
  std::map<std::string, HitRates> rates;  // by model: a hit rate for each year
  double price_explained = 0, move_explained = 0;
};

/// The share of the variance of y that its prediction explains: 1 - sum (y - yhat)^2 / sum (y - mean)^2.
inline double explained(const std::vector<double>& y, const std::vector<double>& predicted) {
  double mean = 0, error = 0, variance = 0;
  for (double value : y) mean += value / static_cast<double>(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) error += pow(y[i] - predicted[i], 2), variance += pow(y[i] - mean, 2);
  return 1 - error / variance;
}

inline std::vector<MarketRun> market_runs(const Moods& moods, double effect, Index markets, Index epochs, bool peek, std::uint64_t seed) {
  std::vector<MarketRun> runs;
  show::Progress progress(markets, "markets");
  for (Index m = 0; m < markets; ++m) {
    Rng rng(seed * 1000 + static_cast<std::uint64_t>(m));
    const Market market = draw_market(moods, effect, peek, rng);
    MarketRun run;
    run.rates["attention"] = backtest(MarketReader(rng), market, epochs, rng);
    run.rates["logistic regression"] = backtest(LogisticReader(rng), market, epochs, rng);
    for (Index year = 0; year < 3; ++year) {
      const Year& one = market.years[year];
      double yesterday = 0, mood = 0, coin = 0;
      for (Index day = 0; day < days; ++day) {
        const bool up = one.up.values[day] == 1;
        yesterday += (one.x.at({day, window - 1, 0}) > 0) == up;
        mood += (one.x.at({day, window - 1, 1}) > 0) == up;
        coin += (rng.below(2) == 1) == up;
      }
      run.rates["as yesterday"][year] = yesterday / days;
      run.rates["this morning's mood"][year] = mood / days;
      run.rates["a coin"][year] = coin / days;
    }
    const std::vector<double> today(market.price.begin(), market.price.end() - 1), tomorrow(market.price.begin() + 1, market.price.end());
    run.price_explained = explained(tomorrow, today);
    run.move_explained = explained({market.moves.begin() + 1, market.moves.end()}, std::vector<double>(market.moves.size() - 1, 0.0));
    runs.push_back(run);
    progress.step();
  }
  return runs;
}

/// A model's hit rates in one year, a number for each market.
inline std::vector<double> of_year(const std::vector<MarketRun>& runs, const std::string& model, Index year) {
  std::vector<double> rates;
  for (const MarketRun& run : runs) rates.push_back(run.rates.at(model)[year]);
  return rates;
}

/// The number that a share of the numbers does not exceed: 0 the smallest, 0.5 the median, 1 the largest.
inline double quantile(std::vector<double> numbers, double share) {
  std::sort(numbers.begin(), numbers.end());
  const double last = static_cast<double>(numbers.size() - 1);
  return numbers[static_cast<std::size_t>(std::min(share * last + 0.5, last))];
}

inline std::vector<std::string> row_of(const std::string& name, const std::vector<double>& rates) {
  std::vector<std::string> row{name};
  for (double share : {0.0, 0.05, 0.5, 0.95, 1.0}) row.push_back(show::number(quantile(rates, share), 3));
  return row;
}
