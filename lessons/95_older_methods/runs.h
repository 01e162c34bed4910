#pragma once
#include "methods.h"

// What one seed comes to.

const std::vector<std::string> method_names{
    "chance", "nearest neighbours", "regression on places", "on n-grams", "on pairs with the last word", "RNN", "LSTM", "attention"};

/// How many texts are learned from, and how often.
struct Effort {
  Index texts, epochs;
};

struct Run {
  std::vector<double> right;  // of each method, the share of right answers
  std::vector<Index> parameters;
  std::vector<std::vector<double>> by_distance;  // the same for distances up to 16, 32, 48, 64; none for chance and neighbours
  double on_the_word = 0;                        // attention's mean weight on the word that counts
  std::shared_ptr<Regression> ngrams;
};

/// The share of right answers among texts whose distance is in (from, to].
inline double right_between(const Tensor& scores, const Texts& texts, Index from, Index to) {
  const Indices answered = argmax(scores, 1);
  double count = 0, right = 0;
  for (std::size_t n = 0; n < texts.distance.size(); ++n)
    if (texts.distance[n] > from && texts.distance[n] <= to) ++count, right += answered.values[n] == texts.answers.values[n];
  return count > 0 ? right / count : 0;
}

inline Run one_seed(Task task, const Effort& effort, std::uint64_t seed, bool cleaned) {
  Rng rng(seed);
  Texts train = draw(task, effort.texts, rng), test = draw(task, 500, rng);
  if (cleaned) clean(train), clean(test);
  Run run;
  run.right = {1.0 / values, nearest_neighbours(train, test)}, run.parameters = {0, 0}, run.by_distance = {{}, {}};
  const auto trained = [&](const auto& model, double lr) {
    fit(model, train.words, train.answers, {effort.epochs, 32, lr}, rng, [](double) {});
    const Tensor scores = scores_of(std::cref(model), test.words);
    run.right.push_back(accuracy(scores, test.answers)), run.parameters.push_back(model.parameter_count());
    run.by_distance.emplace_back();
    for (Index to : {16, 32, 48, 64}) run.by_distance.back().push_back(right_between(scores, test, to - 16, to));
  };
  trained(on_places(rng), 0.05);
  run.ngrams = std::make_shared<Regression>(on_ngrams(rng));
  trained(*run.ngrams, 0.05);
  trained(on_pairs_with_last(rng), 0.05);
  trained(Recurrent<nn::RNN>(24, rng), 0.005);
  trained(Recurrent<nn::LSTM>(24, rng), 0.01);
  const Attentive attentive(rng);
  trained(attentive, 0.01);
  NoGrad no_graph;
  const Tensor weights = attentive.look(test.words).weights;
  for (std::size_t n = 0; n < test.distance.size(); ++n)
    run.on_the_word += weights.data()[n * (steps + 1) + steps - test.distance[n]] / static_cast<double>(test.distance.size());
  return run;
}
