#pragma once
#include <string>
#include <vector>

namespace qkv::show {

/// The characters of a UTF-8 text; what is not UTF-8 becomes `?`.
std::vector<std::string> characters(const std::string& text);
/// How many columns a text takes in a terminal: 2 for a Chinese character, 1 for a letter, 0 for a combining mark.
std::size_t width(const std::string& text);

/// The text padded with blanks to so many columns: at its right end / at its left end / at both.
std::string left(const std::string& text, std::size_t columns);
std::string right(const std::string& text, std::size_t columns);
std::string centre(const std::string& text, std::size_t columns);
/// The text repeated: repeat("─", 3) is ───.
std::string repeat(const std::string& text, std::size_t times);

/// Lines of at most so many columns, broken at blanks and between Chinese characters (never before 。 or after 《).
/// A longer word keeps a line of its own. A line break in the text stays.
std::vector<std::string> wrap(const std::string& text, std::size_t columns);

}  // namespace qkv::show
