#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <set>

#include "variations.h"

namespace {

/// A row of the table, and what each seed made of it.
struct Tried {
  Row row;
  std::vector<Result> results;

  std::vector<double> all(double Result::*which) const {
    std::vector<double> values;
    for (const Result& result : results) values.push_back(result.*which);
    return values;
  }
};

/// Seed by seed, how many more sequences are right than in the base model of that seed.
std::vector<double> against(const Tried& tried, const Tried& base) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < tried.results.size(); ++i) differences.push_back(tried.results[i].exact - base.results[i].exact);
  return differences;
}

/// In how many of the seeds it is better; one that is equal counts half.
double better_in(const std::vector<double>& differences) {
  double count = 0;
  for (double difference : differences) count += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
  return count;
}

void the_question(show::Lesson& lesson, const Setting& setting) {
  lesson.section("The question");
  lesson.say(
      "Table 3 of \"Attention Is All You Need\" changes one thing at a time in a Transformer that translates: heads, widths, layers, "
      "dropout, label smoothing, positions. Each row there is one training. Which rows hold for another task, and with another seed?");
  show::Table table({"", "theirs", "here"});
  const Sizes base;
  table.add_row({"task", "English to German", show::whole(setting.digits) + " digits, backwards"});
  table.add_row({"to learn from", "4.5 million sentences", show::whole(setting.rows) + " sequences"});
  table.add_row({"steps", "100,000", show::whole(setting.steps) + " of " + show::whole(setting.batch)});
  table.add_row({"layers, each side", "6", show::whole(base.layers)});
  table.add_row({"d_model", "512", show::whole(base.d_model)});
  table.add_row({"d_ff", "2,048", show::whole(base.d_ff)});
  table.add_row({"heads, d_k", "8, 64", show::whole(base.heads) + ", " + show::whole(base.d_k)});
  table.add_row({"dropout, smoothing", "0.1, 0.1", show::number(base.dropout, 1) + ", " + show::number(base.smoothing, 1)});
  lesson.show(table);
}

void what_a_row_costs(show::Lesson& lesson) {
  lesson.section("What a row costs", "q, k: d h d_k + h d_k each;  v, out: d d + d each");
  lesson.name_columns(34);
  const Sizes base;
  Sizes narrow;
  narrow.d_k = 2;
  lesson.show("one attention of the base model", count_of_heads(base));
  lesson.show("one attention with d_k 2", count_of_heads(narrow));
  Rng rng;
  bool equal = true;
  for (const Row& row : table_3()) equal = equal && count_of_model(row.sizes) == Model(row.sizes, rng).parameter_count();
  lesson.show("the base model, by the formula", count_of_model(base));
  lesson.show("and as the program counts it", Model(base, rng).parameter_count());
  lesson.show("all rows: the same", equal);
}

void what_smoothing_does(show::Lesson& lesson) {
  lesson.section("What smoothing does", "q = (1 - e) [right] + e / C");
  lesson.say(
      "Label smoothing asks not for 1 at the right mark but for 1 - e and a share of e for each of the C = 12 marks. A model that learns "
      "exactly this is right every time, and yet never certain:");
  show::Table table({"e", "p of the right mark", "perplexity", "loss, smoothed"});
  for (double e : {0.0, 0.1, 0.2}) {
    const double right = 1 - e + e / 12, other = e / 12;
    const double loss = -right * std::log(right) - (other > 0 ? 11 * other * std::log(other) : 0);
    table.add_row({show::number(e, 1), show::number(right), show::number(1 / right), show::number(std::abs(loss))});
  }
  lesson.show(table);
  const Tensor scores = log(tensor(
      {{0.9 + 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12, 0.1 / 12}}));
  CrossEntropyOptions smoothed;
  smoothed.label_smoothing = 0.1;
  lesson.show("library", cross_entropy(scores, Indices({1}, {0}), smoothed).item());
}

std::vector<Tried> the_table(show::Lesson& lesson, const Setting& setting) {
  lesson.section("The table");
  const std::set<std::string> quick{"base", "1 head, d_k 32", "d_k 2", "d_model 16, d_k 4", "dropout 0", "learned places"};  // one a group
  std::vector<Tried> tried;
  for (const Row& row : table_3())
    if (!lesson.quick() || quick.count(row.what)) tried.push_back({row, {}});
  show::Progress progress(static_cast<Index>(tried.size()) * lesson.seeds(), "table 3");
  for (Tried& each : tried)
    for (int i = 0; i < lesson.seeds(); ++i) {
      Sizes sizes = each.row.sizes;
      if (lesson.broken("no-smoothing")) sizes.smoothing = 0;
      each.results.push_back(train(sizes, setting, lesson.seed() + std::uint64_t(i)));
      progress.step(each.row.what);
    }
  lesson.say(
      "Perplexity of a mark and share of sequences without a mistake, on 500 sequences held out. Median and range of the seeds; a seed "
      "draws the same data for every row. BLEU: the paper's.");
  show::Table table({"", "row", "parameters", "perplexity", "without mistake", "BLEU"});
  for (const Tried& each : tried)
    table.add_row({each.row.group, each.row.what, show::whole(Index(each.results[0].parameters)),
                   show::median_and_range(each.all(&Result::perplexity), 2), show::median_and_range(each.all(&Result::exact), 2),
                   show::number(each.row.bleu, 1)});
  lesson.show(table);
  lesson.name_columns(16);
  lesson.show("seeds", lesson.seeds());
  return tried;
}

void which_rows_hold(show::Lesson& lesson, const std::vector<Tried>& tried) {
  lesson.section("Which rows hold?");
  lesson.say(
      "Against the base model of the same seed: how many more sequences are right, in how many seeds is it better, and what does the "
      "paper's BLEU say? A row holds if all seeds but at most one agree with the paper, and turns round if all but at most one disagree.");
  show::Table table({"", "row", "difference", "better in", "paper"});
  std::vector<show::Series> points;
  for (const char* name : {"A: heads", "B: key width", "C: sizes", "D: dropout, smoothing", "E: positions"}) {
    points.push_back({name, {}, {}});
    points.back().points = true;
  }
  Index same = 0, other = 0, mixed = 0;
  for (const Tried& each : tried) {
    if (each.row.what == "base") continue;
    const std::vector<double> differences = against(each, tried[0]);
    const double seeds = static_cast<double>(differences.size()), enough = std::max(1.0, seeds - 1);
    const double better = better_in(differences), theirs = each.row.bleu - 25.8, agree = theirs > 0 ? better : seeds - better;
    const bool equal = std::abs(theirs) < 0.05;
    (!equal && agree >= enough ? same : !equal && agree <= seeds - enough ? other : mixed) += 1;
    table.add_row({each.row.group, each.row.what, show::median_and_range(differences, 2), show::number(better, 1),
                   equal        ? "equal"
                   : theirs > 0 ? "better"
                                : "worse"});
    show::Series& group = points[static_cast<std::size_t>(each.row.group[0] - 'A')];
    group.x.push_back(theirs), group.y.push_back(show::median(differences));
  }
  lesson.show(table);
  lesson.name_columns(24);
  lesson.show("rows that hold", same);
  lesson.show("rows that turn round", other);
  lesson.show("mixed, or equal there", mixed);
  lesson.save("rows", show::draw(show::LineChart{"Each row against the base model", "BLEU, theirs", "share without mistake", points}));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A table of single trainings says what happened once, on one task. Repeated over seeds, some rows hold here too, some turn round, "
      "and some are lost in the spread. A setting is not good or bad by itself, but for a task, an amount of data and a number of steps.");
}

void lesson_body(show::Lesson& lesson) {
  const Setting setting;
  the_question(lesson, setting);
  what_a_row_costs(lesson);
  what_smoothing_does(lesson);
  which_rows_hold(lesson, the_table(lesson, setting));
  what_to_notice(lesson);
}

const show::LessonInfo info{"73",
                            "Papers",
                            "论文",
                            "《资源分配》, 《专注力》, 《分析与预测》, 《认知平衡》 §7.1, §7.3",
                            "Table 3 of \"Attention Is All You Need\" in small, over seeds; and the articles' references, looked for.",
                            {{"no-smoothing", "every model is trained without label smoothing"}},
                            5};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
