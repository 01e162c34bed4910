#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "../47_complexity/measuring.h"
#include "layouts.h"
#include "meeting.h"

namespace {

/// Self-attention along axis 1, X (B, T, d); or, as a mistake, of all B T places in one row.
Tensor attend(const Tensor& X, bool as_one_row) {
  if (as_one_row) return reshape(attend(reshape(X, {1, -1, X.size(2)}), false), X.shape());
  Tensor alpha = softmax(matmul(X, transpose(X)) / sqrt(static_cast<double>(X.size(2))));  // (B, T, T): no entry for two sequences
  return matmul(alpha, X);                                                                 // (B, T, d)
}

/// Numbers that are not exactly what they were.
Index changed(const Tensor& before, const Tensor& after) {
  Index count = 0;
  for (Index i = 0; i < before.size(); ++i) count += before.data()[i] != after.data()[i];
  return count;
}

const Tensor A = tensor({{1, 0}, {0, 2}, {1, 1}}), B = tensor({{2, 0}, {0, 1}, {-1, 1}});

void two_in_one_tensor(show::Lesson& lesson, const Tensor& X, bool as_one_row) {
  lesson.section("Two sequences, one tensor", "alpha = softmax(X X^T / sqrt(2)),  Y = alpha X");
  lesson.say("Two sequences of three vectors of width two. X is (2, 3, 2): sequence, place, width.");
  lesson.show("X", X);
  lesson.show("X X^T", matmul(X, transpose(X)));
  lesson.show("alpha", softmax(matmul(X, transpose(X)) / sqrt(2.0)));
  Tensor Y = attend(X, as_one_row);
  lesson.show("Y", Y);
  lesson.compare("sequence 0, in the tensor and alone", Y[0], attend(unsqueeze(A, 0), false)[0]);
  lesson.compare("sequence 1, in the tensor and alone", Y[1], attend(unsqueeze(B, 0), false)[0]);
}

void change_the_second(show::Lesson& lesson, const Tensor& X, bool as_one_row) {
  lesson.section("Change the second");
  lesson.say("Ten times as large, and nothing like it was. How many of the six numbers of each output change?");
  Tensor other = stack({A, 10 * B}), before = attend(X, as_one_row), after = attend(other, as_one_row);
  lesson.name_columns(44);
  lesson.show("changed in output 0", changed(before[0], after[0]));
  lesson.show("changed in output 1", changed(before[1], after[1]));
  Tensor leaf = X.clone().requires_grad(true);
  sum(attend(leaf, as_one_row)[0] * tensor({{1, -2}, {3, 0.5}, {-1, 2}})).backward();
  lesson.show("gradient of output 0 by sequence 0", norm(leaf.grad()[0]).item());
  lesson.show("gradient of output 0 by sequence 1", norm(leaf.grad()[1]).item());
  Index moved = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    EvalMode no_dropout;
    nn::TransformerEncoderLayer block(16, 4, 32, rng);
    Tensor x = randn({4, 7, 16}, rng), y = concat({slice(x, 0, 0, 1), randn({3, 7, 16}, rng, 0, 100)}, 0);
    moved += changed(block(x)[0], block(y)[0]), all += 7 * 16;
  }
  lesson.say("Ten random Transformer blocks (multi-head attention, layer norm, two linear layers), three of four sequences replaced:");
  lesson.show("numbers of sequence 0", show::whole(all));
  lesson.show("changed", moved);
}

void lengths_differ(show::Lesson& lesson) {
  lesson.section("Unequal lengths", "softmax(scores, padding = -inf)");
  lesson.say("Let the second sequence have two places only. The tensor still has three, and zeros fill the last one. Do zeros do no harm?");
  Tensor X = unsqueeze(concat({slice(B, 0, 0, 2), zeros({1, 2})}, 0), 0), alone = unsqueeze(slice(B, 0, 0, 2), 0);
  AttentionOptions masked;
  masked.mask = padding_mask({2}, 3);
  lesson.name_columns(28);
  lesson.show("alpha, two places alone", scaled_dot_product_attention(alone, alone, alone).weights[0]);
  lesson.show("alpha, with the zeros", scaled_dot_product_attention(X, X, X).weights[0]);
  lesson.show("alpha, with a mask", scaled_dot_product_attention(X, X, X, masked).weights[0]);
  lesson.say("A vector of zeros has the score 0, and exp(0) is 1. Only the mask gives it the weight 0.");
  lesson.compare("alone, and with a mask", attend(alone, false), slice(scaled_dot_product_attention(X, X, X, masked).output, 1, 0, 2));
}

void where_they_meet(show::Lesson& lesson, const Tensor& X) {
  lesson.section("Where they meet");
  lesson.say("Four ways to give the two sequences to attention. The second is changed as before: what happens to the first?");
  const Index T = 3;
  AttentionOptions apart;
  apart.mask = strangers({{0, 1}}, {T, T}).reshaped({1, 2 * T, 2 * T});
  const auto in_one_row = [&](const Tensor& x, const AttentionOptions& options) {
    Tensor row = reshape(x, {1, 2 * T, 2});
    return slice(scaled_dot_product_attention(row, row, row, options).output[0], 0, 0, T);
  };
  const struct {
    const char *name, *shape;
    Index pairs;
    std::function<Tensor(const Tensor&)> first;  // X -> the output of the first sequence
  } ways[] = {{"one tensor, a sequence each", "(2, 3, 2)", 2 * T * T, [](const Tensor& x) { return attend(x, false)[0]; }},
              {"one row of six", "(1, 6, 2)", 4 * T * T, [&](const Tensor& x) { return in_one_row(x, {}); }},
              {"one row of six, a mask between", "(1, 6, 2)", 4 * T * T, [&](const Tensor& x) { return in_one_row(x, apart); }},
              {"cross-attention, 0 asks 1", "(3, 2), (3, 2)", T * T,
               [](const Tensor& x) { return scaled_dot_product_attention(x[0], x[1], x[1]).output; }}};
  show::Table table({"", "shape", "pairs scored", "changed, of 6", "sequence 0 moves by"});
  const Tensor other = stack({A, 10 * B});
  for (const auto& way : ways)
    table.add_row({way.name, way.shape, show::whole(way.pairs), show::whole(changed(way.first(X), way.first(other))),
                   show::number(norm(way.first(other) - way.first(X)).item())});
  lesson.show(table);
  lesson.compare("one tensor, and one row with the mask", ways[0].first(X), ways[2].first(X));
}

void fill_tensors(show::Lesson& lesson, const std::string& title, Index shortest, double spread, Rng& rng) {
  const Index count = lesson.quick() ? 64 : 128, d = 64;
  NoGrad no_graph;
  const Tensors sequences = draw_sequences(count, d, shortest, spread, rng);
  const std::vector<Index> lengths = lengths_of(sequences);
  const Index words = std::accumulate(lengths.begin(), lengths.end(), Index{0});
  nn::MultiheadAttention layer(d, 4, rng);
  lesson.say(title + ": " + show::whole(count) + " sequences, " + show::whole(words) + " places, the longest " +
             show::whole(*std::max_element(lengths.begin(), lengths.end())) + ".");
  const struct {
    const char* name;
    Layout layout;
  } ways[] = {{"one by one", padded(in_order(count), 1)},
              {"32 a tensor, sorted by length", padded(by_length(lengths), 32)},
              {"packed, rows of up to 64", packed(lengths, 64)},
              {"packed, rows of up to 256", packed(lengths, 256)},
              {"32 a tensor, as they come", padded(in_order(count), 32)}};
  std::vector<std::function<void()>> works;
  for (const auto& way : ways) works.push_back([&] { attend_each(layer, sequences, way.layout); });
  const std::vector<std::string> times = ratios(works, 1);
  show::Table table({"", "rows", "places filled", "multiply-adds", "time / last row's"});
  double worst = 0;
  const Tensor alone = concat(attend_each(layer, sequences, ways[0].layout), 0);
  for (std::size_t i = 0; i < works.size(); ++i) {
    const Cost cost = cost_of(ways[i].layout, lengths, d);
    worst = std::max(worst, static_cast<double>(max(abs(concat(attend_each(layer, sequences, ways[i].layout), 0) - alone)).item()));
    table.add_row({ways[i].name, show::whole(cost.rows), show::number(100.0 * double(words) / double(cost.places), 0) + "%",
                   show::whole(cost.multiply_adds), times[i]});
  }
  lesson.show(table);
  lesson.show("all five give the same, to 1e-5", worst < 1e-5);
}

void do_both_have_it(show::Lesson& lesson, Index steps) {
  lesson.section("Do both have it?");
  lesson.say(
      "Two sequences of eight letters, of twelve that there are. Of each letter in the first: does it stand in the second? The same small "
      "network judges a letter and what was brought to it. Only the way in which the two may meet differs.");
  show::Table table({"", "steps", "best possible", "right"});
  table.add_row({"always yes", "", "", show::number(always_yes(), 3)});
  for (const Contestant& row : contestants(steps)) {
    std::vector<double> right;
    for (int s = 0; s < lesson.seeds(); ++s) {
      Rng rng(lesson.seed() + static_cast<std::uint64_t>(s));
      Judge judge(row.meeting, rng);
      right.push_back(learn(judge, row.steps, rng));
    }
    table.add_row({row.name, show::whole(row.steps), show::number(row.best, 3), show::median_and_range(right, 3)});
  }
  lesson.show(table);
  lesson.name_columns(28);
  lesson.show("seeds", lesson.seeds());
}

void who_asks_whom(show::Lesson& lesson, Index steps) {
  lesson.section("Who asks whom");
  Rng rng(lesson.seed());
  Judge judge(Meeting::cross, rng);
  learn(judge, steps, rng);
  NoGrad no_graph;
  const Indices first{{0, 3, 1, 2, 4, 7, 5, 1}}, second{{2, 6, 1, 8, 9, 4, 0, 10}};
  const auto names = [](const Indices& sequence) {
    std::vector<std::string> text;
    for (Index letter : sequence.values) text.emplace_back(1, static_cast<char>('a' + letter));
    return text;
  };
  Tensor alpha = judge.brought(judge.vectors(first, 0), judge.vectors(second, 1)).weights[0];
  lesson.say("The first sequence is a d b c e h f b, the second c g b i j e a k. How much weight lies on the same letter?");
  show::Table table({"letter", "weight on the same letter"});
  for (Index i = 0; i < length; ++i)
    for (Index j = 0; j < length; ++j)
      if (first.values[i] == second.values[j]) table.add_row({names(first)[i], show::number(alpha.at({i, j}), 2)});
  lesson.show(table);
  lesson.save("cross", show::draw(show::HeatMap{alpha, names(first), names(second), "Letters of the first (rows) over the second"}));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A tensor of three axes holds many sequences and keeps them apart: what happens in one leaves the others exactly as they are. That "
      "is what a batch is for. Sequences of unequal length need padding, and padding needs a mask. What one sequence is to learn from "
      "another must meet it: in one row, or in cross-attention.");
}

void lesson_body(show::Lesson& lesson) {
  const bool as_one_row = lesson.broken("one-row");
  Rng rng(lesson.seed());
  const Index steps = lesson.quick() ? 300 : 1000;
  const Tensor X = stack({A, B});
  lesson.section("The question");
  lesson.say(
      "Several sequences stand in one tensor of three axes, and attention is applied. Does a sequence learn anything about the others?");
  two_in_one_tensor(lesson, X, as_one_row);
  change_the_second(lesson, X, as_one_row);
  lengths_differ(lesson);
  where_they_meet(lesson, X);
  lesson.section("Filling tensors", "d = 64, four heads, one thread");
  const int threads = kernels::threads();
  kernels::set_threads(1);
  fill_tensors(lesson, "Lengths that differ much", 4, 2.77, rng);
  fill_tensors(lesson, "Equal lengths", 16, 0, rng);
  kernels::set_threads(threads);
  do_both_have_it(lesson, steps);
  who_asks_whom(lesson, steps);
  what_to_notice(lesson);
}

const show::LessonInfo info{"92",
                            "Many sequences",
                            "多个序列",
                            "《解密注意力》 §6",
                            "Several sequences in one tensor: change one, and the others do not move; padding, packing, and where two "
                            "sequences do meet.",
                            {{"one-row", "the tensor is read as one long row, and nothing says where a sequence ends"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
