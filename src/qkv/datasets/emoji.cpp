#include <qkv/datasets/emoji.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <ostream>
#include <sstream>

#if __has_include(<ft2build.h>)
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_TRUETYPE_TABLES_H
#define QKV_FREETYPE 1
#else
#define QKV_FREETYPE 0
#endif

namespace qkv::datasets {
namespace {

constexpr Index most_bytes = Index{64} << 20;
constexpr std::size_t most_codes = 16, most_parts = 1'000'000;
const char* const font_path = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";
const char* const names_path = "/usr/share/unicode/emoji/emoji-test.txt";

std::string without_blanks(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// The characters of "1F44B 1F3FB".
std::vector<std::uint32_t> codes_of(const std::string& text, const std::string& line) {
  std::vector<std::uint32_t> codes;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    const bool hex = word.size() >= 4 && word.size() <= 6 && word.find_first_not_of("0123456789ABCDEFabcdef") == std::string::npos;
    const std::uint32_t code = hex ? static_cast<std::uint32_t>(std::stoul(word, nullptr, 16)) : 0;
    require(code > 0 && code <= 0x10ffff && codes.size() < most_codes, "read_emoji_names: '", escaped(line), "': '", escaped(word),
            "' is no character, or one too many");
    codes.push_back(code);
  }
  return codes;
}

/// Numbers of a table, big end first. Whatever lies outside is an Error.
struct Table {
  const std::string* bytes;
  std::size_t start = 0;

  std::uint32_t number(std::size_t at, std::size_t size) const {
    require(at <= bytes->size() && start <= bytes->size() - at && size <= bytes->size() - at - start, "read_ligatures: the table has ",
            bytes->size(), " bytes, and byte ", start + at + size - 1, " is needed");
    std::uint32_t result = 0;
    for (std::size_t i = 0; i < size; ++i) result = result << 8 | static_cast<unsigned char>((*bytes)[start + at + i]);
    return result;
  }
  std::uint32_t u16(std::size_t at) const { return number(at, 2); }
  std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  Table at(std::size_t offset) const { return {bytes, start + offset}; }
};

/// Counts the parts of a table that were read, so that tables which point at each other cannot take for ever.
struct Budget {
  std::size_t read = 0;
  void spend(std::size_t parts) {
    read += parts;
    require(read <= most_parts, "read_ligatures: more than ", most_parts, " parts");
  }
};

/// The glyphs that a coverage table lists, in its order.
std::vector<std::uint32_t> covered(const Table& table, Budget& budget) {
  std::vector<std::uint32_t> glyphs;
  const std::uint32_t format = table.u16(0), count = table.u16(2);
  require(format == 1 || format == 2, "read_ligatures: a coverage of format ", format, ": must be 1 or 2");
  budget.spend(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (format == 1) {
      glyphs.push_back(table.u16(4 + 2 * i));
      continue;
    }
    const std::uint32_t first = table.u16(4 + 6 * i), last = table.u16(6 + 6 * i);
    require(first <= last, "read_ligatures: a coverage from glyph ", first, " to ", last);
    budget.spend(last - first);
    for (std::uint32_t glyph = first; glyph <= last; ++glyph) glyphs.push_back(glyph);
  }
  return glyphs;
}

}  // namespace

std::vector<EmojiName> read_emoji_names(const std::string& list) {
  std::vector<EmojiName> names;
  std::string group;
  std::istringstream in(list);
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, 9, "# group: ") == 0) group = without_blanks(line.substr(9));
    const std::size_t semicolon = line.find(';'), hash = line.find('#');
    if (line.empty() || line[0] == '#' || semicolon == std::string::npos || hash == std::string::npos || hash < semicolon) continue;
    if (without_blanks(line.substr(semicolon + 1, hash - semicolon - 1)) != "fully-qualified") continue;
    std::istringstream comment(line.substr(hash + 1));  // the emoji, the version, the name
    std::string emoji, version, name;
    comment >> emoji >> version;
    std::getline(comment, name);
    const std::vector<std::uint32_t> codes = codes_of(line.substr(0, semicolon), line);
    if (!codes.empty()) names.push_back({codes, without_blanks(name), group});
  }
  return names;
}

std::map<std::vector<std::uint32_t>, std::uint32_t> read_ligatures(const std::string& gsub) {
  std::map<std::vector<std::uint32_t>, std::uint32_t> ligatures;
  const Table header{&gsub}, lookups = header.at(header.u16(8));
  Budget budget;
  for (std::uint32_t l = 0; l < lookups.u16(0); ++l) {
    const Table lookup = lookups.at(lookups.u16(2 + 2 * l));
    budget.spend(lookup.u16(4));
    for (std::uint32_t s = 0; s < lookup.u16(4); ++s) {
      Table table = lookup.at(lookup.u16(6 + 2 * s));
      std::uint32_t type = lookup.u16(0);
      if (type == 7) {  // an extension: the table is further away
        type = table.u16(2);
        table = table.at(table.u32(4));
      }
      if (type != 4) continue;  // not a ligature
      const std::vector<std::uint32_t> firsts = covered(table.at(table.u16(2)), budget);
      for (std::uint32_t i = 0; i < std::min<std::size_t>(table.u16(4), firsts.size()); ++i) {
        const Table set = table.at(table.u16(6 + 2 * i));
        for (std::uint32_t j = 0; j < set.u16(0); ++j) {
          budget.spend(1);
          const Table ligature = set.at(set.u16(2 + 2 * j));
          const std::uint32_t count = ligature.u16(2);
          require(count >= 1 && count <= 4 * most_codes, "read_ligatures: a ligature of ", count, " glyphs");
          std::vector<std::uint32_t> glyphs{firsts[i]};
          for (std::uint32_t k = 1; k < count; ++k) glyphs.push_back(ligature.u16(2 + 2 * k));
          ligatures.emplace(glyphs, ligature.u16(0));  // the first of equal ones counts
        }
      }
    }
  }
  return ligatures;
}

#if QKV_FREETYPE
struct EmojiFont::Font {
  std::string path, bytes;
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  std::map<std::vector<std::uint32_t>, std::uint32_t> ligatures;

  ~Font() {
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }

  /// The glyph of a row of characters; 0 if there is none.
  std::uint32_t glyph(const std::vector<std::uint32_t>& codes) const {
    std::vector<std::uint32_t> glyphs;
    for (std::uint32_t code : codes) {
      if (code == 0xfe0f) continue;  // "as a picture, please"
      glyphs.push_back(FT_Get_Char_Index(face, code));
    }
    if (glyphs.size() == 1) return glyphs[0];
    const auto found = ligatures.find(glyphs);
    return found == ligatures.end() ? 0 : found->second;
  }
};

EmojiFont::EmojiFont(const std::string& path) {
  const std::string where = "EmojiFont: " + path + ": ";
  auto font = std::make_shared<Font>();
  font->path = path;
  const Index size = io::file_size(path, where);
  require(size <= most_bytes, where, "the file has ", size, " bytes: at most ", most_bytes, " are read");
  font->bytes = io::read_file(path, where);
  require(FT_Init_FreeType(&font->library) == 0, where, "FreeType cannot start");
  require(FT_New_Memory_Face(font->library, reinterpret_cast<const FT_Byte*>(font->bytes.data()), static_cast<FT_Long>(font->bytes.size()),
                             0, &font->face) == 0,
          where, "not a font");
  require(font->face->num_fixed_sizes > 0 && FT_Select_Size(font->face, 0) == 0, where, "a font without pictures");
  FT_ULong length = 0;
  if (FT_Load_Sfnt_Table(font->face, FT_MAKE_TAG('G', 'S', 'U', 'B'), 0, nullptr, &length) == 0) {
    require(length <= font->bytes.size(), where, "damaged: a table is longer than the file");
    std::string table(length, '\0');
    require(FT_Load_Sfnt_Table(font->face, FT_MAKE_TAG('G', 'S', 'U', 'B'), 0, reinterpret_cast<FT_Byte*>(table.data()), &length) == 0,
            where, "damaged: a table cannot be read");
    font->ligatures = read_ligatures(table);
  }
  font_ = font;
}

Tensor EmojiFont::draw(const std::vector<std::uint32_t>& codes, Integer size) const {
  require(size >= 1 && size <= 512, "EmojiFont: size ", size, ": must be from 1 to 512");
  const Index side = size;
  const std::uint32_t glyph = font_->glyph(codes);
  if (glyph == 0) return {};
  require(FT_Load_Glyph(font_->face, glyph, FT_LOAD_COLOR) == 0, "EmojiFont: ", font_->path, ": glyph ", glyph, " is damaged");
  const FT_Bitmap& bitmap = font_->face->glyph->bitmap;
  if (bitmap.pixel_mode != FT_PIXEL_MODE_BGRA || bitmap.width == 0 || bitmap.rows == 0) return {};
  require(bitmap.width <= 4096 && bitmap.rows <= 4096, "EmojiFont: ", font_->path, ": glyph ", glyph, " is too large");

  // The picture in the middle of a white square, which is then divided into size x size fields: each is the mean of what lies in it.
  const Index width = bitmap.width, height = bitmap.rows, square = std::max(width, height);
  const Index left = (square - width) / 2, top = (square - height) / 2;
  const auto colour = [&](Index row, Index column, int channel) {  // alpha is already multiplied in; 0 is red
    if (row < top || row >= top + height || column < left || column >= left + width) return 1.0;
    const unsigned char* pixel = bitmap.buffer + (row - top) * bitmap.pitch + (column - left) * 4;
    return std::min(1.0, (pixel[2 - channel] + 255.0 - pixel[3]) / 255);
  };
  Tensor picture = zeros({side, side, 3});
  const double field = static_cast<double>(square) / static_cast<double>(side);
  for (Index i = 0; i < side; ++i)
    for (Index j = 0; j < side; ++j) {
      double sum[3] = {}, area = 0;
      const double y0 = static_cast<double>(i) * field, x0 = static_cast<double>(j) * field;
      for (Index y = static_cast<Index>(y0); y < square && static_cast<double>(y) < y0 + field; ++y)
        for (Index x = static_cast<Index>(x0); x < square && static_cast<double>(x) < x0 + field; ++x) {
          const double part = (std::min<double>(static_cast<double>(y + 1), y0 + field) - std::max<double>(static_cast<double>(y), y0)) *
                              (std::min<double>(static_cast<double>(x + 1), x0 + field) - std::max<double>(static_cast<double>(x), x0));
          for (int c = 0; c < 3; ++c) sum[c] += part * colour(y, x, c);
          area += part;
        }
      for (int c = 0; c < 3; ++c) picture.set({i, j, c}, std::clamp(sum[c] / area, 0.0, 1.0));
    }
  return picture;
}
#else
struct EmojiFont::Font {};
EmojiFont::EmojiFont(const std::string& path) {
  fail("EmojiFont: ", path,
       ": qkv was built without FreeType (apt-get install libfreetype-dev, touch src/qkv/datasets/emoji.cpp, then make again)");
}
Tensor EmojiFont::draw(const std::vector<std::uint32_t>&, Integer) const { return {}; }
#endif

namespace {

/// Shapes in colours and sizes on white, with names of two to four words: "small red square", "green ring over blue cross".
EmojiSet drawn(Index size, Index count) {
  static const char* const shapes[] = {"square", "disc", "ring", "cross", "bar", "triangle"};
  static const char* const colours[] = {"red", "green", "blue", "yellow", "black"};
  static constexpr double rgb[][3] = {{0.9, 0.1, 0.1}, {0.1, 0.7, 0.2}, {0.1, 0.2, 0.9}, {0.95, 0.85, 0.1}, {0.1, 0.1, 0.1}};
  Rng rng(6);
  EmojiSet set{zeros({count, size, size, 3}), {}, {}, "", true};
  Scalar* to = set.pictures.mutable_data();
  std::fill(to, to + set.pictures.size(), Scalar{1});
  for (Index n = 0; n < count; ++n) {
    const Index things = 1 + rng.below(2);
    std::string name;
    for (Index t = 0; t < things; ++t) {
      const Index shape = rng.below(6), colour = rng.below(5);
      const double radius = rng.uniform(0.14, 0.2), x0 = rng.uniform(0.25, 0.75),
                   y0 = things == 1 ? rng.uniform(0.25, 0.75) : 0.27 + 0.46 * static_cast<double>(t);
      if (t > 0) name += " over ";
      name += std::string(colours[colour]) + " " + shapes[shape];
      for (Index i = 0; i < size; ++i)
        for (Index j = 0; j < size; ++j) {
          const double x = ((static_cast<double>(j) + 0.5) / static_cast<double>(size) - x0) / radius,
                       y = ((static_cast<double>(i) + 0.5) / static_cast<double>(size) - y0) / radius, r = std::hypot(x, y);
          const bool inside = shape == 0   ? std::max(std::abs(x), std::abs(y)) < 0.9
                              : shape == 1 ? r < 1
                              : shape == 2 ? r < 1 && r > 0.55
                              : shape == 3 ? std::min(std::abs(x), std::abs(y)) < 0.3 && std::max(std::abs(x), std::abs(y)) < 1
                              : shape == 4 ? std::abs(y) < 0.4 && std::abs(x) < 1.2
                                           : y < 0.9 && y > 2 * std::abs(x) - 0.9;
          for (Index c = 0; inside && c < 3; ++c) to[((n * size + i) * size + j) * 3 + c] = static_cast<Scalar>(rgb[colour][c]);
        }
    }
    set.names.push_back(name);
    set.groups.push_back("drawn");
  }
  return set;
}

}  // namespace

EmojiSet emoji(Integer size, Integer limit) {
  std::error_code unreadable;  // counts as not there
  const bool names_there = std::filesystem::exists(names_path, unreadable),
             font_there = QKV_FREETYPE && std::filesystem::exists(font_path, unreadable);
  if (!names_there || !font_there) {
    EmojiSet set = drawn(size, limit < 0 ? 1500 : std::min<Index>(limit, 1500));
    const char* missing = !names_there ? "unicode-data" : QKV_FREETYPE ? "fonts-noto-color-emoji" : "libfreetype-dev";
    set.source = std::string(missing) + " is not installed; using " + std::to_string(set.names.size()) +
                 " drawn shapes instead (apt-get install fonts-noto-color-emoji unicode-data libfreetype-dev)";
    return set;
  }
  const std::vector<EmojiName> names = read_emoji_names(io::read_file(names_path, "emoji: "));
  const EmojiFont font(font_path);
  const double step =
      limit < 0 || limit >= static_cast<Index>(names.size()) ? 1 : static_cast<double>(names.size()) / static_cast<double>(Index(limit));
  EmojiSet set;
  std::vector<Scalar> numbers;
  for (double at = 0; at < static_cast<double>(names.size()); at += step) {
    const EmojiName& name = names[static_cast<std::size_t>(at)];
    const Tensor picture = font.draw(name.codes, size);
    if (!picture.defined()) continue;
    numbers.insert(numbers.end(), picture.data(), picture.data() + picture.size());
    set.names.push_back(name.name);
    set.groups.push_back(name.group);
  }
  require(!set.names.empty(), "emoji: ", font_path, " has no picture of any emoji in ", names_path);
  set.pictures = tensor({static_cast<Index>(set.names.size()), size, size, 3}, numbers);
  set.source = "Noto Color Emoji, with the names that Unicode gives them";
  return set;
}

std::ostream& operator<<(std::ostream& out, const EmojiName& name) {
  out << "EmojiName(" << std::hex;
  for (std::uint32_t code : name.codes) out << code << ' ';
  return out << std::dec << escaped(name.name) << ')';
}
std::ostream& operator<<(std::ostream& out, const EmojiSet& set) {
  return out << "EmojiSet(" << set.names.size() << " pictures, " << escaped(set.source) << ')';
}

}  // namespace qkv::datasets
