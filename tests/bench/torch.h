#pragma once
#include <bench/workload.h>

#include <torch/torch.h>

// The peer's side, in the shape of ours.h. Only the torch_*.cpp include this: it takes seconds to compile.

namespace bench {

/// A problem's numbers as tensors, each made when it is first asked for.
class Torch {
 public:
  explicit Torch(const Problem& problem) : problem_(problem) {}

  at::Tensor tensor(const std::string& name);
  at::Tensor indices(const std::string& name) const;
  /// Loads a module's parameters from the numbers called prefix + their names.
  void load(torch::nn::Module& module, const std::string& prefix = "");
  /// From now on this tensor has its first two axes exchanged: (T, B, ...), which some modules want.
  void time_first(const std::string& name) { time_first_.push_back(name); }

  /// Those that want a gradient.
  std::vector<at::Tensor> parameters() const;
  /// "output" and all gradients, batch first.
  std::map<std::string, Numbers> results(const at::Tensor& output) const;

 private:
  at::Tensor as_given(const std::string& name, at::Tensor tensor) const;

  const Problem& problem_;
  std::map<std::string, at::Tensor> tensors_;
  std::vector<std::string> time_first_;
};

struct TorchForm {
  std::string workload, form;
  std::function<at::Tensor()> (*forward)(Torch& from);
  std::function<void()> (*update)(const std::vector<at::Tensor>& parameters) = nullptr;
};

std::vector<TorchForm> torch_recurrent();
std::vector<TorchForm> torch_attention();
std::vector<TorchForm> torch_models();
std::vector<TorchForm> torch_translate();

/// softmax(q k^T / sqrt(d)) v for (B, H, T, d), by one of three ways that libtorch 1.13 has.
using Attend = at::Tensor (*)(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask);
at::Tensor attend_matmul(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask);
at::Tensor attend_baddbmm(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask);
at::Tensor attend_private(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask);
/// (T, T): -inf above the diagonal, 0 elsewhere.
at::Tensor causal_scores(std::int64_t T);

}  // namespace bench
