#pragma once
#include "questions.h"

// Six ways to answer a question about a scene. All read words and cells alike; they differ in how the two meet.

namespace {

enum class Meet { words_only, scene_only, two_means, side_by_side, cross, joint };
const std::vector<std::pair<Meet, std::string>> ways{
    {Meet::words_only, "the question alone"}, {Meet::scene_only, "the scene alone"},
    {Meet::two_means, "two means"},           {Meet::side_by_side, "words and cells side by side"},
    {Meet::cross, "cross-attention"},         {Meet::joint, "self-attention over both"}};

struct Answerer : nn::Module {
  static constexpr Index d = 32;
  Meet meet;
  bool with_places;
  nn::Embedding word;
  nn::Linear cell;
  nn::LearnedPosition word_place, cell_place;
  nn::MultiheadAttention attention;
  nn::Linear join, answer;

  /// All learn about as many numbers, but for cells side by side, which learn twice as many. The cells start with larger vectors than a layer's
  /// usual ones: with those none of the six learns anything in this time.
  Answerer(Meet meet_, Rng& rng, bool with_places_ = true)
      : meet(meet_),
        with_places(with_places_),
        word(word_count, d, rng),
        cell(cell_pixels, d, rng),
        word_place(3, d, rng),
        cell_place(cells, d, rng),
        attention(d, 1, rng),
        join(attends()                 ? 3 * d
             : meet == Meet::two_means ? 2 * d
                                       : (3 + cells) * d,
             attends()                 ? 64
             : meet == Meet::two_means ? 160
                                       : 64,
             rng),
        answer(join.weight.size(0), 2, rng) {
    adopt("word", word), adopt("cell", cell), adopt("word_place", word_place), adopt("cell_place", cell_place);
    if (attends()) adopt("attention", attention);
    cell_place.weight.copy_from(randn({cells, d}, rng));
    cell.weight.copy_from(randn({d, cell_pixels}, rng) * 0.3);
    adopt("join", join), adopt("answer", answer);
  }
  bool attends() const { return meet == Meet::cross || meet == Meet::joint; }

  Tensor read_words(const Indices& words) const { return relu(word_place(word(words))); }                                // (B, 3, d)
  Tensor read_scene(const Tensor& scenes) const { return relu(with_places ? cell_place(cell(scenes)) : cell(scenes)); }  // (B, 9, d)

  /// What the words took from the scene, and with which weights.
  Attended look(const Tensor& words, const Tensor& scene) const {
    if (meet == Meet::cross) return attention(words, scene, scene);  // queries: words; keys and values: cells
    return attention(words, concat({words, scene}, 1), concat({words, scene}, 1));
  }
  Tensor operator()(const Indices& question, const Tensor& scenes) const {
    Tensor words = read_words(question), scene = read_scene(scenes);
    if (meet == Meet::words_only) scene = scene * 0;
    if (meet == Meet::scene_only) words = words * 0;
    Tensor all;
    if (attends()) all = reshape(words + look(words, scene).output, {-1, 3 * d});
    else if (meet == Meet::two_means) all = concat({mean(words, 1), mean(scene, 1)}, 1);
    else all = reshape(concat({words, scene}, 1), {-1, (3 + cells) * d});
    return answer(relu(join(all)));
  }
};

inline Answerer trained(Meet meet, Ask ask, Index steps, bool with_places, std::uint64_t seed) {
  Rng rng(seed), scenes(seed + 1000);
  Answerer model(meet, rng, with_places);
  optim::Adam adam(model.parameters(), 3e-3);
  const optim::CosineWithWarmup schedule(3e-3, 100, steps);
  for (Index step = 0; step < steps; ++step) {
    const Questions batch(64, ask, scenes);  // never the same scene twice
    Tensor loss = cross_entropy(model(batch.words, batch.scenes), batch.answers);
    adam.zero_grad();
    loss.backward();
    adam.lr = schedule.lr(step);
    adam.step();
  }
  return model;
}

}  // namespace
