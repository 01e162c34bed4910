#include <qkv/kernels/parallel.h>
#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <thread>

#include "counting.h"
#include "measuring.h"

using namespace qkv;

namespace {

constexpr Index d = 64, window = 8, mid = 512;

/// n = 5, d = 3: every step and its formula; the loops that count do compute attention and an LSTM.
void count_small(show::Lesson& lesson, Rng& rng) {
  lesson.section("Five tokens of width three", "n = 5, d = 3");
  Tensor X = randn({5, 3}, rng), W = randn({4, 3, 3}, rng);
  nn::LSTM library(3, 3, rng);
  Counts count;
  Index steps = 0;
  Tensor by_loops = attention_by_loops(X, W, count), states = lstm_by_loops(X, library.cells[0], steps);
  show::Table table({"step", "shapes", "counted", "formula", "is"});
  const struct {
    const char *step, *shapes;
    Index counted;
    const char* formula;
    Index is;
  } rows[] = {{"projections", "(5, 3) @ (3, 3), for Q, K, V, output", count.projections, "4 n d d", 4 * 5 * 3 * 3},
              {"pairs", "(5, 3) @ (3, 5) and (5, 5) @ (5, 3)", count.pairs, "2 n n d", 2 * 5 * 5 * 3},
              {"an LSTM", "(1, 3) @ (3, 12), twice a step", steps, "8 n d d", 8 * 5 * 3 * 3}};
  for (const auto& row : rows) table.add_row({row.step, row.shapes, show::whole(row.counted), row.formula, show::whole(row.is)});
  lesson.show(table);
  Tensor P = matmul(X, W);  // (4, 5, 3), of which Q, K, V
  Tensor sums = attention(select(P, 0, 0), select(P, 0, 1), select(P, 0, 2));
  lesson.compare("attention, the loops that counted and the library", by_loops, matmul(sums, select(W, 0, 3)));
  lesson.compare("LSTM, the loops that counted and the library", states, select(library(unsqueeze(X, 0)).output, 0, 0));
}

/// The width grows with the length, d = n.
void count_wide(show::Lesson& lesson, Rng& rng) {
  lesson.say("And if the width grows with the length, d = n? Then 2 n n d becomes 2 n n n:");
  Growth growth = growth_of({"pairs"});
  for (Index n = 8; n <= 128; n *= 2) {
    Counts count;
    attention_by_loops(randn({n, n}, rng), randn({4, n, n}, rng, 0, 0.1), count);
    add(growth, n, {count.pairs});
  }
  show_growth(lesson, growth, whole, 4);
}

void count_large(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("Longer sequences, counted", "4 n d d + 2 n n d  and  8 n d d");
  Growth growth = growth_of({"projections", "pairs", "attention", "LSTM"});
  nn::LSTM lstm(d, d, rng);
  show::Progress progress(2 * longest, "counting");
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor X = randn({n, d}, rng);
    Counts count;
    Index steps = 0;
    attention_by_loops(X, randn({4, d, d}, rng, 0, 0.1), count), lstm_by_loops(X, lstm.cells[0], steps);
    add(growth, n, {count.projections, count.pairs, count.projections + count.pairs, steps});
    for (Index i = 0; i < n; ++i) progress.step();
  }
  lesson.say("The width d is 64. The exponent is the slope of the straight line that fits best, with both axes logarithmic.");
  show_growth(lesson, growth, whole, 4);
  Growth drawn;
  for (Index curve : {1, 0, 3}) drawn.push_back(growth[curve]);
  lesson.show("counted", chart("Multiply-adds, d = 64", drawn));
  count_wide(lesson, rng);
}

/// One pass: all weights made, weights never made, an LSTM, and a width that grows with n.
void measure_time(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("By the clock", "the fastest of several runs");
  NoGrad no_grad;
  Growth growth = growth_of({"attention", "fused attention", "LSTM, step by step", "attention, d = n"});
  nn::LSTM lstm(d, d, rng);
  show::Progress progress(2 * longest, "timing");
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor x = randn({1, n, d}, rng), wide = randn({1, n, n}, rng);
    add(growth, n, {time_of_attention(x, true), time_of_attention(x, false), time_of(lstm, x), time_of_attention(wide, true)});
    for (Index i = 0; i < n; ++i) progress.step();
  }
  show_growth(lesson, growth, ms, 1, "exponent, timed");
  lesson.save("clock", show::draw(chart("Seconds of one pass", growth)));
  Tensor x = randn({1, mid, d}, rng);
  lesson.say(
      "At n = 512 the pairs are twice as many multiply-adds as the LSTM's. The time of attention over that of the LSTM, nine repeats, the "
      "median and the range:");
  lesson.name_columns(28);
  lesson.show("attention / LSTM", ratios({[&] { attention(x, x, x); }, [&] { lstm(x); }}, 1)[0]);
}

/// The most bytes in use at once, forward and there and back.
void measure_memory(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("Memory", "n n numbers, or none of them");
  Growth growth = growth_of({"n n numbers", "attention", "fused", "attention, both ways", "fused, both ways"});
  for (Index n = 64; n <= longest; n *= 2)
    add(growth, n,
        {static_cast<double>(n * n * sizeof(Scalar)), memory_of_attention(n, d, true, false, rng),
         memory_of_attention(n, d, false, false, rng), memory_of_attention(n, d, true, true, rng),
         memory_of_attention(n, d, false, true, rng)});
  lesson.say("In KiB: the most that was in use at once beyond the input, forward alone, and forward and back.");
  show_growth(lesson, growth, kib, 2);
}

/// Three kinds of weights for the same keys and values: does attention take less time where nearly all weights are 0?
void is_anything_skipped(show::Lesson& lesson, Rng& rng) {
  lesson.section("Is anything skipped?", "n = 512, d = 64, one thread");
  NoGrad no_grad;
  const int before = kernels::threads();
  kernels::set_threads(1);
  Tensor K = randn({mid, d}, rng), V = randn({mid, d}, rng);
  Indices places(Shape{mid}, rng.permutation(mid));
  const struct {
    const char* weights;
    Tensor Q;
  } kinds[] = {{"one place for each query", 1000 * embedding(places, K)},  // 1000 times the key at that place
               {"all equal", zeros({mid, d})},
               {"ordinary", randn({mid, d}, rng)}};
  std::vector<std::function<void()>> kept, fused;
  for (const auto& kind : kinds) {
    kept.push_back([&] { attention(kind.Q, K, V); });
    fused.push_back([&] { attention(kind.Q, K, V, false); });
  }
  std::vector<std::string> kept_ratios = ratios(kept, 1), fused_ratios = ratios(fused, 1);
  show::Table table({"weights", "largest weight", "multiply-adds", "time / ordinary", "fused: time / ordinary"});
  for (std::size_t i = 0; i < 3; ++i) {
    Index count = 0;
    Tensor alpha = softmax(product(kinds[i].Q, transpose(K), count) / sqrt(static_cast<double>(d)));
    product(alpha, V, count);
    table.add_row({kinds[i].weights, show::number(mean(max(alpha, -1)).item(), 3), show::whole(count), kept_ratios[i], fused_ratios[i]});
  }
  lesson.say(
      "The queries decide where the weights lie. For each query all of the weight in one place, the same weight everywhere, or whatever "
      "random queries give. The time is divided by that of the ordinary weights: the median of nine repeats, and in brackets the "
      "range.");
  lesson.show(table);
  lesson.say(
      "A weight of 0 is computed and multiplied like any other. If the places were known beforehand, their values could be fetched:");
  lesson.compare("attention in one place, and the values fetched", attention(kinds[0].Q, K, V), embedding(places, V));
  lesson.name_columns(28);
  lesson.show("fetched: time / ordinary", ratios({[&] { embedding(places, V); }, kept[2]}, 2)[0]);
  lesson.say("But they are not known: only the scores tell where a query looks, and all n n of them must be computed first.");
  kernels::set_threads(before);
}

void weights_are_no_parameters(show::Lesson& lesson, Index longest) {
  lesson.section("Weights are no parameters", "4 d d + 4 d parameters, n n weights");
  Rng rng(lesson.seed());  // its own, so that a quick run and a full run show the same weights
  nn::MultiheadAttention layer(d, 1, rng);
  std::string names;
  for (const auto& parameter : layer.named_parameters()) names += (names.empty() ? "" : ", ") + parameter.first;
  lesson.show("names", names);
  show::Table table({"n", "parameters", "weights"});
  for (Index n = 64; n <= longest; n *= 2) table.add_row({show::whole(n), show::whole(layer.parameter_count()), show::whole(n * n)});
  lesson.show(table);
  lesson.say("The weights are results. Two inputs of three tokens, the same layer, the same parameters:");
  for (const char* name : {"weights", "others"}) lesson.show(name, select(layer(randn({1, 3, d}, rng)).weights, 0, 0));
  lesson.name_columns(28);
  lesson.show("parameters of an LSTM", show::whole(nn::LSTM(d, d, rng).parameter_count()));
}

/// Half of the queries each: (n, d) -> (n, d).
Tensor attention_in_two_threads(const Tensor& Q, const Tensor& K, const Tensor& V) {
  Tensor first, second, upper = slice(Q, 0, 0, Q.size(0) / 2), lower = slice(Q, 0, Q.size(0) / 2, Q.size(0));
  std::thread other([&] {
    NoGrad no_grad;
    first = attention(upper, K, V);
  });
  second = attention(lower, K, V);
  other.join();
  return concat({first, second}, 0);
}

void two_threads(show::Lesson& lesson, Rng& rng) {
  lesson.section("Two threads: less time, the same count", "n = 512, d = 64");
  lesson.say("No output needs another output. So one thread takes the first half of the queries, another thread the second half.");
  NoGrad no_grad;
  const int before = kernels::threads();
  kernels::set_threads(1);
  Tensor Q = randn({mid, d}, rng), K = randn({mid, d}, rng), V = randn({mid, d}, rng);
  lesson.compare("in one thread and in two", attention(Q, K, V), attention_in_two_threads(Q, K, V));
  Index whole = 0, halves = 0;
  product(product(Q, transpose(K), whole), V, whole);
  for (Index half : {0, 1}) product(product(slice(Q, 0, half * mid / 2, (half + 1) * mid / 2), transpose(K), halves), V, halves);
  lesson.name_columns(28);
  lesson.show("multiply-adds, one thread", show::whole(whole));
  lesson.show("multiply-adds, two together", show::whole(halves));
  std::vector<double> seconds = times_in_turn({[&] { attention(Q, K, V); }, [&] { attention_in_two_threads(Q, K, V); }}, 400);
  lesson.show("fastest of 400, one thread", ms(seconds[0]));
  lesson.show("fastest of 400, two threads", ms(seconds[1]));
  lesson.show("two / one", show::number(seconds[1] / seconds[0], 1));
  kernels::set_threads(before);
}

/// Two ways to stay linear in n: a window, and no softmax.
void count_linear(show::Lesson& lesson, Index longest, bool by_mask, const Tensor& Q, const Tensor& K, const Tensor& V, Rng& rng) {
  lesson.section("Growing with n alone", "8 neighbours on either side; or Q (K^T V)");
  Index count = 0;
  AttentionOptions band;
  band.mask = far_away(64, window);
  lesson.compare("the window's loops, and all keys under a mask", local_attention(Q, K, V, window, by_mask, count),
                 scaled_dot_product_attention(Q, K, V, band).output);
  Tensor left = product(product(Q, transpose(K), count), V, count), right = product(Q, product(transpose(K), V, count), count);
  lesson.compare("without a softmax: (Q K^T) V / n and Q (K^T V) / n", left * (1.0 / 64), right * (1.0 / 64));
  Growth growth = growth_of({"all pairs", "window", "Q (K^T V)"});
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor X = randn({n, d}, rng);
    Index visited = 0, moved = 0;
    local_attention(X, X, X, window, by_mask, visited), product(X, product(transpose(X), X, moved), moved);
    add(growth, n, {2 * n * n * d, visited, moved});
  }
  show_growth(lesson, growth, whole, 2);
}

/// How many of the 64 rows are not what they were?
Index noticed(const Tensor& before, const Tensor& after) {
  Index rows = 0;
  for (Index i = 0; i < 64; ++i) rows += before.at({i, 0}) != after.at({i, 0});
  return rows;
}

void the_price_of_a_window(show::Lesson& lesson, bool by_mask, const Tensor& Q, const Tensor& K, const Tensor& V) {
  lesson.say("The window has a price. Change the last of 64 values. How many of the 64 outputs change?");
  Tensor changed = V.clone();
  changed.set({63, 0}, 10);
  Index count = 0;
  Tensor all = attention(Q, K, V), local = local_attention(Q, K, V, window, by_mask, count);
  lesson.show("all pairs", noticed(all, attention(Q, K, changed)));
  lesson.show("window", noticed(local, local_attention(Q, K, changed, window, by_mask, count)));
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  Index longest = lesson.quick() ? 512 : 2048;
  lesson.section("The question");
  lesson.say(
      "A sequence becomes twice as long. How much more work is self-attention? If it is twice as much, the exponent is 1; four times as "
      "much, 2; eight times as much, 3. One article says 3. Here every multiply-add is counted.");
  count_small(lesson, rng);
  count_large(lesson, longest, rng);
  measure_time(lesson, longest, rng);
  measure_memory(lesson, longest, rng);
  is_anything_skipped(lesson, rng);
  weights_are_no_parameters(lesson, longest);
  two_threads(lesson, rng);
  bool by_mask = lesson.broken("masked");
  Tensor Q = randn({64, 16}, rng), K = randn({64, 16}, rng), V = randn({64, 16}, rng);
  count_linear(lesson, longest, by_mask, Q, K, V, rng);
  the_price_of_a_window(lesson, by_mask, Q, K, V);

  lesson.section("What to notice");
  lesson.say(
      "Every query meets every key: n n pairs, d multiply-adds for a score and d for the sum. Nothing has three factors n, unless the "
      "width grows with n. Up to n = 2 d attention takes fewer multiply-adds than an LSTM, beyond that more. Where the weights lie makes "
      "no difference to the cost: nothing is skipped. The n n weights need not stand in memory. To save work, one must give up what is far "
      "away, or the softmax.");
}

const show::LessonInfo info{"47",
                            "What attention costs",
                            "计算复杂度",
                            "《资源分配》, 《专注力》 §3.3; 《分析与预测》 §3.3, §9; 《解密注意力》 §6; 《认知平衡》 §2.2, §3.3",
                            "Multiply-adds, time and memory of self-attention against the length of the sequence: counted, "
                            "measured, and the exponent fitted; and whether anything is ever skipped.",
                            {{"masked", "local attention computes all pairs and hides what is far away"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
