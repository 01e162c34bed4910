#include <io/scratch.h>
#include <qkv/datasets/idx.h>

#include <doctest/doctest.h>
#include <zlib.h>

#include <sstream>

using namespace qkv;
using scratch::big;
using scratch::error_of;

namespace {

std::string idx(std::initializer_list<unsigned> sizes, const std::string& values, int type = 8) {
  std::string bytes = big(static_cast<unsigned>(type), 3) + big(sizes.size(), 1);
  for (unsigned size : sizes) bytes += big(size, 4);
  return bytes + values;
}

std::string gzip(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder / "f.gz";
  gzFile file = gzopen(path.c_str(), "wb9");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return scratch::contents(path);
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder.put("f", bytes), where = "load_idx: " + path + ": ";
  std::string message = error_of([&] { datasets::load_idx(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("idx: files written byte by byte are read, plain and compressed") {
  scratch::Folder folder;
  std::string bytes = idx({2, 3}, "\1\2\3\4\5\xff");
  for (const std::string& stored : {bytes, gzip(bytes)}) {
    datasets::IdxArray array = datasets::load_idx(folder.put("f", stored));
    CHECK(array.shape == Shape{2, 3});
    CHECK(array.values == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255});
    std::ostringstream out;
    out << array;
    CHECK(out.str() == "IdxArray(2, 3)");
  }
  CHECK(datasets::load_idx(folder.put("f", idx({0, 28, 28}, ""))).shape == Shape{0, 28, 28});
}

TEST_CASE("idx: cut off anywhere, a file is refused") {
  std::string whole = idx({2, 3}, "abcdef");
  CHECK(complaint(whole) == "(no error)");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(complaint(whole.substr(0, size)) == (size < 4    ? "too short for an IDX file"
                                               : size < 12 ? "ends within its sizes"
                                                           : "shape (2, 3) has 6 values, the file " + std::to_string(size - 12)));
  std::string compressed = gzip(whole);
  CHECK(complaint(compressed) == "(no error)");
  for (std::size_t size = 0; size < compressed.size(); ++size) CHECK(complaint(compressed.substr(0, size)) != "(no error)");
  CHECK(complaint(compressed.substr(0, compressed.size() - 1)) == "the compressed data end too early");
}

TEST_CASE("idx: damaged files and what is said of them") {
  std::string wrong_sum = gzip(idx({3}, "abc"));
  wrong_sum[wrong_sum.size() - 8] = static_cast<char>(wrong_sum[wrong_sum.size() - 8] ^ 1);
  struct Case {
    std::string bytes, message;
  };
  const Case cases[] = {
      {"PK\3\4", "not an IDX file: it does not begin with two zero bytes"},
      {idx({3}, "abc", 13), "holds numbers of type 13: only bytes (8) are supported"},
      {idx({}, "a"), "0 axes: must be from 1 to 8"},
      {idx({1, 1, 1, 1, 1, 1, 1, 1, 1}, "a"), "9 axes: must be from 1 to 8"},
      {idx({3}, "abcd"), "more values follow the 3 of shape (3,)"},
      {gzip(idx({3}, "abcd")), "more values follow the 3 of shape (3,)"},
      {gzip(idx({3}, "abc" + std::string(10'000'000, '\0'))), "more values follow the 3 of shape (3,)"},  // only 4 of them are unpacked
      {gzip(idx({3}, "ab")), "shape (3,) has 3 values, the file 2"},
      {idx({0xffffffff}, ""), "more than 1073741824 values"},
      {idx({65536, 65536, 65536, 65536}, ""), "more than 1073741824 values"},
      {idx({1 << 30}, "abc"), "shape (1073741824,) cannot be in a file of 11 bytes"},
      {wrong_sum, "cannot decompress: incorrect data check"},
  };
  for (const Case& damaged : cases) {
    std::string message = complaint(damaged.bytes);
    // zlib says which file it speaks of; ours is a name made up for this run.
    if (message.compare(0, 17, "cannot decompress") == 0) message = "cannot decompress" + message.substr(message.rfind(": "));
    CHECK(message == damaged.message);
  }
  scratch::Folder folder;
  std::string path = folder / "none";
  CHECK(error_of([&] { datasets::load_idx(path); }) == "load_idx: " + path + ": cannot read: No such file or directory");
}
