#pragma once
#include <qkv/optim/schedule.h>
#include <qkv/show/format.h>
#include <qkv/show/stopwatch.h>

#include "../55_listing_model/attention_model.h"

// Sections 5 and 6: the model of lesson 55, its data, and five measures that may improve it.

namespace {

/// Rows of numbers, one for each text, and the section that each text belongs to.
struct Texts {
  Indices rows, sections;

  Texts some(const std::vector<Index>& which) const { return {take_rows(rows, which), take_rows(sections, which)}; }
  Index count() const { return sections.shape[0]; }
};

/// Descriptions as the article's model reads them; the same without frequent little words; and with what a package depends on behind them.
struct Sources {
  Texts train, test, clean_train, clean_test, both_train, both_test;
  Index vocabulary = 0, clean_vocabulary = 0, dependencies_vocabulary = 0;
  std::string source;
};

constexpr Index words = 16, dependencies = 8;  // columns of `both`

/// "libc6 (>= 2.34), perl" is "libc6 perl".
std::string names_only(const std::string& depends) {
  std::string names;
  bool inside = true;
  for (char c : depends) {
    if (c == ',') inside = true, names += ' ';
    else if (c == '(' || c == '|') inside = false;
    else if (inside) names += c;
  }
  return names;
}

/// Without words that stand in texts of every kind.
std::string without_little_words(const std::string& text) {
  const std::vector<std::string> little{"a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "that", "the", "to", "with"};
  std::string kept;
  for (const std::string& word : datasets::words_of(text))
    if (std::find(little.begin(), little.end(), word) == little.end()) kept += word + " ";
  return kept;
}

/// Made-up packages depend on nothing. Here half of them get a dependency that goes with their section.
void make_up_dependencies(std::vector<datasets::Package>& packages, Rng& rng) {
  for (datasets::Package& package : packages) package.depends = rng.uniform() < 0.5 ? package.section + "-base" : "libc6";
}

Indices side_by_side(const Indices& left, const Indices& right) {
  const Index n = left.shape[0], a = left.shape[1], b = right.shape[1];
  Indices both({n, a + b}, std::vector<Index>(n * (a + b)));
  for (Index i = 0; i < n; ++i) {
    std::copy_n(left.values.begin() + i * a, a, both.values.begin() + i * (a + b));
    std::copy_n(right.values.begin() + i * b, b, both.values.begin() + i * (a + b) + a);
  }
  return both;
}
/// Columns [first, last).
Indices columns(const Indices& rows, Index first, Index last) {
  const Index n = rows.shape[0], width = rows.shape[1];
  Indices cut({n, last - first}, std::vector<Index>(n * (last - first)));
  for (Index i = 0; i < n; ++i) std::copy_n(rows.values.begin() + i * width + first, last - first, cut.values.begin() + i * (last - first));
  return cut;
}

Sources read_sources(bool made_up) {
  std::vector<datasets::Package> packages;
  Sources all;
  Rng rng(94);
  if (!made_up) packages = datasets::read_packages(datasets::available_packages());
  if (packages.size() < 20'000) {
    packages = datasets::made_up_packages(4000, rng), make_up_dependencies(packages, rng);
    all.source = "4,000 made-up packages, the same on every machine";
  } else all.source = "the packages that apt-cache lists";
  std::vector<datasets::Package> clean = packages, depends = packages;
  for (datasets::Package& package : clean) package.description = without_little_words(package.description);
  for (datasets::Package& package : depends) package.description = names_only(package.depends);
  const datasets::PackageText text = datasets::package_text(packages, {10, 3000, words}),
                              less = datasets::package_text(clean, {10, 3000, words}),
                              needs = datasets::package_text(depends, {10, 3000, dependencies});
  all.train = {text.train.tokens, text.train.labels}, all.test = {text.test.tokens, text.test.labels};
  all.clean_train = {less.train.tokens, less.train.labels}, all.clean_test = {less.test.tokens, less.test.labels};
  all.both_train = {side_by_side(text.train.tokens, needs.train.tokens), text.train.labels};
  all.both_test = {side_by_side(text.test.tokens, needs.test.tokens), text.test.labels};
  all.vocabulary = text.vocabulary.size(), all.clean_vocabulary = less.vocabulary.size(),
  all.dependencies_vocabulary = needs.vocabulary.size();
  return all;
}

// ---- The models of the measures

/// 1 Algorithm: the mean of the words asks, once, instead of every word: n pairs and not n n.
struct OneQuery : nn::Module {
  AttentionModel model;

  OneQuery(Index vocabulary, Rng& rng) : model(vocabulary, 8, true, rng) { adopt("model", model); }
  Tensor operator()(const Indices& tokens) const {
    const Tensor x = model.drop(model.positions(model.embedding(tokens)));
    const Tensor mean_word = matmul(unsqueeze(AttentionModel::fair(tokens), 1), x);  // (B, 1, 128)
    nn::MultiheadMasks masks;
    masks.key_padding = datasets::padding_of(tokens);
    return model.dense(squeeze(mean_word + model.attention(mean_word, x, x, masks).output, 1));
  }
};

/// 3 Structure: a whole Transformer block, with its feed-forward layer and layer norms, instead of x + attention(x).
struct Deeper : nn::Module {
  AttentionModel model;
  nn::TransformerEncoderLayer block;

  Deeper(Index vocabulary, Rng& rng) : model(vocabulary, 0, true, rng), block(128, 8, 256, rng) {
    adopt("model", model), adopt("positions", model.positions), adopt("block", block);
  }
  Tensor operator()(const Indices& tokens) const {
    nn::MultiheadMasks masks;
    masks.key_padding = datasets::padding_of(tokens);
    const Tensor x = block(model.drop(model.positions(model.embedding(tokens))), masks);
    return model.dense(squeeze(matmul(unsqueeze(AttentionModel::fair(tokens), 1), x), 1));
  }
};

/// 4 A second kind of data: the scores of the text plus those of a bag of dependencies.
struct Fused : nn::Module {
  AttentionModel text, needs;

  Fused(Index vocabulary, Index names, Rng& rng) : text(vocabulary, 8, true, rng), needs(names, 0, false, rng) {
    adopt("text", text), adopt("needs", needs);
  }
  Tensor operator()(const Indices& tokens) const {
    return text(columns(tokens, 0, words)) + needs(columns(tokens, words, words + dependencies));
  }
};

// ---- Training, and what it comes to

/// Steps of one size for all parameters (SGD with momentum), instead of Adam's, which adapt to each parameter.
template <class Model>
void fit_without_adapting(const Model& model, const Texts& train, Index epochs, Rng& rng) {
  const double lr = 0.2;  // the best of 0.03, 0.1, 0.2 and 0.5, tried beforehand with seed 0
  optim::SGD sgd(model.parameters(), lr, {0.9});
  optim::Cosine schedule(lr, epochs * datasets::Batches(train.count(), 64).size());
  Index step = 0;
  for (Index epoch = 0; epoch < epochs; ++epoch)
    for (const std::vector<Index>& which : datasets::Batches(train.count(), 64, rng)) {
      Tensor loss = cross_entropy(model(take_rows(train.rows, which)), take_rows(train.sections, which));
      sgd.zero_grad();
      loss.backward();
      sgd.lr = schedule.lr(step++);
      sgd.step();
    }
}

/// What several seeds give.
struct Row {
  std::string name;
  std::vector<double> accuracy = {}, seconds = {}, scoring = {};
};

/// Trains a model, and adds what came out to the row.
template <class Model>
void learn(Row& row, const Model& model, const Texts& train, const Texts& test, Index epochs, std::uint64_t seed, bool adaptive = true) {
  Rng rng(seed);
  const show::Stopwatch watch(show::Clock::processors);  // what other programs do at the same time does not count
  if (adaptive) fit(model, train.rows, train.sections, {epochs, 64, 0.002}, rng, [](double) {});
  else fit_without_adapting(model, train, epochs, rng);
  const double trained = watch.seconds();
  row.accuracy.push_back(accuracy(scores_of(model, test.rows), test.sections));
  row.seconds.push_back(trained), row.scoring.push_back(watch.seconds() - trained);
}

enum Name { bag, patient_bag, base, algorithm, data, structure, second_kind, not_adaptive, longer, more_texts };

struct Results {
  std::vector<Row> rows{{"bag of words, no attention"},
                        {"the same, four times the epochs"},
                        {"lesson 55's model"},
                        {"1 algorithm: one query"},
                        {"2 data: no little words"},
                        {"3 structure: a block"},
                        {"4 fusion: dependencies"},
                        {"5 adaptive steps taken away"},
                        {"one epoch more"},
                        {"twice the texts"}};
  std::vector<AttentionModel> first;  // lesson 55's model with the first seed, trained
};

/// One seed: the same texts for all, drawn anew for each seed.
void try_all(Results& results, const Sources& from, Index count, Index tested, Index epochs, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Index> order = rng.permutation(from.train.count()), tests = rng.permutation(from.test.count());
  const std::vector<Index> some(order.begin(), order.begin() + count), twice(order.begin(), order.begin() + 2 * count);
  tests.resize(tested);
  const Texts train = from.train.some(some), test = from.test.some(tests);
  const auto add = [&](Name name, const auto& model, const Texts& learned, const Texts& asked, Index passes, bool adaptive = true) {
    learn(results.rows[name], model, learned, asked, passes, seed, adaptive);
  };
  const AttentionModel eight_heads(from.vocabulary, 8, true, rng);
  add(base, eight_heads, train, test, epochs);
  if (results.first.empty()) results.first.push_back(eight_heads);
  add(bag, AttentionModel(from.vocabulary, 0, false, rng), train, test, epochs);
  add(patient_bag, AttentionModel(from.vocabulary, 0, false, rng), train, test, 4 * epochs);
  add(algorithm, OneQuery(from.vocabulary, rng), train, test, epochs);
  add(data, AttentionModel(from.clean_vocabulary, 8, true, rng), from.clean_train.some(some), from.clean_test.some(tests), epochs);
  add(structure, Deeper(from.vocabulary, rng), train, test, epochs);
  add(second_kind, Fused(from.vocabulary, from.dependencies_vocabulary, rng), from.both_train.some(some), from.both_test.some(tests),
      epochs);
  add(not_adaptive, AttentionModel(from.vocabulary, 8, true, rng), train, test, epochs, false);
  add(longer, AttentionModel(from.vocabulary, 8, true, rng), train, test, epochs + 1);
  add(more_texts, AttentionModel(from.vocabulary, 8, true, rng), from.train.some(twice), test, epochs);
}

}  // namespace
