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

TEST_CASE("answer 1: how many patches") {
  const Tensor picture32 = zeros({1, side, side, 3});
  check_equal("a little over each other", static_cast<double>(patches_of(picture32).size(1)), 25);
  check_equal("beside each other", static_cast<double>(cut(zeros({side, side}), 8).size(0)), 16);
  check_equal("of four by four", static_cast<double>(cut(zeros({side, side}), 4).size(0)), 64);
}

TEST_CASE("answer 2: a name of three words") {
  check_equal("p", std::exp(std::log(0.9) + std::log(0.8) + std::log(0.5)), 0.36);
  check_equal("six words of 0.9", std::pow(0.9, 6), 0.531, 1e-3);
}

TEST_CASE("answer 3: without positions") {
  Captioner model(10, true, 1);
  Rng rng(2);
  const Tensor x = randn({1, 25, 128}, rng);
  std::vector<Index> order = rng.permutation(25);
  const Tensor shuffled = unsqueeze(take_rows(select(x, 0, 0), order), 0);
  EvalMode no_dropout;
  const auto names = [&](const Tensor& memory) {
    nn::MultiheadMasks all;
    Tensor seen = memory;
    for (const nn::TransformerEncoderLayer& layer : model.layers) seen = layer(seen, all);
    nn::DecoderState state = model.decoder.begin({model.norm(seen), {}, {}, {}});
    return model.decoder.logits(model.decoder(Indices{{2, 5}}, state).output);
  };
  check_equal("the scores of all words", names(shuffled), names(x), 1e-4);
}

TEST_CASE("answer 4: a map that knows nothing") { check_equal("weight of each patch", 1.0 / (grid * grid), 0.04); }
