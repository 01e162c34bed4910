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

  Tensor attend(const Tensor& x) const {
    return linear(scaled_dot_product_attention(linear(x, words.W_q), linear(x, words.W_k), linear(x, words.W_v)).output, W_o);
  }
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

/// What comes out of the first `count` layers, wired in one of four ways.
enum class Wiring { neither, norm, post, pre };
Tensor through(const std::vector<nn::TransformerEncoderLayer>& layers, Index count, Wiring wiring, Tensor x) {
  auto part = [&](const nn::LayerNorm& norm, auto f) {
    if (wiring == Wiring::neither) return f(x);
    if (wiring == Wiring::norm) return norm(f(x));
    return wiring == Wiring::post ? norm(x + f(x)) : x + f(norm(x));
  };
  for (Index i = 0; i < count; ++i) {
    x = part(layers[i].norm1, [&](const Tensor& h) { return layers[i].self_attn(h).output; });
    x = part(layers[i].norm2, [&](const Tensor& h) { return layers[i].linear2(relu(layers[i].linear1(h))); });
  }
  return x;
}

double length(const Tensor& x) { return sqrt(sum(x * x).item()); }

void one_layer(show::Lesson& lesson) {
  Example w;
  Tensor X = w.words.X, eat = tensor({0.0, 0.0, 1.0, 0.0});  // picks the third row
  auto row = [&](const Tensor& x) { return matmul(eat, x); };

  lesson.section("The question");
  lesson.say(
      "Attention alone makes every word a mixture of values. A Transformer puts three things around it: a residual connection, a layer "
      "norm, "
      "a feed-forward network. What does each do to a number, and what if it were missing? The word 吃 (eat) among the four words:");
  lesson.show("x", row(X));

  lesson.section("Residual: what is found is added", "h = x + attend(x)");
  Tensor a = w.attend(X), h = X + a;
  lesson.name_columns(10);
  lesson.show("attend(x)", row(a));
  lesson.show("h", row(h));
  lesson.say("Known beforehand: with W_o = 0 attention finds nothing, and the word goes through as it came.");
  Example none = w;
  none.W_o = zeros({3, 2});
  lesson.compare("x and x + 0", X, X + none.attend(X));

  lesson.section("Layer norm: each word by itself", "(h - mean) / sqrt(var + 0.00001)");
  Tensor n = Example::norm(h), centred = h - mean(h, 1, true);
  lesson.show("mean", row(mean(h, 1, true)));
  lesson.show("var", row(mean(centred * centred, 1, true)));
  lesson.show("norm(h)", row(n));
  lesson.compare("by the loop and by the library", norm_by_hand(h), n);
  lesson.say("The mean is now 0 and the variance 1, whatever came in: the size of a word is gone. Ten times h plus five:");
  lesson.compare("norm(h) and norm(10 h + 5)", n, Example::norm(10 * h + 5), 1e-4);

  lesson.section("Feed-forward: each word by itself", "W_2 relu(W_1 x + b_1) + b_2");
  Tensor hidden = linear(n, w.W_1, w.b_1);
  lesson.name_columns(12);
  lesson.show("W_1 x + b_1", row(hidden));
  lesson.show("relu", row(relu(hidden)));
  lesson.show("out", row(w.feed(n)));
  lesson.compare("by the loop and by the library", feed_by_hand(n, w), w.feed(n));
  lesson.compare("吃 among the four words and alone", row(w.feed(n)), w.feed(row(n)));

  lesson.section("The layer, in both orders", "norm(x + f(x))  or  x + f(norm(x))");
  Tensor post = lesson.broken("no-residual") ? w.post_without_residual(X) : w.post(X);
  lesson.name_columns(12);
  lesson.show("post-norm", post);
  lesson.show("pre-norm", w.pre(X));
  lesson.compare("post-norm, ours and the library's", post, w.library(false));
  lesson.compare("pre-norm, ours and the library's", w.pre(X), w.library(true));
}

void depth(show::Lesson& lesson, Rng& rng) {
  lesson.section("Many layers", "|d y / d x|  and  |y - mean over tokens| / |y|");
  std::vector<nn::TransformerEncoderLayer> layers;
  for (Index i = 0; i < 32; ++i) layers.emplace_back(16, 2, 32, rng);
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

void reversal(show::Lesson& lesson, Rng& rng) {
  lesson.section("A sequence, written backwards", "encoder, decoder, cross-attention");
  Index steps = lesson.quick() ? 600 : 4000;
  Rng test_rng(lesson.seed() + 1);
  ReversalBatch eight = data::reversal(1000, 8, true, test_rng), six = data::reversal(1000, 6, true, test_rng);
  optim::CosineWithWarmup schedule(0.008, steps / 10, steps);
  bool causal = !lesson.broken("no-mask");
  Reverser lost(false, causal, rng), fixed(true, causal, rng), model(true, causal, rng);
  lesson.say(
      "The encoder reads digits and an end mark, the decoder writes them in the other order. In training it reads the right answer up to "
      "here "
      "(teacher forcing), and a causal mask hides the rest of it.");
  lesson.name_columns(16);
  lesson.show("encoder reads", data::marks_in_words(eight.source));
  lesson.show("decoder reads", data::marks_in_words(eight.input));
  lesson.show("decoder writes", data::marks_in_words(eight.target));
  lesson.show("parameters", show::whole(model.parameter_count()));
  lesson.show("training", show::whole(steps) + " steps of 32 sequences");
  lesson.say("The learning rate climbs for a tenth of the steps, and then falls along half a cosine. At step 0, 5 %, 10 %, 55 %, 100 %:");
  Tensor rates = zeros({5});
  for (Index i = 0; i < 5; ++i) rates.set({i}, schedule.lr(std::vector<Index>{0, steps / 20, steps / 10, steps * 11 / 20, steps}[i]));
  lesson.show("learning rate", rates);
  train(lost, 4, 9, steps, schedule, rng);
  train(fixed, 8, 8, steps, schedule, rng);
  train(model, 4, 9, steps, schedule, rng);
  lesson.say(
      "On 1,000 sequences that it was never trained on: marks right while it reads the right answer; then sequences written without a "
      "mistake "
      "while it reads what it wrote itself.");
  show::Table table({"trained on", "marks, forced", "8 digits", "6 digits"});
  table.add_row({"chance: one of 12 marks", show::number(1.0 / 12, 2), "0.000", "0.000"});
  auto add = [&](const char* name, const Reverser& trained) {
    table.add_row({name, show::number(teacher_forced(trained, eight), 2), show::number(exact(trained, eight), 3),
                   show::number(exact(trained, six), 3)});
  };
  add("4 to 9 digits, without positions", lost);
  add("8 digits", fixed);
  add("4 to 9 digits", model);
  lesson.show(table);

  lesson.section("Where it looks");
  lesson.say("The model of 8 digits writes the sequence above. At each step, the place of the source with the largest weight:");
  NoGrad no_grad;
  Tensor weights;
  fixed.decode(eight.input, fixed.encode(eight.source), &weights);  // (1000, 1, 9, 9)
  Tensor map = select(select(weights, 0, 0), 0, 0);
  Indices most = argmax(map);
  auto mark = [](const Indices& of, Index t) { return of.values[t] == ReversalBatch::end ? "end" : std::to_string(of.values[t]); };
  show::Table looks({"step", "writes", "looks at place", "there stands", "weight"});
  show::Words rows, columns;
  for (Index t = 0; t < 9; ++t) {
    rows.push_back("writes " + mark(eight.target, t));
    columns.push_back(mark(eight.source, t));
    if (t < 8)
      looks.add_row({show::whole(t), mark(eight.target, t), show::whole(most.values[t]), mark(eight.source, most.values[t]),
                     show::number(map.at({t, most.values[t]}), 2)});
  }
  lesson.show(looks);
  show::HeatMap picture{map, rows, columns, "Cross-attention"};
  if (lesson.quick())  // whether a cell is light or dark differs between processors until the training is complete
    lesson.save("reversal", show::draw(picture));
  else lesson.show("reversal", picture);
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  one_layer(lesson);
  depth(lesson, rng);
  reversal(lesson, rng);
  lesson.section("What to notice");
  lesson.say(
      "Norm keeps numbers at one size. The residual lets the gradient through, and keeps the words apart: without it attention averages "
      "them "
      "until they are one. The feed-forward network does what attention cannot, something to each word by itself. And the order of a "
      "sequence "
      "is known from positions alone: without them a model can tell which digits there were, and not where.");
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
