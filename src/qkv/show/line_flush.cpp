#include <qkv/show/line_flush.h>

#include <algorithm>
#include <cstring>
#include <iostream>

namespace qkv::show {

LineFlush::int_type LineFlush::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const int_type result = target_->sputc(traits_type::to_char_type(c));
  if (c == '\n') end_of_line();
  return result;
}

std::streamsize LineFlush::xsputn(const char* text, std::streamsize count) {
  const std::streamsize done = target_->sputn(text, count);
  if (count > 0 && std::memchr(text, '\n', static_cast<std::size_t>(count))) end_of_line();
  return done;
}

int LineFlush::sync() { return target_->pubsync(); }

void LineFlush::end_of_line() {
  const auto now = std::chrono::steady_clock::now();
  allowed_ = std::min(50.0, allowed_ + 20 * std::chrono::duration<double>(now - last_).count());
  last_ = now;
  if (allowed_ < 1) return;
  --allowed_;
  target_->pubsync();
}

}  // namespace qkv::show

void qkv_flush_lines() {
  static bool done = false;
  if (done) return;
  done = true;
  std::cout.rdbuf(new qkv::show::LineFlush(std::cout.rdbuf()));  // never freed: it must outlive the last print
}
