#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

const std::vector<std::string> words{"the", "cat", "sat"};

// The example: one query and three keys, all of width d = 4, so that sqrt(d) is 2; values of width 2.
struct Example {
  Tensor q = tensor({2, 0, 1, -1});
  Tensor keys = tensor({{1, 1, 0, 1}, {2, -1, 1, -1}, {1, 3, 2, -1}});
  Tensor values = tensor({{1, 0}, {0, 2}, {3, 1}});
};

/// What the scores are multiplied by: 1 without the scale.
double factor(Index d, bool scaled) { return scaled ? 1 / sqrt(static_cast<double>(d)) : 1; }

/// softmax(factor * q K^T) V, the library's way; one place for the lesson to leave the scale out.
Attended attention(const Tensor& q, const Tensor& k, const Tensor& v, bool scaled) {
  AttentionOptions options;
  options.scale = factor(q.size(-1), scaled);
  return scaled_dot_product_attention(q, k, v, options);
}

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
    scores.set({j}, dot / sqrt(static_cast<double>(d)));
    lesson.show(words[j] + ":  q_i k_i", products);
    lesson.show("      q . k", show::number(dot, 0) + ", divided by sqrt(4): " + show::number(scores.at({j}), 1));
  }
  return scores;
}

/// How one row of weights answers to its scores: J_ij = d alpha_i / d e_j, asked of the engine one alpha_i at a time.
Tensor jacobian(const Tensor& scores) {
  Tensors rows;
  for (Index i = 0; i < scores.size(); ++i) {
    Tensor e = scores.clone().requires_grad(true);
    select(softmax(e), 0, i).backward();
    rows.push_back(e.grad());
  }
  return stack(rows);
}

/// The same from the formula, for each row of weights: (..., n) -> (..., n, n).
Tensor jacobian_formula(const Tensor& alpha) {
  Tensor column = unsqueeze(alpha, -1), row = unsqueeze(alpha, -2);
  return eye(alpha.size(-1)) * row - column * row;
}

/// The number in the middle, with as many smaller as larger ones: unlike the mean it does not see a few large ones.
double median(const Tensor& x) {
  const Index n = x.size();
  for (Index i = 0; i < n; ++i) {
    Index smaller = 0, equal = 0;
    for (Index j = 0; j < n; ++j) smaller += x.data()[j] < x.data()[i], equal += x.data()[j] == x.data()[i];
    if (smaller <= n / 2 && n / 2 < smaller + equal) return x.data()[i];
  }
  return 0;
}

struct Middle {
  double mean, median;
};
Middle middle(const Tensor& x) { return {mean(x).item(), median(x)}; }

/// 500 random queries, each with 16 random keys and values; the entries of queries and keys are normal of this size.
struct Measured {
  double variance, entropy, largest;
  Middle at_scores;   ///< norm of the softmax's Jacobian
  Middle at_queries;  ///< norm of the gradient that reaches the query, for a random gradient of the output
};
Measured measure(Index d, double size, bool scaled, std::uint64_t seed) {
  Rng rng(seed);
  Index n = 500, keys = 16, dv = 8;
  Tensor v = randn({n, keys, dv}, rng), d_output = randn({n, 1, dv}, rng);
  Tensor q = randn({n, 1, d}, rng, 0, size).requires_grad(true), k = randn({n, keys, d}, rng, 0, size);
  Attended attended = attention(q, k, v, scaled);
  attended.output.backward(d_output);
  Tensor alpha = attended.weights.detach(), e = matmul(q.detach(), transpose(k)) * factor(d, scaled);
  Tensor J = reshape(jacobian_formula(alpha), {n, keys * keys});
  return {mean(e * e).item(), mean(entropy(alpha)).item(), mean(max(alpha, -1)).item(), middle(norm(J, -1)), middle(norm(q.grad(), -1))};
}

/// Sixteen words, each with a random query and a random key of its own: can descent make every query find its key? Returns how many do.
Index learn_dictionary(Index d, double lr, bool scaled, Index steps, std::uint64_t seed) {
  Rng rng(seed);
  Tensor q = randn({16, d}, rng).requires_grad(true), k = randn({16, d}, rng).requires_grad(true), values = eye(16);
  optim::SGD sgd({q, k}, lr);
  for (Index step = 0; step < steps; ++step) {
    Tensor error = attention(q, k, values, scaled).output - values;
    sgd.zero_grad();
    sum(error * error).backward();
    sgd.step();
  }
  Indices found = argmax(attention(q, k, values, scaled).weights);
  Index right = 0;
  for (Index i = 0; i < 16; ++i) right += found.values[i] == i;
  return right;
}

const Index widths[] = {4, 64, 1024};

/// What is measured at each width, for three sections.
struct Tables {
  show::Table variance{{"d", "variance of q . k", "predicted", "of q . k / sqrt(d)", "predicted"}};
  show::Table saturation{{"d", "scores", "entropy", "largest weight", "|J|, mean", "|J|, median"}};
  show::Table reach{{"entries of q, k", "d", "plain, mean", "plain, median", "scaled, mean", "scaled, median"}};
};
Tables tables_of_widths(bool scaled, std::uint64_t seed) {
  Tables tables;
  tables.saturation.add_row({"any", "all equal", show::number(log(16.0)), show::number(1.0 / 16), show::number(sqrt(15.0) / 16),
                             show::scientific(sqrt(15.0) / 16)});
  for (double size : {1.0, 0.1})
    for (Index d : widths) {
      Measured without = measure(d, size, false, seed), with = measure(d, size, scaled, seed);
      tables.reach.add_row({"about " + show::number(size, 1), show::whole(d), show::number(without.at_queries.mean),
                            show::scientific(without.at_queries.median), show::number(with.at_queries.mean),
                            show::scientific(with.at_queries.median)});
      if (size < 1) continue;
      tables.variance.add_row({show::whole(d), show::number(without.variance), show::whole(d), show::number(with.variance), "1"});
      for (bool first : {true, false}) {
        const Measured& m = first ? without : with;
        tables.saturation.add_row({show::whole(d), first ? "plain" : "scaled", show::number(m.entropy), show::number(m.largest),
                                   show::number(m.at_scores.mean), show::scientific(m.at_scores.median)});
      }
    }
  return tables;
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "One query, three keys, all of the same width d = 4. Then no network is needed to compare them (lesson 31): multiply them number by "
      "number and add up. But how large do such sums get, and does softmax bear it?");
  lesson.show("q", x.q);
  for (Index j = 0; j < 3; ++j) lesson.show("k_" + words[j], select(x.keys, 0, j));
  lesson.name_columns(9);
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
      "The exact copy gets next to nothing: a dot product measures length as well as direction. And it takes two of the same width:");
  lesson.show_error("refused", [] { scaled_dot_product_attention(ones({1, 2}), ones({3, 4}), ones({3, 2})); });
}

void scores_grow_with_the_width(show::Lesson& lesson, const show::Table& variance) {
  lesson.section("Scores grow with the width", "Var(q . k) = d, if entries have mean 0 and variance 1");
  lesson.say(
      "500 random queries with 16 keys each. A sum of d products, each of variance 1, has variance d; divided by sqrt(d), variance 1.");
  lesson.show(variance);
}

void what_softmax_makes_of_large_scores(show::Lesson& lesson, const Tensor& e, const show::Table& saturation) {
  lesson.section("What softmax makes of large scores", "J = d alpha / d e = diag(alpha) - alpha alpha^T");
  lesson.say("How much do the weights move when a score does? In the example of section 3:");
  Tensor e_row = select(e, 0, 0), J = jacobian_formula(softmax(e_row));
  lesson.show("J", J);
  lesson.compare("by the engine and by the formula", jacobian(e_row), J);
  lesson.show("norm |J|", norm(J).item());
  lesson.say(
      "And for the random ones. If all 16 weights were equal, entropy would be log 16 and |J| sqrt(15) / 16; if one were 1, both 0.");
  lesson.show(saturation);
}

void what_reaches_the_query(show::Lesson& lesson, const Example& x, const Tensor& context, const show::Table& reach) {
  lesson.section("What reaches the query", "dq = K^T J V d_output / sqrt(d)");
  lesson.say("Norm of the gradient that arrives at q. The scale stands in this formula too: it also divides the gradient.");
  lesson.show(reach);
  lesson.say(
      "Scaled attention is plain attention on vectors that are d^(1/4) times smaller, nothing more. Here d = 4, and d^(1/4) = sqrt(2):");
  double root = sqrt(2.0);
  lesson.compare("scaled, and plain on q / sqrt(2), k / sqrt(2)", context,
                 attention(unsqueeze(x.q, 0) / root, x.keys / root, x.values, false).output);
}

void does_it_matter(show::Lesson& lesson, bool scaled) {
  lesson.section("Does it matter? Sixteen words to learn", "SGD on squared error");
  lesson.say("Each word has a random query and a random key of its own; every query must find its key. Words found, of 16 (chance: 1):");
  show::Table learned({"d", "plain, lr 0.1", "plain, lr 1", "scaled, lr 0.1", "scaled, lr 1"});
  show::Progress progress(12, "learning");
  for (Index d : widths) {
    std::vector<std::string> row{show::whole(d)};
    for (bool with : {false, scaled})
      for (double lr : {0.1, 1.0}) {
        row.push_back(show::whole(learn_dictionary(d, lr, with, lesson.quick() ? 300 : 3000, lesson.seed())));
        progress.step();
      }
    learned.add_row(row);
  }
  lesson.show(learned);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The scale does not make gradients larger: where scores are small it makes them smaller, and even where they are large the mean "
      "without it is the larger one. It keeps softmax from deciding before anything is learned. Without it, at d = 1024, one weight is "
      "near 1 from the start, and half of all queries hear almost nothing; those that happen to be torn between two keys hear far too "
      "much.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  bool scaled = !lesson.broken("no-scale");

  Tensor e = matmul(unsqueeze(x.q, 0), transpose(x.keys)) * factor(4, scaled);  // (1, 4) @ (4, 3) = (1, 3)
  Tensor alpha = softmax(e), context = matmul(alpha, x.values);
  the_question(lesson, x);
  a_score_for_each_key(lesson, x, e);
  scores_become_weights(lesson, x, e, alpha);
  the_weighted_sum(lesson, x, alpha, context);
  cases_whose_answer_is_known(lesson, x, scaled);

  Tables tables = tables_of_widths(scaled, lesson.seed());
  scores_grow_with_the_width(lesson, tables.variance);
  what_softmax_makes_of_large_scores(lesson, e, tables.saturation);
  what_reaches_the_query(lesson, x, context, tables.reach);
  does_it_matter(lesson, scaled);
  what_to_notice(lesson);
}

const show::LessonInfo info{"32",
                            "Dot-product attention",
                            "点积注意力",
                            "《专注力》 §3.2; 《认知平衡》 §3.2, §9.2",
                            "One query and three keys, scored by dot products: by hand, by matrices, by the library; then what "
                            "happens to scores, weights and gradients as vectors get wider, and what dividing by sqrt(d) does "
                            "about it.",
                            {{"no-scale", "nothing is divided by sqrt(d)"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
