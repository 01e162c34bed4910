#pragma once
// The kinds of object are those of lesson 67, which draws larger scenes of them.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../67_pictures/scenes.h"
#pragma GCC diagnostic pop

// Small drawn scenes, and questions about them: "is the ring left of the cross?"

namespace {

constexpr Index across = 3, cells = across * across;                 // a scene is 3 x 3 cells
constexpr Index cell_side = 6, cell_pixels = cell_side * cell_side;  // of 6 x 6 pixels
constexpr Index shown = 4;                                           // objects in a scene, each of another kind

const std::vector<std::string> relations{"left of", "above"};
constexpr Index relation_count = 2, word_count = kind_count + relation_count;  // words: the kinds, then the relations
constexpr Index the_ring = 1, the_cross = 5;

/// Where cell p is: its column, counted from the left, and its row, counted from the top.
inline Index column_of(Index p) { return p % across; }
inline Index row_of(Index p) { return p / across; }

/// Is what stands in cell a left of (or above) what stands in cell b?
inline bool holds(Index relation, Index a, Index b) { return relation == 0 ? column_of(a) < column_of(b) : row_of(a) < row_of(b); }

/// Draws an object of this kind into 6 x 6 pixels on a grey, noisy ground: of varying size and brightness.
inline void draw_cell(Scalar* pixels, Index kind, Rng& rng) {
  const double radius = rng.uniform(2.4, 3);
  const double light = rng.uniform(0.6, 1);
  for (Index i = 0; i < cell_pixels; ++i) {
    const double x = (static_cast<double>(i % cell_side) + 0.5 - 3) / radius, y = (static_cast<double>(i / cell_side) + 0.5 - 3) / radius;
    if (std::max(std::fabs(x), std::fabs(y)) <= 1 && kinds[kind].covers(x, y)) pixels[i] += static_cast<Scalar>(light);
  }
}

/// Which questions are asked: any but those about a ring and a cross; these alone; or any but these, where the first word of the question gives the
/// answer away in nine of ten (`hinted`: disc, ring and square say yes, the others no), or is wrong in nine of ten (`misled`).
enum class Ask { usual, new_pair, hinted, misled };

/// Scenes, a question about each, the right answer, and where the two objects stand.
struct Questions {
  Tensor scenes;                              // (N, 9, 36): 9 cells of 36 pixels, 0 is grey, 1 white
  Indices words;                              // (N, 3): kind, relation, kind
  Indices answers;                            // (N): 0 no, 1 yes
  std::vector<Index> first, second, unasked;  // the cells of the two objects, and of one that the question does not name
  Index count() const { return answers.shape[0]; }

  Questions(Index n, Ask ask, Rng& rng)
      : scenes(rand({n, cells, cell_pixels}, rng, -0.2, 0.2)),
        words({n, 3}, std::vector<Index>(n * 3)),
        answers({n}, std::vector<Index>(n)) {
    for (Index i = 0; i < n; ++i) {
      std::vector<Index> kind = rng.permutation(kind_count), place;
      const auto about_ring_and_cross = [&] { return std::min(kind[0], kind[1]) == the_ring && std::max(kind[0], kind[1]) == the_cross; };
      while (about_ring_and_cross() != (ask == Ask::new_pair)) kind = rng.permutation(kind_count);
      const double says_yes = kind[0] < kind_count / 2 ? 0.9 : 0.1;
      const Index relation = rng.below(relation_count), yes = rng.uniform() < (ask == Ask::hinted   ? says_yes
                                                                               : ask == Ask::misled ? 1 - says_yes
                                                                                                    : 0.5);
      do place = rng.permutation(cells);  // until the answer is right and the two share neither row nor column
      while (holds(relation, place[0], place[1]) != yes || column_of(place[0]) == column_of(place[1]) ||
             row_of(place[0]) == row_of(place[1]));
      for (Index o = 0; o < shown; ++o) draw_cell(scenes.mutable_data() + (i * cells + place[o]) * cell_pixels, kind[o], rng);
      words.values[3 * i] = kind[0], words.values[3 * i + 1] = kind_count + relation, words.values[3 * i + 2] = kind[1];
      answers.values[i] = yes;
      first.push_back(place[0]), second.push_back(place[1]), unasked.push_back(place[2]);
    }
  }
};

}  // namespace
