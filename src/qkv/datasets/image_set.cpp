#include <qkv/datasets/image_set.h>

#include <ostream>

namespace qkv::datasets {

std::ostream& operator<<(std::ostream& out, const ImageSet& set) {
  Shape shape = set.images.defined() ? set.images.shape() : Shape{0};
  return out << "ImageSet" << shape << ", " << set.class_names.size() << " classes, from " << set.source;
}

}  // namespace qkv::datasets
