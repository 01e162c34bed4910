#include <qkv/show/stopwatch.h>

#include <time.h>

namespace qkv::show {

Stopwatch::Stopwatch(Clock clock) : clock_(clock), start_(now()) {}

double Stopwatch::now() const {
  timespec time;
  const clockid_t wanted = clock_ == Clock::wall         ? CLOCK_MONOTONIC
                           : clock_ == Clock::processors ? CLOCK_PROCESS_CPUTIME_ID
                                                         : CLOCK_THREAD_CPUTIME_ID;
  if (clock_gettime(wanted, &time) != 0) clock_gettime(CLOCK_MONOTONIC, &time);  // a browser has no other
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double Stopwatch::seconds() const { return paused_ ? before_ : before_ + (now() - start_); }

void Stopwatch::pause() {
  before_ = seconds();
  paused_ = true;
}

void Stopwatch::go_on() {
  if (!paused_) return;
  start_ = now();
  paused_ = false;
}

}  // namespace qkv::show
