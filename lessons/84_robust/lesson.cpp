#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "A picture changes a little, by no more than eps in any pixel. Is the answer still the same? It depends on who chooses the change: "
      "chance, or somebody who knows the model. A picture of four pixels, and a linear model that says 'bag' if its score is above 0 and "
      "'shirt' otherwise:");
  lesson.show("x", x.x);
  lesson.show("w", x.w);
  lesson.show("eps", show::number(x.eps, 1));
}

void one_step_against_the_answer(show::Lesson& lesson, const Example& x, bool descend) {
  lesson.section("One step against the answer", "x' = x + eps sign(d loss / d x)");
  const Tensor step = (descend ? 1 : -1) * sign(x.w);
  const std::vector<double> noise = x.all_noise();
  double turned = 0, square = 0;
  for (double score : noise) turned += score < 0, square += std::pow(score - x.score(x.x), 2);
  lesson.name_columns(42);
  lesson.show("score w . x", show::number(x.score(x.x), 2));
  lesson.show("the step, up or down in each pixel", step);
  lesson.show("x'", x.x + x.eps * step);
  lesson.show("score of x'", show::number(x.score(x.x + x.eps * step), 2));
  lesson.show("the step changes it by eps sum |w|", show::number(x.eps * sum(abs(x.w)).item(), 2));
  lesson.show("noise as a rule by eps sqrt(sum w^2)", show::number(x.eps * norm(x.w).item(), 2));
  lesson.show("  the same, from all 16 patterns of signs", show::number(std::sqrt(square / 16), 2));
  lesson.show("of the 16 patterns turn the answer over", show::number(turned, 0));
}

void three_models(show::Lesson& lesson, const Pictures& train, const Pictures& test, const std::vector<Numbers>& runs) {
  lesson.section("Pictures and three models");
  if (!train.instead.empty()) lesson.say("lesson 84: " + train.instead);
  lesson.say(
      "Fashion-MNIST at half the size, 14 x 14. A linear model; an LSTM that reads the rows from top to bottom; attention, where all rows "
      "look at all rows. Right answers on clean pictures, median and range:");
  lesson.name_columns(26);
  lesson.show("to learn from, test", show::whole(train.x.size(0)) + ", " + show::whole(test.x.size(0)));
  lesson.show("seeds", static_cast<Index>(runs.size()));
  show::Table table({"model", "parameters", "right, clean"});
  Rng rng(0);
  for (const std::string& name : model_names)
    table.add_row({name, show::whole(new_model(name, rng)->parameter_count()), over(runs, name + ", as they are: clean")});
  lesson.show(table);
}

void noise_and_attack(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("Noise and attack of the same size");
  lesson.say("Every pixel moves by eps: up or down by a coin (noise), or as the gradient says (FGSM, the attack). Right answers:");
  std::vector<std::string> headings{"model", ""};
  for (double eps : sizes) headings.push_back("eps " + at(eps));
  show::Table table(headings);
  show::LineChart chart{"Right answers under noise and attack", "eps", "right", {}};
  chart.y_low = 0, chart.y_high = 1;
  for (const std::string& name : model_names)
    for (const char* how : {"noise", "attack"}) {
      std::vector<std::string> row{name, how};
      show::Series line{name + ", " + how, {0}, {show::median(all_of(runs, name + ", as they are: clean"))}};
      for (double eps : sizes) {
        row.push_back(over(runs, name + " " + how + " " + at(eps)));
        line.x.push_back(eps), line.y.push_back(show::median(all_of(runs, name + " " + how + " " + at(eps))));
      }
      table.add_row(row);
      chart.series.push_back(line);
    }
  lesson.show(table);
  lesson.save("noise", draw(chart));
  lesson.say(
      "How many times more the attack changes the loss than noise of its size, by the gradient alone (14 at most, the root of 196):");
  lesson.name_columns(12);
  for (const std::string& name : model_names) lesson.show(name, show::median_and_range(all_of(runs, name + " advantage"), 1));
}

void what_one_learns_from(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("What one learns from");
  lesson.say(
      "The same models, learned from pictures that are noisy (eps 0.1), moved by up to one pixel, or attacked (0.1, each time against the "
      "model as it is at that step). Tested on all four kinds, and on an attack of ten smaller steps. Medians:");
  show::Table table({"model", "learned from", "clean", "noise", "moved", "attack", "ten steps"});
  double furthest = 0;
  for (const std::string& name : model_names)
    for (const auto& [diet, fed] : diets) {
      std::vector<std::string> row{name, fed};
      for (const char* tested : {"clean", "noise", "moved", "attack", "ten steps"}) {
        const std::vector<double> all = all_of(runs, name + ", " + fed + ": " + tested);
        row.push_back(show::number(show::median(all), 2));
        for (double one : all) furthest = std::max(furthest, std::abs(one - show::median(all)));
      }
      table.add_row(row);
    }
  lesson.show(table);
  lesson.name_columns(40);
  lesson.show("medians; the seed furthest from its own", show::number(furthest, 2));
}

void made_for_another(show::Lesson& lesson, const std::vector<Numbers>& runs) {
  lesson.section("Made for another model");
  lesson.say(
      "Must an attacker know the model? Pictures attacked for the model of the row (eps 0.1), read by the model of the column. All learned "
      "from clean pictures:");
  std::vector<std::string> headings{"made for"};
  for (const std::string& reader : model_names) headings.push_back(reader);
  show::Table table(headings);
  for (const std::string& maker : model_names) {
    std::vector<std::string> row{maker};
    for (const std::string& reader : model_names) row.push_back(over(runs, maker + " -> " + reader));
    table.add_row(row);
  }
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Noise and attack are two things. In many pixels small steps of the right sign add up, and those of chance cancel. Attention is no "
      "exception: under noise it stands between the two others, under attack it falls about as far as the LSTM. What a model has seen in "
      "training it withstands, and little else. Learning from attacks helps against attacks and costs clean accuracy.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  const bool descend = lesson.broken("descend");
  the_question(lesson, x);
  one_step_against_the_answer(lesson, x, descend);
  const Pictures train(datasets::Part::train, lesson.quick() ? 1000 : 2500), test(datasets::Part::test, lesson.quick() ? 300 : 500);
  std::vector<Numbers> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.push_back(run_of(train, test, lesson.quick() ? 4 : 5, lesson.seed() + static_cast<std::uint64_t>(i), descend));
  three_models(lesson, train, test, runs);
  noise_and_attack(lesson, runs);
  what_one_learns_from(lesson, runs);
  made_for_another(lesson, runs);
  what_to_notice(lesson);
}

const show::LessonInfo info{"84",
                            "Robustness",
                            "鲁棒性",
                            "《分析与预测》 §8.2–8.4",
                            "Noise, attacks by the gradient, and training against both: a linear model, an LSTM and attention.",
                            {{"descend", "the attack goes down the loss: a sign is wrong"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
