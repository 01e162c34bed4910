#pragma once
#include <qkv/tensor/tensor.h>

#include <functional>

namespace qkv::nn {

/// `last` (B) as one more column of `written` (B, T): (B, T + 1).  Throws Error if the numbers of rows differ.
Indices append_column(const Indices& written, const Indices& last);

/// Goes on writing, each mark the likeliest after those before it: what a decoder does once nobody tells it the right answer.
/// `written` (B, T) is how the rows begin, a column of start marks at least. `next` maps what stands so far (B, t) to the scores
/// (B, classes) of what follows. -> (B, T + steps), the beginning included. Records no graph.  Throws Error if steps < 0.
///     Indices answer = nn::greedy_decode(start, 9, [&](const Indices& written) { return select(decoder(written, memory), 1, -1); });
Indices greedy_decode(const Indices& written, Integer steps, const std::function<Tensor(const Indices&)>& next);

}  // namespace qkv::nn
