#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "wide.h"

using namespace qkv;

namespace {

const std::vector<std::string> words{"the", "cat", "sat"};

// The example: one query and three keys, all of width d = 4, so that sqrt(d) is 2; values of width 2.
struct Example {
  Tensor q = tensor({2, 0, 1, -1});
  Tensor keys = tensor({{1, 1, 0, 1}, {2, -1, 1, -1}, {1, 3, 2, -1}});
  Tensor values = tensor({{1, 0}, {0, 2}, {3, 1}});
};

/// e_j = q . k_j / sqrt(d), number by number; prints each line of it.
Tensor scores_by_hand(const Example& x, show::Lesson& lesson) {
  Index keys = x.keys.size(0), d = x.q.size(0);
  Tensor scores = zeros({keys});
  for (Index j = 0; j < keys; ++j) {
    Tensor products = zeros({d});
    double dot = 0;
    for (Index i = 0; i < d; ++i) {
      products.set({i}, x.q.at({i}) * x.keys.at({j, i}));
      dot += x.q.at({i}) * x.keys.at({j, i});
    }
    scores.set({j}, dot / std::sqrt(static_cast<double>(d)));
    lesson.show(words[j] + ":  q_i k_i", products);
    lesson.show("      q . k", show::number(dot, 0) + ", divided by sqrt(4): " + show::number(scores.at({j}), 1));
  }
  return scores;
}

/// The same Jacobian as wide.h's, asked of the engine: d alpha_i / d e_j, one alpha_i at a time.
Tensor jacobian_by_the_engine(const Tensor& scores) {
  Tensors rows;
  for (Index i = 0; i < scores.size(); ++i) {
    Tensor e = scores.clone().requires_grad(true);
    select(softmax(e), 0, i).backward();
    rows.push_back(e.grad());
  }
  return stack(rows);
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "One query, three keys, all of the same width d = 4. Then no network is needed to compare them, as in lesson 31: multiply them "
      "number by number and add up. But how large do such sums get, and what does softmax make of large ones?");
  lesson.name_columns(10);
  lesson.show("q", x.q);
  for (Index j = 0; j < 3; ++j) lesson.show("k_" + words[j], select(x.keys, 0, j));
  for (Index j = 0; j < 3; ++j) lesson.show("value_" + words[j], select(x.values, 0, j));
}

void a_score_for_each_key(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("A score for each key", "e_j = q . k_j / sqrt(d)");
  lesson.name_columns(16);
  Tensor by_hand = scores_by_hand(x, lesson);
  lesson.compare("by the loop and by matrices", unsqueeze(by_hand, 0), e);
}

void scores_become_weights(show::Lesson& lesson, const Example& x, const Tensor& e, const Tensor& alpha) {
  lesson.section("Scores become weights", "alpha = softmax(e)");
  Tensor dots = matmul(x.keys, x.q), plain = softmax(dots);
  show::Table weights({"word", "q . k_j", "e_j", "exp(e_j)", "without scale", "alpha_j", ""});
  for (Index j = 0; j < 3; ++j)
    weights.add_row({words[j], show::number(dots.at({j}), 0), show::number(e.at({0, j}), 1), show::number(exp(e.at({0, j}))),
                     show::number(plain.at({j})), show::number(alpha.at({0, j})), show::bar(alpha.at({0, j}), 30)});
  lesson.show(weights);
}

void the_weighted_sum(show::Lesson& lesson, const Example& x, const Tensor& alpha, const Tensor& context) {
  lesson.section("The weighted sum", "context = sum_j alpha_j value_j");
  lesson.name_columns(15);
  for (Index j = 0; j < 3; ++j) lesson.show("alpha value_" + words[j], select(alpha, 1, j) * select(x.values, 0, j));
  lesson.show("context", select(context, 0, 0));
  lesson.compare("ours and the library's", context, scaled_dot_product_attention(unsqueeze(x.q, 0), x.keys, x.values).output);
}

void cases_whose_answer_is_known(show::Lesson& lesson, const Example& x, bool scaled) {
  lesson.section("Cases whose answer is known");
  Tensor q = unsqueeze(x.q, 0);
  lesson.say("Three equal keys:");
  lesson.show("alpha", attention(q, ones({3, 1}) * select(x.keys, 0, 1), x.values, scaled).weights);
  lesson.say("The query itself as a key, beside twice and four times itself: all three point exactly where the query points. q . q = 6.");
  lesson.show("alpha", attention(q, tensor({{1}, {2}, {4}}) * x.q, x.values, scaled).weights);
  lesson.say(
      "The exact copy gets almost no weight: a dot product measures length as well as direction. And both vectors must have the same "
      "width:");
  lesson.show_error("refused", [] { scaled_dot_product_attention(ones({1, 2}), ones({3, 4}), ones({3, 2})); });
}

void scores_grow_with_the_width(show::Lesson& lesson, const std::vector<Width>& widths) {
  lesson.section("Scores grow with the width", "Var(q . k) = d, if entries have mean 0 and variance 1");
  lesson.say(
      "500 random queries with 16 random keys each. q . k is a sum of d products, each of variance 1, so its variance is d. Divided by "
      "sqrt(d), it is 1. What sections 6 to 8 say of random queries is the median over the seeds tried.");
  lesson.show("seeds", lesson.seeds());
  show::Table table({"d", "variance of q . k", "predicted", "of q . k / sqrt(d)", "predicted"});
  for (const Width& w : widths)
    table.add_row({show::whole(w.d), show::number(w.middle(false, &Measured::variance), 2), show::whole(w.d),
                   show::number(w.middle(true, &Measured::variance), 2), "1"});
  lesson.show(table);
}

void what_softmax_makes_of_large_scores(show::Lesson& lesson, const Tensor& e, const std::vector<Width>& widths) {
  lesson.section("What softmax makes of large scores", "J = d alpha / d e = diag(alpha) - alpha alpha^T");
  lesson.say("How much do the weights move when a score does? In the example of section 3:");
  Tensor e_row = select(e, 0, 0), J = jacobian(softmax(e_row));
  lesson.show("J", J);
  lesson.compare("by the engine and by the formula", jacobian_by_the_engine(e_row), J);
  lesson.show("norm |J|", norm(J).item());
  lesson.say("The norm |J| is the root of the sum of all squares. For the random queries, 16 keys each:");
  show::Table table({"d", "scores", "entropy", "largest weight", "|J|, mean", "|J|, median"});
  table.add_row({"any", "all equal", show::number(std::log(16.0), 2), show::number(1.0 / 16, 2), show::number(std::sqrt(15.0) / 16),
                 show::scientific(std::sqrt(15.0) / 16)});
  std::vector<double> d, J_of[2];
  for (const Width& w : widths) {
    d.push_back(static_cast<double>(w.d));
    for (bool scaled : {false, true}) {
      table.add_row({show::whole(w.d), scaled ? "scaled" : "plain", show::number(w.middle(scaled, &Measured::entropy), 2),
                     show::number(w.middle(scaled, &Measured::largest), 2), show::number(w.middle(scaled, &Measured::J_mean)),
                     show::scientific(w.middle(scaled, &Measured::J_median))});
      J_of[scaled].push_back(w.middle(scaled, &Measured::J_median));
    }
  }
  lesson.show(table);
  lesson.say("The last column over the seeds, with its smallest and largest, at d = 1,024:");
  lesson.show("plain", widths.back().range(false, &Measured::J_median, 6));
  lesson.show("scaled", widths.back().range(true, &Measured::J_median, 6));
  show::LineChart chart{"How weights answer to scores: median |J|", "width d", "|J|", {{"scaled", d, J_of[1]}, {"plain", d, J_of[0]}}};
  chart.log_x = chart.log_y = true;
  lesson.show("jacobian", chart);
}

void what_reaches_the_query(show::Lesson& lesson, const Example& x, const Tensor& context, const std::vector<Width>& large,
                            const std::vector<Width>& small) {
  lesson.section("What reaches the query", "dq = K^T J V d_output / sqrt(d)");
  lesson.say("The norm of the gradient that arrives at q. The scale stands in this formula too: it also divides the gradient.");
  show::Table table({"entries of q, k", "d", "plain, mean", "plain, median", "scaled, mean", "scaled, median"});
  for (const std::vector<Width>* widths : {&large, &small})
    for (const Width& w : *widths)
      table.add_row({widths == &large ? "about 1.0" : "about 0.1", show::whole(w.d), show::number(w.middle(false, &Measured::at_q_mean)),
                     show::scientific(w.middle(false, &Measured::at_q_median)), show::number(w.middle(true, &Measured::at_q_mean)),
                     show::scientific(w.middle(true, &Measured::at_q_median))});
  lesson.show(table);
  lesson.say("Over the seeds, entries about 1 and d = 1,024:");
  lesson.name_columns(15);
  lesson.show("plain, mean", large.back().range(false, &Measured::at_q_mean, 2));
  lesson.show("plain, median", large.back().range(false, &Measured::at_q_median, 4));
  lesson.show("scaled, mean", large.back().range(true, &Measured::at_q_mean, 2));
  lesson.show("scaled, median", large.back().range(true, &Measured::at_q_median, 2));
  lesson.say("Scaled attention equals plain attention on vectors that are d^(1/4) times smaller. Here d = 4, and d^(1/4) = sqrt(2):");
  double root = std::sqrt(2.0);
  lesson.compare("scaled, and plain on q / sqrt(2), k / sqrt(2)", context,
                 attention(unsqueeze(x.q, 0) / root, x.keys / root, x.values, false).output);
}

void does_it_matter(show::Lesson& lesson, bool scaled, const std::vector<Index>& widths) {
  lesson.section("Does it matter? Sixteen words to learn", "SGD on squared error");
  const Index steps = lesson.quick() ? 300 : 3000;
  lesson.say("Each word has a random query and a random key of its own; every query must find its key. Words found, of 16, after " +
             show::whole(steps) + " steps of descent at the rate lr. By chance it would be 1. Median, and range over the seeds:");
  show::Table learned({"d", "plain, lr 0.1", "plain, lr 1", "scaled, lr 0.1", "scaled, lr 1"});
  show::Progress progress(4 * lesson.seeds() * static_cast<Index>(widths.size()), "learning");
  for (Index d : widths) {
    std::vector<std::string> row{show::whole(d)};
    for (bool with : {false, scaled})
      for (double lr : {0.1, 1.0}) {
        std::vector<double> found;
        for (int i = 0; i < lesson.seeds(); ++i, progress.step())
          found.push_back(static_cast<double>(words_found({d, lr, with}, steps, lesson.seed() + static_cast<std::uint64_t>(i))));
        row.push_back(show::median_and_range(found, 1));
      }
    learned.add_row(row);
  }
  lesson.show(learned);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The scale does not make gradients larger. Where scores are small it makes them smaller, and where they are large the mean without "
      "it is still the larger one. But without it, at d = 1,024, one weight is near 1 before anything is learned. Then half of all "
      "queries get almost no gradient, and a few that hesitate between two keys get far too much.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  bool scaled = !lesson.broken("no-scale");

  Tensor e = matmul(unsqueeze(x.q, 0), transpose(x.keys)) * factor(4, scaled);  // (1, 4) @ (4, 3) = (1, 3)
  Tensor alpha = softmax(e), context = matmul(alpha, x.values);                 // (1, 3), (1, 2)
  the_question(lesson, x);
  a_score_for_each_key(lesson, x, e);
  scores_become_weights(lesson, x, e, alpha);
  the_weighted_sum(lesson, x, alpha, context);
  cases_whose_answer_is_known(lesson, x, scaled);

  const std::vector<Index> widths{4, 64, 1024};
  const std::vector<Width> large = measure_widths(lesson, widths, 1), small = measure_widths(lesson, widths, 0.1);
  scores_grow_with_the_width(lesson, large);
  what_softmax_makes_of_large_scores(lesson, e, large);
  what_reaches_the_query(lesson, x, context, large, small);
  does_it_matter(lesson, scaled, widths);
  what_to_notice(lesson);
}

const show::LessonInfo info{"32",
                            "Dot-product attention",
                            "点积注意力",
                            "《专注力》 §3.2; 《认知平衡》 §3.1, §3.2, §9.2",
                            "One query and three keys, scored by dot products: by hand, by matrices, by the library; then what "
                            "happens to scores, weights and gradients as vectors get wider, and what dividing by sqrt(d) does "
                            "about it.",
                            {{"no-scale", "nothing is divided by sqrt(d)"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
