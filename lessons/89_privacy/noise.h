#pragma once
#include "client.h"

// Differential privacy: clipping and noise, the privacy that they spend, and somebody who guesses who took part.

/// Rényi divergence of order alpha of one step: each text is drawn with probability q, the noise is sigma times the longest gradient.
///     1 / (alpha - 1) log sum_k binomial(alpha, k) (1 - q)^(alpha - k) q^k exp((k^2 - k) / (2 sigma^2))
/// Mironov, Talwar and Zhang 2019, §3.3, for whole alpha > 1. With q = 1 it is alpha / (2 sigma^2).
inline double renyi(double q, double sigma, int alpha) {
  std::vector<double> logs;
  for (int k = 0; k <= alpha; ++k) {
    if (q == 1 && k < alpha) continue;
    const double log_binomial = std::lgamma(alpha + 1) - std::lgamma(k + 1) - std::lgamma(alpha - k + 1);
    logs.push_back(log_binomial + (k < alpha ? (alpha - k) * std::log1p(-q) : 0) + k * std::log(q) + k * (k - 1) / (2 * sigma * sigma));
  }
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double x : logs) sum += std::exp(x - largest);
  return (largest + std::log(sum)) / (alpha - 1);
}

/// What so many steps have spent: the smallest epsilon over all orders, epsilon = steps renyi(alpha) + log(1 / delta) / (alpha - 1).
/// Mironov 2017, proposition 3.
struct Spent {
  double epsilon;
  int alpha;
};
inline Spent privacy_spent(double q, double sigma, double steps, double delta) {
  Spent best{infinity, 0};
  for (int alpha = 2; alpha <= 256; ++alpha) {
    const double epsilon = steps * renyi(q, sigma, alpha) + std::log(1 / delta) / (alpha - 1);
    if (epsilon < best.epsilon) best = {epsilon, alpha};
  }
  return best;
}

/// The largest AUC that anybody can have who tells "this text took part" from "it did not": the area under
/// min(delta + e^epsilon x, 1 - e^-epsilon (1 - delta - x)), the highest curve that (epsilon, delta) allows.  Kairouz, Oh and Viswanath 2015.
inline double largest_auc(double epsilon, double delta) {
  const double x = (1 - delta) / (1 + std::exp(epsilon));  // where the two lines meet, at height 1 - x
  return x * (delta + 1 - x) / 2 + (1 - delta - x) * (2 - x) / 2 + delta;
}

/// Sizes and epsilons that others have published, with delta = 1e-5.
struct Published {
  const char *who, *epsilon;
  double q, sigma, steps;
};
const std::vector<Published> published{{"Abadi et al. 2016, section 3.2", "1.26", 0.01, 4, 10000},
                                       {"TensorFlow Privacy, analysis", "2.92", 256.0 / 60000, 1.12, 14063},
                                       {"the same, tutorial, 15 epochs", "1.19", 256.0 / 60000, 1.3, 3516},
                                       {"the same, tutorial, 60 epochs", "3.01", 256.0 / 60000, 1.1, 14063}};

struct Training {
  double q;  // the probability that a text takes part in a step
  Index steps;
  double lr;
  double clip = 0;   // the longest gradient of a text; 0: not clipped
  double sigma = 0;  // noise, as a multiple of clip
};

/// Scales a gradient to length `clip` if it is longer.
inline void clip_to(std::vector<Scalar>& g, double clip) {
  double square = 0;
  for (Scalar x : g) square += static_cast<double>(x) * x;
  if (square > clip * clip)
    for (Scalar& x : g) x *= static_cast<Scalar>(clip / std::sqrt(square));
}

/// The gradient of one text, clipped to length 1 and with noise: what it changes in the table of words.
inline Tensor noisy_words(TextModel& model, const datasets::TextSet& set, Index text, double sigma, Rng& rng) {
  std::vector<Scalar> g = gradient(model, set, {text});
  clip_to(g, 1);
  for (Scalar& x : g) x += static_cast<Scalar>(rng.normal(0, sigma));
  std::size_t before = 0;  // numbers in front of the table
  for (const auto& [name, parameter] : model.named_parameters()) {
    if (name == "words.weight")
      return tensor(parameter.shape(), std::vector<Scalar>(g.begin() + before, g.begin() + before + parameter.size()));
    before += static_cast<std::size_t>(parameter.size());
  }
  throw Error("the model has no words");
}

/// The share of a text's n words that are among the n longest rows, and what chance would give. Over 200 texts.
inline std::pair<double, double> found_under_noise(const datasets::PackageText& data, double sigma, std::uint64_t seed) {
  TextModel model(data.vocabulary.size(), 12, static_cast<Index>(data.class_names.size()), seed);
  Rng rng(seed);
  double found = 0, chance = 0, all = 0;
  for (Index n = 0; n < 200; ++n) {
    const std::vector<Index> text = words_in(data.test, {n, n});
    const double size = static_cast<double>(text.size());
    found += static_cast<double>(hits(longest_rows(noisy_words(model, data.test, n, sigma, rng), text.size()), text));
    all += size, chance += size * size / static_cast<double>(data.vocabulary.size());
  }
  return {found / all, chance / all};
}

/// Gradient descent on texts drawn at random; with clip, each text's gradient is clipped before they are added, and noise is added to the sum.
/// Abadi et al. 2016, algorithm 1.
inline void train(TextModel& model, const datasets::TextSet& set, const std::vector<Index>& members, const Training& how, Rng& rng) {
  const double expected = how.q * static_cast<double>(members.size());
  for (Index step = 0; step < how.steps; ++step) {
    std::vector<Index> drawn;
    for (Index n : members)
      if (rng.uniform() < how.q) drawn.push_back(n);
    std::vector<Scalar> sum(static_cast<std::size_t>(model.parameter_count()), 0);
    auto add = [&](const std::vector<Scalar>& g, double scale) {
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<Scalar>(scale) * g[i];
    };
    if (how.clip == 0 && !drawn.empty()) add(gradient(model, set, drawn), static_cast<double>(drawn.size()));
    if (how.clip > 0)
      for (Index n : drawn) {
        std::vector<Scalar> g = gradient(model, set, {n});
        clip_to(g, how.clip);
        add(g, 1);
      }
    if (how.sigma > 0)
      for (Scalar& x : sum) x += static_cast<Scalar>(rng.normal(0, how.sigma * how.clip));
    add_to(model.parameters(), sum, -how.lr / expected);
  }
}

/// The loss of each text: an attacker says "it took part" where it is small.  Yeom et al. 2018.
inline std::vector<double> losses(const TextModel& model, const datasets::TextSet& set, const std::vector<Index>& which) {
  NoGrad no_graph;
  CrossEntropyOptions each;
  each.reduction = Reduction::none;
  const Tensor loss = cross_entropy(model(take_rows(set.tokens, which)), take_rows(set.labels, which), each);
  return std::vector<double>(loss.data(), loss.data() + loss.size());
}

/// AUC: how often a member's loss is smaller than a stranger's; equal ones count half.
inline double auc(const std::vector<double>& members, std::vector<double> strangers) {
  std::sort(strangers.begin(), strangers.end());
  double pairs = 0;
  for (double x : members) {
    const auto range = std::equal_range(strangers.begin(), strangers.end(), x);
    pairs += static_cast<double>(strangers.end() - range.second) + 0.5 * static_cast<double>(range.second - range.first);
  }
  return pairs / (static_cast<double>(members.size()) * static_cast<double>(strangers.size()));
}
