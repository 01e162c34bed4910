#include <qkv/datasets/metrics.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::datasets {
namespace {

void require_square(const char* operation, const Tensor& confusion) {
  require(confusion.rank() == 2 && confusion.size(0) == confusion.size(1), operation, ": ", confusion.shape(),
          ": must be (classes, classes)");
}

void require_ranks(const char* operation, const Indices& ranks, Index k) {
  ranks.check(operation);
  require(ranks.shape.rank() == 1 && !ranks.values.empty(), operation, ": ranks ", ranks.shape, ": must be (N), of at least one");
  require(k >= 1, operation, ": k is ", k, ": must be at least 1");
  for (Index rank : ranks.values) require(rank >= 1, operation, ": place ", rank, ": must be at least 1");
}

}  // namespace

Tensor confusion_matrix(const Indices& predicted, const Indices& target, Integer classes) {
  require(classes >= 1, "confusion_matrix: ", classes, " classes: must be at least 1");
  require(predicted.shape.rank() == 1 && predicted.shape == target.shape, "confusion_matrix: predicted ", predicted.shape, ", target ",
          target.shape, ": both must be (N)");
  for (const Indices* each : {&predicted, &target}) each->check("confusion_matrix");
  Tensor result = zeros({classes, classes});
  Scalar* counts = result.mutable_data();
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    Index row = target.values[i], column = predicted.values[i];
    for (Index c : {row, column}) require(c >= 0 && c < classes, "confusion_matrix: class ", c, ": must be from 0 to ", classes - 1);
    counts[row * classes + column] += 1;
  }
  return result;
}

std::vector<ClassScore> class_scores(const Tensor& confusion) {
  require_square("class_scores", confusion);
  Index classes = confusion.size(0);
  for (Index i = 0; i < confusion.size(); ++i) {
    const double count = static_cast<double>(confusion.data()[i]);
    require(count >= 0 && std::isfinite(count), "class_scores: the confusion matrix holds ", count, " at ", Shape{i / classes, i % classes},
            ": must be finite, and not negative");
  }
  std::vector<ClassScore> scores;
  for (Index c = 0; c < classes; ++c) {
    double right = static_cast<double>(confusion.at({c, c})), are = 0, said = 0;
    for (Index other = 0; other < classes; ++other) {
      are += static_cast<double>(confusion.at({c, other}));
      said += static_cast<double>(confusion.at({other, c}));
    }
    auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
    scores.push_back({share(right, said), share(right, are), share(2 * right, said + are), static_cast<Index>(are)});
  }
  return scores;
}

double macro_f1(const Tensor& confusion) {
  require_square("macro_f1", confusion);
  require(confusion.size() > 0, "macro_f1: ", confusion.shape(), ": needs at least one class");
  std::vector<ClassScore> scores = class_scores(confusion);
  double total = 0;
  for (const ClassScore& score : scores) total += score.f1;
  return total / static_cast<double>(scores.size());
}

Indices ranks_of(const Tensor& scores, const Indices& target) {
  target.check("ranks_of");
  require(scores.rank() == 2 && target.shape == Shape{scores.size(0)}, "ranks_of: scores ", scores.shape(), ", target ", target.shape,
          ": must be (N, C) and (N)");
  const Index classes = scores.size(1);
  Indices ranks(target.shape, std::vector<Index>(target.values.size()));
  for (Index n = 0; n < scores.size(0); ++n) {
    const Index right = target.values[n];
    require(right >= 0 && right < classes, "ranks_of: target ", right, ": must be from 0 to ", classes - 1);
    const Scalar* row = scores.data() + n * classes;
    for (Index c = 0; c < classes; ++c) ranks.values[n] += !(row[c] < row[right]);  // true for NaN
  }
  return ranks;
}

double hit_rate(const Indices& ranks, Integer k) {
  require_ranks("hit_rate", ranks, k);
  auto hits = std::count_if(ranks.values.begin(), ranks.values.end(), [&](Index rank) { return rank <= k; });
  return static_cast<double>(hits) / static_cast<double>(ranks.values.size());
}

double ndcg(const Indices& ranks, Integer k) {
  require_ranks("ndcg", ranks, k);
  double total = 0;
  for (Index rank : ranks.values)
    if (rank <= k) total += 1 / std::log2(1 + static_cast<double>(rank));
  return total / static_cast<double>(ranks.values.size());
}

double ndcg(const std::vector<double>& gains, Integer k) {
  require(k >= 1, "ndcg: k is ", Index(k), ": must be at least 1");
  for (double gain : gains) require(gain >= 0 && std::isfinite(gain), "ndcg: gain ", gain, ": must be finite, and not negative");
  auto dcg = [&](const std::vector<double>& order) {
    double total = 0;
    for (Index i = 0; i < std::min<Index>(k, static_cast<Index>(order.size())); ++i)
      total += order[i] / std::log2(static_cast<double>(i) + 2);
    return total;
  };
  std::vector<double> best = gains;
  std::sort(best.begin(), best.end(), [](double a, double b) { return a > b; });
  return dcg(best) > 0 ? dcg(gains) / dcg(best) : 0;
}

double average_precision(std::vector<Found> found, Integer positives) {
  for (const Found& one : found) require(!std::isnan(one.confidence), "average_precision: a confidence is NaN");
  auto all_right = std::count_if(found.begin(), found.end(), [](const Found& one) { return one.right; });
  require(positives >= 1 && positives >= all_right, "average_precision: ", all_right, " right ones of ", Index(positives),
          " there were: must be at least 1, and no more right ones than that");
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.confidence > b.confidence; });
  double total = 0, right = 0;
  for (std::size_t begin = 0, end = 0; begin < found.size(); begin = end) {
    double here = 0;
    while (end < found.size() && found[end].confidence == found[begin].confidence) here += found[end++].right;
    right += here;
    total += here * right / static_cast<double>(end);
  }
  return total / static_cast<double>(positives);
}

}  // namespace qkv::datasets
