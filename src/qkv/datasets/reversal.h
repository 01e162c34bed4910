#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// The reversal task: read some digits and an end mark, write the digits in reverse order and an end mark. Eight digits:
///
///     source   3 1 4 1 5 9 2 5 end            what the encoder reads
///     target   5 2 9 5 1 4 1 3 end            what the decoder should write
///     input    start 5 2 9 5 1 4 1 3          what it reads meanwhile: the target, one place later (teacher forcing)
///
/// Each digit can be written only by looking at one certain place, so an attention map must show the anti-diagonal.
/// Sequences whose digits sum to a multiple of ten are held out: the model is tested only on sequences it was never trained on.
struct ReversalBatch {
  static constexpr Index end = 10, start = 11, marks = 12;  ///< digits are 0 to 9
  Indices source, target, input;                            ///< (B, length + 1) each
};

/// `batch` random sequences, all of them held out or none.  Throws Error if batch is negative or length below 1.
ReversalBatch reversal(Integer batch, Integer length, Flag held_out, Rng& rng);

/// "3 1 4 end": row `row` of such marks (B, T).  Throws Error if there is no such row or a number is not a mark.
std::string marks_in_words(const Indices& marks, Integer row = 0);

std::ostream& operator<<(std::ostream& out, const ReversalBatch& batch);

}  // namespace qkv::datasets
