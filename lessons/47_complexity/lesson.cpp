#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>
#include <qkv/tensor/allocator.h>

#include <chrono>

using namespace qkv;

namespace {

constexpr Index d = 64, window = 8;

/// A B by its three loops; `count` goes up by one at every multiply-add.  A (n, k), B (k, m) -> (n, m).
Tensor product(const Tensor& A, const Tensor& B, Index& count) {
  Index n = A.size(0), k = A.size(1), m = B.size(1);
  Tensor C = zeros({n, m});
  const Scalar *a = A.data(), *b = B.data();
  Scalar* c = C.mutable_data();
  for (Index i = 0; i < n; ++i)
    for (Index r = 0; r < k; ++r)
      for (Index j = 0; j < m; ++j, ++count) c[i * m + j] += a[i * k + r] * b[r * m + j];
  return C;
}

/// Self-attention with one head, the four matrices W (4, d, d), and how many multiply-adds it took.  X (n, d) -> (n, d).
struct Counts {
  Index projections = 0, pairs = 0;
};
Tensor attention_by_loops(const Tensor& X, const Tensor& W, Counts& count) {
  auto project = [&](const Tensor& from, Index matrix) { return product(from, select(W, 0, matrix), count.projections); };
  Tensor Q = project(X, 0), K = project(X, 1), V = project(X, 2);                                              // (n, d)
  Tensor alpha = softmax(product(Q, transpose(K), count.pairs) * (1 / sqrt(static_cast<double>(X.size(1)))));  // (n, n)
  return project(product(alpha, V, count.pairs), 3);                                                           // (n, d)
}

/// An LSTM: at each step four gates, each from the input and from the last state.  X (n, d) -> (n, d).
Tensor lstm_by_loops(const Tensor& X, const CellWeights& w, Index& count) {
  Tensor W = transpose(w.weight_ih), U = transpose(w.weight_hh), h = zeros({1, X.size(1)}), c = h;
  Tensors states;
  for (Index t = 0; t < X.size(0); ++t) {
    Tensor gates = product(slice(X, 0, t, t + 1), W, count) + product(h, U, count) + w.bias_ih + w.bias_hh;
    Tensors part = chunk(gates, 4, 1);  // i, f, g, o
    c = sigmoid(part[1]) * c + sigmoid(part[0]) * tanh(part[2]);
    states.push_back(h = sigmoid(part[3]) * tanh(c));
  }
  return concat(states, 0);
}

/// Hidden: all keys more than `window` positions away.
Mask far_away(Index n) {
  Mask mask = causal_mask(n, n, window);  // key > query + window, and below: key < query - window
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < i - window; ++j) mask.hidden[i * n + j] = 1;
  return mask;
}

/// Local attention: query i visits the keys i - window ... i + window; or, as a mistake, meets all keys and hides those far away.
Tensor local_attention(const Tensor& Q, const Tensor& K, const Tensor& V, bool by_mask, Index& count) {
  Index n = Q.size(0);
  double scale = 1 / sqrt(static_cast<double>(Q.size(1)));
  if (by_mask) return product(softmax(masked_fill(product(Q, transpose(K), count) * scale, far_away(n), -infinity)), V, count);
  Tensors rows;
  for (Index i = 0; i < n; ++i) {
    Index first = i < window ? 0 : i - window, last = i + window < n ? i + window + 1 : n;
    Tensor scores = product(slice(Q, 0, i, i + 1), transpose(slice(K, 0, first, last)), count);
    rows.push_back(product(softmax(scores * scale), slice(V, 0, first, last), count));
  }
  return concat(rows, 0);
}

/// Times the same work several times: `while (watch.another_run()) work();`
class Stopwatch {
 public:
  bool another_run();
  /// Seconds of the fastest run, which is the one least disturbed.
  double best() const { return best_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_;
  double best_ = infinity, all_ = 0;
  int runs_ = 0;
};

bool Stopwatch::another_run() {
  if (runs_ > 0) {
    double passed = std::chrono::duration<double>(Clock::now() - start_).count();
    if (passed < best_) best_ = passed;
    all_ += passed;
  }
  bool another = runs_ < 3 || (all_ < 0.05 && runs_ < 200);
  ++runs_;
  start_ = Clock::now();
  return another;
}

/// The library's attention, whose weights are all made or never.
Tensor attention(const Tensor& Q, const Tensor& K, const Tensor& V, bool need_weights = true) {
  AttentionOptions options;
  options.need_weights = need_weights;
  return scaled_dot_product_attention(Q, K, V, options).output;
}

/// Seconds of one pass.
double time_of(const nn::LSTM& lstm, const Tensor& x) {
  Stopwatch watch;
  while (watch.another_run()) lstm(x);
  return watch.best();
}
double time_of_attention(const Tensor& x, bool need_weights) {
  Stopwatch watch;
  while (watch.another_run()) attention(x, x, x, need_weights);
  return watch.best();
}

/// Bytes that attention has in use at once beyond its input: forward, or forward and back.
double memory_of_attention(Index n, bool need_weights, bool both_ways, Rng& rng) {
  Tensor x = randn({1, n, d}, rng).requires_grad(both_ways);
  reset_peak_bytes();
  std::size_t before = bytes_in_use();
  Tensor y = attention(x, x, x, need_weights);
  if (both_ways) y.backward(ones(y.shape()));
  return static_cast<double>(peak_bytes() - before);
}

/// What is counted or measured at each n: a curve for each name.
using Growth = std::vector<show::Series>;
Growth growth_of(std::initializer_list<const char*> names) {
  Growth curves;
  for (const char* name : names) curves.push_back({name, {}, {}});
  return curves;
}

/// One value for each curve.
void add(Growth& curves, Index n, std::initializer_list<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    curves[i].x.push_back(static_cast<double>(n));
    curves[i].y.push_back(values.begin()[i]);
  }
}
void add(Growth& curves, Index n, std::initializer_list<Index> counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    curves[i].x.push_back(static_cast<double>(n));
    curves[i].y.push_back(static_cast<double>(counts.begin()[i]));
  }
}

std::string whole(double count) { return show::whole(lround(count)); }
std::string ms(double seconds) { return show::number(seconds * 1000, 3) + " ms"; }
std::string kib(double bytes) { return whole(bytes / 1024); }

/// A row for each n, a column for each curve, and last the slope of the straight line that fits best where both axes are logarithmic.
void show_growth(show::Lesson& lesson, const Growth& growth, std::string (*text)(double), int digits) {
  std::vector<std::string> headings{"n"}, exponents{"exponent"};
  for (const show::Series& curve : growth) {
    headings.push_back(curve.name);
    exponents.push_back(show::number(datasets::fit_power_law(curve.x, curve.y).exponent, digits));
  }
  show::Table table(headings);
  for (std::size_t i = 0; i < growth[0].x.size(); ++i) {
    std::vector<std::string> row{whole(growth[0].x[i])};
    for (const show::Series& curve : growth) row.push_back(text(curve.y[i]));
    table.add_row(row);
  }
  lesson.show(table.add_row(exponents));
}

show::LineChart chart(const char* title, const Growth& curves) {
  show::LineChart chart{title, "n", "", curves};
  chart.log_x = chart.log_y = true;
  return chart;
}

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
  lesson.say("And if the width grows with the length, d = n? Then 2 n n d is 2 n n n:");
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
  lesson.say("The width d is 64. The exponent is the slope of the straight line that fits best where both axes are logarithmic.");
  show_growth(lesson, growth, whole, 4);
  Growth drawn;
  for (Index curve : {1, 0, 3}) drawn.push_back(growth[curve]);
  lesson.show("counted", chart("Multiply-adds, d = 64", drawn));
  count_wide(lesson, rng);
  lesson.say("Parameters do not depend on n at all. One layer of width 64, with its biases:");
  lesson.show("attention", show::whole(nn::MultiheadAttention(d, 1, rng).parameter_count()));
  lesson.show("LSTM", show::whole(lstm.parameter_count()));
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
  show_growth(lesson, growth, ms, 1);
  lesson.save("clock", show::draw(chart("Seconds of one pass", growth)));
}

/// The most bytes in use at once, forward and there and back.
void measure_memory(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("Memory", "n n numbers, or none of them");
  Growth growth = growth_of({"n n numbers", "attention", "fused", "attention, both ways", "fused, both ways"});
  for (Index n = 64; n <= longest; n *= 2)
    add(growth, n,
        {static_cast<double>(n * n * sizeof(Scalar)), memory_of_attention(n, true, false, rng), memory_of_attention(n, false, false, rng),
         memory_of_attention(n, true, true, rng), memory_of_attention(n, false, true, rng)});
  lesson.say("In KiB, the most that was in use at once beyond the input; forward alone, and forward and back.");
  show_growth(lesson, growth, kib, 2);
}

/// Two ways to stay linear in n: a window, and no softmax.
void count_linear(show::Lesson& lesson, Index longest, bool by_mask, const Tensor& Q, const Tensor& K, const Tensor& V, Rng& rng) {
  lesson.section("Growing with n alone", "8 neighbours on either side; or Q (K^T V)");
  Index count = 0;
  AttentionOptions band;
  band.mask = far_away(64);
  lesson.compare("the window's loops, and all keys under a mask", local_attention(Q, K, V, by_mask, count),
                 scaled_dot_product_attention(Q, K, V, band).output);
  Tensor left = product(product(Q, transpose(K), count), V, count), right = product(Q, product(transpose(K), V, count), count);
  lesson.compare("without a softmax: (Q K^T) V / n and Q (K^T V) / n", left * (1.0 / 64), right * (1.0 / 64));
  Growth growth = growth_of({"all pairs", "window", "Q (K^T V)"});
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor X = randn({n, d}, rng);
    Index visited = 0, moved = 0;
    local_attention(X, X, X, by_mask, visited), product(X, product(transpose(X), X, moved), moved);
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
  lesson.say("The window has a price. Change the last of 64 values: how many of the 64 outputs notice?");
  Tensor changed = V.clone();
  changed.set({63, 0}, 10);
  Index count = 0;
  Tensor all = attention(Q, K, V), local = local_attention(Q, K, V, by_mask, count);
  lesson.show("all pairs", noticed(all, attention(Q, K, changed)));
  lesson.show("window", noticed(local, local_attention(Q, K, changed, by_mask, count)));
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  Index longest = lesson.quick() ? 512 : 4096;
  lesson.section("The question");
  lesson.say(
      "A sequence twice as long: how much more work is self-attention? Twice as much would be the exponent 1, four times as much 2, eight "
      "times 3. The article says 3. Here every multiply-add counts itself.");
  count_small(lesson, rng);
  count_large(lesson, longest, rng);
  measure_time(lesson, longest, rng);
  measure_memory(lesson, longest, rng);
  bool by_mask = lesson.broken("masked");
  Tensor Q = randn({64, 16}, rng), K = randn({64, 16}, rng), V = randn({64, 16}, rng);
  count_linear(lesson, longest, by_mask, Q, K, V, rng);
  the_price_of_a_window(lesson, by_mask, Q, K, V);

  lesson.section("What to notice");
  lesson.say(
      "Every query meets every key: n n pairs, d multiply-adds for a score and d for the sum. Nothing has three factors n, unless the "
      "width grows with n. Up to n = 2 d attention does less than an LSTM. The n n weights need not stand in memory; and where even their "
      "time is too much, one gives up either what is far away or the softmax.");
}

const show::LessonInfo info{"47",
                            "What attention costs",
                            "计算复杂度",
                            "《资源分配》 §3.3; 《分析与预测》 §3.3, §9",
                            "Multiply-adds, time and memory of self-attention against the length of the sequence: counted, "
                            "measured, and the exponent fitted.",
                            {{"masked", "local attention computes all pairs and hides what is far away"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
