#include <qkv/show/stopwatch.h>

#include <chrono>

namespace qkv::show {

namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
}  // namespace

Stopwatch::Stopwatch() : start_(now()) {}

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
