#pragma once
#include <qkv/show/lesson.h>
#include <qkv/show/picture.h>
#include <qkv/show/stopwatch.h>

#include "finders.h"

// What the lesson and the answers to its exercises both need: several seeds, one finder trained and measured, its picture.

namespace {

std::string spread(const std::vector<double>& values) {
  return values.size() > 1 ? show::median_and_range(values, 3) : show::number(values[0], 3);
}

/// The first pictures of a set.
datasets::ImageSet first_of(const datasets::ImageSet& set, Index count) {
  std::vector<Index> which;
  for (Index i = 0; i < std::min(count, set.images.size(0)); ++i) which.push_back(i);
  datasets::ImageSet part = set;
  part.images = take_rows(set.images, which);
  part.labels = take_rows(set.labels, which);
  return part;
}

/// A scene: the objects with their names, and the boxes of what was found with more than half certainty; dashed if the kind is wrong, or the
/// box, or another box has it already.
show::Picture drawn(const Scene& scene, const std::vector<Detection>& found, const std::string& title) {
  constexpr double scale = 6;
  show::Picture picture(scale * side, scale * side + 24, title);
  picture.text({4, 12}, title);
  const auto at = [&](double x, double y) { return show::Point{scale * x, scale * y + 24}; };
  picture.rectangle(at(0, 0), scale * side, scale * side, show::light_grey);
  for (Index row = 0; row < side; ++row)
    for (Index column = 0; column < side;) {
      Index end = column + 1;
      const Index owner = scene.owner[row * side + column];
      while (end < side && scene.owner[row * side + end] == owner) ++end;
      if (owner >= 0)
        picture.rectangle(at(static_cast<double>(column), static_cast<double>(row)), scale * static_cast<double>(end - column), scale,
                          show::grey);
      column = end;
    }
  for (const Object& object : scene.objects)
    picture.text(at(object.box.x, object.box.y), kinds[object.kind].name, {show::Align::centre, show::white, 11});
  for (const Detection& one : found) {
    if (one.confidence <= 0.5) continue;
    const show::Colour colour = one.object >= 0 ? show::Colour{0, 110, 180} : show::Colour{200, 60, 0};
    const double left = one.box.x - one.box.width / 2, top = one.box.y - one.box.height / 2;
    picture.polygon(
        {at(left, top), at(left + one.box.width, top), at(left + one.box.width, top + one.box.height), at(left, top + one.box.height)},
        {show::white, 0.01}, {colour, 2, one.object < 0});
  }
  return picture;
}

/// One way to find, trained once and measured on scenes of 2, 8, 32 and any number of objects.
struct FinderTrial {
  std::string name;
  double seconds = 0;
  std::unique_ptr<Finder> finder;
  std::vector<Measured> measured;
};

FinderTrial try_finder(const std::string& name, const show::Lesson& lesson, const FinderTraining& how,
                       const std::function<std::unique_ptr<Finder>(Rng&)>& make) {
  Rng rng(lesson.seed()), test_rng(99);
  FinderTrial trial;
  trial.name = name;
  trial.finder = make(rng);
  const show::Stopwatch watch;
  train(*trial.finder, how, rng);
  trial.seconds = watch.seconds();
  for (Index count : {2, 8, 32, 0})
    trial.measured.push_back(measure(*trial.finder, draw_scenes(lesson.quick() ? 10 : count > 0 ? 100 : 500, count, test_rng)));
  return trial;
}

/// With --out: a scene of 12 objects, and what each found.
void draw_scene_of(const std::vector<FinderTrial>& trials, show::Lesson& lesson) {
  if (lesson.out_dir().empty()) return;
  NoGrad no_graph;
  Rng rng(7);
  const std::vector<Scene> scene = draw_scenes(1, 12, rng);
  std::vector<show::Picture> pictures;
  for (const FinderTrial& trial : trials)
    pictures.push_back(drawn(scene[0], detections((*trial.finder)(images_of(scene)), 0, scene[0]), trial.name));
  lesson.save("scene", show::grid(pictures, 2, "Twelve objects: what the queries found, and what the convolutions found"));
}

}  // namespace
