#pragma once
#include <qkv/qkv.h>

#include <map>
#include <string>
#include <vector>

namespace qkv::book {

/// A number in a computation: an input (operation ""), or made from others, which stand before it in the list.
struct ExpressionNode {
  std::string name;  ///< "a", "2", "a * b"
  std::string operation;
  std::vector<std::size_t> inputs;  ///< a number that is used twice stands here twice
  Tensor value;
};

/// An expression of numbers, names, + - * / ^ and functions such as tanh(x), as tensors: computing it records a graph.
class Expression {
 public:
  /// Throws Error if the text is no expression, a name has no value, or there are too many nodes to look at.
  Expression(const std::string& text, const std::map<std::string, double>& values);

  /// The last is the result.
  const std::vector<ExpressionNode>& nodes() const { return nodes_; }
  /// The gradients of all nodes but constants.  Throws Error if no name is in the expression.
  void backward() const;
  /// For each input of a node: the derivative of this one operation / that times the node's gradient, which is what backward() sends there. 0 for a constant.
  std::vector<double> local_derivatives(std::size_t node) const;
  std::vector<double> passed_on(std::size_t node) const;

 private:
  std::vector<double> pulled(const ExpressionNode& node, const Tensor& arrives) const;

  std::vector<ExpressionNode> nodes_;
};

}  // namespace qkv::book
