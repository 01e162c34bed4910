#include <qkv/datasets/images.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace {

// Compressed pixels can unfold to far more than the size that the header admits to, so no piece of the decoder's memory may be larger
// than the largest picture needs: 2^24 pixels of 4 channels of 2 bytes, and a byte for each row.
constexpr std::size_t most_memory = (std::size_t{128} << 20) + 8192;

void* limited_realloc(void* memory, std::size_t bytes) { return bytes <= most_memory ? std::realloc(memory, bytes) : nullptr; }

}  // namespace

#define STBI_MALLOC(bytes) limited_realloc(nullptr, bytes)
#define STBI_REALLOC(memory, bytes) limited_realloc(memory, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STBI_ONLY_PNG  // version 2.27 writes outside its memory at a damaged JPEG, and misreads PGM and PPM without a word
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC  // a program may have a stb_image of its own
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

namespace qkv::datasets {
namespace {

constexpr Index most_bytes = Index{64} << 20;
constexpr int longest_side = 8192;
constexpr Index most_pixels = Index{1} << 24;
constexpr char signature[] = "\x89PNG\r\n\x1a\n";

const stbi_uc* bytes_at(const std::string& bytes, std::size_t at) { return reinterpret_cast<const stbi_uc*>(bytes.data()) + at; }

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  const stbi_uc* b = bytes_at(bytes, at);
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

/// The data of a chunk: its place in the file.
struct Chunk {
  std::size_t at = 0, size = 0;
};

/// What of a file is looked at here.
struct Chunks {
  Chunk palette, transparency;
  std::vector<Chunk> pixels;  // packed, one after another
};

/// A PNG file is a row of chunks: length, name, data, checksum of name and data; IEND is the last. The decoder does not compare
/// the checksums; so damage that still decodes is found here.
Chunks check_chunks(const std::string& bytes, const std::string& where) {
  require(bytes.compare(0, 8, signature) == 0, where, "not a PNG image");
  Chunks chunks;
  std::string name;
  for (std::size_t at = 8; name != "IEND";) {
    require(bytes.size() - at >= 12, where, "the file is cut off");
    const std::size_t length = big_endian(bytes, at);
    require(length <= bytes.size() - at - 12, where, "the file is cut off");
    std::size_t end = at + 8 + length;
    name = bytes.substr(at + 4, 4);
    const uLong sum = crc32(0, bytes_at(bytes, at + 4), static_cast<uInt>(end - at - 4));
    require(sum == big_endian(bytes, end), where, "damaged: the checksum of the part from byte ", at, " to ", end + 4, " is wrong");
    const Chunk chunk = {at + 8, length};
    if (name == "IDAT") chunks.pixels.push_back(chunk);
    else if (name == "PLTE" || name == "tRNS") {
      Chunk& only = name == "PLTE" ? chunks.palette : chunks.transparency;
      require(only.at == 0 && chunks.pixels.empty(), where, "the part '", name, "' at byte ", at, " must come once, and before the pixels");
      only = chunk;
    } else if (name != "IHDR" && name != "IEND" && !(name[0] & 32)) {  // a capital letter first: nothing can be shown without it
      fail(where, "the part '", escaped(name), "' at byte ", at, " is not known");
    }
    at = end + 4;
    require(name != "IEND" || (length == 0 && at == bytes.size()), where, "bytes follow the end of the picture, at byte ",
            length == 0 ? at : chunk.at);
  }
  return chunks;
}

/// How the pixels are written, and how many bytes that takes: a row begins with a byte that says how it is predicted.
struct Form {
  Index width, height, bits, kind, samples;

  Index bytes(bool interlaced) const {
    if (!interlaced) return height * (1 + (width * samples * bits + 7) / 8);
    static constexpr Index x0[] = {0, 4, 0, 2, 0, 1, 0}, y0[] = {0, 0, 4, 0, 2, 0, 1}, dx[] = {8, 8, 4, 4, 2, 2, 1},
                           dy[] = {8, 8, 8, 4, 4, 2, 2};
    Index sum = 0;
    for (int pass = 0; pass < 7; ++pass) {  // Adam7: seven pictures, each of every dx-th pixel of every dy-th row
      const Form part = {(width - x0[pass] + dx[pass] - 1) / dx[pass], (height - y0[pass] + dy[pass] - 1) / dy[pass], bits, kind, samples};
      if (part.width > 0) sum += part.bytes(false);
    }
    return sum;
  }
};

/// The decoder takes what it needs of the packed pixels, whatever follows, and compares no checksum of them. So they are unpacked here once
/// before, into nothing: they must be as many as the picture has, and the sum must be right.
void check_pixels(const std::string& file, const Chunks& chunks, Index expected, const std::string& where) {
  struct Stream : z_stream {
    Stream() : z_stream() { require(inflateInit(this) == Z_OK, "read_image: no memory"); }
    ~Stream() { inflateEnd(this); }
  } stream;
  std::vector<stbi_uc> nothing(std::size_t{1} << 16);
  Index count = 0;
  int status = Z_OK;
  for (const Chunk& chunk : chunks.pixels) {
    stream.next_in = const_cast<stbi_uc*>(bytes_at(file, chunk.at));
    stream.avail_in = static_cast<uInt>(chunk.size);
    do {
      if (status == Z_STREAM_END && stream.avail_in > 0) fail(where, "bytes follow the end of the packed pixels");
      if (status == Z_STREAM_END) break;
      stream.next_out = nothing.data();
      stream.avail_out = static_cast<uInt>(nothing.size());
      status = inflate(&stream, Z_NO_FLUSH);
      const bool sound = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;  // the last: no input is left
      require(sound, where, "damaged: the pixels cannot be unpacked: ", stream.msg ? stream.msg : zError(status));
      count += static_cast<Index>(nothing.size() - stream.avail_out);
      require(count <= expected, where, "the pixels are more than the ", expected, " bytes that the picture has");
    } while (stream.avail_in > 0 || stream.avail_out == 0);
  }
  require(status == Z_STREAM_END && count == expected, where, "the pixels end at byte ", count, " of ", expected);
}

/// Numbers into the palette become its colours. The decoder would look up any number, whether the palette goes that far or not; so it was
/// given the picture as a grey one, whose numbers it multiplies by `scale`.
void look_up(const stbi_uc* pixels, int scale, const std::string& file, const Chunks& chunks, Tensor& image, const std::string& where) {
  const int colours = static_cast<int>(chunks.palette.size / 3);
  const stbi_uc* palette = bytes_at(file, chunks.palette.at);
  Scalar* to = image.mutable_data();
  const Index width = image.shape()[1];
  for (Index i = 0; i < image.size() / 3; ++i) {
    const int number = pixels[i] / scale;
    if (number >= colours)
      fail(where, "the pixel in row ", i / width, ", column ", i % width, " has colour ", number, " of a palette of ", colours);
    for (int c = 0; c < 3; ++c) *to++ = static_cast<Scalar>(palette[number * 3 + c]) / 255;
  }
}

}  // namespace

Tensor read_image(const std::string& path) {
  std::string where = "read_image: " + path + ": ";
  Index bytes = io::file_size(path, where);
  require(bytes <= most_bytes, where, "the file has ", bytes, " bytes: at most ", most_bytes, " are read");
  std::string file = io::read_file(path, where);
  const Chunks chunks = check_chunks(file, where);

  int size = static_cast<int>(file.size()), width = 0, height = 0, channels = 0;
  bool header = file.compare(12, 4, "IHDR") == 0 && big_endian(file, 8) == 13;
  const bool palette = header && *bytes_at(file, 25) == 3;
  if (palette) {
    require(chunks.palette.size >= 3 && chunks.palette.size <= 768 && chunks.palette.size % 3 == 0, where, "a palette of ",
            chunks.palette.size, " bytes: must be from 1 to 256 colours of 3");
    require(chunks.transparency.size <= chunks.palette.size / 3, where, chunks.transparency.size, " transparent colours of ",
            chunks.palette.size / 3);
    require(*bytes_at(file, 24) <= 8, where, "its header makes no sense");
    file[25] = 0;                                                        // grey, without the transparency of another kind
    if (chunks.transparency.at) file[chunks.transparency.at - 1] = 's';  // tRNs: unknown, and may be left out
  }
  header = header && stbi_info_from_memory(bytes_at(file, 0), size, &width, &height, &channels);
  if (!header) fail(where, "its header makes no sense");
  require(width <= longest_side && height <= longest_side && Index{width} * height <= most_pixels, where, width, " x ", height,
          " pixels: at most ", longest_side, " a side and ", most_pixels, " in all are read");
  // The decoder makes room for every pixel before it looks at one. Deflate packs at most 1032 bytes into one: more is a lie.
  const Index bits = *bytes_at(file, 24), kind = *bytes_at(file, 25), samples = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1;
  require(Index{width} * height * samples * bits / 8 / 1032 <= bytes, where, width, " x ", height, " pixels cannot be in a file of ", bytes,
          " bytes");

  require(bits >= 8 || kind == 0, where, "its header makes no sense");
  check_pixels(file, chunks, Form{width, height, bits, kind, samples}.bytes(*bytes_at(file, 28) == 1), where);

  int wanted = channels <= 2 ? 1 : 3;
  std::unique_ptr<stbi_uc, void (*)(void*)> pixels(stbi_load_from_memory(bytes_at(file, 0), size, &width, &height, &channels, wanted),
                                                   stbi_image_free);
  if (!pixels) fail(where, "cannot decode: ", stbi_failure_reason());
  if (palette) {
    Tensor coloured = zeros({height, width, 3});
    look_up(pixels.get(), bits == 8 ? 1 : 255 / ((1 << bits) - 1), file, chunks, coloured, where);
    return coloured;
  }
  Tensor image = zeros({height, width, wanted});
  Scalar* to = image.mutable_data();
  for (Index i = 0; i < image.size(); ++i) to[i] = static_cast<Scalar>(pixels.get()[i]) / 255;
  return image;
}

}  // namespace qkv::datasets
