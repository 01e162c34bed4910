#pragma once
#include <qkv/qkv.h>

// The numbers of sections 2 and 3: the lesson prints them, and the exercise is checked by them.

using namespace qkv;

namespace {

/// What may follow 'documentation pour'. The vocabulary has four words; emacs is the fifth, for this sentence only.
struct Mixture {
  std::vector<std::string> words{"documentation", "pour", "le", "(end)", "emacs"}, read{"emacs", "documentation"};
  Tensor p_vocab = tensor({0.1, 0.05, 0.8, 0.05});
  Tensor alpha = tensor({0.85, 0.15});
  Indices place_words{4, 0};  // the numbers of the words that were read
  double p_gen = 0.25;

  /// p of all five words.
  Tensor probabilities() const {
    Tensor p = concat({p_gen * p_vocab, zeros({1})}, 0);
    return scatter_add(p, 0, place_words, (1 - p_gen) * alpha);
  }
};

const char* const said_by_a_person = "éditeur graphique rapide pour les fichiers XML";
const char* const said_by_programs[] = {"éditeur graphique rapide pour les fichiers XML", "éditeur rapide pour les fichiers XML",
                                        "éditeur graphique rapide pour", "fichiers les XML pour rapide graphique éditeur"};

}  // namespace
