#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>

// A small model of attention in many forms, and two tasks for it.

using namespace qkv;

/// How the layers of attention are built.
struct Form {
  Index d = 32, layers = 2, heads = 4, kv_heads = 4;  // kv_heads 1: all heads share one map for keys and one for values
  Index rank = 0;                                     // 0: full matrices (d, d); r: products of (d, r) and (r, d)
  bool share_qk = false, share_layers = false;        // W_k is W_q; all layers are the same one
};

/// x -> x W^T, or with a rank x -> x A^T B^T.
struct Map : nn::Module {
  std::vector<nn::Linear> factors;

  Map(Index in, Index out, Index rank, Rng& rng) {
    if (rank == 0) factors.push_back(add_module("W", nn::Linear(in, out, rng, false)));
    if (rank == 0) return;
    factors.push_back(add_module("A", nn::Linear(in, rank, rng, false)));
    factors.push_back(add_module("B", nn::Linear(rank, out, rng, false)));
  }
  Tensor operator()(Tensor x) const {
    for (const nn::Linear& factor : factors) x = factor(x);
    return x;
  }
};

/// x + W_o heads(W_q n, W_k n, W_v n), n = norm(x).
struct Block : nn::Module {
  Form form;
  nn::LayerNorm norm;
  Map W_q, W_k, W_v, W_o;
  Tensor keep;  // (d): 0 for the places of a head that was taken out

  Block(const Form& form_, Rng& rng)
      : form(form_),
        norm(form.d),
        W_q(form.d, form.d, form.rank, rng),
        W_k(form.share_qk ? W_q : Map(form.d, form.d / form.heads * form.kv_heads, form.rank, rng)),
        W_v(form.d, form.d / form.heads * form.kv_heads, form.rank, rng),
        W_o(form.d, form.d, form.rank, rng),
        keep(ones({form.d})) {
    adopt("norm", norm);
    adopt("W_q", W_q);
    adopt("W_k", W_k);
    adopt("W_v", W_v);
    adopt("W_o", W_o);
  }
  /// One head of keys or values for each head of queries: (B, T, kv_heads d_h) -> (B, T, heads d_h).
  Tensor for_all_heads(const Tensor& x) const {
    return form.kv_heads == form.heads ? x : concat(Tensors(static_cast<std::size_t>(form.heads / form.kv_heads), x), 2);
  }
  Tensor operator()(const Tensor& x, const AttentionOptions& options) const {
    const Tensor n = norm(x);
    return x + W_o(keep * multi_head_attention(W_q(n), for_all_heads(W_k(n)), for_all_heads(W_v(n)), form.heads, options));
  }
};

/// Words, places, blocks; then the mean of the words (texts), or the last word (questions), and a score for each class. No layers: a bag
/// of words.
struct SmallModel : nn::Module {
  Rng rng;
  Form form;
  bool last_word;
  nn::Embedding words;
  Parameter places;
  std::vector<Block> blocks;
  nn::Linear dense;

  SmallModel(Index vocabulary, Index length, Index classes, bool last_word_, const Form& form_, std::uint64_t seed)
      : rng(seed),
        form(form_),
        last_word(last_word_),
        words(vocabulary, form.d, rng, 0),
        places(add_parameter("places", randn({length, form.d}, rng, 0, 0.3))),
        dense(form.d, classes, rng) {
    words.weight.copy_from(0.3 * words.weight);
    adopt("words", words);
    for (Index i = 0; i < form.layers; ++i) {
      blocks.push_back(form.share_layers && i > 0 ? blocks[0] : Block(form, rng));
      adopt("blocks." + std::to_string(i), blocks.back());
    }
    adopt("dense", dense);
  }
  Tensor operator()(const Indices& tokens) const {
    const Mask padding = datasets::padding_of(tokens);
    AttentionOptions options;
    options.mask = padding.reshaped({tokens.shape[0], 1, 1, tokens.shape[1]});
    options.need_weights = false;
    Tensor x = words(tokens) + places;
    for (const Block& block : blocks) x = block(x, options);
    if (last_word) return dense(select(x, 1, -1));
    const Tensor alpha = softmax(masked_fill(zeros(tokens.shape), padding, -infinity));  // 1/n for each of n words
    return dense(squeeze(matmul(unsqueeze(alpha, 1), x), 1));
  }
  /// How many of the numbers belong to attention.
  Index attention_numbers() const {
    Index count = 0;
    for (const auto& [name, parameter] : named_parameters()) count += name.find("W_") != std::string::npos ? parameter.size() : 0;
    return count;
  }
};

/// Which letter follows? Different letters in a row, then one of them again: the answer is the letter behind its first place. Two layers can
/// do it: one looks one place back, the other finds the letter.
struct Successors {
  Indices tokens, labels;
};
inline Successors successors(Index count, Index letters, Index length, Rng& rng) {
  std::vector<Index> tokens, labels;
  for (Index n = 0; n < count; ++n) {
    const std::vector<Index> order = rng.permutation(letters);
    const Index asked = rng.below(length - 1);
    for (Index i = 0; i < length; ++i) tokens.push_back(1 + order[i]);
    tokens.push_back(1 + order[asked]);
    labels.push_back(order[asked + 1]);
  }
  return {Indices({count, length + 1}, tokens), Indices({count}, labels)};
}
