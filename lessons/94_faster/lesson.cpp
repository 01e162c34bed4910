#include <qkv/kernels/parallel.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "measures.h"
#include "skipping.h"

namespace {

constexpr Index n = 128, d = 64;

/// All weight in one place, or the same everywhere: the multiply-adds are the same.
void by_hand(show::Lesson& lesson) {
  lesson.section("Two queries by hand", "alpha = softmax(q K^T / sqrt(2))");
  const Tensor K = tensor({{1, 0}, {0, 1}, {-1, 1}}), V = tensor({{1, 0}, {0, 2}, {3, 1}});
  const Tensor Q = tensor({{20, 0}, {0, 0}});
  lesson.show("K", K);
  lesson.show("V", V);
  lesson.show("q_0, q_1", Q);
  Index scores = 0, sums = 0;
  const Tensor e = product(Q, transpose(K), scores), alpha = softmax(e / sqrt(2.0));
  lesson.show("q K^T", e);
  lesson.show("alpha", alpha);
  lesson.show("output", product(alpha, V, sums));
  lesson.say("The first query looks at one place only, the second at all places alike. Counted by the loops:");
  lesson.name_columns(36);
  lesson.show("multiply-adds of the scores", scores);
  lesson.show("multiply-adds of the weighted sums", sums);
}

/// The trained model with its queries made 0 or 1,000 times as large: only the weights differ.
void weights_forced(show::Lesson& lesson, const AttentionModel& model, const Texts& texts) {
  lesson.section("A model with its weights forced", "W_q times 0, 1 or 1000");
  lesson.say(
      "Lesson 55's model, trained. Queries of 0 make all weights equal. Queries a thousand times as large put all of the weight of a word "
      "on "
      "one place. Nothing else is changed. Is it faster?");
  NoGrad no_graph;
  EvalMode no_dropout;
  std::vector<Index> all(std::min<Index>(texts.count(), 100));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Index>(i);
  const Indices rows = texts.some(all).rows;
  const Tensor W = model.attention.in_proj_weight.clone(), b = model.attention.in_proj_bias.clone();
  const auto force = [&](double factor) {
    Tensor scale = concat({full({128, 1}, factor), ones({256, 1})}, 0);  // queries, then keys and values
    model.attention.in_proj_weight.copy_from(W * scale), model.attention.in_proj_bias.copy_from(b * squeeze(scale, 1));
  };
  const struct {
    const char* weights;
    double factor;
  } kinds[] = {{"one place for each word", 1000}, {"all equal", 0}, {"as trained", 1}};
  show::Table table({"weights", "largest weight", "right", "time / as trained"});
  std::vector<std::vector<double>> times(3);
  for (int repeat = 0; repeat < 9; ++repeat) {
    std::vector<double> best(3, infinity);
    for (int round = 0; round < 4; ++round)
      for (std::size_t i = 0; i < 3; ++i) {
        force(kinds[i].factor);
        const show::Stopwatch watch(show::Clock::processors);
        model(rows);
        best[i] = std::min(best[i], watch.seconds());
      }
    for (std::size_t i = 0; i < 3; ++i) times[i].push_back(best[i] / best[2]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    force(kinds[i].factor);
    const Tensor largest = max(model.attend(rows).weights, -1);  // (B, 8, T)
    table.add_row({kinds[i].weights, show::number(mean(largest).item(), 2),
                   show::number(accuracy(scores_of(model, texts.rows), texts.sections), 2), show::median_and_range(times[i], 1)});
  }
  force(1);
  lesson.show(table);
  lesson.name_columns(36);
  lesson.show("multiply-adds for a text, each row", show::whole(4 * words * 128 * 128 + 2 * words * words * 128));
}

/// A loop that does skip: how much work is left, and how long does it take?
void if_one_skips(show::Lesson& lesson, Rng& rng) {
  lesson.section("If one does skip", "n = 128, d = 64, one thread");
  const double least = (lesson.broken("skip-small") ? 1.0 : 0.001) / n;
  lesson.say("Program it: weights below a thousandth of 1/n are passed over. What is left of the work, scores included, and of the time?");
  const Tensor K = randn({n, d}, rng), V = randn({n, d}, rng);
  const Indices places(Shape{n}, rng.permutation(n));
  const struct {
    const char* weights;
    Tensor Q;
  } kinds[] = {{"one place for each query", 1000 * embedding(places, K)},
               {"sharp: random queries, times 4", 4 * randn({n, d}, rng)},
               {"ordinary: random queries", randn({n, d}, rng)},
               {"all equal", zeros({n, d})}};
  show::Table table({"weights", "used", "multiply-adds left", "skipping / all, loops", "library / all, loops", "error"});
  for (const auto& kind : kinds) {
    const Tensor alpha = softmax(matmul(kind.Q, transpose(K)) / sqrt(static_cast<double>(d)));
    Index all = 0, left = 0, ignored = 0;
    const Tensor exact = product(alpha, V, all), skipped = product_that_skips(alpha, V, least, left);
    const std::vector<std::string> times = ratios({[&] { product_that_skips(alpha, V, least, ignored); }, [&] { matmul(alpha, V); },
                                                   [&] { product_that_skips(alpha, V, 0, ignored); }},
                                                  2);
    table.add_row({kind.weights, show::number(100.0 * double(left) / double(all), 0) + "%",
                   show::number(100.0 * double(all + left) / double(2 * all), 0) + "%", times[0], times[1],
                   show::number(max(abs(exact - skipped)).item(), 4)});
  }
  lesson.show(table);
  lesson.say(
      "(all + left) / (2 all): the scores must be computed before one knows which weights are small. So never less than half is left.");
}

std::string gain(const Row& row, const Row& over) {
  std::vector<double> points;
  for (std::size_t i = 0; i < row.accuracy.size(); ++i) points.push_back(100 * (row.accuracy[i] - over.accuracy[i]));
  return show::median_and_range(points, 1);
}
std::string ratio(const std::vector<double>& a, const std::vector<double>& b) { return show::number(show::median(a) / show::median(b), 1); }

void with_and_without(show::Lesson& lesson, const Results& results, const std::string& source, Index count, Index tested) {
  lesson.section("With attention and without");
  lesson.say("Which of ten sections does a package's description belong to? " + show::whole(count) + " texts to learn from, " +
             show::whole(tested) + " to be asked. The texts: " + source +
             ". Does attention make a model faster? Processor seconds, divided by those of the bag of words:");
  show::Table table({"", "right", "training", "answering"});
  for (Name name : {bag, patient_bag, base}) {
    const Row& row = results.rows[name];
    table.add_row({row.name, show::median_and_range(row.accuracy, 3), ratio(row.seconds, results.rows[bag].seconds),
                   ratio(row.scoring, results.rows[bag].scoring)});
  }
  lesson.show(table);
  lesson.name_columns(36);
  lesson.show("seeds, each with other texts", lesson.seeds());
  lesson.show("points gained over the bag", gain(results.rows[base], results.rows[bag]));
  lesson.show("over the bag, four times the epochs", gain(results.rows[base], results.rows[patient_bag]));
}

void five_measures(show::Lesson& lesson, const Results& results) {
  lesson.section("Five measures");
  lesson.say(
      "The article's five ways to a better performance, each tried on lesson 55's model; and two plain ways to spend time, for comparison. "
      "Points are percentage points gained over that model, seed by seed. Seconds are the processor's, for one training.");
  const Row& own = results.rows[base];
  show::Table table({"", "right", "points gained", "seconds / base", "points a second"});
  show::LineChart chart{"What a measure costs and brings", "seconds of training, 1 = lesson 55's model", "right", {}};
  for (const Row& row : results.rows) {
    std::vector<double> points;
    for (std::size_t i = 0; i < row.accuracy.size(); ++i) points.push_back(100 * (row.accuracy[i] - own.accuracy[i]) / row.seconds[i]);
    const auto [low, high] = std::minmax_element(row.accuracy.begin(), row.accuracy.end());
    table.add_row({row.name, show::number(show::median(row.accuracy), 3), gain(row, own), ratio(row.seconds, own.seconds),
                   show::number(show::median(points), 1)});
    chart.series.push_back({row.name,
                            {std::round(10 * show::median(row.seconds) / show::median(own.seconds)) / 10},
                            {show::median(row.accuracy)},
                            {*low},
                            {*high},
                            true});
  }
  lesson.show(table);
  lesson.save("measures", show::draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Attention skips nothing. A weight of 0 costs as much as any other, and to know that it is 0 its score had to be computed. A loop "
      "that does skip saves half of the work at most, and may still be slower than a product that skips nothing. Attention costs time. "
      "Whether its answers are worth it, only a baseline with the same time can say. And which measure is worth its seconds is a question "
      "for a table, "
      "not for a list.");
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say("Attention concentrates on what matters. Does it leave out the rest, and so save time? And what does make it better?");
  by_hand(lesson);
  const int threads = kernels::threads();
  kernels::set_threads(1);
  const Sources from = read_sources(lesson.quick());
  const Index count = lesson.quick() ? 500 : 3000, tested = lesson.quick() ? 400 : 3000, epochs = lesson.quick() ? 4 : 6;
  Results results;
  for (int i = 0; i < lesson.seeds(); ++i) try_all(results, from, count, tested, epochs, lesson.seed() + static_cast<std::uint64_t>(i));
  std::vector<Index> asked(tested);
  for (Index i = 0; i < tested; ++i) asked[i] = i;
  weights_forced(lesson, results.first[0], from.test.some(asked));
  Rng rng(lesson.seed());
  if_one_skips(lesson, rng);
  with_and_without(lesson, results, from.source, count, tested);
  five_measures(lesson, results);
  kernels::set_threads(threads);
  what_to_notice(lesson);
}

const show::LessonInfo info{"94",
                            "Faster?",
                            "处理速度",
                            "《认知平衡》 §2.2, §3.3, §9.1, §9.4",
                            "Does attention skip anything? Weights forced to one place and to all places, timed; and five measures on "
                            "the model of lesson 55, points gained a second.",
                            {{"skip-small", "weights below 1/n are passed over, not those below a thousandth of it"}},
                            3};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
