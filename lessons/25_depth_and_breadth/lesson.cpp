#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

const Tensor e = tensor({2.0, 1.0, 0.5, 0.0, -1.0});  // the scores of the example: five places
const Index n = 5;

/// alpha = softmax(e / T): T is the temperature.
Tensor weights(const Tensor& scores, const Tensor& T) { return softmax(scores / T); }

/// The other number of places: 1 / sum alpha^2, again m for m equal weights.
double participation(const Tensor& alpha) { return 1 / sum(alpha * alpha).item(); }

/// What attention is to find out from five values, and what its weights cost: the mean of (sum_j alpha_j value_j - wanted)^2.
struct Task {
  const char* name;
  Tensor scores;
  Tensor signal;  // value_j = signal_j wanted + (1 - signal_j) something else + sigma_j noise, all normal(0, 1)
  Tensor sigma;

  /// From theory: (1 - sum alpha signal)^2 + sum alpha^2 ((1 - signal) + sigma^2), for signals of 0 or 1.
  double predicted(const Tensor& alpha) const {
    double missing = 1 - sum(alpha * signal).item();
    return missing * missing + sum(alpha * alpha * (1 - signal + sigma * sigma)).item();
  }
  struct Cases {
    Tensor values, wanted;  // (N, 5), (N)
  };
  Cases draw(Index count, Rng& rng) const {
    Tensor wanted = randn({count, 1}, rng), other = randn({count, n}, rng), noise = randn({count, n}, rng);
    Tensor values = signal * wanted + (1 - signal) * other + sigma * noise;
    return {values, squeeze(wanted, 1)};
  }
};

struct Tasks {
  Task task[3];
};

Tasks find_average_weigh() {
  Tensor first = tensor({1, 0, 0, 0, 0}), variance = tensor({0.25, 0.5, 1.0, 2.0, 4.0});
  return {{{"find", e, first, zeros({n})},        // one exact entry, four that are something else
           {"average", e, ones({n}), ones({n})},  // five copies of the wanted number, equally noisy
           {"weigh", -log(variance), ones({n}),
            sqrt(variance)}}};  // five copies, the first nearly clean, the last very noisy; e_j = -log variance
}

/// Lets Adam choose T by its logarithm, on fresh cases.
double learn_temperature(const Task& task, Index steps, Rng& rng) {
  Tensor log_T = tensor({log(3.0)}).requires_grad(true);
  optim::Adam adam({log_T}, 0.03);
  show::Progress progress(steps, task.name);
  for (Index step = 0; step < steps; ++step) {
    Task::Cases cases = task.draw(256, rng);
    Tensor loss = mse_loss(matmul(cases.values, weights(task.scores, exp(log_T))), cases.wanted);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("T " + show::number(exp(log_T.item())));
  }
  return exp(log_T.item());
}

/// Wanted: w . values, with w = (1, 0, ...) - 1/n. The error of a (alpha . values) with the best a: |w|^2 - (w . alpha)^2 / |alpha|^2.
double contrast_error(const Tensor& alpha) {
  Tensor w = tensor({1, 0, 0, 0, 0}) - 1.0 / n;
  double both = sum(w * alpha).item();
  return sum(w * w).item() - both * both * participation(alpha);
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Attention may go deep, all of it to one place, or wide, a little to each. One number moves it from one end to the other, the "
      "temperature T. Which T is right?");
  lesson.show("scores e", e);
}

void from_one_place_to_all(show::Lesson& lesson) {
  lesson.section("From one place to all", "alpha = softmax(e / T)");
  lesson.say("By hand, T = 0.5: dividing by 0.5 doubles the scores, so it squares every ratio of weights.");
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
  lesson.say("And breadth only grows with T: dH / dT = variance of the scores under alpha, over T^3, and a variance is never negative.");
  Tensor T = tensor({2}).requires_grad(true), alpha = weights(e, 2), centred = e - sum(alpha * e);
  entropy(weights(e, T)).backward();
  lesson.show("T = 2", T.grad());
  lesson.compare("by the engine and by the formula", T.grad(), unsqueeze(sum(alpha * centred * centred) / 8, 0));
}

void three_tasks(show::Lesson& lesson, const Tasks& tasks) {
  lesson.section("Three tasks", "error = mean of (sum_j alpha_j value_j - wanted)^2");
  lesson.say(
      "Five values each, the same softmax. 'find': value 1 is exactly what is wanted, the other four are something else. 'average': all "
      "five are what is wanted plus noise of variance 1; the scores say nothing. 'weigh': noise of variance 1/4, 1/2, 1, 2, 4, and the "
      "scores are e_j = -log variance.");
  lesson.name_columns(9);
  for (const Task& task : tasks.task) lesson.show(task.name, task.scores);
  lesson.say("What an error must be, without running anything:");
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

void learning_T(show::Lesson& lesson, const Tasks& tasks, Rng& rng) {
  lesson.section("Learning T", "Adam on squared error, T = 3 at first");
  lesson.say(
      "The same T for all three at first, and a gradient for it. Beside it one place alone, all places alike, and the scores as they are.");
  show::Table learned({"task", "T learned", "error", "one place", "all alike", "T = 1"});
  for (const Task& task : tasks.task) {
    double t = learn_temperature(task, lesson.quick() ? 300 : 2000, rng);
    learned.add_row({task.name, show::number(t, 2), cost(task, t), cost(task, 1e-3), cost(task, 1e6), cost(task, 1)});
  }
  lesson.show(learned);
}

void both_at_once(show::Lesson& lesson, const Tensor& values) {
  lesson.section("Both at once");
  lesson.say(
      "Wanted: by how much the first value stands out from the mean of all five. That takes the one and the many. One softmax, of any T, "
      "times the best factor:");
  show::Table contrast({"T", "one head", "best factor"});
  Tensor w = tensor({1, 0, 0, 0, 0}) - 1.0 / n;
  contrast.add_row({"nothing at all", show::number(sum(w * w).item()), "0.00"});
  for (double t : {0.01, 0.5, 1.0, 5.0}) {
    Tensor a = weights(e, t);
    contrast.add_row({show::number(t, 2), show::number(contrast_error(a)), show::number(sum(w * a).item() * participation(a), 2)});
  }
  lesson.show(contrast);
  Tensor two_heads = weights(e, 0.01) - weights(e, 1e6);
  lesson.say("Two heads, a narrow one minus a wide one, are exact:");
  lesson.compare("first - mean and two heads", matmul(values, w), matmul(values, two_heads));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "No temperature is balanced in itself: what is the best for one task is the worst for another, and the task says where the best "
      "lies, at one end or in between. Scores that mean something (-log variance) need no temperature at all. And depth and breadth "
      "exclude each other only in a single softmax.");
}

void lesson_body(show::Lesson& lesson) {
  const Tasks tasks = find_average_weigh();
  Rng rng(lesson.seed());
  the_question(lesson);
  from_one_place_to_all(lesson);
  how_many_places(lesson);
  three_tasks(lesson, tasks);
  Tensor values = predicted_and_measured(lesson, tasks, rng);
  learning_T(lesson, tasks, rng);
  both_at_once(lesson, values);
  what_to_notice(lesson);
}

const show::LessonInfo info{"25", "Depth and breadth", "注意力的深度与广度", "《认知平衡》, its title and §1",
                            "The temperature of a softmax from one place to all: weights, entropy, number of places; then three "
                            "tasks, of which one wants it narrow, one wide, and one in between, predicted and measured."};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
