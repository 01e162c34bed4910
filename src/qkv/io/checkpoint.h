#pragma once
#include <qkv/nn/module.h>
#include <qkv/optim/optimizer.h>

// A training run that was stopped, for any reason, continues as if it had not been stopped.

namespace qkv::io {

/// Everything that the next training step depends on, in one safetensors file: the model's parameters ("model.weight"), what the optimiser
/// keeps ("optimizer.exp_avg.0", and as whole numbers "optimizer.step"), and as notes the learning rate, the number of steps done (which is
/// also a schedule's position) and the generator's state. Gradients are not saved: save after optimizer.step().
///
///     Index step = exists ? io::load_checkpoint("run.safetensors", model, optimizer, rng) : 0;
///     for (; step < steps; ++step) {
///       if (step % 100 == 0) io::save_checkpoint("run.safetensors", model, optimizer, step, rng);
///       optimizer.lr = schedule.lr(step);
///       ...                                      // a batch drawn with rng, loss, backward, optimizer.step()
///     }
///
/// What else the loop remembers (such as an order of rows drawn for a whole pass) is not in the file: save where a pass begins.
///
/// An existing file is replaced only when the new one is complete and on disk. So a program killed at any moment leaves the old or the new
/// one (and perhaps, beside it, a draft "....part-..." that may be deleted).
/// Throws Error, leaving the old file as it was, if step is negative or writing fails.
void save_checkpoint(const std::string& path, const nn::Module& model, const optim::Optimizer& optimizer, Index step, const Rng& rng);

/// Restores all of it, and returns the number of steps done: training continues bit for bit as it would have.
/// Throws Error if the file cannot be read, is damaged or no checkpoint, comes from another kind of optimiser or from the other precision,
/// or lists every missing, unexpected and wrongly shaped tensor at once; then nothing was changed.
Index load_checkpoint(const std::string& path, nn::Module& model, optim::Optimizer& optimizer, Rng& rng);

}  // namespace qkv::io
