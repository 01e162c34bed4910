#include <io/scratch.h>
#include <qkv/io/gzip.h>
#include <qkv/tensor/rng.h>

#include <doctest/doctest.h>
#include <zlib.h>

using namespace qkv;
using scratch::error_of;

namespace {

std::string gzip(const std::string& bytes) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, bytes.size()), '\0'), input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

/// All of a file, read so many bytes at a time; or what is said of it.
std::string all(const std::string& bytes, Index at_once = 1000, Index most = 1 << 20) {
  scratch::Folder folder;
  const std::string path = folder.put("f", bytes);
  std::string text;
  const std::string error = error_of([&] {
    io::Unpacked file(path, most, "f: ");
    std::string part(static_cast<std::size_t>(at_once), '\0');
    for (Index got; (got = file.read(part.data(), at_once)) > 0;) text.append(part.data(), static_cast<std::size_t>(got));
  });
  return error == "(no error)" ? text : error;
}

}  // namespace

TEST_CASE("gzip: a file is unpacked, or passed on as it is") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>((i * 1LL * i) % 251);  // longer than the buffer
  for (Index at_once : {1, 7, 65536, 1'000'000}) {
    CHECK((all(gzip(text), at_once) == text));
    CHECK((all(text, at_once) == text));
    CHECK((all(gzip(text.substr(0, 50'000)) + gzip("") + gzip(text.substr(50'000)), at_once) == text));  // three parts
    CHECK(all(gzip("abc"), at_once) == "abc");
  }
  CHECK(all("") == "");
  CHECK(all(gzip("")) == "");
  CHECK(all("\x1f") == "\x1f");
  CHECK(all("\x8b\x1f rest") == "\x8b\x1f rest");
}

TEST_CASE("gzip: cut off anywhere but between parts, or with bytes behind its end, a file is refused") {
  const std::string one = gzip("some text"), two = gzip("more of it"), whole = one + two;
  for (std::size_t size = 2; size < whole.size(); ++size)
    CHECK(all(whole.substr(0, size)) == (size == one.size() ? "some text" : "f: the compressed data end too early"));
  const std::string follow = "f: bytes follow the end of the compressed data, at byte ";
  CHECK(all(one + "x") == follow + std::to_string(one.size()));
  CHECK(all(whole + std::string(512, '\0')) == follow + std::to_string(whole.size()));
  CHECK(all(whole + "\x1f") == "f: the compressed data end too early");
  CHECK(all(whole + "\x1f rest of it") == "f: cannot decompress: incorrect header check");
  // At the edge of the buffer that the file is read into
  std::string noise;
  Rng rng(1);
  for (int i = 0; i < 65'000; ++i) noise += static_cast<char>(rng.below(256));
  for (Index less = 0; less < 3; ++less) {
    std::string packed = gzip(noise);
    REQUIRE(packed.size() < 65536);
    packed[3] = 8;  // the header has the name of a file, as long as is wanted
    packed.insert(10, std::string(65536 - packed.size() - 1 - static_cast<std::size_t>(less), 'n') + '\0');
    REQUIRE(packed.size() == 65536 - static_cast<std::size_t>(less));
    CHECK((all(packed) == noise));
    CHECK((all(packed + one) == noise + "some text"));
    CHECK(all(packed + "zz") == follow + std::to_string(packed.size()));
  }
}

TEST_CASE("gzip: the checksum and the length are compared") {
  for (std::size_t from_end : {8, 4}) {
    std::string damaged = gzip("some text");
    damaged[damaged.size() - from_end] = static_cast<char>(damaged[damaged.size() - from_end] ^ 1);
    CHECK(all(damaged) == (from_end == 8 ? "f: cannot decompress: incorrect data check" : "f: cannot decompress: incorrect length check"));
  }
}

TEST_CASE("gzip: no more is unpacked than the bound") {
  CHECK(all(gzip(std::string(100'000, '\0')), 1000, 100'000).size() == 100'000);
  CHECK(all(gzip(std::string(100'001, '\0')), 1000, 100'000) == "f: unpacks to more than the 100000 bytes that are read");
  CHECK(all(gzip(std::string(60'000, '\0')) + gzip(std::string(60'000, '\0')), 1000, 100'000) ==
        "f: unpacks to more than the 100000 bytes that are read");
  CHECK(all(std::string(11, 'x'), 1000, 10) == "f: has more than the 10 bytes that are read");

  scratch::Folder folder;
  const std::string small = folder.put("s", gzip("abc")), plain = folder.put("p", "abc");
  CHECK(io::Unpacked(small, -1, "").most() == Index{64} << 20);
  CHECK(io::Unpacked(plain, -1, "").most() == Index{1} << 30);
  CHECK(io::Unpacked(plain, 7, "").most() == 7);
  std::filesystem::resize_file(small, 1'000'000);
  CHECK(io::Unpacked(small, -1, "").most() == 100'000'000);
  std::filesystem::resize_file(small, 20'000'000);
  CHECK(io::Unpacked(small, -1, "").most() == Index{1} << 30);
}

TEST_CASE("gzip: what cannot be opened") {
  CHECK(error_of([] { io::Unpacked("/nowhere/f", -1, "f: "); }) == "f: cannot read: No such file or directory");
  CHECK(error_of([] { io::Unpacked("/", -1, "f: "); }) == "f: cannot read: not a file");
}
