#include "../exercise.h"

#include "captions.h"

Tensor cut(const Tensor& x, Index size) {
  const Index rows = x.size(0) / size, columns = x.size(1) / size;
  return reshape(permute(reshape(x, {rows, size, columns, size}), {0, 2, 1, 3}), {rows * columns, size * size});
}

double log_p_of(const Tensor& scores, const std::vector<Index>& words) {
  const Tensor log_p = log_softmax(scores);
  double sum = 0;
  for (Index t = 0; t < static_cast<Index>(words.size()); ++t) sum += log_p.at({t, words[t]});
  return sum;
}

Tensor without(const Tensor& picture, Index top, Index left, Index size) {
  const Tensor result = picture.clone();
  for (Index i = top; i < top + size; ++i)
    for (Index j = left; j < left + size; ++j) result.set({i, j}, 1);
  return result;
}

double share_in(const Tensor& map, Index top, Index left, Index height, Index width) {
  return sum(slice(slice(map, 0, top, top + height), 1, left, left + width)).item() / sum(map).item();
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: how many places") {
  const Captioner model(10, true, 1);
  check_equal("of 32 x 32", static_cast<double>(model.see(zeros({1, 32, 32, 3})).size(1)), 16);
  check_equal("without the third", static_cast<double>(model.second(model.first(zeros({1, 3, 32, 32}))).size(2)), 8);
  check_equal("cut into 8 x 8", static_cast<double>(cut(zeros({side, side}), 8).size(0)), 16);
}

TEST_CASE("answer 2: a name of three words") {
  check_equal("p", std::exp(std::log(0.9) + std::log(0.8) + std::log(0.5)), 0.36);
  check_equal("six words of 0.9", std::pow(0.9, 6), 0.531, 1e-3);
}

TEST_CASE("answer 3: without positions") {
  const Captioner model(10, true, 1);
  Rng rng(2);
  const Tensor x = model.see(rand({1, side, side, 3}, rng));
  const Tensor shuffled = unsqueeze(take_rows(select(x, 0, 0), rng.permutation(places)), 0);
  EvalMode no_dropout;
  const auto scores = [&](const Tensor& seen) {
    nn::DecoderState state = model.decoder.begin({model.norm(model.layer(seen)), {}, {}, {}});
    return model.decoder.logits(model.decoder(Indices{{2, 5}}, state).output);
  };
  check_equal("the scores of all words", scores(shuffled), scores(x), 1e-4);
}

TEST_CASE("answer 4: a map that knows nothing") { check_equal("weight of each place", 1.0 / places, 0.0625); }
