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

/// alpha of the example: queries 9 and 11, three keys -> (2, 3).
Tensor soft_weights(const Example& x, double h, bool divided = true) { return soft_weights(x.queries, x.keys, h, divided); }

/// 2 sin x + 0.3 x, at each x.
Tensor curve(const Tensor& x) {
  Tensor y = zeros(x.shape());
  for (Index i = 0; i < x.size(); ++i) y.set({i}, 2 * sin(x.at({i})) + 0.3 * x.at({i}));
  return y;
}

/// The mean squared error of two curves.
double error(const Tensor& a, const Tensor& b) { return mse_loss(a, b).item(); }

/// Errors of an estimate (a) at the points, (b) there, each without looking at itself, (c) against the true curve, at the other places.
struct Errors {
  double itself, left_out, true_curve;
};

/// Kernel regression (Nadaraya 1964; Watson 1964): noisy points of a curve are keys and values, the weighted sum estimates the curve.
struct Regression {
  Tensor x, y;         // 80 noisy points
  Tensor grid, truth;  // 91 other places, where the true curve is known

  explicit Regression(Rng& rng);
  /// The estimate at each query.
  Tensor at(const Tensor& queries, const Tensor& h, bool divided = true) const;
  /// Each point, estimated from the others: it may not look at itself.
  Tensor left_out(const Tensor& h) const;
  /// The value of the nearest point, for each query.
  Tensor nearest(const Tensor& queries) const;
  Errors errors(const Tensor& h, bool divided = true) const;
};

Regression::Regression(Rng& rng)
    : x(rand({80}, rng, 0, 10)), y(curve(x) + randn({80}, rng, 0, 0.6)), grid(linspace(0.5, 9.5, 91)), truth(curve(grid)) {}

Tensor Regression::at(const Tensor& queries, const Tensor& h, bool divided) const {
  return matmul(soft_weights(queries, x, h, divided), y);
}

Tensor Regression::left_out(const Tensor& h) const {
  Index n = x.size();
  Mask itself;
  itself.shape = {n, n};
  itself.hidden = std::vector<std::uint8_t>(n * n);
  for (Index i = 0; i < n; ++i) itself.hidden[i * n + i] = 1;
  return matmul(softmax(masked_fill(scores(x, x, h), itself, -infinity)), y);
}

Tensor Regression::nearest(const Tensor& queries) const {
  Tensor distance = unsqueeze(queries, 1) - x;
  return squeeze(embedding(argmax(-distance * distance), unsqueeze(y, 1)), 1);
}

Errors Regression::errors(const Tensor& h, bool divided) const {
  return {error(at(x, h, divided), y), error(left_out(h), y), error(at(grid, h, divided), truth)};
}

/// Lets Adam choose h (by its logarithm, so that it stays positive), by the error on the points themselves.
double learn_h(const Regression& r, bool may_see_itself, Index steps) {
  Tensor log_h = tensor({0}).requires_grad(true);
  optim::Adam adam({log_h}, 0.05);
  show::Progress progress(steps, may_see_itself ? "learning h, sees itself" : "learning h, left out");
  for (Index step = 0; step < steps; ++step) {
    Tensor h = exp(log_h), loss = mse_loss(may_see_itself ? r.at(r.x, h) : r.left_out(h), r.y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("h " + show::number(h.item()));
  }
  return exp(log_h.item());
}

std::vector<double> list(const Tensor& x) {
  std::vector<double> numbers(x.size());
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
  Tensor raw = soft_weights(x, x.h, false), sevens = full({3, 2}, 7);
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
    Tensor a = select(soft_weights(x, h), 0, 1);
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
  Tensor sharp = select(soft_weights(x, 0.1), 0, 1), column = tensor({8, 12, infinity});
  lesson.show("alpha", sharp);
  lesson.show("degrees", column);
  lesson.show("result", sum(sharp * column).item());
  lesson.say("0 times infinity is not 0: every value was fetched and multiplied. It takes 3 x 2 products here, at any h.");
}

void add_row(show::Table& table, const std::string& estimate, double itself, const std::string& left_out, double true_curve) {
  table.add_row({estimate, show::number(itself), left_out, show::number(true_curve)});
}

void kernel_regression(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Kernel regression", "f(q) = sum_j alpha_j y_j");
  lesson.say(
      "80 noisy points of the curve 2 sin x + 0.3 x are the keys and values. Mean squared error (a) at the points themselves, (b) there, "
      "each without looking at itself, (c) against the true curve at 91 other places.");
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

void add_line(show::LineChart& chart, const char* name, const std::vector<double>& x, const std::vector<double>& y) {
  chart.series.push_back({name, x, y});
}

void show_error_against_h(show::Lesson& lesson, const Regression& r) {
  std::vector<double> x, itself, left_out, true_curve;
  for (double h = 0.02; h < 25; h *= 1.2) {
    Errors e = r.errors(h);
    x.push_back(h);
    itself.push_back(e.itself);
    left_out.push_back(e.left_out);
    true_curve.push_back(e.true_curve);
  }
  show::LineChart chart{"Error against h", "h", "squared error", {}};
  add_line(chart, "(a) itself", x, itself);
  add_line(chart, "(b) left out", x, left_out);
  add_line(chart, "(c) true curve", x, true_curve);
  chart.log_x = true;
  lesson.show("error", chart);
}

void show_curves(show::Lesson& lesson, const Regression& r) {
  std::vector<double> x = list(r.grid);
  show::LineChart chart{"80 noisy points, and what is made of them", "x", "y", {}};
  add_line(chart, "nearest", x, list(r.nearest(r.grid)));
  add_line(chart, "h = 0.4", x, list(r.at(r.grid, 0.4)));
  add_line(chart, "true", x, list(r.truth));
  lesson.show("curve", chart);
}

void learning_h(show::Lesson& lesson, const Regression& r, bool divided) {
  lesson.section("Learning h", "Adam on the error at the points, h = 1 at first");
  lesson.say("h is a number like any other: give it a gradient. But by which error, (a) or (b)?");
  show::Table learned({"h learned by", "h", "(c) true curve"});
  for (bool itself : {true, false}) {
    double h = learn_h(r, itself, lesson.quick() ? 150 : 600);
    learned.add_row({itself ? "(a) each point sees itself" : "(b) each point left out", show::number(h, 3),
                     show::number(r.errors(h, divided).true_curve, 2)});
  }
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
  Tensor alpha = soft_weights(x, x.h, divided);
  the_question(lesson, x);
  a_look_up_is_a_weighted_sum(lesson, x);
  soft_weights_by_hand(lesson, x, alpha);
  the_weighted_sum(lesson, x, alpha);
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
                            "《资源分配》 §2.1; 《专注力》 §2.1; 《认知平衡》 §2.3–2.4",
                            "A look-up in a dictionary, made soft: weights that sum to 1, by hand, by arrays, by the library; then "
                            "kernel regression, which is attention over given points, between the mean of all and the nearest one.",
                            {{"no-division", "the weights are exp(e) and are not divided by their sum"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
