#pragma once
#include <functional>

#include "example.h"

// Four tests of a layer that looks at one picture: (1, 1, 9, 9) -> (1, 1, 9, 9).

struct Layer {
  std::string name;
  std::function<Tensor(const Tensor&)> f;
};

/// The layers to be tested: window (1, 1, 3, 3); places (81, 1) is added to the pixels where positions are to be known.
inline std::vector<Layer> layers(const Tensor& window, const Tensor& places) {
  const auto content = [](const Tensor& x, const Tensor& at) {
    const Tensor words = reshape(x, {-1, 1}) + at;  // each pixel is a query and a key, and its number the value
    return reshape(scaled_dot_product_attention(words, words, reshape(x, {-1, 1})).output, x.shape());
  };
  return {{"convolution", [=](const Tensor& x) { return conv2d(x, window, {}, 1, 1); }},
          {"nine heads by place", [=](const Tensor& x) { return nine_heads(x, window, 20); }},
          {"attention by content",
           [=](const Tensor& x) {
             return content(x, zeros({1, 1}));
           }},
          {"the same with positions", [=](const Tensor& x) { return content(x, places); }}};
}

/// The largest differences, and how many answers move if one pixel does.
struct Findings {
  double sum, shift, turn;
  Index moved;
};

inline double largest(const Tensor& x) { return max(abs(x)).item(); }
/// Everything one place to the right; what stood in the last column comes to the first.
inline Tensor moved_right(const Tensor& x) { return concat({slice(x, 3, 8, 9), slice(x, 3, 0, 8)}, 3); }

/// x and z are pictures of an object in the middle, with zeros around.
inline Findings four_tests(const Layer& layer, const Tensor& x, const Tensor& z) {
  const Tensor y = layer.f(x);
  const Tensor poked = x.clone();
  poked.set({0, 0, 4, 4}, x.at({0, 0, 4, 4}) + 1);
  const Tensor change = abs(layer.f(poked) - y);
  return {largest(layer.f(x + z) - y - layer.f(z)), largest(layer.f(moved_right(x)) - moved_right(y)),
          largest(layer.f(flip(x, {2, 3})) - flip(y, {2, 3})),
          std::count_if(change.data(), change.data() + change.size(), [](double by) { return by > 1e-5; })};
}
