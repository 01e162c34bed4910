#include "explorers.h"

#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "expression.h"
#include "json.h"

namespace qkv::book {
namespace {

constexpr Index most_words = 64, most_width = 1024;

std::vector<Index> in_order(Index n) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) order[static_cast<std::size_t>(i)] = i;
  return order;
}

double largest_difference(const Tensor& a, const Tensor& b) { return max(abs(a - b)).item(); }

/// fourWords() -> {chinese, english, X, W_q, W_k, W_v, Q, K, V}: the example of lesson 41.
Json four_words(const Arguments&) {
  const datasets::FourWords x = datasets::four_words();
  return {{"chinese", x.chinese},
          {"english", x.english},
          {"X", list(x.X)},
          {"W_q", list(x.W_q)},
          {"W_k", list(x.W_k)},
          {"W_v", list(x.W_v)},
          {"Q", list(linear(x.X, x.W_q))},
          {"K", list(linear(x.X, x.W_k))},
          {"V", list(linear(x.X, x.W_v))}};
}

/// What no word may look at, (n, n). "padding": the last `padding` words; "window": words further than `window` away.
Mask mask_of(const Arguments& x, Index n) {
  const std::string kind = x.text("mask", "none");
  if (kind == "causal") return causal_mask(n, n);
  Mask mask(Shape{n, n}, std::vector<std::uint8_t>(static_cast<std::size_t>(n * n)));
  if (kind == "padding") {
    const Mask row = padding_mask({n - x.whole("padding", 1, 0, n)}, n);
    for (Index i = 0; i < n; ++i) std::copy(row.hidden.begin(), row.hidden.end(), mask.hidden.begin() + i * n);
  } else if (kind == "window") {
    const Index reach = x.whole("window", 1, 0, n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) mask.hidden[static_cast<std::size_t>(i * n + j)] = std::abs(i - j) > reach;
  } else {
    require(kind == "none", "mask '", kind, "': must be none, causal, padding or window");
  }
  return mask;
}

/// attention({queries, keys, values, scale = 0, causal = false | mask, padding, window}) -> {scores, hidden, weights, outputs}. A scale of 0 is
/// 1 / sqrt(d). The scores are scaled, and those that are hidden are given too. A mask as in heads(), for as many queries as keys.
Json attention(const Arguments& x) {
  const Tensor q = x.matrix("queries"), k = x.matrix("keys"), v = x.matrix("values");
  const Index n = q.size(0), m = k.size(0);
  require(!x.has("mask") || n == m, "mask: ", n, " queries, ", m, " keys: must be equal");
  AttentionOptions options;
  options.scale = x.number("scale", 0);
  options.mask = x.has("mask")             ? mask_of(x, n)
                 : x.flag("causal", false) ? causal_mask(n, m)
                                           : Mask({n, m}, std::vector<std::uint8_t>(static_cast<std::size_t>(n * m)));
  const Attended result = scaled_dot_product_attention(q, k, v, options);
  const double scale = options.scale == 0 ? 1 / std::sqrt(static_cast<double>(q.size(1))) : options.scale;
  return {{"scores", list(matmul(q, transpose(k)) * scale)},
          {"hidden", list(options.mask)},
          {"weights", list(result.weights)},
          {"outputs", list(result.output)}};
}

/// softmax({scores, temperature = 1}) -> {weights, entropy, perplexity}; the entropy in nats, the perplexity e to its power.
Json softmax_of(const Arguments& x) {
  const double temperature = x.number("temperature", 1);
  require(temperature > 0 && std::isfinite(temperature), "temperature ", temperature, ": must be above 0");
  const Tensor weights = softmax(x.vector("scores") / temperature), H = entropy(weights);
  return {{"weights", list(weights)}, {"entropy", list(H)}, {"perplexity", list(exp(H))}};
}

/// The words' vectors: `vectors` (n, d), or else random ones from the seed for `words` words of width `width`, of standard deviation `spread`.
Tensor vectors_of(const Arguments& x, Rng& rng, Index width) {
  if (x.has("vectors")) return x.matrix("vectors");
  const Index n = x.whole("words", 6, 1, most_words), d = x.whole("width", width, 1, most_width);
  const double spread = x.number("spread", 1);
  require(std::isfinite(spread) && spread >= 0, "spread ", spread, ": must be at least 0");
  return randn({n, d}, rng, 0, spread);
}

/// heads({heads = 2, mask = "none", padding = 1, window = 1, seed = 0, vectors | words = 6, width = 12, spread = 2}) ->
/// {hidden, weights: [head][query][key], outputs}: self-attention with random projections.
Json heads(const Arguments& x) {
  Rng rng = x.rng();
  const Tensor words = vectors_of(x, rng, 12);
  const nn::MultiheadAttention layer(words.size(1), x.whole("heads", 2, 1, most_width), rng);
  const Mask hidden = mask_of(x, words.size(0));
  nn::MultiheadMasks masks({}, hidden);
  masks.average_weights = false;
  const Attended result = layer(unsqueeze(words, 0), masks);
  return {{"hidden", list(hidden)}, {"weights", list(squeeze(result.weights, 0))}, {"outputs", list(squeeze(result.output, 0))}};
}

/// permutation({order, positions = "none", seed = 0, vectors | words = 6, width = 8, W_q, W_k}) -> {before, after, beforeInOrder, weightsBefore,
/// weightsAfter, largestDifference}: attention over a sequence, and over the same words in another order. `beforeInOrder` has the rows of
/// `before` in that order; the difference is the one between it and `after`. positions: none, sinusoidal, rotary.
Json permutation(const Arguments& x) {
  Rng rng = x.rng();
  const Tensor words = vectors_of(x, rng, 8);
  const Index n = words.size(0), d = words.size(1);
  const Tensor W_q = x.has("W_q") ? x.matrix("W_q") : nn::Linear(d, d, rng, false).weight * 2;
  const Tensor W_k = x.has("W_k") ? x.matrix("W_k") : nn::Linear(d, d, rng, false).weight * 2;
  const std::vector<Index> order = x.wholes("order");
  std::vector<Index> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  require(sorted == in_order(n), "order: must name each of the places 0 to ", n - 1, " once");
  const std::string positions = x.text("positions", "none");
  require(positions == "none" || positions == "sinusoidal" || positions == "rotary", "positions '", positions,
          "': must be none, sinusoidal or rotary");
  const auto attend = [&](const Tensor& sequence) {
    const Tensor X = positions == "sinusoidal" ? sequence + nn::sinusoidal_encoding(n, d) : sequence;
    const Tensor q = linear(X, W_q), k = linear(X, W_k);
    const bool rotate = positions == "rotary";
    return scaled_dot_product_attention(rotate ? nn::rotary(q) : q, rotate ? nn::rotary(k) : k, X);
  };
  const Attended before = attend(words), after = attend(take_rows(words, order));
  const Tensor in_that_order = take_rows(before.output, order);
  return {{"vectors", list(words)},
          {"before", list(before.output)},
          {"after", list(after.output)},
          {"beforeInOrder", list(in_that_order)},
          {"weightsBefore", list(before.weights)},
          {"weightsAfter", list(after.weights)},
          {"largestDifference", largest_difference(in_that_order, after.output)}};
}

/// The same numbers again and again, up to a width: what a wider vector with as large numbers does to a dot product.
Tensor widened(const Tensor& x, Index width) {
  const Index d = x.size(1);
  require(width % d == 0, "width ", width, ": must be a multiple of ", d);
  return concat(Tensors(static_cast<std::size_t>(width / d), x), 1);
}

/// additive({queries, keys, hidden = 8, width = d, seed = 0}) -> for each of additive, dot and scaled {scores: [query][key], weights}. `width`:
/// vectors are repeated up to it; `hidden`: the width of additive attention's tanh, whose weights come from the seed.
Json additive(const Arguments& x) {
  const Tensor given_q = x.matrix("queries"), given_k = x.matrix("keys");
  require(given_q.size(1) == given_k.size(1), "queries ", given_q.shape(), ", keys ", given_k.shape(), ": must be as wide as each other");
  const Index width = x.whole("width", given_q.size(1), 1, most_width);
  const Tensor q = widened(given_q, width), k = widened(given_k, width);
  Rng rng = x.rng();
  const nn::AdditiveAttention layer(width, width, x.whole("hidden", 8, 1, most_width), rng);
  const Tensor Q = unsqueeze(q, 0), K = unsqueeze(k, 0), scores = additive_scores(layer.W1(Q), layer.W2(K), layer.v);
  const Tensor dot = matmul(q, transpose(k)), scaled = dot / std::sqrt(static_cast<double>(width));
  return {{"additive", {{"scores", list(squeeze(scores, 0))}, {"weights", list(squeeze(layer(Q, K, K).weights, 0))}}},
          {"dot", {{"scores", list(dot)}, {"weights", list(softmax(dot))}}},
          {"scaled", {{"scores", list(scaled)}, {"weights", list(softmax(scaled))}}}};
}

/// lstm({inputs: [step][number], hidden = 3, seed = 0, spread = 1, forgetBias = 0}) -> {steps: [{i, f, g, o, c, h}]}. `spread` multiplies the
/// weights of the seed.
Json lstm_steps(const Arguments& x) {
  const Tensor inputs = x.matrix("inputs");
  const Index width = x.whole("hidden", 3, 1, 64);
  Rng rng = x.rng();
  const nn::LSTM layer(inputs.size(1), width, rng);
  const double spread = x.number("spread", 1), forget = x.number("forgetBias", 0);
  {
    NoGrad no_grad;
    for (const Tensor& parameter : layer.parameters()) parameter.copy_from(parameter * spread);
    for (Index unit = width; unit < 2 * width; ++unit) layer.cells[0].bias_ih.set({unit}, forget), layer.cells[0].bias_hh.set({unit}, 0);
  }
  nn::LSTMState state{zeros({1, width}), zeros({1, width})};
  Json steps = Json::array();
  for (Index t = 0; t < inputs.size(0); ++t) {
    state = nn::lstm_step(slice(inputs, 0, t, t + 1), state, layer.cells[0]);
    // The gates stand in the graph of that step: h = o tanh(c), c = f c_before + i g.
    const Tensors written = state.c.inputs()[1].inputs();
    const Tensor kept = state.c.inputs()[0].inputs()[0];
    const auto row = [](const Tensor& one) { return list(squeeze(one, 0)); };
    steps.push_back({{"i", row(written[0])},
                     {"f", row(kept)},
                     {"g", row(written[1])},
                     {"o", row(state.h.inputs()[0])},
                     {"c", row(state.c)},
                     {"h", row(state.h)}});
  }
  return {{"steps", steps}};
}

/// graph({expression = "(a * b + c) ^ 2", values: {a: 2, ...}}) -> {nodes: [{name, operation, inputs, value, gradient}], result, steps}. A node's
/// inputs are places in the list; a variable has the operation "". `steps`, in the order of backward: {node, arrives, passes: [{to, local,
/// amount, total}]}: what a node has received goes on to each input, times the local derivative; `total` is what that input has so far.
Json graph(const Arguments& x) {
  std::map<std::string, double> values;
  if (x.has("values")) {
    const Json& given = x.json("values");
    require(given.is_object(), "values: must be numbers by name");
    const Arguments numbers(given);
    for (const auto& [name, value] : given.items()) values[name] = numbers.number(name.c_str(), 0);
  }
  const Expression expression(x.text("expression", "(a * b + c) ^ 2"), values);
  expression.backward();
  Json nodes = Json::array(), steps = Json::array();
  for (const ExpressionNode& node : expression.nodes()) {
    Json gradient = node.value.has_grad() ? list(node.value.grad()) : Json(nullptr);
    nodes.push_back(
        {{"name", node.name}, {"operation", node.operation}, {"inputs", node.inputs}, {"value", list(node.value)}, {"gradient", gradient}});
  }
  std::map<std::size_t, double> received;
  for (std::size_t n = expression.nodes().size(); n-- > 0;) {
    const ExpressionNode& node = expression.nodes()[n];
    if (node.operation.empty() || !node.value.has_grad()) continue;
    Json passes = Json::array();
    const std::vector<double> local = expression.local_derivatives(n), amounts = expression.passed_on(n);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const std::size_t to = node.inputs[i];
      if (!expression.nodes()[to].value.has_grad()) continue;  // a constant
      received[to] += amounts[i];
      passes.push_back({{"to", to}, {"local", local[i]}, {"amount", amounts[i]}, {"total", received[to]}});
    }
    steps.push_back({{"node", n}, {"arrives", list(node.value.grad())}, {"passes", passes}});
  }
  return {{"nodes", nodes}, {"result", expression.nodes().size() - 1}, {"steps", steps}};
}

/// A language model so small that one can read it: the probability of each next word after the last one.
struct Language {
  std::vector<std::string> words;
  Tensor next;  // (last word, next word); rows sum to 1
};

/// "the" is the likeliest beginning, but then two words share what is left; after "a" one is nearly certain. Who looks only at the next word takes "the".
Language small_language() {
  return {{"<start>", "the", "a", "cat", "dog", "sleeps", "runs", "<end>"},
          tensor({{0, .55, .45, 0, 0, 0, 0, 0},
                  {0, 0, 0, .5, .5, 0, 0, 0},
                  {0, 0, 0, .95, .05, 0, 0, 0},
                  {0, 0, 0, 0, 0, .6, .3, .1},
                  {0, 0, 0, 0, 0, .35, .4, .25},
                  {0, 0, 0, 0, 0, 0, .1, .9},
                  {0, 0, 0, 0, 0, .3, 0, .7},
                  {0, 0, 0, 0, 0, 0, 0, 1}})};
}

/// beam({words, next, beam = 2, steps = 6, lengthPenalty = 0}) -> {words, next, steps: [[{words, logP, score, kept, finished, from}]], answer}.
/// `next`: rows of probabilities, of each word after each; the first word begins, the last one ends. Without words and next, a small language.
/// A step has what was kept first, best first, then what was dropped; `from` is the place of its beginning among what the step before kept.
Json beam(const Arguments& x) {
  Language language = small_language();
  if (x.has("words")) language = {x.texts("words"), x.matrix("next")};
  const Index n = static_cast<Index>(language.words.size()), end = n - 1;
  require(n >= 2 && language.next.shape() == Shape{n, n}, "next ", language.next.shape(), ": must be (", n, ", ", n,
          "), for so many words");
  require(min(language.next).item() >= 0, "next: no probability may be below 0");
  for (Index row = 0; row < n; ++row)
    require(sum(language.next[row]).item() > 0, "next: no word follows '", language.words[static_cast<std::size_t>(row)], "'");
  const nn::BeamOptions options{x.whole("beam", 2, 1, 16), end, x.number("lengthPenalty", 0)};
  const Tensor scores = log(language.next);
  const Indices start{{0}};
  const auto search = [&](Index steps) {
    return nn::beam_search(start, steps, options, [&](const Indices& written, const std::vector<Index>&) {
      return embedding(Indices({written.shape[0]}, nn::last_column(written).values), scores);
    })[0];
  };
  const auto shown = [&](const nn::Hypothesis& one, bool kept, std::size_t from) {
    Json marks = Json::array();
    for (Index mark : one.marks) marks.push_back(language.words[static_cast<std::size_t>(mark)]);
    return Json{{"words", marks}, {"logP", one.log_p}, {"score", one.score}, {"kept", kept}, {"finished", one.finished}, {"from", from}};
  };
  const Tensor log_p = log_softmax(scores);
  Json steps = Json::array();
  std::vector<nn::Hypothesis> before{{}};
  const Index most = x.whole("steps", 6, 1, 32);
  for (Index step = 1; step <= most; ++step) {
    if (std::all_of(before.begin(), before.end(), [](const nn::Hypothesis& one) { return one.finished; })) break;
    const std::vector<nn::Hypothesis> kept = search(step);
    const auto was_kept = [&](const std::vector<Index>& marks) {
      return std::any_of(kept.begin(), kept.end(), [&](const nn::Hypothesis& one) { return one.marks == marks; });
    };
    Json all = Json::array();
    for (const nn::Hypothesis& one : kept) {
      const auto begins = [&](const nn::Hypothesis& earlier) {
        return earlier.finished ? earlier.marks == one.marks : std::vector<Index>(one.marks.begin(), one.marks.end() - 1) == earlier.marks;
      };
      all.push_back(shown(one, true, static_cast<std::size_t>(std::find_if(before.begin(), before.end(), begins) - before.begin())));
    }
    std::vector<std::pair<nn::Hypothesis, std::size_t>> dropped;
    for (std::size_t from = 0; from < before.size(); ++from) {
      const nn::Hypothesis& earlier = before[from];
      if (earlier.finished) {
        if (!was_kept(earlier.marks)) dropped.push_back({earlier, from});
        continue;
      }
      const Index last = earlier.marks.empty() ? 0 : earlier.marks.back();
      for (Index mark = 0; mark < n; ++mark) {
        const double total = earlier.log_p + static_cast<double>(log_p.at({last, mark}));
        nn::Hypothesis longer{earlier.marks, total, total / std::pow(static_cast<double>(step), options.length_penalty), mark == end};
        longer.marks.push_back(mark);
        if (total > -infinity && !was_kept(longer.marks)) dropped.push_back({longer, from});
      }
    }
    std::stable_sort(dropped.begin(), dropped.end(), [](const auto& a, const auto& b) { return a.first.score > b.first.score; });
    for (const auto& [one, from] : dropped) all.push_back(shown(one, false, from));
    steps.push_back(all);
    before = kept;
  }
  return {{"words", language.words}, {"next", list(language.next)}, {"steps", steps}, {"answer", shown(before[0], true, 0)}};
}

using Function = Json (*)(const Arguments&);
const std::map<std::string, Function> by_name{{"additive", additive},    {"attention", attention}, {"beam", beam},
                                              {"fourWords", four_words}, {"graph", graph},         {"heads", heads},
                                              {"lstm", lstm_steps},      {"softmax", softmax_of},  {"permutation", permutation}};

}  // namespace

std::vector<std::string> functions() {
  std::vector<std::string> names;
  for (const auto& [name, function] : by_name) names.push_back(name);
  return names;
}

std::string explore(const std::string& name, const std::string& arguments) {
  Json result;
  try {
    if (name == "names") return Json{{"names", functions()}}.dump();
    const auto function = by_name.find(name);
    require(function != by_name.end(), "there is no such function");
    const Json given = Json::parse(arguments);
    require(given.is_object(), "the arguments must be an object");
    result = function->second(Arguments(given));
  } catch (const std::exception& error) {
    result = {{"error", name + ": " + error.what()}};
  }
  return result.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace qkv::book
