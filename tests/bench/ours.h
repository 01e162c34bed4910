#pragma once
#include <bench/workload.h>
#include <qkv/qkv.h>

#include <functional>

// Our side: each workload is a function that takes what it needs from the problem and returns one forward pass.

namespace bench {

/// A problem's numbers as tensors, each made when it is first asked for.
class Ours {
 public:
  explicit Ours(const Problem& problem) : problem_(problem) {}

  qkv::Tensor tensor(const std::string& name);
  qkv::Indices indices(const std::string& name) const;
  /// Loads a layer's parameters from the numbers called prefix + their names.
  void load(qkv::nn::Module& layer, const std::string& prefix = "");
  const std::map<std::string, qkv::Tensor>& tensors() const { return tensors_; }
  /// Those that want a gradient.
  std::vector<qkv::Tensor> parameters() const;

 private:
  const Problem& problem_;
  std::map<std::string, qkv::Tensor> tensors_;
};

struct OursForm {
  std::string workload, form;
  std::function<qkv::Tensor()> (*forward)(Ours& from);
  std::function<void()> (*update)(const std::vector<qkv::Tensor>& parameters) = nullptr;  ///< the optimiser, made once all parameters are
};

std::vector<OursForm> ours_recurrent();
std::vector<OursForm> ours_attention();
std::vector<OursForm> ours_models();
std::vector<OursForm> ours_translate();

}  // namespace bench
