#include <qkv/nn/init.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

void check_input(const char* name, const Recurrent& net, const Tensor& x) {
  const Shape shape = x.shape();
  require(shape.rank() == 3 && shape.back() == net.input_size, name, ": x ", shape, ": must be ",
          net.options.batch_first ? "(B, T, " : "(T, B, ", net.input_size, ")");
  require(shape[net.options.batch_first ? 1 : 0] > 0, name, ": x ", shape, ": must have at least one step");
}

/// The state before the first step of every cell (layers * directions, B, h): as given, or zeros.
Tensor initial_state(const char* name, const char* which, const Recurrent& net, const Tensor& x, const Tensor& given) {
  const Shape shape{net.options.num_layers * net.directions(), x.size(net.options.batch_first ? 0 : 1), net.hidden_size};
  if (!given.defined()) return zeros(shape);
  require(given.shape() == shape, name, ": ", which, " ", given.shape(), ": must be ", shape, ", (layers * directions, B, h)");
  return given;
}

/// Layer on layer, direction beside direction. run(input, cell, reverse) gives the states h_t (T, B, h) of one cell.
template <class Run>
Tensor through_layers(const Recurrent& net, const Tensor& x, Run run) {
  Tensor h = net.options.batch_first ? transpose(x, 0, 1) : x;  // (T, B, in)
  for (Index layer = 0; layer < net.options.num_layers; ++layer) {
    Tensor forward = run(h, layer * net.directions(), false);  // (T, B, h)
    h = net.directions() == 1 ? forward : concat({forward, run(h, layer * 2 + 1, true)}, 2);
  }
  return net.options.batch_first ? transpose(h, 0, 1) : h;
}

/// The state after the last step taken, which is step 0 of a cell that reads backwards: (T, B, h) -> (B, h).
Tensor final_state(const Tensor& states, bool reverse) { return select(states, 0, reverse ? 0 : -1); }

/// RNN and GRU, whose only state is h. op(input, h0, weights, reverse) gives the states of one cell.
template <class Op>
RNNOutput run_with_h(const char* name, const Recurrent& net, const Tensor& x, const Tensor& h_0, Op op) {
  check_input(name, net, x);
  const Tensor start = initial_state(name, "h_0", net, x, h_0);
  Tensors h_n;
  Tensor output = through_layers(net, x, [&](const Tensor& input, Index cell, bool reverse) {
    Tensor h = op(input, select(start, 0, cell), net.cells[cell], reverse);  // (T, B, h)
    h_n.push_back(final_state(h, reverse));
    return h;
  });
  return {output, stack(h_n)};
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
  return run_with_h("RNN", *this, x, h_0, [this](const Tensor& input, const Tensor& h0, const CellWeights& weights, bool reverse) {
    return rnn(input, h0, weights, options.nonlinearity, reverse);
  });
}

RNNOutput GRU::operator()(const Tensor& x, const Tensor& h_0) const { return run_with_h("GRU", *this, x, h_0, gru); }

LSTMOutput LSTM::operator()(const Tensor& x, const Tensor& h_0, const Tensor& c_0) const {
  check_input("LSTM", *this, x);
  const Tensor h_start = initial_state("LSTM", "h_0", *this, x, h_0), c_start = initial_state("LSTM", "c_0", *this, x, c_0);
  Tensors h_n, c_n;
  Tensor output = through_layers(*this, x, [&](const Tensor& input, Index cell, bool reverse) {
    const CellWeights& weights = cells[cell];
    Tensor states = lstm(input, select(h_start, 0, cell), select(c_start, 0, cell), weights, reverse);  // (2, T, B, h)
    Tensor last = select(states, 1, reverse ? 0 : -1);                                                  // (2, B, h)
    h_n.push_back(select(last, 0, 0));
    c_n.push_back(select(last, 0, 1));
    return select(states, 0, 0);  // all h_t (T, B, h)
  });
  return {output, stack(h_n), stack(c_n)};
}

}  // namespace qkv::nn
