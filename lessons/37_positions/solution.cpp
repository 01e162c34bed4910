#include "../exercise.h"

#include "example.h"
#include "reader.h"

Tensor encoding(Index length, Index d) {
  Tensor pe = zeros({length, d});
  for (Index t = 0; t < length; ++t)
    for (Index i = 0; i < d / 2; ++i) {
      double angle = double(t) / std::pow(10000.0, 2.0 * double(i) / double(d));
      pe.set({t, 2 * i}, std::sin(angle));
      pe.set({t, 2 * i + 1}, std::cos(angle));
    }
  return pe;
}

double dot_at_distance(Index distance, Index d) {
  double sum = 0;
  for (Index i = 0; i < d / 2; ++i) sum += std::cos(double(distance) / std::pow(10000.0, 2.0 * double(i) / double(d)));
  return sum;
}

Tensor rotated(const Tensor& x) {
  Tensor y = zeros(x.shape());
  Index d = x.size(1);
  for (Index t = 0; t < x.size(0); ++t)
    for (Index m = 0; m < d / 2; ++m) {
      double angle = double(t) / std::pow(10000.0, 2.0 * double(m) / double(d)), a = x.at({t, 2 * m}), b = x.at({t, 2 * m + 1});
      y.set({t, 2 * m}, a * std::cos(angle) - b * std::sin(angle));
      y.set({t, 2 * m + 1}, a * std::sin(angle) + b * std::cos(angle));
    }
  return y;
}

Tensor with_learned(const Tensor& x, const Tensor& table) { return x + slice(table, 0, 0, x.size(0)); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a causal mask and no positions") {
  const Example x;
  AttentionOptions masked;
  masked.causal = true;
  const auto attend = [&](const Tensor& X) { return scaled_dot_product_attention(linear(X, x.W_q), linear(X, x.W_k), X, masked).output; };
  check_equal("mean of 'dog bites man'", mean(attend(x.dog_bites_man), 0), tensor({0.5011, 0.4707, 0.0280, 0.2273}), 2e-4);
  check_equal("mean of 'man bites dog'", mean(attend(x.man_bites_dog), 0), tensor({0.3424, -0.1814, 0.6015, 0.1004}), 2e-4);
}

TEST_CASE("answer 2: the last word instead of the mean") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    Reader reader(Position::none, rng);
    reader.last_word = true;
    train(reader, 8, 500, rng);
    check_equal("accuracy: 1/4 + 3/4 / 2", right(reader, 8, seed), 0.625, 0.025);
  }
}

TEST_CASE("answer 3: base 10, d = 4") {
  const Tensor pe = nn::sinusoidal_encoding(100, 4, 10), dots = linear(slice(pe, 0, 0, 1), pe);
  check_equal("distance 19", dots.at({0, 19}), 1.9512, 2e-4);
  for (Index t = 1; t < 100; ++t) check_true("every other distance below 100", t == 19 || dots.at({0, t}) < 1.85, "be below 1.85");
}

TEST_CASE("answer 4: the learned table times 0") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Rng rng(seed);
    Reader reader(Position::learned, rng);
    train(reader, 8, 500, rng);
    reader.learned.weight.copy_from(0 * reader.learned.weight);
    check_equal("accuracy", right(reader, 8, seed), 0.5, 0.04);
  }
}

TEST_CASE("answer 5: trained on 16 words, asked with 8") {
  // With how many of ten seeds a model is above 0.93 on 8 words.
  const auto seeds_right = [](Position kind) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      Rng rng(seed);
      Reader reader(kind, rng);
      train(reader, 16, 500, rng);
      count += right(reader, 8, seed) > 0.93;
    }
    return count;
  };
  const int waves = seeds_right(Position::sinusoidal), table = seeds_right(Position::learned);
  check_true("rotary", seeds_right(Position::rotary) == 10, "be above 0.93 with each of ten seeds");
  check_true("the waves", waves >= 4 && waves <= 8, "be above 0.93 with six of ten seeds, give or take two");
  check_true("the learned table", table <= 4, "be above 0.93 with two of ten seeds, give or take two");
}
