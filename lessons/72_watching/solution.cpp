#include "../exercise.h"

#include "curves.h"

std::vector<int> varint(Index number) {
  std::vector<int> bytes;
  for (; number >= 128; number /= 128) bytes.push_back(static_cast<int>(number % 128 + 128));
  bytes.push_back(static_cast<int>(number));
  return bytes;
}

std::uint32_t crc32c(const std::vector<unsigned char>& bytes) {
  std::uint32_t rest = 0xffffffff;
  for (unsigned char byte : bytes) {
    rest ^= byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest & 1 ? rest >> 1 ^ 0x82f63b78 : rest >> 1;
  }
  return ~rest;
}

double first_above(const std::vector<double>& steps, const std::vector<double>& values, double bound) {
  return first_above(io::Curve{"", steps, values}, bound);
}

// share_dead is the lesson's own, in training.h.

#include "exercise_checks.h"

// ---- The numbers in the page's answers

namespace {

/// The median over three seeds of what `of` says of a run of `illness`.
template <class Of>
double median_of_three(const Illness& illness, Of of) {
  const Folder folder;
  std::vector<double> values;
  for (std::uint64_t seed = 0; seed < 3; ++seed) values.push_back(of(watch(illness, 600, seed, folder / "run", false, false)));
  std::sort(values.begin(), values.end());
  return values[1];
}

}  // namespace

TEST_CASE("answer 1: step 300") {
  check_equal("its key, field 2 of kind 0", 2 * 8 + 0, 16);
  check_equal("low byte", varint(300)[0], 172);
}

TEST_CASE("answer 3: a bias of -1") {
  Illness illness;
  illness.bias = -1;
  check_true("dead at first", median_of_three(illness, [](const Watched& run) { return run.first("units/dead"); }) > 0.9, "be nearly all");
  check_true("tomorrow", median_of_three(illness, [](const Watched& run) { return run.trained.tomorrow; }) < 0.6, "be at chance");
}

TEST_CASE("answer 4: a leak of the sum") {
  Illness illness;
  illness.leak = Leak::sum;
  check_true("validation",
             std::abs(median_of_three(illness, [](const Watched& run) { return run.last("accuracy/validation"); }) - 0.9) < 0.03,
             "be at 0.9");
  check_true("the alarm", median_of_three(illness, alarms[2].rings) == -1, "stay silent");
  check_true("tomorrow", median_of_three(illness, [](const Watched& run) { return run.trained.tomorrow; }) < 0.6, "be at chance");
  const auto last_against_first = [](const Watched& run) { return run.trained.by_column.at({3}) / run.trained.by_column.at({0}); };
  check_true("the last column's weights", median_of_three(illness, last_against_first) > 1.5, "be the largest");
}

TEST_CASE("answer 5: recurrent weights twice as large, and four times") {
  Illness illness;
  illness.recurrent = 2;
  const auto gradient = [](const Watched& run) { return run.first("gradient/norm"); };
  check_true("twice", median_of_three(illness, gradient) < 2, "be below 2");
  illness.recurrent = 4;
  check_true("four times", median_of_three(illness, gradient) > 5, "be above 5");
}
