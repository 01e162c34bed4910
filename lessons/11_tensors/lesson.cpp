#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "by_hand.h"

using namespace qkv;

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "softmax(Q K^T / sqrt(d)) V");
  lesson.say(
      "All of attention is that one line. It has two matrix products, a transpose, a division and a function of rows. What do they do "
      "to the numbers? Everything here is small enough to check with a pencil.");
}

void numbers_with_a_shape(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Numbers with a shape", "place of X(i, j) = 3 i + j");
  lesson.say("Two rows of three: shape (2, 3). Axis 0 runs down, axis 1 to the right. In memory the six numbers form one line.");
  lesson.show("X", X);
  lesson.show("shape", X.shape().text());
  lesson.show("memory", reshape(X, {6}));
  lesson.show("X(1, 2)", show::number(X.at({1, 2}), 0));
  lesson.show("place 5", show::number(X.data()[3 * 1 + 2], 0));
  show::Table ranks({"what", "shape", "numbers", "in attention"});
  const auto add = [&](const char* what, const Tensor& x, const char* in_attention) {
    ranks.add_row({what, x.shape().text(), show::whole(x.size()), in_attention});
  };
  add("a number", Tensor(7), "one score");
  add("a vector", zeros({5}), "one word, as 5 numbers");
  add("a matrix", zeros({3, 5}), "a sentence of 3 words");
  add("a batch of matrices", zeros({2, 3, 5}), "2 sentences");
  lesson.show(ranks);
}

void along_an_axis(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Along an axis", "the named axis disappears");
  lesson.name_columns(24);
  lesson.show("sum(X, 0)", sum(X, 0));
  lesson.show("sum(X, 1)", sum(X, 1));
  lesson.show("mean(X, 1, keepdim)", mean(X, 1, true));
  lesson.show("max(X, 0)", max(X, 0));
  lesson.show("sum(X)", sum(X));
  lesson.say(
      "sum(X, 0) is 1+4, 2+5, 3+6: axis 0, of size 2, is gone, and (3,) is left. keepdim leaves a 1 in its place, (2, 1), so that the "
      "result still lines up with its rows. The order of two sums does not matter:");
  lesson.compare("sum(sum(X, 0), 0) and sum(sum(X, 1), 0)", sum(sum(X, 0), 0), sum(sum(X, 1), 0));
}

void broadcasting(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Broadcasting", "sizes are equal, or one of them is 1");
  lesson.say("Shapes are aligned at the right end. A size of 1, or a missing one, is repeated to fit.");
  lesson.name_columns(24);
  Tensor row = tensor({10, 20, 30}), column = tensor({{100}, {200}});
  lesson.show("X + (3,)", X + row);
  lesson.show("X + (2, 1)", X + column);
  lesson.show("(2, 1) + (3,)", column + row);
  lesson.show("X - mean(X, 1, keepdim)", X - mean(X, 1, true));
  lesson.show_error("X + (2,)", [&] { return X + tensor({10, 20}); });
  lesson.say(
      "(3,) is added to both rows, (2, 1) to all three columns. (2, 1) + (3,) makes every pair. (2,) is refused: at the right end its 2 "
      "meets the 3 of (2, 3).");
}

void a_broadcast_that_nobody_wanted(show::Lesson& lesson) {
  lesson.section("A broadcast that nobody wanted", "y = 2 x + 1");
  lesson.say(
      "Three points on a line: the slope must be 2. Now let y be a column, (3, 1), as it comes from a table or from a layer with one "
      "output. Every shape fits, nothing is refused, and the answer is wrong. slope = sum (x - mean x)(y - mean y) / sum (x - mean x)^2.");
  Tensor x = tensor({0, 1, 3}), y = 2 * x + 1, y_column = unsqueeze(y, 1);
  lesson.name_columns(24);
  lesson.show("x", x);
  lesson.show("y", y);
  lesson.show("slope, y (3,)", slope(x, y));
  lesson.show("slope, y (3, 1)", slope(x, y_column));
  lesson.show("y - y, (3,) - (3,)", y - y);
  lesson.show("y - y, (3,) - (3, 1)", y - y_column);
  lesson.say(
      "Broadcasting paired every x with every y: nine differences where three were wanted. That is why the losses of this library "
      "refuse to broadcast:");
  lesson.show_error("mse_loss(y, y (3, 1))", [&] { return mse_loss(y, y_column); });
}

void the_product_of_two_matrices(show::Lesson& lesson) {
  lesson.section("The product of two matrices", "C(i, j) = sum_k A(i, k) B(k, j)");
  lesson.name_columns(1);
  Tensor A = tensor({{1, 0, 2}, {-1, 3, 1}}), B = tensor({{2, 1, 0, 4, -1}, {0, 1, 3, -2, 1}, {1, 0, 1, 2, 5}});
  lesson.show("A", A);
  lesson.show("B", B);
  Tensor by_hand = product_by_hand(A, B, lesson);
  Tensor C = matmul(A, B);
  lesson.show("C", C);
  lesson.compare("by the loop and by matmul", by_hand, C);
  lesson.say(
      "(2, 3) times (3, 5) is (2, 5): the two inner sizes must be equal, and they vanish. Each row of C is a weighted sum of the rows of "
      "B: row 0 is 1 x (row 0) + 0 x (row 1) + 2 x (row 2). Remember that sentence: section 11 needs it.");
  lesson.compare("row 0 of C as such a sum", select(C, 0, 0), 1 * select(B, 0, 0) + 2 * select(B, 0, 2));
}

void which_side_does_W_stand_on(show::Lesson& lesson, const Tensor& M) {
  lesson.section("Which side does W stand on?", "Q = X W or Q = W X");
  lesson.say(
      "X has a row for each of 3 words, 5 numbers a word. W should turn the 5 numbers of a word into 2. W is (5, 2) and stands on the "
      "right. On the left not even its transpose, (2, 5), fits.");
  Tensor words = tensor({{1, 0, 2, 1, 0}, {0, 1, 1, 0, 3}, {2, 2, 0, 1, 1}});
  Tensor W = tensor({{1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, -1}});
  lesson.name_columns(16);
  Tensor in_rows = matmul(words, W), in_columns = matmul(transpose(W), transpose(words));
  lesson.show("X", words);
  lesson.show("W", W);
  lesson.show("X W", in_rows);
  lesson.show_error("W^T X", [&] { return matmul(transpose(W), words); });
  lesson.say(
      "Give each word a column instead, and W may stand on the left. But then Q K^T compares features, not words (here with K = Q):");
  lesson.name_columns(26);
  lesson.show("W^T X^T", in_columns);
  lesson.show("words in rows: Q K^T", matmul(in_rows, transpose(in_rows)).shape().text());
  lesson.show("words in columns: Q K^T", matmul(in_columns, transpose(in_columns)).shape().text());
  lesson.say(
      "With as many words as numbers a word, both sides fit, and only one is meant. On the left, W mixes words; on the right, it mixes "
      "the numbers within a word. Change the second word: the first row of X W stays, the first row of W X does not.");
  Tensor S = tensor({{1, 2}, {3, 4}}), changed = tensor({{1, 2}, {7, 9}});
  lesson.show("X, before", S);
  lesson.show("X, after", changed);
  lesson.show("W", M);
  lesson.show("X W, before", matmul(S, M));
  lesson.show("X W, after", matmul(changed, M));
  lesson.show("W X, before", matmul(M, S));
  lesson.show("W X, after", matmul(M, changed));
}

void transpose_is_not_reshape(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Transpose is not reshape");
  lesson.say("Both turn (2, 3) into (3, 2). transpose exchanges the axes; reshape reads the same line of memory in rows of two.");
  lesson.name_columns(16);
  lesson.show("X", X);
  lesson.show("transpose(X)", transpose(X));
  lesson.show("reshape(X)", reshape(X, {3, 2}));
  lesson.show("sums of rows", stack({sum(transpose(X), 1), sum(reshape(X, {3, 2}), 1)}));
  lesson.say(
      "The rows of the transpose are the columns of X, so their sums are sum(X, 0). The rows of the reshape are nothing that X had.");
}

void a_batch_of_matrices(show::Lesson& lesson, const Tensor& M) {
  lesson.section("A batch of matrices", "(2, 3, 2) @ (2, 2) -> (2, 3, 2)");
  lesson.say("matmul looks at the last two axes. The axes before them are a batch: each matrix of it is multiplied on its own.");
  Tensor batch = tensor({{{1, 2}, {3, 4}, {5, 6}}, {{0, 1}, {1, 0}, {2, 2}}});
  lesson.name_columns(16);
  lesson.show("batch", batch);
  lesson.show("W", M);
  Tensor product = matmul(batch, M);
  lesson.show("batch @ W", product);
  lesson.compare("one after the other", stack({matmul(select(batch, 0, 0), M), matmul(select(batch, 0, 1), M)}), product);
}

void scores_become_weights(show::Lesson& lesson) {
  lesson.section("Scores become weights", "softmax(s)_j = exp(s_j) / sum_i exp(s_i)");
  lesson.say("softmax makes every score positive with exp, then divides by the sum. What comes out is positive and sums to 1.");
  Tensor s = tensor({2, 0, 1}), alpha = softmax_by_hand(s);
  show::Table weights({"j", "s_j", "exp(s_j)", "softmax(s)_j", ""});
  for (Index j = 0; j < 3; ++j)
    weights.add_row({show::whole(j), show::number(s.at({j}), 0), show::number(exp(s.at({j}))), show::number(alpha.at({j})),
                     show::bar(alpha.at({j}), 30)});
  lesson.show(weights);
  lesson.name_columns(20);
  lesson.show("sum of exp(s_j)", sum(exp(s)).item());
  lesson.show("sum of the weights", sum(alpha).item());
  lesson.compare("by hand and by softmax", alpha, softmax(s));
  lesson.compare("softmax(s + 100)", alpha, softmax(s + 100));
  lesson.say("exp(s + 100) is exp(s) times exp(100), and the sum has the same factor. So only differences of scores count.");
}

void and_that_is_attention(show::Lesson& lesson) {
  lesson.section("And that is attention", "output = softmax(Q K^T / sqrt(d)) V");
  lesson.say("Two queries of width d = 2, three keys of the same width, three values of width 3. First query by query:");
  Tensor Q = tensor({{1, 0}, {-1, 2}}), K = tensor({{2, 1}, {0, 1}, {1, -2}}), V = tensor({{1, 0, 0}, {0, 10, 0}, {0, 0, 100}});
  lesson.name_columns(16);
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
  Tensor by_hand =
      stack({attention_by_hand(select(Q, 0, 0), K, V, "query 0", lesson), attention_by_hand(select(Q, 0, 1), K, V, "query 1", lesson)});
  bool reshaped = lesson.broken("reshape");
  Tensor K_T = reshaped ? reshape(K, {2, 3}) : transpose(K);  // --break=reshape: the shape is right, the numbers are not
  Tensor scores = matmul(Q, K_T) / sqrt(2.0);                 // (2, 3): every query with every key
  Tensor alpha = softmax(scores);                             // (2, 3): each row positive, its sum 1
  Tensor output = matmul(alpha, V);                           // (2, 3): a weighted sum of the rows of V for each query
  lesson.say("Then all at once: scores, weights, output.");
  lesson.show("Q K^T / sqrt(2)", scores);
  lesson.show("weights alpha", alpha);
  lesson.show("alpha V", output);
  lesson.compare("query by query and by matrices", by_hand, output);
  lesson.compare("ours and the library's", output, scaled_dot_product_attention(Q, K, V).output);
  lesson.show("weights", show::HeatMap{alpha, {"query 0", "query 1"}, {"key 0", "key 1", "key 2"}, "alpha: who attends to what"});
  lesson.say("Two weights whose answer is known: a single 1 picks that row of V, equal weights give the mean of the rows.");
  lesson.show("(0, 1, 0) V", matmul(tensor({0, 1, 0}), V));
  lesson.compare("(1/3, 1/3, 1/3) V and mean(V, 0)", matmul(full({3}, 1.0 / 3), V), mean(V, 0));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Q K^T has a score for every query with every key. softmax makes weights of each row. alpha V is the weighted sum of section 6. A "
      "shape that does not fit is refused with a message. A shape that fits by chance (a column, a square, a reshape) is not refused. So "
      "know the shape that you expect before you run the line.");
}

void lesson_body(show::Lesson& lesson) {
  Tensor X = tensor({{1, 2, 3}, {4, 5, 6}}), M = tensor({{0, 1}, {2, 1}});
  the_question(lesson);
  numbers_with_a_shape(lesson, X);
  along_an_axis(lesson, X);
  broadcasting(lesson, X);
  a_broadcast_that_nobody_wanted(lesson);
  the_product_of_two_matrices(lesson);
  which_side_does_W_stand_on(lesson, M);
  transpose_is_not_reshape(lesson, X);
  a_batch_of_matrices(lesson, M);
  scores_become_weights(lesson);
  and_that_is_attention(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"11",
                            "Tensors",
                            "张量",
                            "chapter 1 of all five articles",
                            "Arrays, axes, broadcasting and products of matrices, each number by hand, up to the one line that "
                            "attention is.",
                            {{"reshape", "section 11 reshapes K where it must transpose it: the shape is right"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
