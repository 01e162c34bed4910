#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "reach.h"

using namespace qkv;

namespace {

/// The blocks of rows in which the four gates stand in the weights, and whether the old memory passes the forget gate.
struct Wiring {
  Index i = 0, f = 1, g = 2, o = 3;
  bool forgets = true;
};

/// What reaches one gate of one number of c: its row of W x + b + U h.
double row_total(Index row, const Tensor& x, const Tensor& h, const CellWeights& w) {
  double sum = w.bias_ih.at({row});
  for (Index d = 0; d < x.size(0); ++d) sum += w.weight_ih.at({row, d}) * x.at({d});
  for (Index d = 0; d < h.size(0); ++d) sum += w.weight_hh.at({row, d}) * h.at({d});
  return sum;
}

double squashed(double total) { return 1 / (1 + exp(-total)); }

/// One step, number by number, as one would on paper; prints each line of it.
nn::LSTMState step_by_hand(const Tensor& x, const nn::LSTMState& before, const CellWeights& w, const Wiring& at, show::Lesson& lesson) {
  Index h = before.h.size(0);
  Tensor i = zeros({h}), f = zeros({h}), g = zeros({h}), o = zeros({h}), kept = zeros({h}), added = zeros({h});
  nn::LSTMState next{zeros({h}), zeros({h})};
  for (Index n = 0; n < h; ++n) {
    double total[4];
    for (Index block = 0; block < 4; ++block) total[block] = row_total(block * h + n, x, before.h, w);
    i.set({n}, squashed(total[at.i]));
    f.set({n}, at.forgets ? squashed(total[at.f]) : 1);
    g.set({n}, tanh(total[at.g]));
    o.set({n}, squashed(total[at.o]));
    kept.set({n}, f.at({n}) * before.c.at({n}));
    added.set({n}, i.at({n}) * g.at({n}));
    next.c.set({n}, kept.at({n}) + added.at({n}));
    next.h.set({n}, o.at({n}) * tanh(next.c.at({n})));
  }
  lesson.show("i, how much is written", i);
  lesson.show("f, how much is kept", f);
  lesson.show("g, what is new", g);
  lesson.show("o, how much is shown", o);
  lesson.show("kept:  f c", kept);
  lesson.show("added: i g", added);
  lesson.show("c = f c + i g", next.c);
  lesson.show("h = o tanh(c)", next.h);
  return next;
}

void the_question(show::Lesson& lesson, const Example& example) {
  lesson.section("The question");
  lesson.say(
      "A recurrent network squashes all that it remembers at every step (lesson 21). Can a memory be kept apart, and changed only where "
      "a gate allows it? x has two numbers, the memory c has three. The weights of three gates and a candidate, a row for each number of "
      "c:");
  lesson.name_columns(18);
  Tensor all = concat({example.W, example.U, unsqueeze(example.b, 1)}, 1);
  const char* names[] = {"i:  W | U | b", "f:  W | U | b", "g:  W | U | b", "o:  W | U | b"};
  for (Index gate = 0; gate < 4; ++gate) lesson.show(names[gate], slice(all, 0, 3 * gate, 3 * gate + 3));
}

void three_steps(show::Lesson& lesson, const Example& example, const nn::LSTM& lstm) {
  lesson.section("Three steps", "c_t = f c_(t-1) + i g,  h_t = o tanh(c_t)");
  Wiring wiring;
  if (lesson.broken("gate-order")) wiring = {0, 1, 3, 2, true};
  if (lesson.broken("no-forget")) wiring.forgets = false;
  nn::LSTMState by_hand{zeros({3}), zeros({3})}, by_step{zeros({1, 3}), zeros({1, 3})};
  Tensors hand_h, hand_c, step_h, step_c;
  lesson.name_columns(26);
  for (Index t = 0; t < 3; ++t) {
    Tensor x = select(example.x, 0, t);
    lesson.say("step " + show::whole(t + 1));
    lesson.show("x", x);
    by_hand = step_by_hand(x, by_hand, example.weights, wiring, lesson);
    by_step = nn::lstm_step(unsqueeze(x, 0), by_step, example.weights);
    hand_h.push_back(by_hand.h);
    hand_c.push_back(by_hand.c);
    step_h.push_back(by_step.h);
    step_c.push_back(by_step.c);
  }
  Tensor h = concat(step_h, 0);
  lesson.compare("h by the loop and by lstm_step (step, number)", stack(hand_h), h);
  lesson.compare("c by the loop and by lstm_step (step, number)", stack(hand_c), concat(step_c, 0));
  lesson.compare("h by lstm_step and by nn::LSTM, all steps as one operation", h, squeeze(lstm(unsqueeze(example.x, 0)).output, 0));
}

/// Weights of 0 for so many gates.
CellWeights all_zero(Index gates) {
  Tensor bias = zeros({3 * gates});
  return {zeros({3 * gates, 2}), zeros({3 * gates, 3}), bias, bias};
}

void a_case_whose_answer_is_known(show::Lesson& lesson, const Example& example) {
  lesson.section("A case whose answer is known", "all weights 0");
  lesson.say(
      "Then i = f = o = sigmoid(0) = 1/2 and g = tanh(0) = 0: nothing is written, and c halves at every step, 8, 4, 2, 1, whatever x "
      "is.");
  Tensor x = unsqueeze(example.x, 1), eight = full({1, 3}, 8);
  Tensor c = squeeze(select(lstm(x, zeros({1, 3}), eight, all_zero(4)), 0, 1), 1);  // of (2, 3, 1, 3), h and c, the second: (3, 3)
  lesson.name_columns(18);
  for (Index t = 0; t < 3; ++t) lesson.show("c after step " + show::whole(t + 1), select(c, 0, t));
  lesson.say(
      "The gated recurrent unit (GRU) has two gates, r and z, a candidate n, and no c: h_t = (1 - z) n + z h_(t-1). So z does what f did. "
      "With all "
      "weights 0, z = 1/2 and n = 0: h halves too.");
  lesson.show("h after step 3", select(gru(x, eight, all_zero(3)), 0, -1));
}

/// d c_3 / d c_0 by backward(): of each number the sum of what it does to all three.
Tensor back_to_the_start(const nn::LSTM& lstm, const Tensor& x) {
  Tensor c_0 = zeros({1, 1, 3}).requires_grad(true);
  sum(lstm(unsqueeze(x, 0), zeros({1, 1, 3}), c_0).c_n).backward();
  return reshape(c_0.grad(), {3});
}

void the_path_of_the_gradient(show::Lesson& lesson, const Example& example, nn::LSTM& lstm) {
  lesson.section("The path of the gradient", "d c_T / d c_0 = f_T ... f_2 f_1, where U = 0");
  lesson.say(
      "From one c to the next there is no matrix and no tanh, only the factor f. Where no gate looks at h (U = 0) that is the whole "
      "derivative:");
  lesson.name_columns(14);
  Tensor product = ones({3}), gates = sigmoid(linear(example.x, example.W, example.b));  // (3, 12)
  for (Index t = 0; t < 3; ++t) {
    Tensor f = slice(select(gates, 0, t), 0, 3, 6);
    product = product * f;
    lesson.show("f_" + show::whole(t + 1), f);
  }
  lesson.show("their product", product);
  Parameter U = lstm.cells[0].weight_hh;
  U.copy_from(zeros({12, 3}));
  lesson.compare("the product and backward()", product, back_to_the_start(lstm, example.x));
  U.copy_from(example.U);
  lesson.show("with U", back_to_the_start(lstm, example.x));
}

/// What the tables compare: two layers without a c, and LSTMs by the bias of their forget gates at first.
struct Start {
  const char* name;
  Layer layer;
  double bias;
};
const Start starts[] = {{"RNN", Layer::rnn, 0},     {"GRU", Layer::gru, 0},     {"LSTM 0", Layer::lstm, 0},  {"LSTM 1", Layer::lstm, 1},
                        {"LSTM 2", Layer::lstm, 2}, {"LSTM 4", Layer::lstm, 4}, {"LSTM 40", Layer::lstm, 40}};

void sixty_four_steps_back(show::Lesson& lesson) {
  lesson.section("64 steps back", "|d h_T / d x_(T-k)|, the last step = 1");
  lesson.say(
      "16 hidden numbers, weights as PyTorch starts them, random sequences of 129 steps. Only the bias of the forget gates differs. "
      "Predicted a step: sigmoid(bias). With 40, f is 1: the cell of 1997 had no forget gate. Over " +
      counted(lesson.seeds(), "seed") + ", the median, and the range in brackets:");
  show::Table factors({"", "sigmoid(bias)", "measured a step"}), sizes({"", "gradient at k = 64", "size of c_T"});
  show::LineChart chart{"Gradient against distance", "steps back", "gradient, median of the seeds", {}};
  chart.log_y = true;
  std::vector<Reach> plain;  // the RNN's
  Index lstm_0_keeps_more = 0;
  for (const Start& start : starts) {
    std::vector<Reach> all;
    for (int i = 0; i < lesson.seeds(); ++i) all.push_back(measure(start.layer, start.bias, lesson.seed() + static_cast<std::uint64_t>(i)));
    auto over_seeds = [&](auto number) {
      std::vector<double> numbers;
      for (const Reach& one : all) numbers.push_back(number(one));
      return numbers;
    };
    const bool gated = start.layer == Layer::lstm;
    if (start.layer == Layer::rnn) plain = all;
    for (std::size_t i = 0; gated && start.bias == 0 && i < all.size(); ++i)
      lstm_0_keeps_more += all[i].gradient[64] > plain[i].gradient[64];
    factors.add_row({start.name, gated ? show::number(1 / (1 + exp(-start.bias)), 3) : "",
                     show::median_and_range(over_seeds([](const Reach& one) { return one.per_step(); }), 2)});
    sizes.add_row({start.name, powers_of_ten(over_seeds([](const Reach& one) { return one.gradient[64]; })),
                   gated ? show::median_and_range(over_seeds([](const Reach& one) { return one.size; }), 2) : ""});
    show::Series line{start.name, {}, {}};
    for (Index k = 0; k <= 64; k += 2) {
      line.x.push_back(static_cast<double>(k));
      line.y.push_back(show::median(over_seeds([k](const Reach& one) { return one.gradient[k]; })));
    }
    chart.series.push_back(line);
  }
  lesson.show(factors);
  lesson.show(sizes);
  lesson.name_columns(38);
  lesson.show("LSTM 0 keeps more than the RNN, seeds", lstm_0_keeps_more);
  lesson.show("reach", chart);
}

void what_training_then_reaches(show::Lesson& lesson) {
  lesson.section("What training then reaches", "recall one of 4 values after d steps");
  const Index training = lesson.quick() ? 150 : 500;
  lesson.say(
      "The task of lesson 21: 32 hidden numbers, " + show::whole(training) +
      " steps of training. LSTM 0, 1, 2, 4, 40: the forget bias at first; it is learned on from there. Chance is 0.25. Accuracy over " +
      counted(lesson.seeds(), "seed") + ", and how many are above 0.9:");
  show::Table learned({"", "d", "accuracy", "seeds above 0.9"});
  for (const Start& start : starts) {
    if (start.layer == Layer::gru) continue;
    for (Index d : lesson.quick() ? std::vector<Index>{16} : std::vector<Index>{16, 32, 64}) {
      std::vector<double> right;
      Index good = 0;
      for (int i = 0; i < lesson.seeds(); ++i) {
        right.push_back(train_to_recall(start.layer, {start.bias}, d, training, lesson.seed() + static_cast<std::uint64_t>(i)));
        good += right.back() > 0.9;
      }
      learned.add_row({start.name, show::whole(d), show::median_and_range(right, 2), show::whole(good)});
    }
  }
  lesson.show(learned);
}

void lesson_body(show::Lesson& lesson) {
  Example example;
  Rng rng(lesson.seed());
  nn::LSTM lstm(2, 3, rng);
  lstm.cells[0].copy_from(example.weights);
  the_question(lesson, example);
  three_steps(lesson, example, lstm);
  a_case_whose_answer_is_known(lesson, example);
  the_path_of_the_gradient(lesson, example, lstm);
  sixty_four_steps_back(lesson);
  what_training_then_reaches(lesson);

  lesson.section("What to notice");
  lesson.say(
      "On the direct path from c to c the gradient is multiplied by the gate f alone. With a forget bias of 0, f is about 1/2: the "
      "gradient is halved at every step. The larger the bias, the further it reaches, and the further the network learns. Any f below 1 "
      "vanishes in the end: the gates move the limit, they do not remove it. With f = 1 that factor does not vanish, but c is never "
      "cleared either, and grows.");
}

const show::LessonInfo info{
    "22",
    "Long short-term memory",
    "长短期记忆网络",
    "《解密注意力》 §2.2",
    "The gates of an LSTM by hand; the forget gate as what the gradient is multiplied by; how its bias "
    "moves the limit.",
    {{"gate-order", "by hand, the rows are read as i f o g"}, {"no-forget", "by hand, the memory does not pass the forget gate"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
