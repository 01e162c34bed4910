#include <doctest/doctest.h>
#include <qkv/show/text.h>

using namespace qkv::show;
using Lines = std::vector<std::string>;

TEST_CASE("width: Chinese characters take two columns, combining marks none") {
  CHECK(width("") == 0);
  CHECK(width("query") == 5);
  CHECK(width("注意力") == 6);
  CHECK(width("《a》，") == 7);
  CHECK(width("α → β") == 5);
  CHECK(width("e\u0301") == 1);
  CHECK(width("█▏") == 2);
}

TEST_CASE("characters: what is not UTF-8 becomes ?") {
  CHECK(characters("a注é") == Lines{"a", "注", "é"});
  CHECK(characters("a\xFF\xE6\xB3") == Lines{"a", "?", "?", "?"});
}

TEST_CASE("left, right, centre fill up by columns, not bytes") {
  CHECK(left("喜欢", 6) == "喜欢  ");
  CHECK(right("喜欢", 6) == "  喜欢");
  CHECK(centre("喜欢", 7) == " 喜欢  ");
  CHECK(left("too long", 3) == "too long");
}

TEST_CASE("wrap breaks at blanks and between Chinese characters") {
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("one unbreakable two", 5) == Lines{"one", "unbreakable", "two"});
  CHECK(wrap("注意力机制", 6) == Lines{"注意力", "机制"});
  CHECK(wrap("注意力。机制", 6) == Lines{"注意", "力。机", "制"});
  CHECK(wrap("ab《书》", 4) == Lines{"ab", "《书》"});
  CHECK(wrap("first\n\nlast", 10) == Lines{"first", "", "last"});
  CHECK(wrap("", 10) == Lines{""});
}
