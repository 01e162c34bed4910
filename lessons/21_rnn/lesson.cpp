#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// One step, number by number, as one would on paper; prints each line of it.
Tensor step_by_hand(const Tensor& x, const Tensor& h, const CellWeights& w, show::Lesson& lesson) {
  Index hidden = h.size(0);
  Tensor from_x = zeros({hidden}), from_h = zeros({hidden}), next = zeros({hidden});
  for (Index i = 0; i < hidden; ++i) {
    double seen = w.bias_ih.at({i}), remembered = 0;
    for (Index d = 0; d < x.size(0); ++d) seen += w.weight_ih.at({i, d}) * x.at({d});
    for (Index j = 0; j < hidden; ++j) remembered += w.weight_hh.at({i, j}) * h.at({j});
    from_x.set({i}, seen);
    from_h.set({i}, remembered);
    next.set({i}, tanh(seen + remembered));
  }
  lesson.show("W x + b", from_x);
  lesson.show("U h", from_h);
  lesson.show("h = tanh(sum)", next);
  return next;
}

/// d h_T / d x_1 by the chain rule: D_T U ... D_2 U D_1 W, where D_t = diag(1 - h_t^2) is the slope of tanh at step t.
Tensor chain_by_hand(const Tensor& h, const CellWeights& w, show::Lesson& lesson) {
  Tensor product = w.weight_ih;
  for (Index t = 0; t < h.size(0); ++t) {
    Tensor slope = 1 - pow(select(h, 0, t), 2);
    lesson.show("slope at step " + show::whole(t + 1), slope);
    product = unsqueeze(slope, 1) * (t == 0 ? product : matmul(w.weight_hh, product));
  }
  return product;
}

enum class Squash { none, tanh, relu };
struct Squashing {
  const char* name;
  Squash squash;
};

/// All states h_t of a recurrence, for x (B, T, in): (T, B, h).
Tensor states(const Tensor& x, const CellWeights& w, Squash squash) {
  Tensor h = zeros({x.size(0), w.weight_hh.size(0)}), steps = transpose(x, 0, 1);
  if (squash != Squash::none) return rnn(steps, h, w, squash == Squash::tanh ? Nonlinearity::tanh : Nonlinearity::relu);
  Tensors all;
  for (Index t = 0; t < x.size(1); ++t) all.push_back(h = linear(select(x, 1, t), w.weight_ih) + linear(h, w.weight_hh));
  return stack(all);
}

/// |d h_T / d x_(T-k)| for k = 0, 1, ..., as multiples of what it is at k = 0.
std::vector<double> reach(const Tensor& sequence, const CellWeights& w, Squash squash) {
  return nn::reach([&](const Tensor& x) { return select(states(x, w, squash), 0, -1); }, sequence, w.weight_hh.size(0));
}

/// The factor a step, far back: the mean one of steps 32 to 64.
double per_step(const std::vector<double>& reach) { return pow(reach[64] / reach[32], 1.0 / 32); }

/// The root of the mean squared slope of the squashing function over the second half of the steps.
double typical_slope(const Tensor& sequence, const CellWeights& w, Squash squash) {
  if (squash == Squash::none) return 1;
  Tensor h = states(unsqueeze(sequence, 0), w, squash);
  double squares = 0;
  Index half = h.size() / 2;
  for (const Scalar* s = h.data() + half; s != h.data() + h.size(); ++s) squares += squash == Squash::tanh ? pow(1 - *s * *s, 2) : *s > 0;
  return sqrt(squares / static_cast<double>(h.size() - half));
}

/// A line of the chart: y at 0, 1, 2, ... steps back.
show::Series series(const std::string& name, const std::vector<double>& y) {
  show::Series line{name, {}, y};
  for (double k = 0; line.x.size() < y.size(); ++k) line.x.push_back(k);
  return line;
}

/// Three steps of two numbers, a memory of three.
struct Example {
  Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}}), b = tensor({0.1, 0.0, -0.2});
  Tensor W = tensor({{0.6, -0.4}, {0.2, 0.9}, {-0.7, 0.3}}), U = tensor({{0.5, -0.3, 0.2}, {0.4, 0.6, -0.1}, {-0.2, 0.3, 0.7}});
  CellWeights weights{W, U, b, zeros({3})};
};

void the_question(show::Lesson& lesson, const Example& example) {
  lesson.section("The question");
  lesson.say(
      "A network reads a sequence one step at a time. All that it keeps of the past is h, three numbers. How is h made, and how far "
      "back does it still depend on what was read?");
  for (Index t = 0; t < 3; ++t) lesson.show("x_" + show::whole(t + 1), select(example.x, 0, t));
  lesson.show("W", example.W);
  lesson.show("U", example.U);
  lesson.show("b", example.b);
}

Tensor three_steps(show::Lesson& lesson, const Example& example, const nn::RNN& layer) {
  lesson.section("Three steps", "h_t = tanh(W x_t + b + U h_(t-1)),  h_0 = 0");
  lesson.name_columns(16);
  Tensors by_hand, by_step;
  Tensor h = zeros({3}), h_row = zeros({1, 3});
  for (Index t = 0; t < 3; ++t) {
    Tensor x = select(example.x, 0, t);
    lesson.say("step " + show::whole(t + 1));
    by_hand.push_back(h = step_by_hand(x, h, example.weights, lesson));
    by_step.push_back(h_row = nn::rnn_step(unsqueeze(x, 0), h_row, layer.cells[0]));
  }
  Tensor all = stack(by_hand);  // (3, 3)
  lesson.compare("by the loop and by rnn_step", all, concat(by_step, 0));
  lesson.compare("by the loop and by nn::RNN, all steps as one operation", all, squeeze(layer(unsqueeze(example.x, 0)).output, 0));
  return all;
}

/// The last state, when the memory is multiplied by U.
Tensor last_state(const Tensor& x, const Tensor& U, const CellWeights& w) {
  return select(states(unsqueeze(x, 0), {w.weight_ih, U, w.bias_ih, w.bias_hh}, Squash::tanh), 0, -1);
}

void a_case_whose_answer_is_known(show::Lesson& lesson, const Example& example) {
  lesson.section("A case whose answer is known", "U = 0");
  lesson.say("Without U nothing of the past comes in: h_3 must be the same whatever x_1 was. With U it is not.");
  Tensor other = tensor({{-2.0, 3.0}, {-0.5, 0.8}, {0.3, -1.0}}), nothing = zeros({3, 3});  // another x_1
  const CellWeights& w = example.weights;
  lesson.name_columns(28);
  lesson.show("U = 0: x_1 = ( 1.0, 0.5)", last_state(example.x, nothing, w));
  lesson.show("       x_1 = (-2.0, 3.0)", last_state(other, nothing, w));
  lesson.show("with U: x_1 = ( 1.0, 0.5)", last_state(example.x, example.U, w));
  lesson.show("        x_1 = (-2.0, 3.0)", last_state(other, example.U, w));
}

void back_to_the_first_step(show::Lesson& lesson, const Example& example, const nn::RNN& layer, const Tensor& h) {
  lesson.section("Back to the first step", "d h_3 / d x_1 = D_3 U D_2 U D_1 W,  D_t = diag(1 - h_t^2)");
  lesson.say("The chain rule takes one factor U and one slope of tanh for every step on the way. Slopes are at most 1.");
  lesson.name_columns(20);
  Tensor chain = chain_by_hand(h, example.weights, lesson);
  Tensor J = nn::jacobian([&](const Tensor& s) { return select(layer(s).output, 1, -1); }, example.x, 3);  // (3, T, 2)
  lesson.show("d h_3 / d x_1", chain);
  lesson.compare("by the chain rule and by backward()", chain, select(J, 1, 0));
  std::vector<double> short_norms = nn::norm_at_distance(J);
  for (Index k = 0; k < 3; ++k) lesson.show("|d h_3 / d x_" + show::whole(3 - k) + "|", short_norms[k]);
}

void sixty_four_steps_back(show::Lesson& lesson, Rng& rng) {
  lesson.section("64 steps back", "|d h_T / d x_(T-k)|, the last step = 1");
  lesson.say(
      "U = rho Q with a random orthogonal Q of 16 x 16: it turns h and stretches it by rho, exactly. Without a squashing function "
      "distance k must cost rho^k, to the last digit.");
  const Index hidden = 16;
  Tensor sequence = randn({65, 4}, rng), Q = nn::orthogonal(hidden, rng), W4 = randn({hidden, 4}, rng, 0, 0.5);
  show::Table exact({"rho", "k", "measured", "rho^k"}), slopes({"rho", "squash", "typical slope", "predicted a step", "measured a step"});
  show::LineChart chart{"Gradient against distance", "steps back", "gradient", {}};
  chart.log_y = true;
  const Squashing ways[] = {{"none", Squash::none}, {"tanh", Squash::tanh}, {"relu", Squash::relu}};
  for (double rho : {0.8, 1.0, 1.25}) {
    CellWeights cell{W4, rho * Q, zeros({hidden}), zeros({hidden})};
    std::string rho_text = show::number(rho, 2);
    for (const Squashing& way : ways) {
      std::vector<double> g = reach(sequence, cell, way.squash);
      double slope = typical_slope(sequence, cell, way.squash);
      slopes.add_row({rho_text, way.name, show::number(slope, 2), show::number(rho * slope, 2), show::number(per_step(g), 2)});
      if (way.squash != Squash::relu) chart.series.push_back(series(rho_text + " " + way.name, g));
      if (way.squash != Squash::none) continue;
      for (Index k : {1, 16, 64})
        exact.add_row({rho_text, show::whole(k), show::scientific(g[k], 3), show::scientific(pow(rho, static_cast<double>(k)), 3)});
    }
  }
  lesson.show(exact);
  lesson.show("reach", chart);
  lesson.say("With a squashing function each step also costs its slope. Predicted: rho times the typical (root mean square) slope.");
  lesson.show(slopes);
}

void the_eigenvalue_decides(show::Lesson& lesson) {
  lesson.section("The eigenvalue decides, in the end", "U = [[0.8, 4], [0, 0.8]]");
  lesson.say(
      "Both eigenvalues are 0.8, but this U stretches some vectors by more than 4. By hand U^k = [[0.8^k, 4 k 0.8^(k-1)], [0, "
      "0.8^k]].");
  CellWeights sheared{eye(2), tensor({{0.8, 4}, {0, 0.8}}), zeros({2}), zeros({2})};
  std::vector<double> g = reach(zeros({65, 2}), sheared, Squash::none);
  show::Table detour({"k", "measured", "by hand", "0.8^k"});
  for (Index k : {1, 2, 4, 8, 16, 32, 64}) {
    double power = pow(0.8, static_cast<double>(k)), corner = 4 * power / 0.8 * static_cast<double>(k);
    detour.add_row({show::whole(k), show::scientific(g[k], 3), show::scientific(sqrt(power * power + corner * corner / 2), 3),
                    show::scientific(power, 3)});
  }
  lesson.show(detour);
}

/// Steps of gradient descent on u, with gradients clipped to max_norm; a row of the table for steps 0, 1, 5 and 10.
void descend(Index last, double max_norm, const char* name, show::Table& table) {
  Tensor u = tensor({{1.1}}).requires_grad(true), one = ones({1, 1}), impulse = concat({ones({1, 1, 1}), zeros({1, 64, 1})}, 1);
  optim::SGD sgd({u}, 0.01);
  for (Index step = 0; step <= last; ++step) {
    Tensor loss = mse_loss(select(states(impulse, {one, u, Tensor(), Tensor()}, Squash::none), 0, -1), one);
    sgd.zero_grad();
    loss.backward();
    std::string norm;
    if (loss.item() < infinity) norm = show::scientific(optim::clip_grad_norm({u}, max_norm));
    if (step < 2 || step % 5 == 0) table.add_row({name, show::whole(step), show::number(u.item(), 2), show::scientific(loss.item()), norm});
    sgd.step();
  }
}

void clipping(show::Lesson& lesson) {
  lesson.section("Clipping", "g <- g min(1, max_norm / |g|)");
  lesson.say(
      "One hidden number, no squashing: x_0 = 1, then zeros, h_64 = u^64, and 1 is wanted, so u = 1 is the answer. Start at u = 1.1, "
      "learning rate 0.01.");
  show::Table clipping({"", "step", "u", "loss", "|g|"});
  descend(1, infinity, "as it is", clipping);
  descend(10, 1, "clipped to 1", clipping);
  lesson.show(clipping);
}

/// What a network makes of the task: the gradient that reaches the marked value before training, and the accuracy after.
struct Trained {
  double reached, right;
};
Trained train(const datasets::RecallTask& task, bool orthogonal, Index steps, Rng rng) {
  nn::SequenceClassifier<nn::RNN> model(task.features(), 32, task.values, rng);
  const CellWeights& cell = model.layer.cells[0];
  if (orthogonal) cell.weight_hh.copy_from(nn::orthogonal(32, rng));
  Tensor inputs = select(datasets::recall(1, task, rng).inputs, 0, 0);
  double reached = reach(inputs, cell, Squash::tanh)[task.distance];
  return {reached, fit_recall(model, task, steps, rng)};
}

void a_memory_learned(show::Lesson& lesson, Rng& rng) {
  lesson.section("A memory, learned", "recall one of 4 values after d steps");
  lesson.say(
      "A value is shown and marked, d - 1 other values follow, then the marked one is asked for. 32 hidden numbers, Adam. U starts "
      "as PyTorch starts it (uniform in +-1/sqrt(32)) or orthogonal.");
  std::vector<double> usual = reach(zeros({65, 6}), nn::RNN(6, 32, rng).cells[0], Squash::none);
  lesson.name_columns(44);
  lesson.show("PyTorch's U without tanh, a step, measured", per_step(usual));
  lesson.show("expected of such a matrix, 1/sqrt(3)", sqrt(1.0 / 3));
  Index training = lesson.quick() ? 200 : 3000, runs = lesson.quick() ? 3 : 5;
  lesson.show("steps of training", training);
  lesson.show("runs, each from other random numbers", runs);
  show::Table learned({"U at first", "d", "gradient over d steps", "mean accuracy", "above 0.9", "chance"});
  for (bool orthogonal : {false, true})
    for (Index d : {4, 16, 32}) {
      double reached = 0, total = 0;
      Index good = 0;
      for (Index run = 0; run < runs; ++run) {
        Trained trained = train({d, 0, 4}, orthogonal, training, Rng(lesson.seed() + 2 + run));
        if (run == 0) reached = trained.reached;
        total += trained.right;
        good += trained.right > 0.9;
      }
      learned.add_row({orthogonal ? "orthogonal" : "PyTorch's", show::whole(d), show::scientific(reached),
                       show::number(total / static_cast<double>(runs), 2), show::whole(good), show::number(0.25, 2)});
    }
  lesson.show(learned);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Every step back multiplies the gradient by U and by a slope of at most 1. Without squashing the eigenvalues of U alone decide, "
      "and only rho = 1 neither vanishes (梯度消失) nor explodes (梯度爆炸). With tanh every row falls, even that of rho = 1.25. Clipping "
      "mends explosions alone: what has vanished it cannot make larger. A U that keeps lengths learns in 200 steps what the usual one "
      "needs thousands for, if it learns it at all.");
}

void lesson_body(show::Lesson& lesson) {
  Example example;
  Rng rng(lesson.seed());
  nn::RNN layer(2, 3, rng);
  layer.cells[0].copy_from(example.weights);
  if (lesson.broken("no-memory")) layer.cells[0].weight_hh.copy_from(zeros({3, 3}));
  the_question(lesson, example);
  Tensor h = three_steps(lesson, example, layer);
  a_case_whose_answer_is_known(lesson, example);
  back_to_the_first_step(lesson, example, layer, h);
  sixty_four_steps_back(lesson, rng);
  the_eigenvalue_decides(lesson);
  clipping(lesson);
  a_memory_learned(lesson, rng);
  what_to_notice(lesson);
}

const show::LessonInfo info{"21",
                            "Recurrent network",
                            "循环神经网络",
                            "《解密注意力》 §2.2",
                            "A recurrent cell by hand for three steps; then how its gradient falls or grows with distance, "
                            "predicted and measured.",
                            {{"no-memory", "U is left out of the matrix form"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
