#pragma once
#include <qkv/qkv.h>

// Strings of bits, and four questions about them.

using namespace qkv;

using Bits = std::vector<Index>;

struct Question {
  std::string name;
  Index (*answer)(const Bits& bits);  // 0 or 1
};
const std::vector<Question> questions{
    {"more 1s than 0s",
     [](const Bits& bits) -> Index { return 2 * std::count(bits.begin(), bits.end(), 1) > static_cast<Index>(bits.size()); }},
    {"first is 1", [](const Bits& bits) -> Index { return bits.front(); }},
    {"first equals last", [](const Bits& bits) -> Index { return bits.front() == bits.back(); }},
    {"odd number of 1s", [](const Bits& bits) -> Index { return std::count(bits.begin(), bits.end(), 1) % 2; }}};

/// Words: 0 padding, 1 and 2 the bits, 3 a word in front of them that reads the answer.
struct Strings {
  Indices words, answers;  // (N, 1 + longest), padded behind; (N)
};

/// Strings of a length from `shortest` to `longest`, every length equally likely, every bit 0 or 1.
inline Strings draw(const Question& question, Index count, Index shortest, Index longest, Rng& rng) {
  Strings strings;
  strings.words.shape = {count, 1 + longest}, strings.answers.shape = {count};
  for (Index n = 0; n < count; ++n) {
    Bits bits(shortest + rng.below(longest - shortest + 1));
    for (Index& bit : bits) bit = rng.below(2);
    strings.words.values.push_back(3);
    for (Index i = 0; i < longest; ++i) strings.words.values.push_back(i < static_cast<Index>(bits.size()) ? 1 + bits[i] : 0);
    strings.answers.values.push_back(question.answer(bits));
  }
  return strings;
}
