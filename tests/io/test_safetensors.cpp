#include <io/child.h>
#include <io/scratch.h>
#include <qkv/io/safetensors.h>
#include <qkv/nn/module.h>

#include <doctest/doctest.h>
#include <sys/resource.h>

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

TEST_CASE("safetensors: eight bits are a float of two kinds") {
  std::string all;
  for (int i = 0; i < 512; ++i) all += static_cast<char>(i & 255);
  scratch::Folder folder;
  std::string path = folder.put("f", file_of(R"({"a":{"dtype":"F8_E4M3","shape":[256],"data_offsets":[0,256]},)"
                                             R"("b":{"dtype":"F8_E5M2","shape":[256],"data_offsets":[256,512]}})",
                                             all));
  Safetensors file(path);
  Tensor a = file.tensor("a"), b = file.tensor("b");
  CHECK(file.dtype("a") == "F8_E4M3");
  CHECK(file.dtype("b") == "F8_E5M2");
  // Micikevicius et al. 2022, table 1: the largest, the smallest normal, the largest and the smallest below these; what is special.
  CHECK(a.at({0x7e}) == 448);
  CHECK(a.at({0x08}) == std::ldexp(Scalar(1), -6));
  CHECK(a.at({0x07}) == std::ldexp(Scalar(0.875), -6));
  CHECK(a.at({0x01}) == std::ldexp(Scalar(1), -9));
  CHECK(std::isnan(a.at({0x7f})));
  CHECK(std::isnan(a.at({0xff})));
  CHECK(a.at({0x38}) == 1);
  CHECK(b.at({0x7b}) == 57344);
  CHECK(b.at({0x04}) == std::ldexp(Scalar(1), -14));
  CHECK(b.at({0x03}) == std::ldexp(Scalar(0.75), -14));
  CHECK(b.at({0x01}) == std::ldexp(Scalar(1), -16));
  CHECK(b.at({0x7c}) == std::numeric_limits<Scalar>::infinity());
  CHECK(b.at({0xfc}) == -std::numeric_limits<Scalar>::infinity());
  for (Index nan : {0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff}) CHECK(std::isnan(b.at({nan})));
  CHECK(b.at({0x3c}) == 1);
  for (Index bits = 0; bits < 128; ++bits) {  // the upper half are the lower half's negatives; and up to the largest they grow
    if (bits < 0x7f) CHECK(a.at({bits + 128}) == -a.at({bits}));
    if (bits < 0x7d) CHECK(b.at({bits + 128}) == -b.at({bits}));
    if (bits > 0 && bits < 0x7f) CHECK(a.at({bits}) > a.at({bits - 1}));
    if (bits > 0 && bits < 0x7d) CHECK(b.at({bits}) > b.at({bits - 1}));
  }
  CHECK(std::signbit(a.at({0x80})));
  CHECK(error_of([&] { file.indices("a"); }) ==
        "load_safetensors: " + path + ": tensor 'a': holds f8_e4m3, not whole numbers: read it as a tensor");
  CHECK(io::load_safetensors(path).size() == 2);
}

TEST_CASE("safetensors: a type that is not known closes its own tensor, not the file") {
  scratch::Folder folder;
  std::string path = folder.put("f", file_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                             R"("c":{"dtype":"C64","shape":[1],"data_offsets":[4,12]},)"
                                             R"("q":{"dtype":"F4","shape":[3,2],"data_offsets":[12,15]},)"
                                             R"("later":{"dtype":"Q5_K","shape":[1000],"data_offsets":[15,16]},)"
                                             R"("n":{"dtype":"I8","shape":[1],"data_offsets":[16,17]}})",
                                             raw<float>({2.5f}) + std::string(12, 'x') + "\7"));
  Safetensors file(path);
  CHECK(file.names() == std::vector<std::string>{"w", "c", "q", "later", "n"});
  CHECK(file.dtype("c") == "C64");
  CHECK(file.dtype("later") == "Q5_K");
  CHECK(file.shape("q") == Shape{3, 2});
  CHECK(file.tensor("w").item() == 2.5);
  CHECK(file.indices("n").values[0] == 7);
  const std::string where = "load_safetensors: " + path + ": tensor ";
  CHECK(error_of([&] { file.tensor("c"); }) == where + "'c': numbers of type C64 cannot be read");
  CHECK(error_of([&] { file.indices("later"); }) == where + "'later': numbers of type Q5_K cannot be read");
  CHECK(error_of([&] { file.mask("q"); }) == where + "'q': numbers of type F4 cannot be read");
  CHECK(error_of([&] { io::load_safetensors(path); }) == where + "'c': numbers of type C64 cannot be read");  // not left out in silence

  struct Case {
    std::string fields;
    std::size_t bytes;
    std::string message;
  };
  const Case cases[] = {
      {R"("dtype":"F8_E4M3","shape":[3],"data_offsets":[0,2])", 2, "tensor 'w' has 2 bytes; F8_E4M3 (3,) takes 3"},
      {R"("dtype":"F8_E8M0","shape":[3],"data_offsets":[0,2])", 2, "tensor 'w' has 2 bytes; F8_E8M0 (3,) takes 3"},
      {R"("dtype":"C64","shape":[3],"data_offsets":[0,12])", 12, "tensor 'w' has 12 bytes; C64 (3,) takes 24"},
      {R"("dtype":"F4","shape":[4],"data_offsets":[0,4])", 4, "tensor 'w' has 4 bytes; F4 (4,) takes 2"},
      {R"("dtype":"F4","shape":[3],"data_offsets":[0,2])", 2, "tensor 'w': F4 (3,) takes 12 bits: must be whole bytes"},
      {R"("dtype":"F6_E2M3","shape":[4],"data_offsets":[0,4])", 4, "tensor 'w' has 4 bytes; F6_E2M3 (4,) takes 3"},
      {R"("dtype":"LATER","shape":[3],"data_offsets":[0,4])", 4, "(no error)"},
      {R"("dtype":"LATER","shape":[3],"data_offsets":[0,5])", 4, "tensor 'w' ends at byte 69, the file at 68"},
      {R"("dtype":"LATER","shape":[3],"data_offsets":[0,3])", 4, "the bytes from 67 to 68 belong to no tensor"},
      {R"("dtype":"LATER","shape":[1099511627776,1099511627776],"data_offsets":[0,4])", 4,
       "tensor 'w': the product of the sizes is too large"},
  };
  for (const Case& one : cases) CHECK(complaint(file_of("{\"w\":{" + one.fields + "}}", std::string(one.bytes, 'x'))) == one.message);
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

TEST_CASE("safetensors: whole numbers are saved as such") {
  scratch::Folder folder;
  std::string path = folder / "f";
  const Index large = (Index{1} << 53) + 1;  // one more than a double holds
  io::save_safetensors(path, {{"w", tensor({1})}}, {{"n", Indices({2, 1}, {-1, large})}, {"none", Indices({0}, {})}}, {{"k", "v"}});
  Safetensors file(path);
  CHECK(file.dtype("n") == "I64");
  CHECK(file.shape("n") == Shape{2, 1});
  CHECK(file.indices("n").values == std::vector<Index>{-1, large});
  CHECK(file.indices("none").values.empty());
  CHECK(file.tensor("w").item() == 1);
  CHECK(file.metadata() == io::Metadata{{"k", "v"}});
}

TEST_CASE("safetensors: among many names each is found, and one given twice") {
  std::string header = "{", data;
  for (int i = 0; i < 20'000; ++i) {  // in no order of the alphabet
    const int n = i * 7919 % 20'000;
    header += "\"t" + std::to_string(n) + R"(":{"dtype":"U8","shape":[],"data_offsets":[)" + std::to_string(i) + "," +
              std::to_string(i + 1) + "]},";
    data += static_cast<char>(n % 251);
  }
  header.back() = '}';
  scratch::Folder folder;
  Safetensors file(folder.put("f", file_of(header, data)));
  REQUIRE(file.names().size() == 20'000);
  for (Index i = 0; i < 20'000; ++i) REQUIRE(file.indices("t" + std::to_string(i)).values[0] == i % 251);
  CHECK_FALSE(file.has("t20000"));
  CHECK_FALSE(file.has(""));
  header.replace(header.find("\"t17\""), 5, "\"t18\"");
  CHECK(complaint(file_of(header, data)) == "the name 't18' is given twice");
}

TEST_CASE("safetensors: in 16 bits, each number becomes the nearest") {
  scratch::Folder folder;
  const std::string path = folder / "f";
  const double inf = std::numeric_limits<double>::infinity();
  struct Case {
    double number;
    unsigned half, bfloat;
  };
  const Case cases[] = {
      {1, 0x3c00, 0x3f80},
      {-2, 0xc000, 0xc000},
      {0.0, 0x0000, 0x0000},
      {-0.0, 0x8000, 0x8000},
      {1.0 / 3, 0x3555, 0x3eab},                // 0.333251953125; 0.333984375
      {65504, 0x7bff, 0x4780},                  // the largest half; 65536 in bfloat16
      {1 + 1.0 / 2048, 0x3c00, 0x3f80},         // halfway between 1 and the next half: the even one, below
      {1 + 3.0 / 2048, 0x3c02, 0x3f80},         // halfway again: the even one is above
      {1 + 1.0 / 2048 + 1e-6, 0x3c01, 0x3f80},  // a little more than halfway
      {1 + 1.0 / 256, 0x3c04, 0x3f80},          // the same in bfloat16
      {1 + 3.0 / 256, 0x3c0c, 0x3f82},
      {2 - 1.0 / 4096, 0x4000, 0x4000},      // carries into the exponent
      {std::ldexp(1, -24), 0x0001, 0x3380},  // the smallest half
      {std::ldexp(1, -25), 0x0000, 0x3300},  // half of it: to even, 0
      {std::ldexp(1.5, -25), 0x0001, 0x3340},
      {std::ldexp(1023, -24), 0x03ff, 0x3880},  // the largest half below the normal ones
      {std::ldexp(1023.75, -24), 0x0400, 0x3880},
      {inf, 0x7c00, 0x7f80},
      {-inf, 0xfc00, 0xff80},
      {std::nan(""), 0x7e00, 0x7fc0},
  };
  std::vector<Scalar> numbers;
  for (const Case& one : cases) numbers.push_back(static_cast<Scalar>(one.number));
  for (io::Precision precision : {io::Precision::half, io::Precision::bfloat}) {
    io::save_safetensors(path, {{"w", tensor({static_cast<Index>(numbers.size())}, numbers)}}, {}, precision);
    CHECK(Safetensors(path).dtype("w") == (precision == io::Precision::half ? "F16" : "BF16"));
    const std::string bytes = scratch::contents(path);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      std::uint16_t bits;
      std::memcpy(&bits, bytes.data() + bytes.size() - 2 * (numbers.size() - i), 2);
      INFO(numbers[i]);
      CHECK(bits == (precision == io::Precision::half ? cases[i].half : cases[i].bfloat));
    }
  }
}

TEST_CASE("safetensors: all 65,536 numbers of 16 bits are written as they were read") {
  scratch::Folder folder;
  std::string bytes;
  for (unsigned bits = 0; bits < 65536; ++bits) bytes += scratch::little(bits, 2);
  for (const char* dtype : {"F16", "BF16"}) {
    const std::string path =
        folder.put("f", file_of(std::string(R"({"w":{"dtype":")") + dtype + R"(","shape":[65536],"data_offsets":[0,131072]}})", bytes));
    const Tensor numbers = Safetensors(path).tensor("w");
    io::save_safetensors(folder / "g", {{"w", numbers}}, {}, dtype[0] == 'B' ? io::Precision::bfloat : io::Precision::half);
    const std::string written = scratch::contents(folder / "g");
    REQUIRE(written.size() > 131072);
    int wrong = 0;
    for (std::size_t i = 0; i < 65536; ++i)  // which NaN it was is not kept
      wrong += !std::isnan(numbers.data()[i]) && written.compare(written.size() - 131072 + 2 * i, 2, bytes, 2 * i, 2) != 0;
    CHECK(wrong == 0);
  }
}

TEST_CASE("safetensors: a number too large for 16 bits is refused") {
  scratch::Folder folder;
  const std::string path = folder / "f", where = "save_safetensors: " + path + ": tensor 'w': the number ";
  using io::Precision;
  CHECK(error_of([&] { io::save_safetensors(path, {{"w", tensor({1, 65519})}}, {}, Precision::half); }) == "(no error)");
  CHECK(Safetensors(path).tensor("w").at({1}) == 65504);
  CHECK(error_of([&] {
          io::save_safetensors(path, {{"w", tensor({1, -65520})}}, {}, Precision::half);
        }) == where + "-65520 is too large for f16");
  CHECK(error_of([&] {
          io::save_safetensors(path, {{"w", tensor({3.4e38})}}, {}, Precision::bfloat);
        }) == where + "3.4e+38 is too large for bf16");
  CHECK(Safetensors(path).tensor("w").at({1}) == 65504);  // the file is still the one before
}

TEST_CASE("safetensors: what cannot be saved leaves nothing behind") {
  scratch::Folder folder;
  std::string path = folder / "f", where = "save_safetensors: " + path + ": ";
  Tensor x = tensor({1});
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", x}, {"a", x}}); }) == where + "the name 'a' is given twice");
  CHECK(error_of([&] { io::save_safetensors(path, {{"__metadata__", x}}); }) == where + "the name '__metadata__' is reserved");
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", Tensor()}}); }) == where + "tensor 'a' is undefined");
  CHECK(error_of([&] { io::save_safetensors(path, {{"\xff", x}}); }) == where + "the text '\\xff' is not valid UTF-8");
  CHECK(error_of([&] { io::save_safetensors(path, {{"\x1b[2J", x}, {"\x1b[2J", x}}); }) == where + "the name '\\x1b[2J' is given twice");
  CHECK(error_of([&] { io::save_safetensors(path, {{"\n", Tensor()}}); }) == where + "tensor '\\n' is undefined");
  CHECK(error_of([&] { io::save_safetensors(path, {{"a", x}}, {{"a", Indices({1})}}, {}); }) == where + "the name 'a' is given twice");
  Indices torn({1, 2});
  torn.values.pop_back();
  CHECK(error_of([&] {
          io::save_safetensors(path, {}, {{"n", torn}}, {});
        }) == "save_safetensors: indices of shape (2,) with 1 values: must be as many as the shape holds");
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
#ifndef __SANITIZE_ADDRESS__  // which has taken more already
  const std::string large = folder.put("large", "");
  std::filesystem::resize_file(large, std::uintmax_t{1} << 32);  // a hole
  CHECK(scratch::in_a_child([&] {
          rlimit most = {rlim_t{3} << 30, rlim_t{3} << 30};
          ::setrlimit(RLIMIT_AS, &most);
          return error_of([&] { io::load_safetensors(large); });
        }) == "load_safetensors: " + large + ": cannot read: there is no memory for its 4294967296 bytes");
#endif
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
      {with_header("{} {}"), "the header is not valid JSON: its byte 4 does not fit"},
      {with_header(std::string("{}\0,\"b\":garbage", 15)), "the header is not valid JSON: its byte 3 does not fit"},
      {with_header(std::string("{}   \0", 6)), "the header is not valid JSON: its byte 6 does not fit"},
      {with_header(std::string("{\"\0\":{}}", 8)), "the header is not valid JSON: its byte 3 does not fit"},
      {with_header("{} \n"), "the header goes on behind its end, at byte 2"},
      {with_header(" {}"), "the header begins before its '{'"},
      {with_header("\xef\xbb\xbf{}"), "the header begins before its '{'"},
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
      {tensor_of(R"("dtype":"f32")", 0), "tensor 'w': the dtype 'f32' is none: at most 20 capital letters, digits and _"},
      {tensor_of(R"("dtype":"")", 0), "tensor 'w': the dtype '' is none: at most 20 capital letters, digits and _"},
      {tensor_of(R"("dtype":"8F")", 0), "tensor 'w': the dtype '8F' is none: at most 20 capital letters, digits and _"},
      {tensor_of(R"("dtype":"ABCDEFGHIJKLMNOPQRSTU")", 0),
       "tensor 'w': the dtype 'ABCDEFGHIJKLMNOPQRSTU' is none: at most 20 capital letters, digits and _"},
      // Names and types that would steer a terminal, or fill it
      {with_header(R"({"\u001b[31m":[]})"), "unexpected list as '\\x1b[31m'"},
      {with_header(R"({"\u001b[31m":{"\n":1}})"), "tensor '\\x1b[31m': unknown key '\\n'"},
      {with_header(R"({"a\nb":{"shape":{}}})"), "unexpected object in 'shape' of 'a\\nb'"},
      {with_header(R"({"a\nb":{"shape":[1,1,1,1,1,1,1,1,1]}})"), "tensor 'a\\nb': 'shape' has more than 8 numbers"},
      {with_header(R"({"a\nb":{"shape":[18446744073709551615]}})"), "tensor 'a\\nb': 'shape' says 18446744073709551615: too large"},
      {with_header(R"({"a\nb":{}})"), "tensor 'a\\nb' has no 'dtype'"},
      {with_header(R"({"a\nb":{"shape":[],"shape":[]}})"), "tensor 'a\\nb': the key 'shape' is given twice"},
      {with_header(R"({"a\nb":{"dtype":"U8","shape":[],"data_offsets":[0]}})"),
       "tensor 'a\\nb': 'data_offsets' has 1 numbers instead of 2"},
      {with_header(R"({"__metadata__":{"\u007f":[]}})"), "unexpected list in '\\x7f' of '__metadata__'"},
      {with_header(R"({"__metadata__":{"\n":"","\n":""}})"), "'__metadata__': the key '\\n' is given twice"},
      {with_header(R"({"\u202e":{"dtype":"\r"}})"),
       "tensor '\\xe2\\x80\\xae': the dtype '\\x0d' is none: at most 20 capital letters, digits and _"},
      {with_header(R"({"a\nb":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}})", 1), "tensor 'a\\nb' has 1 bytes; U8 (2,) takes 2"},
      {with_header(R"({"\u009b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\t":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3),
       "tensors '\\xc2\\x9b' and '\\x09' overlap"},
      {with_header(R"({"\n":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\n":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})"),
       "the name '\\n' is given twice"},
      {with_header("{\"" + std::string(1'000'000, 'w') + "\":[]}"), "unexpected list as '" + std::string(80, 'w') + "...'"},
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
