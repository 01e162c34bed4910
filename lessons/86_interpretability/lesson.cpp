#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

std::string over(const std::vector<Numbers>& runs, const std::string& name) { return show::median_and_range(all_of(runs, name), 2); }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "An attention map shows which words get how much weight. Does it explain the answer? A text of three words, its weights, and what "
      "each word adds to the score of 'yes', per unit of weight:");
  lesson.show("words", "not  good  film");
  lesson.show("alpha", x.alpha);
  lesson.show("says", x.says);
}

void by_hand(show::Lesson& lesson, const Example& x) {
  lesson.section("By hand", "score = sum_j alpha_j says_j");
  lesson.name_columns(36);
  lesson.show("score", show::number(x.score(x.alpha), 2));
  lesson.say("The first word has most of the weight, and adds nothing. Hide each word; the others share the weight:");
  show::Table table({"hidden", "score", "change"});
  for (Index j = 0; j < 3; ++j)
    table.add_row({x.words[static_cast<std::size_t>(j)], show::number(x.without(j), 2), show::number(x.without(j) - x.score(x.alpha), 2)});
  lesson.show(table);
  lesson.say("And quite other weights give the same score:");
  lesson.show("other weights", x.other);
  lesson.show("score with them", show::number(x.score(x.other), 2));
}

void three_readers(show::Lesson& lesson, const std::string& source, const Texts& train, const std::vector<Numbers>& runs) {
  lesson.section("Three readers");
  lesson.say(
      "The text model of lesson 53: which section does a package belong to? The texts: " + source +
      ". Once its weights are learned, once all are equal (a bag of words), once each word of the vocabulary has a random score that "
      "never changes, and only embedding and last layer learn.");
  lesson.name_columns(26);
  lesson.show("texts to learn from", show::whole(train.labels.shape[0]));
  lesson.show("seeds", static_cast<Index>(runs.size()));
  show::Table table({"weights", "right"});
  for (const auto& [kind, name] : readers) table.add_row({name, over(runs, name + " right")});
  lesson.show(table);
}

void the_rows(show::Lesson& lesson, const std::vector<Numbers>& runs, const std::vector<std::string>& rows,
              const std::vector<std::string>& names) {
  std::vector<std::string> headings{""};
  for (const std::string& name : names) headings.push_back(name);
  show::Table table(headings);
  for (const std::string& row : rows) {
    std::vector<std::string> cells{row};
    for (const std::string& name : names) cells.push_back(over(runs, name + " " + row));
    table.add_row(cells);
  }
  lesson.show(table);
}

void other_weights_same_answer(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("Other weights, same answer?");
  lesson.say(
      "Take the trained readers and change the weights alone. How many answers stay, if the weights of a text are shuffled, or all made "
      "equal? And search: in how many texts are there weights that are largest on another word, and leave all probabilities as they were "
      "(but for 0.05)?");
  the_rows(lesson, runs, {"same answer, shuffled", "same answer, made equal", "same answer, other word"}, {"learned", "random"});
}

void do_they_agree(show::Lesson& lesson, const std::vector<Numbers>& runs, const Tensor& measures) {
  lesson.section("Map, gradient, hiding");
  lesson.say(
      "Three ways to say which word matters: its weight; the gradient times the word; and what changes if the word is hidden. Rank "
      "correlation within a text: 1 is the same order, 0 is none. 'How much' asks how far a word moves the answer, 'which way' whether it "
      "speaks for the answer or against it:");
  the_rows(lesson, runs,
           {"map and hiding, how much", "map and gradient, how much", "gradient and hiding, how much", "dice and hiding, how much",
            "map and hiding, which way", "gradient and hiding, which way"},
           {"learned", "random"});
  lesson.save("text", draw(show::HeatMap{measures,
                                         {"its weight", "how far the answer moves without it", "how much less sure without it"},
                                         {"documentation", "for", "the", "Python", "module", "for", "parsing", "XML", "files"},
                                         "One text, three measures"}));
}

void another_training(show::Lesson& lesson, const std::vector<TextRun>& runs, const Texts& test) {
  lesson.section("Another training, the same map?");
  if (runs.size() < 2) return lesson.say("One training; with more seeds this compares their maps.");
  std::vector<double> all;
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) all.push_back(agreement(runs[i].map, runs[j].map, test.tokens, false));
  lesson.say(
      "The same model, learned from the same texts with other first numbers. Rank correlation of their maps, for all pairs of seeds:");
  lesson.name_columns(26);
  lesson.show("maps of two trainings", show::median_and_range(all, 2));
}

void fifty_patches(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("Fifty patches, one lesion");
  lesson.say(
      "Made-up pictures of fifty patches, eight random numbers each. Half are of ill people, and there one patch is a lesion: two of its "
      "numbers are larger by 2.5. The model is told who is ill, never where. Fifty patches become one by their mean, their largest "
      "numbers, or attention:");
  show::Table table({"pool", "right"});
  for (const auto& [pool, name] : pools) table.add_row({name, over(runs, name + " right")});
  lesson.show(table);
  lesson.name_columns(40);
  lesson.show("attention: weight on the lesion", over(runs, "weight on the lesion"));
  lesson.show("attention: largest weight on the lesion", over(runs, "largest on the lesion"));
  lesson.show("a fair share", show::number(0.02, 2));
}

void the_hospitals_mark(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("The hospital's mark");
  lesson.say(
      "Now one hospital marks its pictures (another patch, two other numbers larger by 4), and it sends nine ill people in ten; the other "
      "hospital sends one in ten. Tested on pictures of the same two hospitals, and on those of a third that marks every second picture, "
      "ill or not:");
  show::Table table({"pool", "same hospitals", "the third hospital"});
  for (const auto& [pool, name] : pools) table.add_row({name, over(runs, name + " same house"), over(runs, name + " elsewhere")});
  lesson.show(table);
  lesson.say("Where attention looks in pictures that have both:");
  lesson.name_columns(44);
  lesson.show("weight on the lesion", over(runs, "misled: weight on the lesion"));
  lesson.show("weight on the mark", over(runs, "misled: weight on the mark"));
  const std::vector<double> mark = all_of(runs, "misled: weight on the mark"), right = all_of(runs, "attention elsewhere"),
                            at_home = all_of(runs, "attention same house");
  if (runs.size() > 1) lesson.show("weight on the mark against right elsewhere", show::number(rank_correlation(mark, right), 2));
  std::vector<double> x = mark;
  for (double& one : x) one = std::round(100 * one) / 100;
  show::LineChart chart{"A training a point: what the map shows", "weight on the mark", "right", {}};
  chart.y_low = 0.4, chart.y_high = 1;
  chart.series = {{"same hospitals", x, at_home, {}, {}, true}, {"the third hospital", x, right, {}, {}, true}};
  lesson.save("mark", draw(chart));
}

void one_in_a_hundred(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("One in a hundred");
  lesson.say(
      "The models of section 7, where one person in a hundred is ill. Sensitivity: of the ill, the share that is found. Precision: of "
      "those "
      "said to be ill, the share that is:");
  show::Table table({"", "right", "sensitivity", "precision"});
  table.add_row({"always 'healthy'", "0.99", "0.00", ""});
  for (const auto& [pool, name] : pools)
    table.add_row({name, over(runs, name + " rare right"), over(runs, name + " rare sensitivity"), over(runs, name + " rare precision")});
  lesson.show(table);
  lesson.show("seeds", static_cast<Index>(runs.size()));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The map says how much a word or patch takes part in the answer. It does so for random weights too, where nobody has learned what "
      "matters. It does not say which way a word pulls: ask the gradient, or hide the word. A map can show that a model looks at the wrong "
      "place, which its accuracy can't. And a diagnosis is more than the share of right answers.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  by_hand(lesson, x);

  datasets::PackageTextOptions options;
  options.vocabulary = 2000;
  const datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text(options) : datasets::debian_package_text(options);
  const Texts train = some_of(text.train, lesson.quick() ? 800 : 5000), test = some_of(text.test, lesson.quick() ? 200 : 600);
  std::vector<TextRun> texts;
  std::vector<Numbers> of_texts;
  const Indices example = text.vocabulary.encode({"documentation for the Python module for parsing XML files"}, 16);
  for (int i = 0; i < lesson.seeds(); ++i) {
    texts.emplace_back(train, test, example, text.vocabulary.size(), lesson.quick() ? 5 : 4, lesson.broken("padding"),
                       lesson.seed() + static_cast<std::uint64_t>(i));
    of_texts.push_back(texts.back().numbers);
  }
  three_readers(lesson, text.source, train, of_texts);
  other_weights_same_answer(lesson, of_texts);
  do_they_agree(lesson, of_texts, texts[0].measures);
  another_training(lesson, texts, test);

  std::vector<Numbers> slides;
  for (int i = 0; i < lesson.seeds(); ++i) slides.push_back(slide_run(1000, lesson.seed() + static_cast<std::uint64_t>(i)));
  fifty_patches(lesson, slides);
  the_hospitals_mark(lesson, slides);
  one_in_a_hundred(lesson, slides);
  what_to_notice(lesson);
}

const show::LessonInfo info{"86",
                            "Does attention explain?",
                            "可解释性",
                            "《资源分配》 §3.3, §6.4, §8.3; 《专注力》 §3.3; 《分析与预测》 §3.3, §6.4, §8.3–8.4; 《认知平衡》 §8.3",
                            "Attention maps against gradients and hidden words; random, shuffled and other weights; and a diagnosis that "
                            "rests on a hospital's mark.",
                            {{"padding", "places of padding count as words in the rank correlations"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
