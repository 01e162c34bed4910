#include "../exercise.h"

#include <algorithm>
#include <cmath>

using datasets::Words;

Tensor probabilities(const Tensor& p_vocab, const Tensor& alpha, const Indices& words, double p_gen, Index all) {
  const Tensor written = concat({p_gen * p_vocab, zeros({all - p_vocab.size()})}, 0);
  return scatter_add(written, 0, words, (1 - p_gen) * alpha);
}

double precision(const Words& written, const Words& reference) {
  Words left = reference;
  double right = 0;
  for (const std::string& word : written) {
    const auto found = std::find(left.begin(), left.end(), word);
    if (found == left.end()) continue;
    left.erase(found);
    ++right;
  }
  return right / static_cast<double>(written.size());
}

double brevity(double c, double r) { return c > r ? 1 : std::exp(1 - r / c); }

struct Beginning {
  std::vector<Index> words;
  double log_p = 0;
};

std::vector<Beginning> best(const std::vector<Beginning>& beginnings, const Tensor& log_p, Index beam) {
  std::vector<Beginning> all;
  for (std::size_t i = 0; i < beginnings.size(); ++i)
    for (Index w = 0; w < log_p.size(1); ++w) {
      all.push_back(beginnings[i]);
      all.back().words.push_back(w);
      all.back().log_p += log_p.at({static_cast<Index>(i), w});
    }
  std::stable_sort(all.begin(), all.end(), [](const Beginning& a, const Beginning& b) { return a.log_p > b.log_p; });
  all.resize(static_cast<std::size_t>(beam));
  return all;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: only writing, only copying") {
  const Mixture x;
  check_equal("p_gen = 1", probabilities(x.p_vocab, x.alpha, x.place_words, 1, 5), tensor({0.1, 0.05, 0.8, 0.05, 0}));
  check_equal("p_gen = 0", probabilities(x.p_vocab, x.alpha, x.place_words, 0, 5), tensor({0.15, 0, 0, 0, 0.85}));
}

TEST_CASE("answer 2: three words that are all right") {
  const Words person = datasets::words_of(said_by_a_person), three = datasets::words_of("éditeur graphique rapide");
  check_equal("BLEU", datasets::bleu({three}, {person}).score, 0);
  check_equal("with runs of one and two words", datasets::bleu({three}, {person}, 2).score, 26.4, 1e-3);
  const Words more = datasets::words_of("bibliothèque pour les sons");
  check_true("beside another sentence", datasets::bleu({three, more}, {person, more}).score > 50, "be above 50");
}

TEST_CASE("answer 3: the likeliest word first, or the likeliest sentence") {
  // After the start mark, 2, word 0 has .6 and word 1 .4; then come the two rows of the exercise.
  const nn::NextScores next = [](const Indices& written, const std::vector<Index>&) {
    Tensor p = zeros({written.shape[0], 2});
    for (Index r = 0; r < written.shape[0]; ++r) {
      const Index last = written.values[(r + 1) * written.shape[1] - 1];
      p.set({r, 0}, last == 2 ? 0.6 : last == 0 ? 0.5 : 0.9);
      p.set({r, 1}, last == 2 ? 0.4 : last == 0 ? 0.5 : 0.1);
    }
    return log(p);
  };
  auto probability = [&](Index beam) {
    nn::BeamOptions options;
    options.beam = beam;
    return std::exp(nn::beam_search({{2}}, 2, options, next)[0][0].log_p);
  };
  check_equal("greedy", probability(1), 0.3);
  check_equal("beam 2", probability(2), 0.36);
}

TEST_CASE("answer 4: numbers learned without and with copying") {
  Rng rng;
  nn::DecoderOptions with_copies;
  with_copies.copy = true;
  const nn::Decoder plain(4000, 128, 192, 192, rng), copying(4000, 128, 192, 192, rng, with_copies);
  check_equal("more", static_cast<double>(copying.parameter_count() - plain.parameter_count()), 513);
}

TEST_CASE("answer 5: padding is not read") {
  Rng rng;
  const nn::Encoder encoder(3, 4, rng);
  const Tensor x = randn({1, 5, 3}, rng);
  const Tensor alone = encoder(slice(x, 1, 0, 3)).states,
               padded = slice(encoder(x, padding_mask(std::vector<Index>{3}, 5)).states, 1, 0, 3);
  check_equal("the states of three words", padded, alone);
  const Tensor plain = slice(encoder.gru(x).output, 1, 0, 3);
  check_true("a bidirectional GRU over the padded row", max(abs(plain - alone)).item() > 0.01, "give other states");
}
