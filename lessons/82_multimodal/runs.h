#pragma once
#include <map>

#include "answerers.h"

// What one seed comes to: the numbers of the tables, by name.

namespace {

using Numbers = std::map<std::string, double>;

/// How often the model is right on these questions, about these scenes instead of their own.
inline double right_on(const Answerer& model, const Questions& asked, const Tensor& scenes) {
  return accuracy(model(asked.words, scenes), asked.answers);
}
inline double right_on(const Answerer& model, const Questions& asked) { return right_on(model, asked, asked.scenes); }

/// The mean weight of a word of the question (0, 1, 2) on these cells, and how often its largest weight lies there. weights (N, 3, cells).
inline std::pair<double, double> looks_at(const Tensor& weights, Index word, const std::vector<Index>& where) {
  const Tensor alpha = select(weights, 1, word);
  const Indices top = argmax(alpha, 1);
  double sum = 0, hits = 0;
  for (std::size_t n = 0; n < where.size(); ++n) sum += alpha.at({static_cast<Index>(n), where[n]}), hits += top.values[n] == where[n];
  const double count = static_cast<double>(where.size());
  return {sum / count, hits / count};
}

/// The scenes with one cell of each emptied / with two of its cells exchanged.
inline Tensor emptied(const Tensor& scenes, const std::vector<Index>& which, Rng& rng) {
  Tensor result = scenes.clone();
  for (std::size_t n = 0; n < which.size(); ++n)
    for (Index i = 0; i < cell_pixels; ++i) result.set({static_cast<Index>(n), which[n], i}, rng.uniform(-0.2, 0.2));
  return result;
}
inline Tensor exchanged(const Tensor& scenes, const std::vector<Index>& a, const std::vector<Index>& b) {
  Tensor result = scenes.clone();
  for (std::size_t n = 0; n < a.size(); ++n)
    for (Index i = 0; i < cell_pixels; ++i) {
      const Index scene = static_cast<Index>(n);
      result.set({scene, a[n], i}, scenes.at({scene, b[n], i}));
      result.set({scene, b[n], i}, scenes.at({scene, a[n], i}));
    }
  return result;
}
/// Each question gets the scene of the next one.
inline Tensor of_the_next(const Tensor& scenes) { return concat({slice(scenes, 0, 1, scenes.size(0)), slice(scenes, 0, 0, 1)}, 0); }

struct Run {
  Numbers numbers;
  Tensor map;  // of one question about a ring and a cross: (3, cells)

  Run(Index steps, const Questions& picture, bool with_places, std::uint64_t seed) {
    Rng rng(seed + 2000);
    const Questions test(1000, Ask::usual, rng), new_pair(1000, Ask::new_pair, rng), hinted(1000, Ask::hinted, rng),
        misled(1000, Ask::misled, rng);
    for (const auto& [meet, name] : ways) {
      const Answerer model = trained(meet, Ask::usual, steps, with_places || meet != Meet::cross, seed);
      NoGrad no_graph;
      numbers[name + " parameters"] = static_cast<double>(model.parameter_count());
      numbers[name + " right"] = right_on(model, test);
      numbers[name + " new pair"] = right_on(model, new_pair);
      if (meet != Meet::cross) continue;
      const auto weights = [&](const Questions& q) { return model.look(model.read_words(q.words), model.read_scene(q.scenes)).weights; };
      map = select(weights(picture), 0, 0);
      for (const auto& [whom, asked] : {std::pair{"asked", &test}, std::pair{"new", &new_pair}}) {
        const Tensor alpha = weights(*asked);
        const auto first = looks_at(alpha, 0, asked->first), second = looks_at(alpha, 2, asked->second);
        numbers[std::string(whom) + " weight unasked"] = looks_at(alpha, 0, asked->unasked).first;
        numbers[std::string(whom) + " weight first"] = first.first, numbers[std::string(whom) + " top first"] = first.second;
        numbers[std::string(whom) + " weight second"] = second.first, numbers[std::string(whom) + " top second"] = second.second;
      }
      numbers["first empty"] = right_on(model, test, emptied(test.scenes, test.first, rng));
      numbers["other empty"] = right_on(model, test, emptied(test.scenes, test.unasked, rng));
      numbers["all empty"] = right_on(model, test, rand(test.scenes.shape(), rng, -0.2, 0.2));
      numbers["next scene"] = right_on(model, test, of_the_next(test.scenes));
      numbers["exchanged"] = right_on(model, test, exchanged(test.scenes, test.first, test.second));
    }
    for (Meet meet : {Meet::words_only, Meet::cross}) {
      const Answerer model = trained(meet, Ask::hinted, steps, with_places, seed);
      NoGrad no_graph;
      const std::string name = meet == Meet::cross ? "cross-attention" : "the question alone";
      numbers[name + " hinted"] = right_on(model, hinted);
      numbers[name + " even"] = right_on(model, test);
      numbers[name + " misled"] = right_on(model, misled);
    }
  }
};

inline std::vector<double> all_of(const std::vector<Run>& runs, const std::string& name) {
  std::vector<double> all;
  for (const Run& run : runs) all.push_back(run.numbers.at(name));
  return all;
}

}  // namespace
