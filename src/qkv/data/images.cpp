#include <qkv/data/images.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

// Compressed pixels can unfold to far more than the size that the header admits to, so no piece of the decoder's memory may be larger
// than the largest picture needs: 2^24 pixels of 4 channels of 2 bytes, and a byte for each row.
constexpr std::size_t most_memory = (std::size_t{128} << 20) + 8192;

void* limited_realloc(void* memory, std::size_t bytes) { return bytes <= most_memory ? std::realloc(memory, bytes) : nullptr; }

}  // namespace

#define STBI_MALLOC(bytes) limited_realloc(nullptr, bytes)
#define STBI_REALLOC(memory, bytes) limited_realloc(memory, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_PNM
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC  // a program may have a stb_image of its own
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

namespace qkv::data {
namespace {

constexpr Index most_bytes = Index{64} << 20;
constexpr int longest_side = 8192;
constexpr Index most_pixels = Index{1} << 24;

/// Hands out bytes to the decoder, and remembers whether it asked for more than there are: where a file was cut off, some decoders go on
/// with zeros and report success.
struct Reader {
  const char* next;
  const char* end;
  bool ran_out = false;
};

const stbi_io_callbacks callbacks = {
    [](void* user, char* to, int size) {
      Reader& from = *static_cast<Reader*>(user);
      int count = static_cast<int>(std::min<Index>(size, from.end - from.next));
      std::memcpy(to, from.next, static_cast<std::size_t>(count));
      from.next += count;
      from.ran_out |= count == 0;
      return count;
    },
    [](void* user, int size) {
      Reader& from = *static_cast<Reader*>(user);
      from.next += std::min<Index>(size, from.end - from.next);
    },
    [](void* user) {
      Reader& from = *static_cast<Reader*>(user);
      return static_cast<int>(from.next == from.end);
    }};

}  // namespace

Tensor read_image(const std::string& path) {
  std::string where = "read_image: " + path + ": ";
  Index size = io::file_size(path, where);
  require(size <= most_bytes, where, "the file has ", size, " bytes: at most ", most_bytes, " are read");
  std::string bytes = io::read_file(path, where);

  int width = 0, height = 0, channels = 0;
  Reader header{bytes.data(), bytes.data() + bytes.size()}, reader = header;
  require(stbi_info_from_callbacks(&callbacks, &header, &width, &height, &channels) != 0, where, "not a PNG, JPEG, BMP, PGM or PPM image");
  require(width >= 1 && height >= 1, where, width, " x ", height, " pixels: there is nothing to see");
  require(width <= longest_side && height <= longest_side && Index{width} * height <= most_pixels, where, width, " x ", height,
          " pixels: at most ", longest_side, " a side and ", most_pixels, " in all are read");

  int wanted = channels <= 2 ? 1 : 3;
  std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_callbacks(&callbacks, &reader, &width, &height, &channels, wanted), stbi_image_free);
  require(pixels != nullptr, where, "cannot decode: ", stbi_failure_reason());
  require(!reader.ran_out, where, "cannot decode: the file is cut off");
  Tensor image = zeros({height, width, wanted});
  Scalar* to = image.mutable_data();
  for (Index i = 0; i < image.size(); ++i) to[i] = static_cast<Scalar>(pixels.get()[i]) / 255;
  return image;
}

}  // namespace qkv::data
