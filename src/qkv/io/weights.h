#pragma once
#include <qkv/io/safetensors.h>
#include <qkv/nn/module.h>

// Weights from elsewhere seldom fit exactly: a wrapper has put "model." before every name, the file holds a second model too, or lacks the
// last layer. nn::Module::load() refuses all of that; this takes what fits, and says what did not.

namespace qkv::io {

/// What load_weights did.
struct LoadedWeights {
  std::vector<std::string> loaded;   ///< the module's parameters that the file holds: overwritten
  std::vector<std::string> missing;  ///< the module's parameters that the file does not hold: as they were
  std::vector<std::string> surplus;  ///< the file's tensors below the prefix for which the module has no place
  std::vector<std::string> outside;  ///< the file's tensors that are not below the prefix
};

/// Overwrites a module's parameters with the tensors prefix + name of a file, of any type of floats. What the file lacks stays as it is:
/// look at `missing` before you use the model. (load_state_dict(strict=False) in PyTorch.) A tied parameter needs one of its names.
/// Throws Error if a tensor has another shape or cannot be read as floats, or if the file holds none of the parameters: then the message
/// names the prefix that would fit, if there is one. Nothing was changed then.
///     Safetensors file("downloaded.safetensors");
///     std::cout << load_weights(encoder, file, find_prefix(encoder, file));
LoadedWeights load_weights(nn::Module& module, const Safetensors& file, const std::string& prefix = "");

/// The prefix under which a file holds the most of the module's parameters, by name and shape; the first of equally good ones; "" if there
/// is none.
std::string find_prefix(const nn::Module& module, const Safetensors& file);

/// "34 loaded, 1 missing: decoder.norm.bias, 2 surplus: model.a, model.b, 3 outside the prefix".
std::ostream& operator<<(std::ostream& out, const LoadedWeights& loaded);

}  // namespace qkv::io
