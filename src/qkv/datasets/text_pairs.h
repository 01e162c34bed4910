#pragma once
#include <qkv/tensor/rng.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace qkv::datasets {

/// A text, what should be written for it, and the group that both come from: two pairs of one group may be nearly the same.
struct TextPair {
  std::string group, from, to;
};

/// The lines of such a file: group, from and to, with tabs between them.  Throws Error, naming the line, where there are not three parts, one
/// is empty, or the line is longer than 64 KiB.
std::vector<TextPair> read_text_pairs(const std::string& lines);

/// Pairs to learn from and pairs to be tested on.
struct TextPairs {
  std::vector<TextPair> train, test;
  std::string source;      ///< where they come from, in words to be printed
  bool generated = false;  ///< made up by the program
};

/// A hash of the group's name puts about one group in `one_in` into the test set, whole: no pair is tested whose near-copy was learned from.
/// `part`, 0 to one_in - 1, says which: settings are chosen on one part, and tried on another that had no say in them.
/// Throws Error unless one_in >= 2, 0 <= part < one_in and neither side stays empty.
TextPairs split_by_group(const std::vector<TextPair>& pairs, Integer one_in, Integer part = 0);

/// One-line descriptions of Debian's packages, English to French, without those that hold no word. About a tenth of the source packages are
/// for the test. `make` fetches them (data/descriptions); without them made-up ones take their place, `generated` is set, and `source` tells:
///     French descriptions: the list is not installed; using 4,000 made-up ones instead (data/descriptions fetches it)
/// Throws Error if the file is there but damaged or longer than 64 MiB.
TextPairs french_descriptions();
/// The same, from a package's long description (its first 60 words) to its one-line description.
TextPairs package_summaries();

/// `count` made-up descriptions in English and French: about a dozen patterns, in which nouns and adjectives change their order. Every eighth
/// holds a name that no vocabulary knows. / Made-up packages described in two or three sentences, and in one line.
/// Throw Error if count is negative.
std::vector<TextPair> made_up_translations(Integer count, Rng& rng);
std::vector<TextPair> made_up_summaries(Integer count, Rng& rng);

/// Group, from and to / numbers of pairs, and the source.
std::ostream& operator<<(std::ostream& out, const TextPair& pair);
std::ostream& operator<<(std::ostream& out, const TextPairs& pairs);

}  // namespace qkv::datasets
