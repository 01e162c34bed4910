#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

constexpr Index texts = 2, words = 4, width = 6;

/// The listing's layer, line for line: three Dense layers, split_heads, scaled_dot_product_attention, and the heads side by side.
struct SelfAttention {
  Index d_model, num_heads, dk;
  Tensor Wq, Wk, Wv;       // (d_model, d_model) each, as linear() takes them; Dense starts with biases of 0
  bool transposed = true;  // off: what --break=no-transpose does

  /// (B, T, d_model) -> (B, num_heads, T, dk).
  Tensor split_heads(const Tensor& x) const {
    Index B = x.size(0), T = x.size(1);
    return transposed ? permute(reshape(x, {B, T, num_heads, dk}), {0, 2, 1, 3}) : reshape(x, {B, num_heads, T, dk});
  }
  /// (B, num_heads, T, dk) -> (B, T, d_model).
  Tensor join_heads(const Tensor& x) const { return reshape(permute(x, {0, 2, 1, 3}), {x.size(0), x.size(2), d_model}); }

  /// inputs (B, T, d_model) -> output (B, T, d_model), weights (B, num_heads, T, T).
  Attended operator()(const Tensor& inputs) const {
    Tensor q = split_heads(linear(inputs, Wq)), k = split_heads(linear(inputs, Wk)), v = split_heads(linear(inputs, Wv));
    Tensor matmul_qk = matmul(q, transpose(k));  // (B, num_heads, T, T)
    Tensor attention_weights = softmax(matmul_qk / sqrt(static_cast<double>(dk)), -1);
    return {join_heads(matmul(attention_weights, v)), attention_weights};
  }
};

/// The library's layer with the listing's weights; `out` takes the place of the output projection.
nn::MultiheadAttention same_weights(const SelfAttention& listing, const Tensor& out) {
  Rng rng;
  nn::MultiheadAttention library(listing.d_model, listing.num_heads, rng);
  library.in_proj_weight.copy_from(concat({listing.Wq, listing.Wk, listing.Wv}, 0));
  library.in_proj_bias.copy_from(zeros({3 * listing.d_model}));
  library.out_proj.weight.copy_from(out);
  library.out_proj.bias.copy_from(zeros({listing.d_model}));
  return library;
}

/// What that layer gives, with the weights of each head.
Attended by_library(const SelfAttention& listing, const Tensor& out, const Tensor& inputs) {
  nn::MultiheadMasks masks;
  masks.average_weights = false;
  return same_weights(listing, out)(inputs, masks);
}

/// The weights of each head and its output, number by number.
Tensor by_hand(const SelfAttention& layer, const Tensor& inputs) {
  Index T = inputs.size(1), d = layer.d_model, dk = layer.dk;
  Tensor output = zeros({1, T, d});
  auto project = [&](const Tensor& W, Index t, Index row) {
    double total = 0;
    for (Index c = 0; c < d; ++c) total += W.at({row, c}) * inputs.at({0, t, c});
    return total;
  };
  for (Index head = 0; head < layer.num_heads; ++head)
    for (Index i = 0; i < T; ++i) {
      std::vector<double> e(T);
      double sum = 0;
      for (Index j = 0; j < T; ++j) {
        for (Index c = head * dk; c < (head + 1) * dk; ++c) e[j] += project(layer.Wq, i, c) * project(layer.Wk, j, c);
        sum += e[j] = exp(e[j] / sqrt(static_cast<double>(dk)));
      }
      for (Index c = head * dk; c < (head + 1) * dk; ++c) {
        double total = 0;
        for (Index j = 0; j < T; ++j) total += e[j] / sum * project(layer.Wv, j, c);
        output.set({0, i, c}, total);
      }
    }
  return output;
}

void the_question(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs) {
  lesson.section("The question");
  lesson.say(
      "A layer of self-attention with several heads, in some forty lines. Of the listings in the five articles this one comes closest "
      "to what is used in practice. Does it do what it says, and what does it lack?");
  lesson.name_columns(24);
  lesson.show("inputs", inputs.shape().text() + ": 2 texts of 4 words of width 6");
  lesson.show("d_model, num_heads, dk", "6, 2, 3");
  lesson.show("text 0", select(inputs, 0, 0));
  lesson.show("Wq", listing.Wq);
  lesson.show("Wk", listing.Wk);
  lesson.show("Wv", listing.Wv);
  lesson.say("Inputs and weights are random numbers: normal, inputs with standard deviation 1, Wq, Wk and Wv with 0.6.");
}

void step_by_step(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs) {
  lesson.section("Step by step", "shapes");
  Tensor q = linear(inputs, listing.Wq), cut = reshape(q, {texts, words, listing.num_heads, listing.dk}), split = listing.split_heads(q);
  Tensor k = listing.split_heads(linear(inputs, listing.Wk)), v = listing.split_heads(linear(inputs, listing.Wv));
  Tensor qk = matmul(split, transpose(k)), scores = qk / sqrt(static_cast<double>(listing.dk)), alpha = softmax(scores, -1),
         each = matmul(alpha, v);
  Tensor output = listing(inputs).output;
  show::Table shapes({"line of the listing", "shape", "what it is"});
  const struct {
    const char* line;
    const Tensor& x;
    const char* what;
  } lines[] = {{"self.Wq(inputs)", q, "(batch, words, d_model)"},
               {"tf.reshape", cut, "(batch, words, heads, dk): each row cut in two"},
               {"tf.transpose", split, "(batch, heads, words, dk): a table a head"},
               {"tf.matmul(q, k, transpose_b=True)", qk, "(batch, heads, queries, keys)"},
               {"tf.nn.softmax(..., axis=-1)", alpha, "each row sums to 1"},
               {"tf.matmul(attention_weights, v)", each, "(batch, heads, words, dk)"},
               {"tf.transpose, tf.reshape", output, "the heads side by side again"}};
  for (const auto& line : lines) shapes.add_row({line.line, line.x.shape().text(), line.what});
  lesson.show(shapes);
  lesson.name_columns(28);
  lesson.show("q, text 0, head 0", select(select(split, 0, 0), 0, 0));
  lesson.show("k, text 0, head 0", select(select(k, 0, 0), 0, 0));
  for (Index head = 0; head < 2; ++head) {
    lesson.show("scores, text 0, head " + show::whole(head), select(select(scores, 0, 0), 0, head));
    lesson.show("weights", select(select(alpha, 0, 0), 0, head));
  }
  lesson.show("output, text 0", select(output, 0, 0));
  std::vector<std::string> both{"head 0: word 0", "word 1", "word 2", "word 3", "head 1: word 0", "word 1", "word 2", "word 3"};
  std::vector<std::string> keys{"key 0", "key 1", "key 2", "key 3"};
  lesson.save("heads", draw(show::HeatMap{reshape(select(alpha, 0, 0), {8, 4}), both, keys, "Text 0: each head has weights of its own"}));
  Tensor text_0 = slice(inputs, 0, 0, 1);
  lesson.compare("by the loop and by the listing", by_hand(listing, text_0), listing(text_0).output);
  lesson.compare("joined after split and before", listing.join_heads(listing.split_heads(q)), q);
}

void why_reshape_then_transpose(show::Lesson& lesson) {
  lesson.section("Why reshape, then transpose", "split_heads");
  lesson.say("A text of 3 words of width 4 whose numbers say where they are: word 2, column 3 is 23. Two heads of width 2:");
  Tensor places = unsqueeze(unsqueeze(arange(0, 30, 10), 1) + arange(4), 0);  // (1, 3, 4)
  SelfAttention small{4, 2, 2, eye(4), eye(4), eye(4)};
  Tensor right = select(small.split_heads(places), 0, 0), wrong = reshape(places, {2, 3, 2});  // (heads, words, dk)
  lesson.name_columns(28);
  lesson.show("x", select(places, 0, 0));
  lesson.show("head 0, as in the listing", select(right, 0, 0));
  lesson.show("head 1", select(right, 0, 1));
  lesson.show("head 0, reshaped at once", select(wrong, 0, 0));
  lesson.show("head 1", select(wrong, 0, 1));
  lesson.say(
      "Reshaped at once to (batch, heads, words, dk), the shape is right and the numbers are wrong: head 0 gets word 0 and half of word 1, "
      "as if they were three words. There is no error. (--break=no-transpose)");
}

void beside_the_library(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs, const Tensor& mix) {
  lesson.section("Beside the library", "nn::MultiheadAttention");
  Attended ours = listing(inputs), plain = by_library(listing, eye(width), inputs), mixed = by_library(listing, mix, inputs);
  lesson.compare("output, its projection the identity", ours.output, plain.output);
  lesson.compare("weights of each head", ours.weights, plain.weights);
  lesson.compare("output times W_o, and the library's with W_o", linear(ours.output, mix), mixed.output);
  show::Table sizes({"d_model", "listing: 3 (d d + d)", "with W_o: 4 (d d + d)"});
  for (Index d : {6, 128, 512}) sizes.add_row({show::whole(d), show::whole(3 * (d * d + d)), show::whole(4 * (d * d + d))});
  lesson.show(sizes);
}

/// Of text 0.
Tensor word_0(const Tensor& x) { return select(select(x, 0, 0), 0, 0); }

void no_output_projection(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs, const Tensor& mix) {
  lesson.section("No output projection", "Concat(head_1, ..., head_h) W_o");
  lesson.say(
      "What is it for? Set the values of head 1 to 0 (the last 3 rows of Wv), and see which of the 6 numbers of an output change. New "
      "minus old:");
  SelfAttention silent = listing;
  silent.Wv = concat({slice(listing.Wv, 0, 0, 3), zeros({3, 6})}, 0);
  Tensor output = silent(inputs).output, change = output - listing(inputs).output;
  Tensor change_mixed = linear(output, mix) - by_library(listing, mix, inputs).output;
  lesson.name_columns(28);
  lesson.show("change, the listing", word_0(change));
  lesson.show("change, with W_o", word_0(change_mixed));
  lesson.say("Without W_o each head writes to its own columns. What it found is mixed with what another head found only by a later layer.");
}

void no_mask(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs) {
  lesson.section("No mask");
  lesson.say(
      "Texts of one batch are filled up to one length. One text of 3 words, alone and with 2 places of zeros behind it; the first word's "
      "output:");
  Tensor three = slice(slice(inputs, 0, 0, 1), 1, 0, 3), padded = concat({three, zeros({1, 2, 6})}, 1);
  Attended filled = listing(padded);
  nn::MultiheadMasks hide;
  hide.key_padding = Mask{{0, 0, 0, 1, 1}};
  Tensor alone = word_0(listing(three).output), hidden = word_0(same_weights(listing, eye(width))(padded, hide).output);
  lesson.name_columns(28);
  lesson.show("alone", alone);
  lesson.show("filled up, the listing", word_0(filled.output));
  lesson.show("filled up, padding hidden", hidden);
  lesson.show("head 0, its weights", select(word_0(filled.weights), 0, 0));
  lesson.compare("alone and hidden", alone, hidden);
  lesson.say(
      "Dense starts with biases of 0, and without a bias a word of zeros has a key of zeros. Its score is 0, and exp(0) = 1 gives a weight "
      "like any other: the last two of the five. So the output of a word "
      "depends on how long the longest text of its batch is. Without a mask there is no decoder either: every word sees those behind it "
      "(lesson 36).");
}

void cases_whose_answer_is_known(show::Lesson& lesson, const SelfAttention& listing, const Tensor& inputs) {
  lesson.section("Cases whose answer is known");
  SelfAttention uniform = listing, one = listing;
  uniform.Wq = zeros({6, 6});
  Tensor values = linear(inputs, listing.Wv), means = mean(values, 1, true);
  lesson.compare("Wq = 0: every output the mean of the values", uniform(inputs).output, zeros(values.shape()) + means);
  one.num_heads = 1;
  one.dk = 6;
  Tensor plain = scaled_dot_product_attention(linear(inputs, listing.Wq), linear(inputs, listing.Wk), values).output;
  lesson.compare("one head: plain attention", one(inputs).output, plain);
  lesson.name_columns(16);
  lesson.show_error("4 heads of 6", [] {
    Rng rng;
    nn::MultiheadAttention(6, 4, rng);
  });
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing is right in what it does: given the same weights, the library gives the same numbers. It lacks three things that the "
      "paper has: W_o, a mask and dropout. As its name says, it has one input, from which queries, keys and values all come, so it cannot "
      "attend from one sequence to another (lesson 34).");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  SelfAttention listing{width, 2, 3, randn({6, 6}, rng, 0, 0.6), randn({6, 6}, rng, 0, 0.6), randn({6, 6}, rng, 0, 0.6)};
  listing.transposed = !lesson.broken("no-transpose");
  Tensor inputs = randn({texts, words, width}, rng), mix = randn({width, width}, rng);
  the_question(lesson, listing, inputs);
  step_by_step(lesson, listing, inputs);
  why_reshape_then_transpose(lesson);
  beside_the_library(lesson, listing, inputs, mix);
  no_output_projection(lesson, listing, inputs, mix);
  no_mask(lesson, listing, inputs);
  cases_whose_answer_is_known(lesson, listing, inputs);
  what_to_notice(lesson);
}

const show::LessonInfo info{"54",
                            "A listing of several heads",
                            "多头自注意力的代码",
                            "《分析与预测》 §5.2–5.3",
                            "The article's SelfAttention(d_model, num_heads) step by step, beside nn::MultiheadAttention with the "
                            "same weights, and what it lacks.",
                            {{"no-transpose", "split_heads reshapes at once"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
