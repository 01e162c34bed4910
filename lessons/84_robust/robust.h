#pragma once
#include <qkv/qkv.h>
#include <qkv/show/progress.h>

#include <memory>

// Pictures, three models, what is done to the pictures, and three ways to train.

using namespace qkv;

/// Pictures of 14 x 14 (the mean of four pixels each), black 0 to white 1, and what they show.
struct Pictures {
  Tensor x;        // (N, 14, 14)
  Indices target;  // (N)
  std::string instead;

  Pictures(datasets::Part part, Index count) {
    const datasets::ImageSet set = datasets::fashion_mnist(part, count);
    const Index n = set.images.size(0);
    x = mean(reshape(set.images, {n, 14, 2, 14, 2}), {2, 4});
    target = set.labels;
    if (set.generated) instead = set.source;
  }
};

/// (N, 14, 14) -> (N, 10).
struct Model : nn::Module {
  virtual Tensor operator()(const Tensor& x) const = 0;
  virtual ~Model() = default;
};

/// One matrix from the 196 pixels.
struct Line : Model {
  nn::Linear linear;

  explicit Line(Rng& rng) : linear(196, 10, rng) { adopt("linear", linear); }
  Tensor operator()(const Tensor& x) const override { return linear(reshape(x, {x.size(0), 196})); }
};

/// Reads the rows from top to bottom; the last state answers.
struct RowLSTM : Model {
  nn::LSTM lstm;
  nn::Linear out;

  explicit RowLSTM(Rng& rng) : lstm(14, 40, rng), out(40, 10, rng) {
    adopt("lstm", lstm);
    adopt("out", out);
  }
  Tensor operator()(const Tensor& x) const override { return out(select(lstm(x).output, 1, 13)); }
};

/// All rows look at all rows: one layer of a Transformer of width 32; the mean over the rows answers.
struct RowAttention : Model {
  nn::Linear in;
  nn::LearnedPosition places;
  nn::TransformerEncoderLayer layer;
  nn::Linear out;

  explicit RowAttention(Rng& rng) : in(14, 32, rng), places(14, 32, rng), layer(32, 4, 64, rng), out(32, 10, rng) {
    adopt("in", in);
    adopt("places", places);
    adopt("layer", layer);
    adopt("out", out);
  }
  Tensor operator()(const Tensor& x) const override { return out(mean(layer(places(in(x))), 1)); }
};

const std::vector<std::string> model_names{"linear", "LSTM", "attention"};
inline std::unique_ptr<Model> new_model(const std::string& name, Rng& rng) {
  if (name == "linear") return std::make_unique<Line>(rng);
  if (name == "LSTM") return std::make_unique<RowLSTM>(rng);
  return std::make_unique<RowAttention>(rng);
}

// ---- What is done to a picture

/// 1 where x is above 0, -1 below, 0 at 0.
inline Tensor sign(const Tensor& x) { return where(x > 0, 1, where(x < 0, -1, 0)); }

/// Every pixel moves by eps, up or down by a coin.
inline Tensor with_noise(const Tensor& x, double eps, Rng& rng) { return clamp(x + eps * sign(rand(x.shape(), rng, -1, 1)), 0, 1); }

/// The picture moved by so many pixels down and to the right (negative: up, left); black comes in.
inline Tensor moved(const Tensor& x, Index down, Index right) {
  const Index n = x.size(0);
  const Tensor rows = concat({zeros({n, 2, 14}), x, zeros({n, 2, 14})}, 1);
  const Tensor all = concat({zeros({n, 18, 2}), rows, zeros({n, 18, 2})}, 2);
  return slice(slice(all, 1, 2 - down, 16 - down), 2, 2 - right, 16 - right);
}

/// FGSM (fast gradient sign method): every pixel moves by eps in the direction that raises the loss.  Goodfellow et al. 2015.
/// As a mistake (descend) in the direction that lowers it.
inline Tensor attacked(const Model& model, const Tensor& x, const Indices& target, double eps, bool descend = false) {
  const Tensor at = x.detach().clone().requires_grad(true);
  cross_entropy(model(at), target).backward();
  return clamp(at.detach() + (descend ? -eps : eps) * sign(at.grad()), 0, 1);
}

/// Ten small steps of eps / 4 instead of one, each with a new gradient, never further than eps from x.  Madry et al. 2018.
inline Tensor attacked_in_steps(const Model& model, const Tensor& x, const Indices& target, double eps) {
  Tensor at = x;
  for (int step = 0; step < 10; ++step) at = minimum(maximum(attacked(model, at, target, eps / 4), x - eps), x + eps);
  return clamp(at, 0, 1);
}

// ---- Training

enum class Diet { plain, noise, moved, attack };

/// Adam on batches of 50: on the pictures as they are, on noisy ones, on some moved by up to one pixel, or on attacked ones.
inline std::unique_ptr<Model> trained(const std::string& name, const Pictures& pictures, Diet diet, Index epochs, std::uint64_t seed,
                                      bool descend = false, double eps = 0.1) {
  Rng rng(seed);
  std::unique_ptr<Model> model = new_model(name, rng);
  const Index count = pictures.x.size(0), steps = epochs * (count / 50);
  optim::Adam adam(model->parameters(), 0.005);
  optim::Cosine schedule(0.005, steps);
  show::Progress progress(steps, name);
  Index step = 0;
  for (Index epoch = 0; epoch < epochs; ++epoch)
    for (const std::vector<Index>& which : datasets::Batches(count, 50, rng)) {
      Tensor x = take_rows(pictures.x, which);
      const Indices target = take_rows(pictures.target, which);
      if (diet == Diet::noise) x = with_noise(x, eps, rng);
      if (diet == Diet::moved) x = moved(x, rng.below(3) - 1, rng.below(3) - 1);
      if (diet == Diet::attack) x = attacked(*model, x, target, eps, descend);
      Tensor loss = cross_entropy((*model)(x), target);
      adam.zero_grad();
      loss.backward();
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step();
    }
  return model;
}

inline double right(const Model& model, const Tensor& x, const Indices& target) {
  NoGrad no_graph;
  return accuracy(model(x), target);
}
