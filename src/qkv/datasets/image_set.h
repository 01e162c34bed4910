#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// Pictures and their labels.
struct ImageSet {
  Tensor images;   ///< (N, height, width), black 0 to white 1
  Indices labels;  ///< (N), each an index into class_names
  std::vector<std::string> class_names;
  std::string source;      ///< where they come from, in words to be printed
  bool generated = false;  ///< drawn by the program, because the real ones are not installed
};

/// Shape, number of classes and source.
std::ostream& operator<<(std::ostream& out, const ImageSet& set);

}  // namespace qkv::datasets
