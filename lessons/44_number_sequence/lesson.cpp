#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The article's case: five numbers, and two of everything else.
const Tensor X = tensor({1, 2, 3, 4, 5});
const Tensor Q = tensor({0.5, 0.5});
const Tensor K = tensor({1, 1});
const Tensor V = tensor({1, 1});

/// y_i = sum_j softmax_j(q_i k_j) v_j, number by number: every query, key and value is a single number. Prints the row of one query.
Tensor attend_by_hand(const Tensor& q, const Tensor& k, const Tensor& v, Index printed, show::Lesson& lesson) {
  Index queries = q.size(0), keys = k.size(0);
  Tensor y = zeros({queries});
  for (Index i = 0; i < queries; ++i) {
    double total = 0, result = 0;
    for (Index j = 0; j < keys; ++j) total += exp(q.at({i}) * k.at({j}));
    show::Table table({"j", "q_i k_j", "exp(q_i k_j)", "a_ij", "a_ij v_j", ""});
    for (Index j = 0; j < keys; ++j) {
      double e = q.at({i}) * k.at({j}), a = exp(e) / total;
      result += a * v.at({j});
      table.add_row({show::whole(j + 1), show::number(q.at({i}), 1) + " x " + show::number(k.at({j}), 0) + " = " + show::number(e, 1),
                     show::number(exp(e)), show::number(a, 6), show::number(a * v.at({j}), 6), show::bar(a, 24)});
    }
    table.add_row({"sum", "", show::number(total), show::number(1, 6), show::number(result, 6), ""});
    if (i == printed) lesson.show(table);
    y.set({i}, result);
  }
  return y;
}

/// The same by matrices: q, k and v (n) as columns of width 1.
Attended attend(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask = {}) {
  AttentionOptions options;
  options.mask = mask;
  return scaled_dot_product_attention(unsqueeze(q, 1), unsqueeze(k, 1), unsqueeze(v, 1), options);  // sqrt(d) = 1
}

/// Section 4.1's formula with j = i, as its case reads it: one score for each position, q_i k_i. (n)
Tensor diagonal_weights(const Tensor& q, const Tensor& k) { return softmax(q * k); }

void the_case(show::Lesson& lesson) {
  lesson.section("The case", "X = (1, 2, 3, 4, 5)");
  lesson.say(
      "Section 4.1 of the article gives every position of X a query, a key and a value. Its case in 4.3 has five positions. How many of "
      "each are there?");
  show::Table counts({"", "numbers", "there are", "needed"});
  const struct {
    const char* name;
    Tensor numbers;
    int digits;
  } given[] = {{"X", X, 0}, {"Q", Q, 1}, {"K", K, 0}, {"V", V, 0}};
  for (const auto& array : given) {
    std::string text;
    for (Index i = 0; i < array.numbers.size(); ++i) text = text + (i ? "  " : "") + show::number(array.numbers.at({i}), array.digits);
    counts.add_row({array.name, text, show::whole(array.numbers.size()), "5"});
  }
  lesson.show(counts);
}

void the_steps_of_the_article(show::Lesson& lesson) {
  lesson.section("The article's steps, run", "a_i = softmax(q_i k_i),  Y = sum_i a_i x_i");
  lesson.say("Two similarities, both 0.5. Equal scores get equal weights, and there are two of them:");
  lesson.name_columns(20);
  lesson.show("similarities", Q * K);
  Tensor a = diagonal_weights(Q, K);
  lesson.show("a", a);
  lesson.say("The sum runs over five x_i, and there are two a_i. Then what the article adds up, and what V = (1, 1) would give:");
  lesson.show_error("sum_i a_i x_i", [&] { matmul(a, X); });
  lesson.show("0.5 x 1 + 0.5 x 2", matmul(a, slice(X, 0, 0, 2)).item());
  lesson.show("sum_i a_i v_i", matmul(a, V).item());
  lesson.say("1.5 is reached by stopping after two of five. V is never used.");
}

void what_one_and_a_half_would_need(show::Lesson& lesson) {
  lesson.section("What 1.5 would need");
  lesson.say("Either a sequence of two numbers, or three of five positions hidden by a mask. Query 0.5, all keys 1:");
  Tensor half = full({1}, 0.5), equal_keys = ones({5});
  const struct {
    const char* name;
    Attended found;
  } cases[] = {{"two", attend(half, ones({2}), slice(X, 0, 0, 2))},
               {"five, three hidden", attend(half, equal_keys, X, Mask{0, 0, 1, 1, 1})},
               {"five", attend(half, equal_keys, X)}};
  show::Table ways({"positions", "a_1", "a_2", "a_3", "a_4", "a_5", "Y"});
  for (const auto& way : cases) {
    const Tensor& weights = way.found.weights;
    std::vector<std::string> row{way.name};
    for (Index j = 0; j < 5; ++j) row.push_back(j < weights.size(1) ? show::number(weights.at({0, j}), 2) : "");
    row.push_back(show::number(way.found.output.item()));
    ways.add_row(row);
  }
  lesson.show(ways);
  lesson.say(
      "Known beforehand: with equal keys each of five positions gets a fifth, whatever the query is, and Y is the mean of X, 3. A weight "
      "of 0.5 for two of five says that the other three do not exist.");
}

/// Returns y.
Tensor a_sound_version(show::Lesson& lesson, const Tensor& q, const Tensor& k, const Tensor& v) {
  lesson.section("A sound version", "q_i = 0.5 x_i,  k_j = 1 x_j,  v_j = 1 x_j");
  lesson.say(
      "Keep the article's numbers 0.5, 1 and 1, and take them for the projections W_q, W_k and W_v. Then there are five queries, five keys "
      "and five values. The row of the first position, by hand:");
  return attend_by_hand(q, k, v, 0, lesson);
}

void all_five_rows(show::Lesson& lesson, const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& by_hand) {
  lesson.section("All five rows", "a_ij = softmax_j(q_i k_j),  y_i = sum_j a_ij v_j");
  Attended sound = attend(q, k, v);
  lesson.name_columns(14);
  lesson.show("scores", matmul(unsqueeze(q, 1), unsqueeze(k, 0)));
  lesson.show("weights", sound.weights);
  lesson.show("sums of rows", sum(sound.weights, 1));
  Tensor y = select(sound.output, 1, 0);
  if (lesson.broken("diagonal")) y = full({5}, matmul(diagonal_weights(q, k), v).item());
  lesson.show("y", y);
  lesson.compare("by hand and by matrices", by_hand, y);
  lesson.show("weights", show::HeatMap{sound.weights, {"q1", "q2", "q3", "q4", "q5"}, {"1", "2", "3", "4", "5"}, "a_ij"});
  lesson.say(
      "The larger the query, the more of its weight lies on 5: the products q_i k_j grow with q_i, and softmax sharpens. Every y lies "
      "between "
      "1 and 5, as a weighted mean must.");
}

void one_index_or_two(show::Lesson& lesson, const Tensor& q, const Tensor& k, const Tensor& v) {
  lesson.section("One index or two", "a_i and a_ij");
  lesson.say(
      "The article writes a_i = softmax(dot(q_i, k_j)): j is free on the right and missing on the left. Its case takes j = i, so that each "
      "position is compared with itself alone. On the same q, k and v:");
  Tensor diagonal = diagonal_weights(q, k);
  lesson.name_columns(16);
  lesson.show("q_i k_i", q * k);
  lesson.show("a_i", diagonal);
  lesson.show("sum_i a_i v_i", matmul(diagonal, v).item());
  lesson.say(
      "One output, not five. And a query that looks at all pairs (key, value) must give the same result in whatever order they stand. The "
      "same five pairs from the last to the first:");
  Tensor reversed = tensor({5, 4, 3, 2, 1});
  lesson.compare("a_ij: y, and y of the reversed pairs", attend(q, k, v).output, attend(q, reversed, reversed).output);
  lesson.compare("a_i: y, and y of the reversed pairs", matmul(diagonal, v), matmul(diagonal_weights(q, reversed), reversed));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Count before you compute: a weight for every pair of query and key, a value for every key, an output for every query. The case "
      "has five positions, two weights and one output. Paper does not object. A program does.");
}

void lesson_body(show::Lesson& lesson) {
  the_case(lesson);
  the_steps_of_the_article(lesson);
  what_one_and_a_half_would_need(lesson);
  Tensor q = 0.5 * X, k = 1 * X, v = 1 * X;
  Tensor by_hand = a_sound_version(lesson, q, k, v);
  all_five_rows(lesson, q, k, v, by_hand);
  one_index_or_two(lesson, q, k, v);
  what_to_notice(lesson);
}

const show::LessonInfo info{"44",
                            "A sequence of numbers",
                            "数列的例子",
                            "《认知平衡》 §4.1–4.3",
                            "X = (1, 2, 3, 4, 5) with two queries, two keys and two values: what the article's numbers would need, "
                            "and a sound version.",
                            {{"diagonal", "section 5 compares each position with itself alone"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
