#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "neighbours.h"

using namespace qkv;

namespace {

// Five elements of width 2, and a small network that turns two neighbours into a weight: w = u . tanh(W [x_i-1, x_i] + b).
struct Example {
  Tensor X = tensor({{1.0, 0.5}, {-0.5, 1.5}, {0.8, -1.2}, {0.2, 0.4}, {-1.0, 0.6}});
  Tensor W = tensor({{0.6, -0.4, 0.3, 0.9}, {-0.8, 0.5, 1.1, -0.2}, {0.2, 0.7, -0.5, 0.4}}), b = tensor({0.1, -0.2, 0.3}),
         u = tensor({0.9, -0.7, 1.2});
};

/// The hidden numbers of two neighbours before tanh, and their weight, number by number.
struct ByHand {
  Tensor hidden = zeros({3});
  double weight = 0;
};
ByHand weight_by_hand(const Example& x, Index left, Index right) {
  ByHand found;
  for (Index h = 0; h < 3; ++h) {
    double total = x.b.at({h});
    for (Index d = 0; d < 2; ++d) total += x.W.at({h, d}) * x.X.at({left, d}) + x.W.at({h, 2 + d}) * x.X.at({right, d});
    found.hidden.set({h}, total);
    found.weight += x.u.at({h}) * tanh(total);
  }
  return found;
}

/// The same for all neighbours at once: X (n, 2) -> (n - 1).
Tensor weights_of_pairs(const Tensor& X, const Example& x) {
  Tensor pairs = concat({slice(X, 0, 0, X.size(0) - 1), slice(X, 0, 1, X.size(0))}, 1);  // (n - 1, 4)
  return matmul(tanh(linear(pairs, x.W, x.b)), x.u);
}

/// With an element of zeros before the first, so that every element has a left neighbour: (n).
Tensor weights_of_elements(const Tensor& X, const Example& x) { return weights_of_pairs(concat({zeros({1, 2}), X}, 0), x); }

/// How much the answer to one case grows with each item's value: the gradient, (7).
Tensor taken_from(const Model& model, const Tensor& X) {
  Tensor input = X.clone().requires_grad(true);
  sum(model(input)).backward();
  return slice(select(select(input.grad(), 0, 0), 1, value), 0, 0, items);
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "A small network makes a weight from two neighbours. Weights times elements give a new sequence, and a last layer makes the output "
      "of "
      "it. Is that the attention of the formula a_i = sum_j alpha_ij x_j? Five elements of width 2, and a network with three hidden "
      "numbers:");
  lesson.show("X", x.X);
  lesson.show("W", x.W);
  lesson.show("b", x.b);
  lesson.show("u", x.u);
}

void a_weight_for_each_two_neighbours(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 1: a weight for each two neighbours", "w = u . tanh(W [x_i-1, x_i] + b)");
  lesson.say("The first two elements, (1, 0.5) and (-0.5, 1.5), put side by side:");
  lesson.name_columns(18);
  Tensor by_hand = zeros({4}), hidden = weight_by_hand(x, 0, 1).hidden;
  lesson.show("W [x_1, x_2] + b", hidden);
  lesson.show("tanh(...)", tanh(hidden));
  for (Index i = 1; i < 5; ++i) {
    by_hand.set({i - 1}, weight_by_hand(x, i - 1, i).weight);
    lesson.show("w of x_" + show::whole(i) + ", x_" + show::whole(i + 1), by_hand.at({i - 1}));
  }
  lesson.compare("by the loop and by matrices", by_hand, weights_of_pairs(x.X, x));
  lesson.say("Five elements have four pairs of neighbours. And nothing makes a weight positive, or the sum of the weights 1.");
}

void add_all_weights(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 2: \"add all weights\"");
  Tensor w = weights_of_pairs(x.X, x);
  lesson.say("The sum of the weights is a number. The article calls it a vector:");
  lesson.name_columns(20);
  lesson.show("sum", sum(w).item());
  lesson.show("shape", std::string(sum(w).shape().text()) + ", where a weight for each element would be (5)");
  lesson.say("Put side by side, the weights are a vector of four. But step 3 multiplies them with five elements:");
  lesson.show_error("w times X", [&] { unsqueeze(w, 1) * x.X; });
  lesson.say("With an element of zeros before the first, every element has a left neighbour. Then there are five weights:");
  lesson.show("w", weights_of_elements(x.X, x));
}

void weights_times_elements(show::Lesson& lesson, const Example& x) {
  lesson.section("Step 3: weights times elements, and the formula", "y_i = w_i x_i;   a_i = sum_j alpha_ij x_j");
  Tensor w = weights_of_elements(x.X, x), Y = unsqueeze(w, 1) * x.X, alpha = eye(5) * w;
  lesson.show("y", Y);
  lesson.say("The formula has 25 weights. It gives the same y only if they are these:");
  lesson.show("alpha", alpha);
  lesson.compare("y and sum_j alpha_ij x_j", Y, matmul(alpha, x.X));
  lesson.say("So each sum in the formula has one term. The steps give 5 of 25 weights, and no element takes anything from another.");
}

void who_feels_a_change(show::Lesson& lesson, const Example& x) {
  lesson.section("Who feels a change of x_1?");
  lesson.say("Let x_1 be (2, -1) instead of (1, 0.5). How far does each output move?");
  Tensor changed = concat({tensor({{2.0, -1.0}}), slice(x.X, 0, 1, 5)}, 0);
  Tensor Y = unsqueeze(weights_of_elements(x.X, x), 1) * x.X;
  Tensor moved = sum(pow(unsqueeze(weights_of_elements(changed, x), 1) * changed - Y, 2), 1);
  Tensor attended = scaled_dot_product_attention(x.X, x.X, x.X).output;
  Tensor moved_all = sum(pow(scaled_dot_product_attention(changed, changed, changed).output - attended, 2), 1);
  lesson.name_columns(34);
  lesson.show("the steps: |change of y_i|^2", moved);
  lesson.show("the formula, softmax(X X^T / ...)", moved_all);
  lesson.say("The steps reach one place to the right and no further. The formula reaches every place.");
}

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

/// Each row: a model's squared error on either task, a number for each seed.
struct Errors {
  std::vector<double> next, look_up;
};

/// Returns the models of the first seed, trained.
std::unique_ptr<Models> two_tasks(show::Lesson& lesson, Index distance) {
  lesson.section("Two tasks", "Adam on mean squared error");
  Index steps = lesson.quick() ? 1000 : 2000;
  lesson.say(
      "Seven items, each with a key, a value and perhaps a mark; then a question that names a key. Task next: the value behind the mark. "
      "Task look-up: the value whose key is named. Every model ends in the same linear layer.");
  std::unique_ptr<Models> first;
  Errors steps_errors, pairs_errors, placed_errors;
  for (int i = 0; i < lesson.seeds(); ++i) {
    Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
    auto models = std::make_unique<Models>(rng);
    const auto learn = [&](Errors& errors, const char* name, const Model& next, const Model& look_up) {
      errors.next.push_back(train(next, name, Task::next, distance, steps, rng));
      errors.look_up.push_back(train(look_up, name, Task::look_up, distance, steps, rng));
    };
    learn(steps_errors, "neighbours", models->steps_next, models->steps_look_up);
    learn(pairs_errors, "all pairs", models->pairs_next, models->pairs_look_up);
    learn(placed_errors, "all pairs, with positions", models->placed_next, models->placed_look_up);
    if (first == nullptr) first = std::move(models);
  }
  show::Table result({"squared error on 2,000 new cases", "next", "look-up"});
  const auto add_share = [&](const char* name, double share) {
    result.add_row({name, show::number(error_of_share(share, Task::next, distance), 2),
                    show::number(error_of_share(share, Task::look_up, distance), 2)});
  };
  const auto add_model = [&](const char* name, const Errors& errors) {
    result.add_row({name, show::median_and_range(errors.next, 2), show::median_and_range(errors.look_up, 2)});
  };
  add_share("always 0, the mean of all values", 0);
  add_share("a seventh of each value", 1.0 / 7);
  add_model("the steps: neighbours", steps_errors);
  add_model("the formula: all pairs", pairs_errors);
  add_model("all pairs, with positions", placed_errors);
  lesson.name_columns(12);
  lesson.show("seeds tried", lesson.seeds());
  lesson.say("The models: the median, and in brackets the range.");
  lesson.show(result);
  return first;
}

/// Which item of a case (counted from 1) has the value that is the answer?
Index wanted(const Batch& batch) {
  Index at = 0;
  while (batch.X.at({0, at, value}) != batch.answer.item()) ++at;
  return at + 1;
}

void where_the_answer_comes_from(show::Lesson& lesson, const Models& models, Index distance) {
  lesson.section("From which item does the answer come?", "d answer / d value_i, for one case");
  Rng case_rng(7);
  Batch next = draw(1, Task::next, distance, case_rng), look_up = draw(1, Task::look_up, distance, case_rng);
  lesson.say(
      "The gradient of the answer with respect to each item's value, by the models of the first seed. Best would be 1 at the wanted item "
      "and "
      "0 elsewhere.");
  const std::string in_next = "next, wanted " + show::whole(wanted(next)), in_look_up = "look-up, wanted " + show::whole(wanted(look_up));
  lesson.show("sources",
              show::HeatMap{stack({taken_from(models.steps_next, next.X), taken_from(models.pairs_next, next.X),
                                   taken_from(models.steps_look_up, look_up.X), taken_from(models.pairs_look_up, look_up.X)}),
                            {in_next + ": neighbours", in_next + ": all pairs", in_look_up + ": neighbours", in_look_up + ": all pairs"},
                            {"1", "2", "3", "4", "5", "6", "7"},
                            "How much the answer changes with each item's value",
                            0,
                            1.5});
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The steps and the formula beside them are two models. The steps weigh an element by itself and its left neighbour. That is enough "
      "if "
      "the neighbour says what matters, and useless if the reason stands far away. The formula weighs all pairs. It finds what is far "
      "away, "
      "but without positions it does not know what a neighbour is. With positions it does both.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  the_question(lesson, x);
  a_weight_for_each_two_neighbours(lesson, x);
  add_all_weights(lesson, x);
  weights_times_elements(lesson, x);
  who_feels_a_change(lesson, x);
  Index distance = lesson.broken("two-away") ? 2 : 1;
  std::unique_ptr<Models> models = two_tasks(lesson, distance);
  where_the_answer_comes_from(lesson, *models, distance);
  what_to_notice(lesson);
}

const show::LessonInfo info{"46",
                            "Neighbours",
                            "相邻元素的权重",
                            "《解密注意力》 §3.1–3.3",
                            "Weights from a small network over neighbours, step by step as the article has it, beside the formula "
                            "that it gives for them.",
                            {{"two-away", "in the task next the answer stands two places behind the mark"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
