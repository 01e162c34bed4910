#include <qkv/nn/decode.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qkv::nn {

Indices append_column(const Indices& written, const Indices& last) {
  require(written.shape.rank() == 2 && last.shape == Shape{written.shape[0]}, "append_column: ", written.shape, " and ", last.shape,
          ": must be (B, T) and (B)");
  for (const Indices* each : {&written, &last}) each->check("append_column");
  const Index rows = written.shape[0], columns = written.shape[1];
  std::vector<Index> longer;
  longer.reserve(static_cast<std::size_t>(rows * (columns + 1)));
  for (Index r = 0; r < rows; ++r) {
    longer.insert(longer.end(), written.values.begin() + r * columns, written.values.begin() + (r + 1) * columns);
    longer.push_back(last.values[r]);
  }
  return Indices(Shape{rows, columns + 1}, std::move(longer));
}

Indices greedy_decode(const Indices& written, Integer steps, const std::function<Tensor(const Indices&)>& next) {
  require(steps >= 0, "greedy_decode: ", steps, " steps: must not be negative");
  NoGrad no_grad;
  Indices longer = written;
  for (Index step = 0; step < steps; ++step) longer = append_column(longer, argmax(next(longer)));
  return longer;
}

Indices last_column(const Indices& written) {
  require(written.shape.rank() == 2 && written.shape[1] > 0, "last_column: ", written.shape, ": must be (B, T) with T at least 1");
  written.check("last_column");
  const Index columns = written.shape[1];
  std::vector<Index> last;
  for (Index at = columns - 1; at < written.shape.count(); at += columns) last.push_back(written.values[at]);
  return Indices(Shape{written.shape[0], 1}, std::move(last));
}

Indices sample(const Tensor& scores, Rng& rng, double temperature, Integer top_k) {
  require(scores.rank() >= 1 && scores.size() > 0, "sample: scores ", scores.shape(), ": must be (..., classes), and not empty");
  require(temperature >= 0, "sample: temperature ", temperature, ": must not be negative");
  require(top_k >= 0, "sample: top_k ", top_k, ": must not be negative");
  if (temperature == 0) top_k = 1;
  const Index classes = scores.size(-1), kept = top_k == 0 ? classes : std::min<Index>(top_k, classes);
  std::vector<Index> order(classes), drawn;
  std::vector<double> weight(kept);
  for (const Scalar *row = scores.data(), *end = row + scores.size(); row != end; row += classes) {
    require(std::none_of(row, row + classes, [](Scalar x) { return std::isnan(x); }), "sample: a score is NaN");
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + kept, order.end(),
                      [&](Index a, Index b) { return row[a] > row[b] || (a < b && row[a] == row[b]); });
    const double largest = static_cast<double>(row[order[0]]);
    require(largest > -infinity, "sample: every score of a row is -inf");
    double sum = 0;
    for (Index i = 0; i < kept; ++i) {
      const double below = static_cast<double>(row[order[i]]) - largest;  // not a number: two infinities, equally likely
      sum += weight[i] = std::isnan(below) ? 1 : std::exp(below / (kept == 1 ? 1 : temperature));
    }
    double rest = kept == 1 ? 0 : rng.uniform(0, sum);
    Index chosen = 0;
    while (chosen + 1 < kept && weight[chosen + 1] > 0 && rest >= weight[chosen]) rest -= weight[chosen++];
    drawn.push_back(order[chosen]);
  }
  const Shape shape = scores.shape();
  return Indices(shape.part(0, shape.rank() - 1), std::move(drawn));
}

namespace {

/// A hypothesis that may be kept: `parent` as it is, if it is finished, or continued by a mark.
struct Candidate {
  double score, log_p;
  const Hypothesis* parent;
  Index mark;  // -1: as it is
  Index row;   // of `written`, which the parent stands in
};

/// The best `most` of what is offered, the best first; of equal ones the first.
class Best {
 public:
  explicit Best(Index most) : most_(static_cast<std::size_t>(most)) {}
  void offer(const Candidate& x) {
    if (kept_.size() == most_ && !(x.score > kept_.back().score)) return;
    if (kept_.size() == most_) kept_.pop_back();
    kept_.insert(std::upper_bound(kept_.begin(), kept_.end(), x, [](const Candidate& a, const Candidate& b) { return a.score > b.score; }),
                 x);
  }
  const std::vector<Candidate>& kept() const { return kept_; }

 private:
  std::size_t most_;
  std::vector<Candidate> kept_;
};

Hypothesis continued(const Candidate& x, Index end) {
  Hypothesis longer = *x.parent;
  if (x.mark < 0) return longer;
  longer.marks.push_back(x.mark);
  longer.log_p = x.log_p;
  longer.score = x.score;
  longer.finished = x.mark == end;
  return longer;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(const Indices& beginning, Integer steps, const BeamOptions& options,
                                                 const NextScores& next) {
  require(beginning.shape.rank() == 2, "beam_search: the beginning ", beginning.shape, ": must be (B, T)");
  beginning.check("beam_search");
  require(steps >= 0 && options.beam >= 1, "beam_search: ", steps, " steps, a beam of ", options.beam, ": must be at least 0 and 1");
  require(std::isfinite(options.length_penalty), "beam_search: length_penalty ", options.length_penalty, ": must be finite");
  NoGrad no_grad;
  const Index rows = beginning.shape[0];
  std::vector<std::vector<Hypothesis>> beams(rows, {Hypothesis()});
  Indices written = beginning;    // of every hypothesis that is not finished, a row, in the order of the beams
  std::vector<Index> from(rows);  // which row of the last call each continues
  std::iota(from.begin(), from.end(), 0);

  for (Index step = 1; step <= steps && written.shape[0] > 0; ++step) {
    const Tensor log_p = log_softmax(next(written, from));
    require(log_p.rank() == 2 && log_p.size(0) == written.shape[0], "beam_search: scores ", log_p.shape(), " for ", written.shape[0],
            " rows: must be (", written.shape[0], ", classes)");
    const double divisor = std::pow(static_cast<double>(step), options.length_penalty);
    const Index classes = log_p.size(1), columns = written.shape[1];
    Index row = 0;
    std::vector<Index> longer;
    from.clear();
    for (std::vector<Hypothesis>& beam : beams) {
      Best best(options.beam);
      for (const Hypothesis& each : beam) {
        if (each.finished) {
          best.offer({each.score, each.log_p, &each, -1, 0});
          continue;
        }
        const Scalar* of_row = log_p.data() + row * classes;
        for (Index mark = 0; mark < classes; ++mark) {
          const double total = each.log_p + static_cast<double>(of_row[mark]);
          require(!std::isnan(total), "beam_search: a score is NaN");
          if (total > -infinity) best.offer({total / divisor, total, &each, mark, row});
        }
        ++row;
      }
      std::vector<Hypothesis> kept;
      for (const Candidate& each : best.kept()) {
        kept.push_back(continued(each, options.end));
        if (kept.back().finished) continue;
        longer.insert(longer.end(), written.values.begin() + each.row * columns, written.values.begin() + (each.row + 1) * columns);
        longer.push_back(each.mark);
        from.push_back(each.row);
      }
      beam = std::move(kept);
    }
    written = Indices(Shape{static_cast<Index>(from.size()), columns + 1}, std::move(longer));
  }
  return beams;
}

}  // namespace qkv::nn
