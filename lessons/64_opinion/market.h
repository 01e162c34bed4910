#pragma once
#include "readers.h"

// Prices, the moods of headlines beside them, and what models make of both.

/// Headlines with their verdicts, and what a model took them for: +1 good, -1 bad.
struct Moods {
  std::vector<double> true_mood, read_mood;
};

/// Three years of 250 days. The day's price moves by effect * mood of the morning's headline + noise: with effect 0 the price is a random walk.
/// A day is seen as the eight moves before it and the eight moods up to its morning: x (250, 8, 2); up (250): did the price rise?
struct Year {
  Tensor x;
  Indices up;
};
constexpr Index days = 250, window = 8;

struct Market {
  std::vector<double> moves, price;
  Year years[3];
};

/// peek: the mistake of --break=peek. The window is a day too late and ends with the move that is to be predicted.
inline Market draw_market(const Moods& moods, double effect, bool peek, Rng& rng) {
  const Index all = window + 3 * days;
  Market market;
  std::vector<double> mood;
  for (Index t = 0; t < all; ++t) {
    const Index headline = rng.below(static_cast<Index>(moods.true_mood.size()));
    mood.push_back(moods.read_mood[headline]);
    market.moves.push_back(effect * moods.true_mood[headline] + rng.normal());
    market.price.push_back((t == 0 ? 100 : market.price.back()) + market.moves.back());
  }
  for (Index year = 0; year < 3; ++year) {
    std::vector<Scalar> x;
    Indices up({days}, std::vector<Index>(days));
    for (Index day = 0; day < days; ++day) {
      const Index t = window + year * days + day;  // to be predicted: moves[t]
      for (Index i = t - window; i < t; ++i) {
        x.push_back(static_cast<Scalar>(market.moves[peek ? i + 1 : i]));
        x.push_back(static_cast<Scalar>(mood[i + 1]));
      }
      up.values[day] = market.moves[t] > 0;
    }
    market.years[year] = {tensor({days, window, 2}, x), up};
  }
  return market;
}

/// The headlines' model again, with numbers for words: a day is its move and its mood.
struct MarketReader : nn::Module {
  nn::Linear day;
  Attentive attentive;

  explicit MarketReader(Rng& rng) : day(2, 16, rng), attentive(window, 16, 2, true, rng) {
    adopt("day", day), adopt("attentive", attentive);
  }
  Tensor operator()(const Tensor& x) const { return attentive(day(x)); }
};

/// Logistic regression: each of the sixteen numbers has a weight.
struct LogisticReader : nn::Module {
  nn::Linear answer;

  explicit LogisticReader(Rng& rng) : answer(2 * window, 2, rng) { adopt("answer", answer); }
  Tensor operator()(const Tensor& x) const { return answer(reshape(x, {x.size(0), 2 * window})); }
};

/// The share of days whose direction was said rightly, in each year: the model learned from the first.
using HitRates = std::array<double, 3>;

template <class Model>
HitRates backtest(const Model& model, const Market& market, Index epochs, Rng& rng) {
  fit(model, market.years[0].x, market.years[0].up, {epochs, 50, 0.003}, rng, [](double) {});
  HitRates rates;
  for (Index year = 0; year < 3; ++year) rates[year] = accuracy(scores_of(model, market.years[year].x), market.years[year].up);
  return rates;
}
