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
std::vector<double> reach(const Layer& layer, const Tensor& sequence) {
  return nn::reach([&](const Tensor& x) { return select(layer(x).output, 1, -1); }, sequence, layer.hidden_size);
}

/// Three steps of two numbers, a memory of three.
struct Example {
  Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}});
  Tensor W = reshape(tensor({0.6, -0.4, 0.2,  0.9, -0.7, 0.3,    // i
                             0.3, 0.1,  -0.2, 0.5, 0.4,  -0.6,   // f
                             0.8, 0.2,  -0.5, 0.7, 0.1,  -0.9,   // g
                             0.5, -0.3, 0.6,  0.4, -0.1, 0.2}),  // o
                     {12, 2});
  Tensor U = reshape(tensor({0.5, -0.3, 0.2,  0.4,  0.6, -0.1, -0.2, 0.3,  0.7,     // i
                             0.1, 0.2,  -0.4, -0.3, 0.5, 0.1,  0.6,  -0.2, 0.3,     // f
                             0.7, -0.5, 0.4,  0.2,  0.8, -0.6, -0.4, 0.1,  0.5,     // g
                             0.3, -0.1, 0.2,  -0.6, 0.4, 0.1,  0.2,  0.3,  -0.5}),  // o
                     {12, 3});
  Tensor b = tensor({0, 0.1, -0.1, 1, 1, 1, 0, 0.2, -0.2, 0.1, 0, -0.1});
  CellWeights weights{W, U, b, zeros({12})};
};

void the_question(show::Lesson& lesson, const Example& example) {
  lesson.section("The question");
  lesson.say(
      "A recurrent network squashes all that it remembers anew at every step (lesson 21). Can a memory be kept apart, and changed "
      "only where a gate lets it? x has two numbers, the memory c three. The weights of the four gates, each with a row for each "
      "number of c:");
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
      "The gated recurrent unit (GRU) has three gates and no c: h_t = (1 - z) n + z h_(t-1), so that z does what f did. With all "
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
      "From c to the next c there is no matrix and no tanh, only the factor f. Where no gate looks at h (U = 0) that is the whole "
      "derivative.");
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

/// How far back each layer's gradient reaches, as a table and as a chart.
struct Distances {
  show::Table table{{"", "sigmoid(bias)", "measured a step", "k = 16", "k = 64", "size of c_T"}};
  show::LineChart chart{"Gradient against distance", "steps back", "gradient", {}};

  /// The layer's name, the factor a step that is predicted, |d h_T / d x_(T-k)|, the size of c_T.
  void add(const char* name, const std::string& predicted, const std::vector<double>& g, const std::string& size) {
    table.add_row({name, predicted, show::number(pow(g[64] / g[32], 1.0 / 32), 3), show::scientific(g[16]), show::scientific(g[64]), size});
    show::Series line{name, {}, {}};
    for (Index k = 0; k <= 64; ++k) {
      line.x.push_back(static_cast<double>(k));
      line.y.push_back(g[k]);
    }
    chart.series.push_back(line);
  }
};

/// The bias of the forget gates at first, and what the tables call an LSTM that starts with it.
struct Start {
  const char* name;
  double bias;
};
const Start starts[] = {{"LSTM 0", 0}, {"LSTM 1", 1}, {"LSTM 2", 2}, {"LSTM 4", 4}, {"LSTM 40", 40}};

void sixty_four_steps_back(show::Lesson& lesson, Rng& rng) {
  lesson.section("64 steps back", "|d h_T / d x_(T-k)|, the last step = 1");
  lesson.say(
      "16 hidden numbers, weights as PyTorch starts them, one random sequence of 129 steps; only the bias of the forget gates "
      "differs. Predicted a step: sigmoid(bias). At 40, f is 1: the cell of 1997, which had no forget gate. The size of c_T is its "
      "root mean square after all 129 steps.");
  Tensor sequence = randn({129, 4}, rng);
  Distances far;
  Rng same(lesson.seed() + 1);
  far.add("RNN", "", reach(nn::RNN(4, 16, same), sequence), "");
  far.add("GRU", "", reach(nn::GRU(4, 16, same), sequence), "");
  nn::LSTM wide(4, 16, same);
  for (const Start& start : starts) {
    set_forget_bias(wide, start.bias);
    Tensor c = wide(unsqueeze(sequence, 0)).c_n;
    far.add(start.name, show::number(1 / (1 + exp(-start.bias)), 3), reach(wide, sequence), show::number(sqrt(mean(c * c).item()), 2));
  }
  lesson.show(far.table);
  far.chart.log_y = true;
  lesson.show("reach", far.chart);
}

/// Trains on the task; returns the accuracy. Without a start it is the RNN.
double trained(const Start* start, const datasets::RecallTask& task, Index steps, Rng rng) {
  if (!start) return fit_recall(nn::SequenceClassifier<nn::RNN>(task.features(), 32, task.values, rng), task, steps, rng);
  nn::SequenceClassifier<nn::LSTM> model(task.features(), 32, task.values, rng);
  set_forget_bias(model.layer, start->bias);
  return fit_recall(model, task, steps, rng);
}

void what_training_then_reaches(show::Lesson& lesson) {
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
  auto train = [&](const Start* start) {
    for (Index d : distances) {
      double total = 0;
      Index good = 0;
      for (Index run = 0; run < runs; ++run) {
        double right = trained(start, {d, 0, 4}, training, Rng(lesson.seed() + 2 + run));
        total += right;
        good += right > 0.9;
      }
      learned.add_row({start ? start->name : "RNN", show::whole(d), show::number(total / static_cast<double>(runs), 2), show::whole(good),
                       show::number(0.25, 2)});
    }
  };
  train(nullptr);
  for (const Start& start : starts) train(&start);
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
  sixty_four_steps_back(lesson, rng);
  what_training_then_reaches(lesson);

  lesson.section("What to notice");
  lesson.say(
      "On the direct path from c to c the gradient is multiplied by the gate f alone, and f is below 1. With a forget bias of 0 the "
      "memory is halved at every step, and the LSTM is no better than the plain network; a bias of 4 carries the gradient over 64 "
      "steps. But 0.98 taken often enough vanishes too: the gates move the limit, they do not lift it. With f = 1 nothing vanishes, and "
      "nothing is ever cleared: c fills with all that was ever written.");
}

const show::LessonInfo info{
    "22",
    "Long short-term memory",
    "长短期记忆网络",
    "《解密注意力》 §2.2",
    "The gates of an LSTM by hand; the forget gate as what the gradient is multiplied by; how its bias "
    "moves the limit.",
    {{"gate-order", "by hand, the rows are read as i f o g"}, {"no-forget", "by hand, the memory does not pass the forget gate"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
