#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// y_i = W x_i for every word i, multiplication by multiplication.
Tensor project_by_hand(const Tensor& X, const Tensor& W) {
  Tensor Y = zeros({X.size(0), W.size(0)});
  for (Index i = 0; i < X.size(0); ++i)
    for (Index o = 0; o < W.size(0); ++o) {
      double total = 0;
      for (Index d = 0; d < X.size(1); ++d) total += W.at({o, d}) * X.at({i, d});
      Y.set({i, o}, total);
    }
  return Y;
}

/// s_ij = q_i . k_j / sqrt(d_k) for every pair of words.
Tensor scores_by_hand(const Tensor& Q, const Tensor& K) {
  Tensor S = zeros({Q.size(0), K.size(0)});
  for (Index i = 0; i < Q.size(0); ++i)
    for (Index j = 0; j < K.size(0); ++j) {
      double dot = 0;
      for (Index d = 0; d < Q.size(1); ++d) dot += Q.at({i, d}) * K.at({j, d});
      S.set({i, j}, dot / sqrt(static_cast<double>(Q.size(1))));
    }
  return S;
}

/// alpha_ij = exp(s_ij) / sum_j exp(s_ij): each row by itself.
Tensor weights_by_hand(const Tensor& S) {
  Tensor alpha = zeros(S.shape());
  for (Index i = 0; i < S.size(0); ++i) {
    double total = 0;
    for (Index j = 0; j < S.size(1); ++j) total += exp(S.at({i, j}));
    for (Index j = 0; j < S.size(1); ++j) alpha.set({i, j}, exp(S.at({i, j})) / total);
  }
  return alpha;
}

/// z_i = sum_j alpha_ij v_j.
Tensor output_by_hand(const Tensor& alpha, const Tensor& V) {
  Tensor Z = zeros({alpha.size(0), V.size(1)});
  for (Index i = 0; i < alpha.size(0); ++i)
    for (Index d = 0; d < V.size(1); ++d) {
      double total = 0;
      for (Index j = 0; j < V.size(0); ++j) total += alpha.at({i, j}) * V.at({j, d});
      Z.set({i, d}, total);
    }
  return Z;
}

/// A 4 x 4 matrix with the words at its sides, and its row sums if they mean something.
show::Table by_words(const std::vector<std::string>& words, const Tensor& x, bool sums) {
  std::vector<std::string> headings{"row looks at"};
  for (const std::string& word : words) headings.push_back(word);
  if (sums) headings.push_back("sum");
  show::Table table(headings);
  for (Index i = 0; i < x.size(0); ++i) {
    std::vector<std::string> cells{words[i]};
    for (Index j = 0; j < x.size(1); ++j) cells.push_back(show::number(x.at({i, j})));
    if (sums) cells.push_back(show::number(sum(select(x, 0, i)).item()));
    table.add_row(cells);
  }
  return table;
}

/// The mean over the other three words of |at_i|, for a row of numbers for each word.
double mean_length_of_others(Index j, const Tensor& at) {
  Tensor length = sqrt(sum(at * at, 1));
  return (sum(length).item() - length.at({j})) / 3;
}

/// How far the other words' outputs move, on average, when no word may look at word j.
double moved_without(Index j, const Tensor& Q, const Tensor& K, const Tensor& V) {
  AttentionOptions hidden;
  hidden.mask = Mask{{0, 0, 0, 0}};
  hidden.mask.hidden[j] = 1;
  return mean_length_of_others(j, scaled_dot_product_attention(Q, K, V, hidden).output - scaled_dot_product_attention(Q, K, V).output);
}

void the_question(show::Lesson& lesson, const datasets::FourWords& x) {
  lesson.section("The question");
  lesson.say(
      "A sentence of four words, 我 喜欢 吃 苹果 (I like to eat apples), a row of three numbers for each. Which word looks at which, and "
      "what does each become by looking? The numbers were chosen, not trained.");
  for (Index i = 0; i < 4; ++i) lesson.show("x_" + show::whole(i + 1) + " " + x.chinese[i], select(x.X, 0, i));
  lesson.show("W_q", x.W_q);
  lesson.show("W_k", x.W_k);
  lesson.show("W_v", x.W_v);
}

void queries_keys_values(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& Q, const Tensor& K, const Tensor& V) {
  lesson.section("Queries, keys, values", "Q = X W_q^T,  K = X W_k^T,  V = X W_v^T");
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
  lesson.compare("Q by the loop and by matrices", project_by_hand(x.X, x.W_q), Q);
  lesson.compare("K by the loop and by matrices", project_by_hand(x.X, x.W_k), K);
  lesson.compare("V by the loop and by matrices", project_by_hand(x.X, x.W_v), V);
}

void a_score_for_every_pair(show::Lesson& lesson, const std::vector<std::string>& words, const Tensor& Q, const Tensor& K,
                            const Tensor& S) {
  lesson.section("A score for every pair", "S = Q K^T / sqrt(d_k),  d_k = 2");
  lesson.show(by_words(words, S, false));
  lesson.compare("by the loop and by matrices", scores_by_hand(Q, K), S);
}

void scores_become_weights(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& S, const Tensor& alpha) {
  lesson.section("Scores become weights", "alpha_ij = exp(s_ij) / sum_j exp(s_ij)");
  lesson.show(by_words(x.chinese, alpha, true));
  lesson.compare("by the loop and by matrices", weights_by_hand(S), alpha);
  lesson.show("weights", show::HeatMap{alpha, x.chinese, x.chinese, "Row looks at column"});
}

void the_weighted_sum(show::Lesson& lesson, const std::vector<std::string>& words, const Tensor& Q, const Tensor& K, const Tensor& V,
                      const Tensor& alpha, const Tensor& Z) {
  lesson.section("The weighted sum", "z_i = sum_j alpha_ij v_j");
  lesson.name_columns(22);
  for (Index j = 0; j < 4; ++j) lesson.show(show::number(alpha.at({2, j})) + " of v_" + words[j], alpha.at({2, j}) * select(V, 0, j));
  lesson.show("together: z_吃", select(Z, 0, 2));
  lesson.show("Z", Z);
  lesson.compare("by the loop and by matrices", output_by_hand(weights_by_hand(scores_by_hand(Q, K)), V), Z);
  lesson.compare("ours and the library's", Z, scaled_dot_product_attention(Q, K, V).output);
}

void a_case_whose_answer_is_known(show::Lesson& lesson, const Tensor& X, const Tensor& K, const Tensor& V) {
  lesson.section("A case whose answer is known");
  lesson.say("With W_q = 0 every query is 0, every score is 0, every weight a quarter, and every word becomes the mean of the values.");
  Attended asleep = scaled_dot_product_attention(linear(X, zeros({2, 3})), K, V);
  lesson.name_columns(14);
  lesson.show("alpha, a row", select(asleep.weights, 0, 0));
  lesson.show("z, a row", select(asleep.output, 0, 0));
  lesson.show("mean of V", mean(V, 0));
}

void which_number_is_a_high_weight(show::Lesson& lesson, const std::vector<std::string>& words, const Tensor& Q, const Tensor& K,
                                   const Tensor& V, const Tensor& alpha, const Tensor& Z) {
  lesson.section("\"苹果 has a high weight\": which number is that?");
  lesson.say(
      "A row says where its word looks. It sums to 1 for every word. A column says who looks at its word; the four column sums are 4 "
      "together. Neither says what a word does to the result. To measure that, forbid everyone to look at it.");
  Tensor looked_at = sum(alpha, 0);
  Indices most = argmax(alpha, 1), fan = argmax(alpha, 0);
  show::Table roles({"word", "looks most at", "row sum", "column sum", "most from", "others move without it"});
  for (Index i = 0; i < 4; ++i)
    roles.add_row({words[i], words[most.values[i]], show::number(sum(select(alpha, 0, i)).item()), show::number(looked_at.at({i})),
                   words[fan.values[i]], show::number(moved_without(i, Q, K, V))});
  lesson.show(roles);
  lesson.say(
      "In the row of 吃, 苹果 has the highest weight. By columns, 吃 is looked at most. But without 苹果 the others move furthest. "
      "Taking word j away moves z_i by alpha_ij / (1 - alpha_ij) times the distance from v_j to z_i, and the value of 苹果 lies far from "
      "what the others have:");
  lesson.name_columns(34);
  for (Index j : {2, 3})
    lesson.show(std::string("mean distance of v_") + words[j] + " to others' z", mean_length_of_others(j, select(V, 0, j) - Z));
}

void words_in_rows_or_columns(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& Q, const Tensor& K, const Tensor& V) {
  lesson.section("Q = W X: are words rows or columns?");
  lesson.say("With words as rows, W X does not fit:");
  lesson.name_columns(22);
  lesson.show_error("rows: W_q X", [&] { matmul(x.W_q, x.X); });
  lesson.say("With words as columns it fits. But then Q K^T does not compare words:");
  Tensor Xc = transpose(x.X), Qc = matmul(x.W_q, Xc), Kc = matmul(x.W_k, Xc), Vc = matmul(x.W_v, Xc);
  Tensor mixing = softmax(matmul(Qc, transpose(Kc)) / sqrt(2.0)), mixed = matmul(mixing, Vc);
  lesson.show("X, then Q = W_q X", std::string(Xc.shape().text()) + ", " + Qc.shape().text());
  lesson.show("softmax(Q K^T / ...)", mixing);
  lesson.show("times V", mixed);
  lesson.show("its shape", mixed.shape().text());
  lesson.say(
      "There was no error, and the result even has the right shape. But the weights are 2 x 2: feature by feature, not word by word. "
      "For words as columns the right form is K^T Q, softmax down the columns, and V on the left:");
  Tensor alpha_c = softmax(matmul(transpose(Kc), Qc) / sqrt(2.0), 0);
  lesson.show("shape of the weights", alpha_c.shape().text());
  lesson.compare("its transpose and Z", transpose(matmul(Vc, alpha_c)), scaled_dot_product_attention(Q, K, V).output);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "There are sixteen weights, and none of them says which word is the most important. A row says where a word looks, a column who "
      "looks at it, and the values decide what comes of it. Shapes that fit prove nothing: the formula with words as columns ran to its "
      "end and never compared two words.");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::FourWords x = datasets::four_words();
  const std::vector<std::string> words = x.chinese;
  the_question(lesson, x);
  Tensor Q = linear(x.X, x.W_q), K = linear(x.X, x.W_k), V = linear(x.X, x.W_v);
  queries_keys_values(lesson, x, Q, K, V);
  Tensor S = matmul(Q, transpose(K)) / sqrt(2.0);
  a_score_for_every_pair(lesson, words, Q, K, S);
  const Index axis = lesson.broken("columns") ? 0 : 1;  // 1: along each row; 0 is the mistake
  Tensor alpha = softmax(S, axis);
  scores_become_weights(lesson, x, S, alpha);
  Tensor Z = matmul(alpha, V);
  the_weighted_sum(lesson, words, Q, K, V, alpha, Z);
  a_case_whose_answer_is_known(lesson, x.X, K, V);
  which_number_is_a_high_weight(lesson, words, Q, K, V, alpha, Z);
  words_in_rows_or_columns(lesson, x, Q, K, V);
  what_to_notice(lesson);
}

const show::LessonInfo info{"41",
                            "Four words",
                            "我 喜欢 吃 苹果",
                            "《资源分配》 §4.1, §4.3",
                            "Self-attention over four Chinese words, every number by hand: Q, K, V, scores, weights, output; and "
                            "what a high weight does not say.",
                            {{"columns", "softmax runs down the columns: a word's weights no longer sum to 1"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
