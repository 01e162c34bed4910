#include "models.h"

#include <qkv/fit.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <ctime>

namespace {

/// One step of training; returns the loss.
double train_step(const Model& model, optim::Adam& adam, const Tensor& x, const Indices& target) {
  Tensor loss = cross_entropy(model(x), target);
  adam.zero_grad();
  loss.backward();
  optim::clip_grad_norm(adam.parameters(), 1);
  adam.step();
  return loss.item();
}

// ---- Task A: recall -------------------------------------------------------------------------------------------------------------

struct Recall {
  double gradient, accuracy;  // |dL/dx_0| before training; share of right answers after it
};

/// Trains a model to say what was shown `distance` steps ago.
Recall recall(const Kind& kind, Index distance, Index steps, std::uint64_t seed, double forget_bias = 0) {
  data::RecallTask task;
  task.distance = distance;
  AnyModel model = largest(kind, {task.features(), task.values, task.steps(), true}, seed);
  if (forget_bias != 0) {  // b_ih of an LSTM holds the gates i f g o: the second quarter belongs to the forget gate
    Tensor bias = model->parameter("layer.bias_ih_l0");
    Index h = bias.size() / 4;
    for (Index j = h; j < 2 * h; ++j) bias.set({j}, forget_bias);
  }
  Rng rng(seed), test_rng(seed + 1);
  data::RecallBatch test = data::recall(1000, task, test_rng), probe = data::recall(64, task, test_rng);
  probe.inputs.requires_grad(true);
  cross_entropy((*model)(probe.inputs), probe.target).backward();
  Tensor reached = select(probe.inputs.grad(), 1, 0);

  optim::Adam adam(model->parameters(), 2e-3);
  show::Progress progress(steps, show::Word(kind.name) + ", distance " + show::whole(distance));
  for (Index step = 0; step < steps; ++step) {
    data::RecallBatch batch = data::recall(64, task, rng);
    progress.step("loss " + show::number(train_step(*model, adam, batch.inputs, batch.target)));
  }
  return {sqrt(sum(reached * reached).item()), accuracy(scores_of(*model, test.inputs), test.target)};
}

// ---- Task B: Fashion-MNIST, row by row ----------------------------------------------------------------------------------------

Index class_count(const data::ImageSet& set) { return static_cast<Index>(set.class_names.size()); }

/// Seconds on the clock.
double now() {
  std::timespec time;
  std::timespec_get(&time, TIME_UTC);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Images {
  Index parameters = 0;
  List<double> accuracy;  // after each epoch, on the test images
  double seconds = 0;     // an epoch
};

Images images(const Kind& kind, const data::ImageSet& train, const data::ImageSet& test, Index batch, Index epochs, std::uint64_t seed) {
  AnyModel model = largest(kind, {28, class_count(train), 28, false}, seed);
  Images result;
  result.parameters = model->parameter_count();
  Rng rng(seed);
  optim::Adam adam(model->parameters(), 3e-3);
  Index step = 0, steps = epochs * data::Batches(train.images.size(0), batch).size();
  optim::Cosine schedule(3e-3, steps);
  show::Progress progress(steps, show::Word(kind.name) + ", images");
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    double start = now();
    for (const std::vector<Index>& which : data::Batches(train.images.size(0), batch, rng)) {
      adam.lr = schedule.lr(step++);
      progress.step("loss " + show::number(train_step(*model, adam, data::rows(train.images, which), data::rows(train.labels, which))));
    }
    result.seconds += (now() - start) / static_cast<double>(epochs);
    result.accuracy.push_back(accuracy(scores_of(*model, test.images), test.labels));
  }
  return result;
}

show::Words row_of_images(const char* name, const Images& result) {
  return {name, show::whole(result.parameters), show::number(result.accuracy.back(), 3), show::number(result.seconds, 1) + " s"};
}

/// The share of test images that are nearest to the mean image of their class: what one gets without any network.
double nearest_mean(const data::ImageSet& train, const data::ImageSet& test) {
  NoGrad no_graph;
  Index pixels = 28 * 28;
  Tensor members = transpose(one_hot(train.labels, class_count(train)));                        // (classes, N)
  Tensor means = matmul(members, reshape(train.images, {-1, pixels})) / sum(members, 1, true);  // (classes, pixels)
  Tensor near =
      matmul(reshape(test.images, {-1, pixels}), transpose(means)) - 0.5 * sum(means * means, 1);  // largest where |x - mean| is smallest
  return accuracy(near, test.labels);
}

// ---- The lesson -----------------------------------------------------------------------------------------------------------------

/// How far back and how long: less of both with --quick.
struct Plan {
  List<Index> distances;
  Index recall_steps, epochs;
};

/// What one of the five did on both tasks.
struct Found {
  show::Series recall;  // accuracy at each distance
  Images images;
};

show::Words with_distances(show::Words headings, const Plan& plan) {
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

void task_a_recall(show::Lesson& lesson, const Plan& plan, Found found[]) {
  lesson.section("Task A: recall", "what was shown d steps ago?");
  lesson.say(
      "At the first step one of 8 values is shown and marked; d steps later it is asked for. What lies between distracts. Chance is 1 in "
      "8. " +
      show::whole(plan.recall_steps) +
      " steps of Adam on 64 fresh sequences each, for every distance anew; accuracy on 1,000 other sequences. "
      "The gradient is that of the loss with respect to the first step, before training: what the model could learn from.");
  show::Words headings = with_distances({"model"}, plan);
  show::Table recalled(headings), gradients(headings);
  for (Index m = 0; m < 5; ++m) {
    show::Words accuracies{five[m].name}, norms{five[m].name};
    show::Series& line = found[m].recall;
    line.name = five[m].name;
    for (Index distance : plan.distances) {
      Recall result = recall(five[m], distance, plan.recall_steps, lesson.seed());
      accuracies.push_back(show::number(result.accuracy, 3));
      norms.push_back(show::scientific(result.gradient));
      line.x.push_back(static_cast<double>(distance));
      line.y.push_back(result.accuracy);
    }
    recalled.add_row(accuracies);
    gradients.add_row(norms);
  }
  lesson.say("Accuracy after training:");
  lesson.show(recalled);
  lesson.say("Gradient that reaches the first step, before training:");
  lesson.show(gradients);
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

void task_b_clothes(show::Lesson& lesson, Index epochs, Found found[]) {
  lesson.section("Task B: clothes, row by row", "28 steps of 28 pixels, 10 classes");
  data::ImageSet train = data::fashion_mnist(data::Part::train, lesson.quick() ? 2000 : -1),
                 test = data::fashion_mnist(data::Part::test, lesson.quick() ? 1000 : -1);
  show::Word source = train.source;
  lesson.say(train.generated ? "lesson 39: " + source : "Real data: " + source + ".");
  lesson.say(show::whole(train.images.size(0)) + " images to learn from, " + show::whole(test.images.size(0)) +
             " to be measured on; epochs: " + show::whole(epochs) +
             ". A row of pixels is a step; whoever reads it must put the shirt together from 28 of them.");
  show::Table pictures({"model", "parameters", "accuracy", "an epoch"});
  Index classes = class_count(train);
  pictures.add_row({"chance", "0", show::number(1.0 / static_cast<double>(classes), 3), ""});
  pictures.add_row({"nearest class mean", show::whole(28 * 28 * classes), show::number(nearest_mean(train, test), 3), ""});
  for (Index m = 0; m < 5; ++m) {
    found[m].images = images(five[m], train, test, lesson.quick() ? 25 : 100, epochs, lesson.seed());
    pictures.add_row(row_of_images(five[m].name, found[m].images));
  }
  lesson.show(pictures);
}

void side_by_side(show::Lesson& lesson, const Plan& plan, const Found found[]) {
  lesson.section("Side by side");
  show::Table all(with_distances({"model", "parameters", "images", "an epoch"}, plan));
  show::LineChart recall_chart{"Recall: accuracy against distance", "steps since it was shown", "accuracy", {}};
  show::LineChart image_chart{"Fashion-MNIST, row by row", "epoch", "test accuracy", {}};
  for (Index m = 0; m < 5; ++m) {
    const Found& one = found[m];
    show::Words row = row_of_images(five[m].name, one.images);
    for (double accuracy : one.recall.y) row.push_back(show::number(accuracy, 3));
    all.add_row(row);
    show::Series epochs{five[m].name, {}, one.images.accuracy};
    for (Index epoch = 1; epoch <= plan.epochs; ++epoch) epochs.x.push_back(static_cast<double>(epoch));
    recall_chart.series.push_back(one.recall);
    image_chart.series.push_back(epochs);
  }
  lesson.show(all);
  recall_chart.log_x = true;
  recall_chart.y_high = 1;
  if (!lesson.quick()) image_chart.y_low = 0.7, image_chart.y_high = 0.9;
  lesson.save("side_by_side", show::grid({draw(recall_chart), draw(image_chart), draw(all)}, 2, "Five ways to read a sequence"));
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
  Found found[5];
  the_question(lesson);
  task_a_recall(lesson, plan, found);
  what_would_help_the_recurrent_ones(lesson, plan.recall_steps);
  task_b_clothes(lesson, plan.epochs, found);
  side_by_side(lesson, plan, found);
  what_to_notice(lesson);
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "39";
  info.title = "Side by side";
  info.chinese = "五种机制并排比较";
  info.mirrors = "《解密注意力》 §2.2, §6; 《认知平衡》 §9.2";
  info.about =
      "RNN, LSTM, additive, dot-product and multi-head attention: one budget, one memory task and one set of real images, one table and "
      "one picture.";
  return show::run_lesson(argc, argv, info, lesson_body);
}
