#pragma once
#include <qkv/io/file.h>
#include <qkv/qkv.h>
#include <qkv/tensor/check.h>

#include <filesystem>

// The text to learn from, as numbers, and what is held back to be measured on.

using namespace qkv;

/// Sentences of a small grammar, for machines without the real text.
inline std::string made_up_text(Index sentences) {
  const std::vector<std::string> who{"Ann", "Ben", "the king", "the old woman", "a child"},
      does{"saw", "heard", "followed", "found", "called"},
      what{"the river", "a stone", "the house", "his brother", "the green field", "a light"},
      when{"in the morning", "at night", "again", ""};
  Rng rng(66);
  auto pick = [&](const std::vector<std::string>& from) { return from[static_cast<std::size_t>(rng.below(from.size()))]; };
  std::string text;
  for (Index i = 0; i < sentences; ++i) {
    text += "And " + pick(who) + ' ' + pick(does) + ' ' + pick(what);
    const std::string at = pick(when);
    text += at.empty() ? ".\n" : ' ' + at + ".\n";
  }
  return text;
}

struct Text {
  std::string instead, whole;  // what took the text's place where it is not installed; the text itself
  datasets::Characters characters;
  std::vector<Index> train, test;  // every tenth stretch of 2,000 characters is held back

  Text() = default;
  /// Its first line that is not empty, safe to print.
  std::string beginning() const {
    const std::size_t from = std::min(whole.find_first_not_of(" \r\n\t"), whole.size());
    return escaped(whole.substr(from, whole.find('\n', from) - from));
  }
  /// What a model goes on from: "And " or, if that does not stand in the text, its own first four characters.
  std::string prompt() const {
    if (whole.find("And ") != std::string::npos) return "And ";
    const std::vector<Index> all = characters.encode(whole.substr(0, 16));
    return characters.decode({all.begin(), all.begin() + 4});
  }
  /// The reader's own file, or the Bible (of which `most` characters at most), or made-up sentences.
  Text(const std::string& own, Index most) {
    const std::string folder = datasets::data_folder("bible"), path = own.empty() && !folder.empty() ? folder + "/bible.txt" : own;
    if (path.empty() || (own.empty() && !std::filesystem::exists(path))) {
      instead = "bible-kjv is not installed; using 20,000 made-up sentences instead (apt-get install bible-kjv)";
      whole = made_up_text(20'000);
    } else {
      const std::string what = (own.empty() ? "the Bible" : "--text") + std::string(": ") + path + ": ";
      if (io::file_size(path, what) > 256 * 1024 * 1024) throw Error(what + "longer than 256 MiB");
      whole = io::read_file(path, what);
    }
    std::size_t end = std::min(whole.size(), static_cast<std::size_t>(most));
    while (end < whole.size() && end > 0 && (whole[end] & 0xC0) == 0x80) --end;  // not within a character
    whole.resize(end);
    characters = datasets::Characters(whole);
    const std::vector<Index> all = characters.encode(whole);
    for (std::size_t i = 0; i < all.size(); ++i) (i / 2000 % 10 == 9 ? test : train).push_back(all[i]);
    const auto unknown = std::count(all.begin(), all.end(), datasets::Characters::unknown);
    if (characters.size() < 3 || unknown > static_cast<std::ptrdiff_t>(all.size() / 20))
      throw Error(path + ": of " + show::whole(all.size()) + " characters " + show::whole(unknown) +
                  " are not UTF-8 or very rare, and there are " + show::whole(characters.size() - 1) +
                  " kinds of the others: not a text to learn from");
    if (all.size() < 20'000)
      throw Error((path.empty() ? "the text" : path) + " has only " + show::whole(all.size()) + " characters; it needs 20,000 or more");
  }
};

/// Windows of `length` numbers of a text, each from one of these places on: (windows, length).
inline Indices windows(const std::vector<Index>& text, const std::vector<Index>& places, Index length) {
  std::vector<Index> numbers;
  for (Index place : places) numbers.insert(numbers.end(), text.begin() + place, text.begin() + place + length);
  return Indices(Shape{static_cast<Index>(places.size()), length}, std::move(numbers));
}
