#include <qkv/datasets/made_up_packages.h>
#include <qkv/tensor/check.h>

namespace qkv::datasets {
namespace {

using Texts = std::vector<const char*>;

/// How the packages of a section describe themselves, and how often such a package comes up. In a pattern @ stands for the name of the source,
/// # for a thing, ~ for what is done to it, ^ for a library's description.
struct Section {
  const char* name;
  Index share;
  Texts patterns;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> all = {
      {"libs", 9, {"shared library for ~ #", "@ library for #", "runtime of the @ library", "^ (shared library)"}},
      {"libdevel", 7, {"development files for ^", "headers of the @ library", "static library and headers for #"}},
      {"python",
       6,
       {"Python 3 module for ~ #", "Python 3 bindings of @", "~ # in Python", "Python interface to ^", "Perl code for use from Python"}},
      {"doc", 6, {"documentation for ^", "manual of @", "documentation for the Python module for ~ #", "examples and documentation of @"}},
      {"perl", 5, {"Perl module for ~ #", "~ # with Perl", "Perl interface to ^", "Python code for use from Perl"}},
      {"devel", 4, {"compiler for #", "tool for ~ source code of #", "debugger and profiler for @"}},
      {"utils", 3, {"command line tool for ~ #", "tools for #", "utility that helps in ~ #"}},
      {"haskell", 3, {"Haskell library for ~ #", "# for GHC", "Haskell bindings of ^; profiling libraries"}},
      {"net", 2, {"network client for #", "server for ~ # over the network", "@ network daemon"}},
      {"rust", 2, {"Rust source code of crate @", "^ - Rust source code", "~ # in Rust"}},
  };
  return all;
}

const Texts things{"images", "logs",     "XML files",           "time series", "mail",   "audio streams", "fonts",    "graphs",
                   "maps",   "matrices", "regular expressions", "passwords",   "tables", "dates",         "archives", "web pages"};
const Texts actions{"parsing",   "converting", "compressing", "sorting", "drawing",
                    "searching", "encoding",   "checking",    "reading", "comparing"};
const Texts libraries{"the @ library", "a fast library for #", "a library for ~ #"};
const Texts syllables{"ba", "cor", "di", "fen", "go", "lu", "mar", "nix", "or", "pel", "qua", "ri", "sto", "tan", "vex", "zu"};

const char* any(const Texts& texts, Rng& rng) { return texts[rng.below(static_cast<Index>(texts.size()))]; }

/// The pattern with each sign replaced.
std::string fill(const std::string& pattern, const std::string& name, Rng& rng) {
  std::string text;
  for (char c : pattern) {
    if (c == '@') text += name;
    else if (c == '#') text += any(things, rng);
    else if (c == '~') text += any(actions, rng);
    else if (c == '^') text += fill(any(libraries, rng), name, rng);
    else text += c;
  }
  return text;
}

/// A section, each as often as its share says.
const Section& any_section(Rng& rng) {
  Index shares = 0;
  for (const Section& section : sections()) shares += section.share;
  Index at = rng.below(shares);
  for (const Section& section : sections())
    if ((at -= section.share) < 0) return section;
  return sections().back();
}

}  // namespace

std::vector<Package> made_up_packages(Integer count, Rng& rng) {
  require(count >= 0, "made_up_packages: count is ", count, ": must not be negative");
  std::vector<Package> packages;
  while (static_cast<Index>(packages.size()) < count) {
    std::string source;
    for (Index n = 2 + rng.below(2); n > 0; --n) source += any(syllables, rng);
    for (Index n = 1 + rng.below(3); n > 0 && static_cast<Index>(packages.size()) < count; --n) {
      const Section& section = any_section(rng);
      std::string stands_in = rng.below(10) == 0 ? any_section(rng).name : section.name;
      std::string number = std::to_string(packages.size());
      packages.push_back({source + number, source, stands_in, fill(any(section.patterns, rng), source, rng)});
    }
  }
  return packages;
}

}  // namespace qkv::datasets
