#pragma once
#include "methods.h"

// Four texts that no sum of features can answer.

/// "a=1 b=2 5 a?", "a=1 b=2 5 b?", "a=2 b=1 5 a?", "a=2 b=1 5 b?": the answers are 1, 2, 2, 1.
inline Texts four_texts() {
  const Index a1 = named, a2 = named + 1, b1 = named + values, b2 = b1 + 1, five = 4, ask_a = asks_name, ask_b = asks_name + 1;
  return {Indices({4, 4}, {a1, b2, five, ask_a, a1, b2, five, ask_b, a2, b1, five, ask_a, a2, b1, five, ask_b}),
          Indices({4}, {0, 1, 1, 0}),
          {3, 2, 3, 2}};
}

/// The probability of the right answer for each text, after learning them by heart as well as possible: 400 steps on all four.
inline Tensor learned_by_heart(const Regression& regression, const Texts& texts) {
  optim::Adam adam(regression.parameters(), 0.05);
  for (Index step = 0; step < 400; ++step) {
    adam.zero_grad();
    cross_entropy(regression(texts.words), texts.answers).backward();
    adam.step();
  }
  NoGrad no_graph;
  return squeeze(gather(softmax(regression(texts.words)), 1, Indices({4, 1}, texts.answers.values)), 1);
}
