#include "models.h"

#include <qkv/fit.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <ctime>

namespace {

/// One step of training.
void train_step(const Model& model, optim::Adam& adam, show::Progress& progress, const Tensor& x, const Indices& target) {
  Tensor loss = cross_entropy(model(x), target);
  adam.zero_grad();
  loss.backward();
  optim::clip_grad_norm(adam.parameters(), 1);
  adam.step();
  progress.step("loss " + show::number(loss.item()));
}

/// Share of right answers.
double right(const Model& model, const Tensor& x, const Indices& target) { return accuracy(scores_of(std::cref(model), x), target); }

// ---- Task A: recall -------------------------------------------------------------------------------------------------------------

struct Recall {
  double gradient, accuracy;  // |dL/dx_0| before training; share of right answers after it
};

/// |dL/dx_0|: how much of the gradient reaches the first step.
double gradient_at_first_step(const Model& model, datasets::RecallBatch batch) {
  batch.inputs.requires_grad(true);
  cross_entropy(model(batch.inputs), batch.target).backward();
  Tensor reached = select(batch.inputs.grad(), 1, 0);
  return sqrt(sum(reached * reached).item());
}

/// Trains a model to say what was shown `distance` steps ago.
Recall recall(const Kind& kind, Index distance, Index steps, std::uint64_t seed, double forget_bias = 0) {
  datasets::RecallTask task;
  task.distance = distance;
  const AnyModel model = largest(kind, {task.features(), task.values, task.steps(), true}, seed);
  if (forget_bias != 0) {  // b_ih of an LSTM holds the gates i f g o: the second quarter belongs to the forget gate
    const std::string b_ih = "layer.bias_ih_l0";
    Tensor bias = model->parameter(b_ih);
    Index h = bias.size() / 4;
    for (Index j = h; j < 2 * h; ++j) bias.set({j}, forget_bias);
  }
  Rng rng(seed), test_rng(seed + 1);
  datasets::RecallBatch test = datasets::recall(1000, task, test_rng);
  double gradient = gradient_at_first_step(*model, datasets::recall(64, task, test_rng));

  optim::Adam adam(model->parameters(), 2e-3);
  show::Progress progress(steps, std::string(kind.name) + ", distance " + show::whole(distance));
  for (Index step = 0; step < steps; ++step) {
    datasets::RecallBatch batch = datasets::recall(64, task, rng);
    train_step(*model, adam, progress, batch.inputs, batch.target);
  }
  return {gradient, right(*model, test.inputs, test.target)};
}

// ---- Task B: Fashion-MNIST, row by row ----------------------------------------------------------------------------------------

Index class_count(const datasets::ImageSet& set) { return static_cast<Index>(set.class_names.size()); }

/// Seconds on the clock.
double now() {
  std::timespec time;
  std::timespec_get(&time, TIME_UTC);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// A row of the table: seconds are those of an epoch.
std::vector<std::string> row_of_images(const char* name, Index parameters, double accuracy, const std::string& an_epoch = "") {
  return {name, show::whole(parameters), show::number(accuracy, 3), an_epoch};
}

/// Trains a model on images. Its accuracy on others after each epoch goes into the line; returns its row.
std::vector<std::string> images(const Kind& kind, const datasets::ImageSet& train, const datasets::ImageSet& test, Index batch,
                                Index epochs, std::uint64_t seed, show::Series& line) {
  const AnyModel model = largest(kind, {28, class_count(train), 28, false}, seed);
  Rng rng(seed);
  optim::Adam adam(model->parameters(), 3e-3);
  Index count = train.images.size(0), step = 0, steps = epochs * ((count + batch - 1) / batch);
  optim::Cosine schedule(3e-3, steps);
  show::Progress progress(steps, std::string(kind.name) + ", images");
  double seconds = 0;
  for (Index epoch = 1; epoch <= epochs; ++epoch) {
    double start = now();
    for (const std::vector<Index>& which : datasets::Batches(count, batch, rng)) {
      adam.lr = schedule.lr(step++);
      train_step(*model, adam, progress, datasets::rows(train.images, which), datasets::rows(train.labels, which));
    }
    seconds += (now() - start) / static_cast<double>(epochs);
    line.x.push_back(static_cast<double>(epoch));
    line.y.push_back(right(*model, test.images, test.labels));
  }
  return row_of_images(kind.name, model->parameter_count(), line.y.back(), show::number(seconds, 1) + " s");
}

/// Each image as a row of its pixels.
Tensor flat(const datasets::ImageSet& set) { return reshape(set.images, {-1, 28 * 28}); }

/// The share of test images that are nearest to the mean image of their class: what one gets without any network.
double nearest_mean(const datasets::ImageSet& train, const datasets::ImageSet& test) {
  Tensor members = transpose(one_hot(train.labels, class_count(train)));                  // (classes, N)
  Tensor means = matmul(members, flat(train)) / sum(members, 1, true);                    // (classes, pixels)
  return accuracy(linear(flat(test), means, -0.5 * sum(means * means, 1)), test.labels);  // largest where |x - mean| is smallest
}

// ---- The lesson -----------------------------------------------------------------------------------------------------------------

/// How far back and how long: less of both with --quick.
struct Plan {
  std::vector<Index> distances;
  Index recall_steps, epochs;
};

/// A line in a picture for each of the five.
using Lines = std::vector<show::Series>;

std::vector<std::string> with_distances(std::vector<std::string> headings, const Plan& plan) {
  for (Index distance : plan.distances) headings.push_back("d = " + show::whole(distance));
  return headings;
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Five ways to read a sequence: two that carry a state from step to step, three that look at all steps at once. Each may learn at "
      "most " +
      show::whole(budget) + " numbers and gets the same data, order, seed, optimiser and number of steps. What can each of them do?");
}

Lines task_a_recall(show::Lesson& lesson, const Plan& plan) {
  lesson.section("Task A: recall", "what was shown d steps ago?");
  lesson.say(
      "At the first step one of 8 values is shown and marked; d steps later it is asked for. What lies between distracts. Chance is 1 in "
      "8. " +
      show::whole(plan.recall_steps) +
      " steps of Adam on 64 fresh sequences each, for every distance anew; accuracy on 1,000 other sequences. "
      "The gradient is that of the loss with respect to the first step, before training: what the model could learn from.");
  std::vector<std::string> headings = with_distances({"model"}, plan);
  show::Table recalled(headings), gradients(headings);
  Lines lines;
  for (const Kind& kind : five) {
    std::vector<std::string> accuracies{kind.name}, norms{kind.name};
    show::Series line{kind.name, {}, {}};
    for (Index distance : plan.distances) {
      Recall result = recall(kind, distance, plan.recall_steps, lesson.seed());
      accuracies.push_back(show::number(result.accuracy, 3));
      norms.push_back(show::scientific(result.gradient));
      line.x.push_back(static_cast<double>(distance));
      line.y.push_back(result.accuracy);
    }
    recalled.add_row(accuracies);
    gradients.add_row(norms);
    lines.push_back(line);
  }
  lesson.say("Accuracy after training:");
  lesson.show(recalled);
  lesson.say("Gradient that reaches the first step, before training:");
  lesson.show(gradients);
  return lines;
}

void what_would_help_the_recurrent_ones(show::Lesson& lesson, Index usual) {
  lesson.section("What would help the recurrent ones");
  Index far = lesson.quick() ? 8 : 16, longer = lesson.quick() ? 240 : 4000;
  show::Table help({"LSTM at d = " + show::whole(far), "accuracy", "gradient at step 0"});
  const struct {
    Index steps;
    double forget_bias;
    const char* what;
  } helps[] = {{usual, 0, " steps"}, {longer, 0, " steps"}, {usual, 3, " steps, forget-gate bias 3"}};
  for (auto [steps, forget_bias, what] : helps) {
    Recall result = recall(five[1], far, steps, lesson.seed(), forget_bias);
    help.add_row({show::whole(steps) + what, show::number(result.accuracy, 3), show::scientific(result.gradient)});
  }
  lesson.show(help);
}

Lines task_b_clothes(show::Lesson& lesson, Index epochs, const Lines& recall, show::Table& all) {
  lesson.section("Task B: clothes, row by row", "28 steps of 28 pixels, 10 classes");
  datasets::ImageSet train = datasets::fashion_mnist(datasets::Part::train, lesson.quick() ? 2000 : -1),
                     test = datasets::fashion_mnist(datasets::Part::test, lesson.quick() ? 1000 : -1);
  std::string source = train.source;
  lesson.say(train.generated ? "lesson 39: " + source : "Real data: " + source + ".");
  lesson.say(show::whole(train.images.size(0)) + " images to learn from, " + show::whole(test.images.size(0)) +
             " to be measured on; epochs: " + show::whole(epochs) +
             ". A row of pixels is a step; whoever reads it must put the shirt together from 28 of them.");
  show::Table pictures({"model", "parameters", "accuracy", "an epoch"});
  Index classes = class_count(train);
  pictures.add_row(row_of_images("chance", 0, 1.0 / static_cast<double>(classes)));
  pictures.add_row(row_of_images("nearest class mean", 28 * 28 * classes, nearest_mean(train, test)));
  Lines lines;
  for (const Kind& kind : five) {
    show::Series line{kind.name, {}, {}};
    std::vector<std::string> row = images(kind, train, test, lesson.quick() ? 25 : 100, epochs, lesson.seed(), line);
    pictures.add_row(row);
    for (double accuracy : recall[lines.size()].y) row.push_back(show::number(accuracy, 3));
    all.add_row(row);
    lines.push_back(line);
  }
  lesson.show(pictures);
  return lines;
}

void side_by_side(show::Lesson& lesson, const Lines& recall, const Lines& images, const show::Table& all) {
  lesson.section("Side by side");
  lesson.show(all);
  show::LineChart recall_chart{"Recall: accuracy against distance", "steps since it was shown", "accuracy", recall};
  show::LineChart image_chart{"Fashion-MNIST, row by row", "epoch", "test accuracy", images};
  recall_chart.log_x = true;
  recall_chart.y_high = 1;
  if (!lesson.quick()) image_chart.y_low = 0.7, image_chart.y_high = 0.9;
  std::vector<show::Picture> pictures;
  for (const show::LineChart* chart : {&recall_chart, &image_chart}) pictures.push_back(draw(*chart));
  pictures.push_back(draw(all));
  const std::string title = "Five ways to read a sequence";
  lesson.save("side_by_side", show::grid(pictures, 2, title));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A state that is rewritten at every step forgets, and the gradient that should teach it to remember shrinks with every step in "
      "between: it falls by "
      "the same factor for each. Attention reaches any step in one, whatever the distance. The gates of an LSTM can keep a number for "
      "ever, but at first its forget "
      "gate is half open and halves everything at each step; opening it wide from the start changes more than training longer. "
      "On the images, where what matters is near and everywhere, the LSTM is as good as attention.");
}

void lesson_body(show::Lesson& lesson) {
  Plan plan = lesson.quick() ? Plan{{4, 16}, 120, 1} : Plan{{4, 8, 16, 32, 64}, 800, 5};
  the_question(lesson);
  Lines recall = task_a_recall(lesson, plan);
  what_would_help_the_recurrent_ones(lesson, plan.recall_steps);
  show::Table all(with_distances({"model", "parameters", "images", "an epoch"}, plan));
  Lines images = task_b_clothes(lesson, plan.epochs, recall, all);
  side_by_side(lesson, recall, images, all);
  what_to_notice(lesson);
}

const show::LessonInfo info{"39", "Side by side", "五种机制并排比较", "《解密注意力》 §2.2, §6; 《认知平衡》 §9.2",
                            "RNN, LSTM, additive, dot-product and multi-head attention: one budget, one memory task and one set of real "
                            "images, one table and one picture."};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
