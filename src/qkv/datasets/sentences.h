#pragma once
#include <qkv/datasets/text.h>
#include <qkv/tensor/rng.h>

// Sentences as numbers, for a model that reads one and writes another.

namespace qkv::datasets {

/// Words that are read and written one after another: a Vocabulary with two more marks. 0 is padding, 1 an unknown word, 2 the start of a
/// sentence, 3 its end; the words follow, the most frequent first.
///
/// A writer may also copy words that have no number. In the company of a source sentence, its unknown words get the numbers from size() on,
/// in the order in which they come: these hold for that sentence only.  See et al. 2017, §2.2.
class SentenceVocabulary {
 public:
  static constexpr Index padding = 0, unknown = 1, start = 2, end = 3;

  /// The four marks only.
  SentenceVocabulary() = default;
  /// The most frequent words of these texts (words_of), so that size() is at most `size`.  Throws Error if size < 4.
  SentenceVocabulary(const std::vector<std::string>& texts, Integer size);

  Index size() const { return words_.size() + 2; }
  /// The number of a word (unknown, if it has none) / the word of a number: "" for padding, start and end, "?" for unknown.
  /// Throws Error if there is no such number.
  Index number(const std::string& word) const;
  const std::string& word(Integer number) const;

  /// Those of the words that have no number, each once, in the order in which they come.
  std::vector<std::string> unknown_of(const std::vector<std::string>& words) const;
  /// A number for each word; the i-th of `unknown_words` gets size() + i.
  std::vector<Index> numbers(const std::vector<std::string>& words, const std::vector<std::string>& unknown_words = {}) const;
  /// The words that these numbers stand for, up to the first end mark, without padding and start.
  /// Throws Error if a number is neither one of the vocabulary nor of the unknown words.
  std::vector<std::string> words(const std::vector<Index>& numbers, const std::vector<std::string>& unknown_words = {}) const;

 private:
  Vocabulary words_;
};

/// "a fast editor": the words with blanks between them.
std::string joined(const std::vector<std::string>& words);

/// Rows of different lengths as a table, padding (0) behind the shorter ones: (rows, the longest length, at least 1).
Indices padded(const std::vector<std::vector<Index>>& rows);

/// What a decoder reads and what it should write, under teacher forcing: the right word is read, whatever the decoder wrote.
///
///     input    start  w1  w2  w3        (B, T), T = 1 + the longest row
///     target   w1     w2  w3  end       padding behind both
struct TeacherForced {
  Indices input, target;
};
TeacherForced teacher_forced(const std::vector<std::vector<Index>>& rows);

/// A batch of sentences, and what is to be written for each. All (B, ...).
struct SentenceBatch {
  Indices source;         ///< (B, S), in the numbers of the vocabulary that is read
  Mask padding;           ///< (B, S): true behind the end of a source
  Indices copied;         ///< (B, S): the same words in the numbers of the vocabulary that is written, its unknown ones from its size() on
  Indices input, target;  ///< (B, T): teacher_forced()
};

/// Pairs of a sentence to read and a sentence to write, as words and as numbers.
class SentencePairs {
 public:
  /// The first `longest_read` and `longest_written` words of each.  Throws Error if there are not as many written as read, a length is below
  /// 1 or a sentence to read has no words.
  SentencePairs(const std::vector<std::string>& read, const std::vector<std::string>& written, const SentenceVocabulary& reads,
                const SentenceVocabulary& writes, Integer longest_read, Integer longest_written);

  Index size() const { return static_cast<Index>(read_.size()); }
  /// The words of pair i.  Throw Error if there is none.
  const std::vector<std::string>& read(Integer i) const { return read_[checked(i)]; }
  const std::vector<std::string>& written(Integer i) const { return written_[checked(i)]; }
  /// The words of all pairs, in order: what is read / what is written, which a translation is compared with.
  const std::vector<std::vector<std::string>>& sources() const { return read_; }
  const std::vector<std::vector<std::string>>& references() const { return written_; }
  /// How many words each sentence to read has.
  std::vector<Index> lengths() const;
  /// These pairs.  Throws Error if there is no such pair or none is asked for.
  SentenceBatch batch(const std::vector<Index>& which) const;
  /// The words that a decoder wrote for pair i.
  std::vector<std::string> words(const std::vector<Index>& numbers, Integer i) const {
    return writes_.words(numbers, unknown_[checked(i)]);
  }

 private:
  std::size_t checked(Index i) const;

  SentenceVocabulary writes_;
  std::vector<std::vector<std::string>> read_, written_, unknown_;
  std::vector<std::vector<Index>> source_, copied_, target_;
};

/// The size / how many pairs.
std::ostream& operator<<(std::ostream& out, const SentenceVocabulary& vocabulary);
std::ostream& operator<<(std::ostream& out, const SentencePairs& pairs);

}  // namespace qkv::datasets
