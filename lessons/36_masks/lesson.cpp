#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// alpha_ij = exp(s_ij) / sum of exp(s_ik) over the keys k that query i may see; 0 for the others, and for all if it may see none.
Tensor weights_by_hand(const Tensor& S, const Mask& mask) {
  Index n = S.size(0), m = S.size(1);
  Tensor alpha = zeros({n, m});
  for (Index i = 0; i < n; ++i) {
    double total = 0;
    for (Index j = 0; j < m; ++j)
      if (!mask.hidden[i * m + j]) total += exp(S.at({i, j}));
    for (Index j = 0; j < m; ++j)
      if (!mask.hidden[i * m + j]) alpha.set({i, j}, exp(S.at({i, j})) / total);
  }
  return alpha;
}

/// The same by matrices: hidden scores become -inf before the softmax. The mistake that --break=after-softmax shows: weights become 0 after it.
Tensor masked_weights(const Tensor& S, const Mask& mask, bool after_softmax) {
  return after_softmax ? masked_fill(softmax(S), mask, 0) : softmax(masked_fill(S, mask, -infinity));
}

/// Softmax as its formula stands, without a thought for rows in which everything is hidden.
Tensor plain_softmax(const Tensor& S) { return exp(S) / sum(exp(S), 1, true); }

/// A number for each mark: `hidden` where the mask hides, `seen` elsewhere.
Tensor marks(const Mask& mask, double hidden, double seen) { return masked_fill(full(mask.shape, seen), mask, hidden); }

/// The mask as a picture of letters, a row for each query: # hidden, . seen.
void show_mask(show::Lesson& lesson, const char* name, const Mask& mask) {
  Index m = mask.shape[1];
  for (Index i = 0; i < mask.shape[0]; ++i) {
    std::string row;
    for (Index j = 0; j < m; ++j) row = row + (mask.hidden[i * m + j] ? " #" : " .");
    lesson.show(i == 0 ? name : "", row);
  }
}

/// How many rows of two matrices differ in any bit.
Index rows_that_differ(const Tensor& a, const Tensor& b) {
  Index count = 0;
  for (Index i = 0; i < a.size(0); ++i) {
    bool differs = false;
    for (Index j = 0; j < a.size(1); ++j) differs = differs || a.at({i, j}) != b.at({i, j});
    count += differs;
  }
  return count;
}

Tensor scores(const datasets::FourWords& x, const Tensor& X) {
  return matmul(linear(X, x.W_q), transpose(linear(X, x.W_k))) / std::sqrt(2.0);
}

void the_question(show::Lesson& lesson, const Tensor& S) {
  lesson.section("The question");
  lesson.say(
      "The four words of lesson 33, 我 喜欢 吃 苹果, and their scores: a row for each query, a column for each key. Some keys must not be "
      "looked at: padding, because it is no word; the future, because a writer does not have it yet. How does one hide a word so that "
      "nothing of it is left? A mask is true where attention may not go.");
  lesson.name_columns(11);
  lesson.show("S", S);
  lesson.show("softmax(S)", softmax(S));
}

void padding(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& S, bool after) {
  lesson.section("Padding", "hidden: everything behind the sentence's length");
  lesson.say("Sentences of a batch are filled up to one length. Let ours have three words, 我 喜欢 吃, and one filler. # is hidden:");
  Mask pad = padding_mask({3, 3, 3, 3}, 4);  // for each of the four queries the same three keys
  show_mask(lesson, "mask", pad);
  Tensor alpha = masked_weights(S, pad, after);
  lesson.show("alpha", alpha);
  lesson.show("row sums", sum(alpha, 1));
  lesson.compare("by the loop and by matrices", weights_by_hand(S, pad), alpha);
  Tensor alone = softmax(scores(x, slice(x.X, 0, 0, 3)));
  lesson.say("What must come out is known: the three words without the filler, computed alone.");
  lesson.show("alone", alone);
  lesson.compare("the three words padded and alone", slice(slice(alpha, 0, 0, 3), 1, 0, 3), alone);
}

void the_future(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& S, const Mask& causal, bool after) {
  lesson.section("The future", "hidden: key j > query i");
  show_mask(lesson, "mask", causal);
  Tensor alpha = masked_weights(S, causal, after);
  lesson.show("alpha", alpha);
  lesson.show("row sums", sum(alpha, 1));
  lesson.compare("by the loop and by matrices", weights_by_hand(S, causal), alpha);
  lesson.show("causal", show::HeatMap{alpha, x.chinese, x.chinese, "Each word and those before it", 0, 1});
}

Tensor output(const datasets::FourWords& x, const Tensor& X, const Mask& mask, bool after) {
  return matmul(masked_weights(scores(x, X), mask, after), linear(X, x.W_v));
}

void can_the_last_word_still_change_the_first_three(show::Lesson& lesson, const datasets::FourWords& x, const Mask& causal, bool after) {
  lesson.section("Can the last word still change the first three?");
  lesson.say("苹果 is replaced by another word, (-2, 3, 1). Then the outputs are compared bit by bit.");
  Tensor other = concat({slice(x.X, 0, 0, 3), tensor({{-2, 3, 1}})}, 0);
  lesson.name_columns(36);
  lesson.show("rows that change, without a mask", rows_that_differ(output(x, x.X, {}, false), output(x, other, {}, false)));
  lesson.show("rows that change, with it", rows_that_differ(output(x, x.X, causal, after), output(x, other, causal, after)));
  lesson.show("masked after the softmax instead", rows_that_differ(output(x, x.X, causal, true), output(x, other, causal, true)));
}

void after_the_softmax_is_too_late(show::Lesson& lesson, const Tensor& S, const Mask& causal) {
  lesson.section("After the softmax is too late");
  Tensor late = masked_weights(S, causal, true);
  lesson.show("alpha", late);
  lesson.show("row sums", sum(late, 1));
  lesson.say(
      "A hidden word has no weight here, but it was part of the sum that the weights were divided by. So the rows no longer sum to 1, and "
      "what is missing depends on what was hidden. Dividing by the row sums repairs both:");
  lesson.compare("divided by the row sums, and masked before", late / sum(late, 1, true), weights_by_hand(S, causal));
}

/// The gradient of the sum of all outputs with respect to 苹果, the last word.
Tensor gradient_at_apples(const datasets::FourWords& x, const Mask& mask, Tensor (*softmax_of)(const Tensor& S)) {
  Tensor input = x.X.clone().requires_grad(true);
  sum(matmul(softmax_of(masked_fill(scores(x, input), mask, -infinity)), linear(input, x.W_v))).backward();
  return select(input.grad(), 0, -1);
}

void both_and_a_row_with_nothing_left(show::Lesson& lesson, const datasets::FourWords& x, const Tensor& S, const Mask& causal, bool after) {
  lesson.section("Both, and a row with nothing left");
  lesson.say("Masks combine by or. With two fillers in front of 吃 苹果 and the future hidden, the first two see nothing at all:");
  Mask both = causal | Mask({1, 4}, {1, 1, 0, 0});
  show_mask(lesson, "mask", both);
  Tensor alpha = masked_weights(S, both, after);
  lesson.show("alpha", alpha);
  Tensor nan = plain_softmax(masked_fill(S, both, -infinity)), uniform = softmax(masked_fill(S, both, -1e9));
  lesson.name_columns(22);
  lesson.show("by the formula alone", select(nan, 0, 0));
  lesson.show("with -1e9 for -inf", select(uniform, 0, 0));
  lesson.show("here", select(alpha, 0, 0));
  lesson.say(
      "The formula alone divides 0 by 0. -1e9 instead of -inf makes all scores of the row equal, so all hidden words get the same weight. "
      "Here a row with nothing to attend to attends to nothing. Now the gradient of the sum of all outputs with respect to 苹果, which "
      "only the last row sees. It must be that of 吃 苹果 alone, without a filler:");
  lesson.show("by the formula alone", gradient_at_apples(x, both, plain_softmax));
  lesson.show("here", gradient_at_apples(x, both, [](const Tensor& s) { return softmax(s); }));
  datasets::FourWords two_words = x;
  two_words.X = slice(x.X, 0, 2, 4);
  lesson.show("吃 苹果 alone", gradient_at_apples(two_words, causal_mask(2, 2), [](const Tensor& s) { return softmax(s); }));
  AttentionOptions options;
  options.mask = both;
  Tensor V = linear(x.X, x.W_v);
  lesson.compare("ours and the library's", matmul(alpha, V),
                 scaled_dot_product_attention(linear(x.X, x.W_q), linear(x.X, x.W_k), V, options).output);
}

void the_articles_mask(show::Lesson& lesson, const Tensor& S, const Mask& causal) {
  lesson.section("The article's mask", "scores = minimum(scores, mask)");
  lesson.say(
      "What must the mask hold, so that the smaller of score and mask hides the future and leaves the rest as it is? Five conventions:");
  show::Table table({"hidden", "seen", "largest weight of the future", "largest change elsewhere"});
  Tensor sound = weights_by_hand(S, causal);
  const double conventions[][2] = {{0, 1}, {1, 0}, {-1e9, 0}, {-1e9, 1e9}, {-infinity, infinity}};
  for (auto [hidden, seen] : conventions) {
    Tensor got = softmax(minimum(S, marks(causal, hidden, seen)));
    Tensor future = got * marks(causal, 1, 0), rest = (got - sound) * marks(causal, 0, 1);
    table.add_row({show::number(hidden, 0), show::number(seen, 0), show::number(max(future).item()),
                   show::number(max(rest + 2 * relu(-rest)).item())});
  }
  lesson.show(table);
  lesson.say(
      "0 and 1, either way round, hide nothing: the smaller of a score and 0 or 1 is an ordinary score. -1e9 and 0 is a mask to add to "
      "scores; as a minimum it cuts every score above 0 down to 0. -inf and inf do what is meant. So do -1e9 and 1e9, except in a row with "
      "nothing left (section 6).");
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Hide before the softmax, by -inf. Then no bit of what is hidden reaches the result, and the padded sentence gives what the short "
      "one gives. Padding in front and a causal mask together make rows in which everything is hidden. If they give NaN, its "
      "gradient spoils every weight that it reaches.");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::FourWords x = datasets::four_words();
  const Tensor S = scores(x, x.X);
  const Mask causal = causal_mask(4, 4);
  bool after = lesson.broken("after-softmax");
  the_question(lesson, S);
  padding(lesson, x, S, after);
  the_future(lesson, x, S, causal, after);
  can_the_last_word_still_change_the_first_three(lesson, x, causal, after);
  after_the_softmax_is_too_late(lesson, S, causal);
  both_and_a_row_with_nothing_left(lesson, x, S, causal, after);
  the_articles_mask(lesson, S, causal);
  what_to_notice(lesson);
}

const show::LessonInfo info{"36",
                            "Masks",
                            "掩码",
                            "《解密注意力》 §4.2",
                            "Padding, the future, both, and a row with nothing left to look at: what to hide, when, and what hides "
                            "nothing.",
                            {{"after-softmax", "weights become 0 after the softmax instead of scores becoming -inf before it"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
