#pragma once
#include <qkv/kernels/parallel.h>
#include <qkv/show/stopwatch.h>

#include <array>

#include "bytes.h"

// What one seed comes to.

struct Task {
  Indices train_x, train_y, test_x, test_y;
  Index vocabulary, length, classes;
  bool last_word;
  FitOptions fit;
};

inline SmallModel trained(const Task& task, const Form& form, std::uint64_t seed) {
  SmallModel model(task.vocabulary, task.length, task.classes, task.last_word, form, seed);
  Rng rng(seed);
  fit(model, task.train_x, task.train_y, task.fit, rng, [](double) {});
  return model;
}
inline double right(const SmallModel& model, const Indices& x, const Indices& y) { return accuracy(scores_of(model, x), y); }
inline double right(const SmallModel& model, const Task& task) { return right(model, task.test_x, task.test_y); }

inline Task letters(Index count, Index epochs, std::uint64_t seed) {
  Rng rng(seed);
  const Successors train = successors(count, 8, 6, rng), test = successors(1000, 8, 6, rng);
  return {train.tokens, train.labels, test.tokens, test.labels, 9, 7, 8, true, {epochs, 32, 0.005}};
}
/// The first `count` texts of an order that the seed draws.
inline Task texts(const datasets::PackageText& data, Index count, Index epochs, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Index> which = rng.permutation(data.train.labels.shape[0]), test = rng.permutation(data.test.labels.shape[0]);
  which.resize(std::min<std::size_t>(which.size(), static_cast<std::size_t>(count)));
  test.resize(std::min<std::size_t>(test.size(), 2000));
  return {take_rows(data.train.tokens, which),
          take_rows(data.train.labels, which),
          take_rows(data.test.tokens, test),
          take_rows(data.test.labels, test),
          data.vocabulary.size(),
          data.train.tokens.shape[1],
          static_cast<Index>(data.class_names.size()),
          false,
          {epochs, 64, 0.004}};
}

// ---- Section 4: trained in a smaller form

struct Named {
  std::string name;
  Form form;
};
inline std::vector<Named> forms() {
  std::vector<Named> all{
      {"as it is", {}},           {"W_k is W_q", {}},         {"both layers the same", {}}, {"one head of keys, values", {}},
      {"matrices of rank 8", {}}, {"matrices of rank 4", {}}, {"half as wide", {}},         {"one layer", {}},
      {"no attention", {}}};
  all[1].form.share_qk = true, all[2].form.share_layers = true, all[3].form.kv_heads = 1;
  all[4].form.rank = 8, all[5].form.rank = 4, all[6].form.d = 16, all[7].form.layers = 1, all[8].form.layers = 0;
  return all;
}

/// Seconds of a pass over some rows for each model, the fastest of several in turn, as a share of the first one's.
inline std::vector<double> time_shares(const std::vector<SmallModel>& models, const Indices& x) {
  NoGrad no_graph;
  std::vector<double> best(models.size(), infinity);
  const int before = kernels::threads();
  kernels::set_threads(1);  // another program disturbs one thread less than two
  for (int round = 0; round < 60; ++round)
    for (std::size_t i = 0; i < models.size(); ++i) {
      const show::Stopwatch watch;
      models[i](x);
      best[i] = std::min(best[i], watch.seconds());
    }
  kernels::set_threads(before);
  for (std::size_t i = models.size(); i-- > 0;) best[i] /= best[0];
  return best;
}

// ---- Section 5: heads taken out

/// Takes out the head that costs least on the training set, `count` times. Returns the share of right answers in the test.
inline double without_heads(const SmallModel& model, const Task& task, Index count) {
  const Index width = model.form.d / model.form.heads;
  auto set_head = [&](Index layer, Index head, double to) {
    for (Index i = 0; i < width; ++i) model.blocks[layer].keep.set({head * width + i}, to);
  };
  std::vector<Index> some(500);
  for (Index i = 0; i < 500; ++i) some[i] = i % task.train_y.shape[0];
  const Indices x = take_rows(task.train_x, some), y = take_rows(task.train_y, some);
  for (Index taken = 0; taken < count; ++taken) {
    double best = -1;
    Index best_layer = 0, best_head = 0;
    for (Index layer = 0; layer < model.form.layers; ++layer)
      for (Index head = 0; head < model.form.heads; ++head) {
        if (model.blocks[layer].keep.at({head * width}) == 0) continue;
        set_head(layer, head, 0);
        const double share = right(model, x, y);
        if (share > best) best = share, best_layer = layer, best_head = head;
        set_head(layer, head, 1);
      }
    set_head(best_layer, best_head, 0);
  }
  const double share = right(model, task);
  for (Index layer = 0; layer < model.form.layers; ++layer)
    for (Index head = 0; head < model.form.heads; ++head) set_head(layer, head, 1);
  return share;
}

// ---- One seed of sections 4 and 5

struct Effort {
  Index letters, letter_epochs, texts, text_epochs;
  std::vector<std::pair<Index, Index>> sizes;  // section 6: how many texts, and how many passes over them
};

/// Right answers: [form], [way to shrink], [heads taken out] of each task, 0 letters and 1 texts.
struct Outcome {
  std::array<std::vector<double>, 2> forms, shrunk, heads;
  std::vector<double> times;
  std::array<std::vector<Shrunk>, 2> bytes;
  std::vector<Index> attention, all;  // how many numbers each form has, in the texts' model
};
const std::vector<Index> heads_out{1, 2, 4, 6};

inline Outcome one_seed(const datasets::PackageText& data, const Effort& effort, bool one_scale, std::uint64_t seed) {
  Outcome outcome;
  const std::array<Task, 2> tasks{letters(effort.letters, effort.letter_epochs, seed), texts(data, effort.texts, effort.text_epochs, seed)};
  for (std::size_t k = 0; k < 2; ++k) {
    std::vector<SmallModel> models;
    for (const Named& one : forms()) {
      models.push_back(trained(tasks[k], one.form, seed));
      outcome.forms[k].push_back(right(models.back(), tasks[k]));
    }
    const std::vector<Tensor> numbers = copies(models[0]);
    for (const Smaller& way : ways_to_shrink(one_scale)) {
      outcome.bytes[k].push_back(shrink(models[0], way));
      outcome.shrunk[k].push_back(right(models[0], tasks[k]));
      put_back(models[0], numbers);
    }
    for (Index count : heads_out) outcome.heads[k].push_back(without_heads(models[0], tasks[k], count));
    if (k == 0) continue;
    for (const SmallModel& model : models)
      outcome.attention.push_back(model.attention_numbers()), outcome.all.push_back(model.parameter_count());
    std::vector<Index> some(100);
    for (Index i = 0; i < 100; ++i) some[i] = i;
    outcome.times = time_shares(models, take_rows(tasks[k].test_x, some));
  }
  return outcome;
}

// ---- Section 6: learned and new texts

struct Size {
  std::string name;
  Index layers, passes;  // how many times as many passes
};
const std::vector<Size> sizes{
    {"no attention", 0, 1}, {"no attention, 5 times the passes", 0, 5}, {"two layers", 2, 1}, {"four layers", 4, 1}};

/// Right answers on the texts that were learned from and on new ones.
struct Gap {
  double learned, fresh;
};
inline Gap gap_of(const datasets::PackageText& data, Index count, Index epochs, const Size& size, std::uint64_t seed) {
  const Task task = texts(data, count, epochs * size.passes, seed);
  Form form;
  form.layers = size.layers;
  const SmallModel model = trained(task, form, seed);
  return {right(model, task.train_x, task.train_y), right(model, task)};
}
