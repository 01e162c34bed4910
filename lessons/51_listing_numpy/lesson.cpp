// precision: double
#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The listing's arrays, as printed. In double, because that is what NumPy computes in.
const Tensor Q = tensor({{1, 2, 3}, {4, 5, 6}});
const Tensor K = tensor({{1, 1}, {1, 2}, {2, 3}});
const Tensor V = tensor({{1, 2}, {3, 4}, {5, 6}});

/// The listing's second line: exp(e) / sum of exp(e) over axis 1, with no maximum taken away.
Tensor listing_weights(const Tensor& scores) { return exp(scores) / sum(exp(scores), 1, true); }

/// The listing's last line: weights.T @ V; or weights @ V, which is what its text says.
Tensor listing_output(const Tensor& weights, const Tensor& values, bool transposed) {
  return matmul(transposed ? transpose(weights) : weights, values);
}

/// "(1, 4)"
std::string pair(double first, double second, int digits) {
  return "(" + show::number(first, digits) + ", " + show::number(second, digits) + ")";
}

/// softmax(q K^T) V number by number, on plain doubles; prints each product.
Tensor attention_by_hand(const Tensor& q, const Tensor& k, const Tensor& v, show::Lesson& lesson) {
  Tensor output = zeros({q.size(0), v.size(1)});
  show::Table table({"query", "key", "q . k", "e", "exp(e)", "weight", "weight x value"});
  for (Index i = 0; i < q.size(0); ++i) {
    double e[3], total = 0, q0 = q.at({i, 0}), q1 = q.at({i, 1});
    for (Index j = 0; j < 3; ++j) {
      e[j] = q0 * k.at({j, 0}) + q1 * k.at({j, 1});
      total += exp(e[j]);
    }
    for (Index j = 0; j < 3; ++j) {
      double weight = exp(e[j]) / total, k0 = k.at({j, 0}), k1 = k.at({j, 1});
      for (Index d = 0; d < 2; ++d) output.set({i, d}, output.at({i, d}) + weight * v.at({j, d}));
      table.add_row({pair(q0, q1, 0), pair(k0, k1, 0),
                     show::number(q0, 0) + " x " + show::number(k0, 0) + " + " + show::number(q1, 0) + " x " + show::number(k1, 0),
                     show::number(e[j], 0), show::number(exp(e[j]), 2), show::number(weight, 6),
                     pair(weight * v.at({j, 0}), weight * v.at({j, 1}), 6)});
    }
    table.add_row({"", "", "", "sum", show::number(total, 2), show::number(1, 6), pair(output.at({i, 0}), output.at({i, 1}), 6)});
  }
  lesson.show(table);
  return output;
}

/// The rows of a matrix of two columns, to six places, beside their difference.
void show_output(show::Lesson& lesson, const char* name, const Tensor& output) {
  show::Table table({name, "first", "second", "second - first"});
  for (Index i = 0; i < output.size(0); ++i) {
    double first = output.at({i, 0}), second = output.at({i, 1});
    table.add_row({"row " + show::whole(i), show::number(first, 6), show::number(second, 6), show::number(second - first, 6)});
  }
  lesson.show(table);
}

/// A row of weights as one cell of a table.
std::string cells(const Tensor& row) {
  std::string text;
  for (Index j = 0; j < row.size(); ++j) text = text + (j ? "  " : "") + show::number(row.at({j}));
  return text;
}

void the_listing_as_printed(show::Lesson& lesson) {
  lesson.section("The listing, as printed", "np.dot(Q, K.T)");
  lesson.say("Three arrays and four lines of attention. What does the program print? Its first line multiplies Q by the transpose of K:");
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
  lesson.name_columns(16);
  lesson.show("shapes", Q.shape().text() + " for Q, " + transpose(K).shape().text() + " for K.T");
  lesson.show_error("np.dot(Q, K.T)", [] { matmul(Q, transpose(K)); });
  lesson.say(
      "Nothing is printed. A row of Q has three numbers and a row of K two, so they have no dot product. NumPy stops at the same place "
      "with a ValueError: shapes (2,3) and (2,3) not aligned.");
}

void eight_ways_to_read_three_arrays(show::Lesson& lesson) {
  lesson.section("Eight ways to read three arrays", "scores = Q K^T, output = weights V");
  lesson.say(
      "A vector may stand in a row or in a column of each array. All eight readings, run: Q K^T needs queries and keys of one width, and "
      "weights V a value for every key.");
  show::Table readings({"Q in", "K in", "V in", "changed", "what happens"});
  for (int way = 0; way < 8; ++way) {
    bool turned[] = {(way & 4) != 0, (way & 2) != 0, (way & 1) != 0};
    Tensor q = turned[0] ? transpose(Q) : Q, k = turned[1] ? transpose(K) : K, v = turned[2] ? transpose(V) : V;
    std::string outcome;
    try {
      outcome = std::string("output ") + matmul(softmax(matmul(q, transpose(k))), v).shape().text();
    } catch (const Error& error) {
      outcome = error.what();
    }
    auto read = [&](int i) { return turned[i] ? "columns" : "rows"; };
    readings.add_row({read(0), read(1), read(2), show::whole(turned[0] + turned[1] + turned[2]), outcome});
  }
  lesson.show(readings);
  lesson.say(
      "Two of eight run. One changes K and V. The other changes Q alone and is the smallest repair: Q holds three tokens of width 2, each "
      "in a column. From here on, q has them in rows.");
  lesson.show("q = Q.T", transpose(Q));
}

/// Returns the output.
Tensor number_by_number(show::Lesson& lesson, const Tensor& q) {
  lesson.section("Number by number", "e_ij = q_i . k_j,  w_ij = exp(e_ij) / sum_j exp(e_ij)");
  return attention_by_hand(q, K, V, lesson);
}

void the_same_by_matrices(show::Lesson& lesson, const Tensor& by_hand, const Tensor& scores, const Tensor& weights) {
  lesson.section("The same by matrices", "weights @ V");
  bool transposed = lesson.broken("transposed");
  Tensor output = listing_output(weights, V, transposed);
  lesson.show("scores", scores);
  lesson.name_columns(8);
  lesson.show("weights", weights);
  show_output(lesson, "output", output);
  lesson.compare("by hand and by matrices", by_hand, output, 1e-10);
  lesson.say(
      "Known beforehand: in V the second column is the first plus 1. A weighted mean keeps that, so in the output too the second must "
      "be the first plus 1, whatever the scores are.");
}

void the_last_line_as_printed(show::Lesson& lesson, const Tensor& scores, const Tensor& weights) {
  lesson.section("The last line, as printed", "weights.T @ V");
  lesson.say("The text says that weights and values are multiplied; the code multiplies the transpose of the weights. It runs:");
  Tensor printed = listing_output(weights, V, true);
  show_output(lesson, "weights.T @ V", printed);
  lesson.say(
      "The last column is no longer 1. It is the sum of the weights that went into each row: a column of the weights, over queries, not "
      "over keys. Each row of the weights sums to 1; a column can sum to anything.");
  show::Table sums({"", "row", "column"});
  Tensor row = sum(weights, 1), column = sum(weights, 0);
  for (Index i = 0; i < 3; ++i) sums.add_row({"sum " + show::whole(i), show::number(row.at({i}), 6), show::number(column.at({i}), 6)});
  lesson.show(sums);
  lesson.compare("second - first, and the column sums", select(printed, 1, 1) - select(printed, 1, 0), column, 1e-10);
  lesson.say("No error says so, because there are as many queries as keys. With the first two queries alone:");
  Tensor two = listing_weights(slice(scores, 0, 0, 2));
  lesson.name_columns(14);
  lesson.show_error("weights.T @ V", [&] { listing_output(two, V, true); });
  lesson.show("weights @ V", listing_output(two, V, false));
}

void scaled_by_the_root_of_the_width(show::Lesson& lesson, const Tensor& q, const Tensor& scores) {
  lesson.section("Scaled by the root of the width", "softmax(q K^T / sqrt(2)) V");
  lesson.say("The listing leaves the scale out. With it the scores lie closer together, and the smaller ones count for more:");
  Attended scaled = scaled_dot_product_attention(q, K, V);
  lesson.show("weights", scaled.weights);
  show_output(lesson, "output", scaled.output);
  lesson.compare("the library and the listing's softmax", scaled.output, matmul(listing_weights(scores / sqrt(2.0)), V), 1e-10);
}

void no_maximum_is_taken_away(show::Lesson& lesson, const Tensor& scores) {
  lesson.section("No maximum is taken away", "exp(e - max e) / sum exp(e - max e)");
  lesson.say(
      "exp(e) passes the largest double, about 1.797e308, at e = 709.8. The query (1, 4) has the scores 5, 9 and 14. Here they are "
      "multiplied, which sharpens the weights, or all moved by the same number, which must change nothing:");
  show::Table sizes({"scores", "largest", "exp(largest)", "the listing's weights", "softmax(e)"});
  struct {
    const char* name;
    double factor, shift;
  } cases[] = {{"e", 1, 0}, {"10 e", 10, 0}, {"50 e", 50, 0}, {"100 e", 100, 0}, {"e + 700", 1, 700}, {"e - 800", 1, -800}};
  Tensor first = slice(scores, 0, 0, 1);
  for (const auto& c : cases) {
    Tensor e = first * c.factor + c.shift;
    double largest = max(e).item();
    sizes.add_row({c.name, show::number(largest, 0), show::scientific(exp(largest)), cells(select(listing_weights(e), 0, 0)),
                   cells(select(softmax(e), 0, 0))});
  }
  lesson.show(sizes);
  lesson.say(
      "inf / inf and 0 / 0 are nan, and a nan spreads to everything that is computed from it. Subtracting the largest score first changes "
      "no weight. Then no exponent is above 0 and one of them is 0: no overflow, and never a division by 0.");
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A shape that does not fit is refused at once. A transpose that happens to fit gives numbers that look like an answer. A formula "
      "that is right on paper gives nan when the scores are large. Only the first of the three announces itself. The others are found by "
      "a case whose answer is known.");
}

void lesson_body(show::Lesson& lesson) {
  the_listing_as_printed(lesson);
  eight_ways_to_read_three_arrays(lesson);
  Tensor q = transpose(Q), scores = matmul(q, transpose(K)), weights = listing_weights(scores);
  Tensor by_hand = number_by_number(lesson, q);
  the_same_by_matrices(lesson, by_hand, scores, weights);
  the_last_line_as_printed(lesson, scores, weights);
  scaled_by_the_root_of_the_width(lesson, q, scores);
  no_maximum_is_taken_away(lesson, scores);
  what_to_notice(lesson);
}

const show::LessonInfo info{"51",
                            "A listing in NumPy",
                            "注意力机制的 Python 实现",
                            "《解密注意力》 §4.1",
                            "Attention in four lines of NumPy: why they cannot run as printed, the one repair, and every number "
                            "that comes out of it.",
                            {{"transposed", "section 4 ends as the listing does, with weights.T @ V"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
