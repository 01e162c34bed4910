#pragma once
#include <qkv/tensor/tensor.h>

#include <string_view>
#include <utility>

namespace qkv::nn {

/// What every layer is made from: a list of named parameters. A layer is a plain struct with an operator(); it registers its own tensors
/// and adopts its parts' under a prefix:
///
///     struct Scale : nn::Module {
///       Parameter factor;
///       explicit Scale(Index width) : factor(add_parameter("factor", ones({width}))) {}
///       Tensor operator()(const Tensor& x) const { return x * factor; }
///     };
///
/// A module may be copied and moved: a copy shares the weights. It cannot be assigned to, as a Parameter cannot: whoever holds its parameters
/// (an optimiser, a module around it) would go on with the old ones. load() and copy_from() overwrite numbers.
/// A tensor that is registered under several names is tied: it is one parameter, listed once, under its first name.
class Module {
 public:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  Module() = default;
  Module(const Module&) = default;
  Module& operator=(const Module&) = delete;

  /// In the order and under the names that PyTorch gives them: "weight_ih_l0", "self_attn.out_proj.weight".
  const Named& named_parameters() const { return parameters_; }
  Tensors parameters() const;
  /// The parameter of that name, or of a further one if it is tied.  Throws Error, listing the names there are, if there is none.
  Parameter parameter(const std::string& name) const;
  /// How many numbers are learned.
  Index parameter_count() const;
  void zero_grad();
  /// Overwrites the parameters with those of the same names. What is tied may be given under any of its names, or, as PyTorch writes it, under
  /// all of them with the same numbers.  Throws Error that lists every missing, unexpected and wrongly shaped tensor at once; then nothing was
  /// changed.
  void load(const Named& state);

 protected:
  /// Registers a tensor that is learned, and returns it.
  Tensor add_parameter(std::string_view name, const Tensor& value);
  /// Registers a parameter that another module has made, and returns it / a child's parameters as "prefix.name".
  Tensor adopt(std::string_view name, Parameter& parameter);
  void adopt(std::string_view prefix, const Module& child);

 private:
  /// Under which name parameters_ lists what is registered as `name`: its first, if it is tied.
  const std::string& first_name(const std::string& name) const;
  /// What a state holds for a parameter, under any of its names, or null.
  const Tensor* given_for(const std::string& parameter, const Named& state) const;

  Named parameters_;
  std::vector<std::pair<std::string, std::string>> further_names_;  // of tied ones, each with the first
};

/// The parameters' names and shapes, a line each, and their count.
std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace qkv::nn
