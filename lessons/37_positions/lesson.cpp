#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "reader.h"

namespace {

/// pe[t, 2i] = sin(t / 10000^(2i/d)), pe[t, 2i+1] = cos of the same, number by number.
Tensor encoding_by_hand(Index length, Index d) {
  Tensor pe = zeros({length, d});
  for (Index t = 0; t < length; ++t)
    for (Index i = 0; i < d / 2; ++i) {
      double angle = double(t) / pow(10000.0, 2.0 * double(i) / double(d));
      pe.set({t, 2 * i}, sin(angle));
      pe.set({t, 2 * i + 1}, cos(angle));
    }
  return pe;
}

/// Pair m = (a, b) at position t, rotated by the angle t / 10000^(2m/d): (a cos - b sin, a sin + b cos).
Tensor rotary_by_hand(const Tensor& x) {
  Index length = x.size(0), d = x.size(1);
  Tensor rotated = zeros(x.shape());
  for (Index t = 0; t < length; ++t)
    for (Index m = 0; m < d / 2; ++m) {
      double angle = double(t) / pow(10000.0, 2.0 * double(m) / double(d)), a = x.at({t, 2 * m}), b = x.at({t, 2 * m + 1});
      rotated.set({t, 2 * m}, a * cos(angle) - b * sin(angle));
      rotated.set({t, 2 * m + 1}, a * sin(angle) + b * cos(angle));
    }
  return rotated;
}

/// One row, `count` times.
Tensor repeated(const Tensor& row, Index count) { return zeros({count, row.size(0)}) + row; }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "Dog bites man; man bites dog. The same three words. Can attention tell the two sentences apart? Each word is a vector; W_q and W_k "
      "make its query and its key, and the vector itself is the value.");
  lesson.show("dog", x.dog);
  lesson.show("bites", x.bites);
  lesson.show("man", x.man);
  lesson.show("W_q", x.W_q);
  lesson.show("W_k", x.W_k);
}

void without_positions(show::Lesson& lesson, const Example& x) {
  lesson.section("Without positions", "softmax(q k^T / sqrt(2)) x");
  Tensor A = x.dog_bites_man, out_A = x.attend(A), out_B = x.attend(x.man_bites_dog);
  lesson.name_columns(16);
  lesson.show("dog bites man", out_A);
  lesson.show("man bites dog", out_B);
  lesson.say("The same rows in another order. The mean over the words, which stands for the sentence, is therefore the same for both:");
  lesson.compare("rows of the first, last row first, and of the second", embedding({2, 1, 0}, out_A), out_B);
  lesson.compare("mean of the first and of the second", mean(out_A, 0), mean(out_B, 0));
  lesson.say("Distance has no effect either. Ten more words stand in the sentence, behind man or between dog and man:");
  Tensor fillers = repeated(x.bites, 10), near = concat({A, fillers}, 0), far = concat({slice(A, 0, 0, 1), fillers, slice(A, 0, 1, 3)}, 0);
  lesson.compare("the result for man, two words from dog and twelve", select(x.attend(near), 0, 2), select(x.attend(far), 0, 12));
}

void a_wave_for_each_pair(show::Lesson& lesson, const Example& x) {
  lesson.section("Sinusoidal: waves", "pe[t, 2i] = sin(t / 10000^(2i/d)),  pe[t, 2i+1] = cos(...)");
  Tensor P = nn::sinusoidal_encoding(5, 4);
  lesson.show("pe", P);
  lesson.compare("by the loop and by the library", encoding_by_hand(5, 4), P);
  lesson.say("The encoding is added to the words. Now the two sentences have different means:");
  lesson.name_columns(16);
  Tensor first = slice(P, 0, 0, 3);
  lesson.show("dog bites man", mean(x.attend(x.dog_bites_man + first), 0));
  lesson.show("man bites dog", mean(x.attend(x.man_bites_dog + first), 0));
}

void their_dot_product(show::Lesson& lesson, const Example& x) {
  lesson.section("Their dot product depends on the distance only", "pe_s . pe_t = sum_i cos((s - t) / 10000^(2i/d))");
  Tensor P = nn::sinusoidal_encoding(5, 4), later = nn::sinusoidal_encoding(5, 4, 10000, 100);  // positions 100 to 104
  Tensor waves = P, later_waves = later;
  if (lesson.broken("sine-only")) {
    waves = slice(P, 1, 0, 4, 2);
    later_waves = slice(later, 1, 0, 4, 2);
  }
  Tensor dots = matmul(waves, transpose(waves));
  lesson.show("pe . pe", dots);
  Tensor formula = zeros({5});
  for (Index k = 0; k < 5; ++k) formula.set({k}, cos(double(k)) + cos(double(k) / 100));
  lesson.say("The formula, for the distances 0 to 4:");
  lesson.show("formula", formula);
  lesson.compare("positions 0 to 4 and 100 to 104", dots, matmul(later_waves, transpose(later_waves)));
  lesson.say("But a model multiplies by W_q and W_k before the dot product. Then the positions themselves matter again:");
  auto score = [&](const Tensor& pe) { return matmul(linear(pe, x.W_q), transpose(linear(pe, x.W_k))).at({0, 1}); };
  lesson.name_columns(26);
  lesson.show("score of 0 and 1", score(P));
  lesson.show("score of 100 and 101", score(later));
}

void rotary(show::Lesson& lesson) {
  lesson.section("Rotary: rotate queries and keys", "pair m at position t is rotated by t / 10000^(2m/d)");
  lesson.say("The same query and the same key stand at each of five positions:");
  Tensor one_q = tensor({1.0, 2.0, 0.5, -1.0}), one_k = tensor({0.3, -0.6, 1.2, 0.8});
  lesson.show("q", one_q);
  lesson.show("k", one_k);
  Tensor q = repeated(one_q, 5), k = repeated(one_k, 5), rotated = nn::rotary(q), S = matmul(rotated, transpose(nn::rotary(k)));
  lesson.name_columns(16);
  lesson.show("q, t = 0 to 4", rotated);
  lesson.compare("by the loop and by the library", rotary_by_hand(q), rotated);
  lesson.compare("squared lengths before and after", sum(q * q, 1), sum(rotated * rotated, 1));
  lesson.say("Each score depends on the distance alone, and on its sign: every diagonal holds one number.");
  lesson.show("q_s . k_t", S);
  auto from = [](const Tensor& x, Index offset) { return nn::rotary(x, nn::RotaryLayout::interleaved, 10000, offset); };
  lesson.compare("positions 0 to 4 and 100 to 104", S, matmul(from(q, 100), transpose(from(k, 100))));
}

void learned(show::Lesson& lesson) {
  lesson.section("Learned: a vector for each position", "x_t + w_t");
  lesson.say("A table like that of the words, random at first and trained with the model. It has an end:");
  Rng rng(lesson.seed());
  nn::LearnedPosition table(8, 4, rng);
  lesson.show_error("nine words", [&] { table(zeros({1, 9, 4})); });
}

void which_word_came_first(show::Lesson& lesson) {
  lesson.section("Which word came first?", "trained on eight words");
  const Index steps = lesson.quick() ? 500 : 2000;
  lesson.say(
      "Two words, A and B, stand once each among six others. Did A come before B? The model has one attention, the mean over the words and "
      "a linear layer; only the positions differ. Accuracy on new sentences of eight words, and of sixteen, twice as long as in training: "
      "the median of the seeds, the lowest and the highest.");
  lesson.show("seeds", lesson.seeds());
  lesson.show("steps", show::whole(steps));
  show::Table result({"positions", "parameters", "8 words", "16 words"});
  result.add_row({"chance", "", "0.50", "0.50"});
  const struct {
    const char* name;
    Position kind;
  } kinds[] = {
      {"none", Position::none}, {"sinusoidal", Position::sinusoidal}, {"learned", Position::learned}, {"rotary", Position::rotary}};
  for (auto [name, kind] : kinds) {
    std::vector<double> same, longer;
    Index parameters = 0;
    for (int i = 0; i < lesson.seeds(); ++i) {
      const std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
      Rng rng(seed);
      Reader reader(kind, rng);
      train(reader, 8, steps, rng);
      same.push_back(right(reader, 8, seed)), longer.push_back(right(reader, 16, seed));
      parameters = reader.parameter_count();
    }
    result.add_row({name, show::whole(parameters), show::median_and_range(same, 2), show::median_and_range(longer, 2)});
  }
  lesson.show(result);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Attention by itself does not see the order of the words, and does not prefer near words to far ones. Positions must be given to it. "
      "In the dot product of two encodings only their distance counts; with rotary this is still so after W_q and W_k.");
  lesson.save("encoding", show::draw(show::HeatMap{nn::sinusoidal_encoding(32, 16), {}, {}, "pe: positions 0 to 31, d = 16"}));
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  the_question(lesson, x);
  without_positions(lesson, x);
  a_wave_for_each_pair(lesson, x);
  their_dot_product(lesson, x);
  rotary(lesson);
  learned(lesson);
  which_word_came_first(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"37",
                            "Positions",
                            "位置编码",
                            "《分析与预测》 §3.3",
                            "Attention does not see order. Three ways to tell it: waves, a learned table, rotation; and a task "
                            "that fails without.",
                            {{"sine-only", "the waves keep their sines and lose their cosines"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
