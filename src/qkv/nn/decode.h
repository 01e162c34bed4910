#pragma once
#include <qkv/tensor/tensor.h>

#include <functional>

namespace qkv::nn {

/// Appends `last` (B) to `written` (B, T) as one more column: (B, T + 1).  Throws Error if the numbers of rows differ.
Indices append_column(const Indices& written, const Indices& last);

/// Appends `steps` marks, each the most likely after those before it: a decoder does this when nobody tells it the right answer.
/// `written` (B, T) is the beginning of the rows, at least a column of start marks. `next` maps what is written so far (B, t) to the scores
/// (B, classes) of the next mark. -> (B, T + steps), the beginning included. Records no graph.  Throws Error if steps < 0.
///     Indices answer = nn::greedy_decode(start, 9, [&](const Indices& written) { return select(decoder(written, memory), 1, -1); });
Indices greedy_decode(const Indices& written, Integer steps, const std::function<Tensor(const Indices&)>& next);

}  // namespace qkv::nn
