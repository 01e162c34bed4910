#include <io/scratch.h>
#include <qkv/datasets/made_up_packages.h>
#include <qkv/datasets/package_text.h>

#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include <sys/stat.h>

using namespace qkv;
using datasets::Package;
using scratch::error_of;

namespace {

/// A PATH of one folder while this is alive: another apt-cache, or none.
class Path {
 public:
  explicit Path(const std::string& folder) : before_(std::getenv("PATH")) { ::setenv("PATH", folder.c_str(), 1); }
  ~Path() { ::setenv("PATH", before_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

 private:
  std::string before_;
};

const char* const list =
    "Package: libz1\nSource: zlib (1.2.13)\nDepends: libc6\nDescription: Compression library\n with a second line\nSection: libs\n"
    "\n\n"
    "Package: pic\nDescription-en: Pictures\nDescription-md5: 00\nSection: contrib/net\n"
    "\n"
    "Package: pic\nDescription: another version\nSection: games\n"
    "\n"
    "Package: nothing-said\nSection: games\n"
    "\n"
    "Package: nowhere\nDescription: is in no section\n"
    "\n"
    "Package: last\nSection: doc\nDescription: The end";

}  // namespace

TEST_CASE("read_packages: fields of paragraphs") {
  std::vector<Package> packages = datasets::read_packages(list);
  REQUIRE(packages.size() == 3);
  CHECK(packages[0].name == "libz1");
  CHECK(packages[0].source == "zlib");
  CHECK(packages[0].section == "libs");
  CHECK(packages[0].description == "Compression library");
  CHECK(packages[1].source == "pic");
  CHECK(packages[1].section == "net");
  CHECK(packages[1].description == "Pictures");
  CHECK(packages[2].description == "The end");
  CHECK(datasets::read_packages("").empty());
  std::ostringstream out;
  out << packages[1];
  CHECK(out.str() == "pic (net): Pictures");
  out.str("");
  out << Package{"\x1b[2J", "", "\xc2\x9b", "a\rb" + std::string(300, 'c')};
  CHECK(out.str() == "\\x1b[2J (\\xc2\\x9b): a\\x0db" + std::string(194, 'c') + "...");
}

TEST_CASE("package_text: the largest sections, a source on one side, words of the training texts alone") {
  Rng rng(5);
  std::vector<Package> packages = datasets::made_up_packages(600, rng);
  packages.push_back({"x", "x", "rare", "a section of one"});
  datasets::PackageTextOptions options;
  options.length = 5;
  datasets::PackageText text = datasets::package_text(packages, options);
  CHECK(text.class_names.size() == 10);
  CHECK(text.class_names[0] == "libs");
  CHECK(text.train.texts.size() + text.test.texts.size() == 600);
  CHECK(text.test.texts.size() > 60);
  CHECK(text.test.texts.size() < 180);
  CHECK(text.train.tokens.shape == Shape{static_cast<Index>(text.train.texts.size()), 5});
  CHECK(text.train.labels.shape == Shape{static_cast<Index>(text.train.texts.size())});

  std::multiset<std::string> tested(text.test.texts.begin(), text.test.texts.end());
  std::set<std::string> test_sources, train_sources, known;
  std::size_t train = 0, test = 0;
  for (const Package& package : packages) {  // each side keeps the order of the list
    bool in_test = test < text.test.texts.size() && text.test.texts[test] == package.description;
    bool in_train = train < text.train.texts.size() && text.train.texts[train] == package.description;
    if (package.section == "rare") {
      CHECK(tested.count(package.description) == 0);
      continue;
    }
    REQUIRE((in_test || in_train));
    if (in_test && in_train) in_test = test_sources.count(package.source) > 0;  // equal texts: a source stays where it is
    Index label = in_test ? text.test.labels.values[test++] : text.train.labels.values[train++];
    CHECK(text.class_names[label] == package.section);
    (in_test ? test_sources : train_sources).insert(package.source);
  }
  for (const std::string& source : test_sources) CHECK(train_sources.count(source) == 0);

  for (const std::string& one : text.train.texts)
    for (const std::string& word : datasets::words_of(one)) known.insert(word);
  CHECK(static_cast<Index>(known.size()) == text.vocabulary.size() - 2);
  for (const std::string& word : known) CHECK(text.vocabulary.number(word) > datasets::Vocabulary::unknown);
  CHECK(text.test.tokens.values == text.vocabulary.encode(text.test.texts, 5).values);
}

TEST_CASE("package_text: too little is an Error") {
  std::vector<Package> packages = datasets::read_packages(list);
  CHECK(error_of([&] { datasets::package_text(packages); }) == "package_text: 10 classes of 3 sections: must be from 1 to 3");
  datasets::PackageTextOptions one;
  one.classes = 1;
  CHECK(error_of([&] { datasets::package_text({packages[0]}, one); }) ==
        "package_text: 1 texts to learn from, 0 to be measured on: there must be some of both");
}

TEST_CASE("debian_package_text: whatever apt-cache prints, or made-up packages where that is not enough") {
  scratch::Folder folder;
  Path path(folder / "");
  datasets::PackageText none = datasets::debian_package_text();
  CHECK(none.generated);
  CHECK(none.source == "apt-cache lists too few packages; using 4,000 made-up ones instead (apt-get update)");
  CHECK(none.train.texts.size() + none.test.texts.size() == 4000);
  CHECK(none.train.texts == datasets::made_up_package_text().train.texts);
  CHECK(datasets::made_up_package_text().source == "4,000 made-up packages, the same on every machine");

  std::string script = "#!/bin/sh\n[ \"$1\" = dumpavail ] || exit 1\ni=0\nwhile [ $i -lt 2400 ]; do i=$((i+1))\n";
  folder.put("apt-cache", script + "echo \"Package: p$i\nSection: s$((i % 12))\nDescription: number $i\n\"\ndone\n");
  ::chmod((folder / "apt-cache").c_str(), 0700);
  datasets::PackageText listed = datasets::debian_package_text();
  CHECK_FALSE(listed.generated);
  CHECK(listed.source == "the packages that apt-cache lists");
  CHECK(listed.train.texts.size() + listed.test.texts.size() == 2000);  // ten of twelve sections of 200

  folder.put("apt-cache", script + "echo \"Package: p$i\nSection: s$((i % 25))\nDescription: number $i\n\"\ndone\n");
  CHECK(datasets::debian_package_text().generated);  // 96 in each section

  folder.put("apt-cache", "#!/bin/sh\nexec /usr/bin/head -c 270000000 /dev/zero\n");
  CHECK(error_of([] { datasets::debian_package_text(); }) ==
        "package_text: apt-cache dumpavail 2>/dev/null: prints more than 268435456 bytes: no more are read");
}

TEST_CASE("made_up_packages: the same seed, the same packages; the section shows in the words") {
  Rng one(3), same(3);
  std::vector<Package> packages = datasets::made_up_packages(500, one);
  std::set<std::string> names, sections;
  std::vector<Package> again = datasets::made_up_packages(500, same);
  Index haskell = 0, said = 0;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    CHECK(packages[i].description == again[i].description);
    CHECK(packages[i].description.find_first_of("@#~^") == std::string::npos);
    names.insert(packages[i].name);
    sections.insert(packages[i].section);
    if (packages[i].section != "haskell") continue;
    ++haskell;
    said += packages[i].description.find("Haskell") != std::string::npos || packages[i].description.find("GHC") != std::string::npos;
  }
  CHECK(packages.size() == 500);
  CHECK(names.size() == 500);
  CHECK(sections.size() == 10);
  CHECK(said > 0.6 * static_cast<double>(haskell));
  CHECK(said < haskell);
  CHECK(datasets::made_up_packages(0, one).empty());
  CHECK(error_of([&] { datasets::made_up_packages(-1, one); }) == "made_up_packages: count is -1: must not be negative");
}
