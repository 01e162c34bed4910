#pragma once
#include <qkv/io/resumable.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>

#include <map>
#include <set>

// Emoji and their names, a model that writes the name of a picture word by word, and what is asked of it.

using namespace qkv;

namespace {

constexpr Index side = 32, grid = 4, cell = side / grid, places = grid * grid;  // 4 x 4 places of 8 x 8 points
constexpr Index longest = 13;                                                   // words in a name
constexpr Index full_epochs = 30, full_width = 192;

using Words = std::vector<std::string>;

/// Pictures with names: to learn from, and held out. Of the pictures held out for the test, every word stands in some other name; those in
/// `strange` have a word that no other name has, so nobody could write it.
struct Captions {
  datasets::EmojiSet set;
  std::vector<Words> words;  // of each name
  std::vector<Index> train, test, strange;
  datasets::SentenceVocabulary vocabulary;  // of the words of the training names
};

/// With `few`, a tenth of the pictures to learn from and a fifth of those for the test.
Captions read_captions(bool few) {
  Captions captions;
  captions.set = datasets::emoji(side);
  const Index count = static_cast<Index>(captions.set.names.size()), held_out = count * 319 / 3655;
  std::map<std::string, Index> left;  // how often each word stands in names that are not held out
  for (const std::string& name : captions.set.names) {
    captions.words.push_back(datasets::words_of(name));
    for (const std::string& word : std::set<std::string>(captions.words.back().begin(), captions.words.back().end())) ++left[word];
  }
  Rng rng(2);
  for (Index i : rng.permutation(count)) {
    const std::set<std::string> words(captions.words[i].begin(), captions.words[i].end());
    const bool can_be_written = std::all_of(words.begin(), words.end(), [&](const std::string& word) { return left[word] > 1; });
    std::vector<Index>& held = can_be_written ? captions.test : captions.strange;
    if (static_cast<Index>(held.size()) >= (can_be_written ? held_out : held_out / 5)) {
      captions.train.push_back(i);
      continue;
    }
    held.push_back(i);
    for (const std::string& word : words) --left[word];
  }
  std::vector<std::string> texts;
  for (Index i : captions.train) texts.push_back(captions.set.names[i]);
  captions.vocabulary = datasets::SentenceVocabulary(texts, 5000);
  if (few) {
    captions.train.resize(captions.train.size() / 10);
    captions.test.resize(captions.test.size() / 5);
  }
  return captions;
}

/// Three convolutions, each with half as many places across and down; a layer of self-attention over the 16 places that are left; and the decoder
/// that also translates: a memory of 16 places, and a map over them for each word.
struct Captioner : nn::Module {
  Rng rng;
  nn::Conv2d first, second, third;
  nn::LearnedPosition position;
  nn::TransformerEncoderLayer layer;
  nn::LayerNorm norm;
  nn::Decoder decoder;

  Captioner(Index vocabulary, bool attention, std::uint64_t seed, Index width = full_width)
      : rng(seed),
        first(add_module("first", nn::Conv2d(3, 32, 3, rng, halving()))),
        second(add_module("second", nn::Conv2d(32, 64, 3, rng, halving()))),
        third(add_module("third", nn::Conv2d(64, width, 3, rng, halving()))),
        position(add_module("position", nn::LearnedPosition(places, width, rng))),
        layer(add_module("layer", nn::TransformerEncoderLayer(width, 4, 2 * width, rng, norm_first()))),
        norm(add_module("norm", nn::LayerNorm(width))),
        decoder(add_module("decoder", nn::Decoder(vocabulary, width, width, width, rng, with(attention)))) {}

  static nn::Conv2dOptions halving() {
    nn::Conv2dOptions options;
    options.stride = 2, options.padding = 1;
    return options;
  }
  static nn::TransformerOptions norm_first() {
    nn::TransformerOptions options;
    options.norm_first = true, options.dropout = 0.1;
    return options;
  }
  static nn::DecoderOptions with(bool attention) {
    nn::DecoderOptions options;
    options.attention = attention, options.dropout = 0.2;
    return options;
  }

  /// A vector for each place: pictures (B, side, side, 3) -> (B, 16, width), from left to right and from the top down.
  Tensor see(const Tensor& pictures) const {
    Tensor x = 2 * (1 - permute(pictures, {0, 3, 1, 2}));  // (B, 3, 32, 32); white is 0
    x = third(relu(second(relu(first(x)))));               // (B, width, 4, 4)
    return transpose(reshape(x, {x.size(0), x.size(1), places}));
  }
  nn::Memory look(const Tensor& pictures) const {
    nn::MultiheadMasks no_weights;
    no_weights.need_weights = false;
    return {norm(layer(position(see(pictures)), no_weights)), {}, {}, {}};
  }
};

/// Numbers of names, for teacher forcing.
datasets::TeacherForced names_of(const Captions& captions, const std::vector<Words>& names) {
  std::vector<std::vector<Index>> rows;
  for (const Words& name : names) rows.push_back(captions.vocabulary.numbers(name));
  return datasets::teacher_forced(rows);
}
std::vector<Words> right_names(const Captions& captions, const std::vector<Index>& which) {
  std::vector<Words> names;
  for (Index i : which) names.push_back(captions.words[i]);
  return names;
}

/// Trains on the pictures `which`, 32 a step. Ctrl-C saves in the file `saved`, if one is named.
void train(Captioner& model, const char* name, const Captions& captions, const std::vector<Index>& which, Index epochs, Rng& order,
           const std::string& saved = "") {
  const Index count = static_cast<Index>(which.size()), steps = epochs * datasets::Batches(count, 32).size();
  optim::AdamWOptions options;
  options.weight_decay = 0.1;
  const double lr = 0.15 / static_cast<double>(model.norm.weight.size());  // the wider, the smaller: 0.0008 for a width of 192
  optim::AdamW adam(model.parameters(), lr, options);
  optim::CosineWithWarmup schedule(lr, steps / 20, steps);
  show::Progress progress(steps, name);
  Index step = 0;
  for (io::Resumable run(saved, model, adam, order); run.next(epochs);) {
    step = run.step() * datasets::Batches(count, 32).size();
    for (const std::vector<Index>& rows : datasets::Batches(count, 32, order)) {
      std::vector<Index> pictures;
      for (Index row : rows) pictures.push_back(which[row]);
      const datasets::TeacherForced names = names_of(captions, right_names(captions, pictures));
      Tensor loss = model.decoder.loss(names.input, names.target, model.look(take_rows(captions.set.pictures, pictures)));
      adam.zero_grad();
      loss.backward();
      optim::clip_grad_norm(model.parameters(), 1);
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
  }
}

/// Names written word by word, each time the likeliest: pictures (B, ...) -> B names.
std::vector<Words> write(const Captioner& model, const Captions& captions, const Tensor& pictures) {
  NoGrad no_graph;
  EvalMode no_dropout;
  std::vector<Words> names;
  for (const std::vector<Index>& which : datasets::Batches(pictures.size(0), 200)) {
    nn::DecoderState state = model.decoder.begin(model.look(take_rows(pictures, which)));
    std::vector<std::vector<Index>> numbers(which.size());
    Indices last({static_cast<Index>(which.size()), 1}, std::vector<Index>(which.size(), datasets::SentenceVocabulary::start));
    for (Index step = 0; step <= longest; ++step) {
      last.values = argmax(select(model.decoder.logits(model.decoder(last, state).output), 1, 0)).values;
      for (std::size_t r = 0; r < which.size(); ++r) numbers[r].push_back(last.values[r]);
    }
    for (const std::vector<Index>& row : numbers) names.push_back(captions.vocabulary.words(row));
  }
  return names;
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

/// Does the name end in the same tone of skin twice? No emoji's does: of two people with the same tone, the name says it once.
bool tone_twice(const Words& name) {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(name.size());
  if (size == 0 || name.back() != "tone") return false;
  for (std::ptrdiff_t tone : {3, 4})  // "light skin tone", "medium light skin tone"
    if (size >= 2 * tone && std::equal(name.end() - tone, name.end(), name.end() - 2 * tone)) return true;
  return false;
}

/// Does the name say a tone of skin?
bool is_tone(const Captions& captions, Index i) { return captions.set.names[i].find("skin tone") != std::string::npos; }

/// The share of the pictures `which` whose names are right to the last word; of all, or of those with a tone of skin (1) or without (0).
double exact_of(const std::vector<Words>& names, const Captions& captions, const std::vector<Index>& which, int tone = -1) {
  double right = 0, count = 0;
  for (std::size_t n = 0; n < which.size(); ++n) {
    if (tone >= 0 && is_tone(captions, which[n]) != (tone == 1)) continue;
    ++count;
    right += names[n] == captions.words[which[n]];
  }
  return right / std::max(1.0, count);
}

/// log p of each word and of the end mark, told the words before it: pictures (B, ...) and names -> (B, T); and the maps (B, T, 16).
struct Told {
  Tensor log_p, maps;
};
Told told(const Captioner& model, const Captions& captions, const Tensor& pictures, const std::vector<Words>& names) {
  NoGrad no_graph;
  EvalMode no_dropout;
  const datasets::TeacherForced forced = names_of(captions, names);
  nn::DecoderState state = model.decoder.begin(model.look(pictures));
  const nn::Decoded decoded = model.decoder(forced.input, state);
  CrossEntropyOptions each;
  each.reduction = Reduction::none;
  return {-cross_entropy(transpose(model.decoder.logits(decoded.output)), forced.target, each), decoded.weights};
}

/// Whitens the 8 x 8 points of place j in the picture (side, side, 3) at row `row` of pictures.
void hide(const Tensor& pictures, Index row, Index j) {
  Scalar* to = pictures.mutable_data() + row * side * side * 3;
  const Index top = j / grid * cell, left = j % grid * cell;
  for (Index i = top; i < top + cell; ++i) std::fill(to + (i * side + left) * 3, to + (i * side + left + cell) * 3, Scalar{1});
}

/// What log p of a word loses, in the mean over all words of these names, when one place is hidden from it: the one with the most weight, a random
/// one, the one with the least.
struct Hidden {
  double most = 0, random = 0, least = 0;
};
Hidden hide_patches(const Captioner& model, const Captions& captions, const std::vector<Index>& which, Rng& rng) {
  Hidden lost;
  double words = 0;
  for (Index i : which) {
    const Tensor picture = take_rows(captions.set.pictures, {i});
    const Told whole = told(model, captions, picture, {captions.words[i]});
    const Index count = static_cast<Index>(captions.words[i].size());
    const Tensor maps = slice(select(whole.maps, 0, 0), 0, 0, count);
    const std::vector<std::vector<Index>> ways{argmax(maps).values, {}, argmin(maps).values};
    std::vector<Index> rows(3 * count, i);
    Tensor pictures = take_rows(captions.set.pictures, rows);
    for (Index way = 0; way < 3; ++way)
      for (Index t = 0; t < count; ++t) hide(pictures, way * count + t, way == 1 ? rng.below(places) : ways[way][t]);
    const Tensor log_p = told(model, captions, pictures, right_names(captions, rows)).log_p;
    for (Index t = 0; t < count; ++t, ++words) {
      lost.most += whole.log_p.at({0, t}) - log_p.at({t, t});
      lost.random += whole.log_p.at({0, t}) - log_p.at({count + t, t});
      lost.least += whole.log_p.at({0, t}) - log_p.at({2 * count + t, t});
    }
  }
  return {lost.most / words, lost.random / words, lost.least / words};
}

}  // namespace
