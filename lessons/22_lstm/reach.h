#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>

#include <algorithm>
#include <cmath>

// The example of the lesson; then how far back an LSTM's gradient reaches and what it learns, by the bias of its forget gates: the lesson runs them, and so do the answers.

using namespace qkv;

/// Three steps of two numbers, a memory of three.
struct Example {
  Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}});
  Tensor W = reshape(tensor({0.6, -0.4, 0.2,  0.9, -0.7, 0.3,    // i
                             0.3, 0.1,  -0.2, 0.5, 0.4,  -0.6,   // f
                             0.8, 0.2,  -0.5, 0.7, 0.1,  -0.9,   // g
                             0.5, -0.3, 0.6,  0.4, -0.1, 0.2}),  // o
                     {12, 2});
  Tensor U = reshape(tensor({0.5, -0.3, 0.2,  0.4,  0.6, -0.1, -0.2, 0.3,  0.7,     // i
                             0.1, 0.2,  -0.4, -0.3, 0.5, 0.1,  0.6,  -0.2, 0.3,     // f
                             0.7, -0.5, 0.4,  0.2,  0.8, -0.6, -0.4, 0.1,  0.5,     // g
                             0.3, -0.1, 0.2,  -0.6, 0.4, 0.1,  0.2,  0.3,  -0.5}),  // o
                     {12, 3});
  Tensor b = tensor({0, 0.1, -0.1, 1, 1, 1, 0, 0.2, -0.2, 0.1, 0, -0.1});
  CellWeights weights{W, U, b, zeros({12})};
};

/// Sets the bias of the forget gates: f = sigmoid(bias) where nothing else comes in.
inline void set_forget_bias(const nn::LSTM& lstm, const std::vector<double>& bias) {
  const Index h = lstm.hidden_size;
  CellWeights w = lstm.cells[0];
  for (Index n = 0; n < h; ++n) {
    w.bias_ih.set({h + n}, bias[n % bias.size()]);
    w.bias_hh.set({h + n}, 0);
  }
}

/// How far the gradient of one layer reaches over one random sequence of 129 steps, and how large the memory has become.
struct Reach {
  std::vector<double> gradient;  ///< |d h_T / d x_(T-k)| for k = 0, 1, ..., divided by that for k = 0
  double size = 0;               ///< root mean square of c_T

  double per_step() const { return std::pow(gradient[64] / gradient[32], 1.0 / 32); }
};
enum class Layer { rnn, gru, lstm };
inline Reach measure(Layer layer, double forget_bias, std::uint64_t seed, double input_bias = 0) {
  Rng rng(seed);
  const Tensor sequence = randn({129, 4}, rng);
  auto reach = [&](const auto& any) { return nn::reach([&](const Tensor& x) { return select(any(x).output, 1, -1); }, sequence, 16); };
  if (layer == Layer::rnn) return {reach(nn::RNN(4, 16, rng))};
  if (layer == Layer::gru) return {reach(nn::GRU(4, 16, rng))};
  nn::LSTM lstm(4, 16, rng);
  set_forget_bias(lstm, {forget_bias});
  if (input_bias != 0)
    for (Index n = 0; n < 16; ++n) CellWeights(lstm.cells[0]).bias_ih.set({n}, input_bias);
  const Tensor c = lstm(unsqueeze(sequence, 0)).c_n;
  return {reach(lstm), std::sqrt(mean(c * c).item())};
}

/// The accuracy of a network of 32 hidden numbers at recalling one of 4 values after `distance` steps, after so many steps of training.
inline double train_to_recall(Layer layer, const std::vector<double>& forget_bias, Index distance, Index steps, std::uint64_t seed) {
  Rng rng(seed);
  const datasets::RecallTask task{distance, 0, 4};
  if (layer == Layer::rnn) return fit_recall(nn::SequenceClassifier<nn::RNN>(task.features(), 32, task.values, rng), task, steps, rng);
  nn::SequenceClassifier<nn::LSTM> model(task.features(), 32, task.values, rng);
  set_forget_bias(model.layer, forget_bias);
  return fit_recall(model, task, steps, rng);
}

/// "one seed", "10 seeds".
inline std::string counted(int count, const std::string& what) {
  return count == 1 ? "one " + what : std::to_string(count) + " " + what + "s";
}

/// Median and range, for numbers that differ by powers of ten.
inline std::string powers_of_ten(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return show::scientific(show::median(values)) + " (" + show::scientific(*low) + " to " + show::scientific(*high) + ")";
}
