#pragma once
#include <qkv/datasets/text.h>

namespace qkv::datasets {

/// A package of Debian: what it is called, what it was built from, where it belongs, and what it is, in one line.
struct Package {
  std::string name, source, section, description;
};

/// The packages of a list as `apt-cache dumpavail` prints it: fields Package, Source, Section and Description (or Description-en), paragraphs
/// parted by empty lines. The first of a name counts, and one without section or description is left out. Of "contrib/net" the section is net.
/// https://www.debian.org/doc/debian-policy/ch-controlfields.html
std::vector<Package> read_packages(const std::string& list);

struct PackageTextOptions {
  Index classes = 10;         ///< so many sections, the largest; the others are left out
  Index vocabulary = 10'000;  ///< words with a number, those for padding and unknown words included; from the training texts alone
  Index length = 16;          ///< words a text: longer ones are cut
};

/// One-line descriptions to learn from and to be measured on: which section does each belong to?
struct PackageText {
  TextSet train, test;
  Vocabulary vocabulary;
  std::vector<std::string> class_names;  ///< the largest first
  std::string source;                    ///< where the texts come from, in words to be printed
  bool generated = false;                ///< made up by the program
};

/// Packages built from one source often describe themselves in the same words (library, development files, documentation), so all of a
/// source stand on the same side: about one source in five is for the test, by a hash of its name.
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
