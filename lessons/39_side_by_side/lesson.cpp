#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "trials.h"

namespace {

/// How far back, how long and how often: less of all with --quick.
struct Plan {
  std::vector<Index> distances;
  Index recall_steps, epochs;
  int recall_seeds, image_seeds;
};

/// For each of the five: what recall gave at each distance, and, after each epoch, every seed's accuracy on the images.
using RecallResults = std::vector<std::vector<Recalls>>;
using ImageResults = std::vector<std::vector<std::vector<double>>>;

std::vector<std::string> with_distances(std::vector<std::string> headings, const Plan& plan) {
  for (Index distance : plan.distances) headings.push_back("d = " + show::whole(distance));
  return headings;
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Five ways to read a sequence: two carry a state from step to step, three look at all steps at once. Each may learn at most " +
      show::whole(budget) +
      " numbers and gets the same data, order, seeds, optimiser and number of steps. What can each of them do? These are the largest "
      "that fit. Width is that of the state or of the feed-forward network; recall stands for d = 16.");
  show::Table sizes({"model", "width, recall", "parameters", "width, images", "parameters"});
  const Task tasks[] = {asked(recall_task(16)), {28, 10, 28, false}};
  for (const Kind& kind : five) {
    std::vector<std::string> row{kind.name};
    for (const Task& task : tasks) {
      row.push_back(show::whole(largest_width(kind, task)));
      row.push_back(show::whole(largest(kind, task, 0)->parameter_count()));
    }
    sizes.add_row(row);
  }
  lesson.show(sizes);
}

RecallResults task_a_recall(show::Lesson& lesson, const Plan& plan) {
  lesson.section("Task A: recall", "what was shown d steps ago?");
  Rng rng(lesson.seed());
  datasets::RecallBatch one = datasets::recall(1, recall_task(4), rng);
  lesson.say(
      "One of 8 values is shown and marked. Other values follow, which only distract. d steps later the marked one is asked for. A "
      "sequence with d = 4: a row is a step; its columns are the 8 values, the mark and the question.");
  lesson.show("x", select(one.inputs, 0, 0));
  lesson.show("answer", one.target.values[0]);
  lesson.say("At most " + show::whole(plan.recall_steps) +
             " steps of Adam on 64 fresh sequences each; training stops early if ten losses in a row are below 0.01. Then 1,000 other "
             "sequences. Chance is 0.125. Of " +
             show::whole(plan.recall_seeds) + (plan.recall_seeds == 1 ? " seed" : " seeds") +
             ", how many learn it (accuracy at least 0.95)?");
  show::Table learned(with_distances({"model"}, plan)), gradients = learned;
  RecallResults results;
  show::Progress progress(static_cast<std::ptrdiff_t>(5 * plan.distances.size()), "recall");
  for (const Kind& kind : five) {
    std::vector<std::string> counts{kind.name}, norms{kind.name};
    results.emplace_back();
    for (Index distance : plan.distances) {
      Recalls found = recalls(kind, distance, plan.recall_steps, lesson.seed(), plan.recall_seeds);
      Index count = 0;
      for (double accuracy : found.accuracy) count += accuracy >= 0.95;
      counts.push_back(show::whole(count));
      norms.push_back(show::scientific(show::median(found.gradient)));
      results.back().push_back(found);
      progress.step(kind.name);
    }
    learned.add_row(counts);
    gradients.add_row(norms);
  }
  lesson.show(learned);
  lesson.say("The length of the gradient that reaches the first step, before training (median of the seeds):");
  lesson.show(gradients);
  return results;
}

void what_would_help_the_lstm(show::Lesson& lesson, const Plan& plan, const RecallResults& recall) {
  lesson.section("What would help the LSTM");
  const Index far = 16, usual = plan.recall_steps, longer = 3 * usual;
  lesson.say("Longer training, or a forget gate that is nearly open at first: f = sigmoid(3) = " + show::number(1 / (1 + exp(-3.0)), 3) +
             " instead of about 0.5. Accuracy: the median of the seeds, the lowest and the highest.");
  show::Table help({"LSTM at d = " + show::whole(far), "accuracy", "gradient at the first step"});
  const auto at = std::find(plan.distances.begin(), plan.distances.end(), far) - plan.distances.begin();
  const auto trained = [&](Index steps, double forget_bias) {
    return recalls(five[1], far, steps, lesson.seed(), plan.recall_seeds, forget_bias);
  };
  const std::pair<std::string, Recalls> helps[] = {{show::whole(usual) + " steps", recall[1][static_cast<std::size_t>(at)]},
                                                   {show::whole(longer) + " steps", trained(longer, 0)},
                                                   {show::whole(usual) + " steps, forget-gate bias 3", trained(usual, 3)}};
  for (const auto& [what, found] : helps)
    help.add_row({what, show::median_and_range(found.accuracy, 2), show::scientific(show::median(found.gradient))});
  lesson.show(help);
}

ImageResults task_b_clothes(show::Lesson& lesson, const Plan& plan, std::vector<std::string>& an_epoch) {
  lesson.section("Task B: clothes, row by row", "28 steps of 28 pixels, 10 classes");
  datasets::ImageSet train = datasets::fashion_mnist(datasets::Part::train, lesson.quick() ? 2000 : -1),
                     test = datasets::fashion_mnist(datasets::Part::test, lesson.quick() ? 1000 : -1);
  std::string source = train.source;
  lesson.say(train.generated ? "lesson 39: " + source : "Real data: " + source + ".");
  lesson.say(show::whole(train.images.size(0)) + " images to learn from, " + show::whole(test.images.size(0)) +
             " to be measured on; epochs: " + show::whole(plan.epochs) + "; seeds: " + show::whole(plan.image_seeds) +
             ". A row of pixels is a step. Accuracy: the median of the seeds, the lowest and the highest.");
  Index classes = class_count(train);
  show::Table table({"model", "parameters", "an epoch", "accuracy"});
  table.add_row({"chance", "0", "", show::number(1.0 / static_cast<double>(classes), 3)});
  table.add_row({"nearest class mean", show::whole(28 * 28 * classes), "", show::number(nearest_mean(train, test), 3)});
  ImageResults results;
  for (const Kind& kind : five) {
    std::vector<std::vector<double>> epochs(static_cast<std::size_t>(plan.epochs));
    std::vector<double> seconds;
    Index parameters = 0;
    for (int i = 0; i < plan.image_seeds; ++i) {
      const std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
      AnyModel model = largest(kind, {28, classes, 28, false}, seed);
      Pictures result = pictures(*model, train, test, lesson.quick() ? 25 : 100, plan.epochs, seed);
      for (std::size_t e = 0; e < epochs.size(); ++e) epochs[e].push_back(result.accuracies[e]);
      seconds.push_back(result.seconds);
      parameters = model->parameter_count();
    }
    an_epoch.push_back(show::number(show::median(seconds), 1) + " s");
    table.add_row({kind.name, show::whole(parameters), an_epoch.back(), show::median_and_range(epochs.back(), 3)});
    results.push_back(epochs);
  }
  lesson.show(table);
  return results;
}

/// The lowest and the highest, or nothing if they are the same to so many digits.
std::string range(const std::vector<double>& values, int digits) {
  const std::string low = show::number(*std::min_element(values.begin(), values.end()), digits),
                    high = show::number(*std::max_element(values.begin(), values.end()), digits);
  return low == high ? "" : low + "–" + high;
}

void side_by_side(show::Lesson& lesson, const Plan& plan, const RecallResults& recall, const ImageResults& images,
                  const std::vector<std::string>& an_epoch) {
  lesson.section("Side by side");
  lesson.say("Accuracy on the images (seeds: " + show::whole(plan.image_seeds) + ") and in recall (seeds: " +
             show::whole(plan.recall_seeds) + "): the median, and below it the lowest and the highest if they differ.");
  show::Table table(with_distances({"model", "an epoch", "images"}, plan));
  show::LineChart recall_chart{"Recall: accuracy against distance", "steps since it was shown", "median accuracy", {}};
  show::LineChart image_chart{"Fashion-MNIST, row by row", "epoch", "median accuracy", {}};
  for (std::size_t m = 0; m < 5; ++m) {
    std::vector<std::string> medians{five[m].name, an_epoch[m], show::number(show::median(images[m].back()), 3)},
        ranges{"", "", range(images[m].back(), 3)};
    show::Series far{five[m].name, {}, {}}, long_trained{five[m].name, {}, {}};
    for (std::size_t i = 0; i < plan.distances.size(); ++i) {
      const double median = show::median(recall[m][i].accuracy);
      medians.push_back(show::number(median, 2));
      ranges.push_back(range(recall[m][i].accuracy, 2));
      far.x.push_back(static_cast<double>(plan.distances[i]));
      far.y.push_back(median);
    }
    for (const std::vector<double>& epoch : images[m]) {
      long_trained.x.push_back(static_cast<double>(long_trained.x.size() + 1));
      long_trained.y.push_back(show::median(epoch));
    }
    table.add_row(medians);
    if (plan.image_seeds > 1) table.add_row(ranges);
    recall_chart.series.push_back(std::move(far));
    image_chart.series.push_back(std::move(long_trained));
  }
  lesson.show(table);
  recall_chart.log_x = true;
  recall_chart.y_high = 1;
  if (!lesson.quick()) image_chart.y_low = 0.7, image_chart.y_high = 0.9;
  lesson.save("side_by_side", show::grid({draw(recall_chart), draw(image_chart)}, 2, "Five ways to read a sequence"));
}

void what_to_notice(show::Lesson& lesson, const Plan& plan) {
  lesson.section("What to notice");
  lesson.say(
      "In recurrent networks the gradient that reaches the first step falls by about the same factor for every step in between. In "
      "attention "
      "it falls as 1 / T, because at first each of the T steps gets an equal share of the weight. Where the RNN learns with some seeds "
      "only, one run proves nothing. An LSTM can keep a number for ever, but its forget gate starts half open and halves the cell at every "
      "step. Opened at the start, it learns in " +
      show::whole(plan.recall_steps) +
      " steps what it did not learn before. On the images what matters is spread over all rows: there, trained for five epochs, the LSTM "
      "is "
      "nearly as good as attention.");
}

void lesson_body(show::Lesson& lesson) {
  const int image_seeds = std::min(3, lesson.seeds());  // the images are dear
  Plan plan =
      lesson.quick() ? Plan{{4, 16}, 120, 1, lesson.seeds(), image_seeds} : Plan{{4, 8, 16, 32, 64}, 800, 5, lesson.seeds(), image_seeds};
  std::vector<std::string> an_epoch;
  the_question(lesson);
  RecallResults recall = task_a_recall(lesson, plan);
  what_would_help_the_lstm(lesson, plan, recall);
  ImageResults images = task_b_clothes(lesson, plan, an_epoch);
  side_by_side(lesson, plan, recall, images, an_epoch);
  what_to_notice(lesson, plan);
}

const show::LessonInfo info{"39",
                            "Side by side",
                            "五种机制并排比较",
                            "《资源分配》 §3.3; 《解密注意力》 §2.2, §6; 《认知平衡》 §9.2",
                            "RNN, LSTM, additive, dot-product and multi-head attention: one budget, one memory task and one set of real "
                            "images, one table and one picture. A full run takes two seeds; --seeds 10 takes ten for recall.",
                            {},
                            2};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
