#pragma once
#include <vector>

// A graph of plain numbers, as small as it can be: what the exercise builds an engine on.

struct Value;

/// An arrow back: from which node a result was made, and d(result) / d(that node).
struct Arrow {
  Value* from;
  double local;
};

/// A number of the graph, the arrows back to what it was made from (an input has none), and its gradient.
struct Value {
  double value;
  std::vector<Arrow> arrows = {};
  double grad = 0;
};

/// a - b, with its two arrows: d(a - b)/da = 1, d(a - b)/db = -1.
inline Value subtract(Value& a, Value& b) { return {a.value - b.value, {{&a, 1}, {&b, -1}}}; }
