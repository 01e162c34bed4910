#pragma once
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <algorithm>
#include <cmath>

// Soft weights, and kernel regression with them: the lesson runs it, and so do the answers to the exercises.

using namespace qkv;

/// e_ij = -(q_i - k_j)^2 / (2 h^2): queries (n), keys (m) -> (n, m). h may be a learned number, or one for each key.
inline Tensor scores(const Tensor& queries, const Tensor& keys, const Tensor& h) {
  Tensor distance = unsqueeze(queries, 1) - keys;  // (n, 1) - (m) = (n, m)
  return -distance * distance / (2 * h * h);
}

/// alpha (n, m); without the division by the sum, the mistake that --break=no-division makes.
inline Tensor soft_weights(const Tensor& queries, const Tensor& keys, const Tensor& h, bool divided = true) {
  Tensor e = scores(queries, keys, h);
  return divided ? softmax(e) : exp(e);
}

/// 2 sin x + 0.3 x, at each x.
inline Tensor curve(const Tensor& x) {
  Tensor y = zeros(x.shape());
  for (Index i = 0; i < x.size(); ++i) y.set({i}, 2 * sin(x.at({i})) + 0.3 * x.at({i}));
  return y;
}

/// The mean squared error of two curves.
inline double error(const Tensor& a, const Tensor& b) { return mse_loss(a, b).item(); }

/// Mean squared errors: (a) at the points themselves, (b) there, but no point sees itself, (c) against the true curve, at the other places.
struct Errors {
  double itself, left_out, true_curve;
};

/// Kernel regression (Nadaraya 1964; Watson 1964): noisy points of a curve are keys and values, the weighted sum estimates the curve.
struct Regression {
  Tensor x, y;         // 80 noisy points
  Tensor grid, truth;  // 91 other places, where the true curve is known

  explicit Regression(Rng& rng);
  /// The estimate at each query.
  Tensor at(const Tensor& queries, const Tensor& h, bool divided = true) const;
  /// Each point, estimated from the others: it may not look at itself.
  Tensor left_out(const Tensor& h) const;
  /// The value of the nearest point, for each query.
  Tensor nearest(const Tensor& queries) const;
  Errors errors(const Tensor& h, bool divided = true) const;
};

inline Regression::Regression(Rng& rng)
    : x(rand({80}, rng, 0, 10)), y(curve(x) + randn({80}, rng, 0, 0.6)), grid(linspace(0.5, 9.5, 91)), truth(curve(grid)) {}

inline Tensor Regression::at(const Tensor& queries, const Tensor& h, bool divided) const {
  return matmul(soft_weights(queries, x, h, divided), y);
}

inline Tensor Regression::left_out(const Tensor& h) const {
  const Mask itself = eye(x.size()) > 0;  // true may not be looked at
  return matmul(softmax(masked_fill(scores(x, x, h), itself, -infinity)), y);
}

inline Tensor Regression::nearest(const Tensor& queries) const {
  Tensor distance = unsqueeze(queries, 1) - x;
  return squeeze(embedding(argmax(-distance * distance), unsqueeze(y, 1)), 1);
}

inline Errors Regression::errors(const Tensor& h, bool divided) const {
  return {error(at(x, h, divided), y), error(left_out(h), y), error(at(grid, h, divided), truth)};
}

/// Lets Adam choose h by its logarithm, so that it stays positive, to make error (a) or (b) small.
inline double learn_h(const Regression& r, bool may_see_itself, Index steps) {
  Tensor log_h = tensor({0}).requires_grad(true);
  optim::Adam adam({log_h}, 0.05);
  show::Progress progress(steps, may_see_itself ? "learning h, sees itself" : "learning h, left out");
  for (Index step = 0; step < steps; ++step) {
    Tensor h = exp(log_h), loss = mse_loss(may_see_itself ? r.at(r.x, h) : r.left_out(h), r.y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("h " + show::number(h.item()));
  }
  return std::exp(log_h.item());
}

/// The h of a fine grid with the least error (c), which only somebody who knows the true curve can find.
inline double best_h(const Regression& r) {
  double best = 1;
  for (double h = 0.05; h < 3; h *= 1.02)
    if (r.errors(h).true_curve < r.errors(best).true_curve) best = h;
  return best;
}

inline std::vector<double> list(const Tensor& x) {
  std::vector<double> numbers(x.size());
  for (Index i = 0; i < x.size(); ++i) numbers[i] = x.at({i});
  return numbers;
}

inline void add_line(show::LineChart& chart, const char* name, const std::vector<double>& x, const std::vector<double>& y) {
  chart.series.push_back({name, x, y});
}

/// The three errors against h.
inline show::LineChart error_chart(const Regression& r) {
  std::vector<double> x, itself, left_out, true_curve;
  for (double h = 0.02; h < 25; h *= 1.2) {
    Errors e = r.errors(h);
    x.push_back(h);
    itself.push_back(e.itself);
    left_out.push_back(e.left_out);
    true_curve.push_back(e.true_curve);
  }
  show::LineChart chart{"Error against h", "h", "squared error", {}};
  add_line(chart, "(a) itself", x, itself);
  add_line(chart, "(b) left out", x, left_out);
  add_line(chart, "(c) true curve", x, true_curve);
  chart.log_x = true;
  return chart;
}

/// The points, and estimates of the curve.
inline show::LineChart curve_chart(const Regression& r) {
  std::vector<double> x = list(r.grid);
  show::LineChart chart{"80 noisy points, and what is made of them", "x", "y", {{"points", list(r.x), list(r.y), {}, {}, true}}};
  add_line(chart, "h = 0.1", x, list(r.at(r.grid, 0.1)));
  add_line(chart, "h = 0.4", x, list(r.at(r.grid, 0.4)));
  add_line(chart, "h = 2", x, list(r.at(r.grid, 2)));
  add_line(chart, "true", x, list(r.truth));
  return chart;
}
