#pragma once
#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

// What one would do on paper: loops over plain numbers. The lesson holds the matrices to them.

using namespace qkv;

/// C = A B, as one would on paper: entry (i, j) is row i of A times column j of B, summed. Prints each entry's line.
inline Tensor product_by_hand(const Tensor& A, const Tensor& B, show::Lesson& lesson) {
  Tensor C = zeros({A.size(0), B.size(1)});
  show::Table table({"entry", "row of A times column of B", "sum"});
  for (Index i = 0; i < A.size(0); ++i)
    for (Index j = 0; j < B.size(1); ++j) {
      double total = 0;
      std::string line;
      for (Index k = 0; k < A.size(1); ++k) {
        double a = A.at({i, k}), b = B.at({k, j});
        total += a * b;
        line = line + (k ? " + " : "") + show::number(a, 0) + " x " + show::number(b, 0);
      }
      C.set({i, j}, total);
      table.add_row({"C(" + show::whole(i) + ", " + show::whole(j) + ")", line, show::number(total, 0)});
    }
  lesson.show(table);
  return C;
}

/// The slope of the straight line through points, by least squares: sum (x - mean x)(y - mean y) / sum (x - mean x)^2.
inline Tensor slope(const Tensor& x, const Tensor& y) {
  Tensor dx = x - mean(x), dy = y - mean(y);
  return sum(dx * dy) / sum(dx * dx);
}

/// softmax of some scores, number by number: alpha_j = exp(s_j) / sum_i exp(s_i).
inline Tensor softmax_by_hand(const Tensor& scores) {
  Tensor alpha = zeros(scores.shape());
  double total = 0;
  for (Index j = 0; j < scores.size(0); ++j) total += exp(scores.at({j}));
  for (Index j = 0; j < scores.size(0); ++j) alpha.set({j}, exp(scores.at({j})) / total);
  return alpha;
}

/// Attention for one query, number by number: a score for each key, softmax, the weighted sum of the values. Prints all three.
inline Tensor attention_by_hand(const Tensor& query, const Tensor& K, const Tensor& V, const std::string& name, show::Lesson& lesson) {
  Tensor scores = zeros({K.size(0)}), output = zeros({V.size(1)});
  for (Index j = 0; j < K.size(0); ++j) {
    double dot = 0;
    for (Index m = 0; m < K.size(1); ++m) dot += query.at({m}) * K.at({j, m});
    scores.set({j}, dot / sqrt(static_cast<double>(K.size(1))));
  }
  Tensor alpha = softmax_by_hand(scores);
  for (Index j = 0; j < K.size(0); ++j)
    for (Index m = 0; m < V.size(1); ++m) output.set({m}, output.at({m}) + alpha.at({j}) * V.at({j, m}));
  lesson.show(name + "  scores", scores);
  lesson.show("         weights", alpha);
  lesson.show("         output", output);
  return output;
}
