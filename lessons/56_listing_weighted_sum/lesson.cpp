// precision: double
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The listing's arrays, as printed; in double, because that is what NumPy computes in.
const Tensor x = tensor({1, 2, 3, 4, 5});
const Tensor q = tensor({0.5, 0.5});
const Tensor k = tensor({1, 1});

/// The listing's first function, line for line.
Tensor attention_weights(const Tensor& query, const Tensor& key) {
  Tensor similarity = matmul(query, key);  // np.dot of two vectors: one number, shape ()
  Tensor weights = exp(similarity);
  return weights / sum(weights);
}

/// The listing's second function. np.dot(x, w) takes a w without axes as a factor, and anything else as a matrix product.
Tensor weighted_sum(const Tensor& values, const Tensor& weights) {
  return weights.rank() == 0 ? values * weights : matmul(values, weights);
}

/// The sound version: every number is a key and a value of width 1, the query is one number.
struct Look {
  Tensor scores, weights, result;
};
Look look(const Tensor& query, const Tensor& numbers) {
  Tensor keys = unsqueeze(numbers, 1);                             // (5, 1)
  Tensor scores = matmul(keys, query), weights = softmax(scores);  // (5, 1) @ (1) = (5)
  return {scores, weights, matmul(weights, numbers)};
}
Look look(double query) { return look(full({1}, query), x); }

/// The same with plain numbers; prints each line.
double look_by_hand(double query, show::Lesson& lesson) {
  double total = 0, result = 0;
  for (Index i = 0; i < 5; ++i) total += exp(query * x.at({i}));
  show::Table table({"x_i", "q x_i", "exp(q x_i)", "weight", "weight x_i", "so far", ""});
  for (Index i = 0; i < 5; ++i) {
    double e = query * x.at({i}), weight = exp(e) / total;
    result += weight * x.at({i});
    table.add_row({show::number(x.at({i}), 0), show::number(e, 0), show::number(exp(e)), show::number(weight, 6),
                   show::number(weight * x.at({i}), 6), show::number(result, 6), show::bar(weight, 24)});
  }
  table.add_row({"sum", "", show::number(total), show::number(1, 6), show::number(result, 6), "", ""});
  lesson.show(table);
  return result;
}

/// A row as one cell of a table.
std::string cells(const Tensor& row) {
  std::string text;
  for (Index j = 0; j < row.size(); ++j) text = text + (j ? "  " : "") + show::number(row.at({j}));
  return text;
}

/// Which query gives this result? Found by halving, as the result only grows with the query.
double query_for(double wanted) {
  double low = -50, high = 50;
  for (int i = 0; i < 100; ++i) {
    double middle = (low + high) / 2;
    (look(middle).result.item() < wanted ? low : high) = middle;
  }
  return low;
}

void the_listing_line_by_line(show::Lesson& lesson) {
  lesson.section("The listing, line by line", "np.dot(q, k)");
  lesson.say("Five numbers, a query of two, a key of two. Every intermediate result, with its shape:");
  lesson.name_columns(18);
  lesson.show("x", x);
  lesson.show("q", q);
  lesson.show("k", k);
  Tensor similarity = matmul(q, k), weights = attention_weights(q, k), y = weighted_sum(x, weights);
  lesson.show("similarity", show::number(similarity.item(), 1) + "   shape " + similarity.shape().text());
  lesson.show("exp(similarity)", show::number(exp(similarity).item()) + "   shape " + exp(similarity).shape().text());
  lesson.show("weights", show::number(weights.item(), 1) + "   shape " + weights.shape().text());
  lesson.show("y", y);
  lesson.say(
      "The dot product of two vectors is one number. Divided by its own sum it is 1, and five numbers times 1 are the same "
      "five numbers. NumPy prints 1.0 and [1. 2. 3. 4. 5.].");
}

void what_the_article_says_it_prints(show::Lesson& lesson) {
  lesson.section("What the article says it prints", "[0.5 0.5] and 1.5");
  lesson.say("One number divided by itself is 1, whatever stands in q and k (as long as exp does not overflow):");
  lesson.name_columns(20);
  lesson.show("q (3, -7), k (2, 9)", attention_weights(tensor({3, -7}), tensor({2, 9})).item());
  lesson.show("q (0, 0), k (1, 1)", attention_weights(tensor({0, 0}), k).item());
  lesson.say("Two weights would come from q * k, which is not a dot product. Then the next line could not run:");
  lesson.show("softmax(q * k)", softmax(q * k));
  lesson.show_error("np.dot(x, w)", [] { weighted_sum(x, tensor({0.5, 0.5})); });
  lesson.show("with 2 of the 5", weighted_sum(slice(x, 0, 0, 2), tensor({0.5, 0.5})).item());
  lesson.show("with 0.2 for each", weighted_sum(x, full({5}, 0.2)).item());
  lesson.say(
      "1.5 is the mean of 1 and 2, and leaves out 3, 4 and 5. Weights spread evenly over every position, as the text says, would be 0.2, "
      "and their sum the mean of all five, 3.");
}

/// Returns the result.
double a_sound_version_by_hand(show::Lesson& lesson) {
  lesson.section("A sound version, by hand", "w_i = exp(q x_i) / sum_j exp(q x_j),  y = sum_i w_i x_i");
  lesson.say("A weight for every position needs a key for every position. The simplest: each number is its own key, and the query is 1.");
  return look_by_hand(1, lesson);
}

void the_same_by_matrices(show::Lesson& lesson, double by_hand) {
  lesson.section("The same by matrices");
  Look sound = look(1);
  if (lesson.broken("one-number")) sound.result = sum(softmax(matmul(unsqueeze(q, 0), k)) * x);  // a weight of 1 for each
  lesson.show("result", show::number(sound.result.item(), 6));
  lesson.compare("by hand and by matrices", Tensor(by_hand), sound.result, 1e-10);
  Attended library = scaled_dot_product_attention(ones({1, 1}), unsqueeze(x, 1), unsqueeze(x, 1));  // sqrt(d) = 1: no difference
  lesson.compare("by hand and by the library", full({1, 1}, by_hand), library.output, 1e-10);
}

void cases_whose_answer_is_known(show::Lesson& lesson) {
  lesson.section("Cases whose answer is known");
  lesson.say("With the query 0 all scores are equal: the mean. With -1 the weights are those of 1 in reverse, and the result is 6 - y.");
  show::Table known({"query", "weights", "result"});
  for (double query : {0.0, 1.0, -1.0, 100.0, -100.0}) {
    Look at = look(query);
    known.add_row({show::number(query, 0), cells(at.weights), show::number(at.result.item(), 6)});
  }
  lesson.show(known);
  double plus = look(1).result.item(), minus = look(-1).result.item();
  lesson.compare("y(-1), and 6 - y(1)", Tensor(minus), Tensor(6 - plus), 1e-10);
  lesson.say("And 1.5, from all five positions? There is a query for every result between 1 and 5:");
  double needed = query_for(1.5);
  lesson.show("query", show::number(needed, 6));
  Look found = look(needed);
  lesson.show("weights", found.weights);
  lesson.show("result", found.result.item());
}

void how_the_result_follows_the_query(show::Lesson& lesson) {
  lesson.section("How the result follows the query", "dy/dq = sum_i w_i x_i^2 - y^2");
  lesson.say(
      "A query of -3 nearly gives the smallest number, 0 gives the mean, 3 nearly the largest. The slope is the variance of x under the "
      "weights. It is never negative, so a larger query never gives less.");
  show::Table slopes({"query", "y", "slope, by the engine", "variance", "positions attended"});
  std::vector<double> queries, results;
  for (int i = -30; i <= 30; ++i) {
    queries.push_back(0.1 * i);
    results.push_back(look(0.1 * i).result.item());
  }
  for (double at : {-2.0, -1.0, 0.0, 0.5, 1.0, 2.0}) {
    Tensor query = full({1}, at).requires_grad(true);
    Look found = look(query, x);
    found.result.backward();
    Tensor w = found.weights.detach();
    double mean = found.result.item(), variance = sum(w * x * x).item() - mean * mean;
    slopes.add_row({show::number(at, 1), show::number(mean, 6), show::number(query.grad().item(), 6), show::number(variance, 6),
                    show::number(exp(entropy(w).item()), 2)});
  }
  lesson.show(slopes);
  lesson.show("query", show::LineChart{"Result against query", "query", "result", {{"y", queries, results}}});
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing cannot choose between positions: x enters only after the weights are made, and there is one weight. Running it "
      "shows that at once. Attention needs as many scores as positions, and so as many keys. The query then says which of them to "
      "prefer, and how sharply.");
}

void lesson_body(show::Lesson& lesson) {
  the_listing_line_by_line(lesson);
  what_the_article_says_it_prints(lesson);
  double by_hand = a_sound_version_by_hand(lesson);
  the_same_by_matrices(lesson, by_hand);
  cases_whose_answer_is_known(lesson);
  how_the_result_follows_the_query(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"56",
                            "A listing of a weighted sum",
                            "加权求和的代码",
                            "《认知平衡》 §5.2–5.4",
                            "Five numbers, a query and a key: what the listing really prints and why, and what it takes to weigh "
                            "five numbers.",
                            {{"one-number", "section 4 makes its weights from the single number q . k, as the listing does"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
