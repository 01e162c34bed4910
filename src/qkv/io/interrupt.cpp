#include <qkv/io/interrupt.h>

#include <signal.h>
#include <unistd.h>

#include <mutex>

namespace qkv::io {
namespace {

volatile sig_atomic_t pressed = 0;  // all that a handler may touch
struct sigaction before;
std::mutex changing;
int holders = 0;  // trainings side by side: the first holds Ctrl-C back, the last lets it go

}  // namespace

Interrupt::Interrupt(bool on) : on_(on) {
  if (!on) return;
  const std::lock_guard<std::mutex> lock(changing);
  if (holders++ > 0) return;
  pressed = 0;
  struct sigaction note = {};
  note.sa_handler = [](int) {
    pressed = 1;
    constexpr char said[] = "\nstopping at the next good place (once more: at once)\n";
    if (::write(STDERR_FILENO, said, sizeof said - 1) < 0) return;
  };
  note.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second signal finds the system's own way again
  sigemptyset(&note.sa_mask);
  sigaction(SIGINT, &note, &before);
}

Interrupt::~Interrupt() {
  if (!on_) return;
  const std::lock_guard<std::mutex> lock(changing);
  if (--holders == 0) sigaction(SIGINT, &before, nullptr);
}

bool Interrupt::requested() const { return on_ && pressed != 0; }

}  // namespace qkv::io
