#pragma once
#include <qkv/io/interrupt.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include "scenes.h"

// Two models that find objects: queries that attend to the scene, and convolutions. Both answer from 8 x 8 anchors, places spread over the
// scene; each says which kind of object is near it, if any, and gives its box and outline.

namespace {

constexpr Index anchors = 8, anchor_count = anchors * anchors, none = kind_count;
constexpr double pitch = static_cast<double>(side) / anchors;  // pixels between anchors

double anchor_x(Index anchor) { return (static_cast<double>(anchor % anchors) + 0.5) * pitch; }
double anchor_y(Index anchor) { return (static_cast<double>(anchor / anchors) + 0.5) * pitch; }

/// What the anchors say of a batch of scenes.
struct Said {
  Tensor kind;     // (B, anchors, kinds + 1), scores; the last is "nothing"
  Tensor box;      // (B, anchors, 4): from the anchor to the middle, then width and height, in pitches
  Tensor outline;  // (B, anchors, outline^2), scores of the points
  Tensor weights;  // (B, heads, anchors, places): where each query looked; undefined for convolutions
};

struct Finder : nn::Module {
  nn::Linear answer;  // one map for all: kind, box, outline

  Finder(Index d, Rng& rng) : answer(d, kind_count + 1 + 4 + outline * outline, rng) {}
  virtual ~Finder() = default;
  virtual Said operator()(const Tensor& images) const = 0;  // (B, 1, side, side)

 protected:
  Said split(const Tensor& said) const {  // (B, anchors, ...)
    const Index k = kind_count + 1;
    return {slice(said, 2, 0, k), slice(said, 2, k, k + 4) + tensor({0, 0, 1.2, 1.2}), slice(said, 2, k + 4, said.size(2)), Tensor()};
  }
};

/// (B, d, n, n) -> (B, n n, d): a vector for each place.
Tensor places_of(const Tensor& features) { return transpose(reshape(features, {features.size(0), features.size(1), -1}), 1, 2); }

/// sin and cos of the place across and down, at n x n places: (n n, d).
Tensor place_codes(Index n, Index d) {
  Tensor codes = zeros({n * n, d});
  for (Index place = 0; place < n * n; ++place)
    for (Index i = 0; i < d; ++i) {
      const double at = (static_cast<double>(i % 4 < 2 ? place % n : place / n) + 0.5) / static_cast<double>(n);  // 0 to 1
      const double angle = at * 3.1416 * std::pow(2.0, static_cast<double>(i / 4 % 4));                           // 1/2 to 4 waves
      codes.set({place, i}, i % 2 ? std::cos(angle) : std::sin(angle));
    }
  return codes;
}

/// Convolutions make 16 x 16 places of the scene. 64 queries, each begun with what its own four places show, attend to each other and to all
/// places.  After DETR, Carion et al. 2020, whose queries begin with nothing, and take long to learn where to look.
struct QueryFinder : Finder {
  nn::Conv2d first, second, begin;
  std::vector<nn::TransformerDecoderLayer> layers;
  nn::LayerNorm norm;
  Tensor places, anchor_places;  // codes of where they are: (16 16, d), (anchors, d)

  QueryFinder(Index d, Index depth, Rng& rng)
      : Finder(d, rng),
        first(1, 16, 5, rng, conv(2, 2)),
        second(16, d, 3, rng, conv(2, 1)),
        begin(d, d, 2, rng, conv(2, 0)),
        norm(d),
        places(place_codes(2 * anchors, d)),
        anchor_places(place_codes(anchors, d)) {
    nn::TransformerOptions options;
    options.norm_first = true;
    for (Index i = 0; i < depth; ++i) layers.emplace_back(d, 4, 2 * d, rng, options);
    adopt("first", first), adopt("second", second), adopt("begin", begin);
    for (Index i = 0; i < depth; ++i) {
      adopt("layers." + std::to_string(i), layers[i]);
      start_local(layers[i].multihead_attn, d);
    }
    adopt("norm", norm), adopt("answer", answer);
  }
  static nn::Conv2dOptions conv(Index stride, Index padding) {
    nn::Conv2dOptions options;
    options.stride = stride, options.padding = padding;
    return options;
  }
  /// Lets W_k start as a copy of W_q: then query and key agree most where their places are the same, and each query begins by looking around itself.
  static void start_local(const nn::MultiheadAttention& attention, Index d) {
    Tensor q = slice(attention.in_proj_weight, 0, 0, d).detach() * 3, v = slice(attention.in_proj_weight, 0, 2 * d, 3 * d).detach();
    attention.in_proj_weight.copy_from(concat({q, q, v}, 0));
  }
  Said operator()(const Tensor& images) const override {
    Tensor features = relu(second(relu(first(images))));    // (B, d, 16, 16)
    Tensor seen = places_of(features) + places, weights;    // (B, 16 16, d)
    Tensor x = places_of(begin(features)) + anchor_places;  // (B, anchors, d)
    for (const nn::TransformerDecoderLayer& layer : layers) x = layer(x, seen, {}, {}, &layer == &layers.back() ? &weights : nullptr);
    Said said = split(answer(norm(x)));
    said.weights = weights;
    return said;
  }
};

/// The same first two convolutions, then more of them, down to 8 x 8 places: each is an anchor.
struct ConvolutionFinder : Finder {
  nn::Conv2d first, second, third, fourth;

  ConvolutionFinder(Index d, Index wide, Rng& rng)
      : Finder(d, rng),
        first(1, 16, 5, rng, QueryFinder::conv(2, 2)),
        second(16, 64, 3, rng, QueryFinder::conv(2, 1)),
        third(64, wide, 3, rng, QueryFinder::conv(2, 1)),
        fourth(wide, d, 3, rng, QueryFinder::conv(1, 1)) {
    adopt("first", first), adopt("second", second), adopt("third", third), adopt("fourth", fourth), adopt("answer", answer);
  }
  Said operator()(const Tensor& images) const override {
    return split(answer(places_of(relu(fourth(relu(third(relu(second(relu(first(images)))))))))));
  }
};

// ---- Training ---------------------------------------------------------------------------------------------------------------------------

/// Each object gets an anchor of its own: of all pairs the nearest first. -> for each object its anchor.
std::vector<Index> assign(const std::vector<Object>& objects) {
  struct Pair {
    double distance;
    std::size_t object;
    Index anchor;
  };
  std::vector<Pair> pairs;
  for (std::size_t o = 0; o < objects.size(); ++o)
    for (Index a = 0; a < anchor_count; ++a)
      pairs.push_back({std::hypot(objects[o].box.x - anchor_x(a), objects[o].box.y - anchor_y(a)), o, a});
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
  std::vector<Index> anchor_of(objects.size(), -1);
  std::vector<bool> taken(anchor_count);
  for (const Pair& pair : pairs)
    if (anchor_of[pair.object] < 0 && !taken[pair.anchor]) {
      anchor_of[pair.object] = pair.anchor;
      taken[pair.anchor] = true;
    }
  return anchor_of;
}

/// How far off the anchors are: the kind at every anchor, box and outline at those that have an object. `rare_weight`: how much the rare kind
/// counts.
Tensor loss_of(const Said& said, const std::vector<Scene>& scenes, double rare_weight) {
  const Index batch = static_cast<Index>(scenes.size());
  Indices kind({batch * anchor_count}, std::vector<Index>(batch * anchor_count, none)), with({0}, {});
  std::vector<Scalar> boxes, outlines;
  for (Index b = 0; b < batch; ++b) {
    const std::vector<Index> anchor_of = assign(scenes[b].objects);
    for (std::size_t o = 0; o < anchor_of.size(); ++o) {
      const Index a = anchor_of[o];
      const Box& box = scenes[b].objects[o].box;
      kind.values[b * anchor_count + a] = scenes[b].objects[o].kind;
      with.values.push_back(b * anchor_count + a);
      for (double number : {(box.x - anchor_x(a)) / pitch, (box.y - anchor_y(a)) / pitch, box.width / pitch, box.height / pitch})
        boxes.push_back(static_cast<Scalar>(number));
      for (Scalar point : outline_of(scenes[b], static_cast<Index>(o))) outlines.push_back(point);
    }
  }
  const Index count = static_cast<Index>(with.values.size());
  with.shape = {count};
  CrossEntropyOptions weighted;
  weighted.weight = ones({kind_count + 1});
  weighted.weight.set({none}, 0.3);
  weighted.weight.set({rare}, rare_weight);
  auto at_objects = [&](const Tensor& x) { return embedding(with, reshape(x, {batch * anchor_count, -1})); };
  return cross_entropy(reshape(said.kind, {batch * anchor_count, -1}), kind, weighted) +
         2 * mean(abs(at_objects(said.box) - tensor({count, 4}, boxes))) +
         0.5 * binary_cross_entropy_with_logits(at_objects(said.outline), tensor({count, outline * outline}, outlines));
}

struct FinderTraining {
  Index steps = 1000, batch = 16;
  double lr = 1e-3, rare_weight = 1;
};

void train(const Finder& finder, const FinderTraining& how, Rng& rng) {
  optim::AdamW adam(finder.parameters(), how.lr);
  optim::CosineWithWarmup schedule(how.lr, std::min<Index>(50, how.steps / 2), how.steps);
  show::Progress progress(how.steps, "scenes");
  for (Index step = 0; step < how.steps; ++step) {
    const std::vector<Scene> scenes = draw_scenes(how.batch, 0, rng);  // never the same one twice
    Tensor loss = loss_of(finder(images_of(scenes)), scenes, how.rare_weight);
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(adam.parameters(), 1);
    adam.lr = schedule.lr(step);
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
}

// ---- Measuring --------------------------------------------------------------------------------------------------------------------------

/// What an anchor found.
struct Detection {
  Index kind = 0, anchor = 0;
  double confidence = 0;
  Box box;
  std::vector<Scalar> points;  // the outline's scores
  Index object = -1;           // the object it matches; -1: none
};

/// Every anchor's best kind, the surest first; each matched with the object of its kind that its box overlaps most, by half at least, and
/// that no surer one has.
std::vector<Detection> detections(const Said& said, Index b, const Scene& scene) {
  Tensor p = softmax(select(said.kind, 0, b)), box = select(said.box, 0, b), points = select(said.outline, 0, b);
  std::vector<Detection> found;
  for (Index a = 0; a < anchor_count; ++a) {
    Detection one;
    one.anchor = a;
    for (Index k = 0; k < kind_count; ++k)
      if (p.at({a, k}) > p.at({a, one.kind})) one.kind = k;
    one.confidence = static_cast<double>(p.at({a, one.kind}));
    auto number = [&](Index i) { return pitch * static_cast<double>(box.at({a, i})); };
    one.box = {anchor_x(a) + number(0), anchor_y(a) + number(1), number(2), number(3)};
    one.points.assign(points.data() + a * outline * outline, points.data() + (a + 1) * outline * outline);
    found.push_back(one);
  }
  std::stable_sort(found.begin(), found.end(), [](const Detection& x, const Detection& y) { return x.confidence > y.confidence; });
  std::vector<bool> taken(scene.objects.size());
  for (Detection& one : found) {
    double most = 0.5;
    for (std::size_t o = 0; o < scene.objects.size(); ++o)
      if (!taken[o] && scene.objects[o].kind == one.kind && overlap(one.box, scene.objects[o].box) >= most)
        most = overlap(one.box, scene.objects[o].box), one.object = static_cast<Index>(o);
    if (one.object >= 0) taken[one.object] = true;
  }
  return found;
}

/// Intersection over union of an object's pixels and those that an outline (or, with `whole_box`, the box) covers.
double outline_overlap(const Detection& found, const Scene& scene, bool whole_box = false) {
  Index both = 0, all = 0;
  for (Index row = 0; row < side; ++row)
    for (Index column = 0; column < side; ++column) {
      const double x = (static_cast<double>(column) + 0.5 - found.box.x) / found.box.width + 0.5,
                   y = (static_cast<double>(row) + 0.5 - found.box.y) / found.box.height + 0.5;
      bool covered = x >= 0 && x < 1 && y >= 0 && y < 1;
      if (covered && !whole_box) covered = found.points[static_cast<Index>(y * outline) * outline + static_cast<Index>(x * outline)] > 0;
      const bool object = scene.owner[row * side + column] == found.object;
      both += covered && object;
      all += covered || object;
    }
  return all > 0 ? static_cast<double>(both) / static_cast<double>(all) : 0;
}

struct Measured {
  std::vector<double> precision;  // average precision of each kind
  double mean_precision = 0, missed = 0, missed_rare = 0,
         false_alarms = 0;                         // missed: the share without a detection that is more than half sure
  double outlines = 0, boxes = 0;                  // mean overlap of found objects with their outline, with their whole box
  double looked_on_objects = 0, object_share = 0;  // the same for the pixels of any object
  double looked_inside = 0, box_share = 0;         // the share of a query's weight in its object's box, and of the scene in that box
};

Measured measure(const Finder& finder, const std::vector<Scene>& scenes) {
  NoGrad no_graph;
  EvalMode no_dropout;
  std::vector<std::vector<datasets::Found>> lists(kind_count);
  std::vector<Index> there(kind_count), seen(kind_count);
  Measured result;
  double matched = 0, wrong = 0;
  for (std::size_t begin = 0; begin < scenes.size(); begin += 50) {
    const std::vector<Scene> part(scenes.begin() + begin, scenes.begin() + std::min(begin + 50, scenes.size()));
    const Said said = finder(images_of(part));
    for (std::size_t b = 0; b < part.size(); ++b) {
      for (const Object& object : part[b].objects) ++there[object.kind];
      for (const Detection& one : detections(said, static_cast<Index>(b), part[b])) {
        lists[one.kind].push_back({one.confidence, one.object >= 0});
        if (one.confidence <= 0.5) continue;
        wrong += one.object < 0;
        if (one.object < 0) continue;
        ++seen[one.kind], ++matched;
        result.outlines += outline_overlap(one, part[b]);
        result.boxes += outline_overlap(one, part[b], true);
        const Box& box = part[b].objects[one.object].box;
        result.box_share += box.width * box.height / (side * side);
        if (!said.weights.defined()) continue;
        const Index heads = said.weights.size(1), wide = 2 * anchors;
        for (Index h = 0; h < heads; ++h)
          for (Index place = 0; place < wide * wide; ++place) {
            const double x = (static_cast<double>(place % wide) + 0.5) * pitch / 2,
                         y = (static_cast<double>(place / wide) + 0.5) * pitch / 2;
            const double weight =
                static_cast<double>(said.weights.at({static_cast<Index>(b), h, one.anchor, place})) / static_cast<double>(heads);
            const bool on_object = part[b].owner[static_cast<Index>(y) * side + static_cast<Index>(x)] >= 0;
            if (std::fabs(x - box.x) < box.width / 2 && std::fabs(y - box.y) < box.height / 2) result.looked_inside += weight;
            if (on_object) result.looked_on_objects += weight, result.object_share += 1 / static_cast<double>(heads * wide * wide);
          }
      }
    }
  }
  Index all = 0, all_seen = 0, kinds_there = 0;
  for (Index k = 0; k < kind_count; ++k) {
    result.precision.push_back(there[k] ? datasets::average_precision(lists[k], there[k]) : 0);
    if (there[k]) result.mean_precision += result.precision[k], ++kinds_there;
    all += there[k], all_seen += seen[k];
  }
  result.mean_precision /= static_cast<double>(std::max<Index>(kinds_there, 1));
  result.missed = 1 - static_cast<double>(all_seen) / static_cast<double>(all);
  result.missed_rare = there[rare] ? 1 - static_cast<double>(seen[rare]) / static_cast<double>(there[rare]) : 0;
  result.false_alarms = wrong / std::max(matched + wrong, 1.0);
  for (double* sum :
       {&result.outlines, &result.boxes, &result.looked_inside, &result.box_share, &result.looked_on_objects, &result.object_share})
    *sum /= std::max(matched, 1.0);
  return result;
}

}  // namespace
