#pragma once
#include <qkv/qkv.h>

#include <algorithm>
#include <numeric>

using namespace qkv;

/// The rank of each number, from 1; equal numbers share the mean of their ranks.
inline std::vector<double> ranks_of(const std::vector<double>& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<double> ranks(x.size());
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    while (j < order.size() && x[order[j]] == x[order[i]]) ++j;
    for (std::size_t k = i; k < j; ++k) ranks[order[k]] = static_cast<double>(i + j + 1) / 2;
  }
  return ranks;
}

/// Spearman's rank correlation: 1 if both put the words in the same order, -1 if in the opposite one, about 0 if they know nothing of each other.
/// 0 where one of them has no order at all.
inline double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> ra = ranks_of(a), rb = ranks_of(b);
  const double middle = (static_cast<double>(a.size()) + 1) / 2;
  double both = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (ra[i] - middle) * (rb[i] - middle);
    aa += (ra[i] - middle) * (ra[i] - middle);
    bb += (rb[i] - middle) * (rb[i] - middle);
  }
  return aa == 0 || bb == 0 ? 0 : both / std::sqrt(aa * bb);
}
