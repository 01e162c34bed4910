#include <qkv/data/images.h>
#include <qkv/tensor/check.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace {

// Compressed pixels can unfold to a thousand times the size of a picture that the header admits to; so the decoder's memory ends somewhere.
// 16 million pixels of 4 channels with 2 bytes, and one byte a row, need half of it.
constexpr std::size_t most_memory = std::size_t{256} << 20;

void* limited_realloc(void* memory, std::size_t bytes) { return bytes <= most_memory ? std::realloc(memory, bytes) : nullptr; }

}  // namespace

#define STBI_MALLOC(bytes) limited_realloc(nullptr, bytes)
#define STBI_REALLOC(memory, bytes) limited_realloc(memory, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_PNM
#define STB_IMAGE_STATIC  // a program may have a stb_image of its own
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

namespace qkv::data {
namespace {

constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20;
constexpr int longest_side = 8192;
constexpr Index most_pixels = Index{1} << 24;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Tensor read_image(const std::string& path) {
  std::string where = "read_image: " + path + ": ";
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(path, error);
  require(std::filesystem::exists(status), where, "cannot read: ", error ? error.message() : "No such file or directory");
  require(std::filesystem::is_regular_file(status), where, "cannot read: not a file");
  std::uintmax_t bytes = std::filesystem::file_size(path, error);
  require(!error && bytes <= most_bytes, where, "the file has ", bytes, " bytes: at most ", most_bytes, " are read");
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  require(file != nullptr, where, "cannot read: ", std::strerror(errno));

  int width = 0, height = 0, channels = 0;
  require(stbi_info_from_file(file.get(), &width, &height, &channels) != 0, where, "not a PNG, JPEG, BMP, PGM or PPM image");
  require(width >= 1 && height >= 1, where, width, " x ", height, " pixels: there is nothing to see");
  require(width <= longest_side && height <= longest_side && Index{width} * height <= most_pixels, where, width, " x ", height,
          " pixels: at most ", longest_side, " a side and ", most_pixels, " in all are read");

  int wanted = channels <= 2 ? 1 : 3;
  std::unique_ptr<stbi_uc, void (*)(void*)> pixels(stbi_load_from_file(file.get(), &width, &height, &channels, wanted), stbi_image_free);
  require(pixels != nullptr, where, "cannot decode: ", stbi_failure_reason());
  Tensor image = zeros({height, width, wanted});
  Scalar* to = image.mutable_data();
  for (Index i = 0; i < image.size(); ++i) to[i] = static_cast<Scalar>(pixels.get()[i]) / 255;
  return image;
}

}  // namespace qkv::data
