#include <io/child.h>
#include <io/scratch.h>
#include <qkv/datasets/idx.h>

#include <doctest/doctest.h>
#include <zlib.h>

#include <sys/resource.h>

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

TEST_CASE("idx: parts of a gzip, one behind the other, are one file") {
  scratch::Folder folder;
  datasets::IdxArray array = datasets::load_idx(folder.put("f", gzip(idx({2, 3}, "ab")) + gzip("") + gzip("cdef")));
  CHECK(array.values == std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'});
}

TEST_CASE("idx: a bound says how much is unpacked, and what is beyond is refused before it is held") {
  scratch::Folder folder;
  const std::string path = folder.put("f", gzip(idx({1000}, std::string(1000, '\0'))));  // 1008 bytes of about 30
  CHECK(datasets::load_idx(path, 1008).values.size() == 1000);
  const std::string size = std::to_string(std::filesystem::file_size(path));
  CHECK(error_of([&] { datasets::load_idx(path, 1007); }) ==
        "load_idx: " + path + ": more than 999 values: no more are read of a file of " + size + " bytes");
  const std::string plain = folder.put("p", idx({3}, "abc"));
  CHECK(datasets::load_idx(plain, 11).values.size() == 3);
  CHECK(error_of([&] { datasets::load_idx(plain, 10); }) ==
        "load_idx: " + plain + ": more than 2 values: no more are read of a file of 11 bytes");

  // Without one, a hundred times the size or 64 MiB: here 100 MB in 0.1
  const std::string large = folder.put("l", gzip(idx({100'000'000}, "") + std::string(100'000'000, '\0')));
  REQUIRE(std::filesystem::file_size(large) < 200'000);
  const std::string said = scratch::in_a_child([&] {
    rusage before, after;
    ::getrusage(RUSAGE_SELF, &before);
    std::string message = error_of([&] { datasets::load_idx(large); });
    ::getrusage(RUSAGE_SELF, &after);
    if (after.ru_maxrss - before.ru_maxrss > 70'000) message += ", but it was held";  // kilobytes
    return message;
  });
  CHECK(said == "load_idx: " + large + ": more than 67108856 values: no more are read of a file of " +
                    std::to_string(std::filesystem::file_size(large)) + " bytes");
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
      {idx({0xffffffff}, ""), "more than 1073741816 values: no more are read of a file of 8 bytes"},
      {idx({65536, 65536, 65536, 65536}, ""), "more than 1073741804 values: no more are read of a file of 20 bytes"},
      {idx({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, ""), "more than 1073741804 values: no more are read of a file of 20 bytes"},
      {gzip(idx({3}, "abc")) + "x", "bytes follow the end of the compressed data, at byte 31"},
      {gzip(idx({3}, "abc")) + std::string(1, '\0'), "bytes follow the end of the compressed data, at byte 31"},
      {gzip(idx({3}, "abc")) + gzip("d"), "more values follow the 3 of shape (3,)"},
      {idx({1 << 29}, "abc"), "shape (536870912,) cannot be in a file of 11 bytes"},
      {idx({12}, "abc"), "shape (12,) cannot be in a file of 11 bytes"},
      {gzip(idx({1 << 20}, "abc")), "shape (1048576,) cannot be in a file of 31 bytes"},
      {wrong_sum, "cannot decompress: incorrect data check"},
  };
  for (const Case& damaged : cases) {
    std::string message = complaint(damaged.bytes);
    CHECK(message == damaged.message);
  }
  scratch::Folder folder;
  std::string path = folder / "none";
  CHECK(error_of([&] { datasets::load_idx(path); }) == "load_idx: " + path + ": cannot read: No such file or directory");
}
