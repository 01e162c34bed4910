#include <qkv/fit.h>
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "classifiers.h"
#include "example.h"
#include "trials.h"

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Attention was made for words. A picture has none: it has pixels, and a pixel means nothing by itself. For thirty years one looked "
      "at pictures by convolution (卷积): the same small window everywhere. Can attention do the same? First: what is this a picture of "
      "(图像分类)? Then: where are the objects, which kind is each (目标检测), and which pixels belong to it (分割)? Each against "
      "convolutions of the same size.");
}

void patches_are_words(show::Lesson& lesson, const Small& x) {
  lesson.section("Patches are words", "word_p = W patch_p");
  lesson.say(
      "A picture of 4 x 4 pixels, cut into four patches (图像块) of 2 x 2. Each is written as a row, and a linear map makes a word of it:");
  const Tensor patches = squeeze(transpose(unfold(reshape(x.picture, {1, 1, 4, 4}), 2, 1, 0, 2)), 0);  // (4, 4)
  lesson.show("picture", x.picture);
  lesson.show("W", x.W);
  lesson.show("patches", patches);
  const Tensor words = linear(patches, x.W);
  lesson.show("words", words);
  const Tensor convolved = conv2d(reshape(x.picture, {1, 1, 4, 4}), reshape(x.W, {3, 1, 2, 2}), {}, 2);  // (1, 3, 2, 2)
  lesson.say("That is a convolution whose window moves by its own width:");
  lesson.compare("patches times W and conv2d with stride 2", words, transpose(reshape(convolved, {3, 4})));
}

/// The models of section 3, and what became of them.
struct Pictures {
  datasets::ImageSet train, test;
  std::unique_ptr<Patches> best;  // trained on the most pictures
};

Pictures how_many_pictures(show::Lesson& lesson) {
  lesson.section("How many pictures?");
  Pictures data{datasets::fashion_mnist(datasets::Part::train, lesson.quick() ? 1000 : 20'000),
                datasets::fashion_mnist(datasets::Part::test, lesson.quick() ? 500 : 10'000), nullptr};
  lesson.say(data.train.generated ? "lesson 67: " + data.train.source : "Real data: " + data.train.source + ".");
  const std::vector<std::pair<Index, Index>> plan = lesson.quick()
                                                        ? std::vector<std::pair<Index, Index>>{{200, 10}, {1000, 4}}
                                                        : std::vector<std::pair<Index, Index>>{{200, 60}, {2000, 15}, {20'000, 4}};
  show::Table table({"pictures", "epochs", "nearest class mean", "patches and attention", "convolutions"});
  double seconds[2] = {0, 0};
  Index parameters[2] = {0, 0};
  for (auto [count, epochs] : plan) {
    const datasets::ImageSet part = first_of(data.train, count);
    std::vector<double> right[2];
    for (int i = 0; i < lesson.seeds(); ++i)
      for (int kind : {0, 1}) {
        Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
        std::unique_ptr<Classifier> model;
        if (kind == 0) model = std::make_unique<Patches>(32, 2, rng, !lesson.broken("no-positions"));
        else model = std::make_unique<Convolutions>(14, rng);
        const show::Stopwatch watch;
        train(*model, part.images, part.labels, {epochs, 50, kind == 0 ? 4e-3 : 8e-3}, rng);
        seconds[kind] = watch.seconds();
        parameters[kind] = model->parameter_count();
        right[kind].push_back(accuracy(scores_of(std::cref(*model), data.test.images), data.test.labels));
        if (kind == 0 && i == 0) data.best.reset(static_cast<Patches*>(model.release()));
      }
    table.add_row({show::whole(part.images.size(0)), show::whole(epochs), show::number(nearest_mean(part, data.test), 3), spread(right[0]),
                   spread(right[1])});
  }
  lesson.say("The share of " + show::whole(data.test.images.size(0)) + " other pictures that are told right; chance is 0.1. Seeds: " +
             show::whole(lesson.seeds()) + ", the median, the lowest and the highest. " + "Numbers learned: " + show::whole(parameters[0]) +
             " and " + show::whole(parameters[1]) + ".");
  lesson.show(table);
  lesson.name_columns(34);
  lesson.show("last training, patches", show::number(seconds[0], 1) + " s");
  lesson.show("last training, convolutions", show::number(seconds[1], 1) + " s");
  return data;
}

/// `own`: the reader's picture, undefined if there is none.
void where_it_looks(show::Lesson& lesson, const Pictures& data, const Tensor& own) {
  lesson.section("Where the class token looks");
  const Patches& model = *data.best;
  NoGrad no_graph;
  const datasets::ImageSet some = first_of(data.test, 6);
  const Attended seen = model.look(some.images);
  std::vector<show::Picture> pictures;
  for (Index n = 0; n < 6; ++n) {
    pictures.push_back(draw(show::HeatMap{select(some.images, 0, n), {}, {}, data.test.class_names[some.labels.values[n]]}));
    pictures.push_back(draw(show::HeatMap{reshape(select(seen.weights, 0, n), {across, across}), {}, {}, "weights"}));
  }
  lesson.save("maps", show::grid(pictures, 4, "Six pictures, and where the class token looks"));
  lesson.say("The weights of the class token over the 4 x 4 patches of the first test picture, " +
             data.test.class_names[some.labels.values[0]] + "; even weights would be 0.0625:");
  lesson.show("map", reshape(select(seen.weights, 0, 0), {across, across}));
  lesson.say("Do these weights say what matters? One of the 16 patches is hidden from everybody, in each test picture another one:");
  Rng rng(lesson.seed() + 100);
  show::Table table({"hidden", "right"});
  const struct {
    const char* name;
    Hide what;
  } ways[] = {{"nothing", Hide::nothing},
              {"the least attended patch", Hide::least},
              {"any patch, at random", Hide::random},
              {"any of the four in the middle", Hide::middle},
              {"the most attended patch", Hide::most}};
  for (const auto& way : ways) table.add_row({way.name, show::number(right_without(model, data.test, way.what, rng), 3)});
  lesson.show(table);
  if (!own.defined()) return;
  const Attended look = model.look(unsqueeze(own, 0));
  const Tensor p = softmax(look.output);
  const TopK best = topk(p, 3);
  lesson.say("Your picture, as the model sees it:");
  lesson.show("own", show::HeatMap{own, {}, {}, lesson.file("image")});
  for (Index i = 0; i < 3; ++i) lesson.show(data.test.class_names[best.indices.values[i]], static_cast<double>(best.values.at({0, i})));
  lesson.show("map", reshape(look.weights, {across, across}));
}

void boxes_by_hand(show::Lesson& lesson) {
  lesson.section("Boxes, and how good they are", "IoU = both / either,  AP = sum of precisions / objects");
  lesson.say(
      "Now scenes of 64 x 64 pixels with 2 to 32 drawn objects of six kinds on a textured ground: disc, ring, square, frame, triangle, "
      "and, one time in fifty, a cross. To find one is to name its kind and a box that overlaps its own by half at least. The overlap is "
      "intersection over union (交并比), the area that both boxes share divided by the area that they cover together:");
  const Box a{4, 4, 8, 8}, b{6, 4, 8, 8}, c{9, 8, 8, 8};
  lesson.name_columns(40);
  lesson.show("boxes of 8 x 8, 2 apart: 48 / 80", overlap(a, b));
  lesson.show("5 and 4 apart: 12 / 116", overlap(a, c));
  lesson.say(
      "Average precision (平均精度): go down the list of what was found, the surest first; at each right one note the share of right ones "
      "so far; add up, and divide by the number of objects. Right, wrong, right, with 4 objects there:");
  lesson.show("(1/1 + 2/3) / 4", datasets::average_precision({{0.9, true}, {0.8, false}, {0.7, true}}, 4));
}

void two_finders(show::Lesson& lesson) {
  lesson.section("Two finders");
  const bool quick = lesson.quick();
  lesson.say(
      "Both begin with the same two convolutions, and answer from 64 anchors (锚点), 8 pixels apart: which kind is near, if any, its box, "
      "and its outline (掩码) as 8 x 8 points of the box. The one lets 64 queries attend to each other and to 16 x 16 places of the scene, "
      "one layer of a Transformer's decoder. The other goes on with two convolutions. Each learns from the same number of scenes, never "
      "the same twice.");
  std::vector<FinderTrial> trials;
  const Index steps = quick ? 40 : 1500;
  const auto queries = [](Rng& rng) { return std::make_unique<QueryFinder>(64, 1, rng); };
  const auto convolutions = [](Rng& rng) { return std::make_unique<ConvolutionFinder>(64, 64, rng); };
  trials.push_back(try_finder("queries", lesson, {steps, 16, 3e-3, 1}, queries));
  trials.push_back(try_finder("convolutions", lesson, {steps, 16, 4e-3, 1}, convolutions));
  trials.push_back(try_finder("the same, crosses count 10 times", lesson, {steps, 16, 4e-3, 10}, convolutions));
  show::Table table({"mean AP, objects", "parameters", "seconds", "2", "8", "32", "any number"});
  for (const FinderTrial& trial : trials) {
    std::vector<std::string> row{trial.name, show::whole(trial.finder->parameter_count()), show::number(trial.seconds, 0) + " s"};
    for (const Measured& measured : trial.measured) row.push_back(show::number(measured.mean_precision, 3));
    table.add_row(row);
  }
  lesson.show(table);
  show::Table by_kind({"AP, any number", "disc", "ring", "square", "frame", "triangle", "cross (rare)", "mean"});
  show::Table others({"any number", "missed", "crosses missed", "false alarms", "outline IoU", "whole box IoU"});
  for (const FinderTrial& trial : trials) {
    const Measured& any = trial.measured.back();
    std::vector<std::string> row{trial.name};
    for (double precision : any.precision) row.push_back(show::number(precision, 3));
    row.push_back(show::number(any.mean_precision, 3));
    by_kind.add_row(row);
    others.add_row({trial.name, show::number(any.missed, 3), show::number(any.missed_rare, 3), show::number(any.false_alarms, 3),
                    show::number(any.outlines, 3), show::number(any.boxes, 3)});
  }
  lesson.show(by_kind);
  lesson.say(
      "Missed: objects that nobody names who is more than half sure. False alarms: the share of those names that are wrong. The outline is "
      "measured beside the whole box taken for it.");
  lesson.show(others);
  const Measured& seen = trials[0].measured.back();
  lesson.say("Where do the queries look that found something? The share of their weight, beside what even weights would give:");
  show::Table looks({"on", "weight", "even weights"});
  looks.add_row({"the box of its own object", show::number(seen.looked_inside, 3), show::number(seen.box_share, 3)});
  looks.add_row({"any object", show::number(seen.looked_on_objects, 3), show::number(seen.object_share, 3)});
  lesson.show(looks);
  draw_scene_of(trials, lesson);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "In the full run: at every number of pictures convolutions of the same size stay ahead, by one or two hundredths, and on scenes by "
      "more. The class token's map says something: to hide what it looks at most costs five times as much as to hide any patch. And a mean "
      "hides what is rare: nearly all crosses are missed, and the mean does not show it, until one makes them count. Then more of the "
      "others are missed.");
}

void lesson_body(show::Lesson& lesson) {
  const std::string image = lesson.file("image");
  const Tensor own = image.empty() ? Tensor() : as_clothing(datasets::read_image(image));  // before the training: it may be damaged
  the_question(lesson);
  patches_are_words(lesson, {});
  const Pictures data = how_many_pictures(lesson);
  where_it_looks(lesson, data, own);
  boxes_by_hand(lesson);
  two_finders(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{"67",
                            "Pictures",
                            "图像分类与目标检测",
                            "《认知平衡》 §6.2; 《分析与预测》 §9; 《资源分配》 §6.4",
                            "What a picture shows, by patches and attention and by convolutions; then where objects are in a scene.",
                            {{"no-positions", "nobody tells the patches where they were"}},
                            3,
                            {{"image", "say what this PNG shows, and where the model looks"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
