#include "../exercise.h"

#include "classifiers.h"
#include "scenes.h"

namespace solution {

Tensor patches_of(const Tensor& picture, Index p) {
  const Index down = picture.size(0) / p, along = picture.size(1) / p;
  return reshape(permute(reshape(picture, {down, p, along, p}), {0, 2, 1, 3}), {down * along, p * p});
}

Mask hide_most(const Tensor& weights) {
  const Indices most = argmax(weights, -1);
  const Index patches = weights.size(1);
  Mask mask(weights.shape(), std::vector<std::uint8_t>(weights.size()));
  for (Index b = 0; b < weights.size(0); ++b) mask.hidden[b * patches + most.values[b]] = 1;
  return mask;
}

struct Corners {
  double left, top, right, bottom;
};

double overlap(const Corners& a, const Corners& b) {
  const double wide = std::min(a.right, b.right) - std::max(a.left, b.left), high = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const double both = std::max(wide, 0.0) * std::max(high, 0.0);
  const auto area = [](const Corners& c) { return (c.right - c.left) * (c.bottom - c.top); };
  return both / (area(a) + area(b) - both);
}

double average_precision(const std::vector<bool>& right, Index positives) {
  double total = 0, so_far = 0;
  for (std::size_t i = 0; i < right.size(); ++i)
    if (right[i]) total += ++so_far / static_cast<double>(i + 1);
  return total / static_cast<double>(positives);
}

#include "exercise_checks.h"

}  // namespace solution

// ---- The numbers in the page's answers

TEST_CASE("answer 1: smaller patches") {
  const Tensor picture = zeros({28, 28});
  check_true("patches of 7", solution::patches_of(picture, 7).shape() == Shape{16, 49}, "be 16 of 49 pixels");
  check_true("patches of 4", solution::patches_of(picture, 4).shape() == Shape{49, 16}, "be 49 of 16 pixels");
  check_equal("pairs with the class token", 50.0 * 50 / (17 * 17), 8.651, 1e-3);
}

TEST_CASE("answer 2: patches in another order") {
  Rng rng(3);
  const Patches model(16, 2, rng);
  const Tensor picture = rand({1, 28, 28}, rng);
  Tensor words = solution::patches_of(select(picture, 0, 0), 7);
  const std::vector<Index> order = rng.permutation(16);
  std::vector<Index> with_token{0};
  for (Index place : order) with_token.push_back(place + 1);
  const Tensor shuffled = reshape(permute(reshape(take_rows(words, order), {4, 4, 7, 7}), {0, 2, 1, 3}), {1, 28, 28});
  const Tensor before = model(picture).detach(), moved = model(shuffled).detach();
  check_true("the answer to the shuffled picture", max(abs(before - moved)).item() > 1e-4, "be another one");
  model.positions.weight.copy_from(take_rows(model.positions.weight.clone(), with_token));
  check_equal("with the positions shuffled alike", model(shuffled), before);
}

TEST_CASE("answer 3: how far off a box may be") {
  const Box box{10, 10, 8, 8};
  check_equal("by 8 / 3 along one axis", overlap(box, {10 + 8.0 / 3, 10, 8, 8}), 0.5);
  check_equal("the half of the area shared", overlap(box, {14, 10, 8, 8}), 1.0 / 3);
  check_equal("by 1.5 along both", overlap(box, {11.5, 11.5, 8, 8}), 0.4927);
}

TEST_CASE("answer 4: the order of the list") {
  check_equal("right, right, wrong", solution::average_precision({true, true, false}, 2), 1);
  check_equal("wrong, right, right", solution::average_precision({false, true, true}, 2), 0.5833);
}

TEST_CASE("answer 5: what a mean hides") {
  check_equal("missed in all", 0.98 * 0.2 + 0.02, 0.216);
  check_equal("mean of the kinds' AP", (5 * 0.8 + 0.0) / 6, 0.6667);
}
