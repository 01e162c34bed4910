#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// The words of a text in lower case: "GTK+ 3 Library" is gtk, 3, library. ASCII signs, blanks and whatever else is neither letter nor
/// digit separate words; characters beyond ASCII belong to words, unchanged.
std::vector<std::string> words_of(const std::string& text);

/// Fowler, Noll and Vo's hash FNV-1a: the same everywhere, as std::hash is not. It decides who is for the test.
std::uint64_t stable_hash(const std::string& text);

/// Words that have a number each. 0 is padding, which follows the end of a text; 1 is any word that is not in the vocabulary (unknown).
class Vocabulary {
 public:
  static constexpr Index padding = 0, unknown = 1;

  /// Padding and unknown only.
  Vocabulary() = default;
  /// The most frequent words of these texts, as many as fit: size() is at most `size`. Equally frequent words are taken in alphabetical
  /// order. Number 2 is the most frequent.  Throws Error if size < 2.
  Vocabulary(const std::vector<std::string>& texts, Integer size);

  Index size() const { return static_cast<Index>(words_.size()); }
  /// The number of a word (unknown, if it has none) / the word of a number: "" is padding, "?" unknown.  Throws Error if there is no such number.
  Index number(const std::string& word) const;
  const std::string& word(Integer number) const;
  /// (texts, length): the numbers of each text's first `length` words, then padding.  Throws Error if length < 1.
  Indices encode(const std::vector<std::string>& texts, Integer length) const;

 private:
  std::vector<std::string> words_ = {"", "?"};
  std::vector<Index> by_alphabet_;  // numbers from 2 on, in the order of their words
};

/// Texts and their labels.
struct TextSet {
  std::vector<std::string> texts;
  Indices tokens;  ///< (N, T) by Vocabulary::encode
  Indices labels;  ///< (N)
};

/// Hides padding: true where the number is padding, tokens (N, T) -> (N, T).
Mask padding_of(const Indices& tokens);

/// How much weight a word of the vocabulary gets where it occurs, as a multiple of its fair share: 1 / n in a text of n words.
struct WordWeight {
  Index word = 0, count = 0;  ///< its number, and how often it occurs
  double times_fair = 0;      ///< the mean over all its places
};

/// One for each word that comes up at least `least` times, the most weight first. weights, tokens (N, T); padding and unknown words are left out.
/// Throws Error if the shapes differ or a weight is not finite.
std::vector<WordWeight> word_weights(const Tensor& weights, const Indices& tokens, Integer least = 1);

/// How many words / how many texts and the shape of their tokens.
std::ostream& operator<<(std::ostream& out, const Vocabulary& vocabulary);
std::ostream& operator<<(std::ostream& out, const TextSet& set);

}  // namespace qkv::datasets
