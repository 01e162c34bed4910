#include <qkv/nn/init.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

/// The state before the first step of every cell (layers * directions, B, h): as given, or zeros. Throws Error if it or x does not fit.
Tensor initial_state(const char* name, const char* which, const Recurrent& net, const Tensor& x, const Tensor& given) {
  const bool batch_first = net.options.batch_first;
  require(x.rank() == 3 && x.size(2) == net.input_size, name, ": x ", x.shape(), ": must be ", batch_first ? "(B, T, " : "(T, B, ",
          net.input_size, ")");
  require(x.size(batch_first ? 1 : 0) > 0, name, ": x ", x.shape(), ": must have at least one step");
  const Shape shape{net.options.num_layers * net.directions(), x.size(batch_first ? 0 : 1), net.hidden_size};
  if (!given.defined()) return zeros(shape);
  require(given.shape() == shape, name, ": ", which, " ", given.shape(), ": must be ", shape, ", (layers * directions, B, h)");
  return given;
}

/// Layer on layer, direction beside direction. run(input, cell, reverse) gives the states h_t (T, B, h) of one cell, or h_t and c_t (2, T, B, h).
/// -> the last layer's h_t, and of every cell the state after its last step, which is step 0 if it reads backwards: (cells, [2,] B, h).
template <class Run>
std::pair<Tensor, Tensor> through_layers(const Recurrent& net, const Tensor& x, Run run) {
  Tensor h = net.options.batch_first ? transpose(x, 0, 1) : x;  // (T, B, in)
  Tensors final_states;
  for (Index layer = 0; layer < net.options.num_layers; ++layer) {
    Tensors side_by_side;
    for (Index direction = 0; direction < net.directions(); ++direction) {
      Tensor states = run(h, layer * net.directions() + direction, direction == 1);
      final_states.push_back(select(states, -3, direction == 1 ? 0 : -1));
      side_by_side.push_back(states.rank() == 3 ? states : select(states, 0, 0));
    }
    h = net.directions() == 1 ? side_by_side[0] : concat(side_by_side, 2);
  }
  return {net.options.batch_first ? transpose(h, 0, 1) : h, stack(final_states)};
}

/// Before anything is built: the options, if a layer can have them.
const RecurrentOptions& checked(const char* name, Index gates, Index in, Index hidden, const RecurrentOptions& chosen) {
  require(in > 0 && hidden > 0, name, ": input_size ", in, ", hidden_size ", hidden, ": must be at least 1");
  Shape{gates, hidden, in}.count();  // throws beyond any memory, where products of these would overflow
  require(chosen.num_layers > 0, name, ": num_layers ", chosen.num_layers, ": must be at least 1");
  return chosen;
}

}  // namespace

Recurrent::Recurrent(const char* name, Index gates, Index in, Index hidden, Rng& rng, const RecurrentOptions& chosen)
    : input_size(in), hidden_size(hidden), options(checked(name, gates, in, hidden, chosen)), cells(make_cells(gates, rng)) {}

std::vector<CellWeights> Recurrent::make_cells(Index gates, Rng& rng) {
  std::vector<CellWeights> result;
  for (Index layer = 0; layer < options.num_layers; ++layer)
    for (Index direction = 0; direction < directions(); ++direction) {
      const std::string suffix = "_l" + std::to_string(layer) + (direction ? "_reverse" : "");
      const Index width = layer == 0 ? input_size : hidden_size * directions(), rows = gates * hidden_size;
      auto add = [&](const char* what, const Shape& shape) {
        return add_parameter(what + suffix, fan_in_uniform(shape, hidden_size, rng));
      };
      auto bias = [&](const char* what) { return options.bias ? add(what, {rows}) : Tensor(); };
      result.push_back({add("weight_ih", {rows, width}), add("weight_hh", {rows, hidden_size}), bias("bias_ih"), bias("bias_hh")});
    }
  return result;
}

RNN::RNN(Integer in, Integer hidden, Rng& rng, const RecurrentOptions& chosen) : Recurrent("RNN", 1, in, hidden, rng, chosen) {}
LSTM::LSTM(Integer in, Integer hidden, Rng& rng, const RecurrentOptions& chosen) : Recurrent("LSTM", 4, in, hidden, rng, chosen) {}
GRU::GRU(Integer in, Integer hidden, Rng& rng, const RecurrentOptions& chosen) : Recurrent("GRU", 3, in, hidden, rng, chosen) {}

RNNOutput RNN::operator()(const Tensor& x, const Tensor& h_0) const {
  const Tensor start = initial_state("RNN", "h_0", *this, x, h_0);
  auto [output, h_n] = through_layers(*this, x, [&](const Tensor& input, Index cell, bool reverse) {
    return rnn(input, select(start, 0, cell), cells[cell], options.nonlinearity, reverse);
  });
  return {output, h_n};
}

RNNOutput GRU::operator()(const Tensor& x, const Tensor& h_0) const {
  const Tensor start = initial_state("GRU", "h_0", *this, x, h_0);
  auto [output, h_n] = through_layers(
      *this, x, [&](const Tensor& input, Index cell, bool reverse) { return gru(input, select(start, 0, cell), cells[cell], reverse); });
  return {output, h_n};
}

LSTMOutput LSTM::operator()(const Tensor& x, const Tensor& h_0, const Tensor& c_0) const {
  const Tensor h = initial_state("LSTM", "h_0", *this, x, h_0), c = initial_state("LSTM", "c_0", *this, x, c_0);
  auto [output, last] = through_layers(*this, x, [&](const Tensor& input, Index cell, bool reverse) {
    return lstm(input, select(h, 0, cell), select(c, 0, cell), cells[cell], reverse);
  });
  return {output, select(last, 1, 0), select(last, 1, 1)};
}

}  // namespace qkv::nn
