#include <doctest/doctest.h>

#include "articles.h"
#include "editions.h"
#include "page.h"
#include "picture.h"

using namespace checker;

namespace {
bool same(const char* expected, const char* actual) { return agree(expected, actual, Places::may_round); }
}  // namespace

TEST_CASE("compare: words exactly, blanks as one") {
  CHECK(same("  the   cat", "the cat"));
  CHECK_FALSE(same("the cat", "the cats"));
  CHECK_FALSE(same("the cat", "thecat"));
  CHECK(same("a [ 0.5000  1.0000 ]", "a [-0.0000  1.0000 ]") == false);
  CHECK(same("[ 0.0000 ]", "[-0.0000 ]"));
}

TEST_CASE("compare: numbers nearly, counts and names exactly") {
  CHECK(same("x 0.123456", "x 0.123461"));
  CHECK_FALSE(same("x 0.12345", "x 0.12353"));
  CHECK(same("1234.5 e", "1234.51 e"));
  CHECK(same("0.1234", "0.1235"));  // one value on the edge, rounded either way
  CHECK_FALSE(same("0.1234", "0.1236"));
  CHECK_FALSE(same("0.87", "0.88"));
  CHECK_FALSE(agree(std::string("0.1234"), "0.1235", Places::exact));
  CHECK(same("1.5e-07", "0.00000015"));
  CHECK(same("-1.5", "- 1.5") == false);
  CHECK_FALSE(same("parameters 50000", "parameters 50001"));
  CHECK(same("2 = 2", "2 = 2.00001"));
  CHECK(same("error 3.2e-07", "error 3.3e-07"));
  CHECK_FALSE(same("error 3.2e-07", "error 1.9e-05"));
  CHECK_FALSE(same("error 1e-05", "error 0"));
  CHECK_FALSE(same("W1 x", "W2 x"));
  CHECK_FALSE(same("1 2", "12"));
  CHECK_FALSE(same("nan", "0.5"));
  CHECK(same("1,012~300 KiB", "884 KiB"));  // a comma between thousands does not cut a number in two
  CHECK_FALSE(same("12,345", "12,346"));
  CHECK_FALSE(same("(1,2)", "(1,3)"));
}

TEST_CASE("compare: a number may bring its tolerance") {
  CHECK(same("accuracy 0.87~0.05", "accuracy 0.91"));
  CHECK_FALSE(same("accuracy 0.87~0.05", "accuracy 0.93"));
  CHECK(same("steps 120~30, loss 0.1", "steps 100, loss 0.1"));
  CHECK_FALSE(same("about ~ 5", "about 5"));
}

TEST_CASE("compare: a rule may be longer, if it is one") {
  CHECK(same("───────", "────"));
  CHECK_FALSE(same("───────", ""));
  CHECK_FALSE(same("─── ───", "───────"));
}

TEST_CASE("compare: times are numbers, whichever") {
  CHECK(same("took 1.23 s", "took 940 ms"));
  CHECK(same("| 12 µs | 3 |", "| 1.5 us | 3 |"));
  CHECK_FALSE(same("took 1.23 s", "took long"));
  CHECK_FALSE(same("took 1.23 s", "took 1.23"));
  CHECK_FALSE(same("2 states", "3 states"));
}

TEST_CASE("update: tolerances stay where the words do") {
  std::vector<std::string> old{"heading", "accuracy  0.87~0.05  of 10", "time 1.50 s"};
  CHECK(updated(old, {"heading", "new", "accuracy  0.91  of 10", "time 2.50 s"}) ==
        std::vector<std::string>{"heading", "new", "accuracy  0.87~0.05  of 10", "time 1.50 s"});
  CHECK(updated(old, {"heading", "accuracy  0.89  of 10", "time 2.50 s"}) == old);
  CHECK(updated(old, {"heading", "accuracy  0.99  of 10"})[1] == "accuracy  0.99~0.05  of 10");
  CHECK(updated(old, {"heading", "precision  0.91  of 10"})[1] == "precision  0.91  of 10");
  // rows of numbers alone all have the same words: each keeps its own place
  CHECK(updated({"a", "1.00  2.00", "b", "3.00~0.5  4.00"}, {"a", "1.10  2.00", "b", "3.30  4.00"}) ==
        std::vector<std::string>{"a", "1.10  2.00", "b", "3.00~0.5  4.00"});
}

TEST_CASE("page: blocks and spans") {
  Page page = read_page({"about `0.1235` and ``x = 1.5``", "```text output", "  a 1.0", "...", "c", "```", "```cpp", "`0.777`", "```"});
  REQUIRE(page.blocks.size() == 2);
  CHECK(page.blocks[0].info == "text output");
  CHECK(page.blocks[0].line == 3);
  REQUIRE(page.spans.size() == 2);
  CHECK(page.spans[1].text == "x = 1.5");

  CHECK(first_missing(page.blocks[0], {"start", "a 1.0", "b", "c"}) == 3);
  CHECK(first_missing(page.blocks[0], {"c", "a 1.0", "b"}) == 2);
  CHECK(first_missing(page.blocks[0], {"a 1.1", "c"}) == 0);
  CHECK(first_missing({"", 1, {"a", "c"}}, {"a", "b", "c"}) == 1);
  CHECK(first_missing({"", 1, {"a", "a"}}, {"a", "b", "a", "a"}) == 2);
  CHECK(first_missing({"", 1, {"a", "...", "a"}}, {"b", "a"}) == 2);

  CHECK(unknown_numbers(page, parse("0.12346").numbers).empty());
  REQUIRE(unknown_numbers(page, parse("0.12366").numbers).size() == 1);
  CHECK(unknown_numbers(page, parse("0.12366").numbers)[0].text == "0.1235");
}

TEST_CASE("page: headings, links and answers") {
  Page page = read_page({"# 31  Title", "## The idea", "see [32](../32/README.md#x) and ![a map](31_map.svg)", "## 1 The question",
                         "## 2  A score", "## Exercises", "1. One", "   <details><summary>Answer</summary>", "   </details>", "2. Two",
                         "3. Three", "   <details>", "   <details>"});
  CHECK(page.links == std::vector<std::string>{"../32/README.md#x", "31_map.svg"});
  CHECK(page.answers == std::vector<int>{1, 0, 2});

  const std::vector<std::string> run =
      sections_of({"31  Additive", "", "1  The question", "   1  no heading", "2  A score                  e = v . k", "12 sheep"});
  CHECK(run == std::vector<std::string>{"1 The question", "2 A score"});
  CHECK(heading_difference(page, run) == "");
  CHECK(heading_difference(page, {"1 The question", "2 Scores"}) == "the page's heading '2 A score' is '2 Scores' in the run");
  CHECK(heading_difference(page, {"1 The question"}) == "the page's heading '2 A score' is '(none)' in the run");
}

TEST_CASE("page: code is the same wherever it begins, and not otherwise") {
  const Block code{"cpp", 1, {"Tensor e = q;", "...", "return e;"}};
  CHECK(first_missing(code, {"{", "    Tensor e = q;", "    e += 1;", "    return e;"}, same_code) == 3);
  CHECK(first_missing(code, {"    Tensor e = q;", "    return e2;"}, same_code) == 2);
  CHECK(first_missing(code, {"    Tensor e = q + 1;", "    return e;"}, same_code) == 0);
}

TEST_CASE("picture: words exactly; places, colours and numbers nearly") {
  using Lines = std::vector<std::string>;
  const auto differs = [](const Lines& a, const Lines& b, bool same_run = true) { return !picture_difference(a, b, same_run).empty(); };
  const Lines cell{"<rect x=\"10\" y=\"20.5\" fill=\"#20a0ff\"/>", "<text x=\"4\" y=\"5\">0.87</text>",
                   "<text x=\"4\" y=\"9\">我 loves</text>"};
  CHECK_FALSE(differs(cell, cell));
  CHECK_FALSE(differs(cell, {"<rect x=\"12\" y=\"19\" fill=\"#2598ff\"/>", "<text x=\"4\" y=\"5\">0.89</text>", cell[2]}));
  CHECK(differs(cell, {"<rect x=\"40\" y=\"20.5\" fill=\"#20a0ff\"/>", cell[1], cell[2]}));
  CHECK(differs(cell, {"<rect x=\"10\" y=\"20.5\" fill=\"#80a0ff\"/>", cell[1], cell[2]}));
  CHECK(differs(cell, {cell[0], "<text x=\"4\" y=\"5\">0.70</text>", cell[2]}));
  CHECK(differs(cell, {cell[0], cell[1], "<text x=\"4\" y=\"9\">你 loves</text>"}));
  CHECK(differs(cell, {cell[0], cell[1]}));
  CHECK_FALSE(differs(cell, {"<rect x=\"90\" fill=\"#ffffff\"/>", "<text x=\"4\" y=\"5\">0.10</text>", cell[2]}, false));
  CHECK(differs(cell, {cell[0], cell[1]}, false));
  CHECK_FALSE(differs({"<path d=\"M1 2L30 40\"/>"}, {"<path d=\"M1 2L33 41\"/>"}));
  CHECK(differs({"<path d=\"M1 2L30 40\"/>"}, {"<path d=\"M1 2L90 40\"/>"}));
}

TEST_CASE("articles: what lessons mirror and what the tables say") {
  const std::map<std::string, std::string> mirrors{{"31_additive", "《专注力》 §3.1–3.2; 《认知平衡》 §9.2"},
                                                   {"45_gradients", "《资源分配》, 《专注力》 §4.2"}};
  CHECK(mirrors_of({"31  Additive    mirrors: 《专注力》", "    §3.2; 《认知平衡》 §9.2", "", "1  x"}) ==
        "《专注力》 §3.2; 《认知平衡》 §9.2");
  CHECK(mirrors_of({"11  Tensors", ""}) == "");
  CHECK(sections_in("§4.1–4.3, §5 and §9.2") == std::set<std::string>{"4.1", "4.2", "4.3", "5", "9.2"});
  CHECK(said_by_lessons(mirrors) == std::set<std::string>{"《专注力》 3.1: 31", "《专注力》 3.2: 31", "《认知平衡》 9.2: 31",
                                                          "《资源分配》 4.2: 45", "《专注力》 4.2: 45"});

  const std::vector<std::string> table{"| 《人工智能》 | 《资源分配》 | §4.2: 45 |", "| 《专家》 | 《专注力》 | §3.1–3.2: 31 · §4.2: 45 |",
                                       "| x | 《认知平衡》 | §9.2: 31 |"};
  CHECK(map_difference(table, mirrors) == "");
  CHECK(map_difference({"## 《资源分配》", "| §4.2 推导 | [45](45_gradients/README.md) |", "## 《专注力》", "| §3.1 | 31 |",
                        "| §3.2 | 31 |", "| §4.2 | 45 |", "| §5.1 | nothing to run |", "## 《认知平衡》", "| §9.2 | 31 |"},
                       mirrors) == "");
  CHECK(map_difference({table[0], table[1]}, mirrors) == "\n    only the lesson says 《认知平衡》 9.2: 31");
  CHECK(map_difference({table[0], "| 《专家》 | 《专注力》 | §3.1–3.2: 31 · §4.2: 45, 46 |", table[2]}, mirrors) ==
        "\n    only the table says 《专注力》 4.2: 46");

  CHECK(list_difference({"| [31 additive](31_additive/README.md) | why? | 《专注力》 §3.1–3.2; 《认知平衡》 §9.2 |",
                         "| [45 gradients](45_gradients/README.md) | ? | |"},
                        mirrors) == "\n    45_gradients mirrors 《资源分配》, 《专注力》 §4.2");
  CHECK(list_difference({}, {{"31_additive", ""}}) == "\n    has no row for 31_additive");
}

namespace {
const std::vector<std::string> english{"# 41  Four words",
                                       "",
                                       "[中文](README.zh.md)",
                                       "",
                                       "See [here](a.md).",
                                       "## 1 Scores",
                                       "It is `0.25`, for 1,000 words of `W_q`, see .85:",
                                       "    s = q k",
                                       "```text output",
                                       "x  0.25",
                                       "```",
                                       "```",
                                       "make a    # in words",
                                       "```",
                                       "| a | b |",
                                       "## Exercises",
                                       "1. What?",
                                       "   <details><summary>Answer</summary>"};
std::vector<std::string> chinese(std::size_t line, const std::string& instead) {
  std::vector<std::string> page = english;
  page[0] = "# 41  四个词";
  page[2] = "[English](README.md)";
  page[4] = "见[这里](a.zh.md)。";
  page[5] = "## 1 得分";
  page[6] = "共 1,000 个词的 `W_q` 都是 `0.25`，见 .85：";
  page[12] = "make a    # 用文字";
  page[14] = "| 甲 | 乙 |";
  page[15] = "## 练习";
  page[16] = "1. 什么？";
  page[17] = "   <details><summary>答案</summary>";
  page[line] = instead.empty() ? page[line] : instead;
  return page;
}
bool differs(std::size_t line, const std::string& instead, const std::string& message) {
  return edition_difference(english, chinese(line, instead)).find(message) != std::string::npos;
}
}  // namespace

TEST_CASE("editions: two languages say the same") {
  CHECK(edition_difference(english, chinese(0, "")) == "");
  CHECK(differs(2, "-", "the Chinese page has no link [English](...) at its top"));
  CHECK(differs(4, "见[这里](b.md)。", "links a.md 1 : 0, b.md 0 : 1"));
  CHECK(differs(5, "## 2 得分", "the heading's number is 1 in English"));
  CHECK(differs(5, "得分", "sections: 3 : 2"));
  CHECK(differs(6, "共 1,000 个词的 `W_q` 都是 `0.26`，见 .85：", "line 6 (1 得分): numbers `0.25` 1 : 0, `0.26` 0 : 1"));
  CHECK(differs(6, "共 1,000 个词的 `W_q` 都是 `0.25`：", "numbers .85 1 : 0"));
  CHECK(differs(6, "共 1000 个词的 `W_k` 都是 `0.25`，见 .85：", "code `W_k` 0 : 1, `W_q` 1 : 0"));
  CHECK(differs(7, "s = q k", "lines of formulas 1 : 0"));
  CHECK(differs(9, "x  0.26", "block 1 is another one"));
  CHECK(differs(12, "make b    # 用文字", "block 2 is another one"));
  CHECK(differs(14, "| 甲 |", "rows of tables 2 bars 0 : 1, 3 bars 1 : 0"));
  CHECK(differs(16, "什么？", "exercises 1 : 0"));
  CHECK(differs(17, "   没有", "answers 1 : 0"));
}
