#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// C = A B, as one would on paper: entry (i, j) is row i of A times column j of B, summed. Prints each entry's line.
Tensor product_by_hand(const Tensor& A, const Tensor& B, show::Lesson& lesson) {
  Tensor C = zeros({A.size(0), B.size(1)});
  show::Table table({"entry", "row of A times column of B", "sum"});
  for (Index i = 0; i < A.size(0); ++i)
    for (Index j = 0; j < B.size(1); ++j) {
      double total = 0;
      std::string line;
      for (Index k = 0; k < A.size(1); ++k) {
        double a = A.at({i, k}), b = B.at({k, j});
        total += a * b;
        line = line + (k ? " + " : "") + show::number(a, 0) + " x " + show::number(b, 0);
      }
      C.set({i, j}, total);
      table.add_row({"C(" + show::whole(i) + ", " + show::whole(j) + ")", line, show::number(total, 0)});
    }
  lesson.show(table);
  return C;
}

/// The slope of the straight line through points, by least squares: sum (x - mean x)(y - mean y) / sum (x - mean x)^2.
Tensor slope(const Tensor& x, const Tensor& y) {
  Tensor dx = x - mean(x), dy = y - mean(y);
  return sum(dx * dy) / sum(dx * dx);
}

/// softmax(Q K^T / sqrt(d)) V, one query after the other and one number after the other.
Tensor attention_by_hand(const Tensor& Q, const Tensor& K, const Tensor& V, show::Lesson& lesson) {
  Index d = Q.size(1), keys = K.size(0), dv = V.size(1);
  Tensor output = zeros({Q.size(0), dv});
  for (Index i = 0; i < Q.size(0); ++i) {
    Tensor scores = zeros({keys}), alpha = zeros({keys}), context = zeros({dv});
    double total = 0;
    for (Index j = 0; j < keys; ++j) {
      double dot = 0;
      for (Index m = 0; m < d; ++m) dot += Q.at({i, m}) * K.at({j, m});
      scores.set({j}, dot / sqrt(static_cast<double>(d)));
      total += exp(scores.at({j}));
    }
    for (Index j = 0; j < keys; ++j) {
      alpha.set({j}, exp(scores.at({j})) / total);
      for (Index m = 0; m < dv; ++m) context.set({m}, context.at({m}) + alpha.at({j}) * V.at({j, m}));
    }
    lesson.show("query " + show::whole(i) + "  scores", scores);
    lesson.show("         weights", alpha);
    lesson.show("         output", context);
    for (Index m = 0; m < dv; ++m) output.set({i, m}, context.at({m}));
  }
  return output;
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "softmax(Q K^T / sqrt(d)) V");
  lesson.say(
      "All of attention stands in that one line. It has two products of matrices, a transpose, a division and a function of "
      "rows. What do they do to the numbers? Everything here is small enough to check with a pencil.");
}

struct Example {
  const char* what;
  Tensor x;
  const char* role;  // in attention
};

void numbers_with_a_shape(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Numbers with a shape", "place of X(i, j) = 3 i + j");
  lesson.say("Two rows of three: shape (2, 3). Axis 0 runs down, axis 1 to the right. In memory there is one line of six numbers.");
  lesson.show("X", X);
  lesson.show("shape", X.shape().text());
  lesson.show("memory", reshape(X, {6}));
  lesson.show("X(1, 2)", show::number(X.at({1, 2}), 0));
  lesson.show("place 5", show::number(X.data()[3 * 1 + 2], 0));
  show::Table ranks({"what", "shape", "numbers", "in attention"});
  const Example examples[] = {{"a number", Tensor(7), "one score"},
                              {"a vector", zeros({5}), "one word, as 5 numbers"},
                              {"a matrix", zeros({3, 5}), "a sentence of 3 words"},
                              {"a batch of matrices", zeros({2, 3, 5}), "2 sentences"}};
  for (const Example& each : examples) ranks.add_row({each.what, each.x.shape().text(), show::whole(each.x.size()), each.role});
  lesson.show(ranks);
}

void along_an_axis(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Along an axis", "the axis that is named disappears");
  lesson.name_columns(24);
  lesson.show("sum(X, 0)", sum(X, 0));
  lesson.show("sum(X, 1)", sum(X, 1));
  lesson.show("mean(X, 1, keepdim)", mean(X, 1, true));
  lesson.show("max(X, 0)", max(X, 0));
  lesson.show("sum(X)", sum(X));
  lesson.say(
      "sum(X, 0) is 1+4, 2+5, 3+6: axis 0, of size 2, is gone and (3,) is left. keepdim leaves a 1 where the axis was, "
      "(2, 1), so that the result still stands beside its rows. Either order ends in the same sum:");
  lesson.compare("sum(sum(X, 0), 0) and sum(sum(X, 1), 0)", sum(sum(X, 0), 0), sum(sum(X, 1), 0));
}

void broadcasting(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Broadcasting", "sizes are equal, or one of them is 1");
  lesson.say("Shapes are lined up at the right end. A size of 1, or a missing one, is repeated to fit.");
  lesson.name_columns(24);
  Tensor row = tensor({10, 20, 30}), column = tensor({{100}, {200}});
  lesson.show("X + (3,)", X + row);
  lesson.show("X + (2, 1)", X + column);
  lesson.show("(2, 1) + (3,)", column + row);
  lesson.show("X - mean(X, 1, keepdim)", X - mean(X, 1, true));
  lesson.show_error("X + (2,)", [&] { return X + tensor({10, 20}); });
  lesson.say(
      "(3,) goes to both rows, (2, 1) to all three columns; together they make every pair. (2,) is refused: at the right end its 2 "
      "meets the 3 of (2, 3).");
}

void a_broadcast_that_nobody_wanted(show::Lesson& lesson) {
  lesson.section("A broadcast that nobody wanted", "y = 2 x + 1");
  lesson.say(
      "Three points on a line: the slope must be 2. But let y come as a column, (3, 1), as it does from a table or a layer with one "
      "output. Every shape fits, nothing is refused, and the answer is wrong.");
  Tensor x = tensor({0, 1, 3}), y = 2 * x + 1, y_column = unsqueeze(y, 1);
  lesson.name_columns(24);
  lesson.show("slope, y (3,)", slope(x, y));
  lesson.show("slope, y (3, 1)", slope(x, y_column));
  lesson.show("y - y, (3,) - (3,)", y - y);
  lesson.show("y - y, (3,) - (3, 1)", y - y_column);
  lesson.say(
      "Every number met every other: nine differences where three were wanted. That is why the losses of this library refuse to "
      "broadcast:");
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
      "(2, 3) times (3, 5) is (2, 5): the two in the middle must be equal, and they vanish. Each row of C is a weighted sum of "
      "the rows of B: row 0 is 1 x (row 0) + 0 x (row 1) + 2 x (row 2). Hold on to that sentence: it is section 10.");
  lesson.compare("row 0 of C as such a sum", select(C, 0, 0), 1 * select(B, 0, 0) + 2 * select(B, 0, 2));
}

void which_side_does_W_stand_on(show::Lesson& lesson, const Tensor& M) {
  lesson.section("Which side does W stand on?", "Q = X W or Q = W X");
  lesson.say(
      "X: a row for each of 3 words, 5 numbers a word. W should turn the 5 numbers of a word into 2. As (5, 2) it must stand on the "
      "right; on the left even (2, 5) does not fit.");
  Tensor words = tensor({{1, 0, 2, 1, 0}, {0, 1, 1, 0, 3}, {2, 2, 0, 1, 1}});
  Tensor W = tensor({{1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, -1}});
  lesson.name_columns(16);
  Tensor in_rows = matmul(words, W), in_columns = matmul(transpose(W), transpose(words));
  lesson.show("X W", in_rows);
  lesson.show_error("W^T X", [&] { return matmul(transpose(W), words); });
  lesson.say("Give each word a column, and W may stand on the left. But then Q K^T compares number with number, not word with word:");
  lesson.name_columns(26);
  lesson.show("W^T X^T", in_columns);
  lesson.show("words in rows: Q K^T", matmul(in_rows, transpose(in_rows)).shape().text());
  lesson.show("words in columns: Q K^T", matmul(in_columns, transpose(in_columns)).shape().text());
  lesson.say(
      "If there are as many words as numbers a word, both sides fit, and only one of them is meant. On the left, W mixes words; on "
      "the right, the numbers within a word. Change the second word, and X W keeps the first row; W X does not:");
  Tensor S = tensor({{1, 2}, {3, 4}}), changed = tensor({{1, 2}, {7, 9}});
  lesson.show("X W, before", matmul(S, M));
  lesson.show("X W, after", matmul(changed, M));
  lesson.show("W X, before", matmul(M, S));
  lesson.show("W X, after", matmul(M, changed));
}

void transpose_is_not_reshape(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Transpose is not reshape");
  lesson.say("Both make (3, 2) of (2, 3). transpose exchanges the axes; reshape reads the same line of memory in rows of two.");
  lesson.name_columns(16);
  lesson.show("X", X);
  lesson.show("transpose(X)", transpose(X));
  lesson.show("reshape(X)", reshape(X, {3, 2}));
  lesson.show("sums of rows", stack({sum(transpose(X), 1), sum(reshape(X, {3, 2}), 1)}));
  lesson.say("The rows of the transpose are the columns of X, so the first line repeats sum(X, 0). The second is nothing that X had.");
}

void a_batch_of_matrices(show::Lesson& lesson, const Tensor& M) {
  lesson.section("A batch of matrices", "(2, 3, 2) @ (2, 2) -> (2, 3, 2)");
  lesson.say("matmul looks at the last two axes. What stands before them is a batch: each matrix for itself, and broadcast like the rest.");
  Tensor batch = tensor({{{1, 2}, {3, 4}, {5, 6}}, {{0, 1}, {1, 0}, {2, 2}}}), own = tensor({{{1, 0}, {0, 1}}, {{0, 1}, {2, 1}}});
  lesson.name_columns(16);
  lesson.show("batch", batch);
  Tensor product = matmul(batch, M);
  lesson.show("batch @ M", product);
  lesson.compare("one after the other", stack({matmul(select(batch, 0, 0), M), matmul(select(batch, 0, 1), M)}), product);
  lesson.show("each its own", matmul(batch, own));
  lesson.say("The first was multiplied by the identity and did not change; the second by M.");
}

void and_that_is_attention(show::Lesson& lesson) {
  lesson.section("And that is attention", "output = softmax(Q K^T / sqrt(d)) V");
  lesson.say("Two queries of width 2, three keys of the same width, three values of width 3. First query by query:");
  Tensor Q = tensor({{1, 0}, {-1, 2}}), K = tensor({{2, 1}, {0, 1}, {1, -2}}), V = tensor({{1, 0, 0}, {0, 10, 0}, {0, 0, 100}});
  lesson.name_columns(16);
  bool reshaped = lesson.broken("reshape");
  Tensor output = attention_by_hand(Q, K, V, lesson);
  Tensor K_T = reshaped ? reshape(K, {2, 3}) : transpose(K);  // --break=reshape: the shape is right, the numbers are not
  Tensor scores = matmul(Q, K_T) / sqrt(2.0);                 // (2, 3): every query with every key
  Tensor alpha = softmax(scores);                             // each row positive, and together 1
  lesson.say("Then all at once: scores, weights, output.");
  lesson.show("Q K^T / sqrt(2)", scores);
  lesson.show("weights alpha", alpha);
  Tensor context = matmul(alpha, V);
  lesson.show("alpha V", context);
  lesson.compare("query by query and by matrices", output, context);
  lesson.compare("ours and the library's", context, scaled_dot_product_attention(Q, K, V).output);
  lesson.say("Weights whose answer is known: a single 1 takes that row of V as it is, equal weights take the mean.");
  lesson.show("known weights", matmul(tensor({{0, 1, 0}, {0.5, 0.25, 0.25}}), V));
  lesson.compare("thirds, and mean(V, 0)", matmul(full({1, 3}, 1.0 / 3), V), mean(V, 0, true));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Q K^T holds every query with every key, and alpha V is the weighted sum of section 6, whose weights come out of a softmax. "
      "A shape that does not fit is refused with a message. A shape that fits by chance (a column, a square, a reshape) "
      "is not: so know the shape you expect before you run the line.");
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
  and_that_is_attention(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"11",
                            "Tensors",
                            "张量",
                            "《资源分配》, 《专注力》, 《分析与预测》, 《解密注意力》, 《认知平衡》 §1",
                            "Arrays, axes, broadcasting and products of matrices, each number by hand, up to the one line that "
                            "attention is.",
                            {{"reshape", "section 10 turns K with reshape where it must be transposed: the shape is right"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
