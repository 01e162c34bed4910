#include "expression.h"

#include <qkv/tensor/check.h>

#include <cctype>
#include <cmath>
#include <cstdlib>

namespace qkv::book {
namespace {

constexpr std::size_t most_nodes = 40, most_depth = 40;

using One = Tensor (*)(const Tensor&);
using Two = Tensor (*)(const Tensor&, const Tensor&);
const std::map<std::string, One> functions{{"-", neg},   {"exp", exp},   {"log", log},   {"sqrt", sqrt},      {"sin", sin},
                                           {"cos", cos}, {"tanh", tanh}, {"relu", relu}, {"sigmoid", sigmoid}};
const std::map<std::string, Two> operators{{"+", add}, {"-", sub}, {"*", mul}, {"/", div}, {"^", pow}};

Tensor computed(const std::string& operation, const Tensors& x) {
  return x.size() == 1 ? functions.at(operation)(x[0]) : operators.at(operation)(x[0], x[1]);
}

/// Reads an expression and computes it on the way: each rule returns the place of its node.
class Reader {
 public:
  Reader(const std::string& text, const std::map<std::string, double>& values, std::vector<ExpressionNode>& nodes)
      : text_(text), values_(values), nodes_(nodes) {}

  void read() {
    sum();
    require(next() == '\0', "'", escaped(text_), "': nothing can follow at place ", at_ + 1);
  }

 private:
  std::size_t sum() {
    std::size_t left = product();
    while (next() == '+' || next() == '-') left = two(text_[at_++], left, [this] { return product(); });
    return left;
  }
  std::size_t product() {
    std::size_t left = signed_power();
    while (next() == '*' || next() == '/') left = two(text_[at_++], left, [this] { return signed_power(); });
    return left;
  }
  std::size_t signed_power() {  // -x^2 is -(x^2)
    require(++depth_ <= most_depth, "'", escaped(text_), "': is nested too deeply");
    std::size_t place = next() == '-' ? (++at_, made("-", {signed_power()})) : power();
    --depth_;
    return place;
  }
  std::size_t power() {
    const std::size_t base = atom();
    return next() == '^' ? two(text_[at_++], base, [this] { return signed_power(); }) : base;
  }
  std::size_t atom() {
    const char c = next();
    if (c == '(') return bracket();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') {
      const char* begin = text_.c_str() + at_;
      char* end = nullptr;
      const double number = std::strtod(begin, &end);
      require(end != begin && std::isfinite(number), "'", escaped(text_), "': no number stands at place ", at_ + 1);
      at_ += static_cast<std::size_t>(end - begin);
      return add_node({std::string(begin, static_cast<std::size_t>(end - begin)), "", {}, Tensor(number)});
    }
    require(std::isalpha(static_cast<unsigned char>(c)) != 0, "'", escaped(text_), "': a number or a name must stand at place ", at_ + 1);
    std::string name;
    while (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_') name += text_[at_++];
    if (next() == '(') {
      require(functions.count(name) > 0, "there is no function '", name, "'");
      return made(name, {bracket()});
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (nodes_[i].operation.empty() && nodes_[i].name == name) return i;
    const auto value = values_.find(name);
    require(value != values_.end(), "'", name, "' has no value");
    return add_node({name, "", {}, Tensor(value->second).requires_grad(true)});
  }
  std::size_t bracket() {
    ++at_;
    const std::size_t inside = sum();
    require(next() == ')', "'", escaped(text_), "': a bracket is not closed");
    ++at_;
    return inside;
  }

  template <class Rule>
  std::size_t two(char operation, std::size_t left, Rule rule) {
    const std::size_t right = rule();
    return made(std::string(1, operation), {left, right});
  }
  std::size_t made(const std::string& operation, const std::vector<std::size_t>& inputs) {
    Tensors values;
    for (std::size_t input : inputs) values.push_back(nodes_[input].value);
    const Tensor value = computed(operation, values);
    if (value.requires_grad()) value.retain_grad();
    const auto name = [&](std::size_t i) {
      const ExpressionNode& node = nodes_[i];
      return node.inputs.size() == 2 || node.operation == "-" ? "(" + node.name + ")" : node.name;
    };
    const std::string shown = inputs.size() == 2 ? name(inputs[0]) + " " + operation + " " + name(inputs[1])
                              : operation == "-" ? "-" + name(inputs[0])
                                                 : operation + "(" + nodes_[inputs[0]].name + ")";
    return add_node({shown, operation, inputs, value});
  }
  std::size_t add_node(const ExpressionNode& node) {
    require(nodes_.size() < most_nodes, "'", escaped(text_), "': has more than ", most_nodes, " nodes");
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }
  char next() {
    while (text_[at_] == ' ') ++at_;
    return text_[at_];
  }

  const std::string& text_;
  const std::map<std::string, double>& values_;
  std::vector<ExpressionNode>& nodes_;
  std::size_t at_ = 0, depth_ = 0;
};

}  // namespace

Expression::Expression(const std::string& text, const std::map<std::string, double>& values) { Reader(text, values, nodes_).read(); }

void Expression::backward() const {
  require(nodes_.back().value.requires_grad(), "there is no name in the expression");
  nodes_.back().value.backward(Graph::keep);
}

std::vector<double> Expression::pulled(const ExpressionNode& node, const Tensor& arrives) const {
  Tensors inputs;
  for (std::size_t i : node.inputs) inputs.push_back(nodes_[i].value.detach().requires_grad(nodes_[i].value.requires_grad()));
  computed(node.operation, inputs).backward(arrives);
  std::vector<double> gradients;
  for (const Tensor& input : inputs) gradients.push_back(input.has_grad() ? static_cast<double>(input.grad().item()) : 0);
  return gradients;
}

std::vector<double> Expression::local_derivatives(std::size_t node) const { return pulled(nodes_[node], Tensor(1)); }
std::vector<double> Expression::passed_on(std::size_t node) const { return pulled(nodes_[node], nodes_[node].value.grad()); }

}  // namespace qkv::book
