#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say("Is a headline good news or bad? Two headlines, and how often each word stands in them:");
  auto joined = [](const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
  };
  lesson.show("good", joined(x.good));
  lesson.show("bad", joined(x.bad));
  show::Table counts({"word", "good", "bad"});
  for (const char* word : {"profit", "demand", "will", "rise", "fall", "not", "but"})
    counts.add_row(
        {word, show::whole(std::count(x.good.begin(), x.good.end(), word)), show::whole(std::count(x.bad.begin(), x.bad.end(), word))});
  lesson.show(counts);
  lesson.say("The same words, as often. Whatever looks at a bag of words only must say the same of both, and be wrong once.");
}

void one_word_to_the_left(show::Lesson& lesson, const Example& x) {
  lesson.section("One word to the left", "f = p - 2 relu(p + 2 n - 2) + 2 relu(-p + 2 n - 2)");
  lesson.say(
      "By hand: every word gives the score 6 to the word before it and 0 to all others, and n is the weight that falls on 'not'. p is "
      "what the word says by itself, rise 1 and fall -1. f turns p over if n is 1. Behind 'but' stands what counts:");
  for (const auto* words : {&x.good, &x.bad}) {
    show::Table table({words == &x.good ? "good" : "bad", "p", "n", "f"});
    for (std::size_t i = 0; i < words->size(); ++i) {
      const double p = sign_of((*words)[i]), n = weight_on_not(*words, i, x.left);
      table.add_row({(*words)[i], show::number(p, 0), show::number(n), p == 0 ? "" : show::number(flipped(p, n))});
    }
    lesson.show(table);
  }
  lesson.name_columns(26);
  lesson.show("the weight to the left", exp(6) / (exp(6) + 7));
}

void headlines(show::Lesson& lesson, const HeadlineTask& task) {
  lesson.section("Headlines, made up");
  lesson.say(
      "No free collection of real headlines with verdicts was found, so these are drawn from a seed, and their verdict is known. Three "
      "clauses in ten are denied. Of two clauses the one behind 'but' counts, and not the one behind 'although'.");
  show::Table table({"kind", "test", "for instance", "verdict"});
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    Index count = 0;
    const Headline* first = nullptr;
    for (const Headline& one : task.test.headlines)
      if (one.kind == static_cast<Index>(kind)) ++count, first = first ? first : &one;
    table.add_row({kinds[kind], show::whole(count), first->text, first->verdict ? "good" : "bad"});
  }
  lesson.show(table);
  lesson.name_columns(26);
  lesson.show("to learn from", show::whole(task.train.words.shape[0]));
}

void who_reads_them(show::Lesson& lesson, const std::vector<HeadlineRun>& runs) {
  lesson.section("Who can read them?");
  lesson.say("The share of right verdicts by kind, on headlines never seen: median of the seeds and range.");
  std::vector<std::string> headings = kinds;
  headings.insert(headings.begin(), "");
  show::Table table(headings);
  for (const auto& name : {"chance", "bag of words", "bag, hidden layer", "LSTM", "attention, no positions", "attention"}) {
    std::vector<std::string> row{name};
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      std::vector<double> all;
      for (const HeadlineRun& run : runs) all.push_back(run.right.at(name)[kind]);
      row.push_back(std::string(name) == "chance" ? "0.50" : show::median_and_range(all, 2));
    }
    table.add_row(row);
  }
  lesson.show(table);
  lesson.name_columns(26);
  lesson.show("seeds", lesson.seeds());
}

void take_not_away(show::Lesson& lesson, const std::vector<HeadlineRun>& runs) {
  lesson.section("Take the 'not' away");
  const HeadlineRun& run = runs[0];
  const Example x;
  NoGrad no_graph;
  for (const auto* words : {&x.good, &x.bad}) {
    std::string text;
    for (const std::string& word : *words) text += word + " ";
    const Indices tokens = run.vocabulary.encode({text}, 14);
    const double good = softmax(run.reader->operator()(tokens)).at({0, 1});
    if (words == &x.good) {
      Tensor weights = slice(slice(select(run.reader->weights(tokens), 0, 0), 0, 0, 8), 1, 0, 8);
      lesson.show("headline", show::HeatMap{weights, *words, *words, "First layer, mean of four heads: who (row) looks at whom"});
    }
    lesson.name_columns(40);
    lesson.show(text + "(sure of good)", show::number(good, 2));
  }
  std::vector<double> turned, other;
  for (const HeadlineRun& one : runs) turned.push_back(one.turned_without_not), other.push_back(one.turned_without_other);
  lesson.say("Headlines of one clause with 'not'. How often does the verdict turn over, if a word is hidden?");
  lesson.show("'not' hidden", show::median_and_range(turned, 2));
  lesson.show("a random other word hidden", show::median_and_range(other, 2));
}

// ---- Prices

void show_rates(show::Lesson& lesson, const std::vector<MarketRun>& runs) {
  show::Table table({"share of days said rightly", "lowest", "5 %", "median", "95 %", "highest"});
  for (const char* model : {"attention", "logistic regression"})
    for (Index year : {0, 1})
      table.add_row(row_of(std::string(model) + (year == 0 ? ", year it learned" : ", next year"), of_year(runs, model, year)));
  for (const char* model : {"as yesterday", "this morning's mood", "a coin"})
    table.add_row(row_of(std::string(model) + ", next year", of_year(runs, model, 1)));
  lesson.show(table);
}

void a_random_walk(show::Lesson& lesson, const std::vector<MarketRun>& runs) {
  lesson.section("A random walk, many times");
  lesson.say(
      "The whole chain of the article: headlines, a model that reads their mood, a model that predicts the price. But these prices are a "
      "random walk: nobody can predict them. The model is that of the headlines, with eight days for its words; a day is its move and "
      "its mood. It learns from one year of 250 days and is tested on the next.");
  lesson.name_columns(26);
  lesson.show("markets, each its own seed", static_cast<Index>(runs.size()));
  show_rates(lesson, runs);
  lesson.show("coin, deviation by theory", show::number(sqrt(0.25 / days), 3));
  show::LineChart chart{"Hit rates on random walks, sorted", "share of the markets", "days said rightly", {}};
  chart.y_low = 0.35, chart.y_high = 1;
  for (Index year : {0, 1, -1}) {
    const std::vector<double> rates = year < 0 ? of_year(runs, "a coin", 1) : of_year(runs, "attention", year);
    show::Series line{year == 0 ? "the year it learned" : year == 1 ? "the next year" : "a coin", {}, {}};
    for (double share = 0; share < 1.01; share += 0.05) line.x.push_back(share), line.y.push_back(quantile(rates, share));
    chart.series.push_back(line);
  }
  lesson.show("walks", chart);
}

void the_best_of_them(show::Lesson& lesson, std::vector<MarketRun> runs) {
  lesson.section("The best of them");
  lesson.say(
      "Who sells a forecast shows the model that did best. Here are those that did best in the test year, in the tenth of all markets "
      "with the highest hit rates, and what the same models did in the year after:");
  std::sort(runs.begin(), runs.end(),
            [](const MarketRun& a, const MarketRun& b) { return a.rates.at("attention")[1] > b.rates.at("attention")[1]; });
  show::Table table({"", "test year", "year after"});
  table.add_row({"the best", show::number(runs[0].rates.at("attention")[1], 3), show::number(runs[0].rates.at("attention")[2], 3)});
  double test = 0, after = 0;
  const std::size_t top = std::max<std::size_t>(runs.size() / 10, 1);
  for (std::size_t i = 0; i < top; ++i) test += runs[i].rates.at("attention")[1], after += runs[i].rates.at("attention")[2];
  table.add_row({"mean of the best " + show::whole(static_cast<Index>(top)), show::number(test / static_cast<double>(top), 3),
                 show::number(after / static_cast<double>(top), 3)});
  lesson.show(table);
}

void something_to_find(show::Lesson& lesson, const std::vector<MarketRun>& runs, double effect) {
  lesson.section("If there is something to find");
  lesson.say(
      "Would the chain have found anything? Other markets, where the morning's mood moves the price: move = 0.4 mood + noise. The best "
      "that anybody can do is to say what the mood says.");
  lesson.name_columns(26);
  lesson.show("markets", static_cast<Index>(runs.size()));
  lesson.show("best possible, by theory", show::number(0.5 * std::erfc(-effect / sqrt(2.0)), 3));
  show_rates(lesson, runs);
}

void a_chart_that_fits(show::Lesson& lesson, const std::vector<MarketRun>& runs) {
  lesson.section("A chart that fits");
  lesson.say(
      "Forecasts are often shown as two curves, price and predicted price, that lie on each other. Predict that tomorrow's price is "
      "today's, on the same random walks. R^2 is the share of the variance that is explained:");
  std::vector<double> of_price, of_move;
  for (const MarketRun& run : runs) of_price.push_back(run.price_explained), of_move.push_back(run.move_explained);
  lesson.name_columns(26);
  lesson.show("R^2 of the price", show::median_and_range(of_price, 3));
  lesson.show("R^2 of its moves", show::median_and_range(of_move, 3));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "To read an opinion one needs the order of the words, and attention has it only with positions. A verdict on a headline is not yet "
      "a forecast. What a model says of the year it learned proves nothing, the best of many backtests proves little, and a curve that "
      "lies on the price proves that tomorrow resembles today. Only days that nobody has chosen or learned from count, and enough of "
      "them.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  one_word_to_the_left(lesson, x);
  const Index to_learn_from = lesson.quick() ? 2000 : 4000, epochs = lesson.quick() ? 6 : 12;
  headlines(lesson, headline_task(to_learn_from, lesson.seed()));
  std::vector<HeadlineRun> readers;
  for (int i = 0; i < lesson.seeds(); ++i)
    readers.push_back(headline_run(to_learn_from, epochs, lesson.seed() + static_cast<std::uint64_t>(i)));
  who_reads_them(lesson, readers);
  take_not_away(lesson, readers);

  const bool peek = lesson.broken("peek");
  const Index walks = lesson.quick() ? 12 : 200, epochs_of_prices = lesson.quick() ? 15 : 60;
  const std::vector<MarketRun> random = market_runs(readers[0].moods, 0, walks, epochs_of_prices, peek, lesson.seed());
  a_random_walk(lesson, random);
  the_best_of_them(lesson, random);
  const double effect = 0.4;
  something_to_find(lesson, market_runs(readers[0].moods, effect, walks / 4, epochs_of_prices, peek, lesson.seed()), effect);
  a_chart_that_fits(lesson, random);
  what_to_notice(lesson);
}

const show::LessonInfo info{"64",
                            "Opinion",
                            "舆情",
                            "《分析与预测》 §6.2; 《专注力》 §6.4; 《认知平衡》 §9.3",
                            "Headlines with 'not', read by bags of words and by attention; then the same model on prices that are a "
                            "random walk, two hundred times.",
                            {{"peek", "the days that a forecast is made from end with the day to be predicted"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
