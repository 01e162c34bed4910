#include <doctest/doctest.h>
#include <qkv/show/stopwatch.h>

#include <chrono>
#include <thread>

using namespace qkv::show;

namespace {
void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }
}  // namespace

TEST_CASE("stopwatch: who sleeps does not compute, and another thread is not this one") {
  const Stopwatch wall, processors(Clock::processors), thread(Clock::thread);
  rest();
  CHECK(wall.seconds() >= 0.02);
  CHECK(thread.seconds() < 0.02);
  std::thread other([] {
    const Stopwatch own(Clock::thread);
    while (own.seconds() < 0.05) {
    }
  });
  other.join();
  CHECK(processors.seconds() >= 0.05);
  CHECK(thread.seconds() < 0.05);
}

TEST_CASE("stopwatch: what lies in a pause is not measured") {
  Stopwatch watch, whole;
  rest();
  watch.pause();
  const double before = watch.seconds();
  CHECK(before >= 0.02);
  rest();
  CHECK(watch.seconds() == before);
  watch.pause();  // once more changes nothing
  CHECK(watch.seconds() == before);
  watch.go_on();
  watch.go_on();
  rest();
  CHECK(watch.seconds() >= before + 0.02);
  CHECK(watch.seconds() <= whole.seconds() - 0.02);
}
