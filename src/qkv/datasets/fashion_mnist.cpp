#include <qkv/datasets/data_folder.h>
#include <qkv/datasets/drawn_shapes.h>
#include <qkv/datasets/fashion_mnist.h>
#include <qkv/datasets/idx.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <filesystem>

namespace qkv::datasets {
namespace {

const char* const class_names[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                   "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
constexpr Index most_bytes = 16 + Index{60'000} * 28 * 28;  // of the largest file, unpacked
constexpr Index classes = sizeof class_names / sizeof class_names[0];

/// 60000 as "60,000".
std::string with_commas(Index count) {
  std::string text = std::to_string(count);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, ",");
  return text;
}

ImageSet generated(Part part, Index limit) {
  Rng rng(part == Part::train ? 1 : 2);
  Index count = part == Part::train ? 2000 : 500;
  ImageSet set = drawn_shapes(limit < 0 ? count : std::min(count, limit), rng);
  set.source = "fashion-mnist is not installed; using " + with_commas(set.labels.shape[0]) +
               " generated images instead (apt-get install dataset-fashion-mnist)";
  return set;
}

}  // namespace

ImageSet fashion_mnist(Part part, Integer limit) {
  const std::string folder = data_folder("fashion-mnist");
  if (folder.empty()) return generated(part, limit);
  std::string start = folder + (part == Part::train ? "/train" : "/t10k");
  std::string image_file = start + "-images-idx3-ubyte.gz", label_file = start + "-labels-idx1-ubyte.gz";
  std::error_code unreadable;  // counts as not there
  bool installed = std::filesystem::exists(image_file, unreadable) || std::filesystem::exists(label_file, unreadable);
  if (!installed) return generated(part, limit);

  IdxArray images = load_idx(image_file, most_bytes), labels = load_idx(label_file, most_bytes);
  Index total = images.shape[0];
  require(images.shape == Shape{total, 28, 28}, "fashion_mnist: ", image_file, ": shape ", images.shape, ": must be (N, 28, 28)");
  require(labels.shape == Shape{total}, "fashion_mnist: ", label_file, ": shape ", labels.shape, " for ", total, " images");
  for (std::uint8_t label : labels.values)
    require(label < classes, "fashion_mnist: ", label_file, ": label ", +label, ": must be from 0 to ", classes - 1);

  Index count = limit < 0 ? total : std::min<Index>(limit, total);
  ImageSet set;
  set.images = zeros({count, 28, 28});
  Scalar* to = set.images.mutable_data();
  for (Index i = 0; i < set.images.size(); ++i) to[i] = static_cast<Scalar>(images.values[i]) / 255;
  set.labels = Indices({count}, std::vector<Index>(labels.values.begin(), labels.values.begin() + count));
  set.class_names.assign(std::begin(class_names), std::end(class_names));
  set.source = "fashion-mnist: " + with_commas(count) + " images of " + folder;
  return set;
}

}  // namespace qkv::datasets
