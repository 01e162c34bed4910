#include "models.h"

#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <chrono>

namespace {

/// One step of training; returns the loss.
double train_step(const Model& model, optim::Adam& adam, const Tensor& x, const Indices& target) {
  Tensor loss = cross_entropy(model.scores(x), target);
  adam.zero_grad();
  loss.backward();
  optim::clip_grad_norm(model.weights, 1);
  adam.step();
  return loss.item();
}

double accuracy_on(const Model& model, const Tensor& x, const Indices& target) {
  NoGrad no_graph;
  double right = 0;
  for (const std::vector<Index>& which : data::Batches(x.size(0), 500))
    right += accuracy(model.scores(data::rows(x, which)), data::rows(target, which)) * static_cast<double>(which.size());
  return right / static_cast<double>(x.size(0));
}

// ---- Task A: recall -------------------------------------------------------------------------------------------------------------

struct Recall {
  double gradient, accuracy;  // |dL/dx_0| before training; share of right answers after it
};

/// Trains a model to say what was shown `distance` steps ago.
Recall recall(Build build, Index distance, Index steps, std::uint64_t seed, double forget_bias = 0) {
  data::RecallTask task;
  task.distance = distance;
  Model model = largest(build, {task.features(), task.values, task.steps(), true}, seed);
  if (forget_bias != 0) {  // b_ih of an LSTM holds the gates i f g o: the second quarter belongs to the forget gate
    Index h = model.weights[2].size() / 4;
    for (Index j = h; j < 2 * h; ++j) model.weights[2].set({j}, forget_bias);
  }
  Rng rng(seed), test_rng(seed + 1);
  data::RecallBatch test = data::recall(1000, task, test_rng), probe = data::recall(64, task, test_rng);
  probe.inputs.requires_grad(true);
  cross_entropy(model.scores(probe.inputs), probe.target).backward();
  Tensor reached = select(probe.inputs.grad(), 1, 0);
  Recall result{sqrt(static_cast<double>(sum(reached * reached).item())), 0};

  optim::Adam adam(model.weights, 2e-3);
  show::Progress progress(steps, model.name + ", distance " + std::to_string(distance));
  for (Index step = 0; step < steps; ++step) {
    data::RecallBatch batch = data::recall(64, task, rng);
    progress.step("loss " + show::number(train_step(model, adam, batch.inputs, batch.target)));
  }
  result.accuracy = accuracy_on(model, test.inputs, test.target);
  return result;
}

// ---- Task B: Fashion-MNIST, row by row ----------------------------------------------------------------------------------------

struct Images {
  Index parameters = 0;
  List<double> accuracy;  // after each epoch, on the test images
  double seconds = 0;            // an epoch
};

Images images(Build build, const data::ImageSet& train, const data::ImageSet& test, Index batch, Index epochs, std::uint64_t seed) {
  Model model = largest(build, {28, static_cast<Index>(train.class_names.size()), 28, false}, seed);
  Images result;
  result.parameters = count(model);
  Rng rng(seed);
  optim::Adam adam(model.weights, 3e-3);
  Index step = 0, steps = epochs * data::Batches(train.images.size(0), batch).size();
  optim::Cosine schedule(3e-3, steps);
  show::Progress progress(steps, model.name + ", images");
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    auto start = std::chrono::steady_clock::now();
    for (const std::vector<Index>& which : data::Batches(train.images.size(0), batch, rng)) {
      adam.lr = schedule.lr(step++);
      progress.step("loss " + show::number(train_step(model, adam, data::rows(train.images, which), data::rows(train.labels, which))));
    }
    result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(epochs);
    result.accuracy.push_back(accuracy_on(model, test.images, test.labels));
  }
  return result;
}

/// The share of test images that are nearest to the mean image of their class: what one gets without any network.
double nearest_mean(const data::ImageSet& train, const data::ImageSet& test) {
  NoGrad no_graph;
  Index classes = static_cast<Index>(train.class_names.size()), pixels = 28 * 28;
  Tensor members = transpose(one_hot(train.labels, classes));                                   // (classes, N)
  Tensor means = matmul(members, reshape(train.images, {-1, pixels})) / sum(members, 1, true);  // (classes, pixels)
  Tensor near =
      matmul(reshape(test.images, {-1, pixels}), transpose(means)) - 0.5 * sum(means * means, 1);  // largest where |x - mean| is smallest
  return accuracy(near, test.labels);
}

void lesson_body(show::Lesson& lesson) {
  std::vector<Index> distances = lesson.quick() ? std::vector<Index>{4, 16} : std::vector<Index>{4, 8, 16, 32, 64};
  Index recall_steps = lesson.quick() ? 120 : 800, epochs = lesson.quick() ? 1 : 5;
  std::uint64_t seed = lesson.seed();

  lesson.section("The question");
  lesson.say(
      "Five ways to read a sequence: two that carry a state from step to step, three that look at all steps at once. Each may learn at "
      "most " +
      show::whole(budget) + " numbers and gets the same data, order, seed, optimiser and number of steps. What can each of them do?");

  lesson.section("Task A: recall", "what was shown d steps ago?");
  lesson.say(
      "At the first step one of 8 values is shown and marked; d steps later it is asked for. What lies between distracts. Chance is 1 in "
      "8. " +
      show::whole(recall_steps) +
      " steps of Adam on 64 fresh sequences each, for every distance anew; accuracy on 1,000 other sequences. "
      "The gradient is that of the loss with respect to the first step, before training: what the model could learn from.");
  show::Words recall_columns{"model"}, gradient_columns{"model"};
  for (Index distance : distances) {
    recall_columns.push_back("d = " + show::whole(distance));
    gradient_columns.push_back("d = " + show::whole(distance));
  }
  show::Table recalled(recall_columns), gradients(gradient_columns);
  std::vector<show::Series> recall_lines;
  std::vector<List<double>> recall_accuracy;
  const char* names[] = {"RNN", "LSTM", "additive", "dot-product", "multi-head"};
  for (Index m = 0; m < 5; ++m) {
    show::Words accuracies{names[m]}, norms{names[m]};
    show::Series line{names[m], {}, {}};
    for (Index distance : distances) {
      Recall result = recall(five[m], distance, recall_steps, seed);
      accuracies.push_back(show::number(result.accuracy, 3));
      norms.push_back(show::scientific(result.gradient));
      line.x.push_back(static_cast<double>(distance));
      line.y.push_back(result.accuracy);
    }
    recalled.add_row(accuracies);
    gradients.add_row(norms);
    recall_lines.push_back(line);
  }
  lesson.say("Accuracy after training:");
  lesson.show(recalled);
  lesson.say("Gradient that reaches the first step, before training:");
  lesson.show(gradients);

  lesson.section("What would help the recurrent ones");
  Index far = lesson.quick() ? 8 : 16, longer = lesson.quick() ? 240 : 4000;
  show::Table help({"LSTM at d = " + show::whole(far), "accuracy", "gradient at step 0"});
  auto help_row = [&](const std::string& what, Index steps, double forget_bias) {
    Recall result = recall(lstm, far, steps, seed, forget_bias);
    help.add_row({what, show::number(result.accuracy, 3), show::scientific(result.gradient)});
  };
  help_row(show::whole(recall_steps) + " steps", recall_steps, 0);
  help_row(show::whole(longer) + " steps", longer, 0);
  help_row(show::whole(recall_steps) + " steps, forget-gate bias 3", recall_steps, 3);
  lesson.show(help);

  lesson.section("Task B: clothes, row by row", "28 steps of 28 pixels, 10 classes");
  data::ImageSet train = data::fashion_mnist(data::Part::train, lesson.quick() ? 2000 : -1),
                 test = data::fashion_mnist(data::Part::test, lesson.quick() ? 1000 : -1);
  lesson.say(train.generated ? "lesson 39: " + train.source : "Real data: " + train.source + ".");
  lesson.say(show::whole(train.images.size(0)) + " images to learn from, " + show::whole(test.images.size(0)) +
             " to be measured on; epochs: " + show::whole(epochs) +
             ". A row of pixels is a step; whoever reads it must put the shirt together from 28 of them.");
  show::Table pictures({"model", "parameters", "accuracy", "an epoch"});
  std::vector<show::Series> image_lines;
  pictures.add_row({"chance", "0", show::number(1.0 / static_cast<double>(train.class_names.size()), 3), ""});
  pictures.add_row({"nearest class mean", show::whole(28 * 28 * static_cast<Index>(train.class_names.size())),
                    show::number(nearest_mean(train, test), 3), ""});
  std::vector<Images> results;
  for (Index m = 0; m < 5; ++m) {
    Images result = images(five[m], train, test, lesson.quick() ? 25 : 100, epochs, seed);
    pictures.add_row(
        {names[m], show::whole(result.parameters), show::number(result.accuracy.back(), 3), show::number(result.seconds, 1) + " s"});
    show::Series line{names[m], {}, result.accuracy};
    for (Index epoch = 1; epoch <= epochs; ++epoch) line.x.push_back(static_cast<double>(epoch));
    image_lines.push_back(line);
    results.push_back(result);
  }
  lesson.show(pictures);

  lesson.section("Side by side");
  show::Words columns{"model", "parameters", "images", "an epoch"};
  for (Index distance : distances) columns.push_back("d = " + show::whole(distance));
  show::Table all(columns);
  for (Index m = 0; m < 5; ++m) {
    show::Words row{names[m], show::whole(results[m].parameters), show::number(results[m].accuracy.back(), 3),
                                 show::number(results[m].seconds, 1) + " s"};
    for (double accuracy : recall_lines[m].y) row.push_back(show::number(accuracy, 3));
    all.add_row(row);
  }
  lesson.show(all);
  show::LineChart recall_chart{"Recall: accuracy against distance", "steps since it was shown", "accuracy", recall_lines};
  recall_chart.log_x = true;
  recall_chart.y_high = 1;
  show::LineChart image_chart{"Fashion-MNIST, row by row", "epoch", "test accuracy", image_lines};
  if (!lesson.quick()) image_chart.y_low = 0.7, image_chart.y_high = 0.9;
  lesson.save("side_by_side", show::grid({draw(recall_chart), draw(image_chart), draw(all)}, 2, "Five ways to read a sequence"));

  lesson.section("What to notice");
  lesson.say(
      "A state that is rewritten at every step forgets, and the gradient that should teach it to remember shrinks with every step in "
      "between: it falls by "
      "the same factor for each. Attention reaches any step in one, whatever the distance. The gates of an LSTM can keep a number for "
      "ever, but at first its forget "
      "gate is half open and halves everything at each step; opening it wide from the start changes more than training longer. "
      "On the images, where what matters is near and everywhere, the LSTM is as good as attention.");
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
