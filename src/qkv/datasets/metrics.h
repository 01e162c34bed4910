#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// How often each class (row) was taken for each (column): (classes, classes). The diagonal is right.
/// predicted, target (N).  Throws Error if shapes differ or a number is outside [0, classes).
Tensor confusion_matrix(const Indices& predicted, const Indices& target, Integer classes);

/// What a class gets right: precision, of those said to be of this class the share that is; recall, of those that are of this class the share
/// that was said to be; F1, the harmonic mean of the two: 2 tp / (2 tp + fp + fn). Where nothing was said, or nothing is, 0.
struct ClassScore {
  double precision = 0, recall = 0, f1 = 0;
  Index count = 0;  ///< how many are of this class
};

/// One a class, from a confusion matrix.  Throws Error unless it is square and holds finite counts from 0 on.
std::vector<ClassScore> class_scores(const Tensor& confusion);
/// The mean of all classes' F1: a rare class counts as much as a frequent one.  Throws Error unless the matrix is square and not empty.
double macro_f1(const Tensor& confusion);

}  // namespace qkv::datasets
