#include <datasets/data_dir.h>
#include <io/scratch.h>
#include <qkv/datasets/drawn_shapes.h>
#include <qkv/datasets/fashion_mnist.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace qkv;
using datasets::Part;
using scratch::error_of;

namespace {

Index count(const Indices& labels, Index label) { return std::count(labels.values.begin(), labels.values.end(), label); }

}  // namespace

TEST_CASE("fashion_mnist: the real pictures, where they are installed") {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    MESSAGE("fashion-mnist is not installed: not tested");
    return;
  }
  DataDir installed("/usr/share/datasets");
  datasets::ImageSet train = datasets::fashion_mnist(Part::train);
  CHECK(train.images.shape() == Shape{60000, 28, 28});
  CHECK(train.labels.shape == Shape{60000});
  CHECK(train.class_names.size() == 10);
  for (Index label = 0; label < 10; ++label) CHECK(count(train.labels, label) == 6000);
  CHECK(train.class_names[train.labels.values[0]] == "Ankle boot");
  const Scalar *first = train.images.data(), *last = first + train.images.size();
  CHECK(*std::min_element(first, last) == 0);
  CHECK(*std::max_element(first, last) == 1);
  CHECK_FALSE(train.generated);
  std::ostringstream out;
  out << train;
  CHECK(out.str() == "ImageSet(60000, 28, 28), 10 classes, from fashion-mnist: 60,000 images of /usr/share/datasets/fashion-mnist");

  datasets::ImageSet test = datasets::fashion_mnist(Part::test, 7);
  CHECK(test.images.shape() == Shape{7, 28, 28});
  CHECK(test.labels.values == std::vector<Index>{9, 2, 1, 1, 6, 1, 4});
  CHECK(datasets::fashion_mnist(Part::test).images.shape() == Shape{10000, 28, 28});
}

TEST_CASE("fashion_mnist: generated pictures where nothing is installed") {
  scratch::Folder empty;
  DataDir here(empty / "");
  datasets::ImageSet train = datasets::fashion_mnist(Part::train), test = datasets::fashion_mnist(Part::test);
  CHECK(train.generated);
  CHECK(train.source == "fashion-mnist is not installed; using 2,000 generated images instead (apt-get install dataset-fashion-mnist)");
  CHECK(train.images.shape() == Shape{2000, 28, 28});
  CHECK(test.images.shape() == Shape{500, 28, 28});
  CHECK(train.class_names.size() == 10);
  for (Index label = 0; label < 10; ++label) CHECK(count(train.labels, label) == 200);
  CHECK(train.images.at({0, 14, 14}) != test.images.at({0, 14, 14}));
  CHECK(datasets::fashion_mnist(Part::train, 30).images.shape() == Shape{30, 28, 28});
}

TEST_CASE("fashion_mnist: what is there but damaged is an Error, not replaced") {
  scratch::Folder folder;
  DataDir here(folder / "");
  std::filesystem::create_directory(folder / "fashion-mnist");
  std::string images = folder / "/fashion-mnist/train-images-idx3-ubyte.gz", labels = folder / "/fashion-mnist/train-labels-idx1-ubyte.gz";
  auto write = [&](const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; };
  auto message = [&] { return error_of([] { datasets::fashion_mnist(Part::train); }); };
  using scratch::big;

  write(images, big(0x803, 4) + big(1, 4) + big(28, 4) + big(28, 4) + std::string(784, '\1'));
  CHECK(message() == "load_idx: " + labels + ": cannot read: No such file or directory");
  write(labels, big(0x801, 4) + big(2, 4) + big(1, 1) + big(2, 1));
  CHECK(message() == "fashion_mnist: " + labels + ": shape (2,) for 1 images");
  write(labels, big(0x801, 4) + big(1, 4) + big(10, 1));
  CHECK(message() == "fashion_mnist: " + labels + ": label 10: must be from 0 to 9");
  write(labels, big(0x801, 4) + big(1, 4) + big(9, 1));
  CHECK(message() == "(no error)");
  write(images, big(0x801, 4) + big(1, 4) + big(9, 1));
  CHECK(message() == "fashion_mnist: " + images + ": shape (1,): must be (N, 28, 28)");
}

TEST_CASE("drawn_shapes: a class is recognised by the mean picture that it is nearest to") {
  Rng rng(3);
  datasets::ImageSet train = datasets::drawn_shapes(1000, rng), test = datasets::drawn_shapes(200, rng);
  std::vector<double> means(10 * 784);
  for (Index i = 0; i < 1000; ++i)
    for (Index p = 0; p < 784; ++p) means[train.labels.values[i] * 784 + p] += static_cast<double>(train.images.data()[i * 784 + p]) / 100;
  Index right = 0;
  for (Index i = 0; i < 200; ++i) {
    Index best = 0;
    double least = 1e9;
    for (Index label = 0; label < 10; ++label) {
      double distance = 0;
      for (Index p = 0; p < 784; ++p) {
        double difference = means[label * 784 + p] - static_cast<double>(test.images.data()[i * 784 + p]);
        distance += difference * difference;
      }
      if (distance < least) least = distance, best = label;
    }
    right += best == test.labels.values[i];
  }
  CHECK(right > 60);   // chance: 20
  CHECK(right < 190);  // there is something left to learn
  Scalar lowest = 1, highest = 0;
  for (Index i = 0; i < train.images.size(); ++i) {
    lowest = std::min(lowest, train.images.data()[i]);
    highest = std::max(highest, train.images.data()[i]);
  }
  CHECK(lowest == 0);
  CHECK(highest == 1);
  CHECK(error_of([&] { datasets::drawn_shapes(-1, rng); }) == "drawn_shapes: count is -1: must not be negative");
}
