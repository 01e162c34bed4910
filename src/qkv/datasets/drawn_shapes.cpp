#include <qkv/datasets/drawn_shapes.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::datasets {
namespace {

constexpr Index side = 28;

/// A shape drawn in the square from -1 to 1: is the point (x to the right, y downwards) part of it?
struct Drawing {
  const char* name;
  bool (*covers)(double x, double y);
};

double farther(double x, double y) { return std::max(std::fabs(x), std::fabs(y)); }
double nearer(double x, double y) { return std::min(std::fabs(x), std::fabs(y)); }

const Drawing drawings[] = {
    {"horizontal bar", [](double x, double y) { return std::fabs(x) < 1 && std::fabs(y) < 0.25; }},
    {"vertical bar", [](double x, double y) { return std::fabs(x) < 0.25 && std::fabs(y) < 1; }},
    {"plus", [](double x, double y) { return farther(x, y) < 1 && nearer(x, y) < 0.2; }},
    {"cross", [](double x, double y) { return farther(x, y) < 1 && std::fabs(std::fabs(x) - std::fabs(y)) < 0.3; }},
    {"disc", [](double x, double y) { return std::hypot(x, y) < 0.9; }},
    {"ring", [](double x, double y) { return std::hypot(x, y) < 1 && std::hypot(x, y) > 0.6; }},
    {"square", [](double x, double y) { return farther(x, y) < 0.8; }},
    {"frame", [](double x, double y) { return farther(x, y) < 0.9 && farther(x, y) > 0.6; }},
    {"triangle", [](double x, double y) { return y < 0.8 && std::fabs(x) < (y + 1) / 2; }},
    {"two bars", [](double x, double y) { return std::fabs(x) < 1 && std::fabs(std::fabs(y) - 0.6) < 0.25; }},
};
constexpr Index classes = sizeof drawings / sizeof drawings[0];

void draw(const Drawing& drawing, Scalar* image, Rng& rng) {
  double radius = rng.uniform(6, 10);  // pixels
  constexpr double middle = static_cast<double>(side) / 2;
  double centre_x = middle + rng.uniform(-4, 4), centre_y = middle + rng.uniform(-4, 4);
  double brightness = rng.uniform(0.6, 1);
  for (Index row = 0; row < side; ++row)
    for (Index column = 0; column < side; ++column) {
      double x = (static_cast<double>(column) + 0.5 - centre_x) / radius, y = (static_cast<double>(row) + 0.5 - centre_y) / radius;
      double light = (drawing.covers(x, y) ? brightness : 0) + rng.normal(0, 0.15);
      image[row * side + column] = static_cast<Scalar>(std::clamp(light, 0.0, 1.0));
    }
}

}  // namespace

ImageSet drawn_shapes(Integer count, Rng& rng) {
  require(count >= 0, "drawn_shapes: count is ", count, ": must not be negative");
  ImageSet set;
  set.images = zeros({count, side, side});
  set.labels.shape = {count};
  Scalar* image = set.images.mutable_data();
  for (Index i = 0; i < count; ++i, image += side * side) {
    set.labels.values.push_back(i % classes);
    draw(drawings[i % classes], image, rng);
  }
  for (const Drawing& drawing : drawings) set.class_names.push_back(drawing.name);
  set.source = "generated images";
  set.generated = true;
  return set;
}

}  // namespace qkv::datasets
