#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

// The listing's arrays; q is Q read in columns, the repair of lesson 51. The third key is padding: nobody may look at it.
const Tensor Q = tensor({{1, 2, 3}, {4, 5, 6}}), q = transpose(Q);
const Tensor K = tensor({{1, 1}, {1, 2}, {2, 3}});
const Tensor V = tensor({{1, 2}, {3, 4}, {5, 6}});
const Mask padding{0, 0, 1};
// Two of the masks that minimum() may be given for it.
const Tensor one_and_zero = tensor({1, 1, 0}), zero_and_minus_infinity = tensor({0, 0, -infinity});

/// Softmax of one row of plain numbers, in float or in double, by the formula alone.
template <class T>
Tensor softmax_by_formula(T e0, T e1, T e2) {
  T e[] = {e0, e1, e2}, largest = e[0], total = 0;
  for (T x : e)
    if (x > largest) largest = x;
  for (T& x : e) total += x = static_cast<T>(exp(x - largest));
  return tensor({e[0] / total, e[1] / total, e[2] / total});
}

/// Weights of which the hidden keys are left out altogether: the answer that every way of masking must give.
Tensor weights_by_hand(const Tensor& scores, const Mask& mask) {
  Tensor weights = zeros(scores.shape());
  for (Index i = 0; i < scores.size(0); ++i) {
    double total = 0;
    auto seen = [&](Index j) { return !mask.hidden[mask.shape.rank() == 1 ? j : i * scores.size(1) + j]; };
    for (Index j = 0; j < scores.size(1); ++j)
      if (seen(j)) total += exp(scores.at({i, j}));
    for (Index j = 0; j < scores.size(1); ++j)
      if (seen(j)) weights.set({i, j}, exp(scores.at({i, j})) / total);
  }
  return weights;
}

/// A row as one cell of a table.
std::string cells(const Tensor& row, int digits = 4) {
  std::string text;
  for (Index j = 0; j < row.size(); ++j) text = text + (j ? " " : "") + show::number(row.data()[j], digits);
  return text;
}

void the_shapes_of_the_listing(show::Lesson& lesson) {
  lesson.section("The listing's shapes", "tf.matmul(Q, K, transpose_b=True)");
  lesson.say("The arrays of lesson 51 once more, now with an axis for softmax and with a mask. The product first:");
  lesson.show("Q", Q);
  lesson.show("K", K);
  lesson.show("V", V);
  lesson.show_error("refused", [] { matmul(Q, transpose(K)); });
  lesson.say("With Q read in columns, the repair of lesson 51, there are three queries, three keys and nine scores:");
  lesson.show("scores", matmul(q, transpose(K)));
}

void which_axis(show::Lesson& lesson, const Tensor& scores) {
  lesson.section("Which axis?", "softmax(scores, axis=1)");
  lesson.say("A matrix of scores is (queries, keys). Axis 1 is the keys, and each row sums to 1. That is right.");
  lesson.show("weights", softmax(scores, 1));
  lesson.say(
      "Several sequences at once make it (batch, queries, keys), and then axis 1 is the queries. Two sequences of two queries and three "
      "keys; sums over the keys, for each query of each sequence:");
  Tensor batch = stack({slice(scores, 0, 0, 2), slice(scores, 0, 0, 3, 2)});
  lesson.name_columns(16);
  lesson.show("shape", batch.shape().text());
  lesson.show("axis=1, sums", sum(softmax(batch, 1), -1));
  lesson.show("axis=-1, sums", sum(softmax(batch, -1), -1));
  lesson.show("axis=1, out", matmul(softmax(batch, 1), V));
  lesson.show("axis=-1, out", matmul(softmax(batch, -1), V));
  lesson.say(
      "Nothing is refused, and the outputs of axis=1 even lie outside the values, which a mean never does. The keys are the last axis in "
      "both cases: -1 is the one to write. With it the sequences of a batch do not see each other. Other scores for the second, and the "
      "first moves by:");
  Tensor other = stack({select(batch, 0, 0), 3 - select(batch, 0, 1)});
  lesson.show("axis=-1", show::number(max(abs(select(softmax(other, -1) - softmax(batch, -1), 0, 0))).item(), 10));
}

void the_smaller_of_score_and_mask(show::Lesson& lesson, const Tensor& scores, const Tensor& wanted) {
  lesson.section("The smaller of score and mask", "tf.math.minimum(scores, mask)");
  lesson.say(
      "The third key is padding and must get nothing: what is wanted is softmax over the first two alone. The listing does not say what "
      "stands in its mask where a key may be seen, and where it is hidden. Five readings, for the scores e of the query (1, 4): the "
      "smaller of score and mask, and its weights; and once more with 30 taken from all scores, which softmax cannot see:");
  Tensor first = slice(scores, 0, 0, 1);
  const struct {
    const char* name;
    Tensor mask;
  } masks[] = {{"no mask", tensor({infinity, infinity, infinity})},
               {"1, 0", one_and_zero},
               {"0, 1", tensor({0, 0, 1})},
               {"0, -inf", zero_and_minus_infinity},
               {"1e9, -1e9", tensor({1e9, 1e9, -1e9})},
               {"inf, -inf", tensor({infinity, infinity, -infinity})}};
  show::Table readings({"seen, hidden", "min of e", "weights", "of e - 30", "weights"});
  for (const auto& reading : masks) {
    Tensor plain = minimum(first, reading.mask), moved = minimum(first - 30, reading.mask);
    readings.add_row({reading.name, cells(plain, 0), cells(softmax(plain)), cells(moved, 0), cells(softmax(moved))});
  }
  std::string answer = cells(select(wanted, 0, 0));
  readings.add_row({"wanted", "", answer, "", answer});
  lesson.show(readings);
  lesson.say(
      "With 1 and 0 the padding keeps 0.1554, and 5 and 9 become the same 1. If all scores are below 0, that mask does nothing at all. "
      "With 0 and 1 the padding gets most. With 0 and -inf it is hidden, but every score above 0 becomes 0. What works is a mask above "
      "every score where a key may be seen, and far below all of them where it is hidden: inf and -inf always, 1e9 and -1e9 here.");
}

void what_is_cut_off_learns_nothing(show::Lesson& lesson) {
  lesson.section("What is cut off learns nothing", "d min(e, m) / de = 0 where e > m");
  lesson.say(
      "With a mask of 1 and 0 all nine scores here are cut: every query has the same weights, whatever it is. And the gradient of an "
      "output with respect to q is 0, so training could not mend it.");
  Tensor learner = q.clone().requires_grad(true);
  lesson.name_columns(18);
  Tensor cut = matmul(softmax(minimum(matmul(learner, transpose(K)), one_and_zero)), V);
  lesson.show("minimum: output", cut);
  sum(cut).backward();
  lesson.show("gradient of q", learner.grad());
  learner.zero_grad();
  Tensor hidden = matmul(softmax(masked_fill(matmul(learner, transpose(K)), padding, -infinity)), V);
  lesson.show("hidden: output", hidden);
  sum(hidden).backward();
  lesson.show("gradient of q", learner.grad());
}

/// For the library: no sqrt(d), which the listing does not have.
AttentionOptions hiding(const Mask& mask) {
  AttentionOptions options;
  options.mask = mask;
  options.scale = 1;
  return options;
}

void sound_ways_to_hide(show::Lesson& lesson, const Tensor& scores, const Tensor& wanted) {
  lesson.section("Sound ways to hide", "softmax(masked_fill(scores, mask, -inf))");
  lesson.say("exp(-inf) is exactly 0: the key is gone, from the sum too. Four ways to write it, held to the loop that leaves the key out:");
  bool by_minimum = lesson.broken("minimum");
  Tensor minus_inf = by_minimum ? minimum(scores, zero_and_minus_infinity) : masked_fill(scores, padding, -infinity);
  Attended library = scaled_dot_product_attention(q, K, V, hiding(padding));
  lesson.show("scores", minus_inf);
  lesson.show("weights", softmax(minus_inf));
  lesson.compare("left out by hand, and filled with -inf", wanted, softmax(minus_inf));
  lesson.compare("left out by hand, and -inf added", wanted, softmax(scores + zero_and_minus_infinity));
  lesson.compare("left out by hand, and -1e9 added", wanted, softmax(scores + tensor({0, 0, -1e9})));
  lesson.compare("left out by hand, and the library's mask", wanted, library.weights);
  lesson.show("output", library.output);
}

void a_case_whose_answer_is_known(show::Lesson& lesson, const Tensor& scores) {
  lesson.section("A case whose answer is known", "hidden: every key after the query");
  lesson.say(
      "A causal mask hides the future. The first query sees the first key alone: its weight must be 1 and its output the first value, "
      "(1, 2), whatever the scores are.");
  Mask future = causal_mask(3, 3);
  Attended causal = scaled_dot_product_attention(q, K, V, hiding(future));
  lesson.name_columns(8);
  lesson.show("output", causal.output);
  lesson.compare("left out by hand, and the library's mask", weights_by_hand(scores, future), causal.weights);
  lesson.show("causal", show::HeatMap{causal.weights, {"q 0", "q 1", "q 2"}, {"k 0", "k 1", "k 2"}, "Causal mask"});
}

void everything_hidden(show::Lesson& lesson) {
  lesson.section("Everything hidden");
  lesson.say(
      "A row with nothing to look at, such as an empty sequence in a batch. The scores are 5, 9 and 14, all three hidden. What are its "
      "weights?");
  Tensor learner = q.clone().requires_grad(true);
  Attended nothing = scaled_dot_product_attention(slice(learner, 0, 0, 1), K, V, hiding({1, 1, 1}));
  const struct {
    const char* way;
    Tensor weights;
  } ways[] = {{"-inf, by the formula: -inf - (-inf)", softmax_by_formula(-infinity, -infinity, -infinity)},
              {"-1e9 in place of the scores", softmax_by_formula(-1e9, -1e9, -1e9)},
              {"-1e9 added, in float", softmax_by_formula(5 - 1e9f, 9 - 1e9f, 14 - 1e9f)},
              {"-1e9 added, in double", softmax_by_formula(5 - 1e9, 9 - 1e9, 14 - 1e9)},
              {"no mask at all", softmax_by_formula(5.0, 9.0, 14.0)},
              {"qkv", nothing.weights}};
  show::Table hidden({"way", "weights"});
  for (const auto& way : ways) hidden.add_row({way.way, cells(way.weights)});
  lesson.show(hidden);
  nothing.output.backward(ones({1, 2}));
  lesson.name_columns(16);
  lesson.show("qkv: output", nothing.output);
  lesson.show("gradient of q 0", select(learner.grad(), 0, 0));
  lesson.say(
      "The formula gives nan. A large negative number gives a mean over what was hidden. Added in double it gives the weights of no mask, "
      "because 5 - 1e9 and 14 - 1e9 are still 9 apart; float rounds both to -1e9. In qkv a row with nothing to look at has weights, "
      "output and gradient 0.");
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A mask must take a key out of the sum. A smaller score is still a score, and how small it is depends on the others. So a mask says "
      "yes or no, and only the function that applies it knows -inf. The test: put something huge at a hidden place. Nothing may "
      "change.");
  Tensor poisoned = K.clone(), poison = V.clone();
  for (Index d = 0; d < 2; ++d) {
    poisoned.set({2, d}, 1000);
    poison.set({2, d}, -1e6);
  }
  lesson.compare("the third key and value replaced", scaled_dot_product_attention(q, K, V, hiding(padding)).output,
                 scaled_dot_product_attention(q, poisoned, poison, hiding(padding)).output);
}

void lesson_body(show::Lesson& lesson) {
  the_shapes_of_the_listing(lesson);
  Tensor scores = matmul(q, transpose(K)), wanted = weights_by_hand(scores, padding);
  which_axis(lesson, scores);
  the_smaller_of_score_and_mask(lesson, scores, wanted);
  what_is_cut_off_learns_nothing(lesson);
  sound_ways_to_hide(lesson, scores, wanted);
  a_case_whose_answer_is_known(lesson, scores);
  everything_hidden(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"52",
                            "A listing with a mask",
                            "掩码与注意力的 TensorFlow 实现",
                            "《解密注意力》 §4.2, §6",
                            "The listing in TensorFlow: its shapes, its axis, and minimum(scores, mask) under every reading of the "
                            "mask; then what hides a key.",
                            {{"minimum", "section 5 hides by minimum(scores, mask) with a mask of 0 and -inf"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
