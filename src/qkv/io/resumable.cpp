#include <qkv/io/resumable.h>
#include <qkv/tensor/check.h>

#include <filesystem>

namespace qkv::io {

Resumable::Resumable(const std::string& path, nn::Module& model, optim::Optimizer& optimizer, Rng& rng)
    : path_(path), model_(model), optimizer_(optimizer), rng_(rng), ctrl_c_(!path.empty()) {
  if (path.empty()) return;
  std::error_code error;  // a name too long, a folder that may not be entered
  const bool exists = std::filesystem::exists(path, error);
  require(!error, "Resumable: ", path, ": cannot be looked for: ", error.message());
  if (exists) done_ = load_checkpoint(path, model, optimizer, rng);
}

bool Resumable::next(Index steps) {
  require(steps >= 0, "Resumable: ", steps, " steps: must not be negative");
  done_ += begun_;
  begun_ = true;
  if (done_ >= steps) {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove(path_, error);
    require(!error, "Resumable: ", path_, ": cannot be deleted: ", error.message());
    return false;
  }
  if (ctrl_c_.requested()) {
    save_checkpoint(path_, model_, optimizer_, done_, rng_);
    fail("stopped after ", done_, " of ", steps, ", which are saved in ", path_, ": the same command goes on from there");
  }
  return true;
}

}  // namespace qkv::io
