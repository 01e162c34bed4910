#pragma once
#include <qkv/tensor/tensor.h>

#include <string_view>
#include <utility>

namespace qkv::nn {

/// What every layer is made from: a list of named parameters. A layer is a plain struct with an operator(); it registers its own tensors
/// and adopts its parts' under a prefix. The list holds handles, so a module may be moved and copied freely: a copy shares the weights.
class Module {
 public:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  Module() = default;

  /// In the order and under the names that PyTorch gives them: "weight_ih_l0", "self_attn.out_proj.weight".
  const Named& named_parameters() const { return parameters_; }
  Tensors parameters() const;
  /// The parameter of that name.  Throws Error, listing the names there are, if there is none.
  Tensor parameter(const std::string& name) const;
  /// How many numbers are learned.
  Index parameter_count() const;
  void zero_grad();
  /// Overwrites the parameters with those of the same names.  Throws Error that lists every missing, unexpected and wrongly shaped
  /// tensor at once; then nothing was changed.
  void load(const Named& state);

 protected:
  /// Registers a tensor that is learned, and returns it.
  Tensor add_parameter(std::string_view name, const Tensor& value);
  /// Registers a child's parameters as "prefix.name".
  void adopt(std::string_view prefix, const Module& child);

 private:
  Named parameters_;
};

/// The parameters' names and shapes, a line each, and their count.
std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace qkv::nn
