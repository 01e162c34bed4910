#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <memory>

// Ways to say what belongs into a basket: by counting, by vectors, by attention. The lesson runs them, and so do the answers to the exercises.

using namespace qkv;
using Basket = std::vector<Index>;

namespace {

constexpr Index longest = 12;  // items of a basket that are looked at

/// Baskets with one item hidden each.
struct Cases {
  Indices history;  // (N, longest), what is left; padded with the number of items
  Indices hidden;   // (N)
};

/// Hides one item of each basket at random.
Cases hide_one(const std::vector<Basket>& baskets, Index items, Rng& rng) {
  const Index count = static_cast<Index>(baskets.size());
  Cases cases{Indices({count, longest}, Basket(count * longest, items)), Indices({count}, Basket(count))};
  for (Index n = 0; n < count; ++n) {
    const Basket order = rng.permutation(static_cast<Index>(baskets[n].size()));
    cases.hidden.values[n] = baskets[n][order[0]];
    for (Index i = 0; i < longest && i + 1 < static_cast<Index>(order.size()); ++i)
      cases.history.values[n * longest + i] = baskets[n][order[i + 1]];
  }
  return cases;
}

/// (B, items): true for what is in the basket already and must not be suggested.
Mask already_there(const Indices& history, Index items) {
  Mask mask({history.shape[0], items}, std::vector<std::uint8_t>(history.shape[0] * items));
  for (Index n = 0; n < history.shape[0]; ++n)
    for (Index i = 0; i < history.shape[1]; ++i)
      if (Index item = history.values[n * history.shape[1] + i]; item < items) mask.hidden[n * items + item] = 1;
  return mask;
}

/// history (B, L) -> true where there is no item.
Mask padding(const Indices& history, Index items) {
  Mask mask(history.shape, std::vector<std::uint8_t>(history.values.size()));
  for (std::size_t i = 0; i < mask.hidden.size(); ++i) mask.hidden[i] = history.values[i] == items;
  return mask;
}

/// Whatever gives each item a score for each basket. `own`: the hidden items, where the baskets are among those that were counted: what a
/// basket says about itself must then be left out (only AttentionOverCounts needs to know).
struct Recommender : nn::Module {
  virtual ~Recommender() = default;
  virtual Tensor operator()(const Indices& history, const Indices* own = nullptr) const = 0;  // (B, L) -> (B, items)

  /// How surprised it is by the hidden items (B).
  virtual Tensor loss(const Indices& history, const Indices& hidden, Rng&) const {
    Tensor scores = (*this)(history, &hidden);
    return cross_entropy(masked_fill(scores, already_there(history, scores.size(1)), -1e4), hidden);
  }
};

// ---- Counting -------------------------------------------------------------------------------------------------------------------------

/// How many baskets hold each item (on the diagonal) and each pair: (items, items).
Tensor counts(const std::vector<Basket>& baskets, Index items) {
  Tensor together = zeros({items, items});
  Scalar* to = together.mutable_data();
  for (const Basket& basket : baskets)
    for (Index i : basket)
      for (Index j : basket) to[i * items + j] += 1;
  return together;
}

/// The cosine of two items: in how many baskets both are, divided by the root of the product of their counts. 0 for an item with itself, and
/// a last row of zeros for padding: (items + 1, items).
Tensor cosines(const Tensor& together) {
  const Index items = together.size(0);
  Tensor result = zeros({items + 1, items});
  for (Index i = 0; i < items; ++i)
    for (Index j = 0; j < items; ++j)
      if (i != j && together.at({i, j}) > 0) result.set({i, j}, together.at({i, j}) / std::sqrt(together.at({i, i}) * together.at({j, j})));
  return result;
}

/// The most frequent items first, whatever is in the basket.
struct Popularity : Recommender {
  Tensor frequency;  // (items)

  explicit Popularity(const Tensor& together) : frequency(sum(together * eye(together.size(0)), 1)) {}
  Tensor operator()(const Indices& history, const Indices*) const override { return zeros({history.shape[0], 1}) + frequency; }
};

/// Nearest items: the sum of the cosines with all items of the basket.  Sarwar et al. 2001.
struct Nearest : Recommender {
  Tensor near;  // cosines

  explicit Nearest(const Tensor& together) : near(cosines(together)) {}
  Tensor operator()(const Indices& history, const Indices*) const override { return sum(embedding(history, near), 1); }
};

// ---- Learned vectors --------------------------------------------------------------------------------------------------------------------

/// What the three learned models share: a vector for each item of the basket, and one for each item that may be suggested.
struct Vectors : Recommender {
  Index items;
  nn::Embedding taken;  // (items + 1, d), the last one for padding
  nn::Linear offered;   // (items, d)
  nn::Dropout drop;

  Vectors(Index count, Index d, double dropped, Rng& rng)
      : items(count), taken(count + 1, d, rng, count), offered(d, count, rng), drop(dropped, rng) {
    taken.weight.copy_from(taken.weight * 0.1);
    adopt("taken", taken), adopt("offered", offered);
  }
};

/// The mean of the vectors of a basket's items: history (B, L), vectors (B, L, d) -> (B, d).
Tensor mean_of(const Indices& history, const Tensor& vectors, Index items) {
  const Index batch = history.shape[0], length = history.shape[1];
  Tensor share = zeros({batch, length, 1});
  for (Index n = 0; n < batch; ++n) {
    const auto row = history.values.begin() + n * length;
    const Index real = length - std::count(row, row + length, items);
    for (Index i = 0; i < length; ++i)
      if (row[i] < items) share.set({n, i, 0}, 1.0 / static_cast<double>(real));
  }
  return sum(share * vectors, 1);
}

/// One vector for a basket: the mean of its items' vectors.
struct Mean : Vectors {
  using Vectors::Vectors;
  Tensor operator()(const Indices& history, const Indices*) const override {
    return offered(drop(mean_of(history, taken(history), items)));
  }
};

/// One vector for a basket: a question mark attends to its items, which attend to each other.  As in BERT4Rec, Sun et al. 2019.
struct SelfAttention : Vectors {
  Parameter question;  // (d)
  nn::TransformerEncoderLayer layer;

  SelfAttention(Index count, Index d, double dropped, Rng& rng)
      : Vectors(count, d, dropped, rng),
        question(add_parameter("question", randn({d}, rng, 0, 0.1))),
        layer(d, 4, 2 * d, rng, options(dropped)) {
    adopt("layer", layer);
  }
  static nn::TransformerOptions options(double dropped) {
    nn::TransformerOptions chosen;
    chosen.dropout = dropped;
    return chosen;
  }
  Tensor operator()(const Indices& history, const Indices*) const override {
    const Index batch = history.shape[0], length = history.shape[1];
    Tensor x = concat({expand(reshape(question, {1, 1, -1}), {batch, 1, question.size()}), drop(taken(history))}, 1);  // (B, 1 + L, d)
    Mask none({batch, 1 + length}, std::vector<std::uint8_t>(batch * (1 + length)));
    for (std::size_t i = 0; i < history.values.size(); ++i) none.hidden[i + i / length + 1] = history.values[i] == items;
    return offered(select(layer(x, {none, {}}), 1, 0));
  }
};

/// A vector for each pair of basket and candidate: every candidate asks the basket by itself.  As in DIN, Zhou et al. 2018.
///     alpha_ji = softmax_i(q_j . k_i),   score_j = sum_i alpha_ji (o_j . v_i) + b_j
struct TargetAttention : Vectors {
  nn::Linear key, value;
  Parameter query;  // (items, d): what an item asks for

  TargetAttention(Index count, Index d, double dropped, Rng& rng)
      : Vectors(count, d, dropped, rng),
        key(add_module("key", nn::Linear(d, d, rng, false))),
        value(add_module("value", nn::Linear(d, d, rng, false))),
        query(add_parameter("query", randn({count, d}, rng, 0, 0.1))) {}

  /// (B, candidates, L): how much each candidate, asking with its row of q (candidates, d), looks at each item of the basket.
  Tensor weights(const Indices& history, const Tensor& q) const {
    Tensor scores = matmul(q, transpose(key(taken(history))));  // (candidates, d) @ (B, d, L)
    return softmax(masked_fill(scores, padding(history, items).reshaped({history.shape[0], 1, history.shape[1]}), -infinity));
  }
  Tensor scores(const Indices& history, const Tensor& q, const Tensor& o, const Tensor& bias) const {
    Tensor pairs = matmul(o, transpose(value(drop(taken(history)))));  // (B, candidates, L): o_j . v_i
    return sum(weights(history, q) * pairs, 2) + bias;
  }
  Tensor operator()(const Indices& history, const Indices*) const override { return scores(history, query, offered.weight, offered.bias); }
  /// All pairs of all items would take long: the hidden items and 256 others, drawn at random, stand for them.
  Tensor loss(const Indices& history, const Indices& hidden, Rng& rng) const override {
    const Index batch = hidden.shape[0], all = batch + 256;
    Indices some = hidden, place(hidden.shape, Basket(batch));
    while (static_cast<Index>(some.values.size()) < all) some.values.push_back(rng.below(items));
    some.shape = {all};
    Mask not_for({batch, all}, std::vector<std::uint8_t>(batch * all));
    const Mask there = already_there(history, items);
    for (Index n = 0; n < batch; ++n) {
      place.values[n] = n;
      for (Index j = 0; j < all; ++j) {
        const bool own = j == n, of_another = j < batch || some.values[j] == hidden.values[n];
        not_for.hidden[n * all + j] = !own && (of_another || there.hidden[n * items + some.values[j]]);
      }
    }
    Tensor bias = reshape(embedding(some, unsqueeze(offered.bias, 1)), {all});
    return cross_entropy(masked_fill(scores(history, embedding(some, query), embedding(some, offered.weight), bias), not_for, -1e4), place);
  }
};

// ---- Attention over counts ----------------------------------------------------------------------------------------------------------------

/// Nearest items, but an item of the basket counts as much as attention says. Keys and query are learned, the values are the counted cosines.
struct AttentionOverCounts : Recommender {
  Index items;
  bool learned;           // false: every item of the basket counts the same
  Tensor near, together;  // (items + 1, items), (items, items)
  nn::Embedding taken;
  nn::AdditiveAttention attention;
  nn::Linear offered;
  nn::Dropout drop;
  Parameter sharpness, floor;  // of the scores

  AttentionOverCounts(const Tensor& counted, Index d, double dropped, bool attends, Rng& rng)
      : items(counted.size(0)),
        learned(attends),
        near(cosines(counted)),
        together(counted),
        taken(items + 1, d, rng, items),
        attention(d, d, d, rng),
        offered(d, items, rng),
        drop(dropped, rng),
        sharpness(add_parameter("sharpness", tensor({1.0}))),
        floor(add_parameter("floor", tensor({-5.0}))) {
    taken.weight.copy_from(taken.weight * 0.1);
    adopt("taken", taken), adopt("attention", attention), adopt("offered", offered);
  }
  /// What each item of the basket says about each candidate: (B, L, items).
  Tensor values(const Indices& history, const Indices* own) const {
    Tensor says = embedding(history, near);
    if (!own) return says;
    for (Index n = 0; n < history.shape[0]; ++n)
      for (Index i = 0; i < history.shape[1]; ++i) {
        const Index item = history.values[n * history.shape[1] + i], hidden = own->values[n];
        if (item == items) continue;
        const double both = together.at({item, hidden}) - 1, each = (together.at({item, item}) - 1) * (together.at({hidden, hidden}) - 1);
        says.set({n, i, hidden}, both > 0 ? both / std::sqrt(each) : 0);
      }
    return says;
  }
  Attended attend(const Indices& history, const Indices* own = nullptr) const {
    Tensor x = taken(history), user = mean_of(history, x, items);
    if (!learned) return {mean_of(history, values(history, own), items), Tensor()};
    return attention(user, x, values(history, own), padding(history, items));
  }
  Tensor operator()(const Indices& history, const Indices* own) const override {
    return sharpness * log(attend(history, own).output + exp(floor)) + offered(drop(mean_of(history, taken(history), items)));
  }
};

// ---- Training and measuring ---------------------------------------------------------------------------------------------------------------

struct Training {
  Index epochs = 10, batch = 64;
  double lr = 2e-3, weight_decay = 0.01;
};

/// Hides another item of each basket in each epoch, and lets the model guess it among all items.
void train(const Recommender& model, const std::vector<Basket>& baskets, Index items, const Training& how, Rng& rng) {
  optim::AdamWOptions options;
  options.weight_decay = how.weight_decay;
  optim::AdamW adam(model.parameters(), how.lr, options);
  const Index steps = how.epochs * datasets::Batches(static_cast<Index>(baskets.size()), how.batch).size();
  optim::Cosine schedule(how.lr, steps);
  show::Progress progress(steps, "training");
  for (Index epoch = 0, step = 0; epoch < how.epochs; ++epoch) {
    const Cases cases = hide_one(baskets, items, rng);
    for (const std::vector<Index>& which : datasets::Batches(static_cast<Index>(baskets.size()), how.batch, rng)) {
      const Indices history = take_rows(cases.history, which), hidden = take_rows(cases.hidden, which);
      Tensor loss = model.loss(history, hidden, rng);
      adam.zero_grad();
      loss.backward();
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
  }
}

/// The place of each hidden item in the list of suggestions.
Indices places(const Recommender& model, const Cases& cases, Index items, bool own = false) {
  NoGrad no_graph;
  EvalMode no_dropout;
  Indices result({0}, {});
  for (const std::vector<Index>& which : datasets::Batches(cases.hidden.shape[0], 100)) {
    const Indices history = take_rows(cases.history, which), hidden = take_rows(cases.hidden, which);
    Mask mask = already_there(history, items);
    for (std::size_t n = 0; n < which.size(); ++n) mask.hidden[n * items + hidden.values[n]] = 0;
    Indices ranks = datasets::ranks_of(masked_fill(model(history, own ? &hidden : nullptr), mask, -infinity), hidden);
    result.values.insert(result.values.end(), ranks.values.begin(), ranks.values.end());
  }
  result.shape = {static_cast<Index>(result.values.size())};
  return result;
}

}  // namespace
