#pragma once
#include <qkv/show/chart.h>

#include "learning.h"

// How a model writes, and how long that takes.

/// How to draw the next character.
struct Style {
  double temperature = 1;
  Index top_k = 0;
};

/// Appends `length` numbers to a text. `keep`: what was read is kept. Otherwise every character is read again for each new one.
/// When the network's context is full, it starts again with the last half of it.
inline std::vector<Index> write(const Network& network, std::vector<Index> text, Index length, const Style& style, Rng& rng,
                                bool keep = true) {
  NoGrad no_graph;
  Memory memory;
  Index known = 0;  // how much of the text is read, or lies before the window
  for (Index i = 0; i < length; ++i) {
    const Index size = static_cast<Index>(text.size());
    if (!keep || memory.read + size - known > network.context()) {
      memory = Memory();
      known = std::max<Index>(0, size - (keep ? network.context() / 2 : std::min<Index>(network.context(), size)));
    }
    const Indices tokens = windows(text, {known}, size - known);
    Tensor scores = network(tokens, keep ? &memory : nullptr);
    known = size;
    text.push_back(nn::sample(select(scores, 1, -1), rng, style.temperature, style.top_k).values[0]);
  }
  return text;
}

/// The same from a table of n-grams.
template <class Tables>
std::vector<Index> write(const Tables& tables, Index n, std::vector<Index> text, Index length, const Style& style, Rng& rng) {
  for (Index i = 0; i < length; ++i) text.push_back(nn::sample(tables.scores(text, n), rng, style.temperature, style.top_k).values[0]);
  return text;
}

/// Milliseconds for one character behind `read` others: the middle one of five.
inline double milliseconds(const GPT& gpt, Index read, bool keep) {
  NoGrad no_graph;
  const std::vector<Index> text(static_cast<std::size_t>(read), 1);
  std::vector<double> times;
  for (int i = 0; i < 5; ++i) {
    Memory memory;
    if (keep && read > 1) gpt(windows(text, {0}, read - 1), &memory);
    show::Stopwatch clock;
    gpt(keep ? windows(text, {read - 1}, 1) : windows(text, {0}, read), keep ? &memory : nullptr);
    times.push_back(1000 * clock.seconds());
  }
  return show::median(times);
}

/// Milliseconds for one more character, read anew and with what is kept, by a network of these sizes that has room for `context`.
inline show::LineChart one_more_character(Index characters, GPTOptions options, Index context) {
  options.context = context;
  Rng rng(1);
  const GPT gpt(characters, rng, options);
  show::LineChart chart{"One more character", "characters before", "milliseconds", {{"read anew", {}, {}}, {"kept", {}, {}}}};
  chart.log_x = chart.log_y = true;
  for (Index read = 16; read <= context; read *= 2)
    for (bool keep : {false, true}) {
      show::Series& line = chart.series[keep ? 1 : 0];
      line.x.push_back(static_cast<double>(read));
      line.y.push_back(milliseconds(gpt, read, keep));
    }
  return chart;
}
