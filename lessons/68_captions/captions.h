#pragma once
#include <qkv/io/resumable.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <set>

// Emoji and their names, a model that writes the name of a picture word by word, and what is asked of it.

using namespace qkv;

namespace {

constexpr Index side = 32, patch = 8, stride = 4, grid = (side - patch) / stride + 1;  // 7 x 7 patches of 8 x 8, each half over the next
constexpr Index longest = 13;                                                          // words in a name

using Words = std::vector<std::string>;

/// Pictures with names; every eleventh is held out.
struct Captions {
  datasets::EmojiSet set;
  std::vector<Words> words;                 // of each name
  std::vector<Index> train, test;           // which pictures
  datasets::SentenceVocabulary vocabulary;  // of the words of the training names
};

Captions read_captions(Index limit, std::uint64_t seed) {
  Captions captions;
  captions.set = datasets::emoji(side, limit);
  const Index count = static_cast<Index>(captions.set.names.size());
  std::vector<std::string> texts;
  for (const std::string& name : captions.set.names) captions.words.push_back(datasets::words_of(name));
  Rng rng(seed);
  datasets::Split split = datasets::split(count, 1.0 / 11.46, rng);  // 319 of 3,655
  captions.train = split.train;
  captions.test = split.validation;
  for (Index i : captions.train) texts.push_back(captions.set.names[i]);
  captions.vocabulary = datasets::SentenceVocabulary(texts, 5000);
  return captions;
}

/// Patches as rows of numbers: pictures (B, side, side, 3) -> (B, 49, 3 * 8 * 8), from left to right and from the top down.
Tensor patches_of(const Tensor& pictures) { return transpose(unfold(permute(pictures, {0, 3, 1, 2}), patch, 1, 0, stride)); }

/// The same pictures, each moved by up to two pixels, white coming in: a model that is to know a picture anywhere should see it so.
Tensor moved(const Tensor& pictures, Rng& rng) {
  Tensor result = ones(pictures.shape());
  const Index rows = pictures.size(0);
  const Scalar* from = pictures.data();
  Scalar* to = result.mutable_data();
  for (Index r = 0; r < rows; ++r) {
    const Index down = rng.below(5) - 2, right = rng.below(5) - 2;
    for (Index i = std::max<Index>(0, down); i < std::min(side, side + down); ++i) {
      const Index first = std::max<Index>(0, right), end = std::min(side, side + right);
      std::copy(from + ((r * side + i - down) * side + first - right) * 3, from + ((r * side + i - down) * side + end - right) * 3,
                to + ((r * side + i) * side + first) * 3);
    }
  }
  return result;
}

/// Patches, two layers of self-attention over them, and the decoder that also translates: a memory of 49 places, and a map over them for each
/// word.
struct Captioner : nn::Module {
  Rng rng;
  nn::Linear in;
  nn::LearnedPosition position;
  nn::Dropout drop;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::LayerNorm norm;
  nn::Decoder decoder;

  Captioner(Index vocabulary, bool attention, std::uint64_t seed, Index width = 128)
      : rng(seed),
        in(add_module("in", nn::Linear(3 * patch * patch, width, rng))),
        position(add_module("position", nn::LearnedPosition(grid * grid, width, rng))),
        drop(0.1, rng),
        norm(add_module("norm", nn::LayerNorm(width))),
        decoder(add_module("decoder", nn::Decoder(vocabulary, width, width, width, rng, options(attention)))) {
    nn::TransformerOptions inside;
    inside.norm_first = true;
    inside.dropout = 0.1;
    for (int i = 0; i < 2; ++i)
      layers.push_back(add_module("layers." + std::to_string(i), nn::TransformerEncoderLayer(width, 4, 2 * width, rng, inside)));
  }
  static nn::DecoderOptions options(bool attention) {
    nn::DecoderOptions chosen;
    chosen.attention = attention;
    chosen.dropout = 0.2;
    return chosen;
  }

  nn::Memory look(const Tensor& pictures) const {
    Tensor x = position(in(patches_of(pictures) * 2 - 1));  // (B, 49, width)
    nn::MultiheadMasks no_weights;
    no_weights.need_weights = false;
    for (const nn::TransformerEncoderLayer& layer : layers) x = layer(x, no_weights);
    return {norm(x), {}, {}, {}};
  }
};

/// Numbers of names, for teacher forcing.
datasets::TeacherForced names_of(const Captions& captions, const std::vector<Index>& which) {
  std::vector<std::vector<Index>> rows;
  for (Index i : which) rows.push_back(captions.vocabulary.numbers(captions.words[i]));
  return datasets::teacher_forced(rows);
}

/// Trains on the pictures `which`, 64 a step. Ctrl-C saves in the file `saved`, if one is named.
void train(Captioner& model, const char* name, const Captions& captions, const std::vector<Index>& which, Index epochs, Rng& order,
           const std::string& saved = "") {
  const Index count = static_cast<Index>(which.size()), steps = epochs * datasets::Batches(count, 64).size();
  optim::AdamW adam(model.parameters(), 0.002);
  optim::CosineWithWarmup schedule(0.002, steps / 20, steps);
  show::Progress progress(steps, name);
  Index step = 0;
  for (io::Resumable run(saved, model, adam, order); run.next(epochs);) {
    step = run.step() * datasets::Batches(count, 64).size();
    for (const std::vector<Index>& places : datasets::Batches(count, 64, order)) {
      std::vector<Index> pictures;
      for (Index place : places) pictures.push_back(which[place]);
      const datasets::TeacherForced names = names_of(captions, pictures);
      Tensor loss =
          model.decoder.loss(names.input, names.target, model.look(moved(datasets::rows(captions.set.pictures, pictures), order)));
      adam.zero_grad();
      loss.backward();
      optim::clip_grad_norm(model.parameters(), 1);
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
  }
}

/// Names written word by word, each time the likeliest, and with attention the map of each word (steps, 49).
struct Written {
  std::vector<Words> names;
  std::vector<Tensor> maps;
};
Written write(const Captioner& model, const Captions& captions, const Tensor& pictures) {
  NoGrad no_graph;
  EvalMode no_dropout;
  Written written;
  for (const std::vector<Index>& which : datasets::Batches(pictures.size(0), 200)) {
    const Index rows = static_cast<Index>(which.size());
    nn::DecoderState state = model.decoder.begin(model.look(datasets::rows(pictures, which)));
    std::vector<std::vector<Index>> numbers(rows);
    Tensors maps;
    Indices last({rows, 1}, std::vector<Index>(rows, datasets::SentenceVocabulary::start));
    for (Index step = 0; step <= longest; ++step) {
      const nn::Decoded decoded = model.decoder(last, state);
      last.values = argmax(select(model.decoder.logits(decoded.output), 1, 0)).values;
      for (Index r = 0; r < rows; ++r) numbers[r].push_back(last.values[r]);
      if (decoded.weights.defined()) maps.push_back(decoded.weights);
    }
    for (Index r = 0; r < rows; ++r) {
      written.names.push_back(captions.vocabulary.words(numbers[r]));
      if (!maps.empty()) written.maps.push_back(select(concat(maps, 1), 0, r));
    }
  }
  return written;
}

/// The old way: the name of the training picture that is nearest, pixel by pixel.
std::vector<Words> nearest(const Captions& captions, const std::vector<Index>& which) {
  std::vector<Words> names;
  const Index size = side * side * 3;
  const Scalar* all = captions.set.pictures.data();
  for (Index i : which) {
    double least = infinity;
    Index best = captions.train[0];
    for (Index j : captions.train) {
      Scalar square = 0;
      for (Index k = 0; k < size; ++k) square += (all[i * size + k] - all[j * size + k]) * (all[i * size + k] - all[j * size + k]);
      if (square < least) least = square, best = j;
    }
    names.push_back(captions.words[best]);
  }
  return names;
}

/// What kind of name: one that differs from a name seen by its tone of skin alone, a flag, another made of words that were all seen, or one with
/// a word never seen.
enum class Kind { tone, flag, known_words, new_word };
const std::vector<std::string> kind_names{"skin tone", "flag", "other, all words seen", "with a word never seen"};

Kind kind_of(const Captions& captions, Index i) {
  const std::string& name = captions.set.names[i];
  if (!captions.vocabulary.unknown_of(captions.words[i]).empty()) return Kind::new_word;
  if (name.find("skin tone") != std::string::npos) return Kind::tone;
  if (name.find("flag: ") == 0) return Kind::flag;
  return Kind::known_words;
}

/// The share of the test pictures of a kind (-1: of all) whose names are right to the last word.
double exact_of(const std::vector<Words>& names, const Captions& captions, int kind = -1) {
  double right = 0, count = 0;
  for (std::size_t n = 0; n < captions.test.size(); ++n) {
    const Index i = captions.test[n];
    if (kind >= 0 && static_cast<int>(kind_of(captions, i)) != kind) continue;
    ++count;
    right += names[n] == captions.words[i];
  }
  return right / std::max(1.0, count);
}

/// log p of each word and of the end mark, told the words before it: pictures (B, ...) and their names -> (B, T); and the maps (B, T, 49).
struct Told {
  Tensor log_p, maps;
};
Told told(const Captioner& model, const Captions& captions, const Tensor& pictures, const std::vector<Index>& which) {
  NoGrad no_graph;
  EvalMode no_dropout;
  const datasets::TeacherForced names = names_of(captions, which);
  nn::DecoderState state = model.decoder.begin(model.look(pictures));
  const nn::Decoded decoded = model.decoder(names.input, state);
  CrossEntropyOptions each;
  each.reduction = Reduction::none;
  return {-cross_entropy(transpose(model.decoder.logits(decoded.output)), names.target, each), decoded.weights};
}

/// Whitens patch j of a picture (side, side, 3) that lies at row `row` of pictures.
void hide(const Tensor& pictures, Index row, Index j) {
  Scalar* to = pictures.mutable_data() + row * side * side * 3;
  const Index top = j / grid * stride, left = j % grid * stride;
  for (Index i = top; i < top + patch; ++i) std::fill(to + (i * side + left) * 3, to + (i * side + left + patch) * 3, Scalar{1});
}

/// What log p of a word loses, in the mean over all words of these names, when one patch is hidden from it: the one with the most weight, a random
/// one, the one with the least.
struct Hidden {
  double most = 0, random = 0, least = 0;
};
Hidden hide_patches(const Captioner& model, const Captions& captions, const std::vector<Index>& which, Rng& rng) {
  Hidden lost;
  double words = 0;
  for (Index i : which) {
    const Tensor picture = datasets::rows(captions.set.pictures, {i});
    const Told whole = told(model, captions, picture, {i});
    const Index count = static_cast<Index>(captions.words[i].size());
    const Tensor maps = slice(select(whole.maps, 0, 0), 0, 0, count);
    const std::vector<std::vector<Index>> ways{argmax(maps).values, {}, argmin(maps).values};
    std::vector<Index> rows(3 * count, i);
    Tensor pictures = datasets::rows(captions.set.pictures, rows);
    for (Index way = 0; way < 3; ++way)
      for (Index t = 0; t < count; ++t) hide(pictures, way * count + t, way == 1 ? rng.below(grid * grid) : ways[way][t]);
    const Tensor log_p = told(model, captions, pictures, rows).log_p;
    for (Index t = 0; t < count; ++t, ++words) {
      lost.most += whole.log_p.at({0, t}) - log_p.at({t, t});
      lost.random += whole.log_p.at({0, t}) - log_p.at({count + t, t});
      lost.least += whole.log_p.at({0, t}) - log_p.at({2 * count + t, t});
    }
  }
  return {lost.most / words, lost.random / words, lost.least / words};
}

}  // namespace
