#pragma once
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/stopwatch.h>
#include <qkv/show/table.h>
#include <qkv/tensor/allocator.h>

// Time and memory of a pass, and tables of what grows with n.

using namespace qkv;

/// Times the same work several times: `while (watch.another_run()) work();`
class FastestRun {
 public:
  bool another_run();
  /// Seconds of the fastest run, which is the one least disturbed.
  double best() const { return best_; }

 private:
  show::Stopwatch watch_;
  double best_ = infinity, all_ = 0;
  int runs_ = 0;
};

inline bool FastestRun::another_run() {
  if (runs_ > 0) {
    const double passed = watch_.seconds();
    if (passed < best_) best_ = passed;
    all_ += passed;
  }
  bool another = runs_ < 3 || (all_ < 0.05 && runs_ < 200);
  ++runs_;
  watch_ = show::Stopwatch();
  return another;
}

/// The library's attention, whose weights are all made or never.
inline Tensor attention(const Tensor& Q, const Tensor& K, const Tensor& V, bool need_weights = true) {
  AttentionOptions options;
  options.need_weights = need_weights;
  return scaled_dot_product_attention(Q, K, V, options).output;
}

/// Seconds of one pass.
inline double time_of(const nn::LSTM& lstm, const Tensor& x) {
  FastestRun watch;
  while (watch.another_run()) lstm(x);
  return watch.best();
}
inline double time_of_attention(const Tensor& x, bool need_weights) {
  FastestRun watch;
  while (watch.another_run()) attention(x, x, x, need_weights);
  return watch.best();
}

/// Seconds of each of several works: the fastest of `rounds`, in turn, so that whatever else the machine does disturbs all of them alike.
inline std::vector<double> times_in_turn(const std::vector<std::function<void()>>& works, int rounds,
                                         show::Clock clock = show::Clock::wall) {
  std::vector<double> best(works.size(), infinity);
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < works.size(); ++i) {
      const show::Stopwatch watch(clock);
      works[i]();
      best[i] = std::min(best[i], std::max(watch.seconds(), 1e-9));  // a coarse clock may see no time pass
    }
  return best;
}

/// How long each work takes, divided by the time of the last: the median of nine repeats and the range.
inline std::vector<std::string> ratios(const std::vector<std::function<void()>>& works, int digits) {
  std::vector<std::vector<double>> all(works.size());
  for (int repeat = 0; repeat < 9; ++repeat) {
    const std::vector<double> best = times_in_turn(works, 12);
    for (std::size_t i = 0; i < works.size(); ++i) all[i].push_back(best[i] / best.back());
  }
  std::vector<std::string> text;
  for (const std::vector<double>& values : all) text.push_back(show::median_and_range(values, digits));
  return text;
}

/// Bytes that attention has in use at once beyond its input: forward, or forward and back.
inline double memory_of_attention(Index n, Index d, bool need_weights, bool both_ways, Rng& rng) {
  Tensor x = randn({1, n, d}, rng).requires_grad(both_ways);
  reset_peak_bytes();
  std::size_t before = bytes_in_use();
  Tensor y = attention(x, x, x, need_weights);
  if (both_ways) y.backward(ones(y.shape()));
  return static_cast<double>(peak_bytes() - before);
}

/// What is counted or measured at each n: a curve for each name.
using Growth = std::vector<show::Series>;
inline Growth growth_of(std::initializer_list<const char*> names) {
  Growth curves;
  for (const char* name : names) curves.push_back({name, {}, {}});
  return curves;
}

/// One value for each curve.
inline void add(Growth& curves, Index n, std::initializer_list<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    curves[i].x.push_back(static_cast<double>(n));
    curves[i].y.push_back(values.begin()[i]);
  }
}
inline void add(Growth& curves, Index n, std::initializer_list<Index> counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    curves[i].x.push_back(static_cast<double>(n));
    curves[i].y.push_back(static_cast<double>(counts.begin()[i]));
  }
}

inline std::string whole(double count) { return show::whole(lround(count)); }
inline std::string ms(double seconds) { return show::number(seconds * 1000, 3) + " ms"; }
inline std::string kib(double bytes) { return whole(bytes / 1024); }

/// A row for each n, a column for each curve, and last the slope of the straight line that fits best where both axes are logarithmic.
inline void show_growth(show::Lesson& lesson, const Growth& growth, std::string (*text)(double), int digits,
                        const char* last = "exponent") {
  std::vector<std::string> headings{"n"}, exponents{last};
  for (const show::Series& curve : growth) {
    headings.push_back(curve.name);
    exponents.push_back(show::number(datasets::fit_power_law(curve.x, curve.y).exponent, digits));
  }
  show::Table table(headings);
  for (std::size_t i = 0; i < growth[0].x.size(); ++i) {
    std::vector<std::string> row{whole(growth[0].x[i])};
    for (const show::Series& curve : growth) row.push_back(text(curve.y[i]));
    table.add_row(row);
  }
  lesson.show(table.add_row(exponents));
}

inline show::LineChart chart(const char* title, const Growth& curves) {
  show::LineChart chart{title, "n", "", curves};
  chart.log_x = chart.log_y = true;
  return chart;
}
