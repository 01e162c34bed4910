#include <io/scratch.h>
#include <qkv/datasets/metrics.h>
#include <qkv/ostream.h>

#include <doctest/doctest.h>
#include <cmath>
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

TEST_CASE("ranks_of: places from 1 on; equal scores count as higher") {
  const double none = std::nan("");
  Tensor scores = tensor({{0.1, 0.9, 0.5, 0.2}, {3, 3, 3, 3}, {4, 3, 2, 1}, {1, none, 0, 2}, {1, none, 0, 2}});
  CHECK(datasets::ranks_of(scores, {2, 1, 3, 3, 1}).values == std::vector<Index>{2, 4, 4, 2, 4});
  CHECK(error_of([&] { datasets::ranks_of(scores, {1, 2}); }) == "ranks_of: scores (5, 4), target (2,): must be (N, C) and (N)");
  CHECK(error_of([&] { datasets::ranks_of(scores, {0, 0, 4, 0, 0}); }) == "ranks_of: target 4: must be from 0 to 3");
}

TEST_CASE("hit_rate and ndcg: against numbers by hand") {
  const Indices ranks{1, 3, 4, 11};
  CHECK(datasets::hit_rate(ranks, 10) == 0.75);
  CHECK(datasets::hit_rate(ranks, 3) == 0.5);
  CHECK(datasets::ndcg(ranks, 10) == doctest::Approx((1 + 0.5 + 1 / std::log2(5.0)) / 4));
  CHECK(datasets::ndcg(ranks, 1) == 0.25);
  CHECK(datasets::ndcg(std::vector<double>{3, 2, 3, 0, 1, 2}, 6) ==
        doctest::Approx(6.861126688593501 / 7.140995184095700));  // the textbook's example
  CHECK(datasets::ndcg(std::vector<double>{0, 0, 1}, 2) == 0);
  CHECK(datasets::ndcg(std::vector<double>{0, 1}, 5) == doctest::Approx(1 / std::log2(3.0)));
  CHECK(datasets::ndcg(std::vector<double>{0, 0}, 5) == 0);
  CHECK(error_of([] { datasets::hit_rate(Indices(Shape{0}, std::vector<Index>{}), 10); }) ==
        "hit_rate: ranks (0,): must be (N), of at least one");
  CHECK(error_of([&] { datasets::hit_rate(ranks, 0); }) == "hit_rate: k is 0: must be at least 1");
  CHECK(error_of([] { datasets::ndcg(Indices{1, 0}, 10); }) == "ndcg: place 0: must be at least 1");
  CHECK(error_of([] { datasets::ndcg(std::vector<double>{1, -1}, 10); }) == "ndcg: gain -1: must be finite, and not negative");
}

TEST_CASE("average_precision: against numbers by hand") {
  CHECK(datasets::average_precision({{0.9, true}, {0.8, false}, {0.7, true}, {0.6, false}}, 2) == doctest::Approx((1 + 2.0 / 3) / 2));
  CHECK(datasets::average_precision({{0.6, false}, {0.7, true}, {0.8, false}, {0.9, true}}, 4) == doctest::Approx((1 + 2.0 / 3) / 4));
  CHECK(datasets::average_precision({{0.5, true}, {0.5, false}, {0.5, true}}, 2) == doctest::Approx(2.0 / 3));  // nothing was ordered
  CHECK(datasets::average_precision({}, 3) == 0);
  CHECK(error_of([] {
          datasets::average_precision({{0.5, true}, {0.4, true}}, 1);
        }) == "average_precision: 2 right ones of 1 there were: must be at least 1, and no more right ones than that");
  CHECK(error_of([] { datasets::average_precision({{std::nan(""), true}}, 1); }) == "average_precision: a confidence is NaN");
}

TEST_CASE("what measures and parts print") {
  std::ostringstream out;
  out << datasets::ClassScore{0.5, 0.25, 0.75, 8} << "; " << datasets::Found{0.5, true} << "; " << datasets::WordWeight{3, 2, 1.5} << "; "
      << datasets::Part::test << "; " << show::Palette::none << "; " << show::Break{"x", "y"};
  CHECK(out.str() ==
        "precision 0.5, recall 0.25, F1 0.75, of 8; right, 0.5 sure; word 3, 2 times: 1.5 times its fair share; test; none; --break=x: y");
}
