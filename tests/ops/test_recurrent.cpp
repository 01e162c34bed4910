#include <tensor/compare.h>

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/recurrent.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

using namespace qkv;

namespace {

struct Example {
  Index gates, h = 5;
  Rng rng{3};
  Tensor x = randn({4, 2, 3}, rng), h0 = randn({2, h}, rng), c0 = randn({2, h}, rng);
  CellWeights w{randn({gates * h, 3}, rng, 0, 0.5), randn({gates * h, h}, rng, 0, 0.5), randn({gates * h}, rng), randn({gates * h}, rng)};

  std::vector<Tensor> leaves() const { return {x, h0, c0, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh}; }
};

/// All states of a recurrence written out from small operations: step(x_t, state before) -> state.
template <class Step>
Tensor by_steps(const Tensor& x, Tensor state, bool reverse, Step step) {
  std::vector<Tensor> states(static_cast<std::size_t>(x.size(0)));
  for (Index s = 0; s < x.size(0); ++s) {
    Index t = reverse ? x.size(0) - 1 - s : s;
    state = step(select(x, 0, t), state);
    states[t] = state;
  }
  return stack(states);
}

/// Fused and written out: the same numbers, and the same gradients of everything.
template <class Fused, class Written>
void check_same(const Example& e, Fused fused, Written written) {
  Rng rng(9);
  std::vector<Tensor> gradients;
  Tensor upstream;
  for (Tensor leaf : e.leaves()) leaf.requires_grad(true);
  Tensor a = fused(), b = written();
  CHECK_CLOSE(a, b, 10 * rounding);
  upstream = randn(a.shape(), rng);
  a.backward(upstream);
  for (Tensor leaf : e.leaves()) {
    gradients.push_back(leaf.has_grad() ? leaf.grad().clone() : zeros(leaf.shape()));
    leaf.zero_grad();
  }
  b.backward(upstream);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    Tensor leaf = e.leaves()[i];
    INFO("leaf ", i);
    CHECK_CLOSE(gradients[i], leaf.has_grad() ? leaf.grad() : zeros(leaf.shape()), 20 * rounding);
    leaf.zero_grad();
  }
}

}  // namespace

TEST_CASE("rnn: three steps by hand") {
  CellWeights w{tensor({{2}}), tensor({{-1}}), tensor({0.5}), tensor({0.25})};
  Tensor x = tensor({{{1}}, {{0}}, {{-1}}}), h0 = tensor({{0.5}});
  double h1 = std::tanh(2 + 0.75 - 0.5), h2 = std::tanh(0.75 - h1), h3 = std::tanh(-2 + 0.75 - h2);
  CHECK_CLOSE(rnn(x, h0, w), tensor({{{h1}}, {{h2}}, {{h3}}}));
  double g3 = std::tanh(-2 + 0.75 - 0.5), g2 = std::tanh(0.75 - g3), g1 = std::tanh(2 + 0.75 - g2);
  CHECK_CLOSE(rnn(x, h0, w, Nonlinearity::tanh, true), tensor({{{g1}}, {{g2}}, {{g3}}}));
  CHECK_CLOSE(rnn(x, h0, w, Nonlinearity::relu), tensor({{{2.25}}, {{0}}, {{0}}}));
  CHECK_CLOSE(rnn(x, h0, {w.weight_ih, w.weight_hh, Tensor(), Tensor()}, Nonlinearity::relu), tensor({{{1.5}}, {{0}}, {{0}}}));
}

TEST_CASE("lstm: a step by hand") {
  // Pre-activations i, f, g, o: 1, 2, 3, 4 times x, and nothing from h.
  CellWeights w{tensor({{1}, {2}, {3}, {4}}), zeros({4, 1}), Tensor(), Tensor()};
  auto s = [](double v) { return 1 / (1 + std::exp(-v)); };
  double c = s(1) * 0.5 + s(0.5) * std::tanh(1.5), h = s(2) * std::tanh(c);
  CHECK_CLOSE(lstm(tensor({{{0.5}}}), tensor({{0}}), tensor({{0.5}}), w), tensor({{{{h}}}, {{{c}}}}));
}

TEST_CASE("gru: a step by hand") {
  // Pre-activations r, z, n: 1, 2, 3 times x; n gets r times (h + 2) besides.
  CellWeights w{tensor({{1}, {2}, {3}}), tensor({{0}, {0}, {1}}), tensor({0, 0, 0}), tensor({0, 0, 2})};
  auto s = [](double v) { return 1 / (1 + std::exp(-v)); };
  double n = std::tanh(1.5 + s(0.5) * 2.25), h = (1 - s(1)) * n + s(1) * 0.25;
  CHECK_CLOSE(gru(tensor({{{0.5}}}), tensor({{0.25}}), w), tensor({{{h}}}));
}

TEST_CASE("recurrences: fused and written out agree in numbers and gradients") {
  for (Index width : {5, 19})  // 5 numbers fill no vector register, 19 at least one and leave some over
    for (bool reverse : {false, true}) {
      CAPTURE(width);
      CAPTURE(reverse);
      for (Nonlinearity nonlinearity : {Nonlinearity::tanh, Nonlinearity::relu}) {
        Example e{1, width};
        check_same(
            e, [&] { return rnn(e.x, e.h0, e.w, nonlinearity, reverse); },
            [&] {
              return by_steps(e.x, e.h0, reverse, [&](const Tensor& x, const Tensor& h) {
                Tensor a = linear(x, e.w.weight_ih, e.w.bias_ih) + linear(h, e.w.weight_hh, e.w.bias_hh);
                return nonlinearity == Nonlinearity::tanh ? tanh(a) : relu(a);
              });
            });
      }
      Example e{4, width};
      check_same(
          e, [&] { return lstm(e.x, e.h0, e.c0, e.w, reverse); },
          [&] {
            Tensor both = by_steps(e.x, stack({e.h0, e.c0}), reverse, [&](const Tensor& x, const Tensor& state) {
              Tensor h = select(state, 0, 0), c = select(state, 0, 1);
              std::vector<Tensor> gates = chunk(linear(x, e.w.weight_ih, e.w.bias_ih) + linear(h, e.w.weight_hh, e.w.bias_hh), 4, -1);
              c = sigmoid(gates[1]) * c + sigmoid(gates[0]) * tanh(gates[2]);
              return stack({sigmoid(gates[3]) * tanh(c), c});
            });
            return transpose(both, 0, 1);
          });
      Example g{3, width};
      check_same(
          g, [&] { return gru(g.x, g.h0, g.w, reverse); },
          [&] {
            return by_steps(g.x, g.h0, reverse, [&](const Tensor& x, const Tensor& h) {
              std::vector<Tensor> in = chunk(linear(x, g.w.weight_ih, g.w.bias_ih), 3, -1),
                                  back = chunk(linear(h, g.w.weight_hh, g.w.bias_hh), 3, -1);
              Tensor r = sigmoid(in[0] + back[0]), z = sigmoid(in[1] + back[1]), n = tanh(in[2] + r * back[2]);
              return (1 - z) * n + z * h;
            });
          });
    }
}

TEST_CASE("recurrences: backwards over a turned sequence is forwards") {
  auto turned = [](const Tensor& x) {
    std::vector<Tensor> steps = chunk(x, x.size(0), 0);
    return concat(std::vector<Tensor>(steps.rbegin(), steps.rend()), 0);
  };
  Example r{1}, l{4}, g{3};
  CHECK_CLOSE(rnn(turned(r.x), r.h0, r.w, Nonlinearity::tanh, true), turned(rnn(r.x, r.h0, r.w)));
  CHECK_CLOSE(gru(turned(g.x), g.h0, g.w, true), turned(gru(g.x, g.h0, g.w)));
  CHECK_CLOSE(select(lstm(turned(l.x), l.h0, l.c0, l.w, true), 0, 1), turned(select(lstm(l.x, l.h0, l.c0, l.w), 0, 1)));
}

TEST_CASE("recurrences: a batch without rows") {
  Example e{4};
  Tensor x = zeros({3, 0, 3}).requires_grad(true), state = zeros({0, 5});
  e.w.weight_hh.requires_grad(true);
  Tensor y = lstm(x, state, state, e.w);
  CHECK(y.shape() == Shape{2, 3, 0, 5});
  sum(y).backward();
  CHECK_CLOSE(e.w.weight_hh.grad(), zeros({20, 5}), 0);
}

TEST_CASE("recurrences: messages") {
  Example e{4};
  Tensor x = e.x, h0 = e.h0, c0 = e.c0;
  CellWeights w = e.w;
  CHECK_THROWS_WITH_AS(lstm(zeros({4, 3}), h0, c0, w), "lstm: x (4, 3): must be (T, B, in)", Error);
  CHECK_THROWS_WITH_AS(lstm(zeros({0, 2, 3}), h0, c0, w), "lstm: x (0, 2, 3) has no steps", Error);
  CHECK_THROWS_WITH_AS(gru(x, h0, w), "gru: weight_hh (20, 5): must be (3 h, h)", Error);
  CHECK_THROWS_WITH_AS(rnn(x, h0, w), "rnn: weight_hh (20, 5): must be (1 h, h)", Error);
  CHECK_THROWS_WITH_AS(lstm(zeros({4, 2, 7}), h0, c0, w), "lstm: weight_ih (20, 3) for x (4, 2, 7) and h = 5: must be (20, 7)", Error);
  CHECK_THROWS_WITH_AS(lstm(x, zeros({3, 5}), c0, w), "lstm: initial state (3, 5) for x (4, 2, 3): must be (2, 5)", Error);
  CHECK_THROWS_WITH_AS(lstm(x, h0, zeros({2, 4}), w), "lstm: initial state (2, 4) for x (4, 2, 3): must be (2, 5)", Error);
  auto with_bias_hh = [&](const Tensor& bias) { return CellWeights{w.weight_ih, w.weight_hh, w.bias_ih, bias}; };
  CHECK_THROWS_WITH_AS(lstm(x, h0, c0, with_bias_hh(zeros({5}))), "lstm: bias (5,): must be (20,)", Error);
  CHECK_THROWS_WITH_AS(lstm(x, h0, c0, with_bias_hh(Tensor())), "lstm: bias_ih without bias_hh: needs both or neither", Error);
}

TEST_CASE("recurrent: weights are copied whole or not at all") {
  Example a{4};
  CellWeights mine{zeros({20, 3}), zeros({20, 5}), zeros({20}), zeros({20})}, kept = mine;
  mine.copy_from(a.w);
  Tensor copies[] = {kept.weight_ih, kept.weight_hh, kept.bias_ih, kept.bias_hh};
  Tensor originals[] = {a.w.weight_ih, a.w.weight_hh, a.w.bias_ih, a.w.bias_hh};
  for (int i = 0; i < 4; ++i) CHECK_CLOSE(copies[i], originals[i], 0);

  CellWeights torn{ones({20, 3}), ones({20, 5}), ones({20}), ones({21})};
  CHECK_THROWS_AS(mine.copy_from(torn), Error);
  for (int i = 0; i < 4; ++i) CHECK_CLOSE(copies[i], originals[i], 0);

  CellWeights bare{zeros({20, 3}), zeros({20, 5}), {}, {}};
  bare.copy_from({a.w.weight_ih, a.w.weight_hh, {}, {}});
  CHECK_CLOSE(bare.weight_hh, a.w.weight_hh, 0);
  CHECK(!bare.bias_ih.defined());
}
