#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>

// Wide vectors: what the lesson measures in sections 6 to 9, and what the answers to its exercises try.

using namespace qkv;

/// What the scores are multiplied by: 1 without the scale.
inline double factor(Index d, bool scaled) { return scaled ? 1 / std::sqrt(static_cast<double>(d)) : 1; }

/// softmax(factor * Q K^T) V, the library's way; one place for the lesson to leave the scale out.
inline Attended attention(const Tensor& q, const Tensor& k, const Tensor& v, bool scaled) {
  AttentionOptions options;
  options.scale = factor(q.size(-1), scaled);
  return scaled_dot_product_attention(q, k, v, options);
}

/// How one row of weights answers to its scores: J_ij = d alpha_i / d e_j, for each row.  (..., n) -> (..., n, n)
inline Tensor jacobian(const Tensor& alpha) {
  Tensor column = unsqueeze(alpha, -1), row = unsqueeze(alpha, -2);
  return eye(alpha.size(-1)) * row - column * row;
}

/// The number in the middle: unlike the mean it does not see a few very large ones.
inline double median(const Tensor& x) { return show::median(std::vector<double>(x.data(), x.data() + x.size())); }

/// What 500 random queries with 16 keys each came to.
struct Measured {
  double variance, entropy, largest;  ///< of the scores; of the weights; the largest weight
  double J_mean, J_median;            ///< norm of the softmax's Jacobian
  double at_q_mean, at_q_median;      ///< norm of the gradient that reaches the query, for a random gradient of the output
};
struct Pair {
  Measured plain, scaled;
};

inline Measured measure(const Tensor& queries, const Tensor& k, const Tensor& v, const Tensor& d_output, bool scaled) {
  Tensor q = queries.clone().requires_grad(true);
  Attended attended = attention(q, k, v, scaled);
  attended.output.backward(d_output);
  Tensor alpha = attended.weights.detach(), e = matmul(queries, transpose(k)) * factor(q.size(-1), scaled);
  Tensor J = norm(reshape(jacobian(alpha), {alpha.size(0), -1}), -1), at_q = norm(q.grad(), -1);
  return {mean(e * e).item(), mean(entropy(alpha)).item(), mean(max(alpha, -1)).item(), mean(J).item(), median(J), mean(at_q).item(),
          median(at_q)};
}

/// With and without the scale, on the same random numbers: the entries of queries and keys are normal and of this size, values of size 1.
inline Pair measure_both(Index d, double size, bool scaled, std::uint64_t seed) {
  Rng rng(seed);
  Tensor v = randn({500, 16, 8}, rng), d_output = randn({500, 1, 8}, rng);
  Tensor q = randn({500, 1, d}, rng, 0, size), k = randn({500, 16, d}, rng, 0, size);
  return {measure(q, k, v, d_output, false), measure(q, k, v, d_output, scaled)};
}

/// What was measured at one width, a Pair for each seed.
struct Width {
  Index d;
  std::vector<Pair> seeds;

  std::vector<double> all(bool scaled, double Measured::*what) const {
    std::vector<double> values;
    for (const Pair& pair : seeds) values.push_back((scaled ? pair.scaled : pair.plain).*what);
    return values;
  }
  double middle(bool scaled, double Measured::*what) const { return show::median(all(scaled, what)); }
  std::string range(bool scaled, double Measured::*what, int digits) const { return show::median_and_range(all(scaled, what), digits); }
};

inline std::vector<Width> measure_widths(const show::Lesson& lesson, const std::vector<Index>& widths, double size) {
  std::vector<Width> measured;
  show::Progress progress(lesson.seeds() * static_cast<Index>(widths.size()), "measuring");
  for (Index d : widths) {
    measured.push_back({d, {}});
    for (int i = 0; i < lesson.seeds(); ++i) {
      measured.back().seeds.push_back(measure_both(d, size, !lesson.broken("no-scale"), lesson.seed() + static_cast<std::uint64_t>(i)));
      progress.step();
    }
  }
  return measured;
}

/// How sixteen words are learned.
struct Learning {
  Index d;
  double lr;
  bool scaled;
  double size = 1;             ///< of the entries at the start
  bool cross_entropy = false;  ///< on the scores, instead of the squared error of the output
  bool adam = false;           ///< instead of plain descent
};

/// Sixteen words, each with a random query and a random key of its own: every query must find its key. Returns how many do.
inline Index words_found(const Learning& how, Index steps, std::uint64_t seed) {
  Rng rng(seed);
  Tensor q = randn({16, how.d}, rng, 0, how.size).requires_grad(true), k = randn({16, how.d}, rng, 0, how.size).requires_grad(true);
  const Tensor values = eye(16);
  const Indices right({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  optim::SGD sgd({q, k}, how.lr);
  optim::Adam adam({q, k}, how.lr);
  for (Index step = 0; step < steps; ++step) {
    Tensor loss;
    if (how.cross_entropy) {
      loss = 16 * cross_entropy(matmul(q, transpose(k)) * factor(how.d, how.scaled), right);
    } else {
      Tensor error = attention(q, k, values, how.scaled).output - values;
      loss = sum(error * error);
    }
    sgd.zero_grad();
    loss.backward();
    if (how.adam) adam.step();
    else sgd.step();
  }
  const Indices found = argmax(attention(q, k, values, how.scaled).weights);
  Index count = 0;
  for (Index i = 0; i < 16; ++i) count += found.values[i] == i;
  return count;
}
