#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

struct Example {
  Tensor dog = tensor({1.0, 0.2, -0.4, 0.5}), bites = tensor({-0.3, 1.1, 0.6, -0.2}), man = tensor({0.4, -0.8, 0.9, 0.1});
  Tensor W_q = tensor({{0.9, -0.3, 0.5, 0.2}, {0.1, 0.8, -0.6, 0.7}}), W_k = tensor({{-0.5, 0.9, 0.4, 0.3}, {1.0, 0.2, -0.7, 0.6}});

  /// Self-attention over the rows of X; the words themselves are the values.
  Tensor attend(const Tensor& X) const { return scaled_dot_product_attention(linear(X, W_q), linear(X, W_k), X).output; }
};

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

/// Pair (a, b) at position p turns by the angle p / 10000^(2m/d): (a cos - b sin, a sin + b cos).
Tensor rotary_by_hand(const Tensor& x) {
  Index length = x.size(0), d = x.size(1);
  Tensor turned = zeros(x.shape());
  for (Index p = 0; p < length; ++p)
    for (Index m = 0; m < d / 2; ++m) {
      double angle = double(p) / pow(10000.0, 2.0 * double(m) / double(d)), a = x.at({p, 2 * m}), b = x.at({p, 2 * m + 1});
      turned.set({p, 2 * m}, a * cos(angle) - b * sin(angle));
      turned.set({p, 2 * m + 1}, a * sin(angle) + b * cos(angle));
    }
  return turned;
}

/// One row, `count` times.
Tensor repeated(const Tensor& row, Index count) { return zeros({count, row.size(0)}) + row; }

/// Which word came first? Eight words of twelve, among them word 0 and word 1, once each; the answer is 0 if word 0 comes first, else 1.
struct Batch {
  Indices words, first;
};
Batch draw(Index count, Index length, Rng& rng) {
  Batch batch;
  batch.words = Indices({count, length}, std::vector<Index>(count * length));
  batch.first = Indices({count}, std::vector<Index>(count));
  for (Index c = 0; c < count; ++c) {
    Index* words = &batch.words.values[c * length];
    for (Index t = 0; t < length; ++t) words[t] = 2 + rng.below(10);
    std::vector<Index> place = rng.permutation(length);
    words[place[0]] = 0, words[place[1]] = 1;
    batch.first.values[c] = place[0] < place[1] ? 0 : 1;
  }
  return batch;
}

enum class Position { none, sinusoidal, learned, rotary };

/// One attention, the mean over the words, a linear layer.
struct Reader : nn::Module {
  Position position;
  nn::Embedding embed;
  nn::LearnedPosition learned;
  nn::Linear W_q, W_k, W_v, out;
  Reader(Position kind, Rng& rng)
      : position(kind), embed(12, 16, rng), learned(16, 16, rng), W_q(16, 16, rng), W_k(16, 16, rng), W_v(16, 16, rng), out(16, 2, rng) {
    adopt("embed", embed), adopt("W_q", W_q), adopt("W_k", W_k), adopt("W_v", W_v), adopt("out", out);
    if (kind == Position::learned) adopt("learned", learned);
  }
  Tensor operator()(const Indices& words) const {
    Tensor x = embed(words);  // (B, T, 16)
    if (position == Position::sinusoidal) x = x + nn::sinusoidal_encoding(x.size(1), 16);
    if (position == Position::learned) x = learned(x);
    Tensor q = W_q(x), k = W_k(x);
    if (position == Position::rotary) q = nn::rotary(q), k = nn::rotary(k);
    return out(mean(scaled_dot_product_attention(q, k, W_v(x)).output, 1));
  }
};

/// Trains on fresh sentences of eight words.
void train(const Reader& reader, const char* name, Index steps, Rng& rng) {
  optim::Adam adam(reader.parameters(), 0.01);
  show::Progress progress(steps, name);
  for (Index step = 0; step < steps; ++step) {
    Batch batch = draw(64, 8, rng);
    Tensor loss = cross_entropy(reader(batch.words), batch.first);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say("Dog bites man; man bites dog. The same three words. Can attention tell the two apart?");
  lesson.show("dog", x.dog);
  lesson.show("bites", x.bites);
  lesson.show("man", x.man);
}

void without_positions(show::Lesson& lesson, const Example& x, const Tensor& A, const Tensor& B) {
  lesson.section("Without positions");
  Tensor out_A = x.attend(A), out_B = x.attend(B);
  lesson.name_columns(16);
  lesson.show("dog bites man", out_A);
  lesson.show("man bites dog", out_B);
  lesson.say(
      "The same rows in another order: a permutation of the input permutes the output. Each word ends as the same vector, and the mean "
      "over the words, which stands for the sentence, is the same for both:");
  lesson.compare("rows of the one, turned round, and of the other", embedding({2, 1, 0}, out_A), out_B);
  lesson.compare("mean of the one and of the other", mean(out_A, 0), mean(out_B, 0));
  lesson.say("Nor does distance mean anything. Man, two places behind dog, or twelve, the same fillers between:");
  Tensor fillers = repeated(x.bites, 10), near = concat({A, fillers}, 0), far = concat({slice(A, 0, 0, 1), fillers, slice(A, 0, 1, 3)}, 0);
  lesson.compare("what becomes of man, near and far", select(x.attend(near), 0, 2), select(x.attend(far), 0, 12));
}

void a_wave_for_each_position(show::Lesson& lesson, const Example& x, const Tensor& A, const Tensor& B) {
  lesson.section("A wave for each position", "pe[t, 2i] = sin(t / 10000^(2i/d)),  pe[t, 2i+1] = cos(...)");
  Tensor P = nn::sinusoidal_encoding(5, 4);
  lesson.show("pe", P);
  lesson.compare("by the loop and by the library", encoding_by_hand(5, 4), P);
  lesson.say("Added to the words, the two sentences are two:");
  lesson.name_columns(16);
  Tensor first = slice(P, 0, 0, 3);
  lesson.show("dog bites man", mean(x.attend(A + first), 0));
  lesson.show("man bites dog", mean(x.attend(B + first), 0));
}

void the_dot_product_knows_the_distance_only(show::Lesson& lesson, const Example& x) {
  lesson.section("The dot product knows the distance only", "pe_s . pe_t = sum_i cos((s - t) / 10000^(2i/d))");
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
  lesson.show("formula", formula);
  lesson.compare("positions 0 to 4 and 100 to 104", dots, matmul(later_waves, transpose(later_waves)));
  lesson.say("But a model multiplies with W_q and W_k first, and then the place matters again, not the distance alone:");
  auto score = [&](const Tensor& pe) { return matmul(linear(pe, x.W_q), transpose(linear(pe, x.W_k))).at({0, 1}); };
  lesson.name_columns(26);
  lesson.show("score of 0 and 1", score(P));
  lesson.show("score of 100 and 101", score(later));
}

void rotary_turn_the_queries_and_the_keys(show::Lesson& lesson) {
  lesson.section("Rotary: turn the queries and the keys", "pair m at position p turns by p / 10000^(2m/d)");
  Tensor q = repeated(tensor({1.0, 2.0, 0.5, -1.0}), 5), k = repeated(tensor({0.3, -0.6, 1.2, 0.8}), 5);
  Tensor turned = nn::rotary(q), S = matmul(turned, transpose(nn::rotary(k)));
  lesson.show("q at p = 0..4", turned);
  lesson.compare("by the loop and by the library", rotary_by_hand(q), turned);
  lesson.compare("squared lengths before and after", sum(q * q, 1), sum(turned * turned, 1));
  lesson.say("The same query and the same key at every place. What the scores differ by is the distance, and its sign:");
  lesson.show("q_i . k_j", S);
  auto from = [](const Tensor& t, Index offset) { return nn::rotary(t, nn::RotaryLayout::interleaved, 10000, offset); };
  lesson.compare("positions 0 to 4 and 100 to 104", S, matmul(from(q, 100), transpose(from(k, 100))));
}

void learned_a_vector_for_each_position(show::Lesson& lesson, Rng& rng) {
  lesson.section("Learned: a vector for each position");
  lesson.say("A table like that of the words, random at first. Nothing is known about it beforehand, but that it ends:");
  nn::LearnedPosition table(8, 4, rng);
  lesson.show_error("nine words", [&] { table(zeros({1, 9, 4})); });
}

void which_word_came_first(show::Lesson& lesson, Rng& rng) {
  lesson.section("Which word came first?", "trained on eight words");
  lesson.say(
      "Two words, A and B, once each among others. Did A come before B? One attention, the mean over the words, a linear layer; only "
      "what it knows of positions differs. Then sentences twice as long.");
  Rng test_rng(lesson.seed() + 1);
  Batch same = draw(2000, 8, test_rng), longer = draw(2000, 16, test_rng);
  show::Table result({"positions", "parameters", "8 words", "16 words"});
  result.add_row({"chance", "", "0.50", "0.50"});
  const struct {
    const char* name;
    Position kind;
  } kinds[] = {
      {"none", Position::none}, {"sinusoidal", Position::sinusoidal}, {"learned", Position::learned}, {"rotary", Position::rotary}};
  for (auto [name, kind] : kinds) {
    Reader reader(kind, rng);
    train(reader, name, lesson.quick() ? 500 : 4000, rng);
    result.add_row({name, show::whole(reader.parameter_count()), show::number(accuracy(reader(same.words), same.first), 2),
                    show::number(accuracy(reader(longer.words), longer.first), 2)});
  }
  lesson.show(result);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Attention by itself reads a bag of words. Nothing makes it prefer what is near: that, too, must be said with positions. Waves and "
      "turns both make the distance visible; only the turns keep it so behind W_q and W_k.");
  lesson.save("encoding", show::draw(show::HeatMap{nn::sinusoidal_encoding(32, 16), {}, {}, "pe: positions 0 to 31, d = 16"}));
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  Tensor A = stack({x.dog, x.bites, x.man}), B = stack({x.man, x.bites, x.dog});
  Rng rng(lesson.seed());
  the_question(lesson, x);
  without_positions(lesson, x, A, B);
  a_wave_for_each_position(lesson, x, A, B);
  the_dot_product_knows_the_distance_only(lesson, x);
  rotary_turn_the_queries_and_the_keys(lesson);
  learned_a_vector_for_each_position(lesson, rng);
  which_word_came_first(lesson, rng);
  what_to_notice(lesson);
}

const show::LessonInfo info{"37",
                            "Positions",
                            "位置编码",
                            "《分析与预测》 §3.3",
                            "Attention does not see order. Three ways to tell it: waves, a learned table, rotation; and a task "
                            "that fails without.",
                            {{"sine-only", "the waves keep their sines and lose their cosines"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
