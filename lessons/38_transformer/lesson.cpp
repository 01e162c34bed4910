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

  Tensor head(const Tensor& x) const;    // (4, 2)
  Tensor attend(const Tensor& x) const;  // (4, 3)
  Tensor feed(const Tensor& x) const;
  Tensor library(bool norm_first) const;
};

Tensor normed(const Tensor& x) { return layer_norm(x, {3}); }

Tensor Example::head(const Tensor& x) const {
  return scaled_dot_product_attention(linear(x, words.W_q), linear(x, words.W_k), linear(x, words.W_v)).output;
}

Tensor Example::attend(const Tensor& x) const { return linear(head(x), W_o); }

Tensor Example::feed(const Tensor& x) const { return linear(relu(linear(x, W_1, b_1)), W_2, b_2); }

/// The library's layer with these weights. Its head has width 3: one row of zeros more, and the scale sqrt(2) / sqrt(3) taken back.
Tensor Example::library(bool norm_first) const {
  Rng rng;
  nn::TransformerOptions options;
  options.norm_first = norm_first;
  nn::TransformerEncoderLayer layer(3, 1, 4, rng, options);
  Tensor row = zeros({1, 3});
  layer.self_attn.in_proj_weight.copy_from(concat({words.W_q * sqrt(1.5), row, words.W_k, row, words.W_v, row}, 0));
  layer.self_attn.out_proj.weight.copy_from(concat({W_o, transpose(row)}, 1));
  layer.linear1.weight.copy_from(W_1), layer.linear1.bias.copy_from(b_1);
  layer.linear2.weight.copy_from(W_2), layer.linear2.bias.copy_from(b_2);
  return select(layer(unsqueeze(words.X, 0)), 0, 0);
}

/// (x - mean) / sqrt(variance + 1e-5), number by number.
Tensor norm_by_hand(const Tensor& x) {
  Tensor y = x.clone();
  Scalar* row = y.mutable_data();
  for (Index i = 0; i < x.size(0); ++i, row += 3) {
    double mean = 0, variance = 0;
    for (Index j = 0; j < 3; ++j) mean += row[j] / 3;
    for (Index j = 0; j < 3; ++j) variance += (row[j] - mean) * (row[j] - mean) / 3;
    for (Index j = 0; j < 3; ++j) row[j] = Scalar((row[j] - mean) / sqrt(variance + 1e-5));
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

/// Four ways to wire a part of a layer: what stands around it?
struct Wiring {
  const char* name;
  bool norm_before, residual, norm_after;
};
constexpr Wiring wirings[] = {{"neither", false, false, false},
                              {"norm alone", false, false, true},
                              {"residual, post-norm", false, true, true},
                              {"residual, pre-norm", true, true, false}};

/// What comes out of the first `count` layers, wired in one of these ways.
Tensor through(const std::vector<nn::TransformerEncoderLayer>& layers, Index count, const Wiring& wiring, Tensor x) {
  for (Index i = 0; i < count; ++i)
    for (bool attends : {true, false}) {
      const nn::TransformerEncoderLayer& layer = layers[i];
      const nn::LayerNorm& norm = attends ? layer.norm1 : layer.norm2;
      Tensor from = wiring.norm_before ? norm(x) : x;
      Tensor found = attends ? layer.self_attn(from).output : layer.linear2(relu(layer.linear1(from)));
      if (wiring.residual) found = x + found;
      x = wiring.norm_after ? norm(found) : found;
    }
  return x;
}

double length(const Tensor& x) { return sqrt(sum(x * x).item()); }

/// How different the tokens of (1, T, d) are: 1 as different as can be, 0 all the same vector.
double spread(const Tensor& y) { return length(y - mean(y, 1, true)) / length(y); }

/// The third row: that of 吃.
Tensor eat(const Tensor& x) { return select(x, 0, 2); }
void show_eat(show::Lesson& lesson, const char* name, const Tensor& x) { lesson.show(name, eat(x)); }

void the_question(show::Lesson& lesson, const Tensor& X) {
  lesson.section("The question");
  lesson.say(
      "Attention alone makes every word a mixture of values. A Transformer puts three things around it: a residual connection, a layer "
      "norm, a feed-forward network. What does each do to a number, and what if it were missing? The word 吃 (eat) among the four words:");
  show_eat(lesson, "x", X);
}

void residual(show::Lesson& lesson, const Example& w, const Tensor& X, const Tensor& a, const Tensor& h) {
  lesson.section("Residual: what is found is added", "h = x + attend(x)");
  lesson.name_columns(10);
  show_eat(lesson, "attend(x)", a);
  show_eat(lesson, "h", h);
  lesson.say("Known beforehand: with W_o = 0 attention finds nothing, and the word goes through as it came.");
  lesson.compare("x and x + 0", X, X + matmul(w.head(X), zeros({2, 3})));
}

void the_norm(show::Lesson& lesson, const Tensor& h, const Tensor& n) {
  lesson.section("Layer norm: each word by itself", "(h - mean) / sqrt(var + 0.00001)");
  Tensor average = mean(h, 1, true), centred = h - average;
  show_eat(lesson, "mean", average);
  show_eat(lesson, "var", mean(centred * centred, 1, true));
  show_eat(lesson, "norm(h)", n);
  lesson.compare("by the loop and by the library", norm_by_hand(h), n);
  lesson.say("The mean is now 0 and the variance 1, whatever came in: the size of a word is gone. Ten times h plus five:");
  lesson.compare("norm(h) and norm(10 h + 5)", n, normed(10 * h + 5), 1e-4);
}

void feed_forward(show::Lesson& lesson, const Example& w, const Tensor& n) {
  lesson.section("Feed-forward: each word by itself", "W_2 relu(W_1 x + b_1) + b_2");
  Tensor hidden = linear(n, w.W_1, w.b_1), out = w.feed(n);
  lesson.name_columns(12);
  show_eat(lesson, "W_1 x + b_1", hidden);
  show_eat(lesson, "relu", relu(hidden));
  show_eat(lesson, "out", out);
  lesson.compare("by the loop and by the library", feed_by_hand(n, w), out);
  lesson.compare("吃 among the four words and alone", eat(out), w.feed(eat(n)));
}

void the_layer_in_both_orders(show::Lesson& lesson, const Example& w, const Tensor& X, const Tensor& a) {
  lesson.section("The layer, in both orders", "norm(x + f(x))  or  x + f(norm(x))");
  bool residual = !lesson.broken("no-residual");
  Tensor h = normed(residual ? X + a : a), f = w.feed(h), post = normed(residual ? h + f : f);
  Tensor g = X + w.attend(normed(X)), pre = g + w.feed(normed(g));
  lesson.name_columns(12);
  lesson.show("post-norm", post);
  lesson.show("pre-norm", pre);
  lesson.compare("post-norm, ours and the library's", post, w.library(false));
  lesson.compare("pre-norm, ours and the library's", pre, w.library(true));
}

void many_layers(show::Lesson& lesson, Rng& rng) {
  lesson.section("Many layers", "|d y / d x|  and  |y - mean over tokens| / |y|");
  std::vector<nn::TransformerEncoderLayer> layers;
  for (Index i = 0; i < 32; ++i) layers.push_back({16, 2, 32, rng});
  const Shape tokens{1, 6, 16};
  Tensor x = randn(tokens, rng), r = randn(tokens, rng), upstream = r * (1 / length(r));
  x.requires_grad(true);
  std::vector<std::string> headings{"layers"};
  show::LineChart chart{"How much of the gradient arrives", "layers", "", {}};
  const std::vector<double> depths{1, 2, 4, 8, 16, 32};
  for (const Wiring& wiring : wirings) headings.push_back(wiring.name), chart.series.push_back({wiring.name, depths, {}});
  show::Table gradients(headings), spreads(headings);
  for (double depth : depths) {
    std::vector<std::string> gradient{show::whole(Index(depth))}, differ = gradient;
    for (Index w = 0; w < 4; ++w) {
      Tensor y = through(layers, Index(depth), wirings[w], x);
      x.zero_grad();
      y.backward(upstream);
      double arrived = optim::clip_grad_norm({x}, infinity);  // changes nothing, and measures in double: 32 layers of neither need it
      chart.series[w].y.push_back(arrived);
      gradient.push_back(show::scientific(arrived));
      differ.push_back(show::number(spread(y), 3));
    }
    gradients.add_row(gradient), spreads.add_row(differ);
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

/// A sequence of marks, the first of several.
void show_marks(show::Lesson& lesson, const char* name, const Indices& marks) { lesson.show(name, data::marks_in_words(marks)); }

void a_sequence_written_backwards(show::Lesson& lesson, const Reverser models[], const ReversalBatch& eight, const ReversalBatch& six,
                                  Rng& rng) {
  lesson.section("A sequence, written backwards", "encoder, decoder, cross-attention");
  Index steps = lesson.quick() ? 600 : 4000;
  optim::CosineWithWarmup schedule(0.008, steps / 10, steps);
  lesson.say(
      "The encoder reads digits and an end mark, the decoder writes them in the other order. In training it reads the right answer up to "
      "here (teacher forcing), and a causal mask hides the rest of it.");
  lesson.name_columns(16);
  show_marks(lesson, "encoder reads", eight.source);
  show_marks(lesson, "decoder reads", eight.input);
  show_marks(lesson, "decoder writes", eight.target);
  lesson.show("parameters", show::whole(models[0].parameter_count()));
  lesson.show("training", show::whole(steps) + " steps of 32 sequences");
  lesson.say("The learning rate climbs for a tenth of the steps, and then falls along half a cosine. At step 0, 5 %, 10 %, 55 %, 100 %:");
  Tensor rates = zeros({5});
  Index i = 0;
  for (Index percent : {0, 5, 10, 55, 100}) rates.set({i++}, schedule.lr(steps * percent / 100));
  lesson.show("learning rate", rates);
  lesson.say(
      "On 1,000 sequences that it was never trained on: marks right while it reads the right answer; then sequences written without a "
      "mistake while it reads what it wrote itself.");
  show::Table table({"trained on", "marks, forced", "8 digits", "6 digits"});
  table.add_row({"chance: one of 12 marks", "0.08", "0.000", "0.000"});
  const struct {
    const char* digits;
    Index shortest, longest;
  } trained_on[] = {{"4 to 9 digits, without positions", 4, 9}, {"8 digits", 8, 8}, {"4 to 9 digits", 4, 9}};
  for (Index m = 0; m < 3; ++m) {
    const Reverser& model = models[m];
    train(model, trained_on[m].shortest, trained_on[m].longest, steps, schedule, rng);
    table.add_row({trained_on[m].digits, show::number(teacher_forced(model, eight), 2), show::number(exact(model, eight), 3),
                   show::number(exact(model, six), 3)});
  }
  lesson.show(table);
}

constexpr const char* words[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "end"};  // for marks

void where_it_looks(show::Lesson& lesson, const Reverser& fixed, const ReversalBatch& eight) {
  lesson.section("Where it looks");
  lesson.say("The model of 8 digits writes the sequence above. At each step, the place of the source with the largest weight:");
  NoGrad no_grad;
  Tensor weights;
  fixed.decode(eight.input, fixed.encode(eight.source), &weights);  // (1000, 1, 9, 9)
  show::HeatMap picture{select(select(weights, 0, 0), 0, 0), {}, {}, "Cross-attention"};
  Indices most = argmax(picture.values);
  show::Table looks({"step", "writes", "looks at place", "there stands", "weight"});
  for (Index t = 0; t < 9; ++t) {
    picture.rows.push_back("writes " + std::string(words[eight.target.values[t]]));
    picture.columns.push_back(words[eight.source.values[t]]);
  }
  for (Index t = 0; t < 8; ++t) {
    Index place = most.values[t];
    looks.add_row({show::whole(t), words[eight.target.values[t]], show::whole(place), picture.columns[place],
                   show::number(picture.values.at({t, place}), 2)});
  }
  lesson.show(looks);
  if (lesson.quick())  // whether a cell is light or dark differs between processors until the training is complete
    lesson.save("reversal", show::draw(picture));
  else lesson.show("reversal", picture);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Norm keeps numbers at one size. The residual lets the gradient through, and keeps the words apart: without it attention averages "
      "them until they are one. The feed-forward network does what attention cannot, something to each word by itself. And the order of a "
      "sequence is known from positions alone: without them a model can tell which digits there were, and not where.");
}

void lesson_body(show::Lesson& lesson) {
  Example w;
  const Tensor& X = w.words.X;
  Tensor a = w.attend(X), h = X + a, n = normed(h);
  the_question(lesson, X);
  residual(lesson, w, X, a, h);
  the_norm(lesson, h, n);
  feed_forward(lesson, w, n);
  the_layer_in_both_orders(lesson, w, X, a);

  Rng rng(lesson.seed()), test_rng(lesson.seed() + 1);
  many_layers(lesson, rng);
  bool causal = !lesson.broken("no-mask");
  const Reverser models[] = {{false, causal, rng}, {true, causal, rng}, {true, causal, rng}};
  ReversalBatch eight = data::reversal(1000, 8, true, test_rng), six = data::reversal(1000, 6, true, test_rng);
  a_sequence_written_backwards(lesson, models, eight, six, rng);
  where_it_looks(lesson, models[1], eight);
  what_to_notice(lesson);
}

const show::LessonInfo info{"38",
                            "The Transformer",
                            "Transformer 架构",
                            "《分析与预测》 §2.1",
                            "Residual connection, layer norm and feed-forward by hand; gradients through many layers; an encoder "
                            "and decoder that reverses sequences.",
                            {{"no-residual", "the layer by hand leaves x + out"}, {"no-mask", "the decoder sees the future in training"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
