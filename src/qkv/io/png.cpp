#include <qkv/io/png.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <vector>

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC  // a program may have a stb_image_write of its own
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

namespace qkv::io {
namespace {

constexpr Index longest_side = 8192;

void append(void* to, void* bytes, int size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace

std::string png(const Tensor& picture) {
  const Index channels = picture.rank() == 3 ? picture.size(2) : 1;
  const bool fits = (picture.rank() == 2 || picture.rank() == 3) && (channels == 1 || channels == 3) && picture.size() > 0;
  require(fits, "png: a picture of shape ", picture.shape(), ": must be (height, width), (height, width, 1) or (height, width, 3)");
  const Index height = picture.size(0), width = picture.size(1);
  require(height <= longest_side && width <= longest_side, "png: ", height, " x ", width, " pixels: at most ", longest_side, " a side");
  std::vector<unsigned char> pixels;
  pixels.reserve(static_cast<std::size_t>(picture.size()));
  for (const Scalar* next = picture.data(); next != picture.data() + picture.size(); ++next)
    pixels.push_back(static_cast<unsigned char>(*next > 0 ? std::lround(255 * (*next < 1 ? *next : Scalar(1))) : 0));  // NaN > 0 is false
  std::string bytes;
  stbi_write_png_to_func(append, &bytes, static_cast<int>(width), static_cast<int>(height), static_cast<int>(channels), pixels.data(),
                         static_cast<int>(width * channels));
  return bytes;
}

}  // namespace qkv::io
