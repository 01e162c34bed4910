#pragma once
#include <io/scratch.h>
#include <qkv/datasets/images.h>
#include <qkv/io/checkpoint.h>
#include <qkv/io/event_file.h>
#include <qkv/io/npy.h>
#include <qkv/io/records.h>
#include <qkv/io/safetensors.h>
#include <qkv/optim/rules.h>

#include <zlib.h>

// Small sound files of every kind: what mutations start from.

namespace fuzz {

using scratch::big;
using scratch::little;
using Seeds = std::vector<std::string>;

inline std::string packed(const std::string& bytes, bool gzip) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, gzip ? 31 : 15, 8, Z_DEFAULT_STRATEGY);
  std::string result(bytes.size() + 1000, '\0'), input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

// ---- PNG ----------------------------------------------------------------------------------------------------------------------

inline std::string checksum(const std::string& body) {
  return big(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())), 4);
}
inline std::string chunk(const std::string& name, const std::string& data) {
  return big(data.size(), 4) + name + data + checksum(name + data);
}

/// `kind`: 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.
inline std::string png(unsigned width, unsigned height, unsigned depth, unsigned kind, unsigned interlaced, const std::string& more = "") {
  unsigned channels = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1;
  std::string rows;
  auto pass = [&](unsigned w, unsigned h) {
    for (unsigned y = 0; y < h && w > 0; ++y) {
      rows += static_cast<char>(y % 5);  // each way of predicting a row from its neighbours
      for (unsigned i = 0; i < (w * channels * depth + 7) / 8; ++i) rows += static_cast<char>(37 * i + y);
    }
  };
  if (!interlaced) pass(width, height);
  const unsigned x0[] = {0, 4, 0, 2, 0, 1, 0}, y0[] = {0, 0, 4, 0, 2, 0, 1}, dx[] = {8, 8, 4, 4, 2, 2, 1}, dy[] = {8, 8, 8, 4, 4, 2, 2};
  for (int p = 0; interlaced && p < 7; ++p) pass((width - x0[p] + dx[p] - 1) / dx[p], (height - y0[p] + dy[p] - 1) / dy[p]);
  std::string header = big(width, 4) + big(height, 4) + big(depth, 1) + big(kind, 1) + big(0, 2) + big(interlaced, 1);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + more + chunk("IDAT", packed(rows, false)) + chunk("IEND", "");
}

inline Seeds png_seeds() {
  std::string palette = chunk("PLTE", std::string(12, '\x55')), sixteen = chunk("PLTE", std::string(48, '\x55'));
  return {png(3, 2, 8, 0, 0),
          png(5, 3, 1, 0, 0),
          png(5, 3, 2, 0, 1),
          png(3, 3, 16, 0, 0),
          png(4, 5, 8, 2, 0),
          png(2, 6, 16, 2, 1),
          png(3, 3, 8, 4, 0),
          png(3, 2, 16, 6, 0),
          png(9, 9, 8, 6, 1),
          png(6, 2, 4, 3, 0, sixteen),
          png(13, 5, 1, 3, 1, palette),
          png(3, 3, 8, 3, 0, chunk("PLTE", std::string(768, '\x55'))),
          png(8, 8, 2, 3, 1, palette + chunk("tRNS", "\x10\x20")),
          png(3, 3, 8, 2, 0, chunk("tRNS", std::string(6, '\1'))),
          png(12, 8, 8, 0, 0)};
}

/// The same file with every checksum right again: otherwise no change would ever get past the first check.
inline std::string right_checksums(std::string bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    if (length > bytes.size() - at - 12) break;
    bytes.replace(at + 8 + length, 4, checksum(bytes.substr(at + 4, length + 4)));
    at += 12 + length;
  }
  return bytes;
}

/// Pixels as they are before they are packed, behind a few bytes that say what of: no change would get past the packing's checksum.
inline std::string right_png(std::string bytes) {
  bytes.resize(std::max<std::size_t>(bytes.size(), 5));
  auto number = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])); };
  const unsigned kinds[] = {0, 2, 3, 3, 3, 3, 4, 6}, kind = kinds[number(0) % 8], depth = 1u << number(0) / 8 % 5;
  std::string rows = bytes.substr(5),
              header = big(1 + number(1) % 40, 4) + big(1 + number(2) % 40, 4) + big(depth, 1) + big(kind, 1) + big(0, 2);
  std::string colours = kind == 3 ? chunk("PLTE", std::string(3 * number(4), '\x55')) : "";
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header + big(number(3) % 2, 1)) + colours + chunk("IDAT", packed(rows, false)) +
         chunk("IEND", "");
}
inline Seeds pixel_seeds() {
  Seeds seeds;
  auto add = [&](int kind, int depth, int interlaced, int colours, std::size_t size) {  // 8 x 8
    seeds.push_back({static_cast<char>(kind + 8 * depth), 7, 7, static_cast<char>(interlaced), static_cast<char>(colours)});
    for (std::size_t i = 0; i < size; ++i) seeds.back() += static_cast<char>(i % (size / 8) ? 3 * i : i / (size / 8) % 5);
  };
  add(2, 0, 0, 2, 8 * 2);  // numbers into a palette: 1, 2, 4 and 8 bits
  add(2, 1, 0, 4, 8 * 3);
  add(2, 2, 0, 16, 8 * 5);
  add(2, 3, 0, 255, 8 * 9);
  add(0, 3, 0, 0, 8 * 9);  // grey, colour, both with alpha
  add(1, 3, 0, 0, 8 * 25);
  add(6, 4, 0, 0, 8 * 33);
  add(7, 3, 0, 0, 8 * 33);
  return seeds;
}

// ---- safetensors and checkpoints ------------------------------------------------------------------------------------------------

/// A file whose first 8 bytes give the right length of the header, if the text (up to its last brace) is one.
inline std::string right_length(const std::string& bytes) {
  std::size_t brace = bytes.rfind('}');
  std::size_t length = brace == std::string::npos ? 0 : brace + 1;
  return little(length, 8) + bytes;
}
inline Seeds without_length(const Seeds& seeds) {
  Seeds result;
  for (const std::string& seed : seeds) result.push_back(seed.substr(8));
  return result;
}

inline Seeds safetensors_seeds() {
  auto file = [](const std::string& header, const std::string& data) { return little(header.size(), 8) + header + data; };
  Seeds seeds = {file("{}", ""), file(R"({"__metadata__":{"a":"b"}})", "")};
  for (const char* dtype : {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"}) {
    std::string name = dtype;
    std::size_t size = name == "BOOL" || name.back() == '8' ? 1 : std::stoul(name.substr(name.find_first_of("136"))) / 8;
    seeds.push_back(file(R"({"w":{"dtype":")" + name + R"(","shape":[2],"data_offsets":[0,)" + std::to_string(2 * size) + "]}}",
                         std::string(2 * size, '\1')));
  }
  for (const char* dtype : {"F8_E4M3", "F8_E5M2", "F8_E8M0", "LATER"})
    seeds.push_back(file(R"({"w":{"dtype":")" + std::string(dtype) + R"(","shape":[2],"data_offsets":[0,2]}})", "\x7f\1"));
  seeds.push_back(
      file(R"({"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]},"b":{"dtype":"C64","shape":[],"data_offsets":[1,9]}})", "123456789"));
  seeds.push_back(file(R"({"\u001b[2J\u202e":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x"));
  seeds.push_back(
      file(R"({"__metadata__":{"k":"\u6ce8"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
           R"("b":{"data_offsets":[8,9],"dtype":"BOOL","shape":[]}, "none":{"dtype":"U8","shape":[0,3],"data_offsets":[9,9] }})",
           std::string(9, '\1')));
  return seeds;
}

/// The model that checkpoints are loaded into.
struct Model : qkv::nn::Module {
  qkv::Rng rng;
  qkv::Parameter w = add_parameter("w", qkv::ones({2})), b = add_parameter("b", qkv::ones({1, 3}));
  qkv::optim::SGD sgd{parameters(), 0.1, {0.9, 0, 0, false}};
};

inline Seeds checkpoint_seeds() {
  scratch::Folder folder;
  Model model;
  qkv::io::save_checkpoint(folder / "f", model, model.sgd, 3, model.rng);
  return {scratch::contents(folder / "f")};
}

// ---- npy, idx, text --------------------------------------------------------------------------------------------------------------

inline Seeds npy_seeds() {
  auto file = [](int version, const std::string& header, const std::string& data) {
    return std::string("\x93NUMPY") + static_cast<char>(version) + '\0' + little(header.size(), version == 1 ? 2 : 4) + header + data;
  };
  Seeds seeds = {file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", std::string(24, '\1')),
                 file(2, "{'descr': '<i8', 'fortran_order': False, 'shape': (), }   \n", std::string(8, '\1')),
                 file(3, "{\"descr\": \"<f8\", \"fortran_order\": False, \"shape\": (1,)}", std::string(8, '\1'))};
  const std::pair<const char*, int> types[] = {{"<f2", 2}, {"<i4", 4}, {"<i2", 2}, {"|i1", 1}, {"<u8", 8},
                                               {"<u4", 4}, {"<u2", 2}, {"|u1", 1}, {"|b1", 1}};
  for (const auto& [descr, size] : types)
    seeds.push_back(
        file(1, std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': (3, 1), }", std::string(3 * size, '\1')));
  return seeds;
}

inline Seeds idx_seeds() {
  std::string labels = big(8, 3) + big(1, 1) + big(3, 4) + "abc";
  std::string images = big(8, 3) + big(3, 1) + big(2, 4) + big(2, 4) + big(3, 4) + std::string(12, '\7');
  std::string many = big(8, 3) + big(2, 1) + big(40, 4) + big(50, 4) + std::string(2000, '\0');
  return {labels,
          images,
          packed(labels, true),
          packed(images, true),
          packed(many, true),
          packed(images.substr(0, 9), true) + packed(images.substr(9), true)};
}

/// What is inside a gzip: otherwise no change would get past its checksum. Of two parts, where there is enough.
inline std::string right_gzip(std::string bytes) {
  const std::size_t half = bytes.size() / 2;
  return packed(bytes.substr(0, half), true) + packed(bytes.substr(half), true);
}
inline Seeds plain_idx_seeds() {
  Seeds seeds = idx_seeds();
  seeds.resize(2);
  return seeds;
}

inline Seeds sound_seeds() {
  auto wav = [](unsigned kind, unsigned channels, unsigned bits, std::size_t size) {
    const unsigned frame = channels * bits / 8;
    std::string data(size, '\1');
    return "RIFF" + little(36 + size, 4) + "WAVEfmt " + little(16, 4) + little(kind, 2) + little(channels, 2) + little(8000, 4) +
           little(8000 * frame, 4) + little(frame, 2) + little(bits, 2) + "data" + little(size, 4) + data;
  };
  return {wav(1, 1, 16, 20), wav(1, 2, 16, 20),
          wav(1, 1, 8, 9),   wav(1, 1, 24, 9),
          wav(1, 1, 32, 8),  wav(3, 1, 32, 8),
          wav(3, 1, 64, 16), wav(6, 1, 8, 9),
          wav(7, 1, 8, 9),   ".snd" + big(24, 4) + big(5, 4) + big(1, 4) + big(8000, 4) + big(1, 4) + "\xff\x80\1\2\3"};
}

/// Unicode's list, and tables of ligatures: 5 6 7 -> 9 by either form of coverage, and one that is further away.
inline Seeds emoji_seeds() {
  auto words = [](std::initializer_list<unsigned> numbers) {
    std::string bytes;
    for (unsigned number : numbers) bytes += big(number, 2);
    return bytes;
  };
  const std::string set = words({1, 4, 9, 3, 6, 7});
  return {"# group: Smileys\n1F600 ; fully-qualified # x E1.0 grinning face\n1F44B 1F3FB ; fully-qualified # x E1.0 waving hand: light\n",
          words({1, 0, 0, 0, 10, 1, 4, 4, 0, 1, 8, 1, 8, 1, 14, 1, 1, 5}) + set,
          words({1, 0, 0, 0, 10, 1, 4, 4, 0, 1, 8, 1, 8, 1, 18, 2, 1, 5, 5, 0}) + set,
          words({1, 0, 0, 0, 10, 1, 4, 7, 0, 1, 8, 1, 4, 0, 8, 1, 8, 1, 14, 1, 1, 5}) + set};
}

// ---- Records and event files -----------------------------------------------------------------------------------------------------

/// Numbers, a histogram and a picture; one record alone; one that is cut off.
inline Seeds event_seeds() {
  scratch::Folder folder;
  qkv::io::EventFile file(folder / "run", [] { return 1.5; });
  file.scalar("loss", 0.5, 300);
  file.scalar("loss", 0.25, 301);
  file.histogram("h", qkv::tensor({1, 2, 4}), 300);
  file.picture("p", qkv::ones({2, 3}), 300);
  const std::string all = scratch::contents(file.path());
  return {all, qkv::io::framed(std::string("\x10\x01\x2a\x0a\x0a\x08\x0a\x01z\x15\0\0\x80\x3f", 14)), all.substr(0, 90)};
}

/// The same with right checksums, where the lengths lead through the file; what follows is one more record.
inline std::string right_records(std::string bytes) {
  std::string result;
  std::size_t at = 0;
  while (bytes.size() - at >= 16) {
    std::uint64_t length;
    std::memcpy(&length, bytes.data() + at, 8);
    if (length > bytes.size() - at - 16) break;
    result += qkv::io::framed(bytes.substr(at + 12, static_cast<std::size_t>(length)));
    at += 16 + static_cast<std::size_t>(length);
  }
  return at == bytes.size() ? result : result + qkv::io::framed(bytes.substr(at));
}
inline Seeds whole_event_seeds() {
  Seeds seeds = event_seeds();
  seeds.pop_back();
  return seeds;
}

inline Seeds pair_seeds() {
  return {
      "gcc\ta compiler for C\tun compilateur pour C\nvim\tan editor\tun \xc3\xa9"
      "diteur\n",
      "a\tb\tc"};
}

inline Seeds text_seeds() {
  return {
      "Package: a\nSource: s (1.0)\nSection: contrib/net\nDepends: libc6 (>= 2), x | y, z:any\nDescription: GTK+ 3 library\n more of it\n\n"
      "Package: b\nVersion: 2\nSection: doc\nDescription-en: Hand\xc3\xa9 book\n",
      "Package: a\n\n\n\nSection:x\nDescription:\n", "注意力 is all you need"};
}

}  // namespace fuzz
