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

}  // namespace qkv::datasets
