#pragma once
#include <qkv/tensor/tensor.h>

// What a decoder keeps from one word to the next, so that it need not read all words again.

namespace qkv::nn {

/// The projected keys and values of the positions read so far, (B, S, embed_dim) each, whatever batch_first says. A decoder that writes word
/// by word keeps them. Without them it would project every earlier word again at each step.
struct KeyValueCache {
  Tensor keys, values;  ///< undefined at first: nothing was read yet

  /// How many positions are kept.
  Index length() const { return keys.defined() ? keys.size(1) : 0; }
  /// Row b becomes a copy of row from[b]: beam search continues some rows more than once and drops others (nn/decode.h).
  void reorder(const std::vector<Index>& from);
};

/// What a decoder layer keeps from one word to the next: of what was written, and of the encoder's output.
struct DecoderLayerCache {
  KeyValueCache written, memory;
};

/// What a decoder keeps from one word to the next, layer by layer.
struct TransformerCache {
  std::vector<DecoderLayerCache> layers;
  Mask memory_key_padding;  ///< (B, S)

  /// Row b becomes a copy of row from[b], in every layer.
  void reorder(const std::vector<Index>& from);
};

}  // namespace qkv::nn
