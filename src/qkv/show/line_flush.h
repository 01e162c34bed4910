#pragma once
#include <chrono>
#include <streambuf>

namespace qkv::show {

/// Hands on what is printed to another buffer, and flushes that at the end of each line. xeus-cling and xeus-cpp show only what is flushed,
/// so a loop that prints "\n" would say everything at its end. A flood is flushed twenty times a second, for each flush is a message.
class LineFlush : public std::streambuf {
 public:
  explicit LineFlush(std::streambuf* target) : target_(target) {}

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize count) override;
  int sync() override;

 private:
  void end_of_line();

  std::streambuf* target_;
  double allowed_ = 50;  // flushes that may follow each other at once; twenty are added a second
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace qkv::show

/// From now on std::cout is flushed line by line: qkv/notebook.h calls it in kernels that don't do so by themselves.
extern "C" void qkv_flush_lines();
