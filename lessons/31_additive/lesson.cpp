#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "dictionary.h"

using namespace qkv;

namespace {

// The example: one query of width 2, three keys of width 3, values of width 2,
// and four hidden numbers to compare them in.
const std::vector<std::string> words{"the", "cat", "sat"};

struct Example {
  Tensor q = tensor({0.8, -0.4});
  Tensor keys = tensor({{0.1, 0.2, -0.1}, {0.9, -0.6, 0.3}, {-0.2, 0.5, 0.7}});
  Tensor values = tensor({{1, 0}, {0, 2}, {3, 1}});
  Tensor W1 = tensor({{1.0, 0.5}, {-0.5, 1.0}, {0.3, -0.8}, {0.6, 0.2}});
  Tensor W2 = tensor({{0.7, -0.2, 0.1}, {0.2, 0.9, -0.4}, {-0.6, 0.3, 0.8}, {0.4, -0.7, 0.5}});
  Tensor v = tensor({1.5, -1.0, 0.8, 1.2});
};

/// e_j = v . tanh(W1 q + W2 k_j), number by number, as one would on paper;
/// prints each line of it.
Tensor scores_by_hand(const Example& x, show::Lesson& lesson) {
  Index keys = x.keys.size(0), hidden = x.v.size(0);
  Tensor scores = zeros({keys});
  for (Index j = 0; j < keys; ++j) {
    Tensor sum = zeros({hidden}), squashed = zeros({hidden});
    double score = 0;
    for (Index i = 0; i < hidden; ++i) {
      double total = 0;
      for (Index d = 0; d < x.q.size(0); ++d) total += x.W1.at({i, d}) * x.q.at({d});
      for (Index d = 0; d < x.keys.size(1); ++d) total += x.W2.at({i, d}) * x.keys.at({j, d});
      sum.set({i}, total);
      squashed.set({i}, tanh(total));
      score += x.v.at({i}) * tanh(total);
    }
    scores.set({j}, score);
    lesson.show(words[j] + ":  W1 q + W2 k", sum);
    lesson.show("      tanh(...)", squashed);
    lesson.show("      e = v . tanh(...)", score);
  }
  return scores;
}

/// The same by matrices, for any number of queries; without tanh, the mistake that --break=no-tanh shows.
Tensor scores_by_matrices(const Tensor& queries, const Example& x, bool with_tanh) {
  Tensor sum = unsqueeze(linear(queries, x.W1), 1) + linear(x.keys, x.W2);  // (queries, 1, h) + (keys, h) = (queries, keys, h)
  return matmul(with_tanh ? tanh(sum) : sum, x.v);                          // (queries, keys)
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "One query, three keys, of different widths: no dot product is possible. How much of each value should the query take? Additive "
      "attention lets a small network of one hidden layer give every pair (query, key) a score.");
  lesson.show("q", x.q);
  for (Index j = 0; j < 3; ++j) lesson.show("k_" + words[j], select(x.keys, 0, j));
  for (Index j = 0; j < 3; ++j) lesson.show("value_" + words[j], select(x.values, 0, j));
  lesson.show("W1", x.W1);
  lesson.show("W2", x.W2);
  lesson.name_columns(8);
  lesson.show("v", x.v);
}

void a_score_for_each_key(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("A score for each key", "e_j = v . tanh(W1 q + W2 k_j)");
  lesson.name_columns(24);
  Tensor by_hand = scores_by_hand(x, lesson);
  lesson.compare("by the loop and by matrices", unsqueeze(by_hand, 0), e);
}

void scores_become_weights(show::Lesson& lesson, const Tensor& e, const Tensor& alpha) {
  lesson.section("Scores become weights", "alpha = softmax(e)");
  show::Table weights({"word", "e_j", "exp(e_j)", "alpha_j", ""});
  for (Index j = 0; j < 3; ++j)
    weights.add_row({words[j], show::number(e.at({0, j})), show::number(exp(e.at({0, j}))), show::number(alpha.at({0, j})),
                     show::bar(alpha.at({0, j}), 30)});
  lesson.show(weights);
  lesson.show("sum", sum(alpha).item());
}

void the_weighted_sum(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("The weighted sum", "context = sum_j alpha_j value_j");
  Tensor context = matmul(alpha, x.values);
  for (Index j = 0; j < 3; ++j) lesson.show("alpha value_" + words[j], select(alpha, 1, j) * select(x.values, 0, j));
  lesson.show("context", select(context, 0, 0));
  Attended library =
      additive_attention(reshape(linear(x.q, x.W1), {1, 1, 4}), unsqueeze(linear(x.keys, x.W2), 0), x.v, unsqueeze(x.values, 0));
  lesson.compare("ours and the library's", unsqueeze(context, 0), library.output);
}

void a_case_whose_answer_is_known(show::Lesson& lesson, const Example& x, bool with_tanh) {
  lesson.section("A case whose answer is known");
  lesson.say("Three equal keys: nothing tells them apart, so each must get a third, whatever the weights W1, W2 and v are.");
  Example equal;
  equal.keys = tensor({{0.9, -0.6, 0.3}, {0.9, -0.6, 0.3}, {0.9, -0.6, 0.3}});
  lesson.show("alpha", softmax(scores_by_matrices(unsqueeze(x.q, 0), equal, with_tanh)));
}

void what_tanh_is_for(show::Lesson& lesson, const Example& x) {
  lesson.section("What tanh is for");
  lesson.say(
      "Two queries, the same keys. Without tanh the score is v.W1 q + v.W2 k_j: the query adds the same number to every e_j, and softmax "
      "does not see what is added to all.");
  Tensor two = tensor({{0.8, -0.4}, {-2.0, 1.5}});
  lesson.name_columns(20);
  lesson.show("alpha with tanh", softmax(scores_by_matrices(two, x, true)));
  lesson.show("alpha without tanh", softmax(scores_by_matrices(two, x, false)));
}

void a_dictionary_learned(show::Lesson& lesson) {
  lesson.section("A dictionary, learned", "Adam on mean squared error");
  lesson.say(
      "Each case shows four English words, each with two numbers, and asks in French for one of them. Wanted: the numbers of that word. "
      "Words are one-hot vectors, and nobody says which belong together: the weights must find out from the answers.");
  const Index steps = lesson.quick() ? 400 : 3000;
  Dictionary task;
  std::vector<Outcome> outcomes;
  for (int i = 0; i < lesson.seeds(); ++i) outcomes.push_back(learn(lesson.seed() + static_cast<std::uint64_t>(i), steps));
  const Outcome& first = outcomes[0];
  show::Table result({"on 1,000 new cases", "squared error", "largest weight"});
  result.add_row({"mean of the four", show::number(first.mean_error, 3), show::number(1.0 / 4, 3)});
  result.add_row({"attention, untrained", show::number(first.before.error, 3), show::number(first.before.largest, 3)});
  result.add_row({"attention, trained", show::number(first.after.error, 3), show::number(first.after.largest, 3)});
  lesson.show(result);
  lesson.show("dictionary", show::HeatMap{first.map, task.french, task.english, "Each French word over all six English ones"});

  std::vector<double> errors, largest, right;
  for (const Outcome& outcome : outcomes) {
    errors.push_back(outcome.after.error);
    largest.push_back(outcome.after.largest);
    right.push_back(static_cast<double>(outcome.right));
  }
  lesson.name_columns(28);
  lesson.show("seeds tried", lesson.seeds());
  lesson.show("squared error (range)", show::median_and_range(errors, 5));
  lesson.show("largest weight (range)", show::median_and_range(largest, 3));
  lesson.show("words right, of 6 (range)", show::median_and_range(right, 0));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The hidden layer makes the query and the keys comparable, though they have different widths. tanh is what lets the query change "
      "the weights at all. And the map is a dictionary, learned from answers alone: no one ever said which word means which.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  bool with_tanh = !lesson.broken("no-tanh");

  Tensor e = scores_by_matrices(unsqueeze(x.q, 0), x, with_tanh);  // (1, 3)
  Tensor alpha = softmax(e);
  the_question(lesson, x);
  a_score_for_each_key(lesson, x, e);
  scores_become_weights(lesson, e, alpha);
  the_weighted_sum(lesson, x, alpha);
  a_case_whose_answer_is_known(lesson, x, with_tanh);
  what_tanh_is_for(lesson, x);
  a_dictionary_learned(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"31",
                            "Additive attention",
                            "加性注意力",
                            "《专注力》 §3.1–3.2; 《认知平衡》 §9.2",
                            "One query and three keys, scored by a small network: by hand, by matrices, by the library; then a "
                            "model that learns to look things up.",
                            {{"no-tanh", "the scores leave tanh out"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
