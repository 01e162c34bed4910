#include <io/scratch.h>
#include <qkv/io/safetensors.h>
#include <qkv/nn/module.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <type_traits>

using namespace qkv;
using io::Safetensors;
using scratch::error_of;
using scratch::raw;

namespace {

std::string file_of(const std::string& header, const std::string& data) { return scratch::little(header.size(), 8) + header + data; }

/// What is wrong with a file of this header and data, without "load_safetensors: <path>: ".
std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder.put("f", bytes), where = "load_safetensors: " + path + ": ";
  std::string message = error_of([&] { Safetensors file(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("safetensors: a file written byte by byte is read") {
  scratch::Folder folder;
  std::string path = folder.put("f", file_of(R"({"__metadata__":{"steps":"20"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                                             R"("b":{"dtype":"F64","shape":[],"data_offsets":[24,32]}} )",
                                             raw<float>({1, -2, 0.5f, 4, 5, 6}) + raw<double>({0.1})));
  Safetensors file(path);
  CHECK(file.names() == std::vector<std::string>{"w", "b"});
  CHECK(file.metadata() == io::Metadata{{"steps", "20"}});
  CHECK(file.shape("w") == Shape{2, 3});
  CHECK(file.dtype("w") == "F32");
  CHECK(file.tensor("w").at({0, 1}) == -2);
  CHECK(file.tensor("w").at({1, 2}) == 6);
  CHECK(file.tensor("b").item() == Scalar(0.1));
  CHECK(file.has("w"));
  CHECK_FALSE(file.has("x"));
  std::ostringstream out;
  out << file;
  CHECK(out.str() == "Safetensors(" + path + ": 2 tensors, 7 numbers)");
  CHECK(error_of([&] { file.tensor("x"); }) == "load_safetensors: " + path + ": there is no tensor 'x' among its 2");
}

TEST_CASE("safetensors: every number type is read as what it is") {
  scratch::Folder folder;
  std::string header = "{", data;
  auto add = [&](const std::string& dtype, std::size_t count, const std::string& bytes) {
    header += (data.empty() ? "\"" : ",\"") + dtype + R"(":{"dtype":")" + dtype + R"(","shape":[)" + std::to_string(count) +
              R"(],"data_offsets":[)" + std::to_string(data.size()) + "," + std::to_string(data.size() + bytes.size()) + "]}";
    data += bytes;
  };
  // Half precision: 1, -2, the smallest number 2^-24, the largest 65504, infinity, not a number.
  add("F16", 6, raw<std::uint16_t>({0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x7e00}));
  add("BF16", 3, raw<std::uint16_t>({0x3f80, 0xc000, 0xff80}));
  add("I64", 2, raw<std::int64_t>({-5, 1ll << 40}));
  add("I32", 2, raw<std::int32_t>({-6, 7}));
  add("I16", 1, raw<std::int16_t>({-300}));
  add("I8", 1, raw<std::int8_t>({-100}));
  add("U64", 1, raw<std::uint64_t>({8}));
  add("U32", 1, raw<std::uint32_t>({4000000000u}));
  add("U16", 1, raw<std::uint16_t>({60000}));
  add("U8", 2, raw<std::uint8_t>({1, 255}));
  add("BOOL", 3, raw<std::uint8_t>({1, 0, 1}));
  std::string path = folder.put("f", file_of(header + "}", data));
  Safetensors file(path);

  Tensor half = file.tensor("F16"), bfloat = file.tensor("BF16");
  CHECK(half.at({0}) == 1);
  CHECK(half.at({1}) == -2);
  CHECK(half.at({2}) == std::ldexp(Scalar(1), -24));
  CHECK(half.at({3}) == 65504);
  CHECK(half.at({4}) == std::numeric_limits<Scalar>::infinity());
  CHECK(std::isnan(half.at({5})));
  CHECK(bfloat.at({0}) == 1);
  CHECK(bfloat.at({1}) == -2);
  CHECK(bfloat.at({2}) == -std::numeric_limits<Scalar>::infinity());
  CHECK(file.indices("I64").values == std::vector<Index>{-5, Index{1} << 40});
  CHECK(file.indices("I32").values == std::vector<Index>{-6, 7});
  CHECK(file.indices("I16").values == std::vector<Index>{-300});
  CHECK(file.indices("I8").values == std::vector<Index>{-100});
  CHECK(file.indices("U64").values == std::vector<Index>{8});
  CHECK(file.indices("U32").values == std::vector<Index>{4000000000});
  CHECK(file.indices("U16").values == std::vector<Index>{60000});
  CHECK(file.indices("U8").values == std::vector<Index>{1, 255});
  CHECK(file.indices("BOOL").values == std::vector<Index>{1, 0, 1});
  CHECK(file.mask("BOOL").hidden == std::vector<std::uint8_t>{1, 0, 1});

  std::string where = "load_safetensors: " + path + ": tensor ";
  CHECK(error_of([&] { file.tensor("I64"); }) == where + "'I64': holds i64, not floats: read it as indices");
  CHECK(error_of([&] { file.indices("F16"); }) == where + "'F16': holds f16, not whole numbers: read it as a tensor");
  CHECK(error_of([&] { file.mask("U8"); }) == where + "'U8': the number 255 is neither 0 nor 1");
  CHECK(error_of([&] { file.mask("I8"); }) == where + "'I8': holds i8, not the 0 and 1 of a mask");

  io::Named floats = io::load_safetensors(path);
  REQUIRE(floats.size() == 2);
  CHECK(floats[0].first == "F16");
  CHECK(floats[1].first == "BF16");
}

TEST_CASE("safetensors: numbers that would change are refused") {
  scratch::Folder folder;
  std::string path = folder.put("f", file_of(R"({"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                                             R"("u":{"dtype":"U64","shape":[1],"data_offsets":[8,16]}})",
                                             raw<double>({1e300}) + raw<std::uint64_t>({1ull << 63})));
  Safetensors file(path);
  std::string where = "load_safetensors: " + path + ": tensor ";
  std::string expected = sizeof(Scalar) == 4 ? where + "'d': the number 1e+300 does not fit into a float" : "(no error)";
  CHECK(error_of([&] { file.tensor("d"); }) == expected);
  CHECK(error_of([&] { file.indices("u"); }) == where + "'u': the number 9223372036854775808 is too large for an index");
}

TEST_CASE("safetensors: what is saved is loaded, in the same order") {
  static_assert(std::is_same<io::Named, nn::Module::Named>::value, "a model's parameters are saved as they are");
  scratch::Folder folder;
  Rng rng(1);
  io::Named saved = {{"z", randn({3, 5}, rng)}, {"a \"quoted\" \n 注意力", tensor({7})}, {"none", zeros({0, 4})}, {"one", Tensor(2.5)}};
  std::string path = folder / "f.safetensors";
  io::save_safetensors(path, saved, {{"epoch", "3"}});
  io::save_safetensors(path, saved, {{"epoch", "4"}});  // in place of the first
  CHECK(folder.names() == std::vector<std::string>{"f.safetensors"});

  io::Named loaded = io::load_safetensors(path);
  REQUIRE(loaded.size() == saved.size());
  for (std::size_t i = 0; i < saved.size(); ++i) {
    CHECK(loaded[i].first == saved[i].first);
    REQUIRE(loaded[i].second.shape() == saved[i].second.shape());
    for (Index j = 0; j < saved[i].second.size(); ++j) CHECK(loaded[i].second.data()[j] == saved[i].second.data()[j]);
  }
  CHECK(Safetensors(path).metadata() == io::Metadata{{"epoch", "4"}});
  CHECK(Safetensors(path).dtype("z") == (sizeof(Scalar) == 4 ? "F32" : "F64"));

  io::save_safetensors(path, {});
  CHECK(io::load_safetensors(path).empty());
}

TEST_CASE("safetensors: the bytes that are written") {
  scratch::Folder folder;
  std::string path = folder / "f";
  io::save_safetensors(path, {{"w", tensor({1, 2})}}, {{"k", "v"}});
  bool wide = sizeof(Scalar) == 8;
  std::string header = std::string(R"({"__metadata__":{"k":"v"},"w":{"data_offsets":[0,)") + (wide ? "16" : "8") + R"(],"dtype":"F)" +
                       (wide ? "64" : "32") + R"(","shape":[2]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  CHECK(scratch::contents(path) == file_of(header, raw<Scalar>({1, 2})));
}

TEST_CASE("safetensors: what cannot be saved leaves nothing behind") {
  scratch::Folder folder;
  std::string path = folder / "f", where = "save_safetensors: " + path + ": ";
  Tensor x = tensor({1});
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", x}, {"a", x}}); }) == where + "the name 'a' is given twice");
  CHECK(error_of([&] { io::save_safetensors(path, {{"__metadata__", x}}); }) == where + "the name '__metadata__' is reserved");
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", Tensor()}}); }) == where + "tensor 'a' is undefined");
  CHECK(error_of([&] { io::save_safetensors(path, {{"\xff", x}}); }) == where + "the text '\xff' is not valid UTF-8");
  CHECK(folder.names().empty());

  std::string lost = folder / "missing/f";
  CHECK(error_of([&] {
          io::save_safetensors(lost, {{"a", x}});
        }) == "save_safetensors: " + lost + ": cannot write: No such file or directory");
  CHECK(folder.names().empty());

  std::filesystem::create_directory(path);
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", x}}); }) == where + "cannot write: Is a directory");
  CHECK(folder.names() == std::vector<std::string>{"f"});
}

TEST_CASE("safetensors: files that cannot be read") {
  scratch::Folder folder;
  std::string path = folder / "none";
  CHECK(error_of([&] { io::load_safetensors(path); }) == "load_safetensors: " + path + ": cannot read: No such file or directory");
  std::filesystem::create_directory(path);
  CHECK(error_of([&] { io::load_safetensors(path); }) == "load_safetensors: " + path + ": cannot read: not a file");
}

TEST_CASE("safetensors: cut off anywhere, a file is refused") {
  std::string header = R"({"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})", whole = file_of(header, std::string(24, 'x'));
  std::size_t header_end = 8 + header.size();
  CHECK(complaint(whole) == "(no error)");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string n = std::to_string(size), end = std::to_string(header_end);
    CHECK(complaint(whole.substr(0, size)) == (size < 8 ? "the file has " + n + " bytes, too few for the length of a header"
                                               : size < header_end
                                                   ? "the header ends at byte " + end + ", the file at " + n
                                                   : "tensor 'w' ends at byte " + std::to_string(whole.size()) + ", the file at " + n));
  }
}

TEST_CASE("safetensors: damaged files and what is said of them") {
  auto with_header = [](const std::string& header, std::size_t data = 0) { return file_of(header, std::string(data, 'x')); };
  auto tensor_of = [&](const std::string& fields, std::size_t data) { return with_header(R"({"w":{)" + fields + "}}", data); };
  struct Case {
    std::string bytes, message;
  };
  const Case cases[] = {
      {scratch::little(100'000'001, 8) + "{}", "the header should have 100000001 bytes: at most 100000000 are allowed"},
      {std::string(8, '\xff') + "{}", "the header should have 18446744073709551615 bytes: at most 100000000 are allowed"},
      // JSON
      {with_header(""), "the header is not valid JSON: its byte 1 does not fit"},
      {with_header("{"), "the header is not valid JSON: its byte 2 does not fit"},
      {with_header("{}x"), "the header is not valid JSON: its byte 3 does not fit"},
      {with_header("{\"\xff\":{}}"), "the header is not valid JSON: its byte 3 does not fit"},
      {with_header("[]"), "unexpected list in the header"},
      {with_header("3"), "unexpected number in the header"},
      {with_header(std::string(1'000'000, '[')), "unexpected list in the header"},
      {with_header(R"({"w":[]})"), "unexpected list as 'w'"},
      {with_header(R"({"w":null})"), "unexpected null as 'w'"},
      {with_header(R"({"w":{"shape":{}}})"), "unexpected object in 'shape' of 'w'"},
      {tensor_of(R"("shape":[[2]])", 0), "unexpected list in 'shape' of 'w'"},
      {tensor_of(R"("shape":[{"a":{}}])", 0), "unexpected object in 'shape' of 'w'"},
      {tensor_of(R"("shape":[-1])", 0), "unexpected negative number in 'shape' of 'w'"},
      {tensor_of(R"("shape":[1.5])", 0), "unexpected fraction in 'shape' of 'w'"},
      {tensor_of(R"("shape":["1"])", 0), "unexpected string in 'shape' of 'w'"},
      {tensor_of(R"("shape":[true])", 0), "unexpected truth value in 'shape' of 'w'"},
      {tensor_of(R"("shape":4)", 0), "unexpected number in 'shape' of 'w'"},
      {tensor_of(R"("dtype":["F32"])", 0), "unexpected list in 'dtype' of 'w'"},
      {tensor_of(R"("dtype":32)", 0), "unexpected number in 'dtype' of 'w'"},
      {with_header(R"({"__metadata__":"a"})"), "unexpected string as '__metadata__'"},
      {with_header(R"({"__metadata__":{"a":1}})"), "unexpected number in 'a' of '__metadata__'"},
      {with_header(R"({"__metadata__":{"a":["b"]}})"), "unexpected list in 'a' of '__metadata__'"},
      // Keys
      {tensor_of(R"("dtype":"F32","shape":[1])", 4), "tensor 'w' has no 'data_offsets'"},
      {tensor_of(R"("shape":[1],"data_offsets":[0,4])", 4), "tensor 'w' has no 'dtype'"},
      {tensor_of("", 4), "tensor 'w' has no 'dtype'"},
      {tensor_of(R"("strides":[1])", 4), "tensor 'w': unknown key 'strides'"},
      {tensor_of(R"("dtype":"F32","dtype":"F32")", 4), "tensor 'w': the key 'dtype' is given twice"},
      {with_header(R"({"__metadata__":{"a":"1","a":"2"}})"), "'__metadata__': the key 'a' is given twice"},
      {with_header(R"({"__metadata__":{},"__metadata__":{}})"), "the name '__metadata__' is given twice"},
      {with_header(R"({"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2),
       "the name 'w' is given twice"},
      {tensor_of(R"("dtype":"F8_E4M3")", 0), "tensor 'w': the dtype 'F8_E4M3' is not supported"},
      {tensor_of(R"("dtype":"f32")", 0), "tensor 'w': the dtype 'f32' is not supported"},
      // Sizes and places
      {tensor_of(R"("shape":[1,1,1,1,1,1,1,1,1])", 0), "tensor 'w': 'shape' has more than 8 numbers"},
      {tensor_of(R"("data_offsets":[0,1,2])", 0), "tensor 'w': 'data_offsets' has more than 2 numbers"},
      {tensor_of(R"("dtype":"U8","shape":[1],"data_offsets":[0])", 1), "tensor 'w': 'data_offsets' has 1 numbers instead of 2"},
      {tensor_of(R"("shape":[18446744073709551615])", 0), "tensor 'w': 'shape' says 18446744073709551615: too large"},
      {tensor_of(R"("dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4])", 4),
       "tensor 'w': the product of the sizes is too large"},
      {tensor_of(R"("dtype":"F32","shape":[1099511627776,1099511627776,0],"data_offsets":[0,0])", 0),
       "tensor 'w': the product of the sizes is too large"},
      {tensor_of(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])", 4), "tensor 'w' has 4 bytes; F32 (2,) takes 8"},
      {tensor_of(R"("dtype":"U8","shape":[4],"data_offsets":[4,0])", 4), "tensor 'w' ends at byte 61 before it begins at 65"},
      {tensor_of(R"("dtype":"U8","shape":[4],"data_offsets":[0,4])", 3), "tensor 'w' ends at byte 65, the file at 64"},
      {tensor_of(R"("dtype":"U8","shape":[4],"data_offsets":[0,4])", 5), "the bytes from 65 to 66 belong to no tensor"},
      {tensor_of(R"("dtype":"U8","shape":[4],"data_offsets":[1,5])", 5), "the bytes from 61 to 62 belong to no tensor"},
      {with_header("{}", 1), "the bytes from 10 to 11 belong to no tensor"},
      {with_header(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3),
       "tensors 'a' and 'b' overlap"},
      {with_header(R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 4),
       "the bytes from 115 to 116 belong to no tensor"},
  };
  for (const Case& damaged : cases) CHECK(complaint(damaged.bytes) == damaged.message);
}

TEST_CASE("safetensors: any byte of a file changed at random gives an Error or a sound file, never a crash") {
  scratch::Folder folder;
  std::string path = folder / "f";
  io::save_safetensors(path, {{"w", ones({2, 3})}, {"b", ones({3})}}, {{"epoch", "1"}});
  std::string whole = scratch::contents(path);
  Rng rng(5);
  Index refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    damaged[rng.below(static_cast<Index>(whole.size()))] = static_cast<char>(rng.below(256));
    folder.put("f", damaged);
    refused += error_of([&] { io::load_safetensors(path); }) != "(no error)";
  }
  CHECK(refused > 100);
  CHECK(refused < 500);
}
