#include "readers.h"

#include <qkv/tensor/rng.h>

#include <doctest/doctest.h>

// The short form of `make fuzz`: sound files with a few things changed at random, many times over.

using namespace qkv;

namespace {

class Mutator {
 public:
  Mutator(const fuzz::Seeds& seeds, std::uint64_t seed) : seeds_(seeds), rng_(seed) {}

  std::string next() {
    std::string bytes = any(seeds_);
    for (Index changes = 1 + rng_.below(4); changes > 0; --changes) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(rng_.below(static_cast<Index>(n))); }
  const std::string& any(const std::vector<std::string>& list) { return list[below(list.size())]; }

  void change(std::string& bytes) {
    std::size_t at = below(bytes.size() + 1), length = below(9);
    const std::vector<std::string> pieces = {"{",
                                             "}",
                                             "[",
                                             "]",
                                             "\"",
                                             ",",
                                             ":",
                                             "-",
                                             "0",
                                             "18446744073709551615",
                                             "4294967296",
                                             "1e9",
                                             "\xff",
                                             "\\u0000",
                                             "\n",
                                             "'",
                                             "(",
                                             ")",
                                             std::string(1, '\0'),
                                             std::string(4, '\0'),
                                             "\x1b[2J",
                                             "\xc2\x9b",
                                             "\"F8_E4M3\"",
                                             "\"LATER\"",
                                             "\x1f\x8b",
                                             "\x7f\xff\xff\xff",
                                             std::string(300, '[')};
    switch (rng_.below(7)) {
      case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng_.below(8)));
        break;
      case 1:
        if (at < bytes.size()) bytes[at] = static_cast<char>(rng_.below(256));
        break;
      case 2: bytes.erase(at, length); break;
      case 3: bytes.resize(at); break;
      case 4: bytes.insert(at, bytes.substr(below(bytes.size() + 1), length)); break;
      case 5: bytes.insert(at, any(pieces)); break;
      case 6: {
        const std::string& other = any(seeds_);
        bytes = bytes.substr(0, at) + other.substr(below(other.size() + 1));
      }
    }
    bytes.resize(std::min<std::size_t>(bytes.size(), 4000));
  }

  fuzz::Seeds seeds_;
  Rng rng_;
};

}  // namespace

TEST_CASE("fuzz: sound files are read") {
  scratch::Folder folder;
  for (const fuzz::Reader& reader : fuzz::readers())
    for (const std::string& seed : reader.seeds()) {
      INFO(std::string(reader.name));
      CHECK(scratch::error_of([&] { reader.read(folder.put("f", reader.mend(seed))); }) == "(no error)");
    }
}

TEST_CASE("fuzz: 20,000 changed files a reader give a sound result or an Error") {
  scratch::Folder folder;
  const std::string path = fuzz::input_path(folder / "f");
  for (const fuzz::Reader& reader : fuzz::readers()) {
    Mutator mutator(reader.seeds(), 11);
    std::string bytes, problem = "none";
    for (int i = 0; i < 20'000 && problem == "none"; ++i) {
      bytes = mutator.next();
      try {
        fuzz::feed(reader, bytes, path);
      } catch (const std::exception& error) {
        problem = error.what();
      }
    }
    INFO(std::string(reader.name), ": ", bytes);
    CHECK(problem == "none");
  }
}
