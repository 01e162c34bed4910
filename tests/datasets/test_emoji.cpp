#include <fuzz/seeds.h>
#include <io/scratch.h>
#include <qkv/datasets/emoji.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

using namespace qkv;
using scratch::error_of;

TEST_CASE("emoji: names in Unicode's list") {
  const std::vector<datasets::EmojiName> names = datasets::read_emoji_names(
      "# emoji-test.txt\n\n# group: Smileys & Emotion\n# subgroup: face-smiling\n"
      "1F600     ; fully-qualified     # \xf0\x9f\x98\x80 E1.0 grinning face\n"
      "263A      ; unqualified         # \xe2\x98\xba E0.6 smiling face\n"
      "# group: People & Body\r\n"
      "1F44B 1F3FB ; fully-qualified # x E1.0 waving hand: light skin tone\r\n"
      "no line of the list\n# ; fully-qualified # \n");
  REQUIRE(names.size() == 2);
  CHECK(names[0].codes == std::vector<std::uint32_t>{0x1f600});
  CHECK(names[0].name == "grinning face");
  CHECK(names[0].group == "Smileys & Emotion");
  CHECK(names[1].codes == std::vector<std::uint32_t>{0x1f44b, 0x1f3fb});
  CHECK(names[1].name == "waving hand: light skin tone");
  CHECK(names[1].group == "People & Body");
  std::ostringstream out;
  out << names[1];
  CHECK(out.str() == "EmojiName(1f44b 1f3fb waving hand: light skin tone)");
  CHECK(error_of([] { datasets::read_emoji_names("110000 ; fully-qualified # x E1 y"); }) ==
        "read_emoji_names: '110000 ; fully-qualified # x E1 y': '110000' is no character, or one too many");
  CHECK(error_of([] { datasets::read_emoji_names("12G4 ; fully-qualified # x E1 y"); }) != "(no error)");
}

TEST_CASE("emoji: ligatures of a table written byte by byte") {
  const fuzz::Seeds seeds = fuzz::emoji_seeds();
  for (std::size_t i = 1; i < seeds.size(); ++i) {
    const auto ligatures = datasets::read_ligatures(seeds[i]);
    REQUIRE(ligatures.size() == 1);
    CHECK(ligatures.at({5, 6, 7}) == 9);
    for (std::size_t size = 0; size < seeds[i].size(); ++size)
      CHECK(error_of([&] { datasets::read_ligatures(seeds[i].substr(0, size)); }).find("read_ligatures: the table has ") == 0);
  }
  CHECK(error_of([] { datasets::read_ligatures(std::string(9, '\0')); }) == "read_ligatures: the table has 9 bytes, and byte 9 is needed");
}

TEST_CASE("emoji: drawn with the font, if it is there") {
  const std::string path = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";
#if __has_include(<ft2build.h>)
  scratch::Folder folder;
  const std::string text = folder.put("f", "no font");
  CHECK(error_of([&] { datasets::EmojiFont font(text); }) == "EmojiFont: " + text + ": not a font");
  if (!std::filesystem::exists(path)) return;
  const datasets::EmojiFont font(path);
  const Tensor face = font.draw({0x1f600}, 16);
  REQUIRE(face.shape() == Shape{16, 16, 3});
  for (Index c = 0; c < 3; ++c) CHECK(face.at({0, 0, c}) == 1);  // the corner is white
  CHECK(face.at({4, 8, 0}) > 0.9);                               // the forehead is yellow: red and green, little blue
  CHECK(face.at({4, 8, 2}) < 0.6);
  CHECK(font.draw({0x1f44b, 0x1f3fb}, 8).defined());  // a hand in light skin: a ligature
  CHECK(font.draw({0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467}, 8).defined());
  CHECK(!font.draw({0x4e00}, 8).defined());
  CHECK(error_of([&] { font.draw({0x1f600}, 0); }) == "EmojiFont: size 0: must be from 1 to 512");
#else
  CHECK(error_of([&] { datasets::EmojiFont font(path); }).find("EmojiFont: " + path + ": qkv was built without FreeType") == 0);
#endif
}

TEST_CASE("emoji: a set of pictures with names, whatever is installed") {
  const datasets::EmojiSet set = datasets::emoji(8, 20);
  REQUIRE(set.pictures.shape() == Shape{static_cast<Index>(set.names.size()), 8, 8, 3});
  CHECK(set.names.size() <= 20);
  CHECK(set.names.size() >= 15);
  CHECK(set.groups.size() == set.names.size());
  CHECK(min(set.pictures).item() >= 0);
  CHECK(max(set.pictures).item() <= 1);
  CHECK(!set.names[0].empty());
  std::ostringstream out;
  out << set;
  CHECK(out.str().find("EmojiSet(") == 0);
}
