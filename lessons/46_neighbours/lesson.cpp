#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// Five elements of width 2, and a small network that turns two neighbours into a weight: w = u . tanh(W [x_i-1, x_i] + b).
struct Example {
  Tensor X = tensor({{1.0, 0.5}, {-0.5, 1.5}, {0.8, -1.2}, {0.2, 0.4}, {-1.0, 0.6}});
  Tensor W = tensor({{0.6, -0.4, 0.3, 0.9}, {-0.8, 0.5, 1.1, -0.2}, {0.2, 0.7, -0.5, 0.4}}), b = tensor({0.1, -0.2, 0.3}),
         u = tensor({0.9, -0.7, 1.2});
};

/// The weight of two neighbours, number by number.
double weight_by_hand(const Example& x, Index left, Index right) {
  double weight = 0;
  for (Index h = 0; h < 3; ++h) {
    double total = x.b.at({h});
    for (Index d = 0; d < 2; ++d) total += x.W.at({h, d}) * x.X.at({left, d}) + x.W.at({h, 2 + d}) * x.X.at({right, d});
    weight += x.u.at({h}) * tanh(total);
  }
  return weight;
}

/// The same for all neighbours at once: X (n, 2) -> (n - 1).
Tensor weights_of_pairs(const Tensor& X, const Example& x) {
  Tensor pairs = concat({slice(X, 0, 0, X.size(0) - 1), slice(X, 0, 1, X.size(0))}, 1);  // (n - 1, 4)
  return matmul(tanh(linear(pairs, x.W, x.b)), x.u);
}

/// With an element of zeros before the first, so that every element has a left neighbour: (n).
Tensor weights_of_elements(const Tensor& X, const Example& x) { return weights_of_pairs(concat({zeros({1, 2}), X}, 0), x); }

// Two tasks of one shape. Seven items, each with a key of its own, a value and perhaps a mark, then a question; the answer is an item's value.
//   next:    the item behind the marked one
//   look-up: the item whose key the question names
constexpr Index items = 7, n = items + 1, mark = items, value = items + 1, question = items + 2, d = items + 3;
enum class Task { next, look_up };
struct Batch {
  Tensor X, answer;  // (B, 8, 10), (B, 1)
};
Batch draw(Index count, Task task, Index distance, Rng& rng) {
  Batch batch{zeros({count, n, d}), zeros({count, 1})};
  for (Index c = 0; c < count; ++c) {
    std::vector<Index> key = rng.permutation(items);
    Index marked = rng.below(items - distance), wanted = task == Task::next ? marked + distance : rng.below(items);
    for (Index i = 0; i < items; ++i) {
      double number = rng.normal();
      batch.X.set({c, i, key[i]}, 1);
      batch.X.set({c, i, value}, number);
      if (i == wanted) batch.answer.set({c, 0}, number);
    }
    batch.X.set({c, marked, mark}, 1);
    batch.X.set({c, items, question}, 1);
    batch.X.set({c, items, key[task == Task::look_up ? wanted : rng.below(items)]}, 1);
  }
  return batch;
}

/// What can be trained on either task: X (B, 8, 10) -> (B, 1).
struct Model : nn::Module {
  virtual Tensor operator()(const Tensor& X) const = 0;
};

/// The article's four steps: a weight from each element and its left neighbour, weight times element, one linear layer over all of it.
struct Neighbours : Model {
  nn::Linear W, u, out;
  explicit Neighbours(Rng& rng) : W(2 * d, 16, rng), u(16, 1, rng), out(n * d, 1, rng) { adopt("W", W), adopt("u", u), adopt("out", out); }
  Tensor operator()(const Tensor& X) const override {
    Tensor before = concat({zeros({X.size(0), 1, d}), slice(X, 1, 0, n - 1)}, 1);
    Tensor w = u(tanh(W(concat({before, X}, 2))));  // (B, 8, 1)
    return out(reshape(w * X, {-1, n * d}));
  }
};

/// The article's formula: a_i = sum_j alpha_ij x_j with a weight for every pair, then the same linear layer.
struct Formula : Model {
  bool positions;
  nn::Linear W_q, W_k, out;
  Formula(bool with_positions, Rng& rng)
      : positions(with_positions), W_q(d + n * positions, 16, rng), W_k(d + n * positions, 16, rng), out(n * d, 1, rng) {
    adopt("W_q", W_q), adopt("W_k", W_k), adopt("out", out);
  }
  Tensor operator()(const Tensor& X) const override {
    Tensor from = positions ? concat({X, zeros({X.size(0), n, n}) + eye(n)}, 2) : X;
    return out(reshape(scaled_dot_product_attention(W_q(from), W_k(from), X).output, {-1, n * d}));
  }
};

/// Each model for each task.
struct Models {
  Neighbours steps_next, steps_look_up;
  Formula pairs_next, pairs_look_up, placed_next, placed_look_up;
  explicit Models(Rng& rng)
      : steps_next(rng),
        steps_look_up(rng),
        pairs_next(false, rng),
        pairs_look_up(false, rng),
        placed_next(true, rng),
        placed_look_up(true, rng) {}
};

/// Trains on fresh cases; the squared error on 2,000 others.
double train(const Model& model, const char* name, Task task, Index distance, Index steps, Rng& rng) {
  optim::Adam adam(model.parameters(), 0.01);
  show::Progress progress(steps, name);
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, task, distance, rng);
    Tensor loss = mse_loss(model(batch.X), batch.answer);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("error " + show::number(loss.item()));
  }
  Rng test_rng(99);
  Batch test = draw(2000, task, distance, test_rng);
  return mse_loss(model(test.X), test.answer).item();
}

/// The squared error of who answers with this share of every value, whatever is asked.
double error_of_share(double share, Task task, Index distance) {
  Rng rng(99);
  Batch test = draw(2000, task, distance, rng);
  return mse_loss(sum(select(test.X, 2, value), 1, true) * share, test.answer).item();
}

/// How much the answer to one case grows with each item's value: the gradient, (7).
Tensor taken_from(const Model& model, const Tensor& X) {
  Tensor input = X.clone().requires_grad(true);
  sum(model(input)).backward();
  return slice(select(select(input.grad(), 0, 0), 1, value), 0, 0, items);
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "A weight for each element, worked out by a small network from two neighbours; weights times elements; a last layer. Is that "
      "attention, as the formula a_i = sum_j alpha_ij x_j has it?");
  lesson.show("X", x.X);
}

void a_weight_for_each_two_neighbours(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 1: a weight for each two neighbours", "w = u . tanh(W [x_i-1, x_i] + b)");
  Tensor by_hand = zeros({4});
  for (Index i = 1; i < 5; ++i) {
    double weight = weight_by_hand(x, i - 1, i);
    by_hand.set({i - 1}, weight);
    lesson.show("x_" + show::whole(i) + ", x_" + show::whole(i + 1), weight);
  }
  lesson.compare("by the loop and by matrices", by_hand, weights_of_pairs(x.X, x));
  lesson.say("Five elements have four pairs of neighbours. And no one said that a weight is positive or that weights sum to 1.");
}

void add_all_weights(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 2: \"add all weights\"");
  Tensor w = weights_of_pairs(x.X, x);
  lesson.say("A sum of weights is a number, not the vector that the article announces:");
  lesson.name_columns(20);
  lesson.show("sum", sum(w).item());
  lesson.show("shape", std::string(sum(w).shape().text()) + ", where a weight for each element would be (5)");
  lesson.say("Put side by side instead, they are a vector, of four; and step 3 multiplies it with five elements:");
  lesson.show_error("w times X", [&] { unsqueeze(w, 1) * x.X; });
  lesson.say("With an element of zeros before the first, everyone has a left neighbour, and there are five:");
  lesson.show("w", weights_of_elements(x.X, x));
}

void weights_times_elements(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 3: weights times elements, and the formula", "y_i = w_i x_i;   a_i = sum_j alpha_ij x_j");
  Tensor w = weights_of_elements(x.X, x), Y = unsqueeze(w, 1) * x.X, alpha = eye(5) * w;
  lesson.show("y", Y);
  lesson.say("To get the same from the formula its 25 weights must be these, all on the diagonal:");
  lesson.show("alpha", alpha);
  lesson.compare("y and sum_j alpha_ij x_j", Y, matmul(alpha, x.X));
  lesson.say("So the sum in the formula has one term. The steps give 5 of 25 weights, and no element takes anything from another.");
}

void who_feels_a_change(show::Lesson& lesson, const Example& x) {
  lesson.section("Who feels a change of x_1?");
  Tensor changed = concat({tensor({{2.0, -1.0}}), slice(x.X, 0, 1, 5)}, 0);
  Tensor Y = unsqueeze(weights_of_elements(x.X, x), 1) * x.X;
  Tensor moved = sum(pow(unsqueeze(weights_of_elements(changed, x), 1) * changed - Y, 2), 1);
  Tensor attended = scaled_dot_product_attention(x.X, x.X, x.X).output;
  Tensor moved_all = sum(pow(scaled_dot_product_attention(changed, changed, changed).output - attended, 2), 1);
  lesson.name_columns(34);
  lesson.show("the steps: squared change of y_i", moved);
  lesson.show("the formula, softmax(X X^T / ...)", moved_all);
  lesson.say("The steps reach one place to the right and no further; the formula reaches everywhere.");
}

void two_tasks(show::Lesson& lesson, const Models& models, Index distance, Rng& rng) {
  lesson.section("Two tasks", "Adam on mean squared error");
  Index steps = lesson.quick() ? 1000 : 5000;
  lesson.say(
      "Seven items with a key, a value and perhaps a mark; then a question that names a key. Task next: the value behind the mark. Task "
      "look-up: the value whose key is named. Both models end in the same linear layer.");
  show::Table result({"squared error on 2,000 new cases", "next", "look-up"});
  auto add_row = [&](const char* name, double next, double look_up) {
    result.add_row({name, show::number(next, 2), show::number(look_up, 2)});
  };
  const struct {
    const char* name;
    double share;
  } shares[] = {{"always 0, the mean of all values", 0}, {"a seventh of each value", 1.0 / 7}};
  for (const auto& s : shares)
    add_row(s.name, error_of_share(s.share, Task::next, distance), error_of_share(s.share, Task::look_up, distance));
  const struct {
    const char* name;
    const Model &next, &look_up;
  } rows[] = {{"the steps: neighbours", models.steps_next, models.steps_look_up},
              {"the formula: all pairs", models.pairs_next, models.pairs_look_up},
              {"all pairs, with positions", models.placed_next, models.placed_look_up}};
  for (const auto& row : rows) {
    double next = train(row.next, row.name, Task::next, distance, steps, rng);
    add_row(row.name, next, train(row.look_up, row.name, Task::look_up, distance, steps, rng));
  }
  lesson.show(result);
}

/// A star for the item whose value is the answer.
const char* wanted(const Batch& batch, Index i) { return batch.X.at({0, i, value}) == batch.answer.item() ? "*" : ""; }

void where_the_answer_comes_from(show::Lesson& lesson, const Models& models, Index distance) {
  lesson.section("From which item does the answer come?", "d answer / d value_i, for one case");
  Rng case_rng(7);
  Batch next = draw(1, Task::next, distance, case_rng), look_up = draw(1, Task::look_up, distance, case_rng);
  lesson.say("The gradient of the answer with respect to each item's value: 1 at the right item and 0 elsewhere would be perfect.");
  show::Table source({"item", "marked", "next: wanted", "neighbours", "all pairs", "look-up: wanted", "neighbours", "all pairs"});
  Tensor a = taken_from(models.steps_next, next.X), b = taken_from(models.pairs_next, next.X);
  Tensor c = taken_from(models.steps_look_up, look_up.X), e = taken_from(models.pairs_look_up, look_up.X);
  for (Index i = 0; i < items; ++i)
    source.add_row({show::whole(i + 1), next.X.at({0, i, mark}) > 0 ? "*" : "", wanted(next, i), show::number(a.at({i}), 2),
                    show::number(b.at({i}), 2), wanted(look_up, i), show::number(c.at({i}), 2), show::number(e.at({i}), 2)});
  lesson.show(source);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The steps and the formula beside them are two models. The steps weigh each element by itself and its neighbour: enough where the "
      "neighbour says what matters, useless where the reason stands far away. The formula weighs all pairs: it finds what is far, but "
      "without positions it does not know what a neighbour is. With positions it does both.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  the_question(lesson, x);
  a_weight_for_each_two_neighbours(lesson, x);
  add_all_weights(lesson, x);
  weights_times_elements(lesson, x);
  who_feels_a_change(lesson, x);
  Index distance = lesson.broken("two-away") ? 2 : 1;
  Rng rng(lesson.seed());
  Models models(rng);
  two_tasks(lesson, models, distance, rng);
  where_the_answer_comes_from(lesson, models, distance);
  what_to_notice(lesson);
}

const show::LessonInfo info{"46",
                            "Neighbours",
                            "相邻元素的权重",
                            "《解密注意力》 §3.2–3.3",
                            "Weights from a small network over neighbours, step by step as the article has it, beside the formula "
                            "that it gives for them.",
                            {{"two-away", "in the task next the answer stands two places behind the mark"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
