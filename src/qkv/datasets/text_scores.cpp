#include <qkv/datasets/text_scores.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace qkv::datasets {
namespace {

/// How often each run of n words comes.
std::map<Words, int> runs_of(const Words& words, Index n) {
  std::map<Words, int> count;
  for (auto first = words.begin(); words.end() - first >= n; ++first) ++count[Words(first, first + n)];
  return count;
}

/// How many runs there are in all / how many are in both, each as often as it is in both.
int total(const std::map<Words, int>& runs) {
  int sum = 0;
  for (const auto& run : runs) sum += run.second;
  return sum;
}
int in_both(const std::map<Words, int>& a, const std::map<Words, int>& b) {
  int sum = 0;
  for (const auto& run : a) {
    auto other = b.find(run.first);
    if (other != b.end()) sum += std::min(run.second, other->second);
  }
  return sum;
}

void require_pairs(const char* operation, const std::vector<Words>& written, const std::vector<Words>& references, const char* what,
                   Index n) {
  require(written.size() == references.size() && !written.empty(), operation, ": ", written.size(), " texts, ", references.size(),
          " references: must be as many, and at least one");
  require(n >= 1, operation, ": ", what, " ", n, ": must be at least 1");
}

}  // namespace

Bleu bleu(const std::vector<Words>& written, const std::vector<Words>& references, Integer longest) {
  require_pairs("bleu", written, references, "longest", longest);
  Bleu result;
  double logs = 0, c = 0, r = 0;
  for (Index n = 1; n <= longest; ++n) {
    double right = 0, all = 0;
    for (std::size_t i = 0; i < written.size(); ++i) {
      const std::map<Words, int> runs = runs_of(written[i], n);
      right += in_both(runs, runs_of(references[i], n));
      all += total(runs);
    }
    result.precision.push_back(all > 0 ? right / all : 0);
    logs += std::log(result.precision.back());
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    c += static_cast<double>(written[i].size());
    r += static_cast<double>(references[i].size());
  }
  result.brevity = c > r ? 1 : c > 0 ? std::exp(1 - r / c) : 0;
  result.score = 100 * result.brevity *
                 std::exp(logs / static_cast<double>(Index(longest)));  // of a precision of 0 the log is -infinity, and the score 0
  return result;
}

double rouge(const std::vector<Words>& written, const std::vector<Words>& references, Integer n) {
  require_pairs("rouge", written, references, "n", n);
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::map<Words, int> ours = runs_of(written[i], n), theirs = runs_of(references[i], n);
    const int runs = total(ours) + total(theirs);
    if (runs == 0) continue;
    sum += 2.0 * in_both(ours, theirs) / runs;
    ++count;
  }
  return count > 0 ? 100 * sum / count : 0;
}

}  // namespace qkv::datasets
