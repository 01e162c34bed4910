#include <qkv/datasets/made_up_packages.h>
#include <qkv/datasets/package_text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <ostream>
#include <set>

namespace qkv::datasets {
namespace {

constexpr std::size_t longest_list = std::size_t{256} << 20;  // five times what apt-cache prints of all Debian

/// What a command prints; nothing if it can't be run.
std::string output_of(const char* command) {
  std::string text;
  std::FILE* pipe = ::popen(command, "r");
  if (!pipe) return text;
  char part[65536];
  while (std::size_t bytes = std::fread(part, 1, sizeof part, pipe)) {
    text.append(part, bytes);
    if (text.size() > longest_list) break;
  }
  ::pclose(pipe);
  require(text.size() <= longest_list, "package_text: ", command, ": prints more than ", longest_list, " bytes: no more are read");
  return text;
}

/// A field's value, if the line is that field.
bool take(const std::string& line, const std::string& field, std::string& value) {
  if (line.compare(0, field.size(), field) != 0) return false;
  std::size_t first = line.find_first_not_of(' ', field.size());
  value = first == std::string::npos ? "" : line.substr(first);
  return true;
}

/// Sections with their sizes, the largest first.
std::vector<std::pair<std::string, Index>> by_size(const std::vector<Package>& packages) {
  std::map<std::string, Index> sizes;
  for (const Package& package : packages) ++sizes[package.section];
  std::vector<std::pair<std::string, Index>> order(sizes.begin(), sizes.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return order;
}

void require_sizes(const PackageTextOptions& options) {
  require(options.vocabulary >= 2 && options.length >= 1, "package_text: vocabulary ", options.vocabulary, ", length ", options.length,
          ": must be at least 2, for padding and unknown words, and 1");
}

}  // namespace

bool for_test(const std::string& source) { return stable_hash(source) % 5 == 0; }

std::string available_packages() { return output_of("apt-cache dumpavail 2>/dev/null"); }

std::vector<Package> read_packages(const std::string& list) {
  std::vector<Package> packages;
  std::set<std::string> seen;
  std::istringstream lines(list + "\n\n");  // the last paragraph ends like the others
  Package now;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) {
      take(line, "Package:", now.name) || take(line, "Source:", now.source) || take(line, "Section:", now.section) ||
          take(line, "Description:", now.description) || take(line, "Description-en:", now.description) ||
          take(line, "Depends:", now.depends);
      continue;
    }
    now.source = now.source.empty() ? now.name : now.source.substr(0, now.source.find(' '));  // without version: "gcc-12 (12.2.0-14)"
    now.section.erase(0, now.section.rfind('/') + 1);
    if (!now.name.empty() && !now.section.empty() && !now.description.empty() && seen.insert(now.name).second) packages.push_back(now);
    now = Package();
  }
  return packages;
}

PackageText package_text(const std::vector<Package>& packages, const PackageTextOptions& options) {
  require_sizes(options);
  PackageText result;
  std::vector<std::pair<std::string, Index>> sections = by_size(packages);
  require(options.classes >= 1 && options.classes <= static_cast<Index>(sections.size()), "package_text: ", options.classes, " classes of ",
          sections.size(), " sections: must be from 1 to ", sections.size());
  std::map<std::string, Index> label;
  for (Index c = 0; c < options.classes; ++c) {
    result.class_names.push_back(sections[c].first);
    label[result.class_names.back()] = c;
  }
  for (const Package& package : packages) {
    auto found = label.find(package.section);
    if (found == label.end()) continue;
    TextSet& set = for_test(package.source) ? result.test : result.train;
    set.texts.push_back(package.description);
    set.labels.values.push_back(found->second);
  }
  require(!result.train.texts.empty() && !result.test.texts.empty(), "package_text: ", result.train.texts.size(), " texts to learn from, ",
          result.test.texts.size(), " to be measured on: there must be some of both");
  result.vocabulary = Vocabulary(result.train.texts, options.vocabulary);
  for (TextSet* set : {&result.train, &result.test}) {
    set->labels.shape = {static_cast<Index>(set->texts.size())};
    set->tokens = result.vocabulary.encode(set->texts, options.length);
  }
  result.source = "the packages that apt-cache lists";
  return result;
}

PackageText made_up_package_text(const PackageTextOptions& options) {
  Rng rng(1);
  PackageText text = package_text(made_up_packages(4000, rng), options);
  text.source = "4,000 made-up packages, the same on every machine";
  text.generated = true;
  return text;
}

PackageText debian_package_text(const PackageTextOptions& options) {
  require_sizes(options);  // before a second is spent on reading
  std::vector<Package> packages = read_packages(available_packages());
  std::vector<std::pair<std::string, Index>> sections = by_size(packages);
  std::size_t classes = static_cast<std::size_t>(options.classes);
  if (classes >= 1 && sections.size() >= classes && sections[classes - 1].second >= 100) return package_text(packages, options);
  PackageText text = made_up_package_text(options);
  text.source = "apt-cache lists too few packages; using 4,000 made-up ones instead (apt-get update)";
  return text;
}

std::ostream& operator<<(std::ostream& out, const Package& package) {
  return out << escaped(package.name) << " (" << escaped(package.section) << "): " << escaped(package.description, 200);
}

std::ostream& operator<<(std::ostream& out, const PackageText& text) {
  return out << "PackageText(" << text.train.texts.size() << " to train, " << text.test.texts.size() << " to test, "
             << text.class_names.size() << " classes), from " << text.source;
}

}  // namespace qkv::datasets
