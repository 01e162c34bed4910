#include "training.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

using namespace qkv;

namespace {

/// Memory that the process has now, in bytes; 0 where the system does not tell.
long resident() {
  std::ifstream in("/proc/self/statm");
  long all = 0, now = 0;
  in >> all >> now;
  return now * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

TEST_CASE("memory: a thousand steps need no more than a hundred") {  // the short form of `make soak`
  EverydayTraining training(1);
  for (int step = 0; step < 100; ++step) training.step();
  const long early = resident();
  for (int step = 0; step < 900; ++step) training.step();
  CHECK(resident() - early < 1'000'000);
}
