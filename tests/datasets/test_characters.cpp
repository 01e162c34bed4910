#include <doctest/doctest.h>
#include <qkv/datasets/characters.h>
#include <qkv/tensor/error.h>

#include <sstream>

using namespace qkv;
using datasets::Characters;

TEST_CASE("Characters: numbers in the order of their codes, Chinese ones too") {
  const Characters characters("ba ab 我é我");
  CHECK(characters.size() == 6);  // unknown, blank, a, b, é, 我
  CHECK(characters.encode("a b我é?") == std::vector<Index>{2, 1, 3, 5, 4, 0});
  CHECK(characters.decode({3, 5, 1, 0}) == "b我 \xEF\xBF\xBD");
  CHECK(characters.character(5) == "我");
  CHECK(characters.encode("").empty());
  std::ostringstream text;
  text << characters;
  CHECK(text.str() == "6 characters");
  CHECK_THROWS_WITH_AS(characters.character(6), "Characters: number 6 of 6: must be from 0 to 5", Error);
  CHECK_THROWS_WITH_AS(characters.decode({-1}), "Characters: number -1 of 6: must be from 0 to 5", Error);
}

TEST_CASE("Characters: with too many the most frequent get a number, of equal ones the first") {
  const Characters characters("zzz ccbbaa", 4);
  CHECK(characters.size() == 4);
  CHECK(characters.decode(characters.encode("abcz")) == "ab\xEF\xBF\xBDz");
  CHECK(Characters("abc", 1).encode("abc") == std::vector<Index>{0, 0, 0});
  CHECK(Characters().size() == 1);
  CHECK_THROWS_WITH_AS(Characters("abc", 0), "Characters: most 0: must be at least 1, for unknown characters", Error);
}

TEST_CASE("Characters: bytes that are no UTF-8 are unknown, one by one") {
  const std::string broken =
      std::string("a\xFF") + "\xE6\x88" + "b\xC3";  // a byte that begins nothing, a character cut short, one more at the end
  const Characters characters(broken);
  CHECK(characters.size() == 3);
  CHECK(characters.encode(broken) == std::vector<Index>{1, 0, 0, 0, 2, 0});
  CHECK(characters.encode(std::string("a\0b", 3)) == std::vector<Index>{1, 0, 2});
}
