#pragma once
#include <qkv/tensor/list.h>

#include <string>
#include <string_view>
#include <vector>

namespace qkv::show {

/// A std::string in every respect but one: what makes, copies and ends it is compiled once, in the library, so that programs full of words
/// and numbers compile quickly.
struct Word : std::string {
  Word() = default;
  Word(const char* text);
  Word(const std::string& text);
  Word(const Word& other);
  Word& operator=(const Word& other);
  ~Word();
};

Word operator+(const Word& a, const Word& b);
Word operator+(const Word& a, std::string b);
Word operator+(std::string a, const Word& b);
Word operator+(const char* a, const Word& b);
Word operator+(const Word& a, const char* b);

/// A list of words that takes any kind of text: {"the", name, number(0.5)}.
struct Words : List<std::string> {
  Words() = default;
  Words(std::initializer_list<std::string_view> words);
  Words(const std::vector<std::string>& words);
  void push_back(std::string_view word);
};

}  // namespace qkv::show
