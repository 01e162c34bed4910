#pragma once
#include <qkv/show/picture.h>

namespace qkv::show {

/// A number in a computation: its name, its value and its gradient as text (an empty text is left out), and how it was computed.
struct GraphNode {
  std::string name, value, gradient;
  std::string operation = {};          ///< "×", "tanh"; none for an input
  std::vector<std::size_t> from = {};  ///< which nodes the operation took, by their places in the list; one taken twice stands here twice
};

/// A computation from left to right: a box for each node, a circle for each operation, an arrow for each use.
///     graph_picture({{"a", "2.0", "-3.0"}, {"b", "-3.0", "2.0"}, {"c", "-6.0", "1.0", "×", {0, 1}}}).save("product.svg");
/// A node without an operation is drawn just before its first use.
/// Throws Error without nodes, for a place that is not in the list, an operation without nodes or nodes without an operation, and for a
/// node that comes from itself.
Picture graph_picture(const std::vector<GraphNode>& nodes, const std::string& title = "");

}  // namespace qkv::show
