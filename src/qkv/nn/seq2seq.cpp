#include <qkv/nn/decode.h>
#include <qkv/nn/seq2seq.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::nn {
namespace {

constexpr double tiny = 1e-12;  // keeps log p finite where a word can neither be written nor copied

/// Rows of the last axis: x (..., d) and where each row is found, counted over all axes before -> (places, d).
Tensor rows_at(const Tensor& x, const Indices& places) { return embedding(places, reshape(x, {-1, x.size(-1)})); }

/// How many places of each row are no padding: all of them, if nothing is hidden.
std::vector<Index> lengths_of(const char* operation, const Shape& places, const Mask& padding) {
  std::vector<Index> lengths(static_cast<std::size_t>(places[0]), places[1]);
  if (padding.empty()) return lengths;
  require(padding.shape == places, operation, ": padding ", padding.shape, ": must be ", places, ", (B, S)");
  padding.check(operation);
  for (Index b = 0; b < places[0]; ++b) {
    auto row = padding.hidden.begin() + b * places[1];
    lengths[b] = std::find(row, row + places[1], 1) - row;
    require(lengths[b] > 0, operation, ": row ", b, " is all padding");
    require(std::count(row, row + places[1], 0) == lengths[b], operation, ": row ", b, ": padding must stand behind the sequence");
  }
  return lengths;
}

/// Each row's own part turned round, padding left where it is: (B, S, d) -> (B, S, d).
Tensor turned(const Tensor& x, const std::vector<Index>& lengths) {
  const Index steps = x.size(1);
  Indices places({x.size(0), steps}, std::vector<Index>(static_cast<std::size_t>(x.size(0) * steps)));
  for (Index b = 0; b < x.size(0); ++b)
    for (Index t = 0; t < steps; ++t) places.values[b * steps + t] = b * steps + (t < lengths[b] ? lengths[b] - 1 - t : t);
  return rows_at(x, places);
}

/// The mean of the states that are no padding (B, d).
Tensor mean_state(const Memory& memory) {
  if (memory.padding.empty()) return mean(memory.states, 1);
  const Shape shape = memory.padding.shape;
  Tensor share = zeros({shape[0], 1, shape[1]});
  for (Index b = 0; b < shape[0]; ++b) {
    const auto row = memory.padding.hidden.begin() + b * shape[1];
    const auto count = std::count(row, row + shape[1], 0);
    for (Index s = 0; s < shape[1]; ++s)
      if (!row[s]) share.set({b, 0, s}, 1.0 / static_cast<double>(count));
  }
  return squeeze(matmul(share, memory.states), 1);
}

RecurrentOptions both_directions() {
  RecurrentOptions options;
  options.bidirectional = true;
  return options;
}

/// Before any part is built.
const DecoderOptions& checked(Index vocabulary, Index width, Index hidden, Index memory_size, const DecoderOptions& options) {
  require(vocabulary > 0 && width > 0 && hidden > 0 && memory_size > 0, "Decoder: vocabulary ", vocabulary, ", width ", width, ", hidden ",
          hidden, ", memory_size ", memory_size, ": must be at least 1");
  require(options.attention || !options.copy, "Decoder: copy without attention: there are no weights to copy by");
  require(options.unknown >= 0 && options.unknown < vocabulary, "Decoder: unknown ", options.unknown, ": must be from 0 to ",
          vocabulary - 1);
  return options;
}

/// Words of the vocabulary as they are, copied ones as unknown.
Indices known(const Decoder& decoder, Indices words) {
  for (Index& word : words.values)
    if (word >= decoder.vocabulary()) word = decoder.options.unknown;
  return words;
}

}  // namespace

Encoder::Encoder(Integer in, Integer hidden, Rng& rng) : gru(add_module("gru", GRU(in, hidden, rng, both_directions()))) {}

Memory Encoder::operator()(const Tensor& x, const Mask& padding) const {
  require(x.rank() == 3 && x.size(2) == gru.input_size && x.size(1) > 0, "Encoder: x ", x.shape(), ": must be (B, S, ", gru.input_size,
          ")");
  const Index batch = x.size(0), steps = x.size(1);
  const std::vector<Index> lengths = lengths_of("Encoder", {batch, steps}, padding);
  const Tensor start = zeros({batch, gru.hidden_size});
  auto read = [&](const Tensor& sequence, std::size_t direction) {  // (B, S, in) -> (B, S, hidden)
    return transpose(qkv::gru(transpose(sequence, 0, 1), start, gru.cells[direction]), 0, 1);
  };
  const Tensor forwards = read(x, 0), backwards = turned(read(turned(x, lengths), 1), lengths);
  Indices last({batch}, std::vector<Index>(static_cast<std::size_t>(batch)));
  for (Index b = 0; b < batch; ++b) last.values[b] = b * steps + lengths[b] - 1;
  return {concat({forwards, backwards}, 2), padding, concat({rows_at(forwards, last), select(backwards, 1, 0)}, 1), {}};
}

void DecoderState::reorder(const std::vector<Index>& from) {
  for (Tensor* each : {&memory.states, &memory.summary, &keys, &h})
    if (each->defined()) *each = take_rows(*each, from);
  memory.padding = take_rows(memory.padding, from);
  if (!memory.words.values.empty()) memory.words = take_rows(memory.words, from);
}

Decoder::Decoder(Integer vocabulary, Integer width, Integer hidden, Integer memory_size, Rng& rng, const DecoderOptions& chosen)
    : options(checked(vocabulary, width, hidden, memory_size, chosen)),
      dropout(chosen.dropout, rng),
      embedding(add_module("embedding", Embedding(vocabulary, width, rng))),
      gru(add_module("gru", GRU(width, hidden, rng))),
      start(add_module("start", Linear(memory_size, hidden, rng))),
      combine(add_module("combine", Linear(hidden + memory_size, width, rng))),
      gate(hidden + memory_size + width, 1, rng),
      attention(hidden, memory_size, hidden, rng),
      bias(add_parameter("bias", zeros({vocabulary}))) {
  if (options.copy) adopt("gate", gate);
  if (options.attention) adopt("attention", attention);
  embedding.weight.copy_from(randn(embedding.weight.shape(), rng, 0, 1 / std::sqrt(static_cast<double>(Index(width)))));
}

DecoderState Decoder::begin(const Memory& given) const {
  DecoderState state{given, {}, {}};
  Memory& memory = state.memory;
  const Shape shape = memory.states.shape();
  const Index size = start.weight.size(1);
  require(shape.rank() == 3 && shape[2] == size && shape[1] > 0, "Decoder: memory ", shape, ": must be (B, S, ", size, ")");
  const Shape places{shape[0], shape[1]};
  require(memory.padding.empty() || memory.padding.shape == places, "Decoder: padding ", memory.padding.shape, ": must be ", places,
          ", (B, S)");
  memory.padding.check("Decoder");
  if (options.copy) {
    require(memory.words.shape == places, "Decoder: words ", memory.words.shape, " to be copied: must be ", places, ", (B, S)");
    memory.words.check("Decoder");
  }
  if (!memory.summary.defined()) memory.summary = mean_state(memory);
  require(memory.summary.shape() == Shape{shape[0], size}, "Decoder: summary ", memory.summary.shape(), ": must be ", Shape{shape[0], size},
          ", (B, d)");
  if (options.attention) state.keys = attention.W2(memory.states);
  state.h = tanh(start(memory.summary));
  return state;
}

Decoded Decoder::operator()(const Indices& input, DecoderState& state) const {
  const Memory& memory = state.memory;
  const Index batch = memory.states.size(0), places = memory.states.size(1);
  require(input.shape.rank() == 2 && input.shape[0] == batch && input.shape[1] > 0, "Decoder: input ", input.shape, ": must be (", batch,
          ", T)");
  const Index steps = input.shape[1];
  Tensor y = dropout(embedding(known(*this, input)) * std::sqrt(static_cast<double>(embedding.weight.size(1))));  // (B, T, width)
  RNNOutput states = gru(y, unsqueeze(state.h, 0));                                                               // (B, T, hidden)
  state.h = select(states.h_n, 0, 0);

  Attended seen;
  if (options.attention) {
    const Mask hidden = memory.padding.empty() ? Mask() : memory.padding.reshaped({batch, 1, places});
    seen = additive_attention(attention.W1(states.output), state.keys, attention.v, memory.states, hidden);
  } else {
    seen.output = expand(unsqueeze(memory.summary, 1), {batch, steps, memory.summary.size(1)});
  }
  Tensor both = concat({states.output, seen.output}, 2);  // (B, T, hidden + d)
  Decoded result{dropout(tanh(combine(both))), seen.weights, {}};
  if (options.copy) result.p_gen = sigmoid(squeeze(gate(concat({both, y}, 2)), 2));
  return result;
}

Tensor Decoder::logits(const Tensor& output) const { return linear(output, embedding.weight, bias); }

/// p = p_gen p_vocab, with zeros for the words that can only be copied; then (1 - p_gen) alpha_j is added at the word of place j.
Tensor Decoder::log_p(const Decoded& decoded, const Memory& memory) const {
  if (!options.copy) return log_softmax(logits(decoded.output));
  const Index batch = decoded.output.size(0), steps = decoded.output.size(1), places = memory.words.shape[1];
  const Index all = std::max(vocabulary(), 1 + *std::max_element(memory.words.values.begin(), memory.words.values.end()));
  const Tensor g = unsqueeze(decoded.p_gen, 2);  // (B, T, 1)
  Tensor p = concat({g * softmax(logits(decoded.output)), zeros({batch, steps, all - vocabulary()})}, 2);
  Indices words;  // the same for every step
  words.shape = {batch, steps, places};
  for (Index b = 0; b < batch; ++b)
    for (Index t = 0; t < steps; ++t)
      words.values.insert(words.values.end(), memory.words.values.begin() + b * places, memory.words.values.begin() + (b + 1) * places);
  return log(scatter_add(p, 2, words, (1 - g) * decoded.weights) + tiny);
}

Tensor Decoder::loss(const Decoded& decoded, const Indices& target, const Memory& memory) const {
  const Shape shape{decoded.output.size(0), decoded.output.size(1)};
  require(target.shape == shape, "Decoder: target ", target.shape, ": must be ", shape, ", (B, T)");
  target.check("Decoder");
  Indices counted, right;  // the places of the targets that count, and these targets
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    if (target.values[i] == options.padding) continue;
    counted.values.push_back(static_cast<Index>(i));
    right.values.push_back(target.values[i]);
  }
  require(!right.values.empty(), "Decoder: none of ", target.values.size(), " targets counts, so that there is no mean");
  counted.shape = right.shape = {static_cast<Index>(right.values.size())};
  const Tensor scores = logits(rows_at(decoded.output, counted));  // (N, vocabulary)
  if (!options.copy) return cross_entropy(scores, known(*this, right));

  // A target that only the memory has cannot be generated; all others can.
  Tensor can_be_written = zeros(right.shape), same = zeros({shape[0], shape[1], memory.words.shape[1]});
  for (Index n = 0; n < right.shape[0]; ++n) can_be_written.set({n}, right.values[n] < vocabulary());
  Scalar* match = same.mutable_data();
  for (Index i = 0; i < shape.count(); ++i)
    for (Index s = 0; s < memory.words.shape[1]; ++s)
      *match++ = target.values[i] == memory.words.values[i / shape[1] * memory.words.shape[1] + s];
  CrossEntropyOptions each;
  each.reduction = Reduction::none;
  const Tensor written = exp(-cross_entropy(scores, known(*this, right), each)) * can_be_written;    // (N)
  auto of_counted = [&](const Tensor& x) { return squeeze(rows_at(unsqueeze(x, 2), counted), 1); };  // (B, T) -> (N)
  const Tensor copied = of_counted(sum(decoded.weights * same, 2)), g = of_counted(decoded.p_gen);
  return -mean(log(g * written + (1 - g) * copied + tiny));
}

Tensor Decoder::loss(const Indices& input, const Indices& target, const Memory& memory) const {
  DecoderState state = begin(memory);
  return loss((*this)(input, state), target, state.memory);
}

}  // namespace qkv::nn
