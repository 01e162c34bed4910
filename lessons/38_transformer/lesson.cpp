#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "reverser.h"
#include "stack.h"

namespace {

/// The third row: that of 吃.
Tensor eat(const Tensor& x) { return select(x, 0, 2); }
void show_eat(show::Lesson& lesson, const char* name, const Tensor& x) { lesson.show(name, eat(x)); }

void the_question(show::Lesson& lesson, const Example& w, const Tensor& X) {
  lesson.section("The question");
  lesson.say(
      "Attention alone makes every word a mixture of values. A Transformer puts three things around it: a residual connection, a layer "
      "norm, a feed-forward network. What does each do to the numbers of a word, and what happens without it? The word is 吃 (eat), the "
      "third of four words; its head, of width 2, comes from lesson 41.");
  show_eat(lesson, "x", X);
  show_eat(lesson, "head", w.head(X));
  lesson.show("W_o", w.W_o);
  lesson.show("W_1", w.W_1);
  lesson.show("b_1", w.b_1);
  lesson.show("W_2", w.W_2);
  lesson.show("b_2", w.b_2);
}

void residual(show::Lesson& lesson, const Example& w, const Tensor& X, const Tensor& a, const Tensor& h) {
  lesson.section("Residual: what is found is added", "h = x + attend(x),  attend(x) = W_o head");
  lesson.name_columns(10);
  show_eat(lesson, "attend(x)", a);
  show_eat(lesson, "h", h);
  lesson.say("Known beforehand: with W_o = 0 attention finds nothing, and the word goes through as it came.");
  lesson.compare("x and x + 0", X, X + matmul(w.head(X), zeros({2, 3})));
}

void the_norm(show::Lesson& lesson, const Tensor& h, const Tensor& n) {
  lesson.section("Layer norm: each word by itself", "(h - mean) / sqrt(var + 0.00001)");
  Tensor average = mean(h, 1, true), centred = h - average, variance = mean(centred * centred, 1, true);
  show_eat(lesson, "mean", average);
  show_eat(lesson, "var", variance);
  show_eat(lesson, "root", sqrt(variance + 1e-5));
  show_eat(lesson, "norm(h)", n);
  lesson.compare("by the loop and by the library", norm_by_hand(h), n);
  lesson.say("Now the mean is 0 and the variance 1, whatever came in. So 10 h + 5 gives the same:");
  lesson.compare("norm(h) and norm(10 h + 5)", n, normed(10 * h + 5), 1e-4);
}

void feed_forward(show::Lesson& lesson, const Example& w, const Tensor& n) {
  lesson.section("Feed-forward: each word by itself", "W_2 relu(W_1 x + b_1) + b_2,  x = norm(h)");
  Tensor hidden = linear(n, w.W_1, w.b_1), out = w.feed(n);
  lesson.name_columns(12);
  show_eat(lesson, "W_1 x + b_1", hidden);
  show_eat(lesson, "relu", relu(hidden));
  show_eat(lesson, "out", out);
  lesson.compare("by the loop and by the library", feed_by_hand(n, w), out);
  lesson.compare("吃 among the four words and alone", eat(out), w.feed(eat(n)));
}

void the_layer_in_both_orders(show::Lesson& lesson, const Example& w, const Tensor& X) {
  lesson.section("The layer, in both orders", "norm(x + f(x))  or  x + f(norm(x))");
  Tensor without = normed(w.attend(X)), post = lesson.broken("no-residual") ? normed(w.feed(without)) : post_norm(w, X),
         pre = pre_norm(w, X);
  lesson.name_columns(12);
  lesson.show("post-norm", post);
  lesson.show("pre-norm", pre);
  lesson.compare("post-norm, ours and the library's", post, by_the_library(w, false));
  lesson.compare("pre-norm, ours and the library's", pre, by_the_library(w, true));
}

void many_layers(show::Lesson& lesson) {
  lesson.section("Many layers", "|dL / dx|  and  |y - mean over tokens| / |y|");
  const std::vector<double> depths{1, 2, 4, 8, 16, 32};
  constexpr std::uint64_t seeds = 10;
  std::vector<std::string> headings{"layers"};
  show::LineChart chart{"How much of the gradient arrives", "layers", "", {}};
  for (const Wiring& wiring : wirings) headings.push_back(wiring.name), chart.series.push_back({wiring.name, depths, {}});
  show::Table gradients(headings), spreads(headings);
  std::vector<std::string> lowest{"lowest"}, highest{"highest"};
  for (double depth : depths) {
    std::vector<std::string> gradient{show::whole(Index(depth))}, differ = gradient;
    for (std::size_t w = 0; w < 4; ++w) {
      std::vector<double> arrived, spread;
      for (std::uint64_t i = 0; i < seeds; ++i) {
        Passed passed = Stack(lesson.seed() + i)(Index(depth), wirings[w]);
        arrived.push_back(passed.gradient), spread.push_back(passed.spread);
      }
      chart.series[w].y.push_back(show::median(arrived));
      gradient.push_back(show::scientific(show::median(arrived)));
      differ.push_back(show::number(show::median(spread), 3));
      if (depth < 32) continue;
      lowest.push_back(show::scientific(*std::min_element(arrived.begin(), arrived.end())));
      highest.push_back(show::scientific(*std::max_element(arrived.begin(), arrived.end())));
    }
    gradients.add_row(gradient), spreads.add_row(differ);
  }
  lesson.say(
      "Six random tokens of width 16 go through untrained layers of two heads. The gradient of some loss L has length 1 behind the last "
      "layer. How long is it at the input? The medians of ten seeds, and for 32 layers the lowest and the highest:");
  lesson.show(gradients.add_row(lowest).add_row(highest));
  lesson.say("And how different are the six tokens still (median)? 1: as different as can be, 0: six times the same vector.");
  lesson.show(spreads);
  chart.log_x = chart.log_y = true;
  lesson.save("depth", show::draw(chart));
}

/// Trains a model for each seed; returns that of the first, for section 8.
std::unique_ptr<Reverser> a_sequence_written_backwards(show::Lesson& lesson, const ReversalBatch& example) {
  lesson.section("A sequence, written backwards", "encoder, decoder, cross-attention");
  const Index steps = lesson.quick() ? 600 : 1500;
  lesson.say(
      "The encoder reads digits and an end mark, the decoder writes the digits in the other order. In training it reads the right answer "
      "up to the place where it writes (teacher forcing); a causal mask hides the rest.");
  lesson.name_columns(16);
  lesson.show("encoder reads", datasets::marks_in_words(example.source));
  lesson.show("decoder reads", datasets::marks_in_words(example.input));
  lesson.show("decoder writes", datasets::marks_in_words(example.target));
  const struct {
    const char* name;
    Index shortest, longest;
    bool positions;
  } kinds[] = {{"4 to 9, no positions", 4, 9, false}, {"8 digits", 8, 8, true}, {"4 to 9 digits", 4, 9, true}};
  show::Table table({"trained on", "marks, forced", "8 digits", "6 digits"});
  table.add_row({"chance: one of 12", "0.08", "0.00", "0.00"});
  std::unique_ptr<Reverser> first;
  for (const auto& kind : kinds) {
    std::vector<double> forced, eight, six;
    for (int i = 0; i < lesson.seeds(); ++i) {
      const std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
      Rng rng(seed);
      auto model = std::make_unique<Reverser>(kind.positions, !lesson.broken("no-mask"), rng);
      train(*model, kind.shortest, kind.longest, steps, rng);
      Marks marks = mark(*model, seed);
      forced.push_back(marks.forced), eight.push_back(marks.eight), six.push_back(marks.six);
      if (kind.shortest == 8 && i == 0) first = std::move(model);
    }
    table.add_row({kind.name, show::median_and_range(forced, 2), show::median_and_range(eight, 2), show::median_and_range(six, 2)});
  }
  lesson.show("parameters", show::whole(first->parameter_count()));
  lesson.show("training", show::whole(steps) + " steps of 32 sequences");
  lesson.show("seeds", lesson.seeds());
  lesson.say(
      "On 1,000 sequences that it was never trained on: the share of marks that are right while it reads the right answer, then the share "
      "of sequences without a mistake while it reads what it wrote itself. Median, lowest and highest of the seeds:");
  lesson.show(table);
  return first;
}

void where_it_looks(show::Lesson& lesson, const Reverser& model, const ReversalBatch& example) {
  lesson.section("Where it looks");
  lesson.say(
      "A model of 8 digits (the first seed) writes the sequence above. At each step, the place of the source with the largest weight:");
  constexpr const char* words[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "end"};  // for marks
  NoGrad no_grad;
  Tensor weights;
  model.decode(example.input, model.encode(example.source), &weights);  // (1, 1, 9, 9)
  show::HeatMap picture{select(select(weights, 0, 0), 0, 0), {}, {}, "Cross-attention"};
  Indices most = argmax(picture.values);
  show::Table looks({"step", "writes", "looks at place", "there stands", "weight"});
  for (Index t = 0; t < 9; ++t) {
    picture.rows.push_back("writes " + std::string(words[example.target.values[t]]));
    picture.columns.push_back(words[example.source.values[t]]);
  }
  for (Index t = 0; t < 8; ++t) {
    Index place = most.values[t];
    looks.add_row({show::whole(t), words[example.target.values[t]], show::whole(place), picture.columns[place],
                   show::number(picture.values.at({t, place}), 2)});
  }
  lesson.show(looks);
  lesson.save("reversal", show::draw(picture));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Norm keeps the numbers of a word at one size. The residual lets the gradient through and keeps the words apart; without it "
      "attention averages them until they are equal. The feed-forward network works on each word by itself. And the order of the source is "
      "known from positions alone: without them the model knows which digits there are, but not where.");
}

void lesson_body(show::Lesson& lesson) {
  Example w;
  const Tensor& X = w.words.X;
  Tensor a = w.attend(X), h = X + a, n = normed(h);
  the_question(lesson, w, X);
  residual(lesson, w, X, a, h);
  the_norm(lesson, h, n);
  feed_forward(lesson, w, n);
  the_layer_in_both_orders(lesson, w, X);
  many_layers(lesson);
  Rng rng(lesson.seed() + 1);
  ReversalBatch example = datasets::reversal(1, 8, true, rng);
  std::unique_ptr<Reverser> first = a_sequence_written_backwards(lesson, example);
  where_it_looks(lesson, *first, example);
  what_to_notice(lesson);
}

const show::LessonInfo info{"38",
                            "The Transformer",
                            "Transformer 架构",
                            "《分析与预测》 §2.1",
                            "Residual connection, layer norm and feed-forward by hand; gradients through many layers; an encoder "
                            "and decoder that reverses sequences.",
                            {{"no-residual", "the layer by hand leaves x + out"}, {"no-mask", "the decoder sees the future in training"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
