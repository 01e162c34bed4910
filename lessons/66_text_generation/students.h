#pragma once
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>
#include <qkv/show/text.h>

#include <set>

#include "tables.h"
#include "writing.h"

// The models of the lesson and the text they learn from.

constexpr Index order = 7;  // of the longest n-grams that are counted

/// The two networks, of about the same size.
struct Networks {
  LSTM lstm;
  GPT gpt;

  Networks(Index characters, const show::Lesson& lesson, Rng& rng)
      : lstm(characters, lesson.quick() ? 32 : 128, lesson.quick() ? 64 : 384, rng), gpt(characters, rng, options(lesson)) {}
  static GPTOptions options(const show::Lesson& lesson) {
    GPTOptions options;
    if (lesson.quick()) options.width = 32, options.layers = 2, options.heads = 2;
    options.causal = !lesson.broken("no-mask");
    options.counts_positions = !lesson.broken("no-offset");
    return options;
  }
};

/// Everything that is trained, and how it went.
struct Students {
  Text text;
  show::Stopwatch counting;
  Tables tables;
  double table_seconds;
  std::vector<double> table_bits;
  Rng rng;
  Networks networks;
  const LSTM& lstm = networks.lstm;
  const GPT& gpt = networks.gpt;
  Training how;
  Course lstm_course, gpt_course;

  explicit Students(const show::Lesson& lesson)
      : text(lesson.file("text"), lesson.quick() ? 200'000 : 100'000'000),
        tables(text.train, order, text.characters.size()),
        table_seconds(counting.seconds()),
        rng(lesson.seed()),
        networks(text.characters.size(), lesson, rng) {
    if (lesson.quick()) how.steps = 600, how.measured = 5000;
  }
  /// What the table of n-grams gave to the same characters as a network, or the mean of both with `share` of the network.
  Said table_said(const Said& network, Index n, double share) const {
    Said both = network;
    for (std::size_t i = 0; i < both.p.size(); ++i) {
      const std::size_t at = static_cast<std::size_t>(both.places[i]);
      both.p[i] = share * both.p[i] + (1 - share) * tables.p(text.test.data() + at, at, text.test[at])[static_cast<std::size_t>(n - 1)];
    }
    return both;
  }
  /// Tables, networks, and half of each, on the same characters.
  show::Table comparison(const Said& of_lstm, const Said& of_gpt) const {
    show::Table table({"model", "steps", "seconds", "bits, learned from", "bits, held back"});
    for (Index n : {Index(1), Index(3), Index(5), order})
      table.add_row({"table, n = " + show::whole(n), "", n == order ? show::number(table_seconds, 1) + " s" : "", "",
                     show::number(table_said(of_gpt, n, 0).bits(), 3)});
    const auto add = [&](const char* name, const Course& course, double bits) {
      const bool trained = !course.seconds.empty();
      table.add_row({name, trained ? show::whole(how.steps) : "", trained ? show::number(course.seconds.back(), 1) + " s" : "",
                     trained ? show::number(course.training_bits.back(), 2) : "", show::number(bits, 3)});
    };
    add("LSTM", lstm_course, of_lstm.bits());
    add("GPT", gpt_course, of_gpt.bits());
    add("LSTM and table, half each", {}, table_said(of_lstm, order, 0.5).bits());
    add("GPT and table, half each", {}, table_said(of_gpt, order, 0.5).bits());
    return table;
  }
  /// The networks while they learn, over seconds or over the characters that they have read; the tables are lines across.
  show::LineChart chart(bool seconds) const {
    show::LineChart chart{"Bits a character while it learns", seconds ? "seconds" : "characters read", "bits a character", {}};
    chart.log_x = true;
    double first = infinity, last = 0;
    const auto add = [&](const char* name, const Course& course) {
      if (course.bits.empty()) return;
      chart.series.push_back({name, seconds ? course.seconds : course.characters, course.bits});
      first = std::min(first, chart.series.back().x.front());
      last = std::max(last, chart.series.back().x.back());
    };
    add("LSTM", lstm_course);
    add("GPT", gpt_course);
    for (Index n : {Index(3), Index(5), order})
      chart.series.push_back({"table, n = " + show::whole(n), {first, last}, {bits_of_table(n), bits_of_table(n)}});
    return chart;
  }
  double bits_of_table(Index n) const { return table_bits[static_cast<std::size_t>(n - 1)]; }
};

/// Both networks learn from other first numbers and with other windows: their bits on what was held back, for each seed.
struct OtherSeeds {
  std::vector<double> lstm, gpt, difference;

  OtherSeeds(const Students& students, const show::Lesson& lesson, const Training& how) {
    for (int i = 0; i < lesson.seeds(); ++i) {
      Rng rng(lesson.seed() + 1 + static_cast<std::uint64_t>(i));
      Networks pair(students.text.characters.size(), lesson, rng);
      train(pair.lstm, students.text, how, rng, "LSTM", "");
      train(pair.gpt, students.text, how, rng, "GPT", "");
      lstm.push_back(said(pair.lstm, students.text.test, 60'000).bits());
      gpt.push_back(said(pair.gpt, students.text.test, 60'000).bits());
      difference.push_back(gpt.back() - lstm.back());
    }
  }
};

/// What a model wrote, and how much of it is words.
struct Sample {
  std::string name;
  Style style;
  std::string text;
  double known_words = 0;  // the share of its words that the text has too

  std::string label() const {
    return name + (style.top_k ? ", top " + show::whole(style.top_k) : ", " + show::number(style.temperature, 1));
  }
  /// Its first characters, on one line.
  std::string first(std::size_t count) const {
    std::string line;
    for (const std::string& character : show::characters(text)) {
      if (count-- == 0) break;
      line += character == "\n" ? " / " : escaped(character);
    }
    return line;
  }
};

/// Each model writes `length` characters behind the prompt.
inline std::vector<Sample> samples(const Students& students, Index length, bool quick, std::uint64_t seed) {
  const std::vector<std::string> list = datasets::words_of(students.text.whole);
  const std::set<std::string> known(list.begin(), list.end());
  const std::vector<Index> beginning = students.text.characters.encode(students.text.prompt());
  std::vector<Sample> result;
  const auto add = [&](const std::string& name, const Style& style, auto write_with) {
    Rng rng(seed);
    const std::string written = students.text.characters.decode(write_with(style, rng));
    std::vector<std::string> words = datasets::words_of(written);
    if (!words.empty()) words.pop_back();  // cut short
    const auto right = std::count_if(words.begin(), words.end(), [&](const std::string& word) { return known.count(word) > 0; });
    result.push_back({name, style, written, static_cast<double>(right) / std::max(static_cast<double>(words.size()), 1.0)});
  };
  for (Index n : {Index(3), Index(5), order})
    add("table, n = " + show::whole(n), {1, 0},
        [&](const Style& style, Rng& rng) { return write(students.tables, n, beginning, length, style, rng); });
  for (const Style& style : {Style{0, 0}, Style{0.5, 0}, Style{1, 0}, Style{1, 5}, Style{1.5, 0}}) {
    if (quick && style.temperature != 0) continue;  // drawn from a model that knows little: other processors draw others
    add("GPT", style, [&](const Style& how, Rng& rng) { return write(students.gpt, beginning, length, how, rng); });
  }
  if (!quick) add("LSTM", {1, 0}, [&](const Style& how, Rng& rng) { return write(students.lstm, beginning, length, how, rng); });
  return result;
}
