#include <qkv/datasets/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>

namespace qkv::datasets {
namespace {

/// The character in lower case if it belongs to a word, otherwise 0. Not <cctype>, which asks the locale.
char in_word(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  bool belongs = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
  return belongs ? c : '\0';
}

}  // namespace

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  bool inside = false;
  for (char c : text) {
    char letter = in_word(c);
    if (letter && !inside) words.emplace_back();
    if (letter) words.back() += letter;
    inside = letter != '\0';
  }
  return words;
}

std::uint64_t stable_hash(const std::string& text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

Vocabulary::Vocabulary(const std::vector<std::string>& texts, Integer size) {
  require(size >= 2, "Vocabulary: size ", size, ": must be at least 2, for padding and unknown words");
  std::map<std::string, Index> count;
  for (const std::string& text : texts)
    for (const std::string& word : words_of(text)) ++count[word];
  std::vector<std::pair<std::string, Index>> order(count.begin(), count.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(size - 2)));
  for (const auto& entry : order) {
    by_alphabet_.push_back(this->size());
    words_.push_back(entry.first);
  }
  std::sort(by_alphabet_.begin(), by_alphabet_.end(), [&](Index a, Index b) { return word(a) < word(b); });
}

Index Vocabulary::number(const std::string& wanted) const {
  auto at = std::lower_bound(by_alphabet_.begin(), by_alphabet_.end(), wanted, [&](Index n, const std::string& w) { return word(n) < w; });
  return at != by_alphabet_.end() && word(*at) == wanted ? *at : unknown;
}

const std::string& Vocabulary::word(Integer number) const {
  require(number >= 0 && number < size(), "Vocabulary: word ", number, ": must be from 0 to ", size() - 1);
  return words_[number];
}

Indices Vocabulary::encode(const std::vector<std::string>& texts, Integer length) const {
  require(length >= 1, "Vocabulary: length ", length, ": must be at least 1");
  Indices tokens;
  tokens.shape = {static_cast<Index>(texts.size()), length};
  tokens.values.reserve(static_cast<std::size_t>(tokens.shape.count()));
  for (const std::string& text : texts) {
    std::vector<std::string> words = words_of(text);
    words.resize(static_cast<std::size_t>(length));  // what is missing is "", which is padding
    for (const std::string& word : words) tokens.values.push_back(word.empty() ? padding : number(word));
  }
  return tokens;
}

Mask padding_of(const Indices& tokens) {
  tokens.check("padding_of");
  Mask mask;
  mask.shape = tokens.shape;
  for (Index token : tokens.values) mask.hidden.push_back(token == Vocabulary::padding);
  return mask;
}

std::vector<WordWeight> word_weights(const Tensor& weights, const Indices& tokens, Integer least) {
  require(tokens.shape.rank() == 2 && weights.shape() == tokens.shape, "word_weights: weights ", weights.shape(), " for tokens ",
          tokens.shape, ": both must be (N, T)");
  tokens.check("word_weights");
  Index length = tokens.shape[1];
  std::map<Index, WordWeight> found;
  for (Index n = 0; n < tokens.shape[0]; ++n) {
    auto text = tokens.values.begin() + n * length;
    Index words = length - std::count(text, text + length, Vocabulary::padding);
    for (Index t = 0; t < length; ++t) {
      if (text[t] == Vocabulary::padding || text[t] == Vocabulary::unknown) continue;
      const double weight = static_cast<double>(weights.at({n, t}));
      require(std::isfinite(weight), "word_weights: the weight at ", Shape{n, t}, " is ", weight, ": must be finite");
      WordWeight& word = found[text[t]];
      word.word = text[t];
      ++word.count;
      word.times_fair += static_cast<double>(words) * weight;
    }
  }
  std::vector<WordWeight> result;
  for (auto& entry : found) {
    entry.second.times_fair /= static_cast<double>(entry.second.count);
    if (entry.second.count >= least) result.push_back(entry.second);
  }
  std::stable_sort(result.begin(), result.end(), [](const WordWeight& a, const WordWeight& b) { return a.times_fair > b.times_fair; });
  return result;
}

std::ostream& operator<<(std::ostream& out, const Vocabulary& vocabulary) { return out << "Vocabulary(" << vocabulary.size() << " words)"; }

std::ostream& operator<<(std::ostream& out, const TextSet& set) {
  return out << "TextSet(" << set.texts.size() << " texts, tokens " << set.tokens.shape << ")";
}

}  // namespace qkv::datasets
