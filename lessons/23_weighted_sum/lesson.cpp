#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

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

/// alpha_j = exp(e_j) / sum_i exp(e_i), e_j = -(q - k_j)^2 / (2 h^2), number by number; prints each line of it.
Tensor weights_by_hand(double q, const Example& x, show::Lesson& lesson) {
  Index keys = x.keys.size();
  Tensor alpha = zeros({keys});
  show::Table table({"hour", "q - k_j", "e_j", "exp(e_j)", "alpha_j", ""});
  double total = 0;
  for (Index j = 0; j < keys; ++j) total += exp(-pow(q - x.keys.at({j}), 2) / (2 * x.h * x.h));
  for (Index j = 0; j < keys; ++j) {
    double key = x.keys.at({j}), distance = q - key, e = -distance * distance / (2 * x.h * x.h), weight = exp(e) / total;
    alpha.set({j}, weight);
    table.add_row({show::number(key, 0), show::number(distance, 0), show::number(e), show::number(exp(e)), show::number(weight),
                   show::bar(weight, 30)});
  }
  lesson.show(table);
  lesson.show("sum", sum(alpha).item());
  return alpha;
}

/// The same by arrays, e: queries (n), keys (m) -> (n, m). h may be a learned number.
Tensor scores(const Tensor& queries, const Tensor& keys, const Tensor& h) {
  Tensor distance = unsqueeze(queries, 1) - keys;  // (n, 1) - (m) = (n, m)
  return -distance * distance / (2 * h * h);
}

/// alpha.
Tensor soft_weights(const Tensor& queries, const Tensor& keys, const Tensor& h, bool divided = true) {
  Tensor e = scores(queries, keys, h);
  return divided ? softmax(e) : exp(e);
}

/// Kernel regression (Nadaraya 1964; Watson 1964): noisy points of a curve are keys and values, the weighted sum estimates the curve.
struct Points {
  Tensor x, y;  // (n)
  /// 2 sin x + 0.3 x, at each x.
  static Tensor curve(const Tensor& x) {
    Tensor y = zeros(x.shape());
    for (Index i = 0; i < x.size(); ++i) y.set({i}, 2 * sin(x.at({i})) + 0.3 * x.at({i}));
    return y;
  }
  Points(Index n, double noise, Rng& rng) : x(rand({n}, rng, 0, 10)), y(curve(x) + randn({n}, rng, 0, noise)) {}
  /// The estimate at each query.
  Tensor at(const Tensor& queries, const Tensor& h, bool divided = true) const { return matmul(soft_weights(queries, x, h, divided), y); }
  /// Each point, estimated from the others: it may not look at itself.
  Tensor left_out(const Tensor& h) const {
    Mask itself({x.size(), x.size()}, std::vector<std::uint8_t>(x.size() * x.size(), 0));
    for (Index i = 0; i < x.size(); ++i) itself.hidden[i * x.size() + i] = 1;
    return matmul(softmax(masked_fill(scores(x, x, h), itself, -infinity)), y);
  }
  Tensor nearest(const Tensor& queries) const {
    Tensor distance = unsqueeze(queries, 1) - x;
    return squeeze(embedding(argmax(-distance * distance), unsqueeze(y, 1)), 1);
  }
};

/// The mean squared error of two curves.
double error(const Tensor& a, const Tensor& b) { return mse_loss(a, b).item(); }

/// The points, and 91 other places where the true curve is known. Errors of the estimate (a) at the points, (b) there, each without
/// looking at itself, (c) against the true curve.
struct Regression {
  Points points;
  Tensor grid = arange(91, 0.5, 0.1), truth = Points::curve(grid);

  double itself(double h, bool divided = true) const { return error(points.at(points.x, h, divided), points.y); }
  double left_out(double h) const { return error(points.left_out(h), points.y); }
  double true_curve(double h, bool divided = true) const { return error(points.at(grid, h, divided), truth); }
};

/// Lets Adam choose h (by its logarithm, so that it stays positive), by the error on the points themselves.
double learn_h(const Points& points, bool may_see_itself, Index steps) {
  Tensor log_h = tensor({0}).requires_grad(true);
  optim::Adam adam({log_h}, 0.05);
  show::Progress progress(steps, may_see_itself ? "learning h, sees itself" : "learning h, left out");
  for (Index step = 0; step < steps; ++step) {
    Tensor h = exp(log_h), loss = mse_loss(may_see_itself ? points.at(points.x, h) : points.left_out(h), points.y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("h " + show::number(h.item()));
  }
  return exp(log_h.item());
}

List<double> list(const Tensor& x) {
  List<double> numbers(x.size());
  for (Index i = 0; i < x.size(); ++i) numbers[i] = x.at({i});
  return numbers;
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say("Temperature and wind, read at three hours. A dictionary answers for exactly these keys:");
  lesson.show("keys", x.keys);
  lesson.show("values", transpose(x.values));
  lesson.show("at 9", hard_look_up(9, x));
  lesson.show_error("at 11", [&] { hard_look_up(11, x); });
  lesson.say("11 o'clock lies between two entries. What would a sensible answer be, and a gentle way from none to all?");
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
  lesson.say("Let a key count the more the nearer it is; h = 2 hours says what near means. For the query 11:");
  Tensor by_hand = weights_by_hand(11, x, lesson);
  lesson.compare("by the loop and by arrays", by_hand, select(alpha, 0, 1));
}

void the_weighted_sum(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("The weighted sum");
  Tensor context = matmul(alpha, x.values);  // (2, 3) @ (3, 2) = (2, 2)
  lesson.name_columns(17);
  for (Index j = 0; j < 3; ++j) lesson.show("alpha value at " + show::number(x.keys.at({j}), 0), alpha.at({1, j}) * select(x.values, 0, j));
  lesson.show("result at 11", select(context, 0, 1));
  lesson.show("result at 9", select(context, 0, 0));
  lesson.say(
      "Multiplied out, e_j = q k_j / h^2 - k_j^2 / (2 h^2) - q^2 / (2 h^2), and softmax does not see the last term, the same for all keys. "
      "So this is dot-product attention, with the middle term added to the scores:");
  AttentionOptions options;
  options.scale = 1 / (x.h * x.h);
  options.bias = -x.keys * x.keys / (2 * x.h * x.h);
  lesson.compare("ours and the library's", context,
                 scaled_dot_product_attention(unsqueeze(x.queries, 1), unsqueeze(x.keys, 1), x.values, options).output);
}

void what_a_sum_of_1_promises(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("What a sum of 1 promises");
  lesson.say("If every reading were (7, 7), every answer must be; and no answer lies beyond the readings (8 to 20 degrees):");
  Tensor raw = soft_weights(x.queries, x.keys, x.h, false), sevens = full({3, 2}, 7);
  lesson.name_columns(32);
  lesson.show("all 7, weights that sum to 1", select(matmul(alpha, sevens), 0, 1));
  lesson.show("all 7, exp(e) undivided", select(matmul(raw, sevens), 0, 1));
  Tensor day = matmul(soft_weights(arange(25), x.keys, x.h), x.values);
  lesson.show("smallest and largest, 0 to 24 h", show::number(-max(-day, 0).at({0})) + " and " + show::number(max(day, 0).at({0})));
}

void two_ends(show::Lesson& lesson, const Example& x) {
  lesson.section("Two ends that are known beforehand");
  lesson.say("A small h leaves only the nearest key (9): 12 degrees. A large one makes all keys alike: the mean, 40 / 3.");
  show::Table ends({"h", "alpha at 6", "alpha at 9", "alpha at 14", "degrees at 11"});
  for (double h : {0.1, 1.0, 2.0, 5.0, 1000.0}) {
    Tensor a = select(soft_weights(x.queries, x.keys, h), 0, 1), result = matmul(a, x.values);
    ends.add_row(
        {show::number(h, 1), show::number(a.at({0})), show::number(a.at({1})), show::number(a.at({2})), show::number(result.at({0}))});
  }
  lesson.show(ends);
}

void a_weight_of_0_is_not_a_saving(show::Lesson& lesson, const Example& x) {
  lesson.section("A weight of 0 is not a saving");
  lesson.say("At h = 0.1 two weights are exactly 0. The reading at 14 breaks and says infinity. Is it ignored?");
  Tensor sharp = select(soft_weights(x.queries, x.keys, 0.1), 0, 1), column = tensor({8, 12, infinity});
  lesson.show("alpha", sharp);
  lesson.show("degrees", column);
  lesson.show("result", sum(sharp * column).item());
  lesson.say("0 times infinity is not 0: every value was fetched and multiplied. It takes 3 x 2 products here, at any h.");
}

void kernel_regression(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Kernel regression", "f(q) = sum_j alpha_j y_j");
  lesson.say(
      "80 noisy points of the curve 2 sin x + 0.3 x are the keys and values. Mean squared error (a) at the points themselves, (b) there, "
      "each without looking at itself, (c) against the true curve at 91 other places.");
  show::Table errors({"", "(a) itself", "(b) left out", "(c) true curve"});
  Tensor average = mean(r.points.y), nearest = r.points.nearest(r.points.x);
  double by_average = error(average * ones({80}), r.points.y), by_nearest = error(nearest, r.points.y);
  errors.add_row({"mean of all", show::number(by_average), "", show::number(error(average * ones({91}), r.truth))});
  errors.add_row({"nearest point", show::number(by_nearest), "", show::number(error(r.points.nearest(r.grid), r.truth))});
  for (double h : {100.0, 2.0, 0.8, 0.4, 0.2, 0.1, 0.001})
    errors.add_row({"h = " + show::number(h, 3), show::number(r.itself(h, divided)), show::number(r.left_out(h)),
                    show::number(r.true_curve(h, divided))});
  lesson.show(errors);
}

void show_error_against_h(show::Lesson& lesson, const Regression& r) {
  show::LineChart chart{
      "Error against h", "h", "squared error", {{"(a) itself", {}, {}}, {"(b) left out", {}, {}}, {"(c) true curve", {}, {}}}};
  for (double h = 0.02; h < 25; h *= 1.2) {
    for (show::Series& series : chart.series) series.x.push_back(h);
    chart.series[0].y.push_back(r.itself(h));
    chart.series[1].y.push_back(r.left_out(h));
    chart.series[2].y.push_back(r.true_curve(h));
  }
  chart.log_x = true;
  lesson.show("error", chart);
}

void show_curves(show::Lesson& lesson, const Regression& r) {
  List<double> x = list(r.grid);
  lesson.show("curve", show::LineChart{"80 noisy points, and what is made of them",
                                       "x",
                                       "y",
                                       {{"nearest", x, list(r.points.nearest(r.grid))},
                                        {"h = 0.4", x, list(r.points.at(r.grid, 0.4))},
                                        {"true", x, list(r.truth)}}});
}

void learning_h(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Learning h", "Adam on the error at the points, h = 1 at first");
  lesson.say("h is a number like any other: give it a gradient. But by which error, (a) or (b)?");
  const Index steps = lesson.quick() ? 150 : 600;
  double greedy = learn_h(r.points, true, steps), fair = learn_h(r.points, false, steps);
  show::Table learned({"h learned by", "h", "(c) true curve"});
  learned.add_row({"(a) each point sees itself", show::number(greedy, 3), show::number(r.true_curve(greedy, divided), 2)});
  learned.add_row({"(b) each point left out", show::number(fair, 3), show::number(r.true_curve(fair, divided), 2)});
  lesson.show(learned);

  show_error_against_h(lesson, r);
  show_curves(lesson, r);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Mean and nearest point are the two ends of one family, and neither is its best. Weights that sum to 1 keep what is the same for all "
      "and never leave the range of the values. And whoever may look at the answer looks at nothing else: (a) falls to 0 as h does.");
}

void lesson_body(show::Lesson& lesson) {
  const bool divided = !lesson.broken("no-division");
  Example x;
  Tensor alpha = soft_weights(x.queries, x.keys, x.h, divided);  // (2, 3)
  the_question(lesson, x);
  a_look_up_is_a_weighted_sum(lesson, x);
  soft_weights_by_hand(lesson, x, alpha);
  the_weighted_sum(lesson, x, alpha);
  what_a_sum_of_1_promises(lesson, x, alpha);
  two_ends(lesson, x);
  a_weight_of_0_is_not_a_saving(lesson, x);
  Rng rng(lesson.seed());
  Regression regression{Points(80, 0.6, rng)};
  kernel_regression(lesson, regression, divided);
  learning_h(lesson, regression, divided);
  what_to_notice(lesson);
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "23";
  info.title = "Weighted sum";
  info.chinese = "加权求和";
  info.mirrors = "《资源分配》 §2.1; 《专注力》 §2.1; 《认知平衡》 §2.3–2.4";
  info.about =
      "A look-up in a dictionary, made soft: weights that sum to 1, by hand, by arrays, by the library; then kernel regression, which is "
      "attention over given points, between the mean of all and the nearest one.";
  info.breaks = {{"no-division", "the weights are exp(e) and are not divided by their sum"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
