#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// How often each class (row) was predicted as each class (column): (classes, classes). The diagonal counts the right predictions.
/// predicted, target (N).  Throws Error if shapes differ or a number is outside [0, classes).
Tensor confusion_matrix(const Indices& predicted, const Indices& target, Integer classes);

/// Scores of one class. Precision: of those predicted as this class, the share that is. Recall: of those that are this class, the share
/// that was predicted so. F1, the harmonic mean of the two: 2 tp / (2 tp + fp + fn). Where none was predicted, or none is, 0.
struct ClassScore {
  double precision = 0, recall = 0, f1 = 0;
  Index count = 0;  ///< how many are of this class
};

/// One for each class, from a confusion matrix.  Throws Error unless it is square and its counts are finite and not negative.
std::vector<ClassScore> class_scores(const Tensor& confusion);
/// The mean of all classes' F1: a rare class counts as much as a frequent one.  Throws Error unless the matrix is square and not empty.
double macro_f1(const Tensor& confusion);

// A list of suggestions, the best first: does it hold what was wanted, and how far up?

/// The place of the right answer in each row's list, 1 for the first: how many of the scores are at least as high as its own. So an equal
/// score counts as a higher one: whoever gives everything the same score is last. A right answer without a score (NaN) is last.
/// scores (N, C), target (N) -> (N).  Throws Error if the shapes do not fit or a target is outside [0, C).
Indices ranks_of(const Tensor& scores, const Indices& target);
/// Hit rate, HR@k: the share of places (N) that are among the first k.  Throw Error without places, or if a place or k is below 1.
double hit_rate(const Indices& ranks, Integer k);
/// NDCG@k where each list has one right answer: the mean of 1 / log2(1 + place) over places among the first k, and 0 beyond.
double ndcg(const Indices& ranks, Integer k);
/// NDCG@k (normalised discounted cumulative gain) of one list: gains[i] is what its entry i is worth. DCG = sum_i gains[i] / log2(i + 2)
/// over the first k, divided by the DCG of the best order; 0 if nothing is worth anything.  Järvelin and Kekäläinen 2002.
/// Throws Error if a gain is negative or not finite, or k is below 1.
double ndcg(const std::vector<double>& gains, Integer k);

/// Something that was found: how sure the finder is, and whether it is right.
struct Found {
  double confidence = 0;
  bool right = false;
};

/// Average precision: walk down the list, the surest first. At each right entry note the precision, the share of right ones so far; add these
/// up and divide by `positives`, how many there were to be found. What was never found counts as 0. Equally sure entries are met together:
/// each right one of them notes the precision after all of them.
/// Throws Error if positives is below 1 or below the number of right ones, or a confidence is NaN.
double average_precision(std::vector<Found> found, Integer positives);

}  // namespace qkv::datasets
