#pragma once
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>

#include "measures.h"

// The trials: every way to look is trained with every seed, and hears the same test sequences.

namespace {

/// Sequences of so many digits by voices never heard: always the same.
std::vector<Spoken> spoken_test(const Digits& digits, Index length, Index count) {
  Rng rng(99);
  return random_spoken(by_voice(digits.test), count, length, length, rng);
}
/// Fifty clips of all, for a quick look.
std::vector<Clip> few(const std::vector<Clip>& clips) {
  std::vector<Clip> some;
  for (std::size_t i = 0; i < clips.size(); i += std::max<std::size_t>(1, clips.size() / 50)) some.push_back(clips[i]);
  return some;
}

const std::vector<Look> looks{Look::nowhere, Look::content, Look::location};
const std::vector<Index> lengths{1, 2, 4, 8};

/// All that is measured of a trained model.
struct Heard {
  Errors test, flite, people;   // digits alone
  std::vector<double> wrong;    // wrong digits at each of `lengths`
  double written_of_eight = 0;  // how many digits it writes, of eight
  double cut = 0;               // wrong digits of eight, if the sound is cut in two first
  Monotone four, eight;         // of sequences of four and of eight
};
Heard hear(const Listener& model, const Digits& digits, Index count) {
  Heard heard;
  heard.test = errors_of(model, alone(digits.test));
  heard.flite = errors_of(model, alone(digits.flite));
  heard.people = errors_of(model, alone(digits.people));
  for (Index length : lengths) heard.wrong.push_back(errors_of(model, spoken_test(digits, length, count)).digits);
  const std::vector<Spoken> long_ones = spoken_test(digits, 8, count);
  heard.cut = wrong_if_cut(model, std::vector<Spoken>(long_ones.begin(), long_ones.begin() + std::min<Index>(count, 100)));
  for (const std::vector<Index>& written :
       model.write(batch_of(std::vector<Spoken>(long_ones.begin(), long_ones.begin() + std::min<Index>(count, 50))), 16))
    heard.written_of_eight += static_cast<double>(written.size()) / static_cast<double>(std::min<Index>(count, 50));
  if (model(batch_of(spoken_test(digits, 1, 1))).weights.defined()) {
    heard.four = monotone(model, spoken_test(digits, 4, std::min<Index>(count, 50)));
    heard.eight = monotone(model, spoken_test(digits, 8, std::min<Index>(count, 50)));
  }
  return heard;
}

/// Three ways to look, each trained with so many seeds.
struct Trained {
  std::vector<std::unique_ptr<Listener>> first;  // of the first seed
  std::vector<std::vector<Heard>> heard;         // [look][seed]
};

Trained train_all(show::Lesson& lesson, const Digits& digits) {
  Trained trained;
  for (Look look : looks) {
    trained.heard.emplace_back();
    for (int i = 0; i < lesson.seeds(); ++i) {
      Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
      std::unique_ptr<Listener> model = new_listener(look, rng);
      train(*model, name_of(look), digits.train, lesson.quick() ? 50 : 1000, rng, lesson.training_path(name_of(look), i));
      trained.heard.back().push_back(hear(*model, digits, lesson.quick() ? 20 : 200));
      if (i == 0) trained.first.push_back(std::move(model));
    }
  }
  return trained;
}

/// One number of each seed.
template <class Number>
std::vector<double> each(const std::vector<Heard>& seeds, Number number) {
  std::vector<double> result;
  for (const Heard& one : seeds) result.push_back(number(one));
  return result;
}

/// The map of one sequence: a row for each digit written and the end, a column for each 40 milliseconds; a column is named where a digit begins.
show::HeatMap map_of(const Listener& model, const Spoken& spoken, const std::string& title) {
  NoGrad no_graph;
  show::HeatMap map{select(model(batch_of({spoken})).weights, 0, 0), {}, {}, title};
  for (Index digit : spoken.digits) map.rows.push_back(digit_words[digit]);
  map.rows.push_back("end");
  map.columns.resize(static_cast<std::size_t>(map.values.size(1)));
  for (std::size_t i = 0; i < spoken.digits.size(); ++i) map.columns[spoken.spans[i].first / stacked] = digit_words[spoken.digits[i]];
  return map;
}

}  // namespace
