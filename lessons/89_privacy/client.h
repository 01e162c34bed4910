#pragma once
#include "ranks.h"

// A client's model, what its gradients tell, and training it in several places.

/// Self-attention over a short text, then the mean of the words: which section does it belong to?
struct TextModel : nn::Module {
  Rng rng;
  nn::Embedding words;  // (V, d); row 0 stands for padding
  Parameter places;     // (T, d)
  nn::Linear W_q, W_k, W_v, dense;

  TextModel(Index vocabulary, Index length, Index classes, std::uint64_t seed, Index d = 8)
      : rng(seed),
        words(vocabulary, d, rng, 0),
        places(add_parameter("places", randn({length, d}, rng, 0, 0.3))),
        W_q(d, d, rng, false),
        W_k(d, d, rng, false),
        W_v(d, d, rng, false),
        dense(d, classes, rng) {
    words.weight.copy_from(0.3 * words.weight);
    adopt("words", words);
    adopt("W_q", W_q);
    adopt("W_k", W_k);
    adopt("W_v", W_v);
    adopt("dense", dense);
  }

  /// tokens (B, T) -> a score for each class (B, classes).
  Tensor operator()(const Indices& tokens) const {
    const Mask padding = datasets::padding_of(tokens);  // (B, T)
    AttentionOptions options;
    options.mask = padding.reshaped({tokens.shape[0], 1, tokens.shape[1]});
    const Tensor x = words(tokens) + places;
    const Tensor y = x + scaled_dot_product_attention(W_q(x), W_k(x), W_v(x), options).output;
    const Tensor alpha = softmax(masked_fill(zeros(tokens.shape), padding, -infinity));  // 1/n for each of n words
    return dense(squeeze(matmul(unsqueeze(alpha, 1), y), 1));
  }
};

// ---- All gradients, or all weights, as one list of numbers: this is what a client sends

inline std::vector<Scalar> flat(const Tensors& tensors) {
  std::vector<Scalar> numbers;
  for (const Tensor& x : tensors) numbers.insert(numbers.end(), x.data(), x.data() + x.size());
  return numbers;
}
inline Tensors gradients_of(const Tensors& parameters) {
  Tensors result;
  for (const Tensor& p : parameters) result.push_back(p.grad());
  return result;
}
/// Adds scale times the numbers to the parameters / puts the numbers in their place.
inline void add_to(const Tensors& parameters, const std::vector<Scalar>& numbers, double scale) {
  std::size_t at = 0;
  for (const Tensor& p : parameters) {
    Scalar* to = p.mutable_data();
    for (Index i = 0; i < p.size(); ++i) to[i] += static_cast<Scalar>(scale) * numbers[at++];
  }
}
inline void overwrite(const Tensors& parameters, const std::vector<Scalar>& numbers) {
  std::size_t at = 0;
  for (const Tensor& p : parameters) {
    std::copy(numbers.begin() + at, numbers.begin() + at + p.size(), p.mutable_data());
    at += static_cast<std::size_t>(p.size());
  }
}

/// The gradient of the mean loss on some rows.
inline std::vector<Scalar> gradient(TextModel& model, const datasets::TextSet& set, const std::vector<Index>& which) {
  model.zero_grad();
  cross_entropy(model(take_rows(set.tokens, which)), take_rows(set.labels, which)).backward();
  return flat(gradients_of(model.parameters()));
}

// ---- What a gradient tells

/// The length of each row of a matrix.
inline std::vector<double> row_lengths(const Tensor& x) {
  std::vector<double> lengths;
  for (Index w = 0; w < x.size(0); ++w) lengths.push_back(norm(x[w]).item());
  return lengths;
}

/// The words that an update touched: the rows that are not 0.
inline std::vector<Index> words_of_update(const Tensor& d_words) {
  std::vector<Index> found;
  const std::vector<double> lengths = row_lengths(d_words);
  for (std::size_t w = 0; w < lengths.size(); ++w)
    if (lengths[w] != 0) found.push_back(static_cast<Index>(w));
  return found;
}

/// One text, word by word: a word that comes once has the same gradient as its place. What is left, if it is one word, fills the other
/// places. -1 where that does not tell.
inline std::vector<Index> text_of_update(const Tensor& d_words, const Tensor& d_places) {
  std::vector<Index> found = words_of_update(d_words), left, text;
  text.assign(words_of_update(d_places).size(), -1);
  for (Index word : found) {
    bool placed = false;
    for (std::size_t i = 0; i < text.size() && !placed; ++i)
      if (text[i] < 0 && norm(d_words[word] - d_places[static_cast<Index>(i)]).item() == 0) text[i] = word, placed = true;
    if (!placed) left.push_back(word);
  }
  if (left.size() == 1) std::replace(text.begin(), text.end(), Index{-1}, left[0]);
  return text;
}

/// The label of one text: the only class whose gradient at the last bias is negative, p_c - 1.  Zhao, Mopuri and Bilen 2020.
inline Index label_of_update(const Tensor& d_bias) { return argmax(-d_bias).values[0]; }

/// The numbers of a text's words, without padding, or of all words in several texts, each once.
inline std::vector<Index> words_in(const datasets::TextSet& set, const std::vector<Index>& which) {
  std::vector<Index> numbers = take_rows(set.tokens, which).values;
  numbers.erase(std::remove(numbers.begin(), numbers.end(), datasets::Vocabulary::padding), numbers.end());
  if (which.size() == 1) return numbers;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

struct ReadBack {
  std::vector<Index> words;
  Index label;
};
/// What the gradient of one text tells.
inline ReadBack read_back(TextModel& model, const datasets::TextSet& set, Index n) {
  gradient(model, set, {n});
  return {text_of_update(model.words.weight.grad(), model.places.grad()), label_of_update(model.dense.bias.grad())};
}
/// The gradient of the table of words.
inline Tensor sent_words(TextModel& model, const datasets::TextSet& set, const std::vector<Index>& which) {
  gradient(model, set, which);
  return model.words.weight.grad();
}

/// How many of these words are in a text.
inline Index hits(const std::vector<Index>& found, const std::vector<Index>& text) {
  return std::count_if(found.begin(), found.end(), [&](Index w) { return std::count(text.begin(), text.end(), w) > 0; });
}

/// The n words with the longest rows: what is left to somebody who sees noise in every row, and knows n.
inline std::vector<Index> longest_rows(const Tensor& d_words, std::size_t n) {
  const std::vector<double> lengths = row_lengths(d_words);
  std::vector<Index> order(lengths.size());
  for (std::size_t w = 0; w < order.size(); ++w) order[w] = static_cast<Index>(w);
  std::partial_sort(order.begin(), order.begin() + n, order.end(), [&](Index a, Index b) { return lengths[a] > lengths[b]; });
  order.resize(n);
  return order;
}

// ---- Training in several places

/// One pass over `mine` with plain gradient descent.
inline void local_epoch(TextModel& model, const datasets::TextSet& set, const std::vector<Index>& mine, Index batch, double lr, Rng& rng) {
  for (const std::vector<Index>& order : datasets::Batches(static_cast<Index>(mine.size()), batch, rng)) {
    std::vector<Index> which;
    for (Index i : order) which.push_back(mine[i]);
    add_to(model.parameters(), gradient(model, set, which), -lr);
  }
}

/// Federated averaging: every client learns from its own texts, then all weights are replaced by their mean.  McMahan et al. 2017.
inline void federated_round(Rank& rank, TextModel& model, const datasets::TextSet& set, const std::vector<Index>& mine, Index batch,
                            double lr, Rng& rng) {
  local_epoch(model, set, mine, batch, lr, rng);
  std::vector<Scalar> weights = flat(model.parameters());
  rank.add_up(weights);
  for (Scalar& w : weights) w /= static_cast<Scalar>(rank.count);
  overwrite(model.parameters(), weights);
}

/// What so many passes change in the table of words.
inline Tensor changed_words(TextModel& model, const datasets::TextSet& set, const std::vector<Index>& mine, int passes, Rng& rng) {
  const Tensor before = model.words.weight.detach().clone();
  for (int pass = 0; pass < passes; ++pass) local_epoch(model, set, mine, 8, 0.5, rng);
  return model.words.weight.detach() - before;
}
