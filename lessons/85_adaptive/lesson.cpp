#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "readings.h"
#include "span.h"

namespace {

constexpr Index instruments = 5;

void known_noise(show::Lesson& lesson) {
  lesson.section("Known noise, by hand", "alpha_j = (1 / s_j) / sum_i (1 / s_i) = softmax(-log s)");
  lesson.say("Three instruments say how long a table is, in metres. s is the variance of each one's noise. Two cases:");
  const Tensor y = tensor({{2.1, 1.4, 2.6}, {2.1, 1.4, 2.6}}), s = tensor({{0.25, 1, 4}, {4, 1, 0.25}});
  lesson.name_columns(24);
  lesson.show("y", y);
  lesson.show("s", s);
  lesson.show("1 / s", 1 / s);
  const Tensor alpha = softmax(neg(log(s)));
  lesson.show("alpha", alpha);
  lesson.show("sum alpha y", sum(alpha * y, 1));
  lesson.show("expected squared error", sum(alpha * alpha * s, 1));
  lesson.show("of the mean", sum(s, 1) / 9);
  lesson.show("of the most exact alone", min(s, 1));
  lesson.say(
      "The same readings and the same formula, but other weights: they are made from the input, each time anew. That is so in every "
      "attention.");
}

/// One row of the tables: a name and a number for each seed and column.
struct Line {
  std::string name;
  std::vector<std::vector<double>> columns;

  void add(const std::vector<double>& values) {
    columns.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) columns[i].push_back(values[i]);
  }
};

struct Findings {
  std::vector<Line> lines;
  std::vector<double> factors, apart;
  show::LineChart learned{"The score of an instrument", "octaves: log2 of its variance", "score, 0 at variance 1", {}};
};

const char* const names[] = {"all alike",         "the middle reading",      "the most exact alone",
                             "1 / variance",      "attention, told nothing", "attention, sees readings",
                             "attention, told s", "attention, told log s"};

/// Everything with one seed.
void try_all(Findings& findings, Index steps, bool wrongly, std::uint64_t seed) {
  Rng rng(seed), test_rng(seed + 1000);
  const Index count = 4000;
  Readings test = draw_readings(count, instruments, 2, test_rng);
  if (wrongly) test = told_wrongly(test);
  const Readings wide = draw_readings(count, instruments, 4, test_rng), many = draw_readings(count, 2 * instruments, 2, test_rng);
  const std::vector<Readings> tests{test, wide, many, told_wrongly(test)};
  const auto add = [&](std::size_t row, const auto& weights_of) {
    std::vector<double> errors;
    for (const Readings& r : tests) errors.push_back(row == 4 && r.y.size(1) != instruments ? NAN : error_of(weights_of(r), r));
    findings.lines[row].add(errors);
  };
  add(0, all_alike), add(2, most_exact), add(3, by_variance);
  std::vector<double> middle;
  for (const Readings& r : tests) middle.push_back(error_of_median(r));
  findings.lines[1].add(middle);
  std::size_t row = 4;
  for (Told told : {Told::nothing, Told::readings, Told::variance, Told::log_variance}) {
    Weigher weigher(told, instruments, rng);
    train(weigher, instruments, steps, wrongly, rng);
    NoGrad no_graph;
    add(row++, weigher);
    if (told == Told::log_variance) findings.factors.push_back(weigher.factor.item());
    if (told == Told::log_variance) findings.apart.push_back(mean(abs(weigher(test) - by_variance(test))).item());
    if (findings.learned.series.size() == 2 || told == Told::nothing || told == Told::readings) continue;
    show::Series curve{names[row - 1], {}, {}};
    const Tensor octaves = linspace(-4, 4, 33), s = unsqueeze(exp(octaves * std::log(2.0)), 0), e = weigher.scores({zeros({1, 33}), s, {}});
    for (Index i = 0; i < 33; ++i) curve.x.push_back(octaves.at({i})), curve.y.push_back(e.at({0, i}) - e.at({0, 16}));
    findings.learned.series.push_back(curve);
  }
}

std::string text(const std::vector<double>& values) { return std::isnan(values[0]) ? "" : show::median_and_range(values, 3); }

void learned_weights(show::Lesson& lesson, const Findings& found) {
  lesson.section("Learned weights against 1 / variance");
  lesson.say(
      "Five instruments measure a number. In every case the variances are new, from 1/4 to 4. Attention learns from answers alone: which "
      "weighted sum comes nearest to the truth? It may see nothing but the place (the same weights for all cases), or how far each reading "
      "lies from their mean, or the variance s, or log s. No weighted sum beats 1 / variance. Mean squared error on 4,000 new cases, "
      "median of the seeds and range:");
  show::Table table({"", "squared error"});
  for (const Line& line : found.lines) table.add_row({line.name, text(line.columns[0])});
  lesson.show(table);
  lesson.name_columns(36);
  lesson.show("seeds", lesson.seeds());
  lesson.show("factor before log s, best is -1", show::median_and_range(found.factors, 2));
  lesson.show("mean distance from the best weights", show::median_and_range(found.apart, 3));
}

void other_data(show::Lesson& lesson, const Findings& found) {
  lesson.section("Other data than it learned from");
  lesson.say(
      "The same models, nothing learned anew. Wider: variances from 1/16 to 16. Ten instruments instead of five. Told wrongly: the "
      "variances "
      "are those of another case.");
  show::Table table({"", "wider", "ten instruments", "told wrongly"});
  for (const Line& line : found.lines) table.add_row({line.name, text(line.columns[1]), text(line.columns[2]), text(line.columns[3])});
  lesson.show(table);
  show::LineChart chart = found.learned;
  show::Series best{"-log s", {}, {}};
  for (double octave = -4; octave <= 4; octave += 0.25) best.x.push_back(octave), best.y.push_back(-octave * std::log(2.0));
  chart.series.insert(chart.series.begin(), best);
  lesson.save("scores", show::draw(chart));
}

void a_learned_temperature(show::Lesson& lesson, Index steps) {
  lesson.section("A learned temperature", "alpha = softmax(t e)");
  lesson.say(
      "The three tasks of lesson 25. One number is learned, t = 1 / temperature, from t = 1 on, by the gradient of the expected error.");
  show::Table table({"task", "best t", "t learned", "error at t = 1", "error learned", "best possible"});
  const char* best[] = {"infinite", "0", "1"};
  const double least[] = {0, 0.2, 1 / 7.75};
  const std::vector<Balance> tasks = balances();
  for (std::size_t i = 0; i < 3; ++i) {
    const double t = learn_temperature(tasks[i], steps);
    table.add_row({tasks[i].name, best[i], show::number(t, 2), show::number(tasks[i].error(softmax(tasks[i].e)).item()),
                   show::number(tasks[i].error(softmax(t * tasks[i].e)).item()), show::number(least[i])});
  }
  lesson.show(table);
}

void a_learned_span(show::Lesson& lesson, Index steps) {
  lesson.section("A learned span", "mask(r) = 1 up to the span z, then falls to 0 within 4 places");
  lesson.say(
      "Wanted at each place: the mean of the last k numbers. The weights over 64 distances are learned; so is the span z, from 56 on. A "
      "price "
      "on z, or none. Only distances within the mask need be computed.");
  show::Table table({"", "k", "span z", "distances computed, of 64", "squared error"});
  const struct {
    const char* name;
    bool learned;
    double start, price;
  } kinds[] = {{"all distances", false, 64, 0},
               {"fixed span", false, 12, 0},
               {"learned, no price", true, 56, 0},
               {"learned, price 0.02", true, 56, 0.02}};
  for (const auto& kind : kinds)
    for (Index k : {4, 16, 32}) {
      std::vector<double> z, width, error;
      for (int i = 0; i < lesson.seeds(); ++i) {
        Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
        const Span span(kind.learned, kind.start);
        error.push_back(learn_span(span, k, kind.price, steps, rng));
        z.push_back(span.z.item()), width.push_back(static_cast<double>(span.width()));
      }
      table.add_row(
          {kind.name, show::whole(k), show::median_and_range(z, 1), show::median_and_range(width, 0), show::median_and_range(error, 4)});
    }
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Attention weights are dynamic already: they are computed from every input. If the noise is known, attention learns the best weights "
      "there are. It adapts to what it is told, and is worse than a plain mean if it is told wrongly. A temperature and a span can be "
      "learned "
      "like any other number. A span saves work only if there is a price on it, and after the training it is as fixed as one chosen by "
      "hand.");
}

void lesson_body(show::Lesson& lesson) {
  const bool wrongly = lesson.broken("told-wrongly");
  const Index steps = lesson.quick() ? 200 : 1000;
  lesson.section("The question");
  lesson.say(
      "Attention shall become more adaptive, so the articles hope. How adaptive is it now? What is left to learn? And what does it save?");
  known_noise(lesson);
  Findings found;
  for (const char* name : names) found.lines.push_back({name, {}});
  for (int i = 0; i < lesson.seeds(); ++i) try_all(found, steps, wrongly, lesson.seed() + static_cast<std::uint64_t>(i));
  learned_weights(lesson, found);
  other_data(lesson, found);
  a_learned_temperature(lesson, 2 * steps);
  a_learned_span(lesson, steps);
  what_to_notice(lesson);
}

const show::LessonInfo info{"85",
                            "Adaptive attention",
                            "自适应注意力",
                            "《分析与预测》 §8.2; 《解密注意力》 §5; 《认知平衡》 §8.2",
                            "Readings of known noise: learned weights against 1 / variance, and on other data; a learned temperature; a "
                            "learned span, and what it saves.",
                            {{"told-wrongly", "every case is told the variances of another one, in training too"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
