#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
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
  Tensor Q = project(X, 0), K = project(X, 1), V = project(X, 2);                                      // (n, d)
  Tensor alpha = softmax(product(Q, transpose(K), count.pairs) * (1 / sqrt(double(X.size(1)))));  // (n, n)
  return project(product(alpha, V, count.pairs), 3);                                                   // (n, d)
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
  std::vector<std::uint8_t> hidden(n * n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) hidden[i * n + j] = std::abs(i - j) > window;
  return {Shape{n, n}, hidden};
}

/// Local attention: query i visits the keys i - window ... i + window; or, as a mistake, meets all keys and hides those far away.
Tensor local_attention(const Tensor& Q, const Tensor& K, const Tensor& V, bool by_mask, Index& count) {
  Index n = Q.size(0);
  double scale = 1 / sqrt(double(Q.size(1)));
  if (by_mask) return product(softmax(masked_fill(product(Q, transpose(K), count) * scale, far_away(n), -infinity)), V, count);
  Tensors rows;
  for (Index i = 0; i < n; ++i) {
    Index first = std::max<Index>(0, i - window), last = std::min(n, i + window + 1);
    Tensor scores = product(slice(Q, 0, i, i + 1), transpose(slice(K, 0, first, last)), count);
    rows.push_back(product(softmax(scores * scale), slice(V, 0, first, last), count));
  }
  return concat(rows, 0);
}

/// Seconds for one run of `work`: the fastest of several, which is the one least disturbed.
template <class Work>
double seconds(Work work) {
  using Clock = std::chrono::steady_clock;
  double best = infinity, all = 0;
  for (int run = 0; run < 3 || (all < 0.05 && run < 200); ++run) {
    Clock::time_point start = Clock::now();
    work();
    double passed = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::min(best, passed), all += passed;
  }
  return best;
}

/// Bytes that `work` had in use at once, beyond what was there before.
template <class Work>
double bytes(Work work) {
  reset_peak_bytes();
  std::size_t before = bytes_in_use();
  work();
  return double(peak_bytes() - before);
}

/// What was counted or measured at each n.
struct Curve : show::Series {
  explicit Curve(const char* title) { name = title; }
  void add(Index n, double value) { x.push_back(double(n)), y.push_back(value); }
  void add(Index n, Index count) { add(n, double(count)); }
};

show::Word whole(double count) { return show::whole(lround(count)); }
show::Word ms(double seconds) { return show::number(seconds * 1000, 3) + " ms"; }
show::Word kib(double bytes) { return whole(bytes / 1024); }

/// A row for each n, a column for each curve, and last the slope of the straight line that fits best where both axes are logarithmic.
void show_growth(show::Lesson& lesson, const std::vector<Curve>& curves, show::Word (*text)(double), int digits) {
  show::Words headings{"n"}, exponents{"exponent"};
  for (const Curve& curve : curves) {
    headings.push_back(curve.name);
    exponents.push_back(show::number(data::fit_power_law(curve.x, curve.y).exponent, digits));
  }
  show::Table table(headings);
  for (std::size_t i = 0; i < curves[0].x.size(); ++i) {
    show::Words row{whole(curves[0].x[i])};
    for (const Curve& curve : curves) row.push_back(text(curve.y[i]));
    table.add_row(row);
  }
  lesson.show(table.add_row(exponents));
}

show::LineChart chart(const char* title, const std::vector<Curve>& curves) {
  show::LineChart chart{title, "n", "", std::vector<show::Series>(curves.begin(), curves.end())};
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
  table.add_row(
      {"projections", "(5, 3) @ (3, 3), for Q, K, V, output", show::whole(count.projections), "4 n d d", show::whole(4 * 5 * 3 * 3)});
  table.add_row({"pairs", "(5, 3) @ (3, 5) and (5, 5) @ (5, 3)", show::whole(count.pairs), "2 n n d", show::whole(2 * 5 * 5 * 3)});
  table.add_row({"an LSTM", "(1, 3) @ (3, 12), twice a step", show::whole(steps), "8 n d d", show::whole(8 * 5 * 3 * 3)});
  lesson.show(table);
  Tensor QKV[] = {matmul(X, select(W, 0, 0)), matmul(X, select(W, 0, 1)), matmul(X, select(W, 0, 2))};
  lesson.compare("attention, the loops that counted and the library", by_loops,
                 matmul(scaled_dot_product_attention(QKV[0], QKV[1], QKV[2]).output, select(W, 0, 3)));
  lesson.compare("LSTM, the loops that counted and the library", states, select(library(unsqueeze(X, 0)).output, 0, 0));
}

void count_large(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("Longer sequences, counted", "4 n d d + 2 n n d  and  8 n d d");
  Curve projections("projections"), pairs("pairs"), attention("attention"), recurrent("LSTM"), growing("pairs");
  nn::LSTM lstm(d, d, rng);
  show::Progress progress(2 * longest, "counting");
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor X = randn({n, d}, rng);
    Counts count;
    Index steps = 0;
    attention_by_loops(X, randn({4, d, d}, rng, 0, 0.1), count), lstm_by_loops(X, lstm.cells[0], steps);
    projections.add(n, count.projections), pairs.add(n, count.pairs);
    attention.add(n, count.projections + count.pairs), recurrent.add(n, steps);
    for (Index i = 0; i < n; ++i) progress.step();
  }
  lesson.say("The width d is 64. The exponent is the slope of the straight line that fits best where both axes are logarithmic.");
  show_growth(lesson, {projections, pairs, attention, recurrent}, whole, 4);
  lesson.show("counted", chart("Multiply-adds, d = 64", {pairs, projections, recurrent}));
  lesson.say("And if the width grows with the length, d = n? Then 2 n n d is 2 n n n:");
  for (Index n = 8; n <= 128; n *= 2) {
    Counts count;
    attention_by_loops(randn({n, n}, rng), randn({4, n, n}, rng, 0, 0.1), count);
    growing.add(n, count.pairs);
  }
  show_growth(lesson, {growing}, whole, 4);
  lesson.say("Parameters do not depend on n at all. One layer of width 64, with its biases:");
  lesson.show("attention", show::whole(nn::MultiheadAttention(d, 1, rng).parameter_count()));
  lesson.show("LSTM", show::whole(lstm.parameter_count()));
}

/// One pass: all weights made, weights never made, an LSTM, and a width that grows with n.
void measure_time(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("By the clock", "the fastest of several runs");
  NoGrad no_grad;
  Curve composed("attention"), fused("fused attention"), recurrent("LSTM, step by step"), growing("attention, d = n");
  nn::LSTM lstm(d, d, rng);
  AttentionOptions no_weights;
  no_weights.need_weights = false;
  show::Progress progress(2 * longest, "timing");
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor x = randn({1, n, d}, rng), wide = randn({1, n, n}, rng);
    composed.add(n, seconds([&] { scaled_dot_product_attention(x, x, x); }));
    fused.add(n, seconds([&] { scaled_dot_product_attention(x, x, x, no_weights); }));
    recurrent.add(n, seconds([&] { lstm(x); }));
    growing.add(n, seconds([&] { scaled_dot_product_attention(wide, wide, wide); }));
    for (Index i = 0; i < n; ++i) progress.step();
  }
  show_growth(lesson, {composed, fused, recurrent, growing}, ms, 1);
  lesson.save("clock", show::draw(chart("Seconds of one pass", {composed, fused, recurrent, growing})));
}

/// The most bytes in use at once, forward and there and back.
void measure_memory(show::Lesson& lesson, Index longest, Rng& rng) {
  lesson.section("Memory", "n n numbers, or none of them");
  std::vector<Curve> curves{Curve("n n numbers"), Curve("attention"), Curve("fused"), Curve("attention, both ways"),
                            Curve("fused, both ways")};
  for (Index n = 64; n <= longest; n *= 2) {
    curves[0].add(n, double(n * n * sizeof(Scalar)));
    for (int curve = 1; curve <= 4; ++curve) {
      Tensor x = randn({1, n, d}, rng).requires_grad(curve > 2);
      AttentionOptions options;
      options.need_weights = curve % 2 == 1;
      curves[curve].add(n, bytes([&] {
                          Tensor y = scaled_dot_product_attention(x, x, x, options).output;
                          if (x.requires_grad()) y.backward(ones(y.shape()));
                        }));
    }
  }
  lesson.say("In KiB, the most that was in use at once beyond the input; forward alone, and forward and back.");
  show_growth(lesson, curves, kib, 2);
}

/// Two ways to stay linear in n: a window, and no softmax.
void count_linear(show::Lesson& lesson, Index longest, Rng& rng) {
  bool by_mask = lesson.broken("masked");
  Index count = 0;
  Tensor Q = randn({64, 16}, rng), K = randn({64, 16}, rng), V = randn({64, 16}, rng), changed = V.clone();
  AttentionOptions band;
  band.mask = far_away(64);
  Tensor all = scaled_dot_product_attention(Q, K, V).output, local = local_attention(Q, K, V, by_mask, count);

  lesson.section("Growing with n alone", "8 neighbours on either side; or Q (K^T V)");
  lesson.compare("the window's loops, and all keys under a mask", local, scaled_dot_product_attention(Q, K, V, band).output);
  Tensor left = product(product(Q, transpose(K), count), V, count), right = product(Q, product(transpose(K), V, count), count);
  lesson.compare("without a softmax: (Q K^T) V / n and Q (K^T V) / n", left * (1.0 / 64), right * (1.0 / 64));
  Curve pairs("all pairs"), near("window"), moved("Q (K^T V)");
  for (Index n = 64; n <= longest; n *= 2) {
    Tensor X = randn({n, d}, rng);
    Index visited = 0, moved_count = 0;
    local_attention(X, X, X, by_mask, visited), product(X, product(transpose(X), X, moved_count), moved_count);
    pairs.add(n, 2 * n * n * d), near.add(n, visited), moved.add(n, moved_count);
  }
  show_growth(lesson, {pairs, near, moved}, whole, 2);
  lesson.say("The window has a price. Change the last of 64 values: how many of the 64 outputs notice?");
  changed.set({63, 0}, 10);
  auto noticed = [](const Tensor& before, const Tensor& after) {
    Index rows = 0;
    for (Index i = 0; i < 64; ++i) rows += before.at({i, 0}) != after.at({i, 0});
    return rows;
  };
  lesson.show("all pairs", noticed(all, scaled_dot_product_attention(Q, K, changed).output));
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
  count_linear(lesson, longest, rng);

  lesson.section("What to notice");
  lesson.say(
      "Every query meets every key: n n pairs, d multiply-adds for a score and d for the sum. Nothing has three factors n, unless the "
      "width "
      "grows with n. Up to n = 2 d attention does less than an LSTM. The n n weights need not stand in memory; and where even their time "
      "is "
      "too much, one gives up either what is far away or the softmax.");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "47";
  info.title = "What attention costs";
  info.chinese = "计算复杂度";
  info.mirrors = "《资源分配》 §3.3; 《分析与预测》 §3.3, §9";
  info.about =
      "Multiply-adds, time and memory of self-attention against the length of the sequence: counted, measured, and the exponent fitted.";
  info.breaks = {{"masked", "local attention computes all pairs and hides what is far away"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
