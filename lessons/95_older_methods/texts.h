#pragma once
#include <qkv/qkv.h>

// Texts of 64 words and a last word that asks; which of the words counts differs.

using namespace qkv;

constexpr Index values = 8, names = 4;  // values 1 .. 8, names a .. d
constexpr Index steps = 64;             // words before the last one

// Words: a value 0 .. 7; a marked value; a named value; the last word asks "which was marked?", or for a name.
constexpr Index marked = values, named = 2 * values, asks_mark = named + names * values, asks_name = asks_mark + 1,
                word_count = asks_name + names;

inline std::string spelled(Index word) {
  if (word >= asks_name) return std::string(1, static_cast<char>('a' + word - asks_name)) + "?";
  if (word == asks_mark) return "?";
  if (word >= named)
    return std::string(1, static_cast<char>('a' + (word - named) / values)) + "=" + std::to_string(1 + (word - named) % values);
  return std::to_string(1 + word % values) + (word >= marked ? "*" : "");
}

enum class Task { fixed, anywhere, asked };
const std::vector<std::string> task_names{"marked first", "marked anywhere", "asked for"};

struct Texts {
  Indices words, answers;       // (N, 65); (N)
  std::vector<Index> distance;  // from the word that counts to the last one
};

/// Of 64 random values one is marked: always the first one, or any. Or four of them have names, and the last word asks for one of these.
inline Texts draw(Task task, Index count, Rng& rng, Index length = steps) {
  Texts texts;
  texts.words.shape = {count, length + 1}, texts.answers.shape = {count};
  for (Index n = 0; n < count; ++n) {
    std::vector<Index> text(length + 1);
    for (Index t = 0; t < length; ++t) text[t] = rng.below(values);
    Index at = 0;
    if (task == Task::asked) {
      const std::vector<Index> places = rng.permutation(length);
      for (Index name = 0; name < names; ++name) text[places[name]] += named + name * values;
      const Index name = rng.below(names);
      at = places[name], text[length] = asks_name + name;
    } else {
      at = task == Task::fixed ? 0 : rng.below(length);
      text[at] += marked, text[length] = asks_mark;
    }
    texts.answers.values.push_back(text[at] % values);
    texts.distance.push_back(length - at);
    texts.words.values.insert(texts.words.values.end(), text.begin(), text.end());
  }
  return texts;
}

/// "2* 5 1 7 ?": the words of text n.
inline std::string spelled(const Indices& words, Index n) {
  std::string text;
  for (Index t = 0; t < words.shape[1]; ++t) text += (t == 0 ? "" : " ") + spelled(words.values[n * words.shape[1] + t]);
  return text;
}

/// The mistake of --break=cleaned: the marks are taken for punctuation and removed.
inline void clean(Texts& texts) {
  for (Index& word : texts.words.values)
    if (word >= marked && word < named) word -= marked;
}
