#pragma once
#include <qkv/io/csv_file.h>
#include <qkv/io/event_file.h>
#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/tensor/check.h>

#include <filesystem>
#include <limits>

// One small training, healthy or sick, and what it writes of itself.

using namespace qkv;

constexpr Index steps_in_row = 16, columns = 4;
constexpr double flipped = 0.1;  // so many labels are wrong: nobody can be right on more than 0.9 of new rows

/// What the last column knows at the last step: nothing, the label, or (exercise 4) whether the first column adds up to more than 0.
enum class Leak { none, label, sum };

/// Sequences of 16 steps of 4 numbers, and a label each.
struct Rows {
  Tensor x;
  Indices y;
};

/// The label says whether the first column adds up to more than 0; one label in ten is wrong. A leaking column
/// was filled in later, by somebody who knew.
Rows draw_rows(Index count, Leak leak, Rng& rng) {
  Rows rows{randn({count, steps_in_row, columns}, rng), Indices({count}, std::vector<Index>(count))};
  for (Index n = 0; n < count; ++n) {
    double sum = 0;
    for (Index t = 0; t < steps_in_row; ++t) sum += rows.x.at({n, t, 0});
    const bool wrong = rng.uniform() < flipped;
    rows.y.values[n] = (sum > 0) != wrong;
    const bool known = leak == Leak::label ? rows.y.values[n] == 1 : sum > 0;
    if (leak != Leak::none) rows.x.set({n, steps_in_row - 1, columns - 1}, known ? 2 : -2);
  }
  return rows;
}

/// A recurrent layer reads, a hidden layer of relu and a linear one answer.
struct Reader : nn::Module {
  nn::RNN rnn;
  nn::Linear hidden, read;

  explicit Reader(Rng& rng)
      : rnn(add_module("rnn", nn::RNN(columns, 16, rng))),
        hidden(add_module("hidden", nn::Linear(16, 32, rng))),
        read(add_module("read", nn::Linear(32, 2, rng))) {}
  /// What the 32 units of the hidden layer give, (B, 32).
  Tensor units(const Tensor& x) const { return relu(hidden(select(rnn(x).output, 1, -1))); }
  Tensor operator()(const Tensor& x) const { return read(units(x)); }
};

/// What is wrong with a training.
struct Illness {
  std::string name;
  double rate = 0.1;                                         // of SGD, at first; it falls evenly to 0
  double bias = 0;                                           // added to the hidden units' biases at the start
  double recurrent = 1;                                      // the recurrent weights are multiplied by it at the start
  Leak leak = Leak::none;                                    // in the rows to learn from and to validate with
  double longest = std::numeric_limits<double>::infinity();  // a gradient longer than this is cut to it
};

std::vector<Illness> illnesses() {
  std::vector<Illness> all(6);
  all[0].name = "healthy";
  all[1].name = "rate too high", all[1].rate = 5;
  all[2].name = "dead units", all[2].bias = -4;
  all[3].name = "leaking labels", all[3].leak = Leak::label;
  all[4].name = "exploding gradient", all[4].recurrent = 6;
  all[5].name = "the same, cut to 1", all[5].recurrent = 6, all[5].longest = 1;
  return all;
}

double norm_of_gradient(const Tensors& parameters) {
  double squares = 0;
  for (const Tensor& p : parameters)
    for (Index i = 0; i < p.size(); ++i) squares += double(p.grad().data()[i]) * double(p.grad().data()[i]);
  return std::sqrt(squares);
}

/// The share of units that give 0 for every row.
double share_dead(const Tensor& units) {
  const Tensor most = max(units, {0});
  double dead = 0;
  for (Index i = 0; i < most.size(); ++i) dead += most.data()[i] == 0;
  return dead / double(most.size());
}

/// What is written at every tenth step: how the model does on rows that it does not learn from, and what its units do.
void write(const Reader& model, const Rows& validation, double loss, double norm, Index step, io::EventFile& events, io::CsvFile* table) {
  NoGrad no_grad;
  const Tensor units = model.units(validation.x), scores = model.read(units);
  const double validation_loss = cross_entropy(scores, validation.y).item(), right = accuracy(scores, validation.y);
  events.scalar("loss/validation", validation_loss, step);
  events.scalar("accuracy/validation", right, step);
  events.scalar("units/dead", share_dead(units), step);
  if (!table) return;
  table->row({double(step), loss, validation_loss, right, norm, share_dead(units)});
  events.histogram("units", units, step);
  events.picture("weights/input", show::pixels({abs(model.parameter("rnn.weight_ih_l0")), {}, {}, ""}), step);
}

struct Trained {
  double tomorrow;   // accuracy on rows of tomorrow, in which no column knows the label
  Tensor by_column;  // mean size of the weights that read each of the four columns
};

/// Trains, and writes while it trains.
Trained train(const Illness& illness, Index steps, std::uint64_t seed, io::EventFile& events, io::CsvFile* table = nullptr) {
  Rng rng(seed);
  const Rows rows = draw_rows(2000, illness.leak, rng), validation = draw_rows(500, illness.leak, rng),
             tomorrow = draw_rows(2000, Leak::none, rng);
  Reader model(rng);
  model.hidden.bias.copy_from(model.hidden.bias.detach() + illness.bias);
  model.parameter("rnn.weight_hh_l0").copy_from(0.9 * illness.recurrent * nn::orthogonal(16, rng));
  optim::SGD sgd(model.parameters(), illness.rate);
  for (Index step = 0; step < steps; ++step) {
    std::vector<Index> picked;
    for (int i = 0; i < 50; ++i) picked.push_back(rng.below(2000));
    const Tensor loss = cross_entropy(model(take_rows(rows.x, picked)), take_rows(rows.y, picked));
    sgd.zero_grad();
    loss.backward();
    const double norm = norm_of_gradient(model.parameters());
    events.scalar("loss/train", loss.item(), step);
    events.scalar("gradient/norm", norm, step);
    if (step % 10 == 0) write(model, validation, loss.item(), norm, step, events, table);
    sgd.lr = illness.rate * (1 - double(step) / double(steps)) * (norm > illness.longest ? illness.longest / norm : 1);
    sgd.step();
  }
  NoGrad no_grad;
  return {accuracy(model(tomorrow.x), tomorrow.y), mean(abs(model.parameter("rnn.weight_ih_l0")), 0)};
}
