#pragma once
#include <qkv/qkv.h>

// A convolution written as attention: heads that score by position alone.

using namespace qkv;

/// Six numbers in a row, and a window of three weights.
struct Example {
  Tensor x = tensor({1, 0, 3, 2, -1, 4});
  Tensor w = tensor({-1, 2, 0.5});
};

/// What a head needs to look `offset` places to the right: for every place i the query a (2 (i + offset), -1). (T, 2)
inline Tensor queries_of(Index length, Index offset, double a) {
  Tensor q = zeros({length, 2});
  for (Index i = 0; i < length; ++i) q.set({i, 0}, 2 * a * static_cast<double>(i + offset)), q.set({i, 1}, -a);
  return q;
}

/// For every place j from -1 to T, the two beyond the ends included, the key (j, j^2). (T + 2, 2)
inline Tensor keys_of(Index length) {
  Tensor k = zeros({length + 2, 2});
  for (Index j = -1; j <= length; ++j) k.set({j + 1, 0}, static_cast<double>(j)), k.set({j + 1, 1}, static_cast<double>(j * j));
  return k;
}

/// The row with a 0 before and a 0 behind: (T) -> (T + 2).
inline Tensor with_ends(const Tensor& x) { return concat({zeros({1}), x, zeros({1})}, 0); }

/// The same on a picture: the head that looks down by `down` and right by `right` asks with a (2 (r + down), 2 (c + right), -1). (H W, 3)
inline Tensor queries_of(Index height, Index width, Index down, Index right, double a) {
  Tensor q = zeros({height * width, 3});
  for (Index r = 0; r < height; ++r)
    for (Index c = 0; c < width; ++c) {
      const Index i = r * width + c;
      q.set({i, 0}, 2 * a * static_cast<double>(r + down)), q.set({i, 1}, 2 * a * static_cast<double>(c + right)), q.set({i, 2}, -a);
    }
  return q;
}

/// Keys (r, c, r^2 + c^2), from `border` places outside the picture on. ((H + 2 border) (W + 2 border), 3)
inline Tensor keys_of(Index height, Index width, Index border) {
  const Index wide = width + 2 * border;
  Tensor k = zeros({(height + 2 * border) * wide, 3});
  for (Index r = -border; r < height + border; ++r)
    for (Index c = -border; c < width + border; ++c) {
      const Index j = (r + border) * wide + c + border;
      k.set({j, 0}, static_cast<double>(r)), k.set({j, 1}, static_cast<double>(c)), k.set({j, 2}, static_cast<double>(r * r + c * c));
    }
  return k;
}

/// conv2d(x, weight, padding 1) for a window of 3 x 3, by nine heads: x (B, C, H, W), weight (O, C, 3, 3) -> (B, O, H, W).
/// `border` is how far the keys reach beyond the picture, where all values are 0: it must be 1.
inline Tensor nine_heads(const Tensor& x, const Tensor& weight, double a, Index border = 1) {
  const Index height = x.size(2), width = x.size(3);
  const Tensor k = keys_of(height, width, border);
  const Tensor places = transpose(unfold(x, 1, 1, border));  // (B, places, C): the picture with a border of zeros
  Tensor y;
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) {
      const Tensor q = queries_of(height, width, i - 1, j - 1, a);
      const Tensor W = select(select(weight, 3, j), 2, i);    // (O, C): what this head does with what it finds
      const Tensor alpha = softmax(matmul(q, transpose(k)));  // (H W, places), the same for every picture
      const Tensor head = matmul(alpha, linear(places, W));   // (B, H W, O)
      y = y.defined() ? y + head : head;
    }
  return reshape(transpose(y), {x.size(0), weight.size(0), height, width});
}
