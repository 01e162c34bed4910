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

/// Draws a mark for each row of scores (..., classes) -> (...), from softmax(scores / temperature). A temperature below 1 prefers the likely
/// marks even more, above 1 less; 0 means the likeliest. With top_k > 0 only the top_k largest scores of a row take part (of equal ones the
/// first).  Throws Error if the temperature is negative or not a number, top_k is negative, a score is NaN, or a row's scores are all -inf.
Indices sample(const Tensor& scores, Rng& rng, double temperature = 1, Integer top_k = 0);

/// One of several answers that beam search keeps.
struct Hypothesis {
  std::vector<Index> marks;  ///< what was appended, without the beginning; the last is the end mark, if it was reached
  double log_p = 0;          ///< log-probability of these marks: the sum over them
  double score = 0;          ///< log_p divided by (number of marks)^length_penalty: what hypotheses are compared by
  bool finished = false;     ///< the end mark was reached
};

struct BeamOptions {
  Integer beam = 4;           ///< how many hypotheses are kept for each row
  Integer end = -1;           ///< the mark after which a hypothesis is finished; -1: there is none
  double length_penalty = 0;  ///< 0 compares log-probabilities, which prefers short answers; 1 their mean over the marks
};

/// The scores (rows, classes) of the next mark after what is written (rows, t). Row r of `written` continues row from[r] of the call before
/// (at the first call: row r of the beginning). A decoder that keeps a state between calls reorders it first: cache.reorder(from).
using NextScores = std::function<Tensor(const Indices& written, const std::vector<Index>& from)>;

/// Keeps the `beam` best beginnings of an answer instead of one: at each step, of all their continuations by one mark and of the finished
/// ones, the `beam` with the best scores (of equal ones the first). Ends when all that are kept are finished, and at the latest after
/// `steps` marks. A beam of 1 is greedy_decode.  Graves 2012; Sutskever et al. 2014, §3.2; the length penalty: Wu et al. 2016, §7.
/// `written` (B, T) is the beginning of each row -> for each row its hypotheses, the best first. Records no graph.  Throws Error if steps
/// is negative, beam < 1, or `next` returns scores of another shape, or NaN.
///     nn::TransformerCache cache = model.remember(memory);
///     auto answers = nn::beam_search(start, 30, {4, end}, [&](const Indices& written, const std::vector<Index>& from) {
///       cache.reorder(from);
///       return scores(model.decode(embed(last_column(written)), cache));
///     });
std::vector<std::vector<Hypothesis>> beam_search(const Indices& written, Integer steps, const BeamOptions& options, const NextScores& next);

/// The last column of what is written, (B, T) -> (B, 1): all that a decoder with a cache needs to read.
Indices last_column(const Indices& written);

}  // namespace qkv::nn
