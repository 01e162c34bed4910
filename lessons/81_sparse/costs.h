#pragma once
#include <qkv/show/chart.h>
#include <qkv/show/format.h>
#include <qkv/show/stopwatch.h>
#include <qkv/tensor/allocator.h>

#include "lookup.h"

// What one pass costs at several n, and the rows and lines that show results.

struct Costs {
  std::string kind;
  std::vector<double> n, multiply_adds, seconds, bytes;
};

/// One pass at n = 64, 256, ... on random numbers of width 32: its multiply-adds, its fastest time, and the memory it has in use at most.
inline std::vector<Costs> costs_up_to(Index largest) {
  std::vector<Costs> all(5);
  Rng rng(2);
  for (Index n = 64, root = 8; n <= largest; n *= 4, root *= 2) {
    const Tensor q = randn({1, n, 32}, rng), k = randn({1, n, 32}, rng), v = randn({1, n, 32}, rng);
    const std::vector<Kind> kinds{{"full"}, {"window", 16}, {"strided", root}, {"low rank", 32}, {"linear"}};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      double fastest = infinity, bytes = 0;
      for (int run = 0; run < 5; ++run) {
        reset_peak_bytes();
        const std::size_t before = bytes_in_use();
        const show::Stopwatch watch;
        kinds[i](q, k, v);
        fastest = std::min(fastest, watch.seconds());
        bytes = static_cast<double>(peak_bytes() - before);
      }
      all[i].kind = kinds[i].name;
      all[i].n.push_back(static_cast<double>(n));
      all[i].multiply_adds.push_back(static_cast<double>(kinds[i].multiply_adds(n, 32)));
      all[i].seconds.push_back(fastest);
      all[i].bytes.push_back(bytes);
    }
  }
  return all;
}

inline std::vector<std::string> headings_of(const std::vector<Costs>& costs) {
  std::vector<std::string> headings{""};
  for (double n : costs[0].n) headings.push_back("n = " + show::whole(std::lround(n)));
  headings.push_back("exponent");
  return headings;
}
inline std::vector<std::string> row_of(const std::string& name, const std::vector<double>& n, const std::vector<double>& y,
                                       std::string (*text)(double), int digits) {
  std::vector<std::string> row{name};
  for (double one : y) row.push_back(text(one));
  row.push_back(show::number(datasets::fit_power_law(n, y).exponent, digits));
  return row;
}

// ---- Look-up over seeds

inline double mean_seconds(const std::vector<LookUpRun>& runs) {
  double sum = 0;
  for (const LookUpRun& run : runs) sum += run.seconds;
  return sum / static_cast<double>(runs.size());
}
/// The mean over the octaves of distance from 1 to 16 / beyond.
inline std::vector<double> over_octaves(const std::vector<LookUpRun>& runs, std::size_t when, bool want_near) {
  std::vector<double> shares;
  for (const LookUpRun& run : runs) {
    const ByDistance& found = run.after[when];
    double right = 0, count = 0;
    for (std::size_t i = 0; i < found.up_to.size(); ++i)
      if ((found.up_to[i] <= 16) == want_near) right += found.right[i], ++count;
    shares.push_back(right / count);
  }
  return shares;
}
inline std::vector<double> near(const std::vector<LookUpRun>& runs, std::size_t when) { return over_octaves(runs, when, true); }
inline std::vector<double> far(const std::vector<LookUpRun>& runs, std::size_t when) { return over_octaves(runs, when, false); }

/// The median of the seeds at each distance, at the end.
inline show::Series line_of(const std::string& name, const std::vector<LookUpRun>& runs) {
  show::Series line{name, {}, {}};
  for (std::size_t i = 0; i < runs[0].after[1].up_to.size(); ++i) {
    std::vector<double> all;
    for (const LookUpRun& run : runs) all.push_back(run.after[1].right[i]);
    line.x.push_back(static_cast<double>(runs[0].after[1].up_to[i]));
    line.y.push_back(show::median(all));
  }
  return line;
}
