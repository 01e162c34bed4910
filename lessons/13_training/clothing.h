#pragma once
#include <qkv/io/resumable.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include "models.h"

// Fashion-MNIST and the training on it.

constexpr Index epochs = 10;

/// Pictures as rows of 784 numbers, and what they show.
struct Examples {
  Tensor x;
  Indices target;
};

/// What to learn from and what to be measured on.
struct Clothing {
  Examples training, test;
  std::vector<std::string> names;
  std::string instead;  // what took the pictures' place where they are not installed

  explicit Clothing(bool quick) {
    auto examples_of = [](const datasets::ImageSet& set) { return Examples{reshape(set.images, {set.images.size(0), -1}), set.labels}; };
    datasets::ImageSet pictures = datasets::fashion_mnist(datasets::Part::train, quick ? 2000 : -1);
    training = examples_of(pictures);
    test = examples_of(datasets::fashion_mnist(datasets::Part::test, quick ? 1000 : -1));
    names = {pictures.class_names.begin(), pictures.class_names.end()};
    if (pictures.generated) instead = std::string(pictures.source);
  }
};

enum class Kind { line, mlp_sgd, mlp_slow_sgd, mlp_adam };
inline const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::line: return "linear, SGD 0.1";
    case Kind::mlp_sgd: return "MLP, SGD 0.1";
    case Kind::mlp_slow_sgd: return "MLP, SGD 0.001";
    default: return "MLP, Adam 0.001";
  }
}

/// A model and its optimiser. Networks of one seed start from the same weights.
struct Student {
  std::string name;
  Rng rng;
  std::unique_ptr<Model> model;
  std::unique_ptr<optim::Optimizer> optimizer;

  Student(Kind kind, std::uint64_t seed) : name(name_of(kind)), rng(seed) {
    if (kind == Kind::line) model = std::make_unique<Line>(784, 10, rng);
    else model = std::make_unique<MLP>(784, 64, 10, rng);
    if (kind == Kind::mlp_adam) optimizer = std::make_unique<optim::Adam>(model->parameters(), 0.001);
    else optimizer = std::make_unique<optim::SGD>(model->parameters(), kind == Kind::mlp_slow_sgd ? 0.001 : 0.1);
  }
};

/// Share of right answers, without recording a graph.
inline double right(const Model& model, const Examples& examples) {
  NoGrad no_graph;
  return accuracy(model(examples.x), examples.target);
}

/// Trains on the first `count` examples in batches of 100, in a new random order for each epoch. Returns the mean loss of each epoch.
/// Ctrl-C saves the training in the file `saved`, if one is named, and the next call goes on from there; epochs of an earlier run are nan.
inline std::vector<double> train(Student& student, const Examples& examples, Index count, const std::string& saved = "") {
  show::Progress progress(epochs * count / 100, student.name);
  std::vector<double> losses(epochs, std::nan(""));
  for (io::Resumable run(saved, *student.model, *student.optimizer, student.rng); run.next(epochs);) {
    datasets::Batches batches(count, 100, student.rng);
    double& mean_loss = losses[run.step()] = 0;
    for (const std::vector<Index>& which : batches) {
      Tensor loss = cross_entropy((*student.model)(take_rows(examples.x, which)), take_rows(examples.target, which));
      student.optimizer->zero_grad();
      loss.backward();
      student.optimizer->step();
      mean_loss += loss.item() / static_cast<double>(batches.size());
      progress.step("loss " + show::number(loss.item()));
    }
  }
  return losses;
}

/// How often one is right with the most frequent of the labels seen, whatever the picture.
inline double always_most_frequent(const Indices& seen, const Indices& tested) {
  auto count = [](const Indices& labels, Index label) { return std::count(labels.values.begin(), labels.values.end(), label); };
  Index most = 0;
  for (Index label = 1; label < 10; ++label)
    if (count(seen, label) > count(seen, most)) most = label;
  return static_cast<double>(count(tested, most)) / static_cast<double>(tested.values.size());
}
