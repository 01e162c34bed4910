#pragma once
#include <qkv/io/checkpoint.h>
#include <qkv/io/interrupt.h>

namespace qkv::io {

/// A loop that Ctrl-C stops without loss, and that goes on where it stopped when the program is started again.
///
///     for (io::Resumable run("out/run.safetensors", model, optimizer, rng); run.next(epochs);) { ... }   // epoch run.step()
///
/// What a round depends on must be in the model, the optimiser and the generator, for these are what is saved. With an empty path nothing is,
/// and Ctrl-C ends the program as ever.
class Resumable {
 public:
  /// Takes up the run that was saved at `path`, if there is one.  Throws Error as load_checkpoint does.
  Resumable(const std::string& path, nn::Module& model, optim::Optimizer& optimizer, Rng& rng);

  /// Begins the next of `steps` rounds; false if all are done, and then the file is deleted. Throws Error if Ctrl-C was pressed: it says how
  /// many rounds were done, and where they are saved.
  bool next(Index steps);
  /// The round that runs, from 0.
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
