// data: bible
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include <filesystem>
#include "students.h"

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "p(next character | all characters before)");
  lesson.say(
      "What comes next? A model that knows how likely each character is can write: draw one, append it, ask again. How good is it? It pays "
      "-log2 p bits for each character that really came. Known beforehand: whoever gives all 5 letters of \"abracadabra\" the same "
      "probability pays log2 5 bits for each.");
  lesson.show("log2 5", std::log2(5.0));
}

void counting(show::Lesson& lesson) {
  lesson.section("Counting", "p_n(c | h) = (count(h c) + kinds(h) p_{n-1}(c)) / (count(h) + kinds(h))");
  const std::string word = "abracadabra";
  const datasets::Characters letters(word);  // number 0 is none of them
  std::vector<Index> numbers = letters.encode(word);
  for (Index& number : numbers) --number;
  const Tables tables(numbers, 3, 5);
  lesson.say("What goes in: abracadabra. An n-gram is n characters in a row. After \"a\" came b, c, d, b: 4 times, 3 kinds. p_0 is 1/5.");
  lesson.say(
      "p_1 of b: it came 2 times of 11, and there are 5 kinds, so p_1 = (2 + 5 p_0) / (11 + 5). Behind \"a\": p_2 = (2 + 3 p_1) / (4 + 3). "
      "Behind \"ra\":");
  show::Table table({"next", "p_1", "p_2, behind a", "p_3, behind ra", "bits: -log2 p_3"});
  const std::vector<Index> before = {letters.encode("r")[0] - 1, letters.encode("a")[0] - 1};
  std::vector<double> sums(3);
  for (Index c = 0; c < 5; ++c) {
    const std::vector<double> p = tables.p(before.data() + 2, 2, c);
    for (std::size_t n = 0; n < 3; ++n) sums[n] += p[n];
    table.add_row(
        {letters.character(c + 1), show::number(p[0]), show::number(p[1]), show::number(p[2]), show::number(-std::log2(p[2]), 2)});
  }
  table.add_row({"sum", show::number(sums[0]), show::number(sums[1]), show::number(sums[2]), ""});
  lesson.show(table);
}

void a_real_text(show::Lesson& lesson, Students& students) {
  lesson.section("A real text");
  const Text& text = students.text;
  if (!text.instead.empty()) lesson.say("lesson 66: " + text.instead);
  lesson.name_columns(26);
  lesson.show("it begins", text.beginning());
  lesson.show("characters to learn from", show::whole(static_cast<Index>(text.train.size())));
  lesson.show("held back", show::whole(static_cast<Index>(text.test.size())));
  lesson.show("different ones", text.characters.size());
  lesson.show("all alike: bits for each", std::log2(static_cast<double>(text.characters.size())));
  lesson.say("Tables, counted on the first part, measured on what was held back:");
  students.table_bits = students.tables.bits(text.test);
  show::Table table({"n", "different n-grams", "bits a character"});
  for (Index n = 1; n <= order; ++n)
    table.add_row({show::whole(n), show::whole(students.tables.size(n)), show::number(students.bits_of_table(n), 3)});
  lesson.show(table);
  lesson.show("counting took", show::number(students.table_seconds, 1) + " s");
}

void two_networks(show::Lesson& lesson, const Students& students) {
  lesson.section("Two networks", "scores = head(norm(layers(token + position)))");
  NoGrad no_graph;
  const Index context = students.gpt.context();
  const Indices tokens = windows(students.text.test, {0}, context);
  Indices changed = tokens;
  changed.values.back() = (changed.values.back() + 1) % students.text.characters.size();
  Tensor scores = students.gpt(tokens), other = students.gpt(changed);
  lesson.name_columns(34);
  lesson.show("LSTM: parameters", students.lstm.parameter_count());
  lesson.show("GPT: parameters", students.gpt.parameter_count());
  lesson.show("GPT: characters it can look at", context);
  lesson.show("scores behind each of them", scores.shape().text());
  lesson.show("LSTM untrained: bits", said(students.lstm, students.text.test, 5000).bits());
  lesson.show("GPT untrained: bits", said(students.gpt, students.text.test, 5000).bits());
  lesson.say(
      "One pass gives a score behind every character. For that, none may see what comes later. Another last character must change the last "
      "scores alone:");
  lesson.show("change before it", max(abs(slice(scores - other, 1, 0, context - 1))).item());
  lesson.show("change behind it: any?", max(abs(slice(scores - other, 1, context - 1, context))).item() > 0);
}

void bits_against_seconds(show::Lesson& lesson, Students& students) {
  lesson.section("Bits against seconds", "loss = -log p(next), AdamW");
  const bool given = !lesson.file("weights").empty();
  if (given) {
    students.networks.gpt.load(io::load_safetensors(lesson.file("weights")));
    lesson.say("The GPT's weights come from a file: only the LSTM is trained.");
  }
  students.lstm_course = train(students.networks.lstm, students.text, students.how, students.rng, "LSTM", lesson.training_path("LSTM"));
  if (!given)
    students.gpt_course = train(students.networks.gpt, students.text, students.how, students.rng, "GPT", lesson.training_path("GPT"));
  const Said lstm = said(students.lstm, students.text.test, 60'000), gpt = said(students.gpt, students.text.test, 60'000);
  lesson.show(students.comparison(lstm, gpt));
  lesson.say("The same characters for all, " + show::whole(static_cast<Index>(gpt.p.size())) +
             " spread over the part that was held back. Half each: the mean of two probabilities.");
  lesson.save("bits", draw(students.chart(false)));
  lesson.save("seconds", draw(students.chart(true)));
}

void other_seeds(show::Lesson& lesson, const Students& students) {
  lesson.section("Other seeds");
  Training shorter = students.how;
  shorter.steps /= 8;
  shorter.measured = 0;
  lesson.say(
      "Both networks again, from other first numbers and with other windows, for an eighth of the steps. Bits on the part that was held "
      "back, median and range:");
  const OtherSeeds bits(students, lesson, shorter);
  lesson.name_columns(26);
  lesson.show("seeds", lesson.seeds());
  lesson.show("steps", shorter.steps);
  lesson.show("LSTM", show::median_and_range(bits.lstm, 2));
  lesson.show("GPT", show::median_and_range(bits.gpt, 2));
  lesson.show("GPT minus LSTM", show::median_and_range(bits.difference, 2));
}

void how_far_back(show::Lesson& lesson, const Students& students) {
  lesson.section("How far back?");
  lesson.say("The same places, but only the last few characters may be seen. What do the others add?");
  show::Table table({"characters seen", "table", "LSTM", "GPT"});
  const Index count = lesson.quick() ? 300 : 2000;
  for (Index seen = 1; seen <= students.gpt.context(); seen *= 2)
    table.add_row({show::whole(seen), seen < order ? show::number(students.bits_of_table(seen + 1), 2) : "",
                   show::number(bits_behind(students.lstm, students.text.test, seen, count), 2),
                   show::number(bits_behind(students.gpt, students.text.test, seen, count), 2)});
  lesson.show(table);
}

void what_it_writes(show::Lesson& lesson, const Students& students) {
  lesson.section("What it writes", "p = softmax(scores / temperature)");
  lesson.say("Each model goes on behind \"" + escaped(students.text.prompt()) + "\". A slash stands for the end of a line.");
  show::Table table({"model", "temperature", "top k", "words that the text has"});
  const std::vector<Sample> all = samples(students, lesson.quick() ? 200 : 1500, lesson.quick(), lesson.seed());
  for (const Sample& each : all)
    table.add_row({each.name, show::number(each.style.temperature, 1), each.style.top_k ? show::whole(each.style.top_k) : "all",
                   show::number(each.known_words, 2)});
  lesson.show(table);
  lesson.name_columns(22);
  for (const Sample& each : all) lesson.show(each.label(), each.first(lesson.quick() ? 24 : 160));
}

void what_is_kept(show::Lesson& lesson, const Students& students) {
  lesson.section("What is kept", "K <- [K; x W_k],  V <- [V; x W_v]");
  lesson.say(
      "To write a character, its query must look at the keys and values of all characters before. These do not change when the text grows. "
      "So they are kept, and only the newest character goes through the network.");
  NoGrad no_graph;
  const Index context = students.gpt.context();
  const Indices tokens = windows(students.text.test, {0}, context);
  Memory memory;
  Tensors one_by_one;
  for (Index t = 0; t < context; ++t) one_by_one.push_back(students.gpt(windows(students.text.test, {t}, 1), &memory));
  lesson.compare("scores, read anew and one by one with what is kept", students.gpt(tokens), concat(one_by_one, 1), 1e-4);
  lesson.say("How long does a character take? The same network, untrained, with room for more:");
  show::Table table({"characters before", "read anew", "kept"});
  const show::LineChart chart = one_more_character(students.text.characters.size(), students.gpt.options, lesson.quick() ? 128 : 1024);
  for (std::size_t i = 0; i < chart.series[0].x.size(); ++i)
    table.add_row({show::number(chart.series[0].x[i], 0), show::number(chart.series[0].y[i], 2) + " ms",
                   show::number(chart.series[1].y[i], 2) + " ms"});
  lesson.show(table);
  if (!lesson.out_dir().empty()) lesson.save("milliseconds", draw(chart));
  const Index length = lesson.quick() ? 100 : 1000;
  lesson.name_columns(44);
  for (bool keep : {false, true}) {
    Rng draw(lesson.seed());
    show::Stopwatch clock;
    write(students.gpt, {1}, length, {1, 0}, draw, keep);
    lesson.show(keep ? "the trained one, kept: a character in" : "the trained one, read anew: a character in",
                show::number(1000 * clock.seconds() / static_cast<double>(length), 2) + " ms");
  }
}

void from_a_file(show::Lesson& lesson, const Students& students) {
  lesson.section("From a file");
  const std::string folder = lesson.out_dir().empty() ? std::filesystem::temp_directory_path().string() : lesson.out_dir();
  const std::string path = folder + "/66_gpt_" + std::to_string(lesson.seed()) + ".safetensors";
  io::save_safetensors(path, students.gpt.named_parameters());
  Rng other(lesson.seed() + 1), one(7), two(7);
  GPT loaded(students.text.characters.size(), other, students.gpt.options);
  loaded.load(io::load_safetensors(path));
  const bool same = write(loaded, {1}, 100, {1, 0}, one) == write(students.gpt, {1}, 100, {1, 0}, two);
  lesson.name_columns(46);
  lesson.show("numbers in the file", students.gpt.parameter_count());
  lesson.show("loaded, it writes the same 100 characters", same);
  if (lesson.out_dir().empty()) std::filesystem::remove(path);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "In the full run, tables that are counted in seconds are ahead of both networks, and the LSTM is ahead of the GPT: on this text, "
      "after so little training. But half a network and half a table are better than either. The networks know something that a few "
      "characters "
      "do not show. What attention with a mask buys here is time: all characters of a window are learned from at once, and what was read "
      "is kept.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  counting(lesson);
  Students students(lesson);
  a_real_text(lesson, students);
  two_networks(lesson, students);
  bits_against_seconds(lesson, students);
  other_seeds(lesson, students);
  how_far_back(lesson, students);
  what_it_writes(lesson, students);
  what_is_kept(lesson, students);
  from_a_file(lesson, students);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "66",
    "Text generation",
    "文本生成",
    "《认知平衡》 §6.1; 《分析与预测》 §1.2",
    "A text is learned character by character, by counting, by an LSTM and by a small GPT; then they write.",
    {{"no-mask", "the GPT may see the characters that it is to predict"}, {"no-offset", "a character read alone always gets position 0"}},
    3,
    {{"text", "learn from this text instead (20,000 characters or more)"},
     {"weights", "take the GPT's weights from this file, which an earlier run saved"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
