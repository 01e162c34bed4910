#include <qkv/datasets/images.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <zlib.h>

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

Index big_endian(const std::string& bytes, std::size_t at) {
  const stbi_uc* b = bytes_at(bytes, at);
  return Index{b[0]} << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

/// A PNG file is a row of chunks: length, name, data, checksum of name and data; IEND is the last. The decoder does not compare
/// the checksums; so damage that still decodes is found here.
void check_chunks(const std::string& bytes, const std::string& where) {
  require(bytes.compare(0, 8, signature) == 0, where, "not a PNG image");
  std::string name;
  for (std::size_t at = 8; name != "IEND";) {
    require(bytes.size() - at >= 12, where, "the file is cut off");
    Index length = big_endian(bytes, at);
    require(length <= static_cast<Index>(bytes.size() - at - 12), where, "the file is cut off");
    std::size_t end = at + 8 + static_cast<std::size_t>(length);
    name = bytes.substr(at + 4, 4);
    Index sum = static_cast<Index>(crc32(0, bytes_at(bytes, at + 4), static_cast<uInt>(end - at - 4)));
    require(sum == big_endian(bytes, end), where, "damaged: the checksum of the part from byte ", at, " to ", end + 4, " is wrong");
    at = end + 4;
  }
}

}  // namespace

Tensor read_image(const std::string& path) {
  std::string where = "read_image: " + path + ": ";
  Index bytes = io::file_size(path, where);
  require(bytes <= most_bytes, where, "the file has ", bytes, " bytes: at most ", most_bytes, " are read");
  std::string file = io::read_file(path, where);
  check_chunks(file, where);

  int size = static_cast<int>(file.size()), width = 0, height = 0, channels = 0;
  bool header = file.compare(12, 4, "IHDR") == 0 && stbi_info_from_memory(bytes_at(file, 0), size, &width, &height, &channels);
  if (!header) fail(where, "its header makes no sense");
  require(width <= longest_side && height <= longest_side && Index{width} * height <= most_pixels, where, width, " x ", height,
          " pixels: at most ", longest_side, " a side and ", most_pixels, " in all are read");
  // The decoder makes room for every pixel before it looks at one. Deflate packs at most 1032 bytes into one: more is a lie.
  Index bits = *bytes_at(file, 24), kind = *bytes_at(file, 25), samples = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1;
  require(Index{width} * height * samples * bits / 8 / 1032 <= bytes, where, width, " x ", height, " pixels cannot be in a file of ", bytes,
          " bytes");

  int wanted = channels <= 2 ? 1 : 3;
  std::unique_ptr<stbi_uc, void (*)(void*)> pixels(stbi_load_from_memory(bytes_at(file, 0), size, &width, &height, &channels, wanted),
                                                   stbi_image_free);
  if (!pixels) fail(where, "cannot decode: ", stbi_failure_reason());
  Tensor image = zeros({height, width, wanted});
  Scalar* to = image.mutable_data();
  for (Index i = 0; i < image.size(); ++i) to[i] = static_cast<Scalar>(pixels.get()[i]) / 255;
  return image;
}

}  // namespace qkv::datasets
