#include "data_dir.h"

#include <io/scratch.h>
#include <qkv/datasets/text.h>
#include <qkv/datasets/text_pairs.h>

#include <doctest/doctest.h>

#include <set>
#include <sstream>

using namespace qkv;
using datasets::read_text_pairs;
using datasets::TextPair;
using scratch::error_of;

namespace {

/// 2,000 lines of 500 groups.
std::string many_lines() {
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += "group" + std::to_string(i / 4) + "\ttext " + std::to_string(i) + "\ttexte\n";
  return lines;
}

}  // namespace

TEST_CASE("read_text_pairs: three parts a line") {
  const std::vector<TextPair> pairs = read_text_pairs(
      "gcc\ta compiler\tun compilateur\nvim\tan editor\tun \xc3\xa9"
      "diteur");
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].group == "gcc");
  CHECK(pairs[0].from == "a compiler");
  CHECK(pairs[0].to == "un compilateur");
  CHECK(pairs[1].to ==
        "un \xc3\xa9"
        "diteur");
  CHECK(read_text_pairs("").empty());
}

TEST_CASE("read_text_pairs: messages") {
  CHECK(error_of([] { read_text_pairs("a\tb\tc\na\tb\n"); }) == "line 2: 'a\\x09b': must be group, text and text, with tabs between them");
  CHECK(error_of([] { read_text_pairs("a\tb\tc\td"); }) ==
        "line 1: 'a\\x09b\\x09c\\x09d': must be group, text and text, with tabs between them");
  CHECK(error_of([] { read_text_pairs("a\t\tc"); }) == "line 1: 'a\\x09\\x09c': a part is empty");
  CHECK(error_of([] { read_text_pairs("\n"); }) == "line 1: '': must be group, text and text, with tabs between them");
  CHECK(error_of([] { read_text_pairs(std::string(70'000, 'a')); }) == "line 1: 70000 bytes: no more than 65536 are read");
}

TEST_CASE("split_by_group: a group stays together") {
  const datasets::TextPairs pairs = datasets::split_by_group(read_text_pairs(many_lines()), 10);
  CHECK(pairs.train.size() + pairs.test.size() == 2000);
  std::set<std::string> learn, test;
  for (const TextPair& pair : pairs.train) learn.insert(pair.group);
  for (const TextPair& pair : pairs.test) test.insert(pair.group);
  CHECK(learn.size() + test.size() == 500);
  CHECK(test.size() > 25);
  CHECK(test.size() < 100);
  std::set<std::string> tested;  // every group is in exactly one of the ten parts
  for (Index part = 0; part < 10; ++part)
    for (const TextPair& pair : datasets::split_by_group(read_text_pairs(many_lines()), 10, part).test)
      tested.insert(pair.group + " in " + std::to_string(part));
  CHECK(tested.size() == 500);
  CHECK(error_of([] { datasets::split_by_group({{"a", "b", "c"}}, 2, 2); }) == "split_by_group: part 2 of 2: must be 0 to 1");
  CHECK(error_of([] { datasets::split_by_group({{"a", "b", "c"}}, 2, -1); }) == "split_by_group: part -1 of 2: must be 0 to 1");
  CHECK(error_of([] { datasets::split_by_group({}, 1); }) == "split_by_group: one group in 1: must be at least 2");
  CHECK(error_of([] { datasets::split_by_group({{"a", "b", "c"}}, 2); }).find("there must be some of both") != std::string::npos);
}

TEST_CASE("french_descriptions, package_summaries: the prepared files, or made-up ones") {
  scratch::Folder folder;
  const DataDir there(folder / ".");
  datasets::TextPairs pairs = datasets::french_descriptions();
  CHECK(pairs.generated);
  CHECK(pairs.source == "French descriptions: the list is not installed; using 4,000 made-up ones instead (data/descriptions fetches it)");
  CHECK(pairs.train.size() + pairs.test.size() == 4000);

  std::filesystem::create_directory(folder / "descriptions");
  folder.put("descriptions/french.tsv", many_lines() + "a\t--\tc\na\tb\t--\n");
  pairs = datasets::french_descriptions();
  CHECK(!pairs.generated);
  CHECK(pairs.source == "French descriptions of Debian's packages");
  CHECK(pairs.train.size() + pairs.test.size() == 2000);
  CHECK(datasets::package_summaries().generated);

  const std::string where = "descriptions: " + (folder / "./descriptions/summaries.tsv"),
                    damaged = folder.put("descriptions/summaries.tsv", "no tabs");
  CHECK(error_of([] { datasets::package_summaries(); }) ==
        where + ": line 1: 'no tabs': must be group, text and text, with tabs between them");
  std::filesystem::resize_file(damaged, std::uintmax_t{65} << 20);
  CHECK(error_of([] { datasets::package_summaries(); }) == where + ": 68157440 bytes: no more than 67108864 are read");
}

TEST_CASE("made-up pairs: the same from the same seed, and words change their order") {
  Rng rng(1), same(1);
  const std::vector<TextPair> pairs = datasets::made_up_translations(5000, rng), again = datasets::made_up_translations(5000, same);
  std::set<std::string> english;
  bool adjective_behind = false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    CHECK(pairs[i].from == again[i].from);
    CHECK(!datasets::words_of(pairs[i].to).empty());
    english.insert(pairs[i].from);
    adjective_behind |= pairs[i].from.find("graphical editor for") == 0 && pairs[i].to.find(
                                                                               "\xc3\xa9"
                                                                               "diteur graphique pour") == 0;
  }
  CHECK(adjective_behind);
  CHECK(english.size() > 2000);
  for (const TextPair& pair : datasets::made_up_summaries(50, rng)) {
    CHECK(datasets::words_of(pair.from).size() > 2 * datasets::words_of(pair.to).size());
    CHECK(pair.from.find(pair.to.substr(0, pair.to.find(" - "))) != std::string::npos);
  }
  CHECK(error_of([&] { datasets::made_up_translations(-1, rng); }) == "made_up_translations: count is -1: must not be negative");
  CHECK(error_of([&] { datasets::made_up_summaries(-1, rng); }) == "made_up_summaries: count is -1: must not be negative");
}

TEST_CASE("text pairs: printing") {
  std::ostringstream out;
  out << TextPair{"gcc", "a\tb", "c"} << '\n' << datasets::TextPairs{{}, {}, "here"};
  CHECK(out.str() == "gcc: a\\x09b -> c\nTextPairs(0 to learn from, 0 to test), from here");
}
