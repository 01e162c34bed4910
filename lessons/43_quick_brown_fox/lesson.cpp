#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <algorithm>

using namespace qkv;

namespace {

// The two sentences, nine words each, and the eight words of each language: english_words[i] means french_words[i].
const show::Words english{"The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"};
const show::Words french{"Le", "renard", "brun", "rapide", "saute", "par-dessus", "le", "chien", "paresseux"};
const Indices english_sentence{0, 1, 2, 3, 4, 5, 0, 6, 7}, french_sentence{0, 3, 2, 1, 4, 5, 0, 7, 6};
constexpr Index vocabulary = 8;

/// softmax(Q K^T / sqrt(d_k)) V for one sentence, number by number.
Tensor attention_by_hand(const Tensor& Q, const Tensor& K, const Tensor& V) {
  Index n = Q.size(0), m = K.size(0), d_k = Q.size(1), d_v = V.size(1);
  Tensor output = zeros({n, d_v});
  for (Index i = 0; i < n; ++i) {
    List<double> weight(m);
    double total = 0;
    for (Index j = 0; j < m; ++j) {
      double dot = 0;
      for (Index d = 0; d < d_k; ++d) dot += Q.at({i, d}) * K.at({j, d});
      total += weight[j] = exp(dot / sqrt(double(d_k)));
    }
    for (Index d = 0; d < d_v; ++d) {
      double sum = 0;
      for (Index j = 0; j < m; ++j) sum += weight[j] / total * V.at({j, d});
      output.set({i, d}, sum);
    }
  }
  return output;
}

/// Sentence pairs: six English words in any order, and four of them in French in any other order.
struct Pairs {
  Indices english, french;
};
Pairs draw(Index count, Rng& rng) {
  Pairs pairs{{Shape{count, 6}, std::vector<Index>(count * 6)}, {Shape{count, 4}, std::vector<Index>(count * 4)}};
  for (Index n = 0; n < count; ++n) {
    std::vector<Index> words = rng.permutation(vocabulary), order = rng.permutation(6);
    for (Index j = 0; j < 6; ++j) pairs.english.values[n * 6 + j] = words[j];
    for (Index i = 0; i < 4; ++i) pairs.french.values[n * 4 + i] = words[order[i]];
  }
  return pairs;
}

/// One head whose queries come from `asking` and whose keys and values come from `asked`; the output names a French word for each query.
struct Head : nn::Module {
  nn::Linear W_Q, W_K, W_V, W_O;
  explicit Head(Rng& rng)
      : W_Q(vocabulary, 10, rng, false), W_K(vocabulary, 10, rng, false), W_V(vocabulary, 7, rng, false), W_O(7, vocabulary, rng, false) {
    adopt("W_Q", W_Q), adopt("W_K", W_K), adopt("W_V", W_V), adopt("W_O", W_O);
  }
  Attended operator()(const Tensor& asking, const Tensor& asked) const {
    Attended attended = scaled_dot_product_attention(W_Q(asking), W_K(asked), W_V(asked));
    return {W_O(attended.output), attended.weights};
  }
};

/// Logits (B, 4, 8) for the French words: by cross-attention, or by self-attention of the English sentence alone, whose first four rows must do.
Attended french_from(const Head& head, const Pairs& pairs, bool cross) {
  Tensor X = one_hot(pairs.english, vocabulary), Y = one_hot(pairs.french, vocabulary);
  if (cross) return head(Y, X);
  Attended self = head(X, X);
  return {slice(self.output, 1, 0, 4), self.weights};
}

/// Trains a head on fresh pairs and returns its share of right words on `test`.
double train(const Head& head, bool cross, const Pairs& test, Index steps, Rng& rng) {
  optim::Adam adam(head.parameters(), 0.02);
  show::Progress progress(steps, cross ? "cross-attention" : "self-attention");
  for (Index step = 0; step < steps; ++step) {
    Pairs pairs = draw(64, rng);
    Tensor loss = cross_entropy(reshape(french_from(head, pairs, cross).output, {-1, vocabulary}), {Shape{64 * 4}, pairs.french.values});
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return accuracy(reshape(french_from(head, test, cross).output, {-1, vocabulary}), {Shape{test.french.shape.count()}, test.french.values});
}

/// How often the largest weight of a French word stands at its translation.
double aligned(const Head& head, const Pairs& pairs) {
  Indices at = argmax(french_from(head, pairs, true).weights);  // (B, 4): positions in the English sentence
  Index right = 0, count = at.shape.count();
  for (Index i = 0; i < count; ++i) right += pairs.english.values[i / 4 * 6 + at.values[i]] == pairs.french.values[i];
  return double(right) / double(count);
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  const Index n = 9, d_model = 6, d_k = 4, d_v = 3;
  Tensor X = embedding(english_sentence, randn({vocabulary, d_model}, rng));                 // (9, 6)
  Tensor Y = slice(embedding(french_sentence, randn({vocabulary, d_model}, rng)), 0, 0, 5);  // (5, 6)
  Tensor W_Q = randn({d_k, d_model}, rng), W_K = randn({d_k, d_model}, rng), W_V = randn({d_v, d_model}, rng);

  lesson.section("The question");
  lesson.say(
      "Nine English words are to become French, of which Le renard brun rapide saute stands already. Which arrays appear on the way, of "
      "which shape, and "
      "where "
      "in them does the French sentence come in?");

  lesson.section("Self-attention, shape by shape", "softmax(Q K^T / sqrt(d_k)) V");
  Tensor Q = linear(X, W_Q), K = linear(X, W_K), V = linear(X, W_V), S = matmul(Q, transpose(K)) / sqrt(double(d_k)),
         alpha = softmax(S);
  Tensor Z = matmul(alpha, V);
  show::Table shapes({"array", "is", "in letters", "shape"});
  shapes.add_row({"X", "English embeddings", "n x d_model", X.shape().text()});
  shapes.add_row({"W_Q, W_K", "out x in", "d_k x d_model", W_Q.shape().text()});
  shapes.add_row({"W_V", "out x in", "d_v x d_model", W_V.shape().text()});
  shapes.add_row({"Q, K", "X W_Q^T, X W_K^T", "n x d_k", Q.shape().text()});
  shapes.add_row({"V", "X W_V^T", "n x d_v", V.shape().text()});
  shapes.add_row({"S", "Q K^T / sqrt(d_k)", "n x n", S.shape().text()});
  shapes.add_row({"alpha", "softmax(S)", "n x n", alpha.shape().text()});
  shapes.add_row({"Z", "alpha V", "n x d_v", Z.shape().text()});
  lesson.show(shapes);
  lesson.compare("by the loop and by matrices", attention_by_hand(Q, K, V), Z);
  lesson.say("d_v is 3 and d_k is 4: nothing asks for d_k = d_v. What must agree:");
  lesson.name_columns(28);
  lesson.show_error("K narrower than Q", [&] { scaled_dot_product_attention(Q, slice(K, 1, 0, 3), V); });
  lesson.show_error("a value too few", [&] { scaled_dot_product_attention(Q, K, slice(V, 0, 0, 8)); });

  lesson.section("Q = W_Q X with Q of shape n x d_k?");
  lesson.say("X has words in rows, for Q is to have them there. Then a matrix on the left must be n x n, and X itself n x d_k:");
  lesson.name_columns(28);
  lesson.show_error("W_Q X", [&] { matmul(W_Q, X); });
  Tensor W = randn({n, n}, rng), narrow = slice(X, 1, 0, d_k), other = concat({slice(narrow, 0, 0, 8), ones({1, d_k})}, 0);
  lesson.show("(9, 9) times (9, 4)", matmul(W, narrow).shape().text());
  lesson.say("It runs, and mixes words before any attention. Change the last word, dog, and look at the query of the first:");
  lesson.show("query of The, W_Q X", select(matmul(W, narrow), 0, 0));
  lesson.show("... with another last word", select(matmul(W, other), 0, 0));
  lesson.show("query of The, X W_Q^T", select(linear(narrow, slice(W_Q, 1, 0, d_k)), 0, 0));
  lesson.show("... with another last word", select(linear(other, slice(W_Q, 1, 0, d_k)), 0, 0));
  lesson.say("And a tenth word is one too many:");
  lesson.show_error("ten words", [&] { matmul(W, concat({narrow, ones({1, d_k})}, 0)); });

  lesson.section("Cross-attention, shape by shape", "Q from French; K, V from English");
  lesson.say(
      "In everything above no French word occurs. What connects two sentences takes its queries from one and its keys and values from the "
      "other:");
  Tensor Q_y = linear(Y, W_Q), cross = softmax(matmul(Q_y, transpose(K)) / sqrt(double(d_k)));
  show::Table both({"array", "self: English", "cross: French asks English"});
  both.add_row({"Q", Q.shape().text(), Q_y.shape().text()});
  both.add_row({"K", K.shape().text(), K.shape().text()});
  both.add_row({"V", V.shape().text(), V.shape().text()});
  both.add_row({"weights", alpha.shape().text(), cross.shape().text()});
  both.add_row({"output", Z.shape().text(), matmul(cross, V).shape().text()});
  lesson.show(both);
  lesson.compare("by the loop and by matrices", attention_by_hand(Q_y, K, V), matmul(cross, V));
  lesson.name_columns(28);
  lesson.show_error("Q and K exchanged", [&] { matmul(softmax(matmul(K, transpose(Q_y))), V); });
  lesson.say("With the whole French sentence, nine words too, the exchange would have run in silence: 9 x 9 either way.");

  lesson.section("Who goes with whom, learned", "cross-entropy of the French word");
  lesson.say(
      "Training pairs: six of eight English words in any order, four of them in French in another. No dictionary and no positions. Each "
      "French "
      "word asks, and from what the English ones hand over it must be named again: so its query must find its translation. Self-attention "
      "has the English sentence alone, and its row t must name the French word t.");
  Rng test_rng(lesson.seed() + 1), cross_rng(lesson.seed() + 2), self_rng(lesson.seed() + 2);
  Pairs test = draw(1000, test_rng);
  Head asks(cross_rng), alone(self_rng);
  Index steps = lesson.quick() ? 1000 : 3000;
  double aligned_before = aligned(asks, test), by_cross = train(asks, true, test, steps, cross_rng);
  double by_self = train(alone, false, test, steps, self_rng);
  show::Table result({"on 1,000 new pairs", "French word right", "largest weight at its translation"});
  result.add_row({"chance", show::number(1.0 / 8, 3), show::number(1.0 / 6, 3)});
  result.add_row({"one of the six words shown", show::number(1.0 / 6, 3), ""});
  result.add_row({"self-attention, English only", show::number(by_self, 3), ""});
  result.add_row({"cross-attention, untrained", "", show::number(aligned_before, 3)});
  result.add_row({"cross-attention, trained", show::number(by_cross, 3), show::number(aligned(asks, test), 3)});
  lesson.show(result);

  lesson.section("The fox, aligned");
  lesson.say(
      "The head has never seen a sentence of nine words, nor a word twice. What must come out: Le and le find The and the, which are the "
      "same "
      "vector, and so half of the weight goes to each; brun and rapide change places.");
  Tensor weights = asks(one_hot(french_sentence, vocabulary), one_hot(english_sentence, vocabulary)).weights;
  lesson.show("alignment", show::HeatMap{weights, french, english, "Each French word over the English sentence"});
  lesson.compare("weights of The and the", select(weights, 1, 0), select(weights, 1, 6));

  lesson.section("What to notice");
  lesson.say(
      "Self-attention is square and knows one sentence. What links two is as wide as one and as high as the other, and only the shared "
      "width "
      "d_k of queries and keys must agree. Here each French word was given; a translator has only those before it, which takes a mask "
      "(lesson 36), and it must tell the first the from the second, which takes positions (lesson 37).");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "43";
  info.title = "The quick brown fox";
  info.chinese = "自注意力与交叉注意力的形状";
  info.mirrors = "《分析与预测》 §4.1–4.3";
  info.about = "The shape of every array from English to French, which of them run, and cross-attention that learns who goes with whom.";
  return show::run_lesson(argc, argv, info, lesson_body);
}
