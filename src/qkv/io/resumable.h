#pragma once
#include <qkv/io/checkpoint.h>
#include <qkv/io/interrupt.h>

namespace qkv::io {

/// A loop that Ctrl-C stops without loss. When the program is started again, it continues where it stopped.
///
///     for (io::Resumable run("out/run.safetensors", model, optimizer, rng); run.next(epochs);) { ... }   // epoch run.step()
///
/// What a round depends on must be in the model, the optimiser and the generator, because only these are saved. With an empty path nothing
/// is saved, and Ctrl-C ends the program as usual.
class Resumable {
 public:
  /// Continues the run that was saved at `path`, if there is one.  Throws Error as load_checkpoint does.
  Resumable(const std::string& path, nn::Module& model, optim::Optimizer& optimizer, Rng& rng);

  /// Begins the next of `steps` rounds. Returns false if all are done, and then deletes the file. Throws Error if Ctrl-C was pressed: the
  /// message says how many rounds were done, and where they are saved.
  bool next(Index steps);
  /// The current round, counted from 0.
  Index step() const { return done_; }

 private:
  std::string path_;
  nn::Module& model_;
  optim::Optimizer& optimizer_;
  Rng& rng_;
  Interrupt ctrl_c_;
  Index done_ = 0;
  bool begun_ = false;
};

}  // namespace qkv::io
