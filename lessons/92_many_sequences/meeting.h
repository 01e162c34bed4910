#pragma once
#include <qkv/optim/clip.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

// Section 7: two sequences of letters. Of each letter in the first: does it stand in the second, too?

using namespace qkv;

constexpr Index letters = 12, length = 8;

/// Pairs of sequences and, for each letter of the first, 1 if the second has it.
struct Pairs {
  Indices first, second;  // (N, length)
  Indices both;           // (N, length): 0 or 1
};
inline Pairs draw_pairs(Index count, Rng& rng) {
  Pairs pairs;
  for (Indices* side : {&pairs.first, &pairs.second, &pairs.both}) *side = {{count, length}, std::vector<Index>(count * length)};
  for (Indices* side : {&pairs.first, &pairs.second})
    for (Index& letter : side->values) letter = rng.below(letters);
  for (Index i = 0; i < count * length; ++i) {
    const auto second = pairs.second.values.begin() + i / length * length;
    pairs.both.values[i] = std::find(second, second + length, pairs.first.values[i]) != second + length;
  }
  return pairs;
}

/// Where the two sequences may meet.
enum class Meeting { one_tensor, same_place, one_row, cross, mean };

/// A letter of the first sequence, what is brought to it, and a small network that judges the two together.
struct Judge : nn::Module {
  Meeting meeting;
  nn::Embedding letter, side;  // side: which of the two sequences a letter stands in
  nn::MultiheadAttention attention;
  nn::Linear hidden, answer;

  Judge(Meeting meeting_, Rng& rng, Index d = 16)
      : meeting(meeting_),
        letter(add_module("letter", nn::Embedding(letters, d, rng))),
        side(add_module("side", nn::Embedding(2, d, rng))),
        attention(add_module("attention", nn::MultiheadAttention(d, 1, rng))),
        hidden(add_module("hidden", nn::Linear(2 * d, 32, rng))),
        answer(add_module("answer", nn::Linear(32, 2, rng))) {}

  /// The vectors of both sequences, (N, length, d) each.
  Tensor vectors(const Indices& sequence, Index which) const { return letter(sequence) + select(side.weight, 0, which); }

  /// What reaches each letter of the first sequence, x, y (N, length, d) -> (N, length, d).
  Attended brought(const Tensor& x, const Tensor& y) const {
    const Tensor row = concat({x, y}, 1);  // (N, 2 length, d)
    switch (meeting) {
      case Meeting::one_tensor: {  // 2 N sequences along axis 0
        const Attended all = attention(concat({x, y}, 0));
        return {slice(all.output, 0, 0, x.size(0)), slice(all.weights, 0, 0, x.size(0))};
      }
      case Meeting::same_place: {  // attention along the axis of the sequences: letter i meets letter i
        const Tensor two = reshape(stack({x, y}, 2), {-1, 2, x.size(2)});
        return {reshape(attention(slice(two, 1, 0, 1), two, two).output, x.shape()), {}};
      }
      case Meeting::one_row: return attention(x, row, row);
      case Meeting::cross: return attention(x, y, y);  // queries of the first, keys and values of the second
      case Meeting::mean: break;                       // no attention at all
    }
    return {expand(mean(y, 1, true), x.shape()), {}};
  }

  /// Two scores for each letter of the first sequence, no and yes: (N * length, 2).
  Tensor operator()(const Pairs& pairs) const {
    const Tensor x = vectors(pairs.first, 0), y = vectors(pairs.second, 1);
    return reshape(answer(relu(hidden(concat({x, brought(x, y).output}, 2)))), {-1, 2});
  }
};

/// Trains on fresh pairs. Returns the accuracy on 1,000 others.
inline double learn(const Judge& judge, Index steps, Rng& rng) {
  optim::Adam adam(judge.parameters(), 0.005);
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    const Pairs pairs = draw_pairs(64, rng);
    Tensor loss = cross_entropy(judge(pairs), {{64 * length}, pairs.both.values});
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  NoGrad no_graph;
  const Pairs test = draw_pairs(1000, rng);
  return accuracy(judge(test), {{1000 * length}, test.both.values});
}

/// How often yes is right; and yes only where the same letter stands at the same place of the second sequence.
inline double always_yes() { return 1 - std::pow(1 - 1.0 / letters, length); }
inline double always_no_unless_same_place() { return 1.0 / letters + (1 - 1.0 / letters) * std::pow(1 - 1.0 / letters, length - 1); }

/// The rows of section 7, and how often each can be right at best.
struct Contestant {
  const char* name;
  Meeting meeting;
  Index steps;
  double best;
};
inline std::vector<Contestant> contestants(Index steps) {
  return {{"one tensor", Meeting::one_tensor, steps, always_yes()},
          {"along axis 0, place by place", Meeting::same_place, steps, always_no_unless_same_place()},
          {"one row of sixteen", Meeting::one_row, steps, 1},
          {"cross-attention", Meeting::cross, steps, 1},
          {"mean of the second, no attention", Meeting::mean, steps, 1},
          {"the same, three times the steps", Meeting::mean, 3 * steps, 1}};
}
