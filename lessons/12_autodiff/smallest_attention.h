#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/table.h>

#include <array>

// The smallest attention there is, with plain numbers: one query, two keys, a value v for the first key and 0 for the second, and a loss.
//     e1 = q k1     e2 = q k2     d = e1 - e2     alpha = sigmoid(d)     c = alpha v     L = c c

using namespace qkv;

inline const char* const names[] = {"q", "k1", "k2", "v", "e1", "e2", "d", "alpha", "c", "L"};
enum { q, k1, k2, v, e1, e2, d, alpha, c, L, count };
template <class T>
using Ten = std::array<T, count>;
using Inputs = std::array<double, 4>;
constexpr Inputs inputs{0.8, 1.5, -0.5, 3.0};

/// All ten numbers, in float or in double. `nudge` is added to one of them on the way.
template <class T>
Ten<T> forward(const Inputs& in, int nudged = count, T nudge = 0) {
  Ten<T> x;
  auto set = [&](int node, T value) { x[node] = node == nudged ? value + nudge : value; };
  for (int node : {q, k1, k2, v}) set(node, static_cast<T>(in[node]));
  set(e1, x[q] * x[k1]);
  set(e2, x[q] * x[k2]);
  set(d, x[e1] - x[e2]);
  set(alpha, 1 / (1 + static_cast<T>(std::exp(-x[d]))));
  set(c, x[alpha] * x[v]);
  set(L, x[c] * x[c]);
  return x;
}

/// dL/d(each of the ten), by the chain rule, from the last to the first; a row of the table for each arrow.
inline Ten<double> backward(const Ten<double>& x, show::Table* table = nullptr) {
  Ten<double> grad{};
  grad[L] = 1;
  auto arrow = [&](int from, int to, const char* formula, double local) {
    grad[to] += grad[from] * local;  // += : what was used twice gets two contributions
    if (table)
      table->add_row({std::string(names[from]) + " -> " + names[to], show::number(grad[from]), formula, show::number(local),
                      show::number(grad[from] * local), show::number(grad[to])});
  };
  arrow(L, c, "c   (left factor)", x[c]);
  arrow(L, c, "c   (right factor)", x[c]);
  arrow(c, alpha, "v", x[v]);
  arrow(c, v, "alpha", x[alpha]);
  arrow(alpha, d, "alpha (1 - alpha)", x[alpha] * (1 - x[alpha]));
  arrow(d, e1, "1", 1);
  arrow(d, e2, "-1", -1);
  arrow(e2, q, "k2", x[k2]);
  arrow(e2, k2, "q", x[q]);
  arrow(e1, q, "k1", x[k1]);
  arrow(e1, k1, "q", x[q]);
  return grad;
}

/// (L(.. + h) - L(.. - h)) / 2h: what happens if one of the ten is moved a little to either side.
template <class T>
T central_difference(const Inputs& in, int node, T h) {
  return (forward<T>(in, node, h)[L] - forward<T>(in, node, -h)[L]) / (2 * h);
}

/// How far a difference quotient of dL/dq is from the gradient: the root of the mean square over 1,000 queries.
template <class T, class Quotient>
double typical_error(Quotient quotient) {
  double total = 0;
  for (int i = 0; i < 1000; ++i) {
    Inputs in = inputs;
    in[q] = static_cast<T>(0.5 + 0.001 * i);
    double error = static_cast<double>(quotient(in)) - backward(forward<double>(in))[q];
    total += error * error / 1000;
  }
  return std::sqrt(total);
}
