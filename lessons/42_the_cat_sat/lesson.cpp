#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The inputs: six words of width 3, "the" twice with the same numbers. The outputs: two, each with a vector to compare the words with.
const std::vector<std::string> words{"The", "cat", "sat", "on", "the", "mat"};
const std::vector<std::string> outputs{"who", "where"};

struct Example {
  Tensor X = tensor({{0.1, 0.0, 0.2}, {1.2, 0.3, -0.4}, {0.6, 1.1, 0.2}, {-0.3, 0.4, 0.9}, {0.1, 0.0, 0.2}, {-0.2, 0.1, 1.3}});
  Tensor Y = tensor({{1.5, 0.8, -0.5}, {-0.4, 0.3, 1.6}});
};

/// The formula as printed: alpha_ij = exp(e_ij) / sum_k exp(e_ik). i is an input and k stands where outputs stand.
Tensor as_printed(const Tensor& e) {
  Tensor alpha = zeros(e.shape());
  for (Index i = 0; i < e.size(0); ++i) {
    double total = 0;
    for (Index k = 0; k < e.size(1); ++k) total += exp(e.at({i, k}));
    for (Index j = 0; j < e.size(1); ++j) alpha.set({i, j}, exp(e.at({i, j})) / total);
  }
  return alpha;
}

/// The sound formula: alpha_ij = exp(e_ij) / sum_k exp(e_kj). k runs over the inputs, as the sum that uses the weights does.
Tensor over_inputs(const Tensor& e) {
  Tensor alpha = zeros(e.shape());
  for (Index j = 0; j < e.size(1); ++j) {
    double total = 0;
    for (Index k = 0; k < e.size(0); ++k) total += exp(e.at({k, j}));
    for (Index i = 0; i < e.size(0); ++i) alpha.set({i, j}, exp(e.at({i, j})) / total);
  }
  return alpha;
}

/// z_j = sum_i alpha_ij x_i.
Tensor weighted_sum(const Tensor& alpha, const Tensor& X) {
  Tensor Z = zeros({alpha.size(1), X.size(1)});
  for (Index j = 0; j < alpha.size(1); ++j)
    for (Index d = 0; d < X.size(1); ++d) {
      double total = 0;
      for (Index i = 0; i < X.size(0); ++i) total += alpha.at({i, j}) * X.at({i, d});
      Z.set({j, d}, total);
    }
  return Z;
}

/// A row for each word, a column for each output, sums at the right and at the bottom.
show::Table with_sums(const Tensor& alpha) {
  show::Table table({"word i", "j = who", "j = where", "sum over j"});
  for (Index i = 0; i < alpha.size(0); ++i)
    table.add_row(
        {words[i], show::number(alpha.at({i, 0})), show::number(alpha.at({i, 1})), show::number(sum(select(alpha, 0, i)).item())});
  Tensor down = sum(alpha, 0);
  return table.add_row({"sum over i", show::number(down.at({0})), show::number(down.at({1})), ""});
}

/// x, `times` times one below the other.
Tensor repeated(const Tensor& x, Index times) { return concat(Tensors(times, x), 0); }

double length(const Tensor& x) { return sqrt(sum(x * x).item()); }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "Six words go in, x_1 to x_6. Two outputs come out: z_who asks who, z_where asks where. Each output has a vector y_j that says what "
      "it looks for. How much of each word should each output take? Here i is a word and j an output.");
  for (Index i = 0; i < 6; ++i) lesson.show("x_" + show::whole(i + 1) + " " + words[i], select(x.X, 0, i));
  for (Index j = 0; j < 2; ++j) lesson.show("y_" + outputs[j], select(x.Y, 0, j));
}

void a_score_for_each_pair(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("A score for each pair", "e_ij = x_i . y_j");
  Tensor by_loop = zeros({6, 2});
  for (Index i = 0; i < 6; ++i)
    for (Index j = 0; j < 2; ++j) {
      double dot = 0;
      for (Index d = 0; d < 3; ++d) dot += x.X.at({i, d}) * x.Y.at({j, d});
      by_loop.set({i, j}, dot);
    }
  lesson.show("e", e);
  lesson.compare("by the loop and by matrices", by_loop, e);
}

void weights_that_sum_to_1_over_the_words(show::Lesson& lesson, const Tensor& e, const Tensor& alpha) {
  lesson.section("Weights that sum to 1 over the words", "alpha_ij = exp(e_ij) / sum_k exp(e_kj)");
  lesson.say("The column of who, by hand: exp of each score, and their sum.");
  Tensor powers = exp(select(e, 1, 0));
  lesson.name_columns(12);
  lesson.show("exp(e_i1)", powers);
  lesson.show("their sum", sum(powers).item());
  lesson.show(with_sums(alpha));
  lesson.compare("by the loop and by softmax(e, 0)", alpha, softmax(e, 0));
  lesson.say("The and the are the same vector, so they must get the same weights, and they do.");
  lesson.show("weights", show::HeatMap{transpose(alpha), outputs, words, "Each output over the six words"});
}

void the_weighted_sum(show::Lesson& lesson, const Example& x, const Tensor& alpha) {
  lesson.section("The weighted sum", "z_j = sum_i alpha_ij x_i");
  Tensor Z = weighted_sum(alpha, x.X);
  for (Index j = 0; j < 2; ++j) lesson.show("z_" + outputs[j], select(Z, 0, j));
  lesson.compare("by the loop and by matrices", Z, matmul(transpose(alpha), x.X));
  AttentionOptions plain;
  plain.scale = 1;
  lesson.compare("ours and the library's", Z, scaled_dot_product_attention(x.Y, x.X, x.X, plain).output);
}

void the_formula_as_printed(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("The formula as printed", "alpha_ij = exp(e_ij) / sum_{k=1..n} exp(e_ik)");
  lesson.say(
      "The article's e_ij is the score of input i and output j, and n is the number of inputs. But in e_ik the k stands in the place of an "
      "output. Read literally, the sum asks for the score of word 1 and output 3:");
  lesson.name_columns(22);
  lesson.show_error("e_13", [&] { e.at({0, 2}); });
  lesson.say("Let the sum stop at the last output. Then the weights sum to 1 over j, but z_j adds them up over i:");
  Tensor wrong = as_printed(e);
  lesson.show(with_sums(wrong));
  lesson.show("z as printed", weighted_sum(wrong, x.X));
  lesson.show("z, sound", weighted_sum(over_inputs(e), x.X));
}

void equal_words(show::Lesson& lesson, const Tensor& e) {
  lesson.section("A case whose answer is known: equal words");
  lesson.say("If all six words are the same vector (1, 2, 3), every weighted mean of them is (1, 2, 3), whatever the scores are.");
  Tensor same = repeated(tensor({{1, 2, 3}}), 6);
  lesson.name_columns(22);
  lesson.show("z, sound", weighted_sum(over_inputs(e), same));
  lesson.show("z as printed", weighted_sum(as_printed(e), same));
}

void the_same_sentence_again_and_again(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("The same sentence again and again");
  lesson.say("To say a sentence twice adds no information. How long is z_who, the root of the sum of its squares?");
  show::Table growth({"times said", "words n", "sound", "as printed"});
  for (Index times : {1, 2, 4, 8}) {
    Tensor X = repeated(x.X, times), scores = repeated(e, times);
    Tensor sound = weighted_sum(over_inputs(scores), X), printed = weighted_sum(as_printed(scores), X);
    growth.add_row({show::whole(times), show::whole(6 * times), show::number(length(select(sound, 0, 0))),
                    show::number(length(select(printed, 0, 0)))});
  }
  lesson.show(growth);
}

void one_output_only(show::Lesson& lesson, const Example& x, const Tensor& e) {
  lesson.section("One output only");
  lesson.say(
      "The article's example compares the words with one vector, that of the model's output. Then a sum over outputs has one term, and "
      "exp(e) / exp(e) is 1 for every word, whatever the scores are:");
  Tensor one = slice(e, 1, 0, 1);
  lesson.name_columns(22);
  lesson.show("alpha, sound", select(over_inputs(one), 1, 0));
  lesson.show("alpha as printed", select(as_printed(one), 1, 0));
  lesson.show("z as printed", weighted_sum(as_printed(one), x.X));
  lesson.show("plain sum of the words", sum(x.X, 0));
}

void six_outputs(show::Lesson& lesson, const Example& x) {
  lesson.section("Six outputs: nothing looks wrong");
  lesson.say(
      "Let each word be an output too. Then e is 6 x 6 and both formulas run. Here e_ij = e_ji, so that one table of weights is even the "
      "transpose of the other. Only the sums over i tell them apart:");
  Tensor square = matmul(x.X, transpose(x.X));
  lesson.name_columns(22);
  lesson.show("sum over i, sound", sum(over_inputs(square), 0));
  lesson.show("sum over i, as printed", sum(as_printed(square), 0));
  lesson.compare("one and the other's transpose", over_inputs(square), transpose(as_printed(square)));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A softmax must run over the same index as the sum that uses its weights. With the other index the result is not a mean of the "
      "words: "
      "it grows with the sentence, and with a single output the scores have no influence. Where the table is square, no shape shows the "
      "mistake.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  the_question(lesson, x);
  Tensor e = matmul(x.X, transpose(x.Y));  // (6, 3) @ (3, 2) = (6, 2)
  a_score_for_each_pair(lesson, x, e);
  Tensor alpha = lesson.broken("wrong-index") ? as_printed(e) : over_inputs(e);
  weights_that_sum_to_1_over_the_words(lesson, e, alpha);
  the_weighted_sum(lesson, x, alpha);
  the_formula_as_printed(lesson, x, e);
  equal_words(lesson, e);
  the_same_sentence_again_and_again(lesson, x, e);
  one_output_only(lesson, x, e);
  six_outputs(lesson, x);
  what_to_notice(lesson);
}

const show::LessonInfo info{"42",
                            "The cat sat on the mat",
                            "注意力权重与加权求和",
                            "《专注力》 §4.1–4.3",
                            "alpha_ij and z_j for six words and two outputs, and the index over which a softmax must run.",
                            {{"wrong-index", "sections 3 and 4 use the formula as the article prints it"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
