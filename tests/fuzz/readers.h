#pragma once
#include "seeds.h"

#include <qkv/datasets/baskets.h>
#include <qkv/datasets/characters.h>
#include <qkv/datasets/emoji.h>
#include <qkv/datasets/idx.h>
#include <qkv/datasets/package_text.h>
#include <qkv/datasets/sentences.h>
#include <qkv/datasets/sound.h>
#include <qkv/datasets/text_pairs.h>
#include <qkv/io/event_file.h>
#include <qkv/io/file.h>
#include <qkv/io/records.h>
#include <qkv/io/weights.h>
#include <qkv/tensor/check.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <cstdio>

// Everything in qkv that reads files of strangers. Whatever the bytes are: a sound result or an Error, nothing else.

namespace fuzz {

struct Reader {
  const char* name;
  void (*read)(const std::string& path);
  Seeds (*seeds)();
  std::string (*mend)(std::string bytes);  ///< what is done to an input first, so that a change gets past a check of lengths or sums
};

inline std::string as_is(std::string bytes) { return bytes; }
inline std::string with_length(std::string bytes) { return right_length(bytes); }

template <class Read>
void attempt(Read read) {
  try {
    read();
  } catch (const qkv::Error&) {
    // refused, which is as good as read
  }
}

inline void read_safetensors(const std::string& path) {
  qkv::io::Safetensors file(path);
  for (const std::string& name : file.names()) {
    attempt([&] { file.tensor(name); });
    attempt([&] { file.indices(name); });
    attempt([&] { file.mask(name); });
  }
  Model model;
  attempt([&] { qkv::io::load_weights(model, file, qkv::io::find_prefix(model, file)); });
}

inline void read_records(const std::string& path) {
  const qkv::io::Records read = qkv::io::read_records(path);
  std::string again;
  for (const std::string& record : read.records) again += qkv::io::framed(record);
  const std::string file = qkv::io::read_file(path, "fuzz: ");
  if (file.compare(0, again.size(), again) != 0 || read.cut_off != (again.size() < file.size()))
    throw std::logic_error("records: not what was read");
}

inline void read_events(const std::string& path) {
  for (const qkv::io::Curve& curve : qkv::io::read_scalars(path))
    if (curve.steps.empty() || curve.steps.size() != curve.values.size()) throw std::logic_error("events: steps and values differ");
}

inline void read_npy(const std::string& path) {
  attempt([&] { qkv::io::load_npy(path); });
  attempt([&] { qkv::io::load_npy_indices(path); });
  attempt([&] { qkv::io::load_npy_mask(path); });
}

inline void read_idx(const std::string& path) {
  qkv::datasets::IdxArray array = qkv::datasets::load_idx(path);
  if (array.shape.count() != static_cast<qkv::Index>(array.values.size())) throw std::logic_error("idx: shape and values differ");
}

inline void read_png(const std::string& path) {
  qkv::Tensor image = qkv::datasets::read_image(path);
  for (qkv::Index i = 0; i < image.size(); ++i)
    if (!(image.data()[i] >= 0 && image.data()[i] <= 1)) throw std::logic_error("png: a number outside [0, 1]");
}

inline void read_sound(const std::string& path) {
#if __has_include(<sndfile.h>)
  qkv::datasets::Sound sound = qkv::datasets::read_sound(path);
  for (qkv::Index i = 0; i < sound.samples.size(); ++i)
    if (!(sound.samples.data()[i] >= -1 && sound.samples.data()[i] <= 1)) throw std::logic_error("sound: a number outside [-1, 1]");
#else
  (void)path;
#endif
}

inline void read_emoji(const std::string& path) {
  const std::string bytes = qkv::io::read_file(path, "fuzz: ");
  attempt([&] { qkv::datasets::read_emoji_names(bytes); });
  attempt([&] { qkv::datasets::read_ligatures(bytes); });
}

/// What is refused must change nothing; what is accepted must let the training go on.
inline void read_checkpoint(const std::string& path) {
  Model model;
  std::string rng = model.rng.state();
  try {
    if (qkv::io::load_checkpoint(path, model, model.sgd, model.rng) < 0) throw std::logic_error("checkpoint: a negative step");
    model.rng.below(3);
    model.sgd.step();
  } catch (const qkv::Error&) {
    if (model.w.at({0}) != 1 || model.b.at({0, 2}) != 1 || model.sgd.lr != 0.1 || model.rng.state() != rng)
      throw std::logic_error("checkpoint: refused, and yet something was changed");
  }
}

inline void read_text(const std::string& path) {
  std::string text = qkv::io::read_file(path, "fuzz: ");
  std::vector<qkv::datasets::Package> packages = qkv::datasets::read_packages(text);
  qkv::datasets::Vocabulary vocabulary({text, "the attention"}, 20);
  vocabulary.encode({text}, 9);
  qkv::datasets::Characters characters(text, 30);
  if (characters.encode(characters.decode(characters.encode(text))) != characters.encode(text))
    throw std::logic_error("characters: not what was read");
  qkv::datasets::PackageTextOptions options;
  options.classes = 1;
  attempt([&] { qkv::datasets::package_text(packages, options); });
  qkv::datasets::BasketOptions any;
  any.least = any.smallest = 1;
  attempt([&] { qkv::datasets::package_baskets(packages, any); });
}

inline void read_pairs(const std::string& path) {
  const std::vector<qkv::datasets::TextPair> pairs = qkv::datasets::read_text_pairs(qkv::io::read_file(path, "fuzz: "));
  attempt([&] { qkv::datasets::split_by_group(pairs, 2); });
  std::vector<std::string> from, to;
  for (const qkv::datasets::TextPair& pair : pairs) from.push_back(pair.from), to.push_back(pair.to);
  if (pairs.empty()) return;
  const qkv::datasets::SentenceVocabulary words(from, 12);
  const qkv::datasets::SentenceBatch batch = qkv::datasets::SentencePairs(from, to, words, words, 9, 9).batch({0});
  if (batch.source.shape != batch.copied.shape || batch.input.shape != batch.target.shape) throw std::logic_error("pairs: shapes differ");
}

inline const std::vector<Reader>& readers() {
  static const std::vector<Reader> all = {
      {"safetensors", read_safetensors, safetensors_seeds, as_is},
      {"safetensors-header", read_safetensors, [] { return without_length(safetensors_seeds()); }, with_length},
      {"checkpoint", read_checkpoint, [] { return without_length(checkpoint_seeds()); }, with_length},
      {"npy", read_npy, npy_seeds, as_is},
      {"idx", read_idx, idx_seeds, as_is},
      {"idx-gzip", read_idx, plain_idx_seeds, right_gzip},
      {"png", read_png, png_seeds, as_is},
      {"png-checksums", read_png, png_seeds, right_checksums},
      {"png-pixels", read_png, pixel_seeds, right_png},
      {"sound", read_sound, sound_seeds, as_is},
      {"emoji", read_emoji, emoji_seeds, as_is},
      {"records", read_records, event_seeds, as_is},
      {"events", read_events, whole_event_seeds, right_records},
      {"text", read_text, text_seeds, as_is},
      {"pairs", read_pairs, pair_seeds, as_is},
  };
  return all;
}

/// Where inputs are written. On Linux a file in memory, for file systems take long over a file that is emptied and written again.
inline std::string input_path(const std::string& otherwise) {
#ifdef __linux__
  int file = ::memfd_create("input", MFD_CLOEXEC);
  if (file >= 0) return "/proc/self/fd/" + std::to_string(file);
#endif
  return otherwise;
}

/// Writes the bytes to `path` and lets the reader have them. Anything but a sound result or an Error leaves this function.
inline void feed(const Reader& reader, const std::string& bytes, const std::string& path) {
  std::string mended = reader.mend(bytes);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file || std::fwrite(mended.data(), 1, mended.size(), file) != mended.size() || std::fclose(file) != 0)
    throw std::runtime_error("cannot write " + path);
  attempt([&] { reader.read(path); });
}

}  // namespace fuzz
