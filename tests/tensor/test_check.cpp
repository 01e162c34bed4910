#include <qkv/tensor/check.h>

#include <doctest/doctest.h>

using qkv::escaped;

TEST_CASE("escaped: what steers a terminal is written out, what is only read stays") {
  struct Case {
    std::string text, shown;
  };
  const Case cases[] = {
      {"", ""},
      {"decoder.layers.0.weight", "decoder.layers.0.weight"},
      {"注意力 é 😀", "注意力 é 😀"},
      {"a\nb", "a\\nb"},
      {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
      {std::string("\0\r\t\b", 4), "\\x00\\x0d\\x09\\x08"},
      {"\x1f \x7e\x7f", "\\x1f ~\\x7f"},
      // C1: U+0080, U+009B (a terminal's "escape, [" in one) and U+009F; U+00A0 is only a blank
      {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\xc2\xa0"},
      // Direction: U+061C, U+200E, U+202A, U+202E, U+2066, U+2069; lines: U+2028. U+2027, U+202F, U+2065 and U+206A are not among them.
      {"\xd8\x9c\xe2\x80\x8e", "\\xd8\\x9c\\xe2\\x80\\x8e"},
      {"\xe2\x80\xaa\xe2\x80\xae", "\\xe2\\x80\\xaa\\xe2\\x80\\xae"},
      {"\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
      {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
      {"\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa", "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa"},
      // No UTF-8: a lone byte, a character cut off, '/' in two bytes, a surrogate, beyond U+10FFFF, five bytes
      {"\xff", "\\xff"},
      {"\x80z", "\\x80z"},
      {"\xe6\xb3", "\\xe6\\xb3"},
      {"\xe6\xb3z", "\\xe6\\xb3z"},
      {"\xc0\xaf", "\\xc0\\xaf"},
      {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"},
  };
  for (const Case& row : cases) CHECK(escaped(row.text) == row.shown);
}

TEST_CASE("escaped: long texts are cut, between characters") {
  CHECK(escaped(std::string(80, 'a')) == std::string(80, 'a'));
  CHECK(escaped(std::string(81, 'a')) == std::string(80, 'a') + "...");
  CHECK(escaped("注意力", 3) == "注意力");  // characters, not bytes
  CHECK(escaped("注意力", 2) == "注意...");
  CHECK(escaped("ab\x1b", 5) == "ab...");  // not within \x1b
  CHECK(escaped("ab\x1b", 6) == "ab\\x1b");
  CHECK(escaped(std::string(100'000'000, '\n')).size() == 83);  // and at once
}
