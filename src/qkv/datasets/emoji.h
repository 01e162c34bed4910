#pragma once
#include <qkv/tensor/tensor.h>

#include <map>
#include <memory>

// Emoji and their names: small pictures that each have a short description.

namespace qkv::datasets {

/// One row of Unicode's list.
struct EmojiName {
  std::vector<std::uint32_t> codes;  ///< the characters it is written with
  std::string name;                  ///< "waving hand: light skin tone"
  std::string group;                 ///< "People & Body"
};

/// The fully qualified emoji in the text of Unicode's emoji-test.txt: lines "1F44B 1F3FB ; fully-qualified # (the emoji) E1.0 name" below lines
/// "# group: ...". Other lines are left out.  https://www.unicode.org/reports/tr51/#emoji_data
/// Throws Error if a line begins like one but a code is no character of Unicode, or has more than 16 of them.
std::vector<EmojiName> read_emoji_names(const std::string& list);

/// Which row of glyphs (shapes of a font) is drawn as a single one: the ligatures of a font's GSUB table, of every language.
/// https://learn.microsoft.com/typography/opentype/spec/gsub
/// Throws Error if the table points outside itself, nests or is longer than makes sense.
std::map<std::vector<std::uint32_t>, std::uint32_t> read_ligatures(const std::string& gsub);

/// A font of coloured pictures, such as Noto Color Emoji, read with FreeType.
class EmojiFont {
 public:
  /// Throws Error, naming the file, if it cannot be read, has more than 64 MiB, is no font or has no pictures; or, without FreeType, how to
  /// install it.
  explicit EmojiFont(const std::string& path);
  /// The picture of an emoji on white, (size, size, 3), numbers from 0 to 1; undefined if the font has none.  Throws Error if the picture
  /// is damaged, or size is not from 1 to 512.
  Tensor draw(const std::vector<std::uint32_t>& codes, Integer size) const;

 private:
  struct Font;
  std::shared_ptr<const Font> font_;
};

/// Pictures with names.
struct EmojiSet {
  Tensor pictures;  ///< (N, size, size, 3), red, green and blue from 0 to 1
  std::vector<std::string> names, groups;
  std::string source;      ///< where they come from, in words to be printed
  bool generated = false;  ///< drawn by the program
};

/// The emoji of Debian's font fonts-noto-color-emoji with the names of unicode-data, in Unicode's order; `limit`: at most so many, evenly spread
/// over the list; negative: all. Where one of the packages, or FreeType, is missing, drawn shapes in several colours take their place, `generated`
/// is set, and `source` tells:
///     fonts-noto-color-emoji is not installed; using 600 drawn shapes instead (apt-get install fonts-noto-color-emoji unicode-data)
EmojiSet emoji(Integer size, Integer limit = -1);

/// The characters and the name / how many, and the source.
std::ostream& operator<<(std::ostream& out, const EmojiName& name);
std::ostream& operator<<(std::ostream& out, const EmojiSet& set);

}  // namespace qkv::datasets
