#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>


using namespace qkv;

namespace {

/// The blocks of rows in which the four gates stand in the weights, and whether the old memory passes the forget gate.
struct Wiring {
  Index i = 0, f = 1, g = 2, o = 3;
  bool forgets = true;
};

/// One step, number by number, as one would on paper; prints each line of it.
nn::LSTMState step_by_hand(const Tensor& x, const nn::LSTMState& before, const CellWeights& w, const Wiring& at, show::Lesson& lesson) {
  Index h = before.h.size(0);
  Tensor i = zeros({h}), f = zeros({h}), g = zeros({h}), o = zeros({h}), kept = zeros({h}), added = zeros({h});
  nn::LSTMState next{zeros({h}), zeros({h})};
  for (Index n = 0; n < h; ++n) {
    auto total = [&](Index block) {
      Index row = block * h + n;
      double sum = w.bias_ih.at({row});
      for (Index d = 0; d < x.size(0); ++d) sum += w.weight_ih.at({row, d}) * x.at({d});
      for (Index d = 0; d < h; ++d) sum += w.weight_hh.at({row, d}) * before.h.at({d});
      return sum;
    };
    auto gate = [&](Index block) { return 1 / (1 + exp(-total(block))); };
    i.set({n}, gate(at.i));
    f.set({n}, at.forgets ? gate(at.f) : 1);
    g.set({n}, tanh(total(at.g)));
    o.set({n}, gate(at.o));
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

/// Sets the bias of the forget gates: f = sigmoid(bias) where nothing else comes in.
void set_forget_bias(const nn::LSTM& lstm, double bias) {
  Index h = lstm.hidden_size;
  CellWeights w = lstm.cells[0];
  for (Index n = h; n < 2 * h; ++n) {
    w.bias_ih.set({n}, bias);
    w.bias_hh.set({n}, 0);
  }
}

/// |d h_T / d x_(T-k)| for k = 0, 1, ..., as multiples of what it is at k = 0.
template <class Layer>
List<double> reach(const Layer& layer, const Tensor& sequence) {
  return nn::reach([&](const Tensor& x) { return select(layer(x).output, 1, -1); }, sequence, layer.hidden_size);
}

void lesson_body(show::Lesson& lesson) {
  Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}});
  Tensor W = tensor({{0.6, -0.4},
                     {0.2, 0.9},
                     {-0.7, 0.3},
                     {0.3, 0.1},
                     {-0.2, 0.5},
                     {0.4, -0.6},  // i, f
                     {0.8, 0.2},
                     {-0.5, 0.7},
                     {0.1, -0.9},
                     {0.5, -0.3},
                     {0.6, 0.4},
                     {-0.1, 0.2}});  // g, o
  Tensor U = tensor({{0.5, -0.3, 0.2},
                     {0.4, 0.6, -0.1},
                     {-0.2, 0.3, 0.7},
                     {0.1, 0.2, -0.4},
                     {-0.3, 0.5, 0.1},
                     {0.6, -0.2, 0.3},
                     {0.7, -0.5, 0.4},
                     {0.2, 0.8, -0.6},
                     {-0.4, 0.1, 0.5},
                     {0.3, -0.1, 0.2},
                     {-0.6, 0.4, 0.1},
                     {0.2, 0.3, -0.5}});
  Tensor b = tensor({0.0, 0.1, -0.1, 1.0, 1.0, 1.0, 0.0, 0.2, -0.2, 0.1, 0.0, -0.1});
  CellWeights w{W, U, b, zeros({12})};
  Rng rng(lesson.seed());
  nn::LSTM lstm(2, 3, rng);
  auto load = [&](const Tensor& hidden_weights) {
    lstm.load({{"weight_ih_l0", W}, {"weight_hh_l0", hidden_weights}, {"bias_ih_l0", b}, {"bias_hh_l0", zeros({12})}});
  };
  load(U);

  lesson.section("The question");
  lesson.say(
      "A recurrent network squashes all that it remembers anew at every step (lesson 21). Can a memory be kept apart, and changed "
      "only where a gate lets it? x has two numbers, the memory c three. The weights of the four gates, each with a row for each "
      "number of c:");
  lesson.name_columns(18);
  for (Index gate = 0; gate < 4; ++gate)
    lesson.show(std::string("i f g o").substr(2 * gate, 1) + ":  W | U | b",
                concat({slice(W, 0, 3 * gate, 3 * gate + 3), slice(U, 0, 3 * gate, 3 * gate + 3),
                        unsqueeze(slice(b, 0, 3 * gate, 3 * gate + 3), 1)},
                       1));

  lesson.section("Three steps", "c_t = f c_(t-1) + i g,  h_t = o tanh(c_t)");
  Wiring wiring;
  if (lesson.broken("gate-order")) wiring = {0, 1, 3, 2, true};
  if (lesson.broken("no-forget")) wiring.forgets = false;
  nn::LSTMState by_hand{zeros({3}), zeros({3})}, by_step{zeros({1, 3}), zeros({1, 3})};
  Tensors hand_h, hand_c, step_h, step_c, forget;
  lesson.name_columns(26);
  for (Index t = 0; t < 3; ++t) {
    lesson.say("step " + std::to_string(t + 1));
    lesson.show("x", select(x, 0, t));
    by_hand = step_by_hand(select(x, 0, t), by_hand, w, wiring, lesson);
    by_step = nn::lstm_step(slice(x, 0, t, t + 1), by_step, w);
    hand_h.push_back(by_hand.h);
    hand_c.push_back(by_hand.c);
    step_h.push_back(select(by_step.h, 0, 0));
    step_c.push_back(select(by_step.c, 0, 0));
  }
  nn::LSTMOutput run = lstm(unsqueeze(x, 0));
  lesson.compare("h by the loop and by lstm_step (step, number)", stack(hand_h), stack(step_h));
  lesson.compare("c by the loop and by lstm_step (step, number)", stack(hand_c), stack(step_c));
  lesson.compare("h by lstm_step and by nn::LSTM, all steps as one operation", stack(step_h), squeeze(run.output, 0));

  lesson.section("A case whose answer is known", "all weights 0");
  lesson.say(
      "Then i = f = o = sigmoid(0) = 1/2 and g = tanh(0) = 0: nothing is written, and c halves at every step, 8, 4, 2, 1, whatever x "
      "is.");
  CellWeights nothing{zeros({12, 2}), zeros({12, 3}), zeros({12}), zeros({12})};
  lesson.name_columns(18);
  nn::LSTMState state{zeros({1, 1, 3}), full({1, 1, 3}, 8)};
  for (Index t = 1; t <= 3; ++t) {
    Tensor states = qkv::lstm(unsqueeze(slice(x, 0, 0, t), 1), select(state.h, 0, 0), select(state.c, 0, 0), nothing);  // (2, t, 1, 3)
    lesson.show("c after step " + std::to_string(t), select(select(select(states, 0, 1), 0, -1), 0, 0));
  }
  lesson.say(
      "The gated recurrent unit (GRU) has three gates and no c: h_t = (1 - z) n + z h_(t-1), so that z does what f did. With all "
      "weights 0, z = 1/2 and n = 0: h halves too.");
  CellWeights three{zeros({9, 2}), zeros({9, 3}), zeros({9}), zeros({9})};
  lesson.show("h after step 3", select(gru(unsqueeze(x, 1), full({1, 3}, 8), three), 0, -1));

  lesson.section("The path of the gradient", "d c_T / d c_0 = f_T ... f_2 f_1, where U = 0");
  lesson.say(
      "From c to the next c there is no matrix and no tanh, only the factor f. Where no gate looks at h (U = 0) that is the whole "
      "derivative.");
  load(zeros({12, 3}));
  Tensor product = ones({3}), gates = sigmoid(linear(x, W, b));  // (3, 12)
  for (Index t = 0; t < 3; ++t) {
    Tensor f = slice(select(gates, 0, t), 0, 3, 6);
    product = product * f;
    lesson.show("f_" + std::to_string(t + 1), f);
  }
  lesson.show("their product", product);
  Tensor c_0 = zeros({1, 1, 3}).requires_grad(true);
  sum(lstm(unsqueeze(x, 0), zeros({1, 1, 3}), c_0).c_n).backward();
  lesson.compare("the product and backward()", product, reshape(c_0.grad(), {3}));
  load(U);
  c_0.zero_grad();
  sum(lstm(unsqueeze(x, 0), zeros({1, 1, 3}), c_0).c_n).backward();
  lesson.show("with U", reshape(c_0.grad(), {3}));

  lesson.section("64 steps back", "|d h_T / d x_(T-k)|, the last step = 1");
  lesson.say(
      "16 hidden numbers, weights as PyTorch starts them, one random sequence of 129 steps; only the bias of the forget gates "
      "differs. Predicted a step: sigmoid(bias). At 40, f is 1: the cell of 1997, which had no forget gate. The size of c_T is its "
      "root mean square after all 129 steps.");
  Tensor sequence = randn({129, 4}, rng);
  show::LineChart chart{"Gradient against distance", "steps back", "gradient", {}};
  chart.log_y = true;
  show::Table far({"", "sigmoid(bias)", "measured a step", "k = 16", "k = 64", "size of c_T"});
  auto row = [&](const std::string& name, const std::string& predicted, const List<double>& g, const std::string& size) {
    far.add_row(
        {name, predicted, show::number(pow(g[64] / g[32], 1.0 / 32), 3), show::scientific(g[16]), show::scientific(g[64]), size});
    show::Series line{name, {}, std::vector<double>(g.begin(), g.begin() + 65)};
    for (double k = 0; k <= 64; ++k) line.x.push_back(k);
    chart.series.push_back(line);
  };
  Rng same(lesson.seed() + 1);
  row("RNN", "", reach(nn::RNN(4, 16, same), sequence), "");
  row("GRU", "", reach(nn::GRU(4, 16, same), sequence), "");
  nn::LSTM wide(4, 16, same);
  for (double bias : {0.0, 1.0, 2.0, 4.0, 40.0}) {
    set_forget_bias(wide, bias);
    List<double> g = reach(wide, sequence);
    Tensor c = wide(unsqueeze(sequence, 0)).c_n;
    row("LSTM " + std::to_string(static_cast<int>(bias)), show::number(1 / (1 + exp(-bias)), 3), g,
        show::number(sqrt(mean(c * c).item()), 2));
  }
  lesson.show(far);
  lesson.show("reach", chart);

  lesson.section("What training then reaches", "recall one of 4 values after d steps");
  lesson.say(
      "The task of lesson 21, 32 hidden numbers, the same for all. LSTM 0, 1, 2, 4, 40: what the forget bias is at first; it is "
      "learned on from there.");
  Index training = lesson.quick() ? 150 : 1000, runs = lesson.quick() ? 2 : 3;
  lesson.name_columns(36);
  lesson.show("steps of training", training);
  lesson.show("runs, each from other random numbers", runs);
  std::vector<Index> distances = lesson.quick() ? std::vector<Index>{16} : std::vector<Index>{16, 32, 64, 128};
  show::Table learned({"", "d", "mean accuracy", "above 0.9", "chance"});
  for (double bias : {-1.0, 0.0, 1.0, 2.0, 4.0, 40.})  // -1: the RNN
    for (Index d : distances) {
      double total = 0;
      Index good = 0;
      for (Index run_number = 0; run_number < runs; ++run_number) {
        Rng own(lesson.seed() + 2 + run_number);
        data::RecallTask task{d, 0, 4};
        double right;
        if (bias < 0) {
          right = fit_recall(nn::SequenceClassifier<nn::RNN>(task.features(), 32, task.values, own), task, training, own);
        } else {
          nn::SequenceClassifier<nn::LSTM> model(task.features(), 32, task.values, own);
          set_forget_bias(model.layer, bias);
          right = fit_recall(model, task, training, own);
        }
        total += right;
        good += right > 0.9;
      }
      learned.add_row({bias < 0 ? "RNN" : "LSTM " + std::to_string(static_cast<int>(bias)), show::whole(d),
                       show::number(total / static_cast<double>(runs), 2), show::whole(good), show::number(0.25, 2)});
    }
  lesson.show(learned);

  lesson.section("What to notice");
  lesson.say(
      "On the direct path from c to c the gradient is multiplied by the gate f alone, and f is below 1. With a forget bias of 0 the "
      "memory is halved at every step, and the LSTM is no better than the plain network; a bias of 4 carries the gradient over 64 "
      "steps. But 0.98 taken often enough vanishes too: the gates move the limit, they do not lift it. With f = 1 nothing vanishes, and "
      "nothing is ever cleared: c fills with all that was ever written.");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "22";
  info.title = "Long short-term memory";
  info.chinese = "长短期记忆网络";
  info.mirrors = "《解密注意力》 §2.2";
  info.about = "The gates of an LSTM by hand; the forget gate as what the gradient is multiplied by; how its bias moves the limit.";
  info.breaks = {{"gate-order", "by hand, the rows are read as i f o g"},
                 {"no-forget", "by hand, the memory does not pass the forget gate"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
