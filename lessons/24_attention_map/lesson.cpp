#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

const std::vector<std::string> words{"we", "saw", "the", "red", "bird"};
constexpr Index n = 5;
constexpr double s = 8;  // the score of a query and the key that it is meant for; all others have 0

/// A map that is known before it is computed: Q and K are chosen so that q_i . k_j is s where the pattern has an x, and 0 elsewhere.
struct Map {
  const char *name, *meaning;
  Tensor Q, K;             // (n, d), and d differs from map to map
  const char* pattern[n];  // row i: where query i looks
  double places;           // on how many places a row's weights lie, on the mean over the rows, if s is large
};

/// The five of this lesson.
struct Maps {
  Map map[5];
};

Maps five_maps() {
  Tensor one = eye(n), next = concat({slice(one, 0, 1, n), zeros({1, n})}, 0), phrase = tensor({{1, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 1}});
  return {
      {{"identity", "each word looks at itself", s * one, one, {"x....", ".x...", "..x..", "...x.", "....x"}, 1},
       {"uniform", "each looks at all alike", zeros({n, 3}), ones({n, 3}), {".....", ".....", ".....", ".....", "....."}, 5},
       {"before", "each looks at the word before it", s * one, next, {".....", "x....", ".x...", "..x..", "...x."}, (5 + 4 * 1) / 5.0},
       {"phrase", "each looks at its own phrase", s * phrase, phrase, {"xx...", "xx...", "..xxx", "..xxx", "..xxx"}, (2 * 2 + 3 * 3) / 5.0},
       {"first", "all look at the first word", s * ones({n, 1}), slice(one, 1, 0, 1), {"x....", "x....", "x....", "x....", "x...."}, 1}}};
}

/// The weights, from the pattern alone: with m places marked, exp(s) / (m exp(s) + n - m) at each of them, the rest elsewhere.
Tensor predict(const char* const* pattern) {
  Tensor alpha = zeros({n, n});
  for (Index i = 0; i < n; ++i) {
    double m = 0;
    for (Index j = 0; j < n; ++j) m += pattern[i][j] == 'x';
    for (Index j = 0; j < n; ++j) alpha.set({i, j}, (pattern[i][j] == 'x' ? exp(s) : 1) / (m * exp(s) + n - m));
  }
  return alpha;
}

/// softmax(factor * Q K^T), along axis 1, the keys; along axis 0, the queries, if the lesson is to go wrong.
Tensor map_of(const Tensor& Q, const Tensor& K, Index axis, double factor = 1) { return softmax(factor * matmul(Q, transpose(K)), axis); }

/// exp(entropy) of each row, on the mean.
double mean_places(const Tensor& alpha) { return mean(exp(entropy(alpha))).item(); }

/// Five points on a circle: the unit vectors at angles 2 pi i / 5.
Tensor circle() {
  Tensor points = zeros({n, 2});
  for (Index i = 0; i < n; ++i) {
    const double angle = 2 * acos(-1.0) * static_cast<double>(i) / n;
    points.set({i, 0}, cos(angle));
    points.set({i, 1}, sin(angle));
  }
  return points;
}

/// Which keys some query can put on top? Tries queries of every size and direction.
Index reachable(const Tensor& keys, Rng rng) {
  bool won[n] = {};
  Index count = 0;
  Indices winners = argmax(matmul(randn({1000, keys.size(1)}, rng, 0, 10), transpose(keys)));
  for (Index j : winners.values) {
    count += !won[j];
    won[j] = true;
  }
  return count;
}

void the_question(show::Lesson& lesson, const Maps& maps) {
  lesson.section("The question");
  lesson.say(
      "The weights of all queries, one row each, are an attention map: who (row) looks at whom (column). Here we go backwards: five maps "
      "are wanted, and Q and K are chosen so that they must come out. A query and the key that it should look at get the score 8, all "
      "others 0.");
  lesson.name_columns(9);
  for (const Map& map : maps.map) lesson.show(map.name, std::string(map.meaning) + "; Q and K have width " + show::whole(map.Q.size(1)));
}

Tensor one_row_by_hand(show::Lesson& lesson, const Map& phrase) {
  lesson.section("One row by hand", "alpha_ij = exp(q_i . k_j) / sum_j exp(q_i . k_j)");
  lesson.say(
      "'red' belongs to the phrase 'the red bird'. Its query is (0, 8); keys are (1, 0) in the first phrase and (0, 1) in the second:");
  Tensor scores = matmul(phrase.K, select(phrase.Q, 0, 3)), row = softmax(scores);
  show::Table table({"key", "k_j", "score", "exp", "alpha", ""});
  for (Index j = 0; j < n; ++j) {
    double score = scores.at({j}), alpha = row.at({j});
    table.add_row({words[j], "(" + show::number(phrase.K.at({j, 0}), 0) + ", " + show::number(phrase.K.at({j, 1}), 0) + ")",
                   show::number(score, 0), show::number(exp(score), 2), show::number(alpha), show::bar(alpha, 24)});
  }
  lesson.show(table);
  lesson.show("without computing: exp(8) / (3 exp(8) + 2)", exp(s) / (3 * exp(s) + 2));
  return row;
}

void five_maps_predicted_and_run(show::Lesson& lesson, const Maps& maps, Index axis) {
  lesson.section("Five maps, predicted and run", "alpha = softmax(Q K^T)");
  for (const Map& map : maps.map) {
    Tensor alpha = map_of(map.Q, map.K, axis);
    lesson.show(map.name, show::HeatMap{alpha, words, words, std::string(map.name) + ": " + map.meaning, 0, 1});
    lesson.compare("predicted from the pattern, and run", predict(map.pattern), alpha);
  }
  lesson.say(
      "Look at 'we' in the third map. No word stands before it, so no key fits. It looks at all words alike, because its weights must sum "
      "to 1.");
}

void how_many_places(show::Lesson& lesson, const Maps& maps, const Tensor& row, Index axis) {
  lesson.section("How many places?", "H_i = -sum_j alpha_ij log alpha_ij,  places = exp(H_i)");
  double H = 0;
  for (Index j = 0; j < n; ++j) {
    double alpha = row.at({j});
    H -= alpha * log(alpha);
  }
  lesson.name_columns(22);
  lesson.show("entropy H of 'red'", H);
  lesson.show("places, exp(H)", exp(H));
  lesson.compare("by the loop and by the library", Tensor(H), entropy(row));
  lesson.say("The mean over the five rows, with the scores 1, 3, 8 and 80 in place of 8; and the number that the pattern promises:");
  show::Table counted({"map", "score 1", "score 3", "score 8", "score 80", "pattern", "fullest column"});
  for (const Map& map : maps.map) {
    std::vector<std::string> cells{map.name};
    for (double score : {1.0, 3.0, 8.0, 80.0}) cells.push_back(show::number(mean_places(map_of(map.Q, map.K, axis, score / s))));
    cells.push_back(show::number(map.places));
    cells.push_back(show::number(max(sum(map_of(map.Q, map.K, axis), 0)).item()));
    counted.add_row(cells);
  }
  lesson.show(counted);
  lesson.say(
      "'identity' and 'first' have the same numbers: entropy says how many places, not which. The last column, the largest sum down a "
      "column, tells them apart. At score 80 some weights are exactly 0. 0 log 0 must count as 0, but the plain product is not a number:");
  Tensor zero = tensor({0});
  lesson.show("0 * log(0)", (zero * log(zero)).item());
}

void how_wide_must_Q_and_K_be(show::Lesson& lesson, Index axis) {
  lesson.section("How wide must Q and K be?");
  lesson.say("'identity' above has width 5, a number for each word. Five points on a circle need only width 2:");
  Tensor points = circle(), round = map_of(40 * points, points, axis);
  lesson.show("circle", show::HeatMap{round, words, words, "Q = 40 K, K on a circle: width 2", 0, 1});
  lesson.show("places", mean_places(round));
  lesson.say("With width 1 it is impossible. Of five keys, how many get the highest score from at least one of 1,000 random queries?");
  lesson.name_columns(41);
  Rng rng(lesson.seed());
  lesson.show("width 1, keys 1, 2, 3, 4, 5", reachable(tensor({{1}, {2}, {3}, {4}, {5}}), rng));
  lesson.show("width 2, keys on a circle", reachable(points, rng));
  lesson.show("width 2, one of them moved to the centre", reachable(concat({slice(points, 0, 0, 4), zeros({1, 2})}, 0), rng));
}

void the_mean_of_two_maps(show::Lesson& lesson, const Maps& maps, Index axis) {
  lesson.section("The mean of two maps is no map of either");
  lesson.say(
      "A model with several heads has a map for each. Say one head looks at itself and one at the word before. The mean of their maps:");
  Tensor identity = map_of(maps.map[0].Q, maps.map[0].K, axis), before = map_of(maps.map[2].Q, maps.map[2].K, axis);
  Tensor average = (identity + before) / 2;
  lesson.show("mean", show::HeatMap{average, words, words, "mean of 'identity' and 'before'", 0, 1});
  lesson.name_columns(32);
  lesson.show("places of 'bird': identity", exp(entropy(identity)).at({4}));
  lesson.show("places of 'bird': before", exp(entropy(before)).at({4}));
  lesson.show("places of 'bird': their mean", exp(entropy(average)).at({4}));
  lesson.say("No head looks at two places, but the picture of the mean shows two.");
}

void what_a_map_does_not_tell(show::Lesson& lesson, const Maps& maps, Index axis) {
  lesson.section("What a map does not tell");
  lesson.say(
      "Not Q and K. Multiply Q by any invertible matrix A and K by its inverse, transposed, or add one vector to every key: the map is the "
      "same.");
  const Map& phrase = maps.map[3];
  Tensor expected = predict(phrase.pattern), A = tensor({{2, 1}, {1, 1}}), A_inverse = tensor({{1, -1}, {-1, 2}});
  lesson.compare("Q A and K A^-T", expected, map_of(matmul(phrase.Q, A), matmul(phrase.K, transpose(A_inverse)), axis));
  lesson.compare("K + (3, -1)", expected, map_of(phrase.Q, phrase.K + tensor({3, -1}), axis));
  lesson.say(
      "Not what comes out. If all words have the value 7, all maps give 7. And if the value of the first word is 0, 'first' gives almost "
      "0:");
  Tensor identity = map_of(maps.map[0].Q, maps.map[0].K, axis), first = map_of(maps.map[4].Q, maps.map[4].K, axis),
         sevens = full({n, 1}, 7);
  lesson.compare("values all 7: 'identity' and 'first'", matmul(identity, sevens), matmul(first, sevens));
  lesson.name_columns(26);
  Tensor values = tensor({{0}, {1}, {2}, {3}, {4}});
  double weight = first.at({1, 0});
  lesson.show("weight of the first word", weight);
  lesson.show("what it adds to the output", weight * values.at({0, 0}));
  lesson.show("the output", matmul(first, values).at({1, 0}));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A map is made of Q and K alone, and one can know it beforehand. exp(H) reads a row as a number of places. But a bright cell only "
      "says where a weight went, not what it did: that takes the values. And every row gives its whole 1 away, even when nothing fits.");
}

void lesson_body(show::Lesson& lesson) {
  const Index axis = lesson.broken("columns") ? 0 : 1;
  const Maps maps = five_maps();
  the_question(lesson, maps);
  Tensor row = one_row_by_hand(lesson, maps.map[3]);
  five_maps_predicted_and_run(lesson, maps, axis);
  how_many_places(lesson, maps, row, axis);
  how_wide_must_Q_and_K_be(lesson, axis);
  the_mean_of_two_maps(lesson, maps, axis);
  what_a_map_does_not_tell(lesson, maps, axis);
  what_to_notice(lesson);
}

const show::LessonInfo info{"24",
                            "Attention map",
                            "注意力权重分布图",
                            "《分析与预测》 §2.1",
                            "Five attention maps that one can predict before running them, made by choosing Q and K; entropy as "
                            "the number of places that a row attends to; what a map shows and what it does not.",
                            {{"columns", "softmax runs down the columns, over the queries, instead of along the rows"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
