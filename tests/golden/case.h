#pragma once
#include <qkv/io/safetensors.h>
#include <qkv/nn/module.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

// Numbers that PyTorch made, and how qkv is held against them: cases.json lists the cases, golden.safetensors holds the numbers under
// <case>/<role>.<tensor>, role = in, w (weight), out, up (upstream gradient), grad. `out` and `grad` are there in double too, with .f64
// behind.

namespace golden {

using qkv::Index;
using qkv::Indices;
using qkv::Mask;
using qkv::Tensor;

using Tensors = std::map<std::string, Tensor>;

/// One case. Whatever an operation asks it for is ticked off, so that nothing in it is passed over.
class Case {
 public:
  Case(const nlohmann::json& about, const qkv::io::Safetensors& file);

  std::string name, op;
  Tensors want, want_grad, upstream;  ///< what should come out, and dL/dn of each n for L = sum over `upstream` of sum(output * upstream)
  std::string instead;                ///< which rule of ours was asserted where PyTorch does otherwise; "" = PyTorch's own numbers
  double tolerance;                   ///< |got - want| <= tolerance (1 + |want|)
  std::set<std::string> keys;         ///< all that the file holds for this case

  /// An input or a weight: a leaf, whose gradient will be looked at.  All of these throw Error if there is no such thing.
  Tensor tensor(const std::string& input);
  Indices indices(const std::string& input);
  /// An empty mask, if the case has none of this name.
  Mask mask(const std::string& input);
  bool has(const std::string& input) const { return inputs_.count(input) > 0; }

  /// Puts all weights into a module whose parameters have their names, or renamed[name]. From then on those parameters are the leaves.
  void load(qkv::nn::Module& module, const std::map<std::string, std::string>& renamed = {});
  const std::vector<std::string>& weights() const { return weights_; }

  /// A parameter of the case: number, whole number, truth value, text or list; null as `otherwise`.
  template <class T>
  T get(const std::string& param) {
    return value(param).get<T>();
  }
  template <class T>
  T get(const std::string& param, const T& otherwise) {
    if (!params_.contains(param)) return otherwise;
    nlohmann::json found = value(param);
    return found.is_null() ? otherwise : found.get<T>();
  }
  /// Parameters that say only what the shapes say too.
  void described_by(std::initializer_list<const char*> params);

  /// For a case that ends here: there is nothing more to compare, because `rule` was asserted.
  void settled(const std::string& rule);

  /// Runs `operation`, then compares outputs and gradients. "" or what is wrong, on one line.
  std::string check(Tensors (*operation)(Case&));

 private:
  nlohmann::json value(const std::string& param);
  const std::string& key(const std::string& role, const std::string& tensor, const nlohmann::json& about, const qkv::io::Safetensors& file);
  std::string untouched() const;
  std::string difference(const std::string& what, const Tensor& got, const Tensor& expected) const;

  nlohmann::json params_;
  std::map<std::string, std::string> inputs_;  // name -> number type
  std::vector<std::string> weights_;
  Tensors leaves_;
  std::map<std::string, Indices> indices_;
  std::map<std::string, Mask> masks_;
  std::set<std::string> asked_, params_asked_;
};

/// What carries out each operation: from a case to its outputs by name.
using Table = std::map<std::string, Tensors (*)(Case&)>;
void add_basic(Table& table);      // basic.cpp: number by number, reductions, products, shapes, softmax, losses, layer norm
void add_attention(Table& table);  // attention.cpp: additive, scaled dot-product, multi-head
void add_layers(Table& table);     // layers.cpp: recurrent networks, transformer, positions
void add_training(Table& table);   // training.cpp: optimisers, clipping, schedules

}  // namespace golden
