#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "costs.h"
#include "example.h"
#include "lookup.h"

namespace {

/// The five, with these sizes.
std::vector<Kind> five(Index w, Index s, Index r, bool own_block_only) {
  return {{"full"}, {"window", w, own_block_only}, {"strided", s}, {"low rank", r}, {"linear"}};
}
std::string with_size(const Kind& kind) {
  const std::string letter = kind.name == "window" ? "w" : kind.name == "strided" ? "s" : "r";
  return kind.size == 0 ? kind.name : kind.name + ", " + letter + " = " + show::whole(kind.size);
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "Full attention compares every query with every key: n n pairs for n positions. Must it? One query, at position 5, and the keys of "
      "eight positions:");
  lesson.show("q_5", select(select(x.q, 0, 0), 0, 5));
  for (Index j = 0; j < 8; ++j) lesson.show("k_" + std::to_string(j), select(select(x.k, 0, 0), 0, j));
}

void one_query_five_ways(show::Lesson& lesson, const Example& x, bool own_block_only) {
  lesson.section("One query, five ways", "who gets which weight");
  lesson.say(
      "The key that fits best is that of position 1. A window of one position to each side does not see it. Every second position does. "
      "Low rank sees the means of two neighbours, linear attention compares without softmax:");
  Tensors rows;
  std::vector<std::string> names;
  for (const Kind& kind : five(1, 2, 4, own_block_only)) {
    rows.push_back(select(select(kind(x.q, x.k, x.places), 0, 0), 0, 5));  // the values are one-hot: what comes out is the weights
    names.push_back(with_size(kind));
  }
  lesson.show("weights",
              show::HeatMap{stack(rows), names, {"0", "1", "2", "3", "4", "5", "6", "7"}, "The weights of the query at 5", 0, 1});
}

void a_mask_or_another_order(show::Lesson& lesson, bool own_block_only) {
  lesson.section("A mask, or another order");
  lesson.say(
      "Each of the five is full attention with something changed: pairs are hidden by a mask, keys are averaged, or softmax is replaced. "
      "Computed like that nothing is saved. The same numbers in another order save the work. 12 positions, 3 numbers each, twice:");
  Rng rng(1);
  const Tensor q = randn({1, 12, 3}, rng), k = randn({1, 12, 3}, rng), v = randn({1, 12, 2}, rng);
  lesson.compare("window: by blocks and by a mask", window_attention(q, k, v, 2, own_block_only), hidden_pairs(q, k, v, in_window(12, 2)));
  lesson.compare("strided: sorted and by a mask", strided_attention(q, k, v, 3), hidden_pairs(q, k, v, on_stride(12, 3)));
  lesson.compare("low rank: means and a matrix E", low_rank_attention(q, k, v, 4), by_matrix(q, k, v, means_of_neighbours(12, 4)));
  lesson.compare("linear: memory first and pair by pair", linear_attention(q, k, v), pair_by_pair(q, k, v));
}

void what_it_costs(show::Lesson& lesson, const std::vector<Costs>& costs) {
  lesson.section("What it costs", "w = 16, s = sqrt(n), r = 32, d = 32");
  lesson.say("Multiply-adds, milliseconds and memory of one pass. The exponent says how fast each grows with n; 1 is a straight line.");
  show::Table adds(headings_of(costs)), times(headings_of(costs)), memory(headings_of(costs));
  for (const Costs& cost : costs) {
    adds.add_row(row_of(
        cost.kind, cost.n, cost.multiply_adds, [](double x) { return show::whole(std::lround(x)); }, 2));
    times.add_row(row_of(
        cost.kind, cost.n, cost.seconds, [](double x) { return show::number(1000 * x, 3) + " ms"; }, 1));
    memory.add_row(row_of(
        cost.kind, cost.n, cost.bytes, [](double x) { return show::whole(std::lround(x / 1024)); }, 2));
  }
  lesson.say("Multiply-adds:");
  lesson.show(adds);
  lesson.say("Time:");
  lesson.show(times);
  lesson.say("Memory, KiB:");
  lesson.show(memory);
}

void who_finds_it_again(show::Lesson& lesson, const std::vector<Kind>& kinds, const std::vector<Index>& steps, int seeds) {
  lesson.section("Who finds it again?");
  lesson.say(
      "512 positions. Each has a tag and one of 8 values, and asks by tag for the value of another position, near or far: 1, 2, 3 to 4, 5 "
      "to 8, ... each as often. Every kind has so many steps that one processor takes about the same time for each; the seconds of this "
      "run stand beside them. Shares of right answers, median and range:");
  show::LineChart chart{"Right answers by distance", "distance, up to", "right", {}};
  chart.log_x = true, chart.y_low = 0, chart.y_high = 1;
  show::Table eighth({"after an eighth of the time", "steps", "seconds", "1 to 16", "17 to 511"}),
      all({"after all of it", "steps", "seconds", "1 to 16", "17 to 511"});
  std::vector<double> at_16, at_17;
  Index learned = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::vector<LookUpRun> runs;
    for (int seed = 0; seed < seeds; ++seed)
      runs.push_back(learn_look_up(kinds[i], steps[i], lesson.seed() + static_cast<std::uint64_t>(seed)));
    for (std::size_t when : {0U, 1U}) {
      const Index made = when == 0 ? steps[i] / 8 : steps[i];
      (when == 0 ? eighth : all)
          .add_row({with_size(kinds[i]), show::whole(made), show::number(mean_seconds(runs) * (when == 0 ? 0.125 : 1), 2) + " s",
                    show::median_and_range(near(runs, when), 2), show::median_and_range(far(runs, when), 2)});
    }
    chart.series.push_back(line_of(kinds[i].name, runs));
    if (kinds[i].name == "full")
      for (double share : far(runs, 1)) learned += share >= 0.9;
    if (kinds[i].name == "window")
      for (const LookUpRun& run : runs) at_16.push_back(run.at_16), at_17.push_back(run.at_17);
  }
  for (show::Table* table : {&eighth, &all}) lesson.show(table->add_row({"chance", "", "", "0.125", "0.125"}));
  lesson.save("recall", draw(chart));
  lesson.name_columns(26);
  lesson.show("the window, 16 away", show::median_and_range(at_16, 2));
  lesson.show("the window, 17 away", show::median_and_range(at_17, 2));
  lesson.show("seeds", seeds);
  lesson.show("of these full learned it", learned);
}

void several_layers(show::Lesson& lesson, bool own_block_only, Index steps, int seeds) {
  lesson.section("Several layers");
  lesson.say(
      "Another task: one of 32 positions is marked, and every position must say its value. What a position has found in one layer its "
      "neighbours can read in the next. 'Reach' is how far from the mark nine of ten positions still answer rightly; 31 is everywhere.");
  const Kind window{"window", 4, own_block_only}, strided{"strided", 4}, full{"full"};
  show::Table table({"layers", "pairs", "reach by theory", "reach", "right, all positions"});
  const auto row = [&](const std::string& name, const std::vector<Kind>& kinds, Index theory) {
    std::vector<double> reach, right;
    Index pairs = 0;
    for (const Kind& kind : kinds) pairs += kind.multiply_adds(32, 1) / 2;
    for (int seed = 0; seed < seeds; ++seed) {
      const Reach one = learn_relay(kinds, steps, lesson.seed() + static_cast<std::uint64_t>(seed));
      reach.push_back(static_cast<double>(one.furthest)), right.push_back(one.right);
    }
    table.add_row({name, show::whole(pairs), show::whole(theory), show::median_and_range(reach, 0), show::median_and_range(right, 2)});
  };
  row("one window, w = 4", {window}, 4);
  row("two windows", {window, window}, 8);
  row("four windows", {window, window, window, window}, 16);
  row("window, then stride 4", {window, strided}, 31);
  row("one full", {full}, 31);
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "All four are cheaper, and each pays for it. A window is exact up to its end and blind behind it. Strides see one position in s. "
      "Means of neighbours blur. Linear attention has a memory of fixed size, and many positions do not fit in. Layers widen a window, "
      "and a window with a stride reaches everything, for what can be passed on. Which price is right depends on what is asked, and how "
      "far away the answers are.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  const bool own_block_only = lesson.broken("own-block");
  the_question(lesson, x);
  one_query_five_ways(lesson, x, own_block_only);
  a_mask_or_another_order(lesson, own_block_only);
  what_it_costs(lesson, costs_up_to(lesson.quick() ? 1024 : 4096));
  who_finds_it_again(lesson, five(16, 16, 32, own_block_only), {160, 320, 480, 512, 384}, lesson.seeds());
  several_layers(lesson, own_block_only, lesson.quick() ? 150 : 200, lesson.seeds());
  what_to_notice(lesson);
}

const show::LessonInfo info{"81",
                            "Sparse attention",
                            "稀疏注意力",
                            "《资源分配》 §8.2; 《分析与预测》 §8.2; 《认知平衡》 §8.2; 《解密注意力》 §5",
                            "Full, window, strided, low-rank and linear attention: what each costs, and what each still finds.",
                            {{"own-block", "the window sees its own block only, not the neighbours'"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
