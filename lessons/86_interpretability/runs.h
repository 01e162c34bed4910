#pragma once
#include <map>

#include "patches.h"
#include "texts.h"

// What one seed comes to: the numbers of the tables, by name.

namespace {

using Numbers = std::map<std::string, double>;

inline const std::vector<std::pair<Weights, std::string>> readers{
    {Weights::learned, "learned"}, {Weights::equal, "equal"}, {Weights::random, "random"}};

/// The three readers of one seed: "learned right", "random map, hiding", ...
struct TextRun {
  Numbers numbers;
  Tensor map;       // of the learned weights, (N, T)
  Tensor measures;  // of the nine words of one text, for a picture: weight, hiding, how much and which way

  TextRun(const Texts& train, const Texts& test, const Indices& example, Index vocabulary, Index epochs, bool with_padding,
          std::uint64_t seed) {
    for (const auto& [kind, name] : readers) {
      const Reader reader = trained_reader(kind, train, vocabulary, epochs, seed);
      Rng rng(seed);
      numbers[name + " same answer, other word"] = same_answer_other_word(reader, test.tokens, rng);
      const Measure hidden = by_hiding(reader, test.tokens), gradient = by_gradient(reader, test.tokens);
      NoGrad no_graph;
      EvalMode no_dropout;
      const Tensor x = reader.model.embedding(test.tokens), alpha = reader.weights(test.tokens), scores = reader.answer(x, alpha);
      const Indices said = argmax(scores, 1);
      if (kind == Weights::learned) {
        const Measure words = by_hiding(reader, example);
        map = alpha;
        measures = slice(concat({reader.weights(example), words.size, words.towards}, 0), 1, 0, 9);
      }
      const Tensor other_order = shuffled(alpha, test.tokens, rng),
                   equal = softmax(masked_fill(zeros_like(alpha), datasets::padding_of(test.tokens), -infinity));
      numbers[name + " right"] = accuracy(scores, test.labels);
      numbers[name + " same answer, shuffled"] = accuracy(reader.answer(x, other_order), said);
      numbers[name + " same answer, made equal"] = accuracy(reader.answer(x, equal), said);
      const auto agree = [&, row = name](const std::string& what, const Tensor& a, const Tensor& b) {
        numbers[row + " " + what] = agreement(a, b, test.tokens, with_padding);
      };
      agree("map and hiding, how much", alpha, hidden.size);
      agree("map and gradient, how much", alpha, gradient.size);
      agree("gradient and hiding, how much", gradient.size, hidden.size);
      agree("map and hiding, which way", alpha, hidden.towards);
      agree("gradient and hiding, which way", gradient.towards, hidden.towards);
      agree("dice and hiding, how much", masked_fill(rand(alpha.shape(), rng), datasets::padding_of(test.tokens), 0), hidden.size);
    }
  }
};

const std::vector<std::pair<Pool, std::string>> pools{{Pool::mean, "mean"}, {Pool::max, "max"}, {Pool::attention, "attention"}};

/// The three pools of one seed, without marks and with them: "attention right", "attention marked elsewhere", ...
inline Numbers slide_run(Index count, std::uint64_t seed) {
  Rng rng(seed);
  const Slides train(count, 0.5, Marks::none, rng), test(1000, 0.5, Marks::none, rng), rare(5000, 0.01, Marks::none, rng);
  const Slides marked(count, 0.5, Marks::with_illness, rng), same_house(1000, 0.5, Marks::with_illness, rng),
      elsewhere(1000, 0.5, Marks::anywhere, rng);
  Numbers numbers;
  for (const auto& [pool, name] : pools) {
    const SlideModel clean = trained_on(train, pool, 20, seed), misled = trained_on(marked, pool, 20, seed);
    NoGrad no_graph;
    numbers[name + " right"] = accuracy(clean(test.patches), test.ill);
    const Screening screening = screen(clean(rare.patches), rare.ill);
    numbers[name + " rare right"] = screening.right;
    numbers[name + " rare sensitivity"] = screening.sensitivity;
    numbers[name + " rare precision"] = screening.precision;
    numbers[name + " same house"] = accuracy(misled(same_house.patches), same_house.ill);
    numbers[name + " elsewhere"] = accuracy(misled(elsewhere.patches), elsewhere.ill);
    if (pool != Pool::attention) continue;
    const Tensor alpha = clean.attend(test.patches).weights, misled_alpha = misled.attend(same_house.patches).weights;
    numbers["weight on the lesion"] = weight_on(alpha, test.lesion);
    numbers["largest on the lesion"] = top_on(alpha, test.lesion);
    numbers["misled: weight on the lesion"] = weight_on(misled_alpha, same_house.lesion, same_house.mark);
    numbers["misled: weight on the mark"] = weight_on(misled_alpha, same_house.mark, same_house.lesion);
  }
  return numbers;
}

inline std::vector<double> all_of(const std::vector<Numbers>& runs, const std::string& name) {
  std::vector<double> all;
  for (const Numbers& run : runs) all.push_back(run.at(name));
  return all;
}

}  // namespace
