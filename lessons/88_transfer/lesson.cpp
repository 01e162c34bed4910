#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

std::string over(const std::vector<Run>& runs, const std::string& name) { return show::median_and_range(all_of(runs, name), 2); }
double median_of(const std::vector<Run>& runs, const std::string& name) { return std::stod(over(runs, name)); }

/// A row for each model (its name in the table, its name in the numbers), a column for each case.
void the_rows(show::Lesson& lesson, const std::vector<Run>& runs, const std::vector<std::pair<std::string, std::string>>& models,
              const std::vector<std::pair<std::string, std::string>>& cases) {
  std::vector<std::string> headings{"right"};
  for (const auto& [title, suffix] : cases) headings.push_back(title);
  show::Table table(headings);
  for (const auto& [title, name] : models) {
    std::vector<std::string> cells{title};
    for (const auto& one : cases) cells.push_back(over(runs, name + one.second));
    table.add_row(cells);
  }
  lesson.show(table);
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "Texts are plenty, labels are few. A model can learn from texts alone: hide a word, and let it guess (masked words, 掩码预训练). "
      "Does "
      "what it learns so help later, where there are 10, 100 or 1,000 labels? 'parser for [?] files': what the encoder makes of the hidden "
      "place, and a vector for each of three candidates:");
  lesson.show("context", x.context);
  for (Index j = 0; j < 3; ++j) lesson.show(x.words[static_cast<std::size_t>(j)], select(x.vectors, 0, j));
}

void by_hand(show::Lesson& lesson, const Example& x) {
  lesson.section("By hand", "p = softmax_j(vector_j . context),  loss = -log p_hidden");
  lesson.say("The hidden word is JSON:");
  lesson.name_columns(32);
  const Index hidden = 1;
  const Tensor pull = x.pull(x.context, hidden), moved = x.context - pull;
  lesson.show("scores", matmul(x.vectors, x.context));
  lesson.show("p", x.p(x.context));
  lesson.show("loss", -std::log(x.p(x.context).at({hidden})));
  lesson.say("The gradient pulls the context towards JSON's vector and away from the others, as far as they were probable:");
  lesson.show("dloss / dcontext", pull);
  lesson.show("context after a step of 1", moved);
  lesson.show("p", x.p(moved));
  lesson.show("loss", -std::log(x.p(moved).at({hidden})));
}

void learning_to_guess(show::Lesson& lesson, const datasets::PackageText& text, const Plan& plan, const std::vector<Run>& runs) {
  lesson.section("Learning to guess");
  lesson.say("One-line descriptions of packages, their labels unseen: " + text.source +
             ". A small encoder: 32 numbers a word, one layer of attention. In each text one word of seven is hidden, and one at least.");
  lesson.name_columns(44);
  lesson.show("texts", show::whole(text.train.labels.shape[0]));
  lesson.show("words that can be guessed", show::whole(text.vocabulary.size()));
  lesson.show("texts read in training, with repetition", show::whole(64 * plan.pretraining));
  lesson.show("seeds", static_cast<Index>(runs.size()));
  lesson.show("hidden words guessed, in other texts", over(runs, "guessed"));
  lesson.show("the most frequent word every time", over(runs, "most frequent"));
}

void few_labels(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("10, 100, 1,000 labels");
  lesson.say(
      "Now labels: which of ten sections? 1, 10 or 100 texts of each. Tested on texts of all ten, equally many, so chance is 0.10. "
      "Counting "
      "(naive Bayes) adds up how often each word came in each section. 'From scratch' is the encoder as it was born. The other three begin "
      "with what guessing taught: its word vectors alone, averaged; the encoder frozen; the encoder tuned (微调), every number of it:");
  const std::vector<std::pair<std::string, std::string>> models{{"counting", "counting"},
                                                                {"from scratch", "scratch"},
                                                                {"word vectors, a new head", "word vectors"},
                                                                {"frozen, a new head", "frozen"},
                                                                {"tuned", "tuned"}};
  the_rows(lesson, runs, models, {{"10 labels", " 1"}, {"100", " 10"}, {"1,000", " 100"}});
  lesson.say("The gain of reading first: tuned minus from scratch, seed by seed:");
  lesson.name_columns(20);
  lesson.show("10 labels", over(runs, "gain 1"));
  lesson.show("100 labels", over(runs, "gain 10"));
  lesson.show("1,000 labels", over(runs, "gain 100"));
  show::LineChart chart{"What labels are worth", "labels", "right", {}};
  chart.log_x = true;
  chart.y_low = 0, chart.y_high = 0.8;
  for (const auto& [title, name] : models)
    chart.series.push_back(
        {title, {10, 100, 1000}, {median_of(runs, name + " 1"), median_of(runs, name + " 10"), median_of(runs, name + " 100")}});
  lesson.save("labels", draw(chart));
}

void another_distribution(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("Another distribution");
  lesson.say(
      "Tested on texts of eight words and more. Once the labels are on such texts too; once only on texts of five words at most, as if "
      "somebody "
      "had labelled what is quickly read:");
  the_rows(lesson, runs, {{"counting", "counting"}, {"from scratch", "scratch"}, {"tuned", "tuned"}, {"tuned minus from scratch", "gain"}},
           {{"labels on long texts", " from long"}, {"labels on short texts", " from short"}});
}

void a_special_field(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("A special field");
  lesson.say(
      "The five smaller sections are the field, the five larger ones are general texts. Ten labels for each of the five sections; chance "
      "is "
      "0.20. One encoder guesses words in general texts only; another one then goes on in texts of the field, for as many steps as the "
      "first "
      "goes on in general ones:");
  the_rows(lesson, runs,
           {{"counting", "field counting"},
            {"from scratch", "field scratch"},
            {"general texts", "field general"},
            {"general, then the field's", "field further"},
            {"the last two, difference", "field gain"}},
           {{"sections", ""}});
  lesson.name_columns(44);
  lesson.show("the field's words guessed: general texts", over(runs, "general guessed"));
  lesson.show("                           then the field's", over(runs, "further guessed"));
}

void wrong_labels(show::Lesson& lesson, const std::vector<Run>& runs) {
  lesson.section("Wrong labels");
  lesson.say("As many labels for each section, of which a share is replaced by wrong ones. The test is clean:");
  const std::vector<std::pair<std::string, std::string>> models{{"counting", "counting"},
                                                                {"LSTM, from scratch", "lstm"},
                                                                {"attention, from scratch", "attention"},
                                                                {"attention, tuned", "transferred"}};
  the_rows(lesson, runs, models, {{"none wrong", " 0%"}, {"20 %", " 20%"}, {"40 %", " 40%"}, {"lost", " lost"}});
  show::LineChart chart{"Wrong labels in training", "share of wrong labels", "right", {}};
  chart.y_low = 0.2, chart.y_high = 0.8;
  for (const auto& [title, name] : models)
    chart.series.push_back(
        {title, {0, 0.2, 0.4}, {median_of(runs, name + " 0%"), median_of(runs, name + " 20%"), median_of(runs, name + " 40%")}});
  lesson.save("noise", draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "In the full run: to read first gives one to four hundredths, by the medians, and counting is as good or better. Where the labels "
      "come from other texts, the model that has read falls furthest. To read on in the field gives a hundredth. Wrong labels cost "
      "attention about three times as much as counting: it believes more of them.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  by_hand(lesson, x);
  datasets::PackageTextOptions options;
  options.vocabulary = 1500, options.length = 10;
  const datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text(options) : datasets::debian_package_text(options);
  const Plan plan = lesson.quick() ? Plan{300, 50, 20, 40} : Plan{};
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.emplace_back(text, plan, lesson.broken("unmasked"), lesson.seed() + static_cast<std::uint64_t>(i));
  learning_to_guess(lesson, text, plan, runs);
  few_labels(lesson, runs);
  another_distribution(lesson, runs);
  a_special_field(lesson, runs);
  wrong_labels(lesson, runs);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "88",
    "Transfer",
    "迁移学习",
    "《专注力》 §8.2–8.3; 《分析与预测》 §8.3–8.4, §9; 《认知平衡》 §8.3",
    "An encoder learns to guess masked words; then few labels, labels on other texts, a special field, and wrong labels.",
    {{"unmasked", "the words to be guessed are not hidden"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
