// precision: double
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"

using namespace qkv;

namespace {

/// J_ij = dp_i / ds_j = p_i ((i = j) - p_j), number by number.
Tensor jacobian_by_hand(const Tensor& p) {
  Index n = p.size();
  Tensor J = zeros({n, n});
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) J.set({i, j}, p.at({i}) * ((i == j) - p.at({j})));
  return J;
}

/// The same from the engine: a backward() for each row, with a 1 for that output as what arrives.
Tensor jacobian_by_engine(const Tensor& s, Tensor (*f)(const Tensor&)) {
  Tensors rows;
  for (Index i = 0; i < s.size(); ++i) {
    Tensor x = s.clone().requires_grad(true);
    select(f(x), 0, i).backward();
    rows.push_back(x.grad());
  }
  return stack(rows);
}

Tensor once(const Tensor& s) { return softmax(s); }
/// Softmax twice over, as 《认知平衡》 §3.2 has it.
Tensor twice(const Tensor& s) { return softmax(softmax(s)); }

/// A line of a table: a name and the numbers of x, to six places.
std::vector<std::string> row(const char* name, const Tensor& x) {
  std::vector<std::string> cells{name};
  for (Index i = 0; i < x.size(); ++i) cells.push_back(show::number(x.data()[i], 6));
  return cells;
}

void the_softmax(show::Lesson& lesson, const Tensor& s, const Tensor& p) {
  lesson.section("Softmax", "p_i = exp(s_i) / Z,  Z = sum_k exp(s_k)");
  lesson.say(
      "s_j stands in Z, where its derivative is exp(s_j). If i = j, it stands above the fraction too. The quotient rule: dp_i/ds_j = ((i = "
      "j) exp(s_i) Z - exp(s_i) exp(s_j)) / Z^2 = p_i ((i = j) - p_j), where (i = j) is 1 or 0.");
  lesson.show("s", s);
  lesson.show("p", p);
  Tensor J = jacobian_by_hand(p);
  lesson.show("J", J);
  lesson.say("Counting from 0: J(2, 2) = 0.5311 x (1 - 0.5311), and J(2, 3) = -0.5311 x 0.2386.");
  lesson.compare("by the formula and by the engine", J, jacobian_by_engine(s, once), 1e-10);
  Tensor x = s.clone();
  lesson.compare("by the formula and by trying", J, transpose(central_differences(x, [&] { return softmax(x); })), 1e-8);
  lesson.say(
      "Known beforehand: each row sums to 0, because adding one number to all scores changes no weight. Each column sums to 0, because the "
      "weights sum to 1 before and after. J is its own transpose.");
  lesson.show("rows", sum(J, 1));
  lesson.compare("J and its transpose", J, transpose(J), 1e-10);
}

void attention_forward(show::Lesson& lesson, const Example& x, const Tensor& S, const Tensor& A, const Tensor& O) {
  lesson.section("Attention, forward", "S = Q K^T / sqrt(d),  A = softmax(S),  O = A V");
  lesson.say(
      "Two queries and three keys of width 4, three values of width 5. The loss is L = sum of G x O, number by number. So G is dL/dO, the "
      "gradient that arrives at O.");
  const struct {
    const char* name;
    const Tensor& value;
  } steps[] = {{"Q", x.Q}, {"K", x.K}, {"V", x.V}, {"G", x.G}, {"S", S}, {"A", A}, {"O", O}};
  for (const auto& step : steps) lesson.show(step.name, step.value);
  lesson.say(
      "Softmax makes a distribution of each row: positive numbers with sum 1. An element becomes one probability of its row. So a score "
      "reaches the weights of its own row only. Add 1 to the first score:");
  lesson.name_columns(28);
  lesson.show("A, with s_11 + 1", softmax(S + tensor({{1, 0, 0}, {0, 0, 0}})));
  lesson.say("The rows run over the keys, as the sum in O does. Over the queries instead, the weights in an output add up to anything:");
  lesson.show("over the keys, row sums", sum(A, 1));
  lesson.show("over the queries, row sums", sum(softmax(S, 0), 1));
}

/// How L changes with Q, K and V.
struct Gradients {
  Tensor dQ, dK, dV;
};

Gradients attention_backward(show::Lesson& lesson, const Example& x, const Tensor& A, const Tensor& O) {
  lesson.section("Attention, backward", "from O to Q, K and V");
  lesson.say(
      "Through a product C = X Y a gradient goes back as dX = dC Y^T and dY = X^T dC. Through softmax it goes back row by row, as dS = J "
      "dA. That needs no J: dS_j = A_j (dA_j - sum_k dA_k A_k).");
  lesson.name_columns(16);
  double scale = lesson.broken("no-scale") ? 1 : 1 / sqrt(4.0);
  Tensor dV = matmul(transpose(A), x.G);
  Tensor dA = matmul(x.G, transpose(x.V));
  Tensor inner = sum(dA * A, 1, true);  // (2, 1): for each row the mean of dA under the weights
  Tensor sums = select(inner, 1, 0);
  if (lesson.broken("no-sum")) inner = zeros({2, 1});
  Tensor dS = A * (dA - inner);
  Tensor dQ = matmul(dS, x.K) * scale;
  Tensor dK = matmul(transpose(dS), x.Q) * scale;
  const struct {
    const char* name;
    const Tensor& value;
  } steps[] = {{"dV = A^T G", dV}, {"dA = G V^T", dA},    {"sum_k dA_k A_k", sums},
               {"dS", dS},         {"dQ = dS K / 2", dQ}, {"dK = dS^T Q / 2", dK}};
  for (const auto& step : steps) lesson.show(step.name, step.value);
  lesson.compare("dS of row 0, and J dA", select(dS, 0, 0), matmul(jacobian_by_hand(select(A, 0, 0)), select(dA, 0, 0)));
  lesson.compare("sum_k dA_k A_k, and sum_c G_c O_c", sums, sum(x.G * O, 1));
  lesson.say(
      "The last line saves memory: the sum needs the output only, not the weights. Known beforehand: rows of dS sum to 0. And dK, added up "
      "over the keys, is 0, because one vector added to all keys adds one number to a whole row of S.");
  lesson.show("dS, row sums", sum(dS, 1));
  lesson.show("dK, summed", sum(dK, 0));
  return {dQ, dK, dV};
}

/// The gradients by backward(): of the small operations in loss(), or of the library's attention.
Gradients by_engine(bool library) {
  Example x;
  for (Tensor* t : {&x.Q, &x.K, &x.V}) t->requires_grad(true);
  if (library) scaled_dot_product_attention(x.Q, x.K, x.V).output.backward(x.G);
  else loss(x.Q, x.K, x.V, x.G).backward();
  return {x.Q.grad(), x.K.grad(), x.V.grad()};
}

void held_to_the_engine_and_to_trying(show::Lesson& lesson, const Gradients& by_hand) {
  lesson.section("Held to the engine and to trying", "L.backward()");
  Example x;
  auto L = [&] { return loss(x.Q, x.K, x.V, x.G); };
  Gradients engine = by_engine(false), library = by_engine(true);
  const struct {
    const char* name;
    const Tensor &input, &by_hand, &engine, &library;
  } gradients[] = {{"dQ", x.Q, by_hand.dQ, engine.dQ, library.dQ},
                   {"dK", x.K, by_hand.dK, engine.dK, library.dK},
                   {"dV", x.V, by_hand.dV, engine.dV, library.dV}};
  for (const auto& g : gradients) {
    std::string name = g.name;
    lesson.compare(name + " by hand and by the engine", g.by_hand, g.engine, 1e-10);
    lesson.compare(name + " by hand and by the library's attention", g.by_hand, g.library, 1e-10);
    Tensor slopes = reshape(central_differences(g.input, L), g.by_hand.shape());
    lesson.compare(name + " by hand and by central differences", g.by_hand, slopes, 1e-8);
  }
}

double largest_by_smallest(const Tensor& w) { return max(w).item() / -max(-w).item(); }

void the_most_that_one_can_get(show::Lesson& lesson) {
  lesson.say("However far one score lies above the others, its weight stays below e / (e + n - 1). Among n positions:");
  show::Table share({"n", "once", "twice, at most", "mean"});
  for (Index n : {2, 5, 100, 1000}) {
    Tensor one_high = zeros({n});
    one_high.set({0}, 1e6);
    double mean = 1 / static_cast<double>(n);
    share.add_row({show::whole(n), show::number(once(one_high).at({0})), show::number(twice(one_high).at({0})), show::number(mean)});
  }
  lesson.show(share);
}

void softmax_of_a_softmax(show::Lesson& lesson, const Tensor& s, const Tensor& p) {
  lesson.section("Softmax of a softmax", "similarity = softmax(q . k),  a = softmax(similarity)");
  lesson.say(
      "《认知平衡》 §3.2 has softmax in two formulas, and the second is applied to the result of the first; its §4.2 has it once. The "
      "scores "
      "of the second softmax lie between 0 and 1, so no weight can be more than e = 2.7183 times another:");
  Tensor again = softmax(p), far = s * 1000;
  show::Table table({"", "1", "2", "3", "4", "5"});
  table.add_row(row("s", s)).add_row(row("once", p)).add_row(row("twice", again));
  table.add_row(row("s x 1000, once", once(far))).add_row(row("s x 1000, twice", twice(far)));
  lesson.show(table);
  lesson.name_columns(24);
  lesson.show("largest / smallest", show::number(largest_by_smallest(p)) + " once, " + show::number(largest_by_smallest(again)) + " twice");
  the_most_that_one_can_get(lesson);
  lesson.say("The gradient goes through both, J(twice) J(once), and shrinks twice (norm: the root of the sum of all squares):");
  Tensor J_once = jacobian_by_hand(p), J = matmul(jacobian_by_hand(again), J_once);
  lesson.show("J(twice) J(once)", J);
  lesson.compare("by the chain rule and by the engine", J, jacobian_by_engine(s, twice), 1e-10);
  lesson.show("norm, once and twice", show::number(norm(J_once).item()) + ", " + show::number(norm(J).item()));
}

/// Can descent bring the largest of five weights from a fifth to 0.9?  The largest weight after so many steps of SGD on -log of it.
void what_that_means_for_learning(show::Lesson& lesson) {
  lesson.section("What that means for learning", "SGD on -log a_1, lr 1, from equal scores");
  lesson.say("The task: put all weight on the first of five places. The scores themselves are learned. At the start all weights are 0.2.");
  show::Table table({"steps", "once: a_1", "twice: a_1", "once: s_1 - s_2", "twice: s_1 - s_2"});
  Tensor s_once = zeros({5}).requires_grad(true), s_twice = zeros({5}).requires_grad(true);
  optim::SGD sgd({s_once, s_twice}, 1);
  std::vector<double> steps, weight_once, weight_twice;
  for (Index step = 0; step <= 300; ++step) {
    Tensor a_once = select(once(s_once), 0, 0), a_twice = select(twice(s_twice), 0, 0);
    steps.push_back(static_cast<double>(step));
    weight_once.push_back(a_once.item());
    weight_twice.push_back(a_twice.item());
    if (step == 0 || step == 1 || step == 10 || step == 100 || step == 300) {
      double lead_once = s_once.at({0}) - s_once.at({1}), lead_twice = s_twice.at({0}) - s_twice.at({1});
      table.add_row({show::whole(step), show::number(weight_once.back()), show::number(weight_twice.back()), show::number(lead_once),
                     show::number(lead_twice)});
    }
    sgd.zero_grad();
    (-log(a_once) - log(a_twice)).backward();
    sgd.step();
  }
  lesson.show(table);
  lesson.show(
      "learning",
      show::LineChart{"Weight of the wanted position", "steps", "a_1", {{"once", steps, weight_once}, {"twice", steps, weight_twice}}});
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Three articles have a section on the derivation of their formula, and each states the forward steps once more. Training needs the "
      "way back: how does the loss L change when Q, K or V change a little? Everything here is in double precision.");
  Tensor s = tensor({0.1, 0.4, 2.0, 1.2, -0.5}), p = softmax(s);
  the_softmax(lesson, s, p);
  Example x;
  Tensor S = matmul(x.Q, transpose(x.K)) / 2, A = softmax(S), O = matmul(A, x.V);
  attention_forward(lesson, x, S, A, O);
  Gradients by_hand = attention_backward(lesson, x, A, O);
  held_to_the_engine_and_to_trying(lesson, by_hand);
  softmax_of_a_softmax(lesson, s, p);
  what_that_means_for_learning(lesson);
  lesson.section("What to notice");
  lesson.say(
      "Five lines are the gradient of attention: two for each product and one for softmax. The scale 1 / sqrt(d) comes once more. A weight "
      "that grows takes from the others, because the columns of J sum to 0. And a second softmax does harm: it sets an upper limit to "
      "every "
      "weight, and no training can lift it.");
}

const show::LessonInfo info{
    "45",
    "Gradients of attention",
    "注意力的梯度",
    "《资源分配》, 《专注力》, 《认知平衡》 §4.2; 《认知平衡》 §3.2",
    "The gradients of softmax and of attention, derived, by hand, by the engine and by trying; and what a "
    "softmax of a softmax does.",
    {{"no-scale", "section 4 forgets 1 / sqrt(d) on the way back"}, {"no-sum", "section 4 forgets what a weight takes from the others"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
