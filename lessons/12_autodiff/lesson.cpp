// precision: double
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/graph_picture.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "smallest_attention.h"

using namespace qkv;

namespace {

/// The same ten as tensors: computing them records the graph. Inputs that are there already are used again.
void record(Ten<Tensor>& x) {
  for (int node : {q, k1, k2, v})
    if (!x[node].defined()) x[node] = Tensor(inputs[node]).requires_grad(true);
  x[e1] = x[q] * x[k1];
  x[e2] = x[q] * x[k2];
  x[d] = x[e1] - x[e2];
  x[alpha] = sigmoid(x[d]);
  x[c] = x[alpha] * x[v];
  x[L] = x[c] * x[c];
  for (int node : {e1, e2, d, alpha, c, L}) x[node].retain_grad();
}

/// w after 0, 1, 2, ... steps downhill on (w - 3)^2, the gradient cleared before each step or not.
std::vector<double> descend(bool clear, int steps) {
  Tensor w = Tensor(0).requires_grad(true);
  std::vector<double> path{0};
  for (int step = 0; step < steps; ++step) {
    if (clear) w.zero_grad();
    ((w - 3) * (w - 3)).backward();
    w.set({}, w.item() - 0.1 * w.grad().item());
    path.push_back(w.item());
  }
  return path;
}

void the_question(show::Lesson& lesson, const Ten<double>& x) {
  lesson.section("The question", "dL/dq = ?");
  lesson.say(
      "If one number of a model grew a little, would the loss grow or shrink, and how fast? That rate is the gradient, and training needs "
      "it for every number. Here is the smallest attention there is: one query q, two keys k1 and k2, a value v for the first key and 0 "
      "for the second. The weight of the first key is softmax of two scores, which is the sigmoid of their difference.");
  for (int node : {q, k1, k2, v}) lesson.show(names[node], x[node]);
}

void forward_by_hand(show::Lesson& lesson, const Ten<double>& x) {
  lesson.section("Forward", "six nodes, each from those above it");
  Ten<std::string> n;
  for (int node = q; node <= L; ++node) n[node] = show::number(x[node]);
  show::Table values({"node", "formula", "numbers", "value"});
  values.add_row({"e1", "q k1", n[q] + " x " + n[k1], n[e1]});
  values.add_row({"e2", "q k2", n[q] + " x " + n[k2], n[e2]});
  values.add_row({"d", "e1 - e2", n[e1] + " - " + n[e2], n[d]});
  values.add_row({"alpha", "1 / (1 + exp(-d))", "1 / (1 + exp(-" + n[d] + "))", n[alpha]});
  values.add_row({"c", "alpha v", n[alpha] + " x " + n[v], n[c]});
  values.add_row({"L", "c c", n[c] + " x " + n[c], n[L]});
  lesson.show(values);
  lesson.compare("alpha and softmax((e1, e2))", tensor({x[alpha], 1 - x[alpha]}), softmax(tensor({x[e1], x[e2]})));
}

Ten<double> backward_by_hand(show::Lesson& lesson, const Ten<double>& x) {
  lesson.section("Backward, by hand", "what arrives x local derivative = what is passed on");
  lesson.say(
      "Start with dL/dL = 1 and go from the last node to the first, arrow by arrow. The sum is what the arrow's end has received so far.");
  show::Table arrows({"arrow", "arrives", "local derivative", "value", "passed on", "sum"});
  Ten<double> by_hand = backward(x, &arrows);
  lesson.show(arrows);
  lesson.say(
      "q was used twice, in e1 and in e2, and c was used twice in L: what comes back along both arrows is added. d sends what it "
      "receives to e1, and the same with the other sign to e2: a larger score of one key acts like a smaller score of the other.");
  return by_hand;
}

void the_engine_does_the_same(show::Lesson& lesson, const Ten<double>& by_hand) {
  lesson.section("The engine does the same", "L.backward()");
  Ten<Tensor> t;
  record(t);
  show::Table made({"node", "operation", "from", "value"});
  std::vector<show::GraphNode> graph;
  for (int node : {q, k1, k2, v}) graph.push_back({names[node], show::number(t[node].item()), ""});
  for (int node = e1; node <= L; ++node) {
    std::string from, operation = t[node].operation();
    graph.push_back({names[node], show::number(t[node].item()), "", operation == "mul" ? "×" : operation == "sub" ? "−" : operation});
    for (const Tensor& input : t[node].inputs())
      for (std::size_t other = q; other < static_cast<std::size_t>(node); ++other)
        if (t[other].node() == input.node()) {
          from = from + (from.empty() ? "" : ", ") + names[other];
          graph.back().from.push_back(other);
        }
    made.add_row({names[node], operation, from, show::number(t[node].item())});
  }
  lesson.show(made);
  lesson.say(
      "That is the graph, recorded while the numbers were computed. backward() walks it from the youngest node to the oldest, as we did "
      "by hand. The third way needs no derivative: it moves each number by h = 0.00001 to either side and looks at L.");
  auto walk_back = [&] { t[L].backward(); };
  if (lesson.broken("in-place")) {
    t[v].set({}, 4);  // c = alpha v has been computed with 3
    lesson.show_error("refused", walk_back);
  } else {
    walk_back();
  }
  if (lesson.broken("no-zero-grad")) {  // the same again, and nothing cleared
    record(t);
    walk_back();
  }
  for (int node = q; node <= L; ++node)
    if (t[node].has_grad()) graph[node].gradient = show::number(t[node].grad().item());
  lesson.save("graph", show::graph_picture(graph, "The smallest attention: every number and its gradient"));
  show::Table compared({"dL/d..", "by hand", "engine", "numeric", "engine - by hand", "numeric - by hand"});
  for (int node = q; node <= L; ++node) {
    double numeric = central_difference<double>(inputs, node, 1e-5);
    bool arrived = t[node].has_grad();
    double engine = arrived ? t[node].grad().item() : 0;
    compared.add_row({names[node], show::number(by_hand[node], 6), arrived ? show::number(engine, 6) : "none", show::number(numeric, 6),
                      arrived ? show::scientific(engine - by_hand[node]) : "none", show::scientific(numeric - by_hand[node])});
  }
  lesson.show(compared);
}

void softmax_all_at_once(show::Lesson& lesson) {
  lesson.section("Softmax, all at once", "dp_i/ds_j = p_i ((i = j) - p_j)");
  lesson.say(
      "Three scores s in, three weights p out: nine derivatives, a row for each weight. By the formula, and by the engine: one backward() "
      "for each row, where what arrives is 1 for that weight and 0 for the others. All three use the same graph, hence Graph::keep.");
  Tensor s = tensor({1.2, -0.4, 0.3}).requires_grad(true), p = softmax(s), J = zeros({3, 3});
  Tensors rows;
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < 3; ++j) J.set({i, j}, p.at({i}) * ((i == j) - p.at({j})));
    s.zero_grad();
    p.backward(select(eye(3), 0, i), Graph::keep);
    rows.push_back(s.grad());
  }
  lesson.show("s", s);
  lesson.show("p", p);
  lesson.show("J", J);
  lesson.compare("by the formula and by the engine", J, stack(rows));
  lesson.show("sums", sum(J, 1));
  lesson.say(
      "Known beforehand: each row sums to 0, because adding the same number to all scores changes no weight. And J is its own transpose. "
      "Only the diagonal is positive: a higher score for one place takes weight from all others.");
}

void gradients_stay(show::Lesson& lesson) {
  lesson.section("Gradients stay until they are cleared", "w <- w - 0.1 dL/dw,  L = (w - 3)^2");
  lesson.say(
      "backward() adds to the gradient that is there. Within a graph that is right (q above), and across the parts of a batch. From step "
      "to step it is wrong. Downhill from w = 0 to 3, with zero_grad() before each step and without:");
  std::vector<double> cleared = descend(true, 40), kept = descend(false, 40);
  show::Table paths({"step", "cleared", "not cleared", ""});
  for (int step : {0, 1, 2, 3, 5, 8, 10, 20, 30, 40})
    paths.add_row({show::whole(step), show::number(cleared[step]), show::number(kept[step]), show::bar(kept[step], 24, 6)});
  lesson.show(paths);
  lesson.say(
      "Not cleared, every old gradient counts again in each step. w swings between about 0 and 6 for ever, like a ball in a bowl without "
      "friction. Nothing crashes, and each time that w passes 3 the loss is near 0.");
}

void what_the_engine_refuses(show::Lesson& lesson) {
  lesson.section("What the engine refuses");
  Tensor w = Tensor(2).requires_grad(true), square = w * w, loss = square * w;
  lesson.name_columns(16);
  loss.backward();
  lesson.show_error("a second time", [&] { loss.backward(); });
  lesson.show_error("no retain_grad()", [&] { square.grad(); });
  square = w * w;
  w.set({}, 5);
  lesson.show_error("w set to 5", [&] { square.backward(); });
}

void how_small_is_a_little(show::Lesson& lesson) {
  lesson.section("How small is a little?", "(L(q + h) - L(q - h)) / 2h");
  lesson.say(
      "The error of the central difference of dL/dq (root of the mean square over 1,000 queries). It has two parts. What the Taylor series "
      "leaves out shrinks as h^2. But L is rounded, and the rounding error is divided by 2h: that part grows as 1/h.");
  show::Table steps({"h", "error in double", "error in float"});
  show::LineChart chart{"Error of the central difference against its step", "h", "error", {{"double", {}, {}}, {"float", {}, {}}}};
  chart.log_x = chart.log_y = true;
  for (int exponent = -12; exponent <= -1; ++exponent) {
    double h = pow(10.0, exponent),
           errors[] = {typical_error<double>([&](const Inputs&in) { return central_difference<double>(in, q, h); }),
                       typical_error<float>([&](const Inputs&in) { return central_difference<float>(in, q, static_cast<float>(h)); })};
    for (int i = 0; i < 2; ++i) {
      chart.series[i].x.push_back(h);
      chart.series[i].y.push_back(errors[i]);
    }
    steps.add_row({show::scientific(h, 0), show::scientific(errors[0]), show::scientific(errors[1])});
  }
  lesson.show(steps);
  lesson.show("step", chart);
  lesson.say(
      "The best h is near the cube root of the precision, 6e-06 in double and 5e-03 in float. There double is almost a million times more "
      "accurate. That is why gradients are checked in double, here and in this project's tests.");
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A gradient is made of local derivatives: multiplied along each way back, added where ways meet. The engine is a list of such rules "
      "and an order in which to apply them. One walk gives all ten gradients. The numeric way runs the model twice for each.");
}

void lesson_body(show::Lesson& lesson) {
  Ten<double> x = forward<double>(inputs);
  the_question(lesson, x);
  forward_by_hand(lesson, x);
  Ten<double> by_hand = backward_by_hand(lesson, x);
  the_engine_does_the_same(lesson, by_hand);
  softmax_all_at_once(lesson);
  gradients_stay(lesson);
  what_the_engine_refuses(lesson);
  how_small_is_a_little(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"12",
                            "Automatic differentiation",
                            "自动微分",
                            "chapter 1 of all five articles",
                            "A graph of six nodes, forward and backward by hand, by the engine, and by finite differences.",
                            {{"no-zero-grad", "section 4 runs backward() twice and clears nothing between"},
                             {"in-place", "section 4 changes an input after it was used"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
