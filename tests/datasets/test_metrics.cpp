#include <io/scratch.h>
#include <qkv/datasets/metrics.h>
#include <qkv/ostream.h>

#include <doctest/doctest.h>
#include <sstream>

using namespace qkv;
using scratch::error_of;

TEST_CASE("confusion_matrix: rows are what is, columns what was said") {
  Tensor confusion = datasets::confusion_matrix({0, 0, 1, 2, 1, 0}, {0, 1, 1, 2, 1, 2}, 4);
  CHECK(confusion.shape() == Shape{4, 4});
  const double expected[4][4] = {{1, 0, 0, 0}, {1, 2, 0, 0}, {1, 0, 1, 0}, {0, 0, 0, 0}};
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 4; ++j) CHECK(confusion.at({i, j}) == expected[i][j]);
  CHECK(error_of([] { datasets::confusion_matrix({0, 1}, {0}, 2); }) == "confusion_matrix: predicted (2,), target (1,): both must be (N)");
  CHECK(error_of([] { datasets::confusion_matrix({0, 2}, {0, 1}, 2); }) == "confusion_matrix: class 2: must be from 0 to 1");
  CHECK(error_of([] { datasets::confusion_matrix({0}, {-1}, 2); }) == "confusion_matrix: class -1: must be from 0 to 1");
  CHECK(error_of([] { datasets::confusion_matrix({0}, {0}, 0); }) == "confusion_matrix: 0 classes: must be at least 1");
}

TEST_CASE("class_scores and macro_f1: against numbers by hand") {
  Tensor confusion = tensor({{5, 1, 0}, {3, 1, 0}, {0, 0, 0}});
  std::vector<datasets::ClassScore> scores = datasets::class_scores(confusion);
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].precision == doctest::Approx(5.0 / 8));
  CHECK(scores[0].recall == doctest::Approx(5.0 / 6));
  CHECK(scores[0].f1 == doctest::Approx(10.0 / 14));
  CHECK(scores[0].count == 6);
  CHECK(scores[1].precision == doctest::Approx(0.5));
  CHECK(scores[1].recall == doctest::Approx(0.25));
  CHECK(scores[1].f1 == doctest::Approx(1.0 / 3));
  CHECK(scores[2].f1 == 0);  // a class that neither is nor was said
  CHECK(datasets::macro_f1(confusion) == doctest::Approx((10.0 / 14 + 1.0 / 3) / 3));
  CHECK(datasets::macro_f1(eye(4)) == 1);
  CHECK(error_of([] { datasets::macro_f1(zeros({2, 3})); }) == "macro_f1: (2, 3): must be (classes, classes)");
  CHECK(error_of([] { datasets::macro_f1(zeros({0, 0})); }) == "macro_f1: (0, 0): needs at least one class");
}

TEST_CASE("what measures and parts print") {
  std::ostringstream out;
  out << datasets::ClassScore{0.5, 0.25, 0.75, 8} << "; " << datasets::WordWeight{3, 2, 1.5} << "; " << datasets::Part::test << "; "
      << show::Palette::none << "; " << show::Break{"x", "y"};
  CHECK(out.str() == "precision 0.5, recall 0.25, F1 0.75, of 8; word 3, 2 times: 1.5 times its fair share; test; none; --break=x: y");
}
