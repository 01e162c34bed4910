#include <io/scratch.h>
#include <qkv/io/npy.h>

#include <doctest/doctest.h>

using namespace qkv;
using scratch::error_of;
using scratch::raw;

namespace {

const std::string magic = "\x93NUMPY";

std::string file_of(const std::string& header, const std::string& data, int version = 1) {
  return magic + static_cast<char>(version) + '\0' + scratch::little(header.size(), version == 1 ? 2 : 4) + header + data;
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder.put("f", bytes), where = "load_npy: " + path + ": ";
  std::string message = error_of([&] { io::load_npy(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("npy: files written byte by byte are read, in every version and order") {
  scratch::Folder folder;
  for (int version : {1, 2, 3}) {
    Tensor x = io::load_npy(folder.put(
        "f", file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", raw<float>({1, 2, 3, 4, 5, 6}), version)));
    CHECK(x.shape() == Shape{2, 3});
    CHECK(x.at({0, 2}) == 3);
    CHECK(x.at({1, 0}) == 4);
  }
  Tensor columns =
      io::load_npy(folder.put("f", file_of(R"({"shape":(2,3),"fortran_order":True,"descr":"<f8"})", raw<double>({1, 4, 2, 5, 3, 6}))));
  CHECK(columns.shape() == Shape{2, 3});
  for (Index i = 0; i < 6; ++i) CHECK(columns.data()[i] == static_cast<Scalar>(i + 1));

  // x[i][j][k] = 100 i + 10 j + k, first axis fastest
  Indices cube = io::load_npy_indices(folder.put("f", file_of("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2, 3)}",
                                                              raw<std::int16_t>({0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112}))));
  CHECK(cube.values == std::vector<Index>{0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112});

  folder.put("f", file_of("{'descr': '<f2', 'fortran_order': False, 'shape': ()}", raw<std::uint16_t>({0x3e00})));
  CHECK(io::load_npy(folder / "f").item() == 1.5);
}

TEST_CASE("npy: whole numbers and truth values") {
  scratch::Folder folder;
  auto indices = [&](const std::string& descr, const std::string& data) {
    return io::load_npy_indices(folder.put("f", file_of("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2,)}", data))).values;
  };
  CHECK(indices("<i8", raw<std::int64_t>({-1, 1ll << 40})) == std::vector<Index>{-1, Index{1} << 40});
  CHECK(indices("<i4", raw<std::int32_t>({-1, 2})) == std::vector<Index>{-1, 2});
  CHECK(indices("|i1", raw<std::int8_t>({-1, 2})) == std::vector<Index>{-1, 2});
  CHECK(indices("|u1", raw<std::uint8_t>({255, 2})) == std::vector<Index>{255, 2});
  CHECK(indices("|b1", raw<std::uint8_t>({1, 0})) == std::vector<Index>{1, 0});
  CHECK(io::load_npy_mask(folder / "f").hidden == std::vector<std::uint8_t>{1, 0});
  std::string where = "load_npy: " + (folder / "f") + ": ";
  CHECK(error_of([&] { io::load_npy(folder / "f"); }) == where + "holds bool, not floats: read it as indices");
  CHECK(error_of([&] { indices("|b1", raw<std::uint8_t>({1, 3})); }) == where + "the number 3 is neither 0 nor 1");
  CHECK(error_of([&] { indices("<f4", raw<float>({1, 3})); }) == where + "holds f32, not whole numbers: read it as a tensor");
}

TEST_CASE("npy: what is saved is loaded") {
  scratch::Folder folder;
  std::string path = folder / "f.npy";
  Rng rng(1);
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3}, Shape{2, 0, 3}, Shape{1, 2, 3, 4}}) {
    Tensor x = randn(shape, rng);
    io::save_npy(path, x);
    Tensor y = io::load_npy(path);
    REQUIRE(y.shape() == shape);
    for (Index i = 0; i < x.size(); ++i) CHECK(y.data()[i] == x.data()[i]);
  }
  Indices names = {{3, -1}, {0, 2}};
  io::save_npy(path, names);
  CHECK(io::load_npy_indices(path).values == names.values);
  CHECK(io::load_npy_indices(path).shape == names.shape);
  CHECK(folder.names() == std::vector<std::string>{"f.npy"});

  // Exactly as NumPy writes it: 128 bytes, then the numbers.
  io::save_npy(path, Indices({2}, {1, 2}));
  std::string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }";
  header.resize(117, ' ');
  CHECK(scratch::contents(path) == file_of(header + "\n", raw<std::int64_t>({1, 2})));
}

TEST_CASE("npy: what cannot be saved leaves nothing behind") {
  scratch::Folder folder;
  std::string lost = folder / "missing/f";
  CHECK(error_of([&] { io::save_npy(lost, tensor({1})); }) == "save_npy: " + lost + ": cannot write: No such file or directory");
  CHECK(error_of([&] { io::save_npy(folder / "f", Tensor()); }) == "save_npy: " + (folder / "f") + ": the tensor is undefined");
  CHECK(folder.names().empty());
}

TEST_CASE("npy: cut off anywhere, a file is refused") {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n";
  for (int version : {1, 2}) {
    std::string whole = file_of(header, std::string(12, '\0'), version);
    std::size_t start = version == 1 ? 10 : 12, header_end = start + header.size();
    CHECK(complaint(whole) == "(no error)");
    for (std::size_t size = 0; size < whole.size(); ++size)
      CHECK(complaint(whole.substr(0, size)) ==
            (size < 10           ? "not an .npy file"
             : size < start      ? "the file ends at byte " + std::to_string(size) + ", in the length of its header"
             : size < header_end ? "the header ends at byte " + std::to_string(header_end) + ", the file at " + std::to_string(size)
                                 : "f32 (3,) takes 12 bytes, the file has " + std::to_string(size - header_end)));
  }
}

TEST_CASE("npy: damaged files and what is said of them") {
  auto with = [](const std::string& shape, std::size_t bytes = 0, const std::string& descr = "'<f4'") {
    return file_of("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + "}", std::string(bytes, 'x'));
  };
  struct Case {
    std::string bytes, message;
  };
  const Case cases[] = {
      {"\x93NUMPX" + std::string(20, '\1'), "not an .npy file"},
      {magic + '\4' + std::string(20, '\0'), "version 4.0 is not supported: only 1.0, 2.0 and 3.0"},
      {magic + '\1' + '\1' + std::string(20, '\0'), "version 1.1 is not supported: only 1.0, 2.0 and 3.0"},
      {magic + '\2' + '\0' + std::string(4, '\xff'), "the header ends at byte 4294967307, the file at 12"},
      {with("(3,)", 13), "f32 (3,) takes 12 bytes, the file has 13"},
      {with("()", 3), "f32 () takes 4 bytes, the file has 3"},
      {with("(3)", 12), "'shape' is a number, not a tuple"},
      {with("3", 12), "the header has no ( at byte 50"},
      {with("(-3,)", 12), "'shape' has no size at byte 51 of the header"},
      {with("(,)", 4), "'shape' has no size at byte 51 of the header"},
      {with("(1.5,)", 4), "the header has no ) at byte 52"},
      {with("(3 4)", 4), "the header has no ) at byte 53"},
      {with("(99999999999999999999,)"), "'shape' has a size that is too large"},
      {with("(1099511627776, 1099511627776)"), "the product of the sizes is too large"},
      {with("(1099511627776, 1099511627776, 0)"), "the product of the sizes is too large"},
      {with("(1,1,1,1,1,1,1,1,1)", 4), "9 axes: at most 8 can be held"},
      {with("(1,)", 4, "'>f4'"), "the number type '>f4' is not supported: big-endian"},
      {with("(1,)", 4, "'|O'"), "the number type '|O' is not supported"},
      {with("(1,)", 4, "''"), "the number type '' is not supported"},
      {with("(1,)", 4, "[('a', '<f4')]"), "holds records, not numbers"},
      {with("(1,)", 4, "4"), "the header has no ' at byte 10"},
      {with("(1,)", 4, "'<f4"), "the number type '<f4, ' is not supported"},
      {file_of("", ""), "the header has no { at byte 0"},
      {file_of("{", ""), "the header has no ' at byte 1"},
      {file_of("{}", ""), "the header has no 'descr'"},
      {file_of("{'descr", ""), "the string at byte 2 of the header does not end"},
      {file_of("{'descr': '<f4'}", ""), "the header has no 'fortran_order'"},
      {file_of("{'descr': '<f4', 'descr': '<f4'}", ""), "the key 'descr' is given twice"},
      {file_of("{'order': 1}", ""), "unknown key 'order'"},
      {file_of("{'fortran_order': 1}", ""), "'fortran_order' is neither True nor False"},
      {file_of("{'descr': '<f4' 'shape': ()}", ""), "the header has no } at byte 16"},
      {file_of("{'\x1b[31m': 1}", ""), "unknown key '\\x1b[31m'"},
      {with("(1,)", 4, "'\n\xff'"), "the number type '\\n\\xff' is not supported"},
      {with("(1,)", 4, "'" + std::string(50'000, 'f') + "'"), "the number type '" + std::string(80, 'f') + "...' is not supported"},
      {with("(3,)", 12) + '\0', "f32 (3,) takes 12 bytes, the file has 13"},
      {file_of(std::string("{'descr': '<f4', 'fortran_order': False, 'shape': ()}\0", 54), "1234"),
       "the header goes on behind its end, at byte 53"},
      {with("()} x", 4), "the header goes on behind its end, at byte 54"},
  };
  for (const Case& damaged : cases) CHECK(complaint(damaged.bytes) == damaged.message);
}
