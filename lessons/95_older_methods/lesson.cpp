#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "runs.h"
#include "small.h"

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "A text of values from 1 to 8. The last word asks for one of them: the first, which is marked (*); a marked one anywhere; one that "
      "has "
      "the name asked for. Here with 6 words before the last one; below it is 64:");
  show::Table table({"task", "text", "answer"});
  Rng rng(lesson.seed());
  for (Task task : {Task::fixed, Task::anywhere, Task::asked}) {
    const Texts texts = draw(task, 1, rng, 6);
    table.add_row({task_names[static_cast<std::size_t>(task)], spelled(texts.words, 0), std::to_string(1 + texts.answers.values[0])});
  }
  lesson.show(table);
}

void what_they_look_at(show::Lesson& lesson) {
  lesson.section("What a regression looks at", "score of an answer = sum of the weights of the text's features");
  lesson.say(
      "The text 2* 5 ? and its features (特征), for three logistic regressions (逻辑回归), and how many features there are for 64 words "
      "and a last one:");
  show::Table table({"regression", "features of 2* 5 ?", "of all texts"});
  Rng rng(0);
  table.add_row({"on places", "2* at 0, 5 at 1, ? at 2", show::whole(on_places(rng).weights.weight.size(0))});
  table.add_row({"on n-grams", "2*, 5, ?, 2* 5, 5 ?", show::whole(on_ngrams(rng).weights.weight.size(0))});
  table.add_row({"on pairs with the last word", "2* with ?, 5 with ?", show::whole(on_pairs_with_last(rng).weights.weight.size(0))});
  lesson.show(table);
  lesson.say("By hand: the feature 2*, or 2* at 0, gives 5 to the score of the answer 2, and so for each value. All other weights are 0:");
  const double sure = softmax(tensor({5, 0, 0, 0, 0, 0, 0, 0})).at({0});
  show::Table hand({"text", "on places", "on n-grams"});
  hand.add_row({"2* 5 ?", show::number(sure), show::number(sure)});
  hand.add_row({"5 2* ?", show::number(1.0 / values), show::number(sure)});
  lesson.show(hand);
  lesson.say(
      "At another place 2* is another feature, with another weight, which must be learned separately. The distance does not matter to "
      "either.");
}

void what_a_sum_cannot(show::Lesson& lesson) {
  lesson.section("What a sum cannot answer");
  const Texts texts = four_texts();
  Rng rng(0);
  const Tensor added = learned_by_heart(on_ngrams(rng), texts), paired = learned_by_heart(on_pairs_with_last(rng), texts);
  lesson.say("Four texts, to be learned by heart. The probability of the right answer afterwards:");
  show::Table table({"text", "answer", "on n-grams", "on pairs with the last word"});
  for (Index n = 0; n < 4; ++n)
    table.add_row({spelled(texts.words, n), std::to_string(1 + texts.answers.values[n]), show::number(added.at({n}), 2),
                   show::number(paired.at({n}), 2)});
  lesson.show(table);
}

/// Each method's share of right answers on each task, after little and after more to learn from.
using Runs = std::vector<std::vector<std::vector<Run>>>;  // [task][effort][seed]

Runs recall_at_64(show::Lesson& lesson, const std::vector<Effort>& efforts) {
  lesson.section("Recall among 64 words");
  Runs runs;
  for (Task task : {Task::fixed, Task::anywhere, Task::asked}) {
    runs.emplace_back();
    for (const Effort& effort : efforts) {
      runs.back().emplace_back();
      for (int i = 0; i < lesson.seeds(); ++i)
        runs.back().back().push_back(one_seed(task, effort, lesson.seed() + static_cast<std::uint64_t>(i), lesson.broken("cleaned")));
    }
  }
  lesson.say(
      "The share of right answers on 500 new texts: median of the seeds and range. The columns say how many texts were learned from:");
  for (std::size_t task = 0; task < runs.size(); ++task) {
    std::vector<std::string> headings{task_names[task], "parameters"};
    for (const Effort& effort : efforts) headings.push_back(show::whole(effort.texts) + " texts");
    show::Table table(headings);
    for (std::size_t m = 0; m < method_names.size(); ++m) {
      std::vector<std::string> row{method_names[m], show::whole(runs[task][0][0].parameters[m])};
      for (const std::vector<Run>& of_effort : runs[task]) {
        std::vector<double> all;
        for (const Run& run : of_effort) all.push_back(run.right[m]);
        row.push_back(m == 0 ? show::number(all[0], 2) : show::median_and_range(all, 2));
      }
      table.add_row(row);
    }
    lesson.show(table);
  }
  lesson.show("seeds", lesson.seeds());
  return runs;
}

void against_distance(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("Recall against distance");
  lesson.say(
      "Marked anywhere, the most texts to learn from. The share of right answers by how far back the marked word stands; median of the "
      "seeds:");
  show::Table table({"", "1 to 16", "17 to 32", "33 to 48", "49 to 64"});
  show::LineChart chart{"Recall against distance, marked anywhere", "words back, at most", "right", {}};
  chart.y_low = 0, chart.y_high = 1;
  for (std::size_t m = 2; m < method_names.size(); ++m) {
    std::vector<std::string> row{method_names[m]};
    show::Series line{method_names[m], {16, 32, 48, 64}, {}};
    for (std::size_t bin = 0; bin < 4; ++bin) {
      std::vector<double> all;
      for (const Run& run : runs) all.push_back(run.by_distance[m][bin]);
      line.y.push_back(show::median(all));
      row.push_back(show::number(line.y.back(), 2));
    }
    table.add_row(row), chart.series.push_back(line);
  }
  lesson.show(table);
  lesson.show("distance", chart);
}

void what_they_can_tell(show::Lesson& lesson, const Runs& runs) {
  lesson.section("What they can tell about themselves");
  const Regression& ngrams = *runs[1].back()[0].ngrams;
  const Indices largest = argmax(ngrams.weights.weight, 0);
  lesson.say("Marked anywhere, the first seed. The regression on n-grams: for each answer, the feature with the largest weight:");
  show::Table table({"answer", "feature", "weight"});
  for (Index answer = 0; answer < values; ++answer) {
    const Index feature = largest.values[answer], pair = feature - word_count;
    table.add_row({std::to_string(1 + answer),
                   feature < word_count ? spelled(feature) : spelled(pair / word_count) + " " + spelled(pair % word_count),
                   show::number(ngrams.weights.weight.at({feature, answer}), 2)});
  }
  lesson.show(table);
  lesson.say("Attention: the mean weight that it gives to the one word of 65 that counts; median of the seeds and range:");
  lesson.name_columns(26);
  for (std::size_t task = 0; task < runs.size(); ++task) {
    std::vector<double> all;
    for (const Run& run : runs[task].back()) all.push_back(run.on_the_word);
    lesson.show(task_names[task], show::median_and_range(all, 2));
  }
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Distance is no difficulty for a bag of features: it does not know any. It is one for networks that read word by word. What the "
      "older "
      "methods need is somebody who knows which features matter: the place, the word, or the pair of a word and the question. Attention "
      "finds out "
      "by itself what a person would have had to write down. If that person exists, the older method is as good, and often learns from "
      "fewer texts.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  what_they_look_at(lesson);
  what_a_sum_cannot(lesson);
  const Runs runs =
      recall_at_64(lesson, lesson.quick() ? std::vector<Effort>{{100, 25}, {250, 20}} : std::vector<Effort>{{250, 40}, {2000, 8}});
  against_distance(lesson, runs[1].back());
  what_they_can_tell(lesson, runs);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "95",
    "Older methods",
    "传统方法",
    "《资源分配》 §9",
    "A word 64 words back, recalled by logistic regressions, nearest neighbours, RNN, LSTM and attention: at a fixed place, "
    "anywhere, and asked for by name.",
    {{"cleaned", "punctuation is removed before anything is learned, and the marks with it"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
