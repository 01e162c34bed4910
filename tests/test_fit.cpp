#include <io/scratch.h>
#include <qkv/fit.h>
#include <qkv/nn/linear.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/loss.h>

#include <doctest/doctest.h>
#include <sstream>

using namespace qkv;

namespace {

/// Points on two sides of a line, and on which side each is.
struct Points {
  Tensor x;
  Indices side;
  Points(Index count, Rng& rng) : x(randn({count, 2}, rng)), side({count}, std::vector<Index>(static_cast<std::size_t>(count))) {
    for (Index i = 0; i < count; ++i) side.values[i] = x.at({i, 0}) > 2 * x.at({i, 1});
  }
};

/// A word (B, 1) that says its class.
struct Words : nn::Module {
  nn::Embedding table;
  explicit Words(Rng& rng) : table(4, 2, rng) { adopt("table", table); }
  Tensor operator()(const Indices& tokens) const { return select(table(tokens), 1, 0); }
};

}  // namespace

TEST_CASE("fit: a line between points, found; the loss falls; the same seed, the same numbers") {
  auto train = [](std::uint64_t seed) {
    Rng data_rng(1), rng(seed);
    Points train_points(300, data_rng), test_points(200, data_rng);
    nn::Linear model(2, 2, rng);
    std::vector<double> losses;
    fit(model, train_points.x, train_points.side, {12, 20, 0.05}, rng, [&](double loss) { losses.push_back(loss); });
    CHECK(losses.size() == 12);
    CHECK(losses.back() < 0.5 * losses.front());
    CHECK(accuracy(scores_of(model, test_points.x), test_points.side) > 0.96);
    return losses;
  };
  std::vector<double> losses = train(3);
  CHECK(losses == train(3));
  CHECK(losses != train(4));
}

TEST_CASE("fit: rows may be words") {
  Rng rng(2);
  Words model(rng);
  Indices tokens({4, 1}, {0, 1, 2, 3}), classes({4}, {1, 0, 0, 1});
  fit(model, tokens, classes, {60, 2, 0.1}, rng, [](double) {});
  CHECK(accuracy(scores_of(model, tokens), classes) == 1);
}

TEST_CASE("scores_of: in parts as at once, without a graph and without dropout") {
  Rng rng(5);
  nn::Linear layer(3, 2, rng);
  Tensor x = randn({7, 3}, rng);
  auto model = [&](const Tensor& rows) {
    CHECK(rows.size(0) <= 3);
    CHECK_FALSE(training());
    return layer(rows);
  };
  Tensor scores = scores_of(model, x, 3);
  CHECK(scores.shape() == Shape{7, 2});
  CHECK_FALSE(scores.requires_grad());
  for (Index i = 0; i < 7; ++i) CHECK(scores.at({i, 1}) == doctest::Approx(layer(x).at({i, 1})));
  CHECK(training());
  CHECK(scratch::error_of([&] { scores_of(model, zeros({0, 3})); }) == "scores_of: 0 rows, 500 at a time: must be at least 1");
}

TEST_CASE("fit_recall: a recurrent network learns two steps, and untrained answers by chance") {
  Rng rng(1);
  datasets::RecallTask task;
  task.distance = 2;
  task.values = 4;
  nn::SequenceClassifier<nn::RNN> model(task.features(), 16, task.values, rng);
  CHECK(fit_recall(model, task, 0, rng) < 0.5);
  CHECK(fit_recall(model, task, 300, rng) > 0.9);
}

TEST_CASE("FitOptions print") {
  std::ostringstream out;
  out << FitOptions{3, 16, 0.5};
  CHECK(out.str() == "3 epochs of batches of 16, lr 0.5 at first");
}
