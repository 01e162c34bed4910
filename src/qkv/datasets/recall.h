#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// The recall task: one value is marked when it is shown; after `distance` more steps the query asks for it. The steps between distract.
/// A step is one number for each value (1 for the one shown), one for the marker and one for the query. 4 values, distance 3, 6 steps:
///
///     step          0  1  2  3  4  5
///     value 0       .  1  .  .  .  .
///     value 1       .  .  .  1  .  .
///     value 2       .  .  1  .  .  .     <- shown with the marker at step 2 = 5 - 3: the answer is 2
///     value 3       1  .  .  .  1  .
///     marker        .  .  1  .  .  .
///     query         .  .  .  .  .  1     <- "which one was marked?"; no value is shown
///
/// After Hochreiter and Schmidhuber 1997, section 5. Only a memory of `distance` steps can answer better than chance, 1 / values.
struct RecallTask {
  Index distance = 4;  ///< steps from the marked value to the query, at least 1
  Index length = 0;    ///< steps in all; 0: distance + 1, so that the marked value comes first
  Index values = 8;    ///< how many there are

  Index steps() const { return length == 0 ? distance + 1 : length; }
  Index features() const { return values + 2; }
};

/// Sequences and their answers.
struct RecallBatch {
  Tensor inputs;   ///< (B, steps, features)
  Indices target;  ///< (B), from 0 to values - 1
};

/// `batch` random sequences.  Throws Error if batch is negative, distance or values below 1, or length not above distance.
RecallBatch recall(Integer batch, const RecallTask& task, Rng& rng);

/// Distance, steps and values / the shape of the inputs.
std::ostream& operator<<(std::ostream& out, const RecallTask& task);
std::ostream& operator<<(std::ostream& out, const RecallBatch& batch);

}  // namespace qkv::datasets
