#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// W x, number by number.
Tensor times(const Tensor& W, const Tensor& x) {
  Tensor y = zeros({W.size(0)});
  for (Index o = 0; o < W.size(0); ++o) {
    double total = 0;
    for (Index i = 0; i < W.size(1); ++i) total += W.at({o, i}) * x.at({i});
    y.set({o}, total);
  }
  return y;
}

/// The four steps for one word, `t`, as on paper; prints each number, and returns z_t.
Tensor one_word_by_hand(const datasets::FourWords& x, Index t, show::Lesson& lesson) {
  const Index n = x.X.size(0), d = x.W_q.size(0);
  const Tensor q = times(x.W_q, select(x.X, 0, t));
  std::vector<Tensor> k, v;
  std::vector<double> score(n);
  double total = 0;
  for (Index j = 0; j < n; ++j) {
    k.push_back(times(x.W_k, select(x.X, 0, j)));
    v.push_back(times(x.W_v, select(x.X, 0, j)));
    for (Index i = 0; i < d; ++i) score[j] += q.at({i}) * k[j].at({i}) / std::sqrt(static_cast<double>(d));
    total += std::exp(score[j]);
  }
  Tensor z = zeros({d});
  show::Table table({"word", "k", "", "q . k / sqrt(2)", "exp", "alpha", "v", ""});
  for (Index j = 0; j < n; ++j) {
    const double alpha = std::exp(score[j]) / total;
    for (Index i = 0; i < d; ++i) z.set({i}, z.at({i}) + alpha * v[j].at({i}));
    table.add_row({x.chinese[j], show::number(k[j].at({0}), 2), show::number(k[j].at({1}), 2), show::number(score[j]),
                   show::number(std::exp(score[j])), show::number(alpha), show::number(v[j].at({0}), 2), show::number(v[j].at({1}), 2)});
  }
  lesson.show("q_" + x.chinese[t], q);
  lesson.show(table);
  lesson.show("sum of exp", total);
  lesson.show("z_" + x.chinese[t], z);
  return z;
}

/// The same for all words at once. With `shared`, the mistake of --break=shared: W_q makes the keys as well.
Attended self_attention(const datasets::FourWords& x, const Tensor& X, bool shared) {
  Tensor Q = linear(X, x.W_q), K = linear(X, shared ? x.W_q : x.W_k), V = linear(X, x.W_v);  // (n, 2) each
  Tensor alpha = softmax(matmul(Q, transpose(K)) / std::sqrt(2.0));                          // (n, n)
  return {matmul(alpha, V), alpha};
}

/// Rows of X in another order, or some of them, or one twice.
Tensor rows(const Tensor& X, const Indices& order) { return embedding(order, X); }

void the_question(show::Lesson& lesson, const datasets::FourWords& x) {
  lesson.section("The question");
  lesson.say(
      "One sequence whose words ask each other. Every word is a row of three numbers. Three matrices, the same for all words, turn it into "
      "a query, a key and a value. (The numbers were chosen, not trained; lesson 41 looks at what they mean.)");
  lesson.name_columns(12);
  for (Index i = 0; i < 4; ++i) lesson.show(x.chinese[i] + " " + x.english[i], select(x.X, 0, i));
  lesson.show("W_q", x.W_q);
  lesson.show("W_k", x.W_k);
  lesson.show("W_v", x.W_v);
}

Tensor the_four_steps_for_one_word(show::Lesson& lesson, const datasets::FourWords& x) {
  lesson.section("The four steps for one word, 吃", "q, k, v;  q . k_j / sqrt(2);  softmax;  weighted sum");
  lesson.name_columns(11);
  return one_word_by_hand(x, 2, lesson);
}

void for_all_words_at_once(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& by_hand, const Attended& all, bool shared) {
  lesson.section("For all words at once", "Z = softmax(Q K^T / sqrt(d_k)) V");
  lesson.show("alpha", all.weights);
  lesson.show("Z", all.output);
  lesson.compare("z_吃 by the loop and by matrices", by_hand, select(all.output, 0, 2));
  Attended library = scaled_dot_product_attention(linear(x.X, x.W_q), linear(x.X, x.W_k), linear(x.X, x.W_v));
  lesson.compare("Z, ours and the library's", all.output, library.output);
  datasets::FourWords other = x;
  other.W_v = -3 * x.W_v;
  lesson.compare("alpha, and alpha with another W_v", all.weights, self_attention(other, x.X, shared).weights);
  lesson.show("weights", show::HeatMap{all.weights, x.chinese, x.chinese, "Row looks at column"});
}

void another_order_of_the_words(show::Lesson& lesson, const datasets::FourWords& x, const Indices& order, const Attended& all,
                                const Attended& mixed) {
  lesson.section("Another order of the words", "self_attention(P X) = P self_attention(X)");
  lesson.say(
      "苹果 我 喜欢 吃: 'apples I like eat'. Known beforehand: no step uses the place of a word, so the outputs must be the same, in the "
      "new order.");
  show::Table table({"place", "word", "z", "", "word", "z", ""});
  for (Index i = 0; i < 4; ++i)
    table.add_row({show::whole(i + 1), x.chinese[i], show::number(all.output.at({i, 0})), show::number(all.output.at({i, 1})),
                   x.chinese[order.values[i]], show::number(mixed.output.at({i, 0})), show::number(mixed.output.at({i, 1}))});
  lesson.show(table);
  lesson.compare("Z of the new order, and Z in the new order", mixed.output, rows(all.output, order));
  lesson.compare("weights, with rows and columns in the new order", mixed.weights,
                 transpose(rows(transpose(rows(all.weights, order)), order)));
  lesson.say(
      "Even z_吃 is the same, though 苹果 has moved from its right to the far left. For self-attention a sentence is a bag of words.");
}

/// How strongly z_t depends on each word: the norm of d z_t / d x_j for each j, the root of the sum of all squares.
Tensor answers(const datasets::FourWords& x, const Tensor& X, Index t, bool shared) {
  Tensor squares = zeros({4});
  for (Index i = 0; i < 2; ++i) {
    Tensor input = X.clone().requires_grad(true);
    select(select(self_attention(x, input, shared).output, 0, t), 0, i).backward();
    squares = squares + sum(input.grad() * input.grad(), 1);
  }
  return sqrt(squares);
}

void distance_is_nothing(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& PX, bool shared) {
  lesson.section("Distance is nothing");
  lesson.say("How strongly does z_吃 depend on each word? The norm of d z_吃 / d x_j, from the engine, in the old order and in the new:");
  const Index place[] = {1, 2, 3, 0};  // where each word stands in the new order
  Tensor old_order = answers(x, x.X, 2, shared), new_order = answers(x, PX, place[2], shared);
  show::Table reach({"word", "steps away", "norm", "steps away now", "norm now"});
  for (Index i = 0; i < 4; ++i)
    reach.add_row({x.chinese[i], show::whole(std::abs(i - 2)), show::number(old_order.at({i})), show::whole(std::abs(place[i] - place[2])),
                   show::number(new_order.at({place[i]}))});
  lesson.show(reach);
}

void one_word_more_one_word_twice(show::Lesson& lesson, const datasets::FourWords& x, const Attended& all, bool shared) {
  lesson.section("One word more, one word twice");
  lesson.say(
      "The same matrices serve any number of words. Say 吃 twice: both get the same output, and together they get more attention than "
      "one did.");
  Attended twice = self_attention(x, rows(x.X, {0, 1, 2, 2, 3}), shared);
  lesson.name_columns(14);
  lesson.show("alpha of 我", select(all.weights, 0, 0));
  lesson.show("  with 吃 吃", select(twice.weights, 0, 0));
  lesson.show("z_吃, first", select(twice.output, 0, 2));
  lesson.show("z_吃, second", select(twice.output, 0, 3));
  lesson.say("A sentence of one word has one weight, 1, whatever its query:");
  lesson.show("alpha", self_attention(x, rows(x.X, {2}), shared).weights);
}

void why_W_q_and_W_k_differ(show::Lesson& lesson, const datasets::FourWords& x) {
  lesson.section("Why W_q and W_k differ");
  lesson.say(
      "With one matrix for both, q_i . k_j = q_j . k_i: the table of scores is symmetric, and its diagonal holds squared lengths. With "
      "two matrices it need not be:");
  Tensor Q = linear(x.X, x.W_q), two = matmul(Q, transpose(linear(x.X, x.W_k))) / std::sqrt(2.0),
         one = matmul(Q, transpose(Q)) / std::sqrt(2.0);
  lesson.name_columns(14);
  lesson.show("two matrices", two);
  lesson.show("one matrix", one);
  Indices with_two = argmax(two), with_one = argmax(one);
  show::Table looks({"word", "looks most at", "with one matrix"});
  for (Index i = 0; i < 4; ++i) looks.add_row({x.chinese[i], x.chinese[with_two.values[i]], x.chinese[with_one.values[i]]});
  lesson.show(looks);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "None of the four steps uses the place of a word. So any two words are one step apart: nothing is far away. And 'I eat apples' is "
      "the same as 'apples eat I': order must be brought in from outside (lesson 37).");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::FourWords x = datasets::four_words();
  bool shared = lesson.broken("shared");
  const Indices order{3, 0, 1, 2};
  Tensor PX = rows(x.X, order);
  Attended all = self_attention(x, x.X, shared), mixed = self_attention(x, PX, shared);

  the_question(lesson, x);
  Tensor by_hand = the_four_steps_for_one_word(lesson, x);
  for_all_words_at_once(lesson, x, by_hand, all, shared);
  another_order_of_the_words(lesson, x, order, all, mixed);
  distance_is_nothing(lesson, x, PX, shared);
  one_word_more_one_word_twice(lesson, x, all, shared);
  why_W_q_and_W_k_differ(lesson, x);
  what_to_notice(lesson);
}

const show::LessonInfo info{"33",
                            "Self-attention",
                            "自注意力",
                            "《资源分配》 §3.1, §3.2; 《分析与预测》 §3.1–3.3",
                            "Four words ask each other: the four steps by hand and by matrices; then what self-attention cannot "
                            "see: the order of the words.",
                            {{"shared", "one matrix makes both queries and keys"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
