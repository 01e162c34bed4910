#pragma once
#include <qkv/tensor/tensor.h>

#include <string_view>
#include <utility>

namespace qkv::nn {

/// The base of every layer: a list of named parameters. A layer is a plain struct with an operator(). It registers its own tensors, and
/// adopts the parameters of its parts under a prefix:
///
///     struct Scale : nn::Module {
///       Parameter factor;
///       explicit Scale(Index width) : factor(add_parameter("factor", ones({width}))) {}
///       Tensor operator()(const Tensor& x) const { return x * factor; }
///     };
///
/// A module may be copied and moved: a copy shares the weights. It cannot be assigned to, as a Parameter cannot: an optimiser or outer
/// module that holds its parameters would keep the old ones. load() and copy_from() overwrite numbers.
/// A tensor that is registered under several names is tied: it is one parameter, listed once, under its first name.
class Module {
 public:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  Module() = default;
  Module(const Module&);
  Module& operator=(const Module&) = delete;
  ~Module();

  /// In the order and under the names that PyTorch gives them: "weight_ih_l0", "self_attn.out_proj.weight".
  const Named& named_parameters() const { return parameters_; }
  /// The same, and a tied parameter under each of its names.
  const Named& all_names() const { return all_names_; }
  Tensors parameters() const;
  /// The parameter of that name; a tied one has several.  Throws Error, listing the existing names, if there is none.
  Parameter parameter(const std::string& name) const;
  /// How many numbers are learned.
  Index parameter_count() const;
  void zero_grad();
  /// Overwrites the parameters with those of the same names. A tied parameter may be given under any of its names or, as PyTorch writes it,
  /// under all of them with the same numbers.  Throws Error that lists every missing, unexpected and wrongly shaped tensor at once; then
  /// nothing was changed.
  void load(const Named& state);

 protected:
  /// Registers a tensor that is learned, and returns it.
  Tensor add_parameter(std::string_view name, const Tensor& value);
  /// Registers a parameter that another module has made, and returns it / a child's parameters as "prefix.name".
  Tensor adopt(std::string_view name, Parameter& parameter);
  void adopt(std::string_view prefix, const Module& child);
  /// The same in an initialiser list, for a child just made: read(add_module("read", Linear(64, 4, rng))).
  template <class Child>
  Child add_module(std::string_view prefix, const Child& child) {
    adopt(prefix, child);
    return child;
  }

 private:
  Named parameters_, all_names_;  // a tied one appears once in parameters_, under its first name
};

/// The parameters' names and shapes, a line each, and their count.
std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace qkv::nn
