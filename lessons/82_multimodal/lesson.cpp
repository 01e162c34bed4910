#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

std::string over(const std::vector<Run>& runs, const std::string& name) { return show::median_and_range(all_of(runs, name), 2); }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "A picture, and a question in words: is the ring left of the cross? Words and pixels are data of two kinds (modalities, 模态). "
      "Neither side alone can answer. How do the two meet? A row of three cells (a ring, nothing, a cross), and two words that ask:");
  lesson.show("keys", x.keys);
  lesson.show("columns", x.columns);
  lesson.show("queries", x.queries);
}

void by_hand(show::Lesson& lesson, const Example& x) {
  lesson.section("By hand", "alpha = softmax(Q K^T / sqrt(d)),  seen = alpha V");
  lesson.say("Each word looks for its own kind, and takes the column of what it finds:");
  lesson.name_columns(34);
  const Tensor alpha = x.weights(x.keys), seen = matmul(alpha, x.columns), other = matmul(x.weights(x.swapped()), x.columns);
  lesson.show("alpha, 'ring'", select(alpha, 0, 0));
  lesson.show("alpha, 'cross'", select(alpha, 0, 1));
  lesson.show("column seen by 'ring'", seen.at({0, 0}));
  lesson.show("column seen by 'cross'", seen.at({1, 0}));
  lesson.say(
      "The ring's is smaller: yes. Exchange ring and cross, and the two columns change places. The mean of the cells does not move:");
  lesson.show("exchanged: seen by 'ring'", other.at({0, 0}));
  lesson.show("exchanged: seen by 'cross'", other.at({1, 0}));
  lesson.show("mean of the cells", x.mean_of(x.keys));
  lesson.show("exchanged: mean of the cells", x.mean_of(x.swapped()));
}

void scenes_and_questions(show::Lesson& lesson, const Questions& asked, Index steps) {
  lesson.section("Scenes and questions");
  lesson.say(
      "A scene is 3 x 3 cells of 6 x 6 pixels. Four of them show an object, each of another kind of the six of lesson 67. A question names "
      "two of the four: is the first left of (or above) the second? Half of all answers are yes, for every question. Nobody asks about a "
      "ring and a cross while the models learn; the first such question of the test:");
  const std::vector<Index>& word = asked.words.values;
  lesson.name_columns(28);
  lesson.show("question",
              std::string("is the ") + kinds[word[0]].name + " " + relations[word[1] - kind_count] + " the " + kinds[word[2]].name + "?");
  lesson.show("answer", asked.answers.values[0] ? "yes" : "no");
  lesson.show("words", show::whole(word_count));
  lesson.show("questions to learn from", show::whole(64 * steps));
}

void six_ways(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("Six ways to answer");
  lesson.say(
      "All read words and cells alike: a vector each, with its place. All end in the same small network. They differ in what comes "
      "between: one side blank; a mean of the words and a mean of the cells; all vectors side by side; each word attends to the cells; "
      "words and cells in one sequence that attends to itself. Right on 1,000 new questions, about pairs that were asked in training, and "
      "about the pair that never was:");
  show::Table table({"", "parameters", "right", "ring and cross"});
  for (const auto& [meet, name] : ways)
    table.add_row({name, show::whole(static_cast<Index>(runs[0].numbers.at(name + " parameters"))), over(runs, name + " right"),
                   over(runs, name + " new pair")});
  lesson.show(table);
  lesson.show("seeds", static_cast<Index>(runs.size()));
}

/// The trainings in two groups: do the first words' largest weights mostly lie on their objects?
void which_trainings_point(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.say("The same, with the trainings sorted by that: does the first word's largest weight mostly lie on its object?");
  show::Table table({"mostly on its object", "trainings", "right", "weight on its object", "on one that is not named"});
  for (bool points : {true, false}) {
    std::vector<Run> group;
    for (const Run& run : runs)
      if ((run.numbers.at("asked top first") > 0.5) == points) group.push_back(run);
    const auto cell = [&](const std::string& name) { return group.empty() ? std::string("-") : over(group, name); };
    table.add_row({points ? "yes" : "no", show::whole(static_cast<Index>(group.size())), cell("cross-attention right"),
                   cell("asked weight first"), cell("asked weight unasked")});
  }
  lesson.show(table);
}

void where_words_look(show::Lesson& lesson, const std::vector<Run>& runs, const Questions& picture) {
  lesson.section("Where the words look");
  lesson.say(
      "Cross-attention again. Nobody told it which cell holds which object. The weight of a word on the cell of its object, and how often "
      "its largest weight lies there; a fair share is 1/9 = 0.11:");
  show::Table table({"", "weight", "largest", "ring and cross: weight", "largest "});
  table.add_row({"first word", over(runs, "asked weight first"), over(runs, "asked top first"), over(runs, "new weight first"),
                 over(runs, "new top first")});
  table.add_row({"last word", over(runs, "asked weight second"), over(runs, "asked top second"), over(runs, "new weight second"),
                 over(runs, "new top second")});
  lesson.show(table);
  if (runs.size() > 1) which_trainings_point(lesson, runs);
  const Tensor scene = reshape(permute(reshape(select(picture.scenes, 0, 0), {across, across, cell_side, cell_side}), {0, 2, 1, 3}),
                               {across * cell_side, across * cell_side});
  std::vector<show::Picture> pictures{draw(show::HeatMap{scene, {}, {}, "the scene", -0.2, 1})};
  for (Index word : {0, 2})
    pictures.push_back(
        draw(show::HeatMap{reshape(select(runs[0].map, 0, word), {across, across}),
                           {},
                           {},
                           std::string("where '") + kinds[picture.words.values[static_cast<std::size_t>(word)]].name + "' looks",
                           0,
                           1}));
  show::LineChart chart{"A training a point: cross-attention", "weight of the first word on its object", "right", {}};
  chart.y_low = 0.4, chart.y_high = 1;
  chart.series = {{"pairs asked before", all_of(runs, "asked weight first"), all_of(runs, "cross-attention right"), {}, {}, true},
                  {"ring and cross", all_of(runs, "new weight first"), all_of(runs, "cross-attention new pair"), {}, {}, true}};
  lesson.save("looks", draw(chart));
  lesson.save("map", show::grid(pictures, 3, "A scene, and where two words of a question look"));
}

void does_it_use_it(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("Does it use what it looks at?");
  lesson.say("The same model, the same questions, another scene. How often is the answer still the one that was right for the old scene?");
  show::Table table({"scene", "right"});
  table.add_row({"its own", over(runs, "cross-attention right")});
  table.add_row({"an object that is not named is gone", over(runs, "other empty")});
  table.add_row({"the first object named is gone", over(runs, "first empty")});
  table.add_row({"all are gone", over(runs, "all empty")});
  table.add_row({"another question's", over(runs, "next scene")});
  table.add_row({"the two named are exchanged", over(runs, "exchanged")});
  lesson.show(table);
}

void the_question_gives_it_away(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("The question gives it away");
  lesson.say(
      "Now the questions to learn from are biased: those that begin with disc, ring or square are answered with yes nine times in ten, the "
      "others with no nine times in ten. Tested on questions with the same bias, with none, and with the opposite one:");
  show::Table table({"", "same bias", "none", "opposite bias"});
  for (const std::string name : {"the question alone", "cross-attention"})
    table.add_row({name, over(runs, name + " hinted"), over(runs, name + " even"), over(runs, name + " misled")});
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "In the full run: a side alone, and two means, stay at chance. Cells side by side learn much of it, but less of a pair that was "
      "never asked. Attention answers that pair as well as any other: what a word looks for and where it finds it are learned apart. A "
      "word may point at its object; in some trainings it points at all the others instead, and the model is nearly as often right. So "
      "a map has to be tried before it is believed. Where the question gives the answer away, most trainings still learn to look; a "
      "short one does not.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  by_hand(lesson, x);
  Rng rng(3);
  const Questions picture(1, Ask::new_pair, rng);
  const Index steps = lesson.quick() ? 800 : 1500;
  scenes_and_questions(lesson, picture, steps);
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.emplace_back(steps, picture, !lesson.broken("no-places"), lesson.seed() + static_cast<std::uint64_t>(i));
  six_ways(lesson, runs);
  where_words_look(lesson, runs, picture);
  does_it_use_it(lesson, runs);
  the_question_gives_it_away(lesson, runs);
  what_to_notice(lesson);
}

const show::LessonInfo info{"82",
                            "Words and pictures",
                            "跨模态注意力",
                            "《资源分配》 §3.1, §8.2; 《分析与预测》 §8.2; 《认知平衡》 §8.2",
                            "Questions in words about drawn scenes: either side alone, two means, and attention between the two.",
                            {{"no-places", "for cross-attention, the cells do not know where they are"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
