#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "regression.h"

using namespace qkv;

namespace {

/// "one seed", "10 seeds".
std::string counted(int count, const std::string& what) { return count == 1 ? "one " + what : std::to_string(count) + " " + what + "s"; }

// The example: temperature and wind, read at three hours of a day. A key is the hour, its value the two readings. And at 9? At 11?
struct Example {
  Tensor queries = tensor({9, 11});
  Tensor keys = tensor({6, 9, 14});
  Tensor values = tensor({{8, 2}, {12, 6}, {20, 1}});
  double h = 2;  // hours: how far a reading is good for
};

/// A dictionary as one knows it: the value whose key equals q.  Throws Error if there is none.
Tensor hard_look_up(double q, const Example& x) {
  for (Index j = 0; j < x.keys.size(); ++j)
    if (x.keys.at({j}) == q) return select(x.values, 0, j);
  throw Error("hard_look_up: no key is " + show::number(q, 0));
}

/// e = -(q - k)^2 / (2 h^2).
double score(double q, double key, double h) { return -(q - key) * (q - key) / (2 * h * h); }

/// alpha_j = exp(e_j) / sum_i exp(e_i), number by number; prints each line of it.
Tensor weights_by_hand(double q, const Example& x, show::Lesson& lesson) {
  Index keys = x.keys.size();
  Tensor alpha = zeros({keys});
  show::Table table({"hour", "q - k_j", "e_j", "exp(e_j)", "alpha_j", ""});
  double total = 0;
  for (Index j = 0; j < keys; ++j) total += exp(score(q, x.keys.at({j}), x.h));
  for (Index j = 0; j < keys; ++j) {
    double key = x.keys.at({j}), e = score(q, key, x.h), weight = exp(e) / total;
    alpha.set({j}, weight);
    table.add_row({show::number(key, 0), show::number(q - key, 0), show::number(e), show::number(exp(e)), show::number(weight),
                   show::bar(weight, 30)});
  }
  lesson.show(table);
  lesson.show("sum", sum(alpha).item());
  return alpha;
}

/// alpha of the example: queries 9 and 11, three keys -> (2, 3).
Tensor weights_of(const Example& x, double h, bool divided = true) { return soft_weights(x.queries, x.keys, h, divided); }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say("Temperature and wind, read at three hours. A dictionary answers for exactly these keys:");
  lesson.show("keys", x.keys);
  lesson.show("values", transpose(x.values));
  lesson.show("at 9", hard_look_up(9, x));
  lesson.show_error("at 11", [&] { hard_look_up(11, x); });
  lesson.say("11 o'clock lies between two entries. What would be a sensible answer there?");
}

void a_look_up_is_a_weighted_sum(show::Lesson& lesson, const Example& x) {
  lesson.section("A look-up is a weighted sum", "result = sum_j alpha_j value_j");
  lesson.say("Finding the entry at 9 is the same as weighting it with 1 and the others with 0:");
  Tensor one = tensor({0, 1, 0});
  lesson.show("alpha", one);
  lesson.show("result", matmul(one, x.values));
  lesson.compare("look-up and weighted sum", hard_look_up(9, x), matmul(one, x.values));
}

void soft_weights_by_hand(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("Soft weights", "e_j = -(q - k_j)^2 / (2 h^2),  alpha = softmax(e)");
  lesson.say("The nearer a key, the more it counts. h = 2 hours says what near means. For the query 11:");
  Tensor by_hand = weights_by_hand(11, x, lesson);
  lesson.compare("by the loop and by arrays", by_hand, select(alpha, 0, 1));
}

void the_weighted_sum(show::Lesson& lesson, const Example& x, const Tensor& alpha, bool divided) {
  lesson.section("The weighted sum");
  Tensor context = matmul(alpha, x.values);  // (2, 3) @ (3, 2) = (2, 2)
  lesson.name_columns(17);
  for (Index j = 0; j < 3; ++j) lesson.show("alpha value at " + show::number(x.keys.at({j}), 0), alpha.at({1, j}) * select(x.values, 0, j));
  lesson.show("result at 11", select(context, 0, 1));
  lesson.show("result at 9", select(context, 0, 0));
  Indices backwards({3}, {2, 1, 0});
  Tensor keys = squeeze(embedding(backwards, unsqueeze(x.keys, 1)), 1);
  lesson.compare("keys and values in another order", context,
                 matmul(soft_weights(x.queries, keys, x.h, divided), embedding(backwards, x.values)));
  lesson.say(
      "Multiplied out, e_j = q k_j / h^2 - k_j^2 / (2 h^2) - q^2 / (2 h^2). The last term is the same for all keys, so softmax does not "
      "see "
      "it. This is dot-product attention, with the middle term added to the scores:");
  AttentionOptions options;
  options.scale = 1 / (x.h * x.h);
  options.bias = -x.keys * x.keys / (2 * x.h * x.h);
  lesson.compare("ours and the library's", context,
                 scaled_dot_product_attention(unsqueeze(x.queries, 1), unsqueeze(x.keys, 1), x.values, options).output);
}

void what_a_sum_of_1_promises(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("What a sum of 1 promises");
  lesson.say("If every reading were (7, 7), every answer must be (7, 7). And no answer lies beyond the readings (8 to 20 degrees):");
  Tensor raw = weights_of(x, x.h, false), sevens = full({3, 2}, 7);
  lesson.name_columns(32);
  lesson.show("all 7, weights that sum to 1", select(matmul(alpha, sevens), 0, 1));
  lesson.show("all 7, exp(e) undivided", select(matmul(raw, sevens), 0, 1));
  Tensor day = matmul(soft_weights(arange(25), x.keys, x.h), select(x.values, 1, 0));  // degrees, (25)
  lesson.show("smallest and largest, 0 to 24 h", show::number(-max(-day, 0).item()) + " and " + show::number(max(day, 0).item()));
}

void two_ends(show::Lesson& lesson, const Example& x) {
  lesson.section("Two ends that are known beforehand");
  lesson.say("A small h leaves only the nearest key (9): 12 degrees. A large one makes all keys alike: the mean, 40 / 3.");
  show::Table ends({"h", "alpha at 6", "alpha at 9", "alpha at 14", "degrees at 11"});
  for (double h : {0.1, 1.0, 2.0, 5.0, 1000.0}) {
    Tensor a = select(weights_of(x, h), 0, 1);
    std::vector<std::string> row{show::number(h, 1)};
    for (Index j = 0; j < 3; ++j) row.push_back(show::number(a.at({j})));
    row.push_back(show::number(matmul(a, x.values).at({0})));
    ends.add_row(row);
  }
  lesson.show(ends);
}

void a_weight_of_0_is_not_a_saving(show::Lesson& lesson, const Example& x) {
  lesson.section("A weight of 0 is not a saving");
  lesson.say("At h = 0.1 two weights are exactly 0. The reading at 14 breaks and says infinity. Is it ignored?");
  Tensor sharp = select(weights_of(x, 0.1), 0, 1), column = tensor({8, 12, infinity});
  lesson.show("alpha", sharp);
  lesson.show("degrees", column);
  lesson.show("result", sum(sharp * column).item());
  lesson.say("0 times infinity is not 0: every value was fetched and multiplied. It takes 3 x 2 products here, whatever h is.");
}

void add_row(show::Table& table, const std::string& estimate, double itself, const std::string& left_out, double true_curve) {
  table.add_row({estimate, show::number(itself), left_out, show::number(true_curve)});
}

void kernel_regression(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Kernel regression", "f(q) = sum_j alpha_j y_j");
  lesson.say(
      "80 noisy points of the curve 2 sin x + 0.3 x are the keys and values. Mean squared error (a) at the points themselves, (b) there, "
      "but no point sees itself, (c) against the true curve at 91 other places.");
  show::Table table({"", "(a) itself", "(b) left out", "(c) true curve"});
  double average = mean(r.y).item();
  add_row(table, "mean of all", error(full({80}, average), r.y), "", error(full({91}, average), r.truth));
  add_row(table, "nearest point", error(r.nearest(r.x), r.y), "", error(r.nearest(r.grid), r.truth));
  for (double h : {100.0, 2.0, 0.8, 0.4, 0.2, 0.1, 0.001}) {
    Errors e = r.errors(h, divided);
    add_row(table, "h = " + show::number(h, 3), e.itself, show::number(e.left_out), e.true_curve);
  }
  lesson.show(table);
}

void learning_h(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Learning h", "Adam on the error at the points, h = 1 at first");
  lesson.say("h is a number like any other: give it a gradient. But of which error, (a) or (b)?");
  const Index steps = lesson.quick() ? 150 : 600;
  show::Table learned({"h learned by", "h", "(c) true curve"});
  for (bool itself : {true, false}) {
    double h = learn_h(r, itself, steps);
    learned.add_row({itself ? "(a) each point sees itself" : "(b) each point left out", show::number(h, 3),
                     show::number(r.errors(h, divided).true_curve, 2)});
  }
  lesson.show(learned);

  std::vector<double> hs[3], errors[4];
  for (int i = 0; i < lesson.seeds(); ++i) {
    Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
    const Regression drawn(rng);
    const double chosen[] = {learn_h(drawn, true, steps), learn_h(drawn, false, steps), best_h(drawn)};
    for (int j = 0; j < 3; ++j) {
      hs[j].push_back(chosen[j]);
      errors[j].push_back(drawn.errors(chosen[j], divided).true_curve);
    }
    errors[3].push_back(error(drawn.nearest(drawn.grid), drawn.truth));
  }
  lesson.say("The same with " + counted(lesson.seeds(), "draw") + " of the 80 points, median and range:");
  show::Table over_seeds({"", "h", "(c) true curve"});
  const char* names[] = {"(a) each point sees itself", "(b) each point left out", "best, if one knew the curve"};
  for (int j = 0; j < 3; ++j) over_seeds.add_row({names[j], show::median_and_range(hs[j], 2), show::median_and_range(errors[j], 3)});
  over_seeds.add_row({"nearest point", "", show::median_and_range(errors[3], 3)});
  lesson.show(over_seeds);
  lesson.show("error", error_chart(r));
  lesson.show("curve", curve_chart(r));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The mean and the nearest point are the two ends of one family, and neither is the best of it. Weights that sum to 1 keep what is "
      "the same for all, and never leave the range of the values. And a point that may look at itself looks at nothing else: (a) falls "
      "to 0 as h does.");
}

void lesson_body(show::Lesson& lesson) {
  const bool divided = !lesson.broken("no-division");
  Example x;
  Tensor alpha = weights_of(x, x.h, divided);
  the_question(lesson, x);
  a_look_up_is_a_weighted_sum(lesson, x);
  soft_weights_by_hand(lesson, x, alpha);
  the_weighted_sum(lesson, x, alpha, divided);
  what_a_sum_of_1_promises(lesson, x, alpha);
  two_ends(lesson, x);
  a_weight_of_0_is_not_a_saving(lesson, x);
  Rng rng(lesson.seed());
  Regression regression(rng);
  kernel_regression(lesson, regression, divided);
  learning_h(lesson, regression, divided);
  what_to_notice(lesson);
}

const show::LessonInfo info{"23",
                            "Weighted sum",
                            "加权求和",
                            "《资源分配》 §2.1; 《专注力》 §2.1; 《解密注意力》 §2.1; 《认知平衡》 §2.1, §2.3–2.4",
                            "A look-up in a dictionary, made soft: weights that sum to 1, by hand, by arrays, by the library; then "
                            "kernel regression, which is attention over given points, between the mean of all and the nearest one.",
                            {{"no-division", "the weights are exp(e) and are not divided by their sum"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
