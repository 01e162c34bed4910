#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/recurrent_cells.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/transpose.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/recurrent.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

// A recurrence as one operation: one matrix product gives W x for all steps; only U h must wait for the step before. Its gradient runs the
// steps backwards, collects the gradients of all pre-activations, and ends in one product each for dx, dW and dU.

namespace qkv {
namespace {

/// The sizes of one run, and the order of its steps.
struct Run {
  Index steps, batch, in, h, gates;
  bool reverse;

  Index width() const { return gates * h; }
  Index row_count() const { return steps * batch; }
  /// Time of the s-th step taken, and of the step before it (-1: the initial state).
  Index time(Index s) const { return reverse ? steps - 1 - s : s; }
  Index before(Index s) const { return s == 0 ? -1 : time(s - 1); }

  /// gates = h U^T + beta gates for some rows, with U^T laid out once for all steps / dh = dgates U + beta dh.
  void hidden(Index rows, const Scalar* h_before, const Array& U_transposed, Scalar beta, Scalar* gates_t) const {
    kernels::small_gemm(rows, width(), h, 1, h_before, h, 1, {U_transposed.data(), width()}, beta, gates_t, width());
  }
  /// gates += b.
  void add_bias(Index rows, const Array& bias, Scalar* gates_t) const {
    for (Index row = 0; row < rows; ++row) kernels::add_to(bias.data(), width(), gates_t + row * width());
  }
  void pull_hidden(Index rows, const Scalar* dgates_t, const CellWeights& w, Scalar beta, Scalar* dh) const {
    kernels::small_gemm(rows, h, width(), 1, dgates_t, width(), 1, {w.weight_hh.data(), h}, beta, dh, h);
  }

  /// step(s, rows, at, now) for every step, from the first to the last / from the last to the first. The rows of a batch know nothing of each
  /// other: groups of them go through all steps, perhaps beside others. A group begins at `at` in a state (B, h), at `now` in all of them.
  template <class Step>
  void forwards(const Step& step) const {
    for_groups([&](Index rows, Index at) {
      for (Index s = 0; s < steps; ++s) step(s, rows, at, time(s) * batch * h + at);
    });
  }
  template <class Step>
  void backwards(const Step& step) const {
    for_groups([&](Index rows, Index at) {
      for (Index s = steps; s-- > 0;) step(s, rows, at, time(s) * batch * h + at);
    });
  }

 private:
  template <class Work>
  void for_groups(const Work& work) const {
    kernels::parallel(batch, steps * width() * h / 32, 16, [&](Index begin, Index end) { work(end - begin, begin * h); });
  }
};

Run check_run(const char* operation, Index gates, const Tensor& x, const std::vector<Tensor>& states, const CellWeights& w, bool reverse) {
  require(x.rank() == 3, operation, ": x ", x.shape(), ": must be (T, B, in)");
  require(w.weight_hh.rank() == 2 && w.weight_hh.size(0) == gates * w.weight_hh.size(1), operation, ": weight_hh ", w.weight_hh.shape(),
          ": must be (", gates, " h, h)");
  Run run{x.size(0), x.size(1), x.size(2), w.weight_hh.size(1), gates, reverse};
  require(run.steps > 0, operation, ": x ", x.shape(), " has no steps");
  require(w.weight_ih.shape() == Shape{run.width(), run.in}, operation, ": weight_ih ", w.weight_ih.shape(), " for x ", x.shape(),
          " and h = ", run.h, ": must be ", Shape{run.width(), run.in});
  require(w.bias_ih.defined() == w.bias_hh.defined(), operation, ": ",
          w.bias_ih.defined() ? "bias_ih without bias_hh" : "bias_hh without bias_ih", ": needs both or neither");
  for (const Tensor& bias : {w.bias_ih, w.bias_hh})
    if (bias.defined()) require(bias.shape() == Shape{run.width()}, operation, ": bias ", bias.shape(), ": must be ", Shape{run.width()});
  for (const Tensor& state : states)
    require(state.shape() == Shape{run.batch, run.h}, operation, ": initial state ", state.shape(), " for x ", x.shape(), ": must be ",
            Shape{run.batch, run.h});
  return run;
}

Array transposed(const Tensor& weight) {
  Array result = empty_array({weight.size(1), weight.size(0)});
  kernels::transpose(weight.data(), weight.size(0), weight.size(1), weight.size(1), result.data(), weight.size(0));
  return result;
}

/// W x for all steps (T, B, G h). The bias joins step by step, when the numbers are at hand anyway.
Array input_projection(const Run& run, const Tensor& x, const CellWeights& w) {
  Array projected = empty_array({run.steps, run.batch, run.width()});
  kernels::gemm(false, true, run.row_count(), run.width(), run.in, x.data(), w.weight_ih.data(), 0, projected.data());
  return projected;
}

/// The sum of biases (G h); those that are undefined count as 0.
Array sum_of(const Run& run, std::initializer_list<Tensor> biases) {
  Array sum = full_array({run.width()}, 0);
  for (const Tensor& bias : biases)
    if (bias.defined()) kernels::add_to(bias.data(), run.width(), sum.data());
  return sum;
}

/// Where the state before a step lies: in the results h (T, B, h), or the initial state.
const Scalar* state_before(const Run& run, Index s, const Scalar* states, const Tensor& initial) {
  return run.before(s) < 0 ? initial.data() : states + run.before(s) * run.batch * run.h;
}

/// From the gradients of the pre-activations, `dgates` on the side of W x + b and `dhidden` on that of U h + b' (T, B, G h): dx, dW, dU, db, db'.
/// Appends them to those of the initial states, in the order of inputs_of.
std::vector<Array> all_gradients(const Run& run, const Tensor& x, const Scalar* states, const Tensor& h0, const CellWeights& w,
                                 const Array& dgates, const Array& dhidden, std::vector<Array> gradients) {
  Array dx = empty_array(x.requires_grad() ? x.shape() : Shape{0}), dw = empty_array(w.weight_ih.shape());
  Array du = full_array(w.weight_hh.shape(), 0);
  if (x.requires_grad()) kernels::gemm(false, false, run.row_count(), run.in, run.width(), dgates.data(), w.weight_ih.data(), 0, dx.data());
  kernels::gemm(true, false, run.width(), run.in, run.row_count(), dgates.data(), x.data(), 0, dw.data());
  // The state before step s is the result of the step before: all but the first lie one after another, so that one product covers them.
  Index step = run.batch * run.width(), later = (run.steps - 1) * run.batch;
  const Scalar* dh_later = dhidden.data() + (run.reverse ? 0 : step);
  const Scalar* h_earlier = states + (run.reverse ? run.batch * run.h : 0);
  kernels::gemm(true, false, run.width(), run.h, later, dh_later, h_earlier, 0, du.data());
  kernels::gemm(true, false, run.width(), run.h, run.batch, dhidden.data() + run.time(0) * step, h0.data(), 1, du.data());
  gradients.push_back(std::move(dx));
  gradients.push_back(std::move(dw));
  gradients.push_back(std::move(du));
  if (!w.bias_ih.defined()) return gradients;
  auto sum_of_rows = [&](const Array& side) {
    Array db = full_array({run.width()}, 0);
    kernels::add_rows(side.data(), run.row_count(), run.width(), db.data());
    return db;
  };
  gradients.push_back(sum_of_rows(dgates));
  gradients.push_back(&dhidden == &dgates ? gradients.back() : sum_of_rows(dhidden));
  return gradients;
}

std::vector<Tensor> inputs_of(std::vector<Tensor> states, const Tensor& x, const CellWeights& w) {
  states.insert(states.end(), {x, w.weight_ih, w.weight_hh});
  if (w.bias_ih.defined()) states.insert(states.end(), {w.bias_ih, w.bias_hh});
  return states;
}

}  // namespace

void CellWeights::copy_from(const CellWeights& other) const {
  const char* names[] = {"weight_ih", "weight_hh", "bias_ih", "bias_hh"};
  const Tensor* mine[] = {&weight_ih, &weight_hh, &bias_ih, &bias_hh};
  const Tensor* theirs[] = {&other.weight_ih, &other.weight_hh, &other.bias_ih, &other.bias_hh};
  for (int i = 0; i < 4; ++i) {
    const Tensor &to = *mine[i], &from = *theirs[i];
    require(to.defined() == from.defined(), "copy_from: ", names[i], ": ", to.defined() ? "none to copy" : "none here",
            ": both cells need it, or neither");
    if (to.defined())
      require(to.shape() == from.shape(), "copy_from: ", names[i], " ", from.shape(), " into ", to.shape(), ": must be the same");
  }
  for (int i = 0; i < 4; ++i)
    if (mine[i]->defined()) mine[i]->copy_from(*theirs[i]);
}

/// h_t = act(a_t), a_t = W x_t + b + U h_(t-1).   da_t = (dy_t + dh) act'(a_t),  dh = U^T da_t.
Tensor rnn(const Tensor& x, const Tensor& h0, const CellWeights& w, Nonlinearity nonlinearity, Flag reverse) {
  const Run run = check_run("rnn", 1, x, {h0}, w, reverse);
  const bool is_tanh = nonlinearity == Nonlinearity::tanh;
  Array h = input_projection(run, x, w), U_transposed = transposed(w.weight_hh), bias = sum_of(run, {w.bias_ih, w.bias_hh});
  run.forwards([&](Index s, Index rows, Index at, Index now) {
    Scalar* h_t = h.data() + now;
    run.hidden(rows, state_before(run, s, h.data(), h0) + at, U_transposed, 1, h_t);
    run.add_bias(rows, bias, h_t);
    if (is_tanh) kernels::tanh(h_t, h_t, rows * run.h);
    else
      for (Index i = 0; i < rows * run.h; ++i) h_t[i] = h_t[i] < 0 ? 0 : h_t[i];
  });
  return record("rnn", std::move(h), inputs_of({h0}, x, w), [=](const Array& dy, const Array& y) -> std::vector<Array> {
    Array da = empty_array(shape_of(y)), dh = full_array(h0.shape(), 0);
    run.backwards([&](Index, Index rows, Index at, Index now) {
      const Scalar *up = dy.data() + now, *h_t = y.data() + now;
      Scalar *da_t = da.data() + now, *later = dh.data() + at;
      for (Index i = 0; i < rows * run.h; ++i)
        da_t[i] = is_tanh ? (up[i] + later[i]) * (1 - h_t[i] * h_t[i]) : h_t[i] > 0 ? up[i] + later[i] : 0;
      run.pull_hidden(rows, da_t, w, 0, later);
    });
    return all_gradients(run, x, y.data(), h0, w, da, da, gradients_of(std::move(dh)));
  });
}

/// i, f, g, o = gates of W x_t + b + U h_(t-1);  c_t = f c_(t-1) + i g;  h_t = o tanh(c_t).   The gradients of a step: kernels/recurrent_cells.h.
Tensor lstm(const Tensor& x, const Tensor& h0, const Tensor& c0, const CellWeights& w, Flag reverse) {
  const Run run = check_run("lstm", 4, x, {h0, c0}, w, reverse);
  const Index all = run.row_count() * run.h;
  Array gates = input_projection(run, x, w), U_transposed = transposed(w.weight_hh), bias = sum_of(run, {w.bias_ih, w.bias_hh});
  Array states = empty_array({2, run.steps, run.batch, run.h});
  Scalar *h = states.data(), *c = h + all;
  run.forwards([&](Index s, Index rows, Index at, Index now) {
    Scalar* gates_t = gates.data() + 4 * now;
    run.hidden(rows, state_before(run, s, h, h0) + at, U_transposed, 1, gates_t);
    kernels::lstm_cell(gates_t, bias.data(), state_before(run, s, c, c0) + at, rows, run.h, c + now, h + now);
  });
  auto pull = [=, gates = std::move(gates)](const Array& dy, const Array& y) -> std::vector<Array> {
    const Scalar *h_all = y.data(), *c_all = h_all + all, *dh_up = dy.data(), *dc_up = dh_up + all;
    Array dgates = empty_array(shape_of(gates)), dh = full_array(h0.shape(), 0), dc = full_array(c0.shape(), 0);
    run.backwards([&](Index s, Index rows, Index at, Index now) {
      Scalar* dgates_t = dgates.data() + 4 * now;
      kernels::lstm_cell_gradient(dh_up + now, dc_up + now, dh.data() + at, gates.data() + 4 * now, state_before(run, s, c_all, c0) + at,
                                  c_all + now, rows, run.h, dc.data() + at, dgates_t);
      run.pull_hidden(rows, dgates_t, w, 0, dh.data() + at);
    });
    return all_gradients(run, x, h_all, h0, w, dgates, dgates, gradients_of(std::move(dh), std::move(dc)));
  };
  return record("lstm", std::move(states), inputs_of({h0, c0}, x, w), std::move(pull));
}

/// r, z = gates of W x_t + b + U h_(t-1) + b';  n = tanh(W_n x_t + b_n + r (U_n h_(t-1) + b'_n));  h_t = (1 - z) n + z h_(t-1).   Gradients: kernels/recurrent_cells.h.
Tensor gru(const Tensor& x, const Tensor& h0, const CellWeights& w, Flag reverse) {
  const Run run = check_run("gru", 3, x, {h0}, w, reverse);
  Array gates = input_projection(run, x, w), U_transposed = transposed(w.weight_hh), hidden = empty_array(shape_of(gates));
  Array bias = sum_of(run, {w.bias_ih}), hidden_bias = sum_of(run, {w.bias_hh}), h = empty_array({run.steps, run.batch, run.h});
  run.forwards([&](Index s, Index rows, Index at, Index now) {
    Scalar *gates_t = gates.data() + 3 * now, *hidden_t = hidden.data() + 3 * now;
    const Scalar* h_before = state_before(run, s, h.data(), h0) + at;
    run.hidden(rows, h_before, U_transposed, 0, hidden_t);
    kernels::gru_cell(gates_t, hidden_t, bias.data(), hidden_bias.data(), h_before, rows, run.h, h.data() + now);
  });
  auto pull = [=, gates = std::move(gates), hidden = std::move(hidden)](const Array& dy, const Array& y) -> std::vector<Array> {
    Array dgates = empty_array(shape_of(gates)), dhidden = empty_array(shape_of(gates)), dh = full_array(h0.shape(), 0);
    run.backwards([&](Index s, Index rows, Index at, Index now) {
      const Index gates_at = 3 * now;
      kernels::gru_cell_gradient(dy.data() + now, gates.data() + gates_at, hidden.data() + gates_at,
                                 state_before(run, s, y.data(), h0) + at, rows, run.h, dh.data() + at, dgates.data() + gates_at,
                                 dhidden.data() + gates_at);
      run.pull_hidden(rows, dhidden.data() + gates_at, w, 1, dh.data() + at);
    });
    return all_gradients(run, x, y.data(), h0, w, dgates, dhidden, gradients_of(std::move(dh)));
  };
  return record("gru", std::move(h), inputs_of({h0}, x, w), std::move(pull));
}

}  // namespace qkv
