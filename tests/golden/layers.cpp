#include "case.h"

#include <qkv/nn/position.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/check.h>

namespace golden {
namespace {

using namespace qkv;

/// The layer of the case's sizes and weights.
template <class Layer>
Layer recurrent(Case& c, Nonlinearity nonlinearity = Nonlinearity::tanh) {
  nn::RecurrentOptions options;
  options.num_layers = c.get<Index>("num_layers");
  options.bias = c.get<bool>("bias");
  options.batch_first = c.get<bool>("batch_first");
  options.bidirectional = c.get<bool>("bidirectional");
  options.nonlinearity = nonlinearity;
  c.described_by({"seq_len", "batch"});
  Rng rng;
  Layer layer(c.get<Index>("input_size"), c.get<Index>("hidden_size"), rng, options);
  c.load(layer);
  return layer;
}

template <class Layer, Nonlinearity nonlinearity = Nonlinearity::tanh>
Tensors recurrent_outputs(Case& c) {
  Layer layer = recurrent<Layer>(c, nonlinearity);
  nn::RNNOutput result = layer(c.tensor("x"), c.get<bool>("initial_state") ? c.tensor("h_0") : Tensor());
  return {{"y", result.output}, {"h_n", result.h_n}};
}

Tensors lstm_outputs(Case& c) {
  nn::LSTM layer = recurrent<nn::LSTM>(c);
  bool start = c.get<bool>("initial_state");
  nn::LSTMOutput result = layer(c.tensor("x"), start ? c.tensor("h_0") : Tensor(), start ? c.tensor("c_0") : Tensor());
  return {{"y", result.output}, {"h_n", result.h_n}, {"c_n", result.c_n}};
}

nn::TransformerOptions transformer_options(Case& c) {
  std::string activation = c.get<std::string>("activation");
  require(activation == "relu" || activation == "gelu", "activation '", activation, "' is not known");
  nn::TransformerOptions options;
  options.activation = activation == "relu" ? nn::Activation::relu : nn::Activation::gelu;
  options.norm_first = c.get<bool>("norm_first");
  options.batch_first = c.get<bool>("batch_first");
  options.eps = c.get<double>("eps");
  return options;
}

nn::MultiheadMasks masks(const Mask& key_padding, const Mask& attn = {}) {
  nn::MultiheadMasks both;
  both.key_padding = key_padding;
  both.attn = attn;
  return both;
}

Tensors encoder_layer(Case& c) {
  Rng rng;
  nn::TransformerEncoderLayer layer(c.get<Index>("embed"), c.get<Index>("heads"), c.get<Index>("ff"), rng, transformer_options(c));
  c.load(layer);
  return {{"y", layer(c.tensor("x"), masks(c.mask("key_padding_mask"), c.mask("attn_mask")))}};
}

Tensors decoder_layer(Case& c) {
  Rng rng;
  nn::TransformerDecoderLayer layer(c.get<Index>("embed"), c.get<Index>("heads"), c.get<Index>("ff"), rng, transformer_options(c));
  c.load(layer);
  return {{"y", layer(c.tensor("x"), c.tensor("memory"), masks(c.mask("key_padding_mask"), c.mask("attn_mask")),
                      masks(c.mask("memory_key_padding_mask")))}};
}

Tensors transformer(Case& c) {
  Rng rng;
  nn::Transformer model(c.get<Index>("embed"), c.get<Index>("heads"), c.get<Index>("encoder_layers"), c.get<Index>("decoder_layers"),
                        c.get<Index>("ff"), rng, transformer_options(c));
  c.load(model);
  nn::TransformerMasks all;
  all.src_key_padding = c.mask("src_key_padding_mask");
  all.tgt = c.mask("attn_mask");
  all.tgt_key_padding = c.mask("key_padding_mask");
  all.memory_key_padding = c.mask("memory_key_padding_mask");
  return {{"y", model(c.tensor("src"), c.tensor("tgt"), all)}};
}

Tensors sinusoidal(Case& c) {
  Tensor pe = nn::sinusoidal_encoding(c.get<Index>("length"), c.get<Index>("dim"), c.get<double>("base"), c.get<Index>("offset"));
  return {{"pe", pe}, {"y", c.tensor("x") + pe}};
}

Tensors rope(Case& c) {
  const std::map<std::string, nn::RotaryLayout> layouts = {{"interleaved", nn::RotaryLayout::interleaved},
                                                           {"half", nn::RotaryLayout::half}};
  c.described_by({"dim", "length"});
  return {{"y", nn::rotary(c.tensor("x"), layouts.at(c.get<std::string>("layout")), c.get<double>("base"), c.get<Index>("offset"))}};
}

}  // namespace

void add_layers(Table& table) {
  table["rnn_tanh"] = recurrent_outputs<nn::RNN>;
  table["rnn_relu"] = recurrent_outputs<nn::RNN, Nonlinearity::relu>;
  table["gru"] = recurrent_outputs<nn::GRU>;
  table["lstm"] = lstm_outputs;
  table["encoder_layer"] = encoder_layer;
  table["decoder_layer"] = decoder_layer;
  table["transformer"] = transformer;
  table["sinusoidal"] = sinusoidal;
  table["rope"] = rope;
}

}  // namespace golden
