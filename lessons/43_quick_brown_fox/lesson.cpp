#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The two sentences, nine words each, and the eight words of each language: english_words[i] means french_words[i].
const std::vector<std::string> english{"The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"};
const std::vector<std::string> french{"Le", "renard", "brun", "rapide", "saute", "par-dessus", "le", "chien", "paresseux"};
const Indices english_sentence{0, 1, 2, 3, 4, 5, 0, 6, 7}, french_sentence{0, 3, 2, 1, 4, 5, 0, 7, 6};
constexpr Index vocabulary = 8;

/// softmax(Q K^T / sqrt(d_k)) V for one sentence, number by number.
Tensor attention_by_hand(const Tensor& Q, const Tensor& K, const Tensor& V) {
  Index n = Q.size(0), m = K.size(0), d_k = Q.size(1), d_v = V.size(1);
  Tensor output = zeros({n, d_v});
  for (Index i = 0; i < n; ++i) {
    std::vector<double> weight(m);
    double total = 0;
    for (Index j = 0; j < m; ++j) {
      double dot = 0;
      for (Index d = 0; d < d_k; ++d) dot += Q.at({i, d}) * K.at({j, d});
      total += weight[j] = exp(dot / sqrt(static_cast<double>(d_k)));
    }
    for (Index d = 0; d < d_v; ++d) {
      double sum = 0;
      for (Index j = 0; j < m; ++j) sum += weight[j] / total * V.at({j, d});
      output.set({i, d}, sum);
    }
  }
  return output;
}

/// Sentence pairs: six English words in any order (B, 6), and four of them in French in any other order, all in one row (B * 4).
struct Pairs {
  Indices english, french;
};
Pairs draw(Index count, Rng& rng) {
  std::vector<Index> six_words, four_words;
  for (Index n = 0; n < count; ++n) {
    std::vector<Index> words = rng.permutation(vocabulary), order = rng.permutation(6);
    for (Index j = 0; j < 6; ++j) six_words.push_back(words[j]);
    for (Index i = 0; i < 4; ++i) four_words.push_back(words[order[i]]);
  }
  return {{Shape{count, 6}, six_words}, {Shape{count * 4}, four_words}};
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

/// Logits (B * 4, 8) for the French words: by cross-attention, or from the first four rows of the English sentence's self-attention.
Attended french_from(const Head& head, const Pairs& pairs, bool cross) {
  Tensor X = one_hot(pairs.english, vocabulary), Y = reshape(one_hot(pairs.french, vocabulary), {-1, 4, vocabulary});
  Attended found = head(cross ? Y : X, X);
  return {reshape(slice(found.output, 1, 0, 4), {-1, vocabulary}), found.weights};
}

/// Trains a head on fresh pairs and returns its share of right words on `test`.
double train(const Head& head, bool cross, const Pairs& test, Index steps, Rng& rng) {
  optim::Adam adam(head.parameters(), 0.02);
  show::Progress progress(steps, cross ? "cross-attention" : "self-attention");
  for (Index step = 0; step < steps; ++step) {
    Pairs pairs = draw(64, rng);
    Tensor loss = cross_entropy(french_from(head, pairs, cross).output, pairs.french);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return accuracy(french_from(head, test, cross).output, test.french);
}

/// How often the largest weight of a French word stands at its translation.
double aligned(const Head& head, const Pairs& pairs) {
  Indices at = argmax(french_from(head, pairs, true).weights);  // (B, 4): positions in the English sentence
  Index right = 0, count = at.shape.count();
  for (Index i = 0; i < count; ++i) right += pairs.english.values[i / 4 * 6 + at.values[i]] == pairs.french.values[i];
  return static_cast<double>(right) / static_cast<double>(count);
}

constexpr Index n = 9, d_model = 6, d_k = 4, d_v = 3;

/// The English sentence X and the beginning of the French one Y, a row for each word, and the three matrices of a head.
struct Sentences {
  Tensor X, Y, W_Q, W_K, W_V;

  explicit Sentences(Rng& rng)
      : X(embedding(english_sentence, randn({vocabulary, d_model}, rng))),                 // (9, 6)
        Y(slice(embedding(french_sentence, randn({vocabulary, d_model}, rng)), 0, 0, 5)),  // (5, 6)
        W_Q(randn({d_k, d_model}, rng)),
        W_K(randn({d_k, d_model}, rng)),
        W_V(randn({d_v, d_model}, rng)) {}
};

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Nine English words are to become French, of which Le renard brun rapide saute stands already. Which arrays appear on the way, of "
      "which shape, and where in them does the French sentence come in?");
}

void self_attention_shape_by_shape(show::Lesson& lesson, const Sentences& s) {
  lesson.section("Self-attention, shape by shape", "softmax(Q K^T / sqrt(d_k)) V");
  Tensor Q = linear(s.X, s.W_Q), K = linear(s.X, s.W_K), V = linear(s.X, s.W_V);
  Tensor S = matmul(Q, transpose(K)) / sqrt(static_cast<double>(d_k)), alpha = softmax(S), Z = matmul(alpha, V);
  const struct {
    const char *array, *is, *in_letters;
    const Tensor& x;
  } arrays[] = {{"X", "English embeddings", "n x d_model", s.X},
                {"W_Q, W_K", "out x in", "d_k x d_model", s.W_Q},
                {"W_V", "out x in", "d_v x d_model", s.W_V},
                {"Q, K", "X W_Q^T, X W_K^T", "n x d_k", Q},
                {"V", "X W_V^T", "n x d_v", V},
                {"S", "Q K^T / sqrt(d_k)", "n x n", S},
                {"alpha", "softmax(S)", "n x n", alpha},
                {"Z", "alpha V", "n x d_v", Z}};
  show::Table shapes({"array", "is", "in letters", "shape"});
  for (const auto& a : arrays) shapes.add_row({a.array, a.is, a.in_letters, a.x.shape().text()});
  lesson.show(shapes);
  lesson.compare("by the loop and by matrices", attention_by_hand(Q, K, V), Z);
  lesson.say("d_v is 3 and d_k is 4: nothing asks for d_k = d_v. What must agree:");
  lesson.name_columns(28);
  lesson.show_error("K narrower than Q", [&] { scaled_dot_product_attention(Q, slice(K, 1, 0, 3), V); });
  lesson.show_error("a value too few", [&] { scaled_dot_product_attention(Q, K, slice(V, 0, 0, 8)); });
}

void words_in_rows_and_a_matrix_on_the_left(show::Lesson& lesson, const Sentences& s, Rng& rng) {
  lesson.section("Q = W_Q X with Q of shape n x d_k?");
  lesson.say("X has words in rows, for Q is to have them there. Then a matrix on the left must be n x n, and X itself n x d_k:");
  lesson.name_columns(28);
  lesson.show_error("W_Q X", [&] { matmul(s.W_Q, s.X); });
  Tensor W = randn({n, n}, rng), narrow = slice(s.X, 1, 0, d_k), other = concat({slice(narrow, 0, 0, 8), ones({1, d_k})}, 0);
  Tensor mixed = matmul(W, narrow), W_Q = slice(s.W_Q, 1, 0, d_k);
  lesson.show("(9, 9) times (9, 4)", mixed.shape().text());
  lesson.say("It runs, and mixes words before any attention. Change the last word, dog, and look at the query of the first:");
  lesson.show("query of The, W_Q X", select(mixed, 0, 0));
  lesson.show("... with another last word", select(matmul(W, other), 0, 0));
  lesson.show("query of The, X W_Q^T", select(linear(narrow, W_Q), 0, 0));
  lesson.show("... with another last word", select(linear(other, W_Q), 0, 0));
  lesson.say("And a tenth word is one too many:");
  lesson.show_error("ten words", [&] { matmul(W, concat({narrow, ones({1, d_k})}, 0)); });
}

void cross_attention_shape_by_shape(show::Lesson& lesson, const Sentences& s) {
  lesson.section("Cross-attention, shape by shape", "Q from French; K, V from English");
  lesson.say(
      "In everything above no French word occurs. What connects two sentences takes its queries from one and its keys and values from the "
      "other:");
  Tensor Q = linear(s.X, s.W_Q), K = linear(s.X, s.W_K), V = linear(s.X, s.W_V), Q_y = linear(s.Y, s.W_Q);
  Attended self = scaled_dot_product_attention(Q, K, V);
  Tensor cross = softmax(matmul(Q_y, transpose(K)) / sqrt(static_cast<double>(d_k))), output = matmul(cross, V);
  const struct {
    const char* array;
    const Tensor &self, &cross;
  } arrays[] = {{"Q", Q, Q_y}, {"K", K, K}, {"V", V, V}, {"weights", self.weights, cross}, {"output", self.output, output}};
  show::Table both({"array", "self: English", "cross: French asks English"});
  for (const auto& a : arrays) both.add_row({a.array, a.self.shape().text(), a.cross.shape().text()});
  lesson.show(both);
  lesson.compare("by the loop and by matrices", attention_by_hand(Q_y, K, V), output);
  lesson.name_columns(28);
  lesson.show_error("Q and K exchanged", [&] { matmul(softmax(matmul(K, transpose(Q_y))), V); });
  lesson.say("With the whole French sentence, nine words too, the exchange would have run in silence: 9 x 9 either way.");
}

void who_goes_with_whom(show::Lesson& lesson, const Head& asks, Rng& cross_rng) {
  lesson.section("Who goes with whom, learned", "cross-entropy of the French word");
  lesson.say(
      "Training pairs: six of eight English words in any order, four of them in French in another. No dictionary and no positions. Each "
      "French word asks, and from what the English ones hand over it must be named again: so its query must find its translation. "
      "Self-attention has the English sentence alone, and its row t must name the French word t.");
  Rng test_rng(lesson.seed() + 1), self_rng(lesson.seed() + 2);
  Pairs test = draw(1000, test_rng);
  Head alone(self_rng);
  Index steps = lesson.quick() ? 1000 : 3000;
  double aligned_before = aligned(asks, test), by_cross = train(asks, true, test, steps, cross_rng);
  double by_self = train(alone, false, test, steps, self_rng);
  std::string a_sixth = show::number(1.0 / 6, 3);
  show::Table result({"on 1,000 new pairs", "French word right", "largest weight at its translation"});
  result.add_row({"chance", show::number(1.0 / 8, 3), a_sixth});
  result.add_row({"one of the six words shown", a_sixth, ""});
  result.add_row({"self-attention, English only", show::number(by_self, 3), ""});
  result.add_row({"cross-attention, untrained", "", show::number(aligned_before, 3)});
  result.add_row({"cross-attention, trained", show::number(by_cross, 3), show::number(aligned(asks, test), 3)});
  lesson.show(result);
}

void the_fox_aligned(show::Lesson& lesson, const Head& asks) {
  lesson.section("The fox, aligned");
  lesson.say(
      "The head has never seen a sentence of nine words, nor a word twice. What must come out: Le and le find The and the, which are the "
      "same vector, and so half of the weight goes to each; brun and rapide change places.");
  Tensor weights = asks(one_hot(french_sentence, vocabulary), one_hot(english_sentence, vocabulary)).weights;
  lesson.show("alignment", show::HeatMap{weights, french, english, "Each French word over the English sentence"});
  lesson.compare("weights of The and the", select(weights, 1, 0), select(weights, 1, 6));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Self-attention is square and knows one sentence. What links two is as wide as one and as high as the other, and only the shared "
      "width d_k of queries and keys must agree. Here each French word was given; a translator has only those before it, which takes a "
      "mask (lesson 36), and it must tell the first the from the second, which takes positions (lesson 37).");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  Rng rng(lesson.seed());
  Sentences s(rng);
  self_attention_shape_by_shape(lesson, s);
  words_in_rows_and_a_matrix_on_the_left(lesson, s, rng);
  cross_attention_shape_by_shape(lesson, s);
  Rng cross_rng(lesson.seed() + 2);
  Head asks(cross_rng);
  who_goes_with_whom(lesson, asks, cross_rng);
  the_fox_aligned(lesson, asks);
  what_to_notice(lesson);
}

const show::LessonInfo info{"43", "The quick brown fox", "自注意力与交叉注意力的形状", "《分析与预测》 §4.1–4.3",
                            "The shape of every array from English to French, which of them run, and cross-attention that learns "
                            "who goes with whom."};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
