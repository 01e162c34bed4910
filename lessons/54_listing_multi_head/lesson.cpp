#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>


using namespace qkv;

namespace {

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
    Tensor attention_weights = softmax(matmul_qk / sqrt(double(dk)), -1);
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
      List<double> e(T);
      double sum = 0;
      for (Index j = 0; j < T; ++j) {
        for (Index c = head * dk; c < (head + 1) * dk; ++c) e[j] += project(layer.Wq, i, c) * project(layer.Wk, j, c);
        sum += e[j] = exp(e[j] / sqrt(double(dk)));
      }
      for (Index c = head * dk; c < (head + 1) * dk; ++c) {
        double total = 0;
        for (Index j = 0; j < T; ++j) total += e[j] / sum * project(layer.Wv, j, c);
        output.set({0, i, c}, total);
      }
    }
  return output;
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  Index B = 2, T = 4, d_model = 6, num_heads = 2, dk = d_model / num_heads;
  SelfAttention listing{d_model, num_heads, dk, randn({6, 6}, rng, 0, 0.6), randn({6, 6}, rng, 0, 0.6), randn({6, 6}, rng, 0, 0.6)};
  listing.transposed = !lesson.broken("no-transpose");
  Tensor inputs = randn({B, T, d_model}, rng);

  lesson.section("The question");
  lesson.say(
      "A layer of self-attention with several heads, in some forty lines. Of all the listings in the five articles this one comes closest "
      "to "
      "what "
      "is used in practice. Does it do what it says, and what does it lack?");
  lesson.name_columns(24);
  lesson.show("inputs", inputs.shape().text() + ": 2 texts of 4 words of width 6");
  lesson.show("d_model, num_heads, dk", "6, 2, 3");

  lesson.section("Step by step", "shapes");
  Tensor q = linear(inputs, listing.Wq), cut = reshape(q, {B, T, num_heads, dk}), split = listing.split_heads(q);
  Tensor k = listing.split_heads(linear(inputs, listing.Wk)), v = listing.split_heads(linear(inputs, listing.Wv));
  Tensor qk = matmul(split, transpose(k)), alpha = softmax(qk / sqrt(double(dk)), -1), each = matmul(alpha, v);
  show::Table shapes({"line of the listing", "shape", "what it is"});
  shapes.add_row({"self.Wq(inputs)", q.shape().text(), "(batch, words, d_model)"})
      .add_row({"tf.reshape", cut.shape().text(), "(batch, words, heads, dk): each row cut in two"})
      .add_row({"tf.transpose", split.shape().text(), "(batch, heads, words, dk): a table a head"})
      .add_row({"tf.matmul(q, k, transpose_b=True)", qk.shape().text(), "(batch, heads, queries, keys)"})
      .add_row({"tf.nn.softmax(..., axis=-1)", alpha.shape().text(), "each row sums to 1"})
      .add_row({"tf.matmul(attention_weights, v)", each.shape().text(), "(batch, heads, words, dk)"})
      .add_row({"tf.transpose, tf.reshape", listing(inputs).output.shape().text(), "the heads side by side again"});
  lesson.show(shapes);
  Tensor first = unsqueeze(select(inputs, 0, 0), 0);  // one text
  lesson.name_columns(28);
  for (Index head = 0; head < num_heads; ++head) {
    lesson.show("scores, text 0, head " + std::to_string(head), select(select(qk, 0, 0), 0, head) / sqrt(double(dk)));
    lesson.show("weights", select(select(alpha, 0, 0), 0, head));
  }
  lesson.show("output, text 0", select(listing(inputs).output, 0, 0));
  lesson.compare("by the loop and by the listing", by_hand(listing, first), listing(first).output);
  lesson.compare("joined after split and before", listing.join_heads(listing.split_heads(q)), q);

  lesson.section("Why reshape, then transpose", "split_heads");
  lesson.say("A text of 3 words of width 4 whose numbers say where they are: word 2, column 3 is 23. Two heads of width 2:");
  Tensor places = unsqueeze(unsqueeze(arange(3, 0, 10), 1) + arange(4), 0);  // (1, 3, 4)
  SelfAttention small{4, 2, 2, eye(4), eye(4), eye(4)};
  Tensor right = small.split_heads(places), wrong = reshape(places, {1, 2, 3, 2});
  lesson.name_columns(28);
  lesson.show("x", select(places, 0, 0));
  lesson.show("head 0, as in the listing", select(select(right, 0, 0), 0, 0));
  lesson.show("head 1", select(select(right, 0, 0), 0, 1));
  lesson.show("head 0, reshaped at once", select(select(wrong, 0, 0), 0, 0));
  lesson.show("head 1", select(select(wrong, 0, 0), 0, 1));
  lesson.say(
      "Reshaped to (batch, heads, words, dk) at once the shape is right and the numbers are not: head 0 gets word 0 and half of word 1, as "
      "if "
      "they were three words. Nothing complains. (--break=no-transpose)");

  lesson.section("Beside the library", "nn::MultiheadAttention");
  nn::MultiheadMasks each_head;
  each_head.average_weights = false;
  Tensor mix = randn({6, 6}, rng);
  Attended ours = listing(inputs), plain = same_weights(listing, eye(6))(inputs, each_head),
           mixed = same_weights(listing, mix)(inputs, each_head);
  lesson.compare("output, its projection the identity", ours.output, plain.output);
  lesson.compare("weights of each head", ours.weights, plain.weights);
  lesson.compare("output times W_o, and the library's with W_o", linear(ours.output, mix), mixed.output);
  show::Table sizes({"d_model", "listing: 3 (d d + d)", "with W_o: 4 (d d + d)"});
  for (Index d : {6, 128, 512}) sizes.add_row({show::whole(d), show::whole(3 * (d * d + d)), show::whole(4 * (d * d + d))});
  lesson.show(sizes);

  lesson.section("No output projection", "Concat(head_1, ..., head_h) W_o");
  lesson.say("What is it for? Take head 1 its values away (the last 3 rows of Wv), and see which of the 6 numbers of an output change:");
  SelfAttention silent = listing;
  silent.Wv = concat({slice(listing.Wv, 0, 0, 3), zeros({3, 6})}, 0);
  auto change = [&](const Tensor& a, const Tensor& b) { return select(select(b - a, 0, 0), 0, 0); };
  lesson.name_columns(28);
  lesson.show("the listing", change(ours.output, silent(inputs).output));
  lesson.show("with W_o", change(mixed.output, linear(silent(inputs).output, mix)));
  lesson.say("Without W_o a head owns its columns: what it found never meets what another head found, until some later layer mixes them.");

  lesson.section("No mask");
  lesson.say(
      "Texts of one batch are filled up to one length. One text of 3 words, alone and with 2 places of zeros behind it; the first word's "
      "output:");
  Tensor three = slice(first, 1, 0, 3), padded = concat({three, zeros({1, 2, 6})}, 1);
  Attended alone = listing(three), filled = listing(padded);
  nn::MultiheadMasks hide;
  hide.key_padding = padding_mask({3}, 5);
  Tensor hidden = same_weights(listing, eye(6))(padded, hide).output;
  auto word_0 = [](const Tensor& x) { return select(select(x, 0, 0), 0, 0); };
  lesson.name_columns(28);
  lesson.show("alone", word_0(alone.output));
  lesson.show("filled up, the listing", word_0(filled.output));
  lesson.show("filled up, padding hidden", word_0(hidden));
  lesson.show("head 0, its weights", select(word_0(filled.weights), 0, 0));
  lesson.compare("alone and hidden", word_0(alone.output), word_0(hidden));
  lesson.say(
      "A key of zeros has the score 0, and exp(0) = 1 is a weight like any other: the last two of the five. So what a word means depends "
      "on "
      "how long the longest text of its batch is. And no mask means no decoder either: every word sees those behind it (lesson 36).");

  lesson.section("Cases whose answer is known");
  SelfAttention uniform = listing, one = listing;
  uniform.Wq = zeros({6, 6});
  lesson.compare("Wq = 0: every output the mean of the values", uniform(inputs).output,
                 linear(inputs, listing.Wv) * 0 + mean(linear(inputs, listing.Wv), 1, true));
  one.num_heads = 1;
  one.dk = 6;
  lesson.compare("one head: plain attention", one(inputs).output,
                 scaled_dot_product_attention(linear(inputs, listing.Wq), linear(inputs, listing.Wk), linear(inputs, listing.Wv)).output);
  lesson.name_columns(16);
  lesson.show_error("4 heads of 6", [&] { nn::MultiheadAttention(6, 4, rng); });

  lesson.section("What to notice");
  lesson.say(
      "The listing is right in what it does: given the same weights, the library gives the same numbers. It lacks W_o and a mask, "
      "which the paper has, and dropout; and, as its name tells, the query comes from the inputs too, so it cannot attend from one "
      "sequence "
      "to another (lesson 34). Of its four imports it needs one, Dense.");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "54";
  info.title = "A listing of several heads";
  info.chinese = "多头自注意力的代码";
  info.mirrors = "《分析与预测》 §5.2";
  info.about =
      "The article's SelfAttention(d_model, num_heads) step by step, beside nn::MultiheadAttention with the same weights, and what it "
      "lacks.";
  info.breaks = {{"no-transpose", "split_heads reshapes at once"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
