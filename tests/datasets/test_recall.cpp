#include <io/scratch.h>
#include <qkv/datasets/recall.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;
using datasets::RecallTask;
using scratch::error_of;

namespace {

/// Every number of every sequence is what the task's rules say.
void check_rules(const RecallTask& task, Index batch, Index marked, Index steps) {
  Rng rng(7);
  datasets::RecallBatch made = datasets::recall(batch, task, rng);
  REQUIRE(made.inputs.shape() == Shape{batch, steps, task.values + 2});
  REQUIRE(made.target.shape == Shape{batch});
  std::vector<Index> seen(static_cast<std::size_t>(task.values));
  for (Index b = 0; b < batch; ++b)
    for (Index t = 0; t < steps; ++t) {
      Index shown = 0;
      for (Index v = 0; v < task.values; ++v) {
        Scalar number = made.inputs.at({b, t, v});
        CHECK((number == 0 || number == 1));
        shown += number == 1;
        if (number == 1) ++seen[v];
      }
      CHECK(shown == (t < steps - 1));
      CHECK(made.inputs.at({b, t, task.values}) == (t == marked));
      CHECK(made.inputs.at({b, t, task.values + 1}) == (t == steps - 1));
      if (t == marked) CHECK(made.inputs.at({b, t, made.target.values[b]}) == 1);
    }
  for (Index often : seen) CHECK(often > 0);
}

}  // namespace

TEST_CASE("recall: the marked value comes first, or `distance` steps before the end of a longer sequence") {
  check_rules({5, 0, 3}, 40, 0, 6);
  check_rules({3, 6, 4}, 40, 2, 6);
  check_rules({1, 2, 2}, 20, 0, 2);
  check_rules({1, 9, 2}, 20, 7, 9);
}

TEST_CASE("recall: the same seed, the same sequences") {
  Rng one(1), same(1), other(2);
  RecallTask task{6, 0, 8};
  std::vector<Index> target = datasets::recall(20, task, one).target.values;
  CHECK(target == datasets::recall(20, task, same).target.values);
  CHECK(target != datasets::recall(20, task, other).target.values);
  CHECK(target != datasets::recall(20, task, one).target.values);
}

TEST_CASE("recall: sizes that do not fit, and what is printed") {
  Rng rng(1);
  CHECK(error_of([&] { datasets::recall(-1, {4, 0, 8}, rng); }) == "recall: batch is -1: must not be negative");
  CHECK(error_of([&] { datasets::recall(1, {0, 0, 8}, rng); }) == "recall: distance is 0: must be at least 1");
  CHECK(error_of([&] { datasets::recall(1, {4, 4, 8}, rng); }) == "recall: length is 4 with distance 4: must be greater");
  CHECK(error_of([&] { datasets::recall(1, {4, 0, 0}, rng); }) == "recall: 0 values: must be at least 1");
  std::ostringstream out;
  out << RecallTask{4, 0, 8} << ' ' << datasets::recall(2, {4, 0, 8}, rng);
  CHECK(out.str() == "RecallTask(distance 4, 5 steps, 8 values) RecallBatch(2, 5, 10)");
}
