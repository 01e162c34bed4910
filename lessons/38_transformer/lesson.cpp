#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "reverser.h"

using namespace qkv;

namespace {

/// One layer on the four words of width 3: a head of width 2, and a feed-forward network with four hidden numbers.
struct Example {
  data::FourWords words = data::four_words();
  Tensor W_o = tensor({{0.6, -0.3}, {0.2, 0.7}, {-0.4, 0.5}});
  Tensor W_1 = tensor({{0.8, -0.5, 0.3}, {-0.6, 0.9, 0.2}, {0.1, 0.7, -0.9}, {0.4, 0.3, 0.6}}), b_1 = tensor({0.1, -0.2, 0.0, 0.3});
  Tensor W_2 = tensor({{0.5, -0.7, 0.2, 0.4}, {-0.3, 0.6, 0.8, -0.1}, {0.9, 0.1, -0.4, 0.3}}), b_2 = tensor({0.0, 0.1, -0.1});

  Tensor head(const Tensor& x) const {
    return scaled_dot_product_attention(linear(x, words.W_q), linear(x, words.W_k), linear(x, words.W_v)).output;
  }
  Tensor attend(const Tensor& x) const { return linear(head(x), W_o); }
  Tensor feed(const Tensor& x) const { return linear(relu(linear(x, W_1, b_1)), W_2, b_2); }
  static Tensor norm(const Tensor& x) { return layer_norm(x, {3}); }

  Tensor post(const Tensor& x) const {
    Tensor h = norm(x + attend(x));
    return norm(h + feed(h));
  }
  Tensor pre(const Tensor& x) const {
    Tensor h = x + attend(norm(x));
    return h + feed(norm(h));
  }
  /// Both without x + and h +.
  Tensor post_without_residual(const Tensor& x) const { return norm(feed(norm(attend(x)))); }

  /// The library's layer with these weights. Its head has width 3: one row of zeros more, and the scale sqrt(2) / sqrt(3) taken back.
  Tensor library(bool norm_first) const {
    Rng rng;
    nn::TransformerOptions options;
    options.norm_first = norm_first;
    nn::TransformerEncoderLayer layer(3, 1, 4, rng, options);
    Tensor row = zeros({1, 3});
    layer.self_attn.in_proj_weight.copy_from(concat({words.W_q * sqrt(1.5), row, words.W_k, row, words.W_v, row}, 0));
    layer.self_attn.out_proj.weight.copy_from(concat({W_o, zeros({3, 1})}, 1));
    layer.self_attn.out_proj.bias.copy_from(zeros({3}));
    layer.linear1.weight.copy_from(W_1), layer.linear1.bias.copy_from(b_1);
    layer.linear2.weight.copy_from(W_2), layer.linear2.bias.copy_from(b_2);
    return select(layer(unsqueeze(words.X, 0)), 0, 0);
  }
};

/// (x - mean) / sqrt(variance + 1e-5), number by number.
Tensor norm_by_hand(const Tensor& x) {
  Tensor y = zeros(x.shape());
  for (Index i = 0; i < x.size(0); ++i) {
    double mean = 0, variance = 0;
    for (Index j = 0; j < 3; ++j) mean += x.at({i, j}) / 3;
    for (Index j = 0; j < 3; ++j) variance += (x.at({i, j}) - mean) * (x.at({i, j}) - mean) / 3;
    for (Index j = 0; j < 3; ++j) y.set({i, j}, (x.at({i, j}) - mean) / sqrt(variance + 1e-5));
  }
  return y;
}

/// W_2 max(0, W_1 x + b_1) + b_2 for each row, number by number.
Tensor feed_by_hand(const Tensor& x, const Example& w) {
  Tensor y = zeros(x.shape());
  for (Index i = 0; i < x.size(0); ++i)
    for (Index j = 0; j < 3; ++j) {
      double out = w.b_2.at({j});
      for (Index h = 0; h < 4; ++h) {
        double hidden = w.b_1.at({h});
        for (Index k = 0; k < 3; ++k) hidden += w.W_1.at({h, k}) * x.at({i, k});
        out += w.W_2.at({j, h}) * std::max(0.0, hidden);
      }
      y.set({i, j}, out);
    }
  return y;
}

/// Four ways to wire a part f of a layer, and what each reads and leaves.
enum class Wiring { neither, norm, post, pre };
Tensor before(const nn::LayerNorm& norm, Wiring wiring, const Tensor& x) { return wiring == Wiring::pre ? norm(x) : x; }
Tensor after(const nn::LayerNorm& norm, Wiring wiring, const Tensor& x, const Tensor& f) {
  if (wiring == Wiring::neither) return f;
  if (wiring == Wiring::norm) return norm(f);
  return wiring == Wiring::post ? norm(x + f) : x + f;
}

/// What comes out of the first `count` layers, wired in one of these ways.
Tensor through(const List<nn::TransformerEncoderLayer>& layers, Index count, Wiring wiring, Tensor x) {
  for (Index i = 0; i < count; ++i) {
    const nn::TransformerEncoderLayer& layer = layers[i];
    x = after(layer.norm1, wiring, x, layer.self_attn(before(layer.norm1, wiring, x)).output);
    x = after(layer.norm2, wiring, x, layer.linear2(relu(layer.linear1(before(layer.norm2, wiring, x)))));
  }
  return x;
}

double length(const Tensor& x) { return sqrt(sum(x * x).item()); }

/// The third row: that of 吃.
Tensor eat(const Tensor& x) { return select(x, 0, 2); }

void the_question(show::Lesson& lesson, const Tensor& X) {
  lesson.section("The question");
  lesson.say(
      "Attention alone makes every word a mixture of values. A Transformer puts three things around it: a residual connection, a layer "
      "norm, "
      "a feed-forward network. What does each do to a number, and what if it were missing? The word 吃 (eat) among the four words:");
  lesson.show("x", eat(X));
}

void residual(show::Lesson& lesson, const Example& w, const Tensor& X) {
  lesson.section("Residual: what is found is added", "h = x + attend(x)");
  Tensor a = w.attend(X);
  lesson.name_columns(10);
  lesson.show("attend(x)", eat(a));
  lesson.show("h", eat(X + a));
  lesson.say("Known beforehand: with W_o = 0 attention finds nothing, and the word goes through as it came.");
  lesson.compare("x and x + 0", X, X + linear(w.head(X), zeros({3, 2})));
}

void the_norm(show::Lesson& lesson, const Tensor& h) {
  lesson.section("Layer norm: each word by itself", "(h - mean) / sqrt(var + 0.00001)");
  Tensor average = mean(h, 1, true), centred = h - average, n = Example::norm(h);
  lesson.show("mean", eat(average));
  lesson.show("var", eat(mean(centred * centred, 1, true)));
  lesson.show("norm(h)", eat(n));
  lesson.compare("by the loop and by the library", norm_by_hand(h), n);
  lesson.say("The mean is now 0 and the variance 1, whatever came in: the size of a word is gone. Ten times h plus five:");
  lesson.compare("norm(h) and norm(10 h + 5)", n, Example::norm(10 * h + 5), 1e-4);
}

void feed_forward(show::Lesson& lesson, const Example& w, const Tensor& n) {
  lesson.section("Feed-forward: each word by itself", "W_2 relu(W_1 x + b_1) + b_2");
  Tensor hidden = linear(n, w.W_1, w.b_1), out = w.feed(n);
  lesson.name_columns(12);
  lesson.show("W_1 x + b_1", eat(hidden));
  lesson.show("relu", eat(relu(hidden)));
  lesson.show("out", eat(out));
  lesson.compare("by the loop and by the library", feed_by_hand(n, w), out);
  lesson.compare("吃 among the four words and alone", eat(out), w.feed(eat(n)));
}

void the_layer_in_both_orders(show::Lesson& lesson, const Example& w, const Tensor& X) {
  lesson.section("The layer, in both orders", "norm(x + f(x))  or  x + f(norm(x))");
  Tensor post = lesson.broken("no-residual") ? w.post_without_residual(X) : w.post(X), pre = w.pre(X);
  lesson.name_columns(12);
  lesson.show("post-norm", post);
  lesson.show("pre-norm", pre);
  lesson.compare("post-norm, ours and the library's", post, w.library(false));
  lesson.compare("pre-norm, ours and the library's", pre, w.library(true));
}

void many_layers(show::Lesson& lesson, Rng& rng) {
  lesson.section("Many layers", "|d y / d x|  and  |y - mean over tokens| / |y|");
  List<nn::TransformerEncoderLayer> layers;
  for (Index i = 0; i < 32; ++i) layers.push_back({16, 2, 32, rng});
  Tensor x = randn({1, 6, 16}, rng), r = randn({1, 6, 16}, rng);
  r = r * (1 / length(r));
  const show::Words headings{"layers", "neither", "norm alone", "residual, post-norm", "residual, pre-norm"};
  show::Table gradients(headings), spreads(headings);
  show::LineChart chart{"How much of the gradient arrives", "layers", "", {}};
  for (Index wiring = 1; wiring < 5; ++wiring) chart.series.push_back({headings[wiring], {}, {}});
  for (Index count : {1, 2, 4, 8, 16, 32}) {
    show::Words gradient{show::whole(count)}, spread = gradient;
    for (Wiring wiring : {Wiring::neither, Wiring::norm, Wiring::post, Wiring::pre}) {
      Tensor input = x.clone().requires_grad(true), y = through(layers, count, wiring, input);
      y.backward(r);
      double arrived = optim::clip_grad_norm({input}, infinity);  // changes nothing, and measures in double: 32 layers of neither need it
      gradient.push_back(show::scientific(arrived));
      spread.push_back(show::number(length(y - mean(y, 1, true)) / length(y), 3));
      chart.series[Index(wiring)].x.push_back(double(count)), chart.series[Index(wiring)].y.push_back(arrived);
    }
    gradients.add_row(gradient), spreads.add_row(spread);
  }
  lesson.say(
      "Six tokens of width 16 go through fresh layers of two heads. Of a gradient of length 1 behind the last layer, how much arrives at "
      "the input?");
  lesson.show(gradients);
  lesson.say("And how different are the six tokens still? 1: as different as can be, 0: six times the same vector.");
  lesson.show(spreads);
  chart.log_x = chart.log_y = true;
  lesson.save("depth", show::draw(chart));
}

/// A model, and how long the sequences are that it learns from.
struct Learner {
  const char* name;
  Index shortest, longest;
  Reverser model;
};

void a_sequence_written_backwards(show::Lesson& lesson, const Learner three[], const ReversalBatch& eight, const ReversalBatch& six,
                                  Rng& rng) {
  lesson.section("A sequence, written backwards", "encoder, decoder, cross-attention");
  Index steps = lesson.quick() ? 600 : 4000;
  optim::CosineWithWarmup schedule(0.008, steps / 10, steps);
  lesson.say(
      "The encoder reads digits and an end mark, the decoder writes them in the other order. In training it reads the right answer up to "
      "here "
      "(teacher forcing), and a causal mask hides the rest of it.");
  lesson.name_columns(16);
  lesson.show("encoder reads", data::marks_in_words(eight.source));
  lesson.show("decoder reads", data::marks_in_words(eight.input));
  lesson.show("decoder writes", data::marks_in_words(eight.target));
  lesson.show("parameters", show::whole(three[2].model.parameter_count()));
  lesson.show("training", show::whole(steps) + " steps of 32 sequences");
  lesson.say("The learning rate climbs for a tenth of the steps, and then falls along half a cosine. At step 0, 5 %, 10 %, 55 %, 100 %:");
  Tensor rates = zeros({5});
  const Index at[] = {0, steps / 20, steps / 10, steps * 11 / 20, steps};
  for (Index i = 0; i < 5; ++i) rates.set({i}, schedule.lr(at[i]));
  lesson.show("learning rate", rates);
  for (Index m = 0; m < 3; ++m) train(three[m].model, three[m].shortest, three[m].longest, steps, schedule, rng);
  lesson.say(
      "On 1,000 sequences that it was never trained on: marks right while it reads the right answer; then sequences written without a "
      "mistake "
      "while it reads what it wrote itself.");
  show::Table table({"trained on", "marks, forced", "8 digits", "6 digits"});
  table.add_row({"chance: one of 12 marks", show::number(1.0 / 12, 2), "0.000", "0.000"});
  for (Index m = 0; m < 3; ++m) {
    const Reverser& model = three[m].model;
    table.add_row({three[m].name, show::number(teacher_forced(model, eight), 2), show::number(exact(model, eight), 3),
                   show::number(exact(model, six), 3)});
  }
  lesson.show(table);
}

/// A mark as a word.
show::Word word(Index mark) { return mark == ReversalBatch::end ? "end" : show::whole(mark); }

void where_it_looks(show::Lesson& lesson, const Reverser& fixed, const ReversalBatch& eight) {
  lesson.section("Where it looks");
  lesson.say("The model of 8 digits writes the sequence above. At each step, the place of the source with the largest weight:");
  NoGrad no_grad;
  Tensor weights;
  fixed.decode(eight.input, fixed.encode(eight.source), &weights);  // (1000, 1, 9, 9)
  Tensor map = select(select(weights, 0, 0), 0, 0);
  Indices most = argmax(map);
  show::Table looks({"step", "writes", "looks at place", "there stands", "weight"});
  show::Words rows, columns;
  for (Index t = 0; t < 9; ++t) {
    Index place = most.values[t];
    show::Word writes = word(eight.target.values[t]);
    rows.push_back("writes " + writes);
    columns.push_back(word(eight.source.values[t]));
    if (t < 8)
      looks.add_row({show::whole(t), writes, show::whole(place), word(eight.source.values[place]), show::number(map.at({t, place}), 2)});
  }
  lesson.show(looks);
  show::HeatMap picture{map, rows, columns, "Cross-attention"};
  if (lesson.quick())  // whether a cell is light or dark differs between processors until the training is complete
    lesson.save("reversal", show::draw(picture));
  else lesson.show("reversal", picture);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Norm keeps numbers at one size. The residual lets the gradient through, and keeps the words apart: without it attention averages "
      "them "
      "until they are one. The feed-forward network does what attention cannot, something to each word by itself. And the order of a "
      "sequence "
      "is known from positions alone: without them a model can tell which digits there were, and not where.");
}

void lesson_body(show::Lesson& lesson) {
  Example w;
  Tensor X = w.words.X, h = X + w.attend(X), n = Example::norm(h);
  the_question(lesson, X);
  residual(lesson, w, X);
  the_norm(lesson, h);
  feed_forward(lesson, w, n);
  the_layer_in_both_orders(lesson, w, X);

  Rng rng(lesson.seed()), test_rng(lesson.seed() + 1);
  many_layers(lesson, rng);
  bool causal = !lesson.broken("no-mask");
  const Learner three[] = {{"4 to 9 digits, without positions", 4, 9, {false, causal, rng}},
                           {"8 digits", 8, 8, {true, causal, rng}},
                           {"4 to 9 digits", 4, 9, {true, causal, rng}}};
  ReversalBatch eight = data::reversal(1000, 8, true, test_rng), six = data::reversal(1000, 6, true, test_rng);
  a_sequence_written_backwards(lesson, three, eight, six, rng);
  where_it_looks(lesson, three[1].model, eight);
  what_to_notice(lesson);
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "38";
  info.title = "The Transformer";
  info.chinese = "Transformer 架构";
  info.mirrors = "《分析与预测》 §2.1";
  info.about =
      "Residual connection, layer norm and feed-forward by hand; gradients through many layers; an encoder and decoder that reverses "
      "sequences.";
  info.breaks = {{"no-residual", "the layer by hand leaves x + out"}, {"no-mask", "the decoder sees the future in training"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
