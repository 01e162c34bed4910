#pragma once

namespace qkv::io {

/// Holds back Ctrl-C: while one of these exists, the first SIGINT only sets a flag. A training loop checks it after each step, so that it
/// can save and say how to continue. The second SIGINT ends the program as usual.
///
///     io::Interrupt ctrl_c;
///     for (; step < steps && !ctrl_c.requested(); ++step) { ... }
///     if (ctrl_c.requested()) io::save_checkpoint("run.safetensors", model, optimizer, step, rng);
///
/// There is one flag for the whole program. Of several that exist at a time the first sets it back, and the last lets Ctrl-C go.
class Interrupt {
 public:
  /// Holds nothing back unless `on`.
  explicit Interrupt(bool on = true);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;

 private:
  bool on_;
};

}  // namespace qkv::io
