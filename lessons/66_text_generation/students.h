#pragma once
#include <qkv/show/lesson.h>

#include <set>

#include "tables.h"
#include "writing.h"

// The models of the lesson and the text they learn from.

constexpr Index order = 8;  // of the longest n-grams that are counted

/// Everything that is trained, and how it went.
struct Students {
  Text text;
  Tables tables;
  std::vector<double> table_bits;
  double table_seconds = 0;
  Rng rng;
  LSTM lstm;
  GPT gpt;
  Training how;
  Course lstm_course, gpt_course;

  static GPTOptions gpt_options(const show::Lesson& lesson) {
    GPTOptions options;
    if (lesson.quick()) options.width = 32, options.layers = 2, options.heads = 2;
    options.causal = !lesson.broken("no-mask");
    options.counts_positions = !lesson.broken("no-offset");
    return options;
  }
  explicit Students(const show::Lesson& lesson)
      : text(lesson.file("text"), lesson.quick() ? 200'000 : 100'000'000),
        tables(text.train, order, text.characters.size()),
        rng(lesson.seed()),
        lstm(text.characters.size(), lesson.quick() ? 32 : 128, lesson.quick() ? 64 : 384, rng),
        gpt(text.characters.size(), rng, gpt_options(lesson)) {
    if (lesson.quick()) how.steps = 300, how.measured = 5000;
  }
};

/// What a model wrote, and how much of it is words.
struct Sample {
  std::string name;
  Style style;
  std::string text;
  double known_words = 0;  // the share of its words that the text has too
};

/// Each model writes `length` characters behind "And ".
inline std::vector<Sample> samples(const Students& students, Index length, bool quick, std::uint64_t seed) {
  const std::vector<std::string> list = datasets::words_of(students.text.whole);
  const std::set<std::string> known(list.begin(), list.end());
  const std::vector<Index> beginning = students.text.characters.encode("And ");
  std::vector<Sample> result;
  const auto add = [&](const std::string& name, const Style& style, auto write_with) {
    Rng rng(seed);
    const std::string written = students.text.characters.decode(write_with(style, rng));
    std::vector<std::string> words = datasets::words_of(written);
    words.pop_back();  // cut short
    const auto right = std::count_if(words.begin(), words.end(), [&](const std::string& word) { return known.count(word) > 0; });
    result.push_back({name, style, written, static_cast<double>(right) / static_cast<double>(words.size())});
  };
  for (Index n : {3, 5, order})
    add("table, n = " + show::whole(n), {1, 0},
        [&](const Style& style, Rng& rng) { return write(students.tables, n, beginning, length, style, rng); });
  for (const Style& style : {Style{0, 0}, Style{0.5, 0}, Style{1, 0}, Style{1, 5}, Style{1.5, 0}}) {
    if (quick && style.temperature != 0) continue;  // drawn from a model that knows little: other processors draw others
    add("GPT", style, [&](const Style& how, Rng& rng) { return write(students.gpt, beginning, length, how, rng); });
  }
  if (!quick) add("LSTM", {1, 0}, [&](const Style& how, Rng& rng) { return write(students.lstm, beginning, length, how, rng); });
  return result;
}
