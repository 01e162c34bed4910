#pragma once

namespace qkv::io {

/// Ctrl-C held back: while one is alive, the first SIGINT only sets a mark, which a training loop asks for after each step, so that it can
/// save and say how to go on. The second one ends the program as ever.
///
///     io::Interrupt ctrl_c;
///     for (; step < steps && !ctrl_c.requested(); ++step) { ... }
///     if (ctrl_c.requested()) io::save_checkpoint("run.safetensors", model, optimizer, step, rng);
///
/// There is one mark for the whole program: keep one of these at a time.
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
