#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "tasks.h"

using namespace qkv;

namespace {

/// Wanted: w . values, with w = (1, 0, ...) - 1/n. The error of a (alpha . values) with the best a: |w|^2 - (w . alpha)^2 / |alpha|^2.
double contrast_error(const Tensor& alpha) {
  Tensor w = tensor({1, 0, 0, 0, 0}) - 1.0 / n;
  double both = sum(w * alpha).item();
  return sum(w * w).item() - both * both * participation(alpha);
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Attention may go deep, all of it to one place, or wide, a little to each place. One number moves it from one end to the other: the "
      "temperature T. Which T is right?");
  lesson.show("scores e", e);
}

void from_one_place_to_all(show::Lesson& lesson) {
  lesson.section("From one place to all", "alpha = softmax(e / T)");
  lesson.say("By hand, T = 0.5: dividing by 0.5 doubles the scores. So it squares every ratio of two weights.");
  show::Table by_hand({"e_j", "exp(e_j)", "alpha, T = 1", "exp(e_j / 0.5)", "alpha, T = 0.5", ""});
  Tensor plain = weights(e, 1), half = weights(e, 0.5), loop = zeros({n});
  double total = 0;
  for (Index j = 0; j < n; ++j) total += exp(e.at({j}) / 0.5);
  for (Index j = 0; j < n; ++j) {
    double score = e.at({j}), doubled = exp(score / 0.5), alpha = doubled / total;
    loop.set({j}, alpha);
    by_hand.add_row({show::number(score, 1), show::number(exp(score)), show::number(plain.at({j})), show::number(doubled),
                     show::number(alpha), show::bar(alpha, 20)});
  }
  lesson.show(by_hand);
  lesson.compare("by the loop and by the library", loop, half);
  lesson.show("ratio",
              show::number(plain.at({0}) / plain.at({1})) + " at T = 1, " + show::number(half.at({0}) / half.at({1})) + " at T = 0.5");
}

void how_many_places(show::Lesson& lesson) {
  lesson.section("How many places?", "H = -sum_j alpha_j log alpha_j");
  lesson.say("Known beforehand: T near 0 gives 1 place, a very large T all 5.");
  show::Table places({"T", "alpha_1", "alpha_2", "alpha_3", "alpha_4", "alpha_5", "H", "exp(H)", "1 / sum alpha^2"});
  for (double T : {0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 1000.0}) {
    Tensor alpha = weights(e, T);
    std::vector<std::string> row{show::number(T, 2)};
    for (Index j = 0; j < n; ++j) row.push_back(show::number(alpha.at({j})));
    double H = entropy(alpha).item();
    for (double x : {H, exp(H), participation(alpha)}) row.push_back(show::number(x));
    places.add_row(row);
  }
  lesson.show(places);
  lesson.say("Two equal best scores share: no temperature decides between them.");
  lesson.show("e = 2, 2, 0", weights(tensor({2, 2, 0}), 0.01));
  lesson.say(
      "And H never falls as T grows: dH / dT is the variance of the scores under alpha, divided by T^3. A variance is never negative.");
  Tensor T = tensor({2}).requires_grad(true), alpha = weights(e, 2), centred = e - sum(alpha * e);
  entropy(weights(e, T)).backward();
  lesson.show("T = 2", T.grad());
  lesson.compare("by the engine and by the formula", T.grad(), unsqueeze(sum(alpha * centred * centred) / 8, 0));
}

void three_tasks(show::Lesson& lesson, const Tasks& tasks) {
  lesson.section("Three tasks", "error = mean of (sum_j alpha_j value_j - wanted)^2");
  lesson.say(
      "Five values and one softmax. 'find': value 1 is the wanted number, the other four are something else. 'average': all five are the "
      "wanted number plus noise of variance 1; the scores say nothing. 'weigh': noise of variance 1/4, 1/2, 1, 2, 4, and the scores are "
      "e_j "
      "= -log variance_j. All these random numbers are independent, with mean 0; the wanted number and something else have variance 1.");
  lesson.name_columns(9);
  for (const Task& task : tasks.task) lesson.show(task.name, task.scores);
  lesson.say("What the error must then be, without running anything:");
  lesson.show("find", "(1 - alpha_1)^2 + sum_{j > 1} alpha_j^2: least with all on the first, then 0");
  lesson.show("average", "sum_j alpha_j^2 = 1 / (number of places): least with all equal, then 1/5");
  lesson.show("weigh", "sum_j alpha_j^2 variance_j: least with alpha_j = c / variance_j: T = 1, then 4/31");
}

Tensor predicted_and_measured(show::Lesson& lesson, const Tasks& tasks, Rng& rng) {
  lesson.section("Predicted and measured");
  const Index count = lesson.quick() ? 20000 : 200000;
  Task::Cases cases[3];
  for (Index i = 0; i < 3; ++i) cases[i] = tasks.task[i].draw(count, rng);
  lesson.say("Measured on " + show::whole(count) + " cases each:");
  show::Table errors({"T", "find", "measured", "average", "measured", "weigh", "measured"});
  for (double t : {0.02, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 50.0}) {
    std::vector<std::string> row{show::number(t, 2)};
    for (Index i = 0; i < 3; ++i) {
      Tensor a = weights(tasks.task[i].scores, t);
      row.push_back(show::number(tasks.task[i].predicted(a)));
      row.push_back(show::number(mse_loss(matmul(cases[i].values, a), cases[i].wanted).item()));
    }
    errors.add_row(row);
  }
  lesson.show(errors);
  show::LineChart chart{"What a task prefers", "temperature T", "squared error", {}};
  for (const Task& task : tasks.task) {
    show::Series curve{task.name, {}, {}};
    for (double t = 0.02; t < 51; t *= 1.15) {
      curve.x.push_back(t);
      curve.y.push_back(task.predicted(weights(task.scores, t)));
    }
    chart.series.push_back(curve);
  }
  chart.log_x = true;
  lesson.show("tasks", chart);
  return cases[0].values;
}

/// The predicted error at one temperature.
std::string cost(const Task& task, double T) { return show::number(task.predicted(weights(task.scores, T)), 3); }

void learning_T(show::Lesson& lesson, const Tasks& tasks) {
  lesson.section("Learning T", "Adam on squared error, T = 3 at first");
  lesson.say(
      "The same T for all three at first, and a gradient for it. Beside it: all the weight on one place, all places alike, and T = 1. Of "
      "T and its error the median over the seeds, and the range:");
  lesson.show("seeds", lesson.seeds());
  show::Table learned({"task", "T learned", "error", "one place", "all alike", "T = 1"});
  for (const Task& task : tasks.task) {
    std::vector<double> temperatures, errors;
    for (int i = 0; i < lesson.seeds(); ++i) {
      Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
      temperatures.push_back(learn_temperature(task, lesson.quick() ? 300 : 2000, rng));
      errors.push_back(task.predicted(weights(task.scores, temperatures.back())));
    }
    learned.add_row({task.name, show::median_and_range(temperatures, 2), show::median_and_range(errors, 3), cost(task, 1e-3),
                     cost(task, 1e6), cost(task, 1)});
  }
  lesson.show(learned);
}

void both_at_once(show::Lesson& lesson, const Tensor& values) {
  lesson.section("Both at once");
  lesson.say(
      "Wanted: the first value minus the mean of all five. That takes one place and all of them. One softmax, times the best factor:");
  show::Table contrast({"T", "one head", "best factor"});
  Tensor w = tensor({1, 0, 0, 0, 0}) - 1.0 / n;
  contrast.add_row({"nothing at all", show::number(sum(w * w).item()), "0.00"});
  for (double t : {0.01, 0.5, 1.0, 5.0}) {
    Tensor a = weights(e, t);
    contrast.add_row({show::number(t, 2), show::number(contrast_error(a)), show::number(sum(w * a).item() * participation(a), 2)});
  }
  lesson.show(contrast);
  Tensor two_heads = weights(e, 0.01) - weights(e, 1e6);
  lesson.say("Two heads, a narrow one minus a wide one, are exact, here on all cases of 'find':");
  lesson.compare("first - mean and two heads", matmul(values, w), matmul(values, two_heads));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "No temperature is balanced in itself: the best for one task is the worst for another. The task says where the best lies, at one end "
      "or in between. Scores that say how far each value can be trusted (-log variance) need no temperature. And depth and breadth exclude "
      "each other only within one softmax.");
}

void lesson_body(show::Lesson& lesson) {
  const Tasks tasks = find_average_weigh();
  Rng rng(lesson.seed());
  the_question(lesson);
  from_one_place_to_all(lesson);
  how_many_places(lesson);
  three_tasks(lesson, tasks);
  Tensor values = predicted_and_measured(lesson, tasks, rng);
  learning_T(lesson, tasks);
  both_at_once(lesson, values);
  what_to_notice(lesson);
}

const show::LessonInfo info{"25",
                            "Depth and breadth",
                            "注意力的深度与广度",
                            "《认知平衡》, its title and §1; 《专注力》 §2.3",
                            "The temperature of a softmax from one place to all: weights, entropy, number of places; then three "
                            "tasks, of which one wants it narrow, one wide, and one in between, predicted and measured.",
                            {},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
