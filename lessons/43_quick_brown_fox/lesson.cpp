#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "pairs.h"

using namespace qkv;

namespace {

// The two sentences, nine words each, and which of the eight words of a language stands where.
const std::vector<std::string> english{"The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"};
const std::vector<std::string> french{"Le", "renard", "brun", "rapide", "saute", "par-dessus", "le", "chien", "paresseux"};
const Indices english_sentence{0, 1, 2, 3, 4, 5, 0, 6, 7}, french_sentence{0, 3, 2, 1, 4, 5, 0, 7, 6};

/// softmax(Q K^T / sqrt(d_k)) V, number by number.
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
      "Nine English words are to become French. The first five French words, Le renard brun rapide saute, stand already. Which arrays "
      "appear "
      "on the way, of which shape, and where does the French sentence come in?");
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
  lesson.say("d_v is 3 and d_k is 4: d_k = d_v is not needed. What must agree:");
  lesson.name_columns(28);
  lesson.show_error("K narrower than Q", [&] { scaled_dot_product_attention(Q, slice(K, 1, 0, 3), V); });
  lesson.show_error("a value too few", [&] { scaled_dot_product_attention(Q, K, slice(V, 0, 0, 8)); });
}

void words_in_rows_and_a_matrix_on_the_left(show::Lesson& lesson, const Sentences& s, Rng& rng) {
  lesson.section("Q = W_Q X with Q of shape n x d_k?");
  lesson.say("Q has words in rows, so X has them too. Then a matrix on the left must be n x n, and X itself n x d_k:");
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

/// Returns the output, a row for each French word.
Tensor cross_attention_shape_by_shape(show::Lesson& lesson, const Sentences& s) {
  lesson.section("Cross-attention, shape by shape", "Q from French; K, V from English");
  lesson.say(
      "In everything above no French word occurs. Cross-attention takes the queries from one sentence, keys and values from the other:");
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
  lesson.say("The whole French sentence has nine words too. With it the exchange would run without an error: 9 x 9 either way.");
  return output;
}

void both_sentences_in_one_sequence(show::Lesson& lesson, const Sentences& s, const Tensor& cross) {
  lesson.section("Both sentences in one sequence", "self-attention over X and Y, a mask on Y");
  lesson.say(
      "Self-attention can do the same, if both sentences stand in one sequence: nine English rows, then five French ones. A mask hides the "
      "French keys, so that every row looks at the English words alone.");
  Tensor both = concat({s.X, s.Y}, 0);  // (14, 6)
  AttentionOptions hidden;
  if (!lesson.broken("no-mask")) hidden.mask = Mask{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  Attended self = scaled_dot_product_attention(linear(both, s.W_Q), linear(both, s.W_K), linear(both, s.W_V), hidden);
  lesson.name_columns(28);
  lesson.show("weights", self.weights.shape().text());
  lesson.show("output", self.output.shape().text());
  lesson.compare("its five French rows and cross-attention", slice(self.output, 0, n, n + 5), cross);
  lesson.say("A decoder-only translator uses one sequence too. Its mask is causal: a French word also sees the French words before it.");
}

std::vector<Outcome> who_goes_with_whom(show::Lesson& lesson) {
  lesson.section("Who goes with whom, learned", "cross-entropy of the French word");
  lesson.say(
      "Training pairs: six of eight English words in any order, four of them in French in another order. There is no dictionary, and there "
      "are no positions. Each French word asks, and from what the English words hand over it must be named again. Self-attention has the "
      "English sentence alone: its row t must name the French word t.");
  const Index steps = lesson.quick() ? 1000 : 3000;
  std::vector<Outcome> outcomes;
  for (int i = 0; i < lesson.seeds(); ++i) outcomes.push_back(learn(lesson.seed() + static_cast<std::uint64_t>(i), steps));
  const Outcome& first = outcomes[0];
  std::string a_sixth = show::number(1.0 / shown, 3);
  show::Table result({"on 1,000 new pairs", "French word right", "largest weight at its translation"});
  result.add_row({"chance", show::number(1.0 / vocabulary, 3), a_sixth});
  result.add_row({"one of the six words shown", a_sixth, ""});
  result.add_row({"self-attention, English only", show::number(first.by_self, 3), ""});
  result.add_row({"... French in the English order", show::number(first.by_self_in_order, 3), ""});
  result.add_row({"cross-attention, untrained", "", show::number(first.aligned_before, 3)});
  result.add_row({"cross-attention, trained", show::number(first.by_cross, 3), show::number(first.aligned_after, 3)});
  lesson.show(result);
  const auto range = [&](double Outcome::*number) {
    std::vector<double> values;
    for (const Outcome& o : outcomes) values.push_back(o.*number);
    return show::median_and_range(values, 3);
  };
  lesson.say("The same over several seeds, the median and in brackets the range:");
  lesson.name_columns(34);
  lesson.show("seeds tried", lesson.seeds());
  lesson.show("self-attention, English only", range(&Outcome::by_self));
  lesson.show("... French in the English order", range(&Outcome::by_self_in_order));
  lesson.show("cross-attention, word right", range(&Outcome::by_cross));
  lesson.show("largest weight at its translation", range(&Outcome::aligned_after));
  return outcomes;
}

void the_fox_aligned(show::Lesson& lesson, const Head& asks) {
  lesson.section("The fox, aligned");
  lesson.say(
      "The head of the first seed has never seen a sentence of nine words, nor a word twice. What must come out: Le and le find The and "
      "the, which are the same vector, so each gets half of the weight; brun and rapide change places.");
  Tensor weights = asks(one_hot(french_sentence, vocabulary), one_hot(english_sentence, vocabulary)).weights;
  lesson.show("alignment", show::HeatMap{weights, french, english, "Each French word over the English sentence"});
  lesson.compare("weights of The and the", select(weights, 1, 0), select(weights, 1, 6));
}

void every_word_right_and_another_map(show::Lesson& lesson, const std::vector<Outcome>& outcomes) {
  lesson.section("Every word right, and another map?");
  const Outcome* worst = &outcomes[0];
  int dictionaries = 0;
  for (const Outcome& o : outcomes) {
    if (o.aligned_after < worst->aligned_after) worst = &o;
    dictionaries += o.aligned_after > 0.99;
  }
  lesson.name_columns(28);
  lesson.show("maps that are a dictionary", show::whole(dictionaries) + " of " + show::whole(lesson.seeds()));
  lesson.say("Of the seeds tried, the one whose weights agree least with the dictionary. Where does each French word look most?");
  lesson.show("seed", worst->seed);
  lesson.show("word right", show::number(worst->by_cross, 3));
  Tensor map = map_of(worst->asks);
  Indices at = argmax(map);
  show::Table code({"asks", "looks most at", "weight", "its translation"});
  for (Index i = 0; i < vocabulary; ++i)
    code.add_row({french_words[i], english_words[at.values[i]], show::number(map.at({i, at.values[i]}), 2), english_words[i]});
  lesson.show(code);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Self-attention over one sentence is square and knows that sentence only. Cross-attention has a row for each word that asks and a "
      "column for each word that answers; only the shared width d_k of queries and keys must agree. Here each French word was given. A "
      "translator has only those before it, which takes a mask (lesson 36), and it must tell the first the from the second, which takes "
      "positions (lesson 37).");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  Rng rng(lesson.seed());
  Sentences s(rng);
  self_attention_shape_by_shape(lesson, s);
  words_in_rows_and_a_matrix_on_the_left(lesson, s, rng);
  Tensor cross = cross_attention_shape_by_shape(lesson, s);
  both_sentences_in_one_sequence(lesson, s, cross);
  std::vector<Outcome> outcomes = who_goes_with_whom(lesson);
  the_fox_aligned(lesson, outcomes[0].asks);
  every_word_right_and_another_map(lesson, outcomes);
  what_to_notice(lesson);
}

const show::LessonInfo info{"43",
                            "The quick brown fox",
                            "自注意力与交叉注意力的形状",
                            "《分析与预测》 §4.1–4.3",
                            "The shape of every array from English to French, which of them run, and cross-attention that learns "
                            "who goes with whom.",
                            {{"no-mask", "section 5 leaves the French keys visible"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
