#include "layers.h"

#include <qkv/nn/decode.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/softmax.h>
#include <qkv/ostream.h>
#include <qkv/tensor/error.h>

#include <array>
#include <map>
#include <sstream>

using namespace qkv;

TEST_CASE("greedy_decode: each mark is the likeliest after those before it") {
  // What follows is the sum of all marks so far, modulo 5: every step must see every earlier one.
  int calls = 0;
  auto next = [&](const Indices& written) {
    ++calls;
    CHECK(!grad_enabled());
    Indices sums({written.shape[0]}, std::vector<Index>(static_cast<std::size_t>(written.shape[0]), 0));
    for (std::size_t i = 0; i < written.values.size(); ++i) {
      Index& sum = sums.values[i / static_cast<std::size_t>(written.shape[1])];
      sum = (sum + written.values[i]) % 5;
    }
    return one_hot(sums, 5) * 3 - 1;
  };
  Indices answer = nn::greedy_decode({{1, 2}, {4, 0}}, 3, next);
  CHECK(answer.shape == Shape{2, 5});
  CHECK(answer.values == std::vector<Index>{1, 2, 3, 1, 2, 4, 0, 4, 3, 1});
  CHECK(calls == 3);
  CHECK(grad_enabled());
  CHECK(nn::greedy_decode({{7}}, 0, next).values == std::vector<Index>{7});
}

TEST_CASE("append_column: one more column") {
  Indices longer = nn::append_column({{1, 2}, {3, 4}}, {5, 6});
  CHECK(longer.shape == Shape{2, 3});
  CHECK(longer.values == std::vector<Index>{1, 2, 5, 3, 4, 6});
  CHECK_THROWS_WITH_AS(nn::append_column({{1, 2}, {3, 4}}, {5}), "append_column: (2, 2) and (1,): must be (B, T) and (B)", Error);
}

TEST_CASE("last_column: what was written last") {
  CHECK(nn::last_column({{1, 2}, {3, 4}}).values == std::vector<Index>{2, 4});
  CHECK(nn::last_column({{1, 2}, {3, 4}}).shape == Shape{2, 1});
  CHECK_THROWS_WITH_AS(nn::last_column({1, 2}), "last_column: (2,): must be (B, T) with T at least 1", Error);
}

namespace {

/// How often each class is drawn for one row of scores, of 20,000.
std::vector<double> shares(const Tensor& scores, double temperature, Index top_k) {
  Rng rng(3);
  std::vector<double> share(static_cast<std::size_t>(scores.size(-1)));
  for (Index mark : nn::sample(expand(scores, {20'000, scores.size(-1)}), rng, temperature, top_k).values) share[mark] += 1 / 20'000.0;
  return share;
}

}  // namespace

TEST_CASE("sample: as often as softmax(scores / temperature) says, among the top k") {
  const Tensor scores = tensor({1, 3, -infinity, 2, 2});
  for (double temperature : {0.5, 1.0, 3.0})
    for (Index k : {0, 1, 3, 9}) {
      CAPTURE(temperature);
      CAPTURE(k);
      const Tensor some = k == 1   ? tensor({-infinity, 3, -infinity, -infinity, -infinity})
                          : k == 3 ? tensor({-infinity, 3, -infinity, 2, 2})
                                   : scores;
      const Tensor expected = softmax(some / temperature);
      std::vector<double> share = shares(scores, temperature, k);
      for (Index i = 0; i < 5; ++i) {
        const double p = static_cast<double>(expected.at({i}));
        CHECK(std::abs(share[i] - p) <= 4 * std::sqrt(p * (1 - p) / 20'000) + 1e-9);
      }
    }
  CHECK(shares(scores, 1, 2)[3] > 0);  // of equal scores the first
  CHECK(shares(scores, 1, 2)[4] == 0);
}

TEST_CASE("sample: temperature 0 is argmax, and draws nothing") {
  Rng rng(4), same(4);
  Tensor scores = tensor({{{1, 2, 2}, {5, 0, 1}}});  // (1, 2, 3)
  Indices drawn = nn::sample(scores, rng, 0);
  CHECK(drawn.shape == Shape{1, 2});
  CHECK(drawn.values == std::vector<Index>{1, 0});
  CHECK(rng.bits() == same.bits());
  CHECK(nn::sample(tensor({infinity, 1, 0}), rng).values == std::vector<Index>{0});
  CHECK(nn::sample(tensor({1e30, -1e30}), rng, 1e-3).values == std::vector<Index>{0});
  CHECK_THROWS_WITH_AS(nn::sample(scores, rng, -1), "sample: temperature -1: must not be negative", Error);
  CHECK_THROWS_WITH_AS(nn::sample(scores, rng, 1, -2), "sample: top_k -2: must not be negative", Error);
  CHECK_THROWS_WITH_AS(nn::sample(tensor({1, std::nan("")}), rng), "sample: a score is NaN", Error);
  CHECK_THROWS_WITH_AS(nn::sample(tensor({-infinity, -infinity}), rng), "sample: every score of a row is -inf", Error);
  CHECK_THROWS_WITH_AS(nn::sample(zeros({2, 0}), rng), "sample: scores (2, 0): must be (..., classes), and not empty", Error);
}

namespace {

/// A model that is a table: the scores of the next mark after each beginning, drawn at random. Mark 0 ends.
struct TableModel {
  Index classes;
  std::uint64_t seed;

  std::vector<double> after(const std::vector<Index>& written) const {
    std::uint64_t hash = seed;
    for (Index mark : written) hash = hash * 1'000'003 + static_cast<std::uint64_t>(mark) + 1;
    Rng rng(hash);
    std::vector<double> scores;
    for (Index i = 0; i < classes; ++i) scores.push_back(rng.normal(0, 1.5));
    return scores;
  }
  Tensor operator()(const Indices& written) const {
    const Index columns = written.shape[1];
    std::vector<Scalar> scores;
    for (Index row = 0; row < written.shape[0]; ++row)
      for (double score : after({written.values.begin() + row * columns, written.values.begin() + (row + 1) * columns}))
        scores.push_back(static_cast<Scalar>(score));
    return tensor({written.shape[0], classes}, scores);
  }
  /// Every answer of at most `steps` marks, and its log-probability.
  void all(std::vector<Index> written, std::size_t start, Index steps, double log_p, std::map<std::vector<Index>, double>& answers) const {
    const std::vector<double> scores = after(written);
    double sum = 0;
    for (double score : scores) sum += std::exp(score);
    for (Index mark = 0; mark < classes; ++mark) {
      std::vector<Index> longer = written;
      longer.push_back(mark);
      const double total = log_p + scores[mark] - std::log(sum);
      const std::vector<Index> marks(longer.begin() + static_cast<std::ptrdiff_t>(start), longer.end());
      if (mark == 0 || static_cast<Index>(marks.size()) == steps) answers[marks] = total;
      else all(longer, start, steps, total, answers);
    }
  }
};

nn::NextScores ignoring_from(const TableModel& model) {
  return [model](const Indices& written, const std::vector<Index>&) { return model(written); };
}

}  // namespace

TEST_CASE("beam_search: with a beam that holds everything, all answers, in the right order") {
  for (double penalty : {0.0, 1.0, 0.5}) {
    CAPTURE(penalty);
    const TableModel model{3, 5};
    const Indices beginning{{1, 2}, {2, 1}};
    nn::BeamOptions options;
    options.beam = 200;
    options.end = 0;
    options.length_penalty = penalty;
    auto found = nn::beam_search(beginning, 4, options, ignoring_from(model));
    REQUIRE(found.size() == 2);
    for (Index row = 0; row < 2; ++row) {
      std::map<std::vector<Index>, double> answers;
      model.all({beginning.values[2 * row], beginning.values[2 * row + 1]}, 2, 4, 0, answers);
      CHECK(found[row].size() == answers.size());  // 1 + 2 + 4 that end, and 8 times 3 of full length
      double best = -infinity, before = infinity;
      for (const auto& [marks, log_p] : answers) best = std::max(best, log_p / std::pow(marks.size(), penalty));
      CHECK(std::abs(found[row][0].score - best) < 1e-4);
      for (const nn::Hypothesis& each : found[row]) {
        REQUIRE(answers.count(each.marks) == 1);
        CHECK(std::abs(each.log_p - answers[each.marks]) < 1e-4);
        CHECK(std::abs(each.score - each.log_p / std::pow(each.marks.size(), penalty)) < 1e-12);
        CHECK(each.finished == (each.marks.back() == 0));
        CHECK(each.score <= before);
        before = each.score;
      }
    }
  }
}

TEST_CASE("beam_search: a beam of 1 is greedy_decode, up to the end mark") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const TableModel model{4, seed};
    const Indices beginning{{1}, {2}, {3}};
    const Indices greedy = nn::greedy_decode(beginning, 6, model);
    nn::BeamOptions options;
    options.beam = 1;
    for (Index end : {-1, 0}) {
      options.end = end;
      auto found = nn::beam_search(beginning, 6, options, ignoring_from(model));
      for (Index row = 0; row < 3; ++row) {
        REQUIRE(found[row].size() == 1);
        std::vector<Index> expected(greedy.values.begin() + 7 * row + 1, greedy.values.begin() + 7 * row + 7);
        auto stop = end < 0 ? expected.end() : std::find(expected.begin(), expected.end(), end);
        if (stop != expected.end()) expected.erase(stop + 1, expected.end());
        CHECK(found[row][0].marks == expected);
      }
    }
  }
}

TEST_CASE("beam_search: two hypotheses find what greedy decoding misses") {
  // By hand: 1 first looks better, .6 against .4; but after 2 comes 3 with .9 (together .36), after 1 nothing above .5 (.3).
  auto next = [](const Indices& written, const std::vector<Index>&) {
    Tensor p = full({written.shape[0], 4}, 1e-6);
    for (Index row = 0; row < written.shape[0]; ++row) {
      const Index last = written.values[(row + 1) * written.shape[1] - 1];
      const std::array<double, 4> rows[] = {{1e-6, 0.6, 0.4, 1e-6}, {1e-6, 0.5, 0.5, 1e-6}, {1e-6, 0.1, 1e-6, 0.9}};
      for (Index i = 0; i < 4; ++i) p.set({row, i}, rows[last][i]);
    }
    return log(p);
  };
  nn::BeamOptions options;
  options.beam = 1;
  CHECK(nn::beam_search({{0}}, 2, options, next)[0][0].marks == std::vector<Index>{1, 1});
  options.beam = 2;
  auto found = nn::beam_search({{0}}, 2, options, next);
  CHECK(found[0][0].marks == std::vector<Index>{2, 3});
  CHECK(std::abs(std::exp(found[0][0].log_p) - 0.36) < 1e-5);
  CHECK(found[0][1].marks == std::vector<Index>{1, 1});
  CHECK(std::abs(std::exp(found[0][1].log_p) - 0.3) < 1e-5);
}

TEST_CASE("beam_search: rows say which row they continue, and finished ones are asked no more") {
  const TableModel model{5, 11};
  std::vector<std::vector<Index>> state;  // what each row has read: a decoder's state
  Index widest = 0;
  auto next = [&](const Indices& written, const std::vector<Index>& from) {
    CHECK(!grad_enabled());
    CHECK(static_cast<Index>(from.size()) == written.shape[0]);
    if (state.empty()) state = {{}, {}};
    std::vector<std::vector<Index>> reordered;
    for (std::size_t row = 0; row < from.size(); ++row) {
      reordered.push_back(state[from[row]]);
      reordered.back().push_back(nn::last_column(written).values[row]);
      for (Index t = 0; t < written.shape[1]; ++t) CHECK(reordered.back()[t] == written.values[row * written.shape[1] + t]);
      if (written.shape[1] > 1) CHECK(reordered.back().back() != 0);
    }
    state = reordered;
    widest = std::max(widest, written.shape[0]);
    return model(written);
  };
  nn::BeamOptions options;
  options.beam = 3;
  options.end = 0;
  auto found = nn::beam_search({{1}, {2}}, 12, options, next);
  CHECK(widest > 3);
  CHECK(widest <= 6);
  for (const auto& row : found) {
    CHECK(row.size() == 3);
    for (const nn::Hypothesis& each : row) CHECK(each.finished == (each.marks.back() == 0));
  }
  CHECK(nn::beam_search({{1}}, 0, options, next)[0][0].marks.empty());
}

TEST_CASE("beam_search: what cannot be") {
  auto next = [](const Indices& written, const std::vector<Index>&) { return zeros({written.shape[0], 3}); };
  nn::BeamOptions options;
  CHECK_THROWS_WITH_AS(nn::beam_search({1}, 2, options, next), "beam_search: the beginning (1,): must be (B, T)", Error);
  CHECK_THROWS_WITH_AS(nn::beam_search({{1}}, -2, options, next), "beam_search: -2 steps, a beam of 4: must be at least 0 and 1", Error);
  options.length_penalty = infinity;
  CHECK_THROWS_WITH_AS(nn::beam_search({{1}}, 2, options, next), "beam_search: length_penalty inf: must be finite", Error);
  options.length_penalty = 0;
  auto wrong = [](const Indices&, const std::vector<Index>&) { return zeros({3, 3}); };
  CHECK_THROWS_WITH_AS(nn::beam_search({{1}}, 2, options, wrong), "beam_search: scores (3, 3) for 1 rows: must be (1, classes)", Error);
  auto nothing = [](const Indices&, const std::vector<Index>&) { return full({1, 3}, std::nan("")); };
  CHECK_THROWS_WITH_AS(nn::beam_search({{1}}, 2, options, nothing), "beam_search: a score is NaN", Error);
  options.beam = 0;
  CHECK_THROWS_WITH_AS(nn::beam_search({{1}}, 2, options, next), "beam_search: 2 steps, a beam of 0: must be at least 0 and 1", Error);

  std::ostringstream text;
  nn::Hypothesis answer;
  answer.marks = {3, 0};
  answer.log_p = -1.5;
  answer.score = -0.75;
  answer.finished = true;
  text << answer << '\n' << options;
  CHECK(text.str() == "Hypothesis of 2 marks, log_p -1.5, score -0.75, finished\nBeamOptions\n  beam: 0\n  end: -1\n  length_penalty: 0");
}
