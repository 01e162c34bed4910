#pragma once
#include <qkv/tensor/scalar.h>

#include <string>
#include <vector>

// How near are texts that a program wrote to those that people wrote? Counted in runs of n words that both contain (n-grams).

namespace qkv::datasets {

using Words = std::vector<std::string>;

/// BLEU of a whole test set, from 0 to 100, with its parts.  Papineni et al. 2002.
///     BLEU = 100 brevity (p_1 p_2 p_3 p_4)^(1/4),   brevity = min(1, exp(1 - r / c)), r words in the references, c in what was written.
/// p_n: of all runs of n words that were written, the share that the reference of the same sentence has too; a run counts there at most as
/// often as in the reference. Summed over all sentences, so a short sentence does no harm by itself. 0 if some p_n is 0.
struct Bleu {
  double score = 0;
  std::vector<double> precision;  ///< p_1 to p_4, each 0 to 1; a p_n of no runs at all is 0
  double brevity = 0;
};

/// One reference for each text.  Throws Error unless there are as many of both, at least one, and longest >= 1.
Bleu bleu(const std::vector<Words>& written, const std::vector<Words>& references, Integer longest = 4);

/// ROUGE-n, the mean over all pairs, from 0 to 100: the F1 of the runs of n words, 2 both / (those written + those of the reference).
/// Lin 2004. A pair where neither has such a run is left out.  Throws Error unless there are as many of both, at least one, and n >= 1.
double rouge(const std::vector<Words>& written, const std::vector<Words>& references, Integer n);

}  // namespace qkv::datasets
