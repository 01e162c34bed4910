#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "recurrence.h"

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

/// A line of the chart: y at 0, 1, 2, ... steps back.
show::Series series(const std::string& name, const std::vector<double>& y) {
  show::Series line{name, {}, y};
  for (double k = 0; line.x.size() < y.size(); ++k) line.x.push_back(k);
  return line;
}

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

/// One random sequence of 65 steps: no squashing, rho^k to the last digit; and a line for the chart.
void without_squashing(show::Lesson& lesson, const Drawn& drawn, show::LineChart& chart) {
  show::Table exact({"rho", "k", "measured", "rho^k"});
  for (double rho : {0.8, 1.0, 1.25}) {
    std::vector<double> g = reach(drawn.sequence, drawn.cell(rho), Squash::none);
    chart.series.push_back(series("rho = " + show::number(rho, 2), g));
    for (Index k : {1, 16, 64})
      exact.add_row(
          {show::number(rho, 2), show::whole(k), show::scientific(g[k], 3), show::scientific(pow(rho, static_cast<double>(k)), 3)});
  }
  lesson.show(exact);
}

void add_row(show::Table& table, const std::string& name, double rho, const Factors& factors) {
  table.add_row({show::number(rho, 2), name, show::median_and_range(factors.predicted, 2), show::median_and_range(factors.measured, 2)});
}

void sixty_four_steps_back(show::Lesson& lesson) {
  lesson.section("64 steps back", "|d h_T / d x_(T-k)|, the last step = 1");
  lesson.say(
      "U = rho Q. Q is a random orthogonal matrix, 16 x 16: it keeps the length of every vector, so U multiplies every length by rho. "
      "Without tanh, k steps must cost exactly rho^k.");
  show::LineChart chart{"Gradient against distance", "steps back", "gradient", {}};
  chart.log_y = true;
  const Drawn drawn(lesson.seed());
  without_squashing(lesson, drawn, chart);
  lesson.say("tanh and relu multiply by their slope too. Predicted: rho times the typical (root mean square) slope. Median over " +
             counted(lesson.seeds(), "seed") + ", and the range:");
  show::Table squashed({"rho", "squash", "predicted a step", "measured a step"}),
      quiet({"rho", "inputs", "predicted a step", "measured a step"});
  for (double rho : {0.8, 1.0, 1.25}) {
    add_row(squashed, "tanh", rho, factors(lesson, rho, Squash::tanh));
    add_row(squashed, "relu", rho, factors(lesson, rho, Squash::relu));
  }
  lesson.show(squashed);
  lesson.say("The slope depends on the inputs. The same with tanh and rho = 1.25, the inputs multiplied by a number:");
  for (double scale : {1.0, 0.1, 0.01, 0.0})
    add_row(quiet, "x " + show::number(scale, 2), 1.25, factors(lesson, 1.25, Squash::tanh, scale));
  lesson.show(quiet);
  for (double rho : {0.8, 1.25})
    chart.series.push_back(series("rho = " + show::number(rho, 2) + ", tanh", reach(drawn.sequence, drawn.cell(rho), Squash::tanh)));
  lesson.show("reach", chart);
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

void a_memory_learned(show::Lesson& lesson) {
  lesson.section("A memory, learned", "recall one of 4 values after d steps");
  lesson.say(
      "A value is shown and marked. d - 1 other values follow. Then the marked one is asked for. The network has 32 hidden numbers and "
      "learns with Adam. U starts as PyTorch starts it (uniform in +-1/sqrt(32)) or orthogonal. Over all seeds: the median gradient over "
      "d steps before training, then the accuracy after training, median and range.");
  std::vector<double> usual;
  const std::vector<Index> lengths = lesson.quick() ? std::vector<Index>{200} : std::vector<Index>{200, 2000};
  for (int i = 0; i < lesson.seeds(); ++i) {
    Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
    usual.push_back(per_step(reach(zeros({65, 6}), nn::RNN(6, 32, rng).cells[0], Squash::none)));
  }
  lesson.name_columns(44);
  lesson.show("seeds tried", lesson.seeds());
  lesson.show("PyTorch's U without tanh, a step, measured", show::median_and_range(usual, 2));
  lesson.show("expected of a large matrix of this kind", show::number(sqrt(1.0 / 3), 2));
  show::Table learned({"U at first", "d", "gradient", "steps", "accuracy", "seeds above 0.9"});
  for (double stretch : {0.0, 1.0})
    for (Index d : {4, 16, 32})
      for (Index steps : lengths) {
        const TrainedAll all = train_all(lesson, d, stretch, steps);
        learned.add_row({stretch > 0 ? "orthogonal" : "PyTorch's", show::whole(d), show::scientific(show::median(all.reached)),
                         show::whole(steps), show::median_and_range(all.right, 2), show::whole(all.above(0.9))});
      }
  lesson.show(learned);
}

void attention_beside_it(show::Lesson& lesson) {
  lesson.section("Attention beside it", "context = sum_t alpha_t v_t");
  lesson.say(
      "One query looks at the same 65 steps, as lesson 23 explains. Every step is one step away from the context. The mean gradient of "
      "steps 33 to 64 back, divided by that of steps 1 to 32 back:");
  std::vector<double> recurrent, attention;
  for (int i = 0; i < lesson.seeds(); ++i) {
    const Drawn drawn(lesson.seed() + static_cast<std::uint64_t>(i));
    attention.push_back(far_over_near(attention_reach(drawn.sequence, lesson.seed() + static_cast<std::uint64_t>(i))));
    recurrent.push_back(far_over_near(reach(drawn.sequence, drawn.cell(1), Squash::tanh)));
  }
  lesson.name_columns(24);
  lesson.show("RNN, rho = 1, tanh", show::scientific(show::median(recurrent)));
  lesson.show("attention", show::median_and_range(attention, 2));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Every step back multiplies the gradient by U and by a slope of at most 1. Without squashing the eigenvalues of U decide: only rho "
      "= 1 neither vanishes (梯度消失) nor explodes (梯度爆炸). With tanh the size of the inputs counts too: large ones make the slopes "
      "small. Clipping cures explosions only. And a U that keeps lengths starts where the gradient still arrives: at distance 16 it "
      "needs no more than 200 steps. For the usual start 200 are too few with most seeds.");
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
  sixty_four_steps_back(lesson);
  the_eigenvalue_decides(lesson);
  clipping(lesson);
  a_memory_learned(lesson);
  attention_beside_it(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"21",
                            "Recurrent network",
                            "循环神经网络",
                            "《解密注意力》 §2.2; 《专注力》 §1",
                            "A recurrent cell by hand for three steps; then how its gradient falls or grows with distance, "
                            "predicted and measured.",
                            {{"no-memory", "the layer's U is 0: it forgets everything"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
