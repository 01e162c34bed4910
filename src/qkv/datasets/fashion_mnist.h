#pragma once
#include <qkv/datasets/image_set.h>

namespace qkv::datasets {

/// The pictures to train on, and those to test on.
enum class Part { train, test };

/// Fashion-MNIST: 28 x 28 pictures of ten kinds of clothing, 60,000 to train and 10,000 to test. Xiao et al. 2017, arXiv 1708.07747.
/// Read from data_folder("fashion-mnist"). If neither images nor labels are there, 2,000 generated pictures (500 to test) take their place, `generated` is set, and `source` tells:
///
///     if (set.generated) std::cout << "lesson 39: " << set.source << '\n';
///     // lesson 39: fashion-mnist is not installed; using 2,000 generated images instead (apt-get install dataset-fashion-mnist)
///
/// `limit`: how many to read, from the first on; negative: all.  Throws Error if files are there but damaged.
ImageSet fashion_mnist(Part part, Integer limit = -1);

}  // namespace qkv::datasets
