#include <qkv/datasets/data_folder.h>
#include <qkv/datasets/text.h>
#include <qkv/datasets/text_pairs.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace qkv::datasets {
namespace {

constexpr std::size_t longest_line = std::size_t{64} << 10;
constexpr Index longest_file = Index{64} << 20;
constexpr Index made_up = 4000;
constexpr Index untouched = 1;  // the settings of the lessons were chosen on part 0

/// The pairs of build/data/descriptions/NAME; none if there is no such file.
std::vector<TextPair> prepared(const std::string& name) {
  const std::string path = data_folder("descriptions") + "/" + name, where = "descriptions: " + path + ": ";
  std::error_code unreadable;  // counts as not there
  if (!std::filesystem::exists(path, unreadable)) return {};
  const Index size = io::file_size(path, where);
  require(size <= longest_file, where, size, " bytes: no more than ", longest_file, " are read");
  try {
    return read_text_pairs(io::read_file(path, where));
  } catch (const Error& error) {
    fail(where, error.what());
  }
}

bool has_no_words(const TextPair& pair) { return words_of(pair.from).empty() || words_of(pair.to).empty(); }

/// Real pairs if there are enough for a training, otherwise made-up ones.
TextPairs pairs_of(const std::string& name, const std::string& what, std::vector<TextPair> (*make_up)(Integer, Rng&)) {
  std::vector<TextPair> real = prepared(name);
  real.erase(std::remove_if(real.begin(), real.end(), has_no_words), real.end());
  if (real.size() >= 1000) {
    TextPairs pairs = split_by_group(real, 10, untouched);
    pairs.source = what + " of Debian's packages";
    return pairs;
  }
  Rng rng(1);
  TextPairs pairs = split_by_group(make_up(made_up, rng), 10);
  pairs.source = what + ": the list is not installed; using 4,000 made-up ones instead (data/descriptions fetches it)";
  pairs.generated = true;
  return pairs;
}

}  // namespace

std::vector<TextPair> read_text_pairs(const std::string& lines) {
  std::vector<TextPair> pairs;
  for (std::size_t first = 0, line = 1; first < lines.size(); ++line) {
    const std::size_t last = std::min(lines.find('\n', first), lines.size());
    require(last - first <= longest_line, "line ", line, ": ", last - first, " bytes: no more than ", longest_line, " are read");
    const std::string text = lines.substr(first, last - first);
    const std::size_t tab = text.find('\t'), next = tab == std::string::npos ? tab : text.find('\t', tab + 1);
    require(next != std::string::npos && text.find('\t', next + 1) == std::string::npos, "line ", line, ": '", escaped(text),
            "': must be group, text and text, with tabs between them");
    pairs.push_back({text.substr(0, tab), text.substr(tab + 1, next - tab - 1), text.substr(next + 1)});
    for (const std::string* part : {&pairs.back().group, &pairs.back().from, &pairs.back().to})
      require(!part->empty(), "line ", line, ": '", escaped(text), "': a part is empty");
    first = last + 1;
  }
  return pairs;
}

TextPairs split_by_group(const std::vector<TextPair>& pairs, Integer one_in, Integer part) {
  require(one_in >= 2, "split_by_group: one group in ", one_in, ": must be at least 2");
  require(part >= 0 && part < one_in, "split_by_group: part ", part, " of ", one_in, ": must be 0 to ", Index(one_in) - 1);
  TextPairs result;
  for (const TextPair& pair : pairs)
    (Index(stable_hash(pair.group) % static_cast<std::uint64_t>(Index(one_in))) == Index(part) ? result.test : result.train)
        .push_back(pair);
  require(!result.train.empty() && !result.test.empty(), "split_by_group: ", result.train.size(), " pairs to learn from, ",
          result.test.size(), " to be tested on: there must be some of both");
  return result;
}

TextPairs french_descriptions() { return pairs_of("french.tsv", "French descriptions", made_up_translations); }
TextPairs package_summaries() { return pairs_of("summaries.tsv", "long descriptions", made_up_summaries); }

std::ostream& operator<<(std::ostream& out, const TextPair& pair) {
  return out << escaped(pair.group) << ": " << escaped(pair.from, 200) << " -> " << escaped(pair.to, 200);
}
std::ostream& operator<<(std::ostream& out, const TextPairs& pairs) {
  return out << "TextPairs(" << pairs.train.size() << " to learn from, " << pairs.test.size() << " to test), from " << pairs.source;
}

}  // namespace qkv::datasets
