#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

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
      alpha.set({i, j}, exp(dot / sqrt(static_cast<double>(d))));
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

/// A list of `items` different words out of 12, each with two random numbers; three questions, in another language, for the numbers of three
/// of them. Words are one-hot in both languages, and word w of one means word 11 - w of the other, which nobody tells the model.
struct Batch {
  Tensor queries, keys, values, target;  ///< (B, 3, 12), (B, items, 12), (B, items, 2), (B, 3, 2)
};
Batch draw(Index batch, Index items, Rng& rng) {
  Index vocabulary = 12, questions = 3;
  Indices asked({batch, questions}, std::vector<Index>(batch * questions)), shown({batch, items}, std::vector<Index>(batch * items));
  Tensor values = randn({batch, items, 2}, rng), target = zeros({batch, questions, 2});
  for (Index n = 0; n < batch; ++n) {
    std::vector<Index> order = rng.permutation(vocabulary);  // the first ones are shown
    for (Index j = 0; j < items; ++j) shown.values[n * items + j] = order[j];
    for (Index i = 0; i < questions; ++i) {
      Index wanted = rng.below(items);
      asked.values[n * questions + i] = vocabulary - 1 - order[wanted];
      for (Index l = 0; l < 2; ++l) target.set({n, i, l}, values.at({n, wanted, l}));
    }
  }
  return {one_hot(asked, vocabulary), one_hot(shown, vocabulary), values, target};
}

void the_question(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese) {
  lesson.section("The question");
  lesson.say(
      "Two sequences. Three English words, of width 2, are to be filled with what four Chinese words, of width 3, have to say. Who "
      "asks, who answers, and what must fit? (Chosen numbers; the Chinese side is that of lesson 33.)");
  lesson.name_columns(12);
  for (Index i = 0; i < 3; ++i) lesson.show("y_" + english.words[i], select(english.Y, 0, i));
  for (Index j = 0; j < 4; ++j) lesson.show("x_" + chinese.chinese[j], select(chinese.X, 0, j));
}

void queries_from_one_keys_and_values_from_the_other(show::Lesson& lesson, const English& english, const Tensor& Q, const Tensor& K,
                                                     const Tensor& V) {
  lesson.section("Queries from one, keys and values from the other", "Q = Y W_q^T,  K = X W_k^T,  V = X W_v^T");
  lesson.name_columns(14);
  lesson.show("W_q of English", english.W_q);
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
}

void three_rows_four_columns(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese, const Tensor& Q,
                             const Tensor& K, const Tensor& alpha) {
  lesson.section("Three rows, four columns", "alpha = softmax(Q K^T / sqrt(d_k))");
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
  lesson.say(
      "The Chinese words in another order: they are a set to look things up in, so nothing changes for the English ones, but for the "
      "columns.");
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
      "Let the Chinese ask: their vectors k as queries, the English q as keys. The scores are those of before, turned. The weights are "
      "not:");
  Tensor back = softmax(matmul(K, transpose(Q)) / sqrt(2.0));  // (4, 3)
  lesson.show(by_words("row asks", chinese.labels(), english.words, back));
  lesson.say(
      "喜欢 (like) got next to nothing from any English word, but now it asks, and its own row sums to 1 like every other: it must look "
      "somewhere.");
}

void what_must_fit(show::Lesson& lesson, const English& english, const datasets::FourWords& chinese, const Tensor& Q, const Tensor& K,
                   const Tensor& V) {
  lesson.section("What must fit");
  lesson.say("Not the lengths of the two sequences. The widths of queries and keys; and a value for each key:");
  lesson.name_columns(15);
  lesson.show_error("Y itself asks X", [&] { scaled_dot_product_attention(english.Y, chinese.X, V); });
  lesson.show_error("values from Y", [&] { scaled_dot_product_attention(Q, K, english.Y); });
}

void trained_on_four_used_on_twelve(show::Lesson& lesson) {
  lesson.section("Trained on four, used on twelve", "W_q, W_k by Adam on mean squared error");
  lesson.say(
      "A list of words, each with two numbers; three questions for numbers, in another language. Trained on lists of 4 of the 12 words. "
      "Squared error on 500 new cases, with lists of other lengths, never seen:");
  Rng rng(lesson.seed()), test_rng(lesson.seed() + 1);
  nn::Linear W_q(12, 16, rng, false), W_k(12, 16, rng, false);
  auto answer = [&](const Batch& b) { return scaled_dot_product_attention(W_q(b.queries), W_k(b.keys), b.values); };
  optim::Adam adam({W_q.weight, W_k.weight}, 0.01);
  const Index steps = lesson.quick() ? 600 : 5000;
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, 4, rng);
    Tensor loss = mse_loss(answer(batch).output, batch.target);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  show::Table table({"words in the list", "mean of the list", "cross-attention", "largest weight"});
  for (Index items : {1, 2, 4, 8, 12}) {
    Batch test = draw(500, items, test_rng);
    Attended attended = answer(test);
    table.add_row({show::whole(items), show::number(mse_loss(mean(test.values, 1, true) * ones({1, 3, 1}), test.target).item(), 3),
                   show::number(mse_loss(attended.output, test.target).item(), 3),
                   show::number(mean(max(attended.weights, -1)).item(), 3)});
  }
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Two sequences, two widths, two lengths: the asking one gives the number of rows and of outputs, the asked one the number of "
      "columns and all the content. No number of the asking side appears in the outputs, it only chooses. And what was learned on four "
      "words serves for twelve, a little less sharply: each further word takes its small share of the weight.");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::FourWords chinese = datasets::four_words();
  const English english;

  Tensor Q = linear(english.Y, english.W_q), K = linear(chinese.X, chinese.W_k), V = linear(chinese.X, chinese.W_v);
  Tensor alpha = softmax(matmul(Q, transpose(K)) / sqrt(2.0));  // (3, 2) @ (2, 4) = (3, 4)
  if (lesson.broken("summary")) alpha = full({3, 4}, 0.25);
  Tensor Z = matmul(alpha, V);  // (3, 4) @ (4, 2) = (3, 2)
  Tensor library = scaled_dot_product_attention(Q, K, V).output;

  the_question(lesson, english, chinese);
  queries_from_one_keys_and_values_from_the_other(lesson, english, Q, K, V);
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
                            {{"summary", "no word asks: all get the same mean of the values"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
