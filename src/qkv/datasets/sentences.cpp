#include <qkv/datasets/sentences.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <ostream>

namespace qkv::datasets {
namespace {

constexpr Index marks = 2;  // what a SentenceVocabulary has more than a Vocabulary, whose padding and unknown keep their numbers

/// The first `most` words of a text.
std::vector<std::string> first_words(const std::string& text, Index most) {
  std::vector<std::string> words = words_of(text);
  if (static_cast<Index>(words.size()) > most) words.resize(static_cast<std::size_t>(most));
  return words;
}

std::vector<std::vector<Index>> chosen(const std::vector<std::vector<Index>>& rows, const std::vector<Index>& which) {
  std::vector<std::vector<Index>> result;
  result.reserve(which.size());
  for (Index row : which) result.push_back(rows[static_cast<std::size_t>(row)]);
  return result;
}

}  // namespace

SentenceVocabulary::SentenceVocabulary(const std::vector<std::string>& texts, Integer size) {
  require(size >= 4, "SentenceVocabulary: size ", size, ": must be at least 4, for padding, unknown words, start and end");
  words_ = Vocabulary(texts, size - marks);
}

Index SentenceVocabulary::number(const std::string& word) const {
  const Index n = words_.number(word);
  return n == Vocabulary::unknown ? unknown : n + marks;
}

const std::string& SentenceVocabulary::word(Integer number) const {
  require(number >= 0 && number < size(), "SentenceVocabulary: word ", number, ": must be from 0 to ", size() - 1);
  return words_.word(number <= unknown ? Index(number) : number <= end ? Index(padding) : number - marks);
}

std::vector<std::string> SentenceVocabulary::unknown_of(const std::vector<std::string>& words) const {
  std::vector<std::string> result;
  for (const std::string& word : words)
    if (number(word) == unknown && std::find(result.begin(), result.end(), word) == result.end()) result.push_back(word);
  return result;
}

std::vector<Index> SentenceVocabulary::numbers(const std::vector<std::string>& words, const std::vector<std::string>& unknown_words) const {
  std::vector<Index> result;
  for (const std::string& word : words) {
    Index n = number(word);
    auto found = n == unknown ? std::find(unknown_words.begin(), unknown_words.end(), word) : unknown_words.end();
    if (found != unknown_words.end()) n = size() + (found - unknown_words.begin());
    result.push_back(n);
  }
  return result;
}

std::vector<std::string> SentenceVocabulary::words(const std::vector<Index>& numbers, const std::vector<std::string>& unknown_words) const {
  std::vector<std::string> result;
  const Index all = size() + static_cast<Index>(unknown_words.size());
  for (Index n : numbers) {
    require(n >= 0 && n < all, "SentenceVocabulary: word ", n, ": must be from 0 to ", all - 1);
    if (n == end) break;
    if (n != padding && n != start) result.push_back(n < size() ? word(n) : unknown_words[static_cast<std::size_t>(n - size())]);
  }
  return result;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Indices padded(const std::vector<std::vector<Index>>& rows) {
  std::size_t longest = 1;
  for (const std::vector<Index>& row : rows) longest = std::max(longest, row.size());
  Indices table;
  table.shape = {static_cast<Index>(rows.size()), static_cast<Index>(longest)};
  for (const std::vector<Index>& row : rows) {
    table.values.insert(table.values.end(), row.begin(), row.end());
    table.values.insert(table.values.end(), longest - row.size(), SentenceVocabulary::padding);
  }
  return table;
}

TeacherForced teacher_forced(const std::vector<std::vector<Index>>& rows) {
  std::vector<std::vector<Index>> input = rows, target = rows;
  for (std::vector<Index>& row : input) row.insert(row.begin(), SentenceVocabulary::start);
  for (std::vector<Index>& row : target) row.push_back(SentenceVocabulary::end);
  return {padded(input), padded(target)};
}

SentencePairs::SentencePairs(const std::vector<std::string>& read, const std::vector<std::string>& written, const SentenceVocabulary& reads,
                             const SentenceVocabulary& writes, Integer longest_read, Integer longest_written)
    : writes_(writes) {
  require(read.size() == written.size(), "SentencePairs: ", read.size(), " sentences to read, ", written.size(),
          " to write: must be as many");
  require(longest_read >= 1 && longest_written >= 1, "SentencePairs: longest_read ", longest_read, ", longest_written ", longest_written,
          ": must be at least 1");
  for (std::size_t i = 0; i < read.size(); ++i) {
    read_.push_back(first_words(read[i], longest_read));
    written_.push_back(first_words(written[i], longest_written));
    require(!read_.back().empty(), "SentencePairs: sentence ", i, " to read, '", escaped(read[i]), "', has no words");
    unknown_.push_back(writes.unknown_of(read_.back()));
    source_.push_back(reads.numbers(read_.back()));
    copied_.push_back(writes.numbers(read_.back(), unknown_.back()));
    target_.push_back(writes.numbers(written_.back(), unknown_.back()));
  }
}

std::size_t SentencePairs::checked(Index i) const {
  require(i >= 0 && i < size(), "SentencePairs: pair ", i, " of ", size(), ": there is none");
  return static_cast<std::size_t>(i);
}

std::vector<Index> SentencePairs::lengths() const {
  std::vector<Index> result;
  for (const std::vector<std::string>& words : read_) result.push_back(static_cast<Index>(words.size()));
  return result;
}

SentenceBatch SentencePairs::batch(const std::vector<Index>& which) const {
  require(!which.empty(), "SentencePairs: a batch needs at least one pair");
  for (Index i : which) checked(i);
  TeacherForced right = teacher_forced(chosen(target_, which));
  SentenceBatch result{padded(chosen(source_, which)), {}, padded(chosen(copied_, which)), right.input, right.target};
  result.padding = padding_of(result.source);
  return result;
}

std::ostream& operator<<(std::ostream& out, const SentenceVocabulary& vocabulary) {
  return out << "SentenceVocabulary(" << vocabulary.size() << " words)";
}
std::ostream& operator<<(std::ostream& out, const SentencePairs& pairs) { return out << "SentencePairs(" << pairs.size() << " pairs)"; }

}  // namespace qkv::datasets
