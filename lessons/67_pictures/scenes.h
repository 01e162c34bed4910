#pragma once
#include <qkv/qkv.h>

#include <algorithm>
#include <cmath>

// Drawn scenes: 2 to 32 objects of six kinds on a textured ground. What is where is known, because the program put it there.

using namespace qkv;

namespace {

constexpr Index side = 64;    // pixels of a scene
constexpr Index outline = 8;  // an outline is so many points each way, spread over its box
constexpr double rare_share = 0.02;

struct Kind {
  const char* name;
  bool (*covers)(double x, double y);  // is the point part of it? It is drawn in the square from -1 to 1.
};
const Kind kinds[] = {
    {"disc", [](double x, double y) { return std::hypot(x, y) < 1; }},
    {"ring", [](double x, double y) { return std::hypot(x, y) < 1 && std::hypot(x, y) > 0.5; }},
    {"square", [](double x, double y) { return std::max(std::fabs(x), std::fabs(y)) < 0.95; }},
    {"frame", [](double x, double y) { return std::max(std::fabs(x), std::fabs(y)) < 1 && std::max(std::fabs(x), std::fabs(y)) > 0.5; }},
    {"triangle", [](double x, double y) { return std::fabs(x) < (y + 1) / 2; }},
    {"cross", [](double x, double y) { return std::min(std::fabs(x), std::fabs(y)) < 0.3; }},  // the rare kind
};
constexpr Index kind_count = sizeof kinds / sizeof kinds[0], rare = kind_count - 1;

/// A box: its middle, width and height, in pixels.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// The area that two boxes share, divided by the area that they cover together (intersection over union).
double overlap(const Box& a, const Box& b) {
  const double x = std::min(a.x + a.width / 2, b.x + b.width / 2) - std::max(a.x - a.width / 2, b.x - b.width / 2);
  const double y = std::min(a.y + a.height / 2, b.y + b.height / 2) - std::max(a.y - a.height / 2, b.y - b.height / 2);
  const double both = std::max(x, 0.0) * std::max(y, 0.0), all = a.width * a.height + b.width * b.height - both;
  return all > 0 ? both / all : 0;
}

struct Object {
  Index kind = 0;
  Box box;
};

struct Scene {
  std::vector<Scalar> image = std::vector<Scalar>(side * side);    // 0 to 1
  std::vector<Index> owner = std::vector<Index>(side * side, -1);  // the object that each pixel shows; -1: the ground
  std::vector<Object> objects;
};

/// Draws `count` objects. Where two overlap, the later one hides the earlier one.
Scene draw_scene(Index count, Rng& rng) {
  Scene scene;
  double wave[2][side];  // a texture: waves across times waves down, and noise
  for (auto& axis : wave) {
    const double length = rng.uniform(5, 20), shift = rng.uniform(0, 7);
    for (Index i = 0; i < side; ++i) axis[i] = std::sin(6.283 * static_cast<double>(i) / length + shift);
  }
  const double ground = rng.uniform(0.35, 0.65), strength = rng.uniform(0.05, 0.15);
  for (Index i = 0; i < side * side; ++i)
    scene.image[i] = static_cast<Scalar>(ground + strength * wave[0][i / side] * wave[1][i % side] + rng.uniform(-0.1, 0.1));
  for (Index n = 0; n < count; ++n) {
    Object object;
    object.kind = rng.uniform() < rare_share ? rare : rng.below(rare);
    double radius = 0;
    for (Index attempt = 0, crowded = 1; crowded && attempt < 30; ++attempt) {  // a place with some room, if there is one
      radius = rng.uniform(3.5, 6);
      object.box = {rng.uniform(radius, side - radius), rng.uniform(radius, side - radius), 2 * radius, 2 * radius};
      crowded = std::any_of(scene.objects.begin(), scene.objects.end(), [&](const Object& other) {
        return std::hypot(other.box.x - object.box.x, other.box.y - object.box.y) < 0.8 * (radius + other.box.width / 2);
      });
    }
    const double light = rng.uniform() < 0.5 ? rng.uniform(0.0, 0.2) : rng.uniform(0.8, 1.0);
    const auto first = [&](double middle) { return static_cast<Index>(middle - radius); };  // and the last pixel that it may touch
    const auto last = [&](double middle) { return std::min(side - 1, static_cast<Index>(middle + radius)); };
    for (Index row = first(object.box.y); row <= last(object.box.y); ++row)
      for (Index column = first(object.box.x); column <= last(object.box.x); ++column) {
        const double x = (static_cast<double>(column) + 0.5 - object.box.x) / radius,
                     y = (static_cast<double>(row) + 0.5 - object.box.y) / radius;
        if (std::max(std::fabs(x), std::fabs(y)) > 1 || !kinds[object.kind].covers(x, y)) continue;
        scene.image[row * side + column] = static_cast<Scalar>(light + rng.uniform(-0.1, 0.1));
        scene.owner[row * side + column] = n;
      }
    scene.objects.push_back(object);
  }
  return scene;
}

/// As many objects as this: from 2 to 32, each factor as likely as another.
Index any_count(Rng& rng) { return static_cast<Index>(std::lround(std::exp(rng.uniform(std::log(1.6), std::log(32.4))))); }

std::vector<Scene> draw_scenes(Index scenes, Index count, Rng& rng) {
  std::vector<Scene> result;
  for (Index i = 0; i < scenes; ++i) result.push_back(draw_scene(count > 0 ? count : std::max<Index>(2, any_count(rng)), rng));
  return result;
}

/// The pictures of scenes: (B, 1, side, side).
Tensor images_of(const std::vector<Scene>& scenes) {
  Tensor images = zeros({static_cast<Index>(scenes.size()), 1, side, side});
  Scalar* to = images.mutable_data();
  for (const Scene& scene : scenes) to = std::copy(scene.image.begin(), scene.image.end(), to);
  return images;
}

/// Which of the outline's points show the object: point (r, c) lies in the middle of cell (r, c) of its box.
std::vector<Scalar> outline_of(const Scene& scene, Index object) {
  const Box& box = scene.objects[object].box;
  std::vector<Scalar> points;
  for (Index r = 0; r < outline; ++r)
    for (Index c = 0; c < outline; ++c) {
      const double x = box.x + box.width * ((static_cast<double>(c) + 0.5) / outline - 0.5),
                   y = box.y + box.height * ((static_cast<double>(r) + 0.5) / outline - 0.5);
      const Index row = std::clamp<Index>(static_cast<Index>(y), 0, side - 1),
                  column = std::clamp<Index>(static_cast<Index>(x), 0, side - 1);
      points.push_back(scene.owner[row * side + column] == object);
    }
  return points;
}

}  // namespace
