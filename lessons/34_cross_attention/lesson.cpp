#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "lookup.h"

using namespace qkv;

namespace {

// The asking side: three English words of width 2 (the Chinese ones have width 3), and the matrix that makes queries of them.
struct English {
  std::vector<std::string> words{"I", "eat", "apples"};
  Tensor Y = tensor({{-1.0, -1.0}, {0.9, 0.4}, {-0.5, 1.0}});  // (3, 2)
  Tensor W_q = tensor({{2.0, -1.0}, {1.0, 1.5}});              // (2, 2)
};

/// alpha_ij = softmax over j of q_i . k_j / sqrt(d), number by number: a row for each query, a column for each key.
Tensor weights_by_hand(const Tensor& Q, const Tensor& K) {
  Index m = Q.size(0), n = K.size(0), d = Q.size(1);
  Tensor alpha = zeros({m, n});
  for (Index i = 0; i < m; ++i) {
    double total = 0;
    for (Index j = 0; j < n; ++j) {
      double dot = 0;
      for (Index l = 0; l < d; ++l) dot += Q.at({i, l}) * K.at({j, l});
      alpha.set({i, j}, exp(dot / std::sqrt(static_cast<double>(d))));
      total += alpha.at({i, j});
    }
    for (Index j = 0; j < n; ++j) alpha.set({i, j}, alpha.at({i, j}) / total);
  }
  return alpha;
}

/// A matrix with words at its sides.
show::Table by_words(const char* corner, const std::vector<std::string>& rows, const std::vector<std::string>& columns, const Tensor& x) {
  std::vector<std::string> headings{corner};
  for (const std::string& column : columns) headings.push_back(column);
  show::Table table(headings);
  for (Index i = 0; i < x.size(0); ++i) {
    std::vector<std::string> cells{rows[i]};
    for (Index j = 0; j < x.size(1); ++j) cells.push_back(show::number(x.at({i, j})));
    table.add_row(cells);
  }
  return table;
}

/// Rows of x in another order.
Tensor rows(const Tensor& x, const Indices& order) { return embedding(order, x); }

void the_question(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese) {
  lesson.section("The question");
  lesson.say(
      "Two sequences: three English words, of width 2, ask four Chinese words, of width 3. Who gives what, and what must fit? (The "
      "numbers were chosen; the Chinese side is that of lesson 33.)");
  lesson.name_columns(12);
  for (Index i = 0; i < 3; ++i) lesson.show("y_" + english.words[i], select(english.Y, 0, i));
  for (Index j = 0; j < 4; ++j) lesson.show("x_" + chinese.chinese[j], select(chinese.X, 0, j));
}

void queries_from_one_keys_and_values_from_the_other(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese,
                                                     const Tensor& Q, const Tensor& K, const Tensor& V) {
  lesson.section("Queries from one, keys and values from the other", "Q = Y W_q^T,  K = X W_k^T,  V = X W_v^T");
  lesson.show("W_q", english.W_q);
  lesson.show("W_k", chinese.W_k);
  lesson.show("W_v", chinese.W_v);
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
}

void three_rows_four_columns(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese, const Tensor& Q,
                             const Tensor& K, const Tensor& alpha) {
  lesson.section("Three rows, four columns", "alpha = softmax(Q K^T / sqrt(d_k))");
  lesson.show("scores", matmul(Q, transpose(K)) / std::sqrt(2.0));
  lesson.show(by_words("row asks", english.words, chinese.labels(), alpha));
  lesson.compare("by the loop and by matrices", weights_by_hand(Q, K), alpha);
  lesson.show("weights", show::HeatMap{alpha, english.words, chinese.chinese, "English asks Chinese"});
}

void the_weighted_sum(show::Lesson& lesson, const English& english, const Tensor& V, const Tensor& Z, const Tensor& library) {
  lesson.section("The weighted sum", "Z = alpha V");
  lesson.name_columns(20);
  for (Index i = 0; i < 3; ++i) lesson.show("z_" + english.words[i], select(Z, 0, i));
  lesson.show("v of 我, 吃, 苹果", rows(V, {0, 2, 3}));
  lesson.compare("ours and the library's", Z, library);
}

void cases_whose_answer_is_known(show::Lesson& lesson, const Tensor& Q, const Tensor& K, const Tensor& V, const Tensor& library) {
  lesson.section("Cases whose answer is known");
  lesson.say("The Chinese words in another order: they are a set to look things up in, so the outputs of the English words stay the same.");
  const Indices order{3, 0, 1, 2};
  Attended mixed = scaled_dot_product_attention(Q, rows(K, order), rows(V, order));
  lesson.compare("Z, and Z with keys and values reordered", library, mixed.output);
  lesson.say("The English words in another order: the outputs in that order.");
  Attended turned = scaled_dot_product_attention(rows(Q, {2, 0, 1}), K, V);
  lesson.compare("Z reordered, and Z with queries reordered", rows(library, {2, 0, 1}), turned.output);
  lesson.say("One English word alone gets what it got among three: queries do not see each other.");
  lesson.compare("z_eat among three, and alone", slice(library, 0, 1, 2), scaled_dot_product_attention(slice(Q, 0, 1, 2), K, V).output);
}

void the_other_way_round(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese, const Tensor& Q,
                         const Tensor& K) {
  lesson.section("The other way round");
  lesson.say(
      "Let the Chinese ask: their vectors k serve as queries, the English q as keys. The scores are the transpose of those before. The "
      "weights are not:");
  Tensor back = softmax(matmul(K, transpose(Q)) / std::sqrt(2.0));  // (4, 3)
  lesson.show(by_words("row asks", chinese.labels(), english.words, back));
  lesson.say(
      "No English word gave 喜欢 (like) more than a tenth of its attention. Now 喜欢 asks, and its own row must sum to 1 like every other: "
      "it has to look somewhere.");
}

void what_must_fit(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese, const Tensor& Q, const Tensor& K,
                   const Tensor& V) {
  lesson.section("What must fit");
  lesson.say("Not the lengths of the two sequences. But queries and keys need one width, and each key needs a value:");
  lesson.name_columns(15);
  lesson.show_error("Y itself asks X", [&] { scaled_dot_product_attention(english.Y, chinese.X, V); });
  lesson.show_error("values from Y", [&] { scaled_dot_product_attention(Q, K, english.Y); });
}

void trained_on_four_used_on_twelve(show::Lesson& lesson) {
  lesson.section("Trained on four, used on twelve", "W_q, W_k by Adam on mean squared error");
  lesson.say(
      "A list of words, each with two numbers; three questions for numbers, in another language. W_q and W_k are trained on lists of 4 of "
      "the 12 words, then tried on 500 new cases with lists of other lengths. Answering with the mean of n numbers costs 1 - 1/n, for they "
      "have variance 1. Median, and range over the seeds:");
  lesson.show("seeds", lesson.seeds());
  const std::vector<Index> lengths{1, 2, 4, 8, 12};
  std::vector<std::vector<double>> errors(lengths.size()), largest(lengths.size()), of_mean(lengths.size());
  for (int i = 0; i < lesson.seeds(); ++i) {
    const std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
    const LookUp look_up = train(4, lesson.quick() ? 600 : 2000, seed);
    for (std::size_t n = 0; n < lengths.size(); ++n) {
      const Measured measured = measure(look_up, lengths[n], seed + 1);
      of_mean[n].push_back(measured.of_mean);
      errors[n].push_back(measured.error);
      largest[n].push_back(measured.largest);
    }
  }
  show::Table table({"words", "1 - 1/n", "mean of the list", "cross-attention", "largest weight"});
  for (std::size_t n = 0; n < lengths.size(); ++n)
    table.add_row({show::whole(lengths[n]), show::number(1 - 1.0 / static_cast<double>(lengths[n]), 2),
                   show::median_and_range(of_mean[n], 2), show::median_and_range(errors[n], 5), show::median_and_range(largest[n], 3)});
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The asking sequence gives the number of rows and of outputs. The asked one gives the number of columns and all of the content: no "
      "number of the asking side appears in the outputs, it only chooses. And what was learned on lists of four words serves for twelve, a "
      "little less sharply, because each further word takes its small share of the weight.");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::FourWords chinese = datasets::four_words();
  const English english;

  Tensor Q = linear(english.Y, english.W_q), K = linear(chinese.X, chinese.W_k), V = linear(chinese.X, chinese.W_v);
  Tensor alpha = softmax(matmul(Q, transpose(K)) / std::sqrt(2.0));  // (3, 2) @ (2, 4) = (3, 4)
  if (lesson.broken("summary")) alpha = full({3, 4}, 0.25);
  Tensor Z = matmul(alpha, V);  // (3, 4) @ (4, 2) = (3, 2)
  Tensor library = scaled_dot_product_attention(Q, K, V).output;

  the_question(lesson, english, chinese);
  queries_from_one_keys_and_values_from_the_other(lesson, english, chinese, Q, K, V);
  three_rows_four_columns(lesson, english, chinese, Q, K, alpha);
  the_weighted_sum(lesson, english, V, Z, library);
  cases_whose_answer_is_known(lesson, Q, K, V, library);
  the_other_way_round(lesson, english, chinese, Q, K);
  what_must_fit(lesson, english, chinese, Q, K, V);
  trained_on_four_used_on_twelve(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"34",
                            "Cross-attention",
                            "交叉注意力",
                            "《资源分配》 §3.1, §3.2",
                            "Three English words ask four Chinese ones: by hand, by matrices, by the library; what must fit and "
                            "what need not; then a look-up trained on short lists and used on long ones.",
                            {{"summary", "no word asks: all get the same mean of the values"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
