// data: emoji
#include "captions.h"

#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "A picture goes in, a few words come out, one after another. Where in the picture does each word come from? A picture of four by "
      "four grey numbers:");
}

/// A picture of 4 x 4 in patches of 2 x 2, and one of them as a vector of width 3.
void patches_by_hand(show::Lesson& lesson, const Tensor& picture, const Tensor& W) {
  lesson.show("picture", picture);
  lesson.section("A picture as a row of words", "x_j = W patch_j + position_j");
  const Tensor patches = transpose(select(unfold(reshape(picture, {1, 1, 4, 4}), 2, 1, 0, 2), 0, 0));  // (4, 4)
  for (Index j = 0; j < 4; ++j) lesson.show("patch " + show::whole(j), select(patches, 0, j));
  lesson.show("W", W);
  Tensor by_hand = zeros({4, 3});
  for (Index j = 0; j < 4; ++j)
    for (Index i = 0; i < 3; ++i) {
      double sum = 0;
      for (Index row = 0; row < 2; ++row)
        for (Index column = 0; column < 2; ++column) sum += W.at({i, 2 * row + column}) * picture.at({j / 2 * 2 + row, j % 2 * 2 + column});
      by_hand.set({j, i}, sum);
    }
  lesson.show("W patch", by_hand);
  lesson.compare("by hand and by matrices", by_hand, linear(patches, W));
  lesson.compare("and as a convolution", by_hand,
                 transpose(reshape(conv2d(reshape(picture, {1, 1, 4, 4}), reshape(W, {3, 1, 2, 2}), {}, 2), {3, 4})));
}

void real_pictures(show::Lesson& lesson, const Captions& captions) {
  lesson.section("Pictures with names");
  lesson.say("lesson 68: " + captions.set.source + ".");
  lesson.name_columns(26);
  lesson.show("pictures", show::whole(side) + " x " + show::whole(side) + " in three colours, " + show::whole(places) + " places of 8 x 8");
  lesson.show("to learn from", show::whole(static_cast<Index>(captions.train.size())));
  lesson.show("words known", captions.vocabulary.size() - 4);
  show::Table table({"held out", "pictures", "for instance"});
  for (int tone : {1, 0}) {
    std::vector<Index> some;
    for (Index i : captions.test)
      if (is_tone(captions, i) == (tone == 1)) some.push_back(i);
    table.add_row({tone ? "a tone of skin" : "others", show::whole(static_cast<Index>(some.size())),
                   some.empty() ? "" : captions.set.names[some[0]]});
  }
  table.add_row(
      {"with a word of its own", show::whole(static_cast<Index>(captions.strange.size())), captions.set.names[captions.strange.at(0)]});
  lesson.show(table);
  lesson.say(
      "No two emoji share a name, so every name held out is a name never seen whole. In the first two rows each of its words was seen.");
}

/// What one training came to.
struct Outcome {
  std::vector<Words> names[3];  // of the held-out pictures: the nearest picture's, without attention, with attention
};

/// The names that each way writes for the held-out pictures, in the order of captions.test, and for those with a word of their own.
void trained(show::Lesson& lesson, const Captions& captions, const std::vector<Outcome>& outcomes) {
  lesson.section("Trained", "-log p of each word, AdamW, 32 pictures a step");
  show::Table table({"of 100 held-out names", "right to the last word", "with a tone of skin", "others", "words right (ROUGE-1)"});
  const std::vector<std::string> ways{"name of the nearest picture", "no attention", "attention"};
  const std::vector<Words> right = right_names(captions, captions.test);
  for (std::size_t way = 0; way < ways.size(); ++way) {
    std::vector<std::string> cells{ways[way]};
    for (int tone : {-1, 1, 0, 2}) {
      std::vector<double> scores;
      for (const Outcome& one : outcomes) {
        if (one.names[way].empty()) continue;
        scores.push_back(tone == 2 ? datasets::rouge(one.names[way], right, 1)
                                   : 100 * exact_of(one.names[way], captions, captions.test, tone));
      }
      cells.push_back(scores.size() == 1 ? show::number(scores[0], 1) : show::median_and_range(scores, 1));
    }
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.name_columns(26);
  lesson.show("seeds", lesson.seeds());
}

/// The picture, and over it the map of each word.
show::Picture maps_over(const Captions& captions, Index i, const Words& name, const Tensor& maps) {
  constexpr double zoom = 4, width = side * zoom;
  const Tensor picture = select(captions.set.pictures, 0, i);
  std::vector<show::Picture> parts;
  for (Index t = -1; t < static_cast<Index>(name.size()); ++t) {
    show::Picture part(width, width + 24);
    for (Index y = 0; y < side; y += 2)
      for (Index x = 0; x < side; x += 2) {
        std::uint8_t rgb[3];
        for (Index c = 0; c < 3; ++c)
          rgb[c] = static_cast<std::uint8_t>(255 * mean(slice(slice(select(picture, 2, c), 0, y, y + 2), 1, x, x + 2)).item());
        if (rgb[0] + rgb[1] + rgb[2] > 757) continue;  // white
        part.rectangle({static_cast<double>(x) * zoom, static_cast<double>(y) * zoom}, 2 * zoom, 2 * zoom,
                       show::Colour{rgb[0], rgb[1], rgb[2]});
      }
    const double largest = t < 0 ? 0 : max(select(maps, 0, t)).item();
    for (Index j = 0; t >= 0 && j < places; ++j)
      part.rectangle({static_cast<double>(j % grid * cell) * zoom, static_cast<double>(j / grid * cell) * zoom}, cell * zoom, cell * zoom,
                     show::Fill(show::Colour{20, 30, 60}, 0.85 * (1 - maps.at({t, j}) / largest)));
    part.text({width / 2, width + 12}, t < 0 ? "picture" : name[t], {show::Align::centre});
    parts.push_back(part);
  }
  return show::grid(parts, static_cast<int>(parts.size()), captions.set.names[i] + ": where each word of its name looks");
}

void where_it_looks(show::Lesson& lesson, const Captions& captions, const Captioner& model, const std::vector<Words>& written) {
  lesson.section("Where it looks", "alpha_tj: the weight of place j while word t is written");
  std::vector<show::Picture> shown;
  show::Table table({"held-out picture", "written", "most weight, row and column of each word"});
  for (std::size_t n = 0; n < captions.test.size() && table.row_count() < 8; n += std::max<std::size_t>(1, captions.test.size() / 8)) {
    const Index i = captions.test[n];
    const std::vector<Index> most = argmax(told(model, captions, take_rows(captions.set.pictures, {i}), {written[n]}).maps).values;
    std::string looked;
    for (std::size_t t = 0; t < written[n].size(); ++t)
      looked += (t ? ", " : "") + show::whole(1 + most[t] / grid) + " " + show::whole(1 + most[t] % grid);
    table.add_row({captions.set.names[i], datasets::joined(written[n]), looked});
  }
  lesson.show(table);
  for (std::size_t n = 0; n < captions.test.size() && shown.size() < 3; ++n) {  // told the right words, as in training
    const Index i = captions.test[n];
    if (captions.words[i].size() < 3 || captions.words[i].size() > 5 || is_tone(captions, i) != (shown.size() == 1)) continue;
    const Told right = told(model, captions, take_rows(captions.set.pictures, {i}), {captions.words[i]});
    shown.push_back(maps_over(captions, i, captions.words[i], select(right.maps, 0, 0)));
  }
  lesson.save("maps", show::grid(shown, 1, "Pictures never seen, and where each word of their names looks"));

  Rng rng(lesson.seed());
  std::vector<Index> some(
      captions.test.begin(),
      captions.test.begin() + std::min<std::ptrdiff_t>(lesson.quick() ? 10 : 200, static_cast<std::ptrdiff_t>(captions.test.size())));
  const Hidden lost = hide_patches(model, captions, some, rng);
  show::Table hidden({"one place hidden", "log p of the word falls by"});
  hidden.add_row({"the one with the most weight", show::number(lost.most, 2)});
  hidden.add_row({"a random one", show::number(lost.random, 2)});
  hidden.add_row({"the one with the least weight", show::number(lost.least, 2)});
  lesson.show(hidden);
}

void what_it_writes_instead(show::Lesson& lesson, const Captions& captions, const Captioner& model, const std::vector<Words>& written) {
  lesson.section("What it writes instead");
  Index wrong = 0, twice = 0;
  for (std::size_t n = 0; n < captions.test.size(); ++n) {
    if (!is_tone(captions, captions.test[n]) || written[n] == captions.words[captions.test[n]]) continue;
    ++wrong;
    twice += tone_twice(written[n]);
  }
  lesson.name_columns(40);
  lesson.show("wrong names with a tone of skin", wrong);
  lesson.show("of these, written with one tone twice", twice);
  show::Table table({"wrong", "its name", "written"});
  for (int tone : {1, 0}) {
    int shown = 0;
    for (std::size_t n = 0; n < captions.test.size() && shown < 4; ++n) {
      const Index i = captions.test[n];
      if (is_tone(captions, i) != (tone == 1) || written[n] == captions.words[i]) continue;
      table.add_row({shown++ ? "" : tone ? "a tone of skin" : "others", captions.set.names[i], datasets::joined(written[n])});
    }
  }
  const std::vector<Words> strange = write(model, captions, take_rows(captions.set.pictures, captions.strange));
  for (std::size_t n = 0; n < std::min<std::size_t>(6, strange.size()); ++n)
    table.add_row({n ? "" : "with a word of its own", captions.set.names[captions.strange[n]], datasets::joined(strange[n])});
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "To the decoder a picture in 16 places is a sentence: nothing in it was made for pictures. It writes names that nobody showed it, "
      "as long as their words were shown in other names; a word of its own it can't write. The maps show where it looked, and hiding what "
      "it looked at shows whether that mattered.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  patches_by_hand(lesson, tensor({{0, 0.2, 0.9, 1}, {0.1, 0.3, 0.8, 1}, {0.5, 0.5, 0, 0}, {0.4, 0.6, 0, 0.1}}),
                  tensor({{1, 1, 1, 1}, {1, -1, 1, -1}, {0.5, 0, 0, -0.5}}));
  const Captions captions = read_captions(lesson.quick());
  real_pictures(lesson, captions);
  const Tensor test = take_rows(captions.set.pictures, captions.test);
  std::vector<Outcome> outcomes(static_cast<std::size_t>(lesson.seeds()));
  outcomes[0].names[0] = nearest(captions, captions.test);
  std::unique_ptr<Captioner> first;
  std::vector<Words> written;
  for (int i = 0; i < lesson.seeds(); ++i)
    for (bool attention : {false, true}) {
      const std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
      auto model = std::make_unique<Captioner>(captions.vocabulary.size(), attention, seed, lesson.quick() ? 64 : full_width);
      Rng order(seed);
      const std::string name = attention ? "attention" : "no attention";
      const std::string saved = lesson.training_path(name, i);
      train(*model, name.c_str(), captions, captions.train, lesson.quick() ? 12 : full_epochs, order, saved);
      const std::vector<Words> names = write(*model, captions, test);
      outcomes[static_cast<std::size_t>(i)].names[attention ? 2 : 1] = names;
      if (attention && i == 0) first = std::move(model), written = names;
    }
  trained(lesson, captions, outcomes);
  where_it_looks(lesson, captions, *first, written);
  what_it_writes_instead(lesson, captions, *first, written);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "68",
    "Captions",
    "图像描述",
    "《资源分配》 §3.4; 《分析与预测》 §3.4, §9",
    "Emoji and their names: a picture in 16 places, a decoder that writes a name word by word, and a map over the picture for each "
    "word.",
    {},
    1};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
