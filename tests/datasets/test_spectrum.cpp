#include <gradient_check.h>
#include <io/scratch.h>
#include <qkv/datasets/spectrum.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

#include <doctest/doctest.h>

using namespace qkv;
using scratch::error_of;

TEST_CASE("spectrum: four samples by hand") {
  const datasets::Spectrum spectrum(4, 2);
  CHECK(spectrum.bins == 3);
  // cos(pi k n / 2) and sin(pi k n / 2)
  const Tensor waves = tensor({{1, 1, 1, 1}, {1, 0, -1, 0}, {1, -1, 1, -1}, {0, 0, 0, 0}, {0, 1, 0, -1}, {0, 0, 0, 0}});
  for (Index i = 0; i < waves.size(); ++i) CHECK(std::abs(spectrum.waves.data()[i] - waves.data()[i]) < 1e-6);
  // (1 - cos(2 pi (n + 1/2) / 4)) / 2
  const double w[] = {0.1464466, 0.8535534, 0.8535534, 0.1464466};
  for (Index n = 0; n < 4; ++n) CHECK(spectrum.window.at({n}) == doctest::Approx(w[n]));
  // Samples 1 2 3: frames 0 0 1 2, 1 2 3 0, 3 0 0 0, each under the window.
  const Tensor frames = spectrum.frames(tensor({1, 2, 3}));
  REQUIRE(frames.shape() == Shape{spectrum.frame_count(3), 4});
  REQUIRE(frames.size(0) == 3);
  CHECK(frames.at({0, 2}) == doctest::Approx(w[2]));
  CHECK(frames.at({0, 3}) == doctest::Approx(2 * w[3]));
  CHECK(frames.at({1, 1}) == doctest::Approx(2 * w[1]));
  CHECK(frames.at({2, 0}) == doctest::Approx(3 * w[0]));
  CHECK(spectrum(tensor({1, 2, 3})).at({2, 0}) == doctest::Approx(3 * w[0]));  // C_0 is the sum
}

TEST_CASE("spectrum: a wave has power at its frequency alone") {
  const datasets::Spectrum spectrum(200, 80);
  Tensor samples = zeros({2000});
  for (Index i = 0; i < 2000; ++i)
    samples.set({i}, std::cos(2 * 3.14159265358979 * 1000 * static_cast<double>(i) / 8000 + 0.3));  // 1000 Hz: frequency 25
  const Tensor power = select(datasets::power(spectrum(samples)), 0, 10);
  CHECK(argmax(power).values[0] == 25);
  CHECK(power.at({25}) == doctest::Approx(2500).epsilon(1e-3));  // (sum of the window / 2)^2 = 50^2
  for (Index k = 0; k < 101; ++k)
    if (k < 24 || k > 26) CHECK(power.at({k}) < 1);  // a Hann window spreads it over three
}

TEST_CASE("spectrum: the way back gives the samples, whatever width, hop and length") {
  Rng rng(1);
  for (auto [width, hop] : {std::pair<Index, Index>{8, 4}, {9, 4}, {200, 80}, {16, 3}, {2, 1}})
    for (Index length : {1, 7, 64, 333}) {
      const datasets::Spectrum spectrum(width, hop);
      const Tensor samples = randn({length}, rng), back = spectrum.inverse(spectrum(samples), length);
      for (Index i = 0; i < length; ++i) CHECK(std::abs(back.at({i}) - samples.at({i})) < 1e-4);
    }
}

TEST_CASE("spectrum: the gradient reaches the samples") {
  const datasets::Spectrum spectrum(6, 2);
  Rng rng(2);
  check_gradient([&](const auto& in) { return datasets::power(spectrum(in[0])); }, {randn({9}, rng)});
}

TEST_CASE("mel: bands rise and fall, and each sums to 1") {
  const Tensor filters = datasets::mel_filters(24, 101, 40, 60, 3800);
  REQUIRE(filters.shape() == Shape{24, 101});
  Index before = -1;
  for (Index m = 0; m < 24; ++m) {
    CHECK(select(sum(filters, 1), 0, m).item() == doctest::Approx(1));
    const Index top = argmax(select(filters, 0, m)).values[0];
    CHECK(top > before);
    before = top;
  }
  // One band from 0 to 1000 Hz: its centre lies at half of 1000 mel, 2595 log10(1 + 1000 / 700) = 999.99, which is 390.9 Hz.
  const Tensor one = datasets::mel_filters(1, 11, 100, 0, 1000);
  CHECK(one.at({0, 0}) == 0);
  CHECK(one.at({0, 10}) == doctest::Approx(0));
  CHECK(one.at({0, 2}) / one.at({0, 1}) == doctest::Approx(2));
  CHECK(one.at({0, 7}) / one.at({0, 4}) == doctest::Approx(300.0 / 600));
  CHECK(argmax(select(one, 0, 0)).values[0] == 4);
}

TEST_CASE("mel: a sound is 100 frames a second; twice as loud is log 4 more") {
  const datasets::LogMel log_mel(8000, 24, 60, 3800, 1e-9);
  Rng rng(3);
  const Tensor samples = randn({4000}, rng);
  const Tensor soft = log_mel({samples, 8000}), loud = log_mel({2 * samples, 8000});
  CHECK(soft.shape() == Shape{52, 24});
  for (Index i = 3 * 24; i < 49 * 24; ++i) CHECK(loud.data()[i] - soft.data()[i] == doctest::Approx(std::log(4.0)).epsilon(1e-3));
}

TEST_CASE("spectrum: what is refused") {
  CHECK(error_of([] { datasets::Spectrum(4, 3); }) == "Spectrum: width 4, hop 3: the hop must be from 1 to half the width");
  const datasets::Spectrum spectrum(4, 2);
  CHECK(error_of([&] { spectrum(zeros({2, 2})); }) == "Spectrum: samples (2, 2): must be (N), at least one");
  CHECK(error_of([&] { spectrum.inverse(zeros({3, 5}), 3); }) == "Spectrum: inverse of (3, 5) to 3 samples: must be (3, 6)");
  CHECK(error_of([] { datasets::LogMel(8000)({zeros({9}), 16000}); }) == "LogMel: the sound has 16000 samples a second: must be 8000");
  CHECK(error_of([] { datasets::mel_filters(0, 5, 1, 0, 1); }) ==
        "mel_filters: 0 bands of 5 frequencies from 0 to 1 Hz: must be at least one of each, and low below high");
  CHECK(error_of([] { datasets::mel_filters(50, 11, 100, 0, 1000); }).find("has no frequency") != std::string::npos);
}
