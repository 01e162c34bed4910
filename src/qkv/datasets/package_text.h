#pragma once
#include <qkv/datasets/text.h>

namespace qkv::datasets {

/// A Debian package: its name, the source it was built from, its section, its description in one line, and what it depends on, as its field
/// Depends says it: "libc6 (>= 2.34), default-mta | mail-transport-agent".
struct Package {
  std::string name, source, section, description, depends = {};
};

/// The packages in the output of `apt-cache dumpavail`: fields Package, Source, Section, Description (or Description-en), Depends; empty lines
/// separate them. The first of a name counts; one without section or description is left out. Of "contrib/net" the section is net.
/// https://www.debian.org/doc/debian-policy/ch-controlfields.html
std::vector<Package> read_packages(const std::string& list);
/// What `apt-cache dumpavail` prints on this machine: nothing if there is no apt.  Throws Error if it is more than 256 MiB.
std::string available_packages();
/// Does a source, with all packages built from it, belong to the test set? So says a hash of its name for about one in five.
bool for_test(const std::string& source);

struct PackageTextOptions {
  Index classes = 10;         ///< how many sections: the largest ones; the others are left out
  Index vocabulary = 10'000;  ///< words with a number, including those for padding and unknown words; from the training texts alone
  Index length = 16;          ///< words in a text: longer ones are cut
};

/// One-line descriptions to train on and to test on: which section does each belong to?
struct PackageText {
  TextSet train, test;
  Vocabulary vocabulary;
  std::vector<std::string> class_names;  ///< the largest first
  std::string source;                    ///< where the texts come from, in words to be printed
  bool generated = false;                ///< made up by the program
};

/// Packages built from one source often describe themselves in the same words (library, development files, documentation), so all of a
/// source are on the same side of the split. A hash of the source's name puts about one source in five into the test set.
/// Throws Error if there are fewer sections than classes, or either side has no text.
PackageText package_text(const std::vector<Package>& packages, const PackageTextOptions& options = {});

/// The packages that this machine's apt-cache lists. They differ from machine to machine; where they are too few (100 in each class), or there
/// is no apt, made-up ones take their place, `generated` is set, and `source` tells:
///     apt-cache lists too few packages; using 4,000 made-up ones instead (apt-get update)
/// Throws Error if it prints more than 256 MiB.
PackageText debian_package_text(const PackageTextOptions& options = {});
/// 4,000 made-up packages (data/made_up_packages.h), the same on every machine.
PackageText made_up_package_text(const PackageTextOptions& options = {});

/// Name, section and description / numbers of texts and classes, and the source.
std::ostream& operator<<(std::ostream& out, const Package& package);
std::ostream& operator<<(std::ostream& out, const PackageText& text);

}  // namespace qkv::datasets
