#include <qkv/datasets/metrics.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::datasets {
namespace {

void require_square(const char* operation, const Tensor& confusion) {
  require(confusion.rank() == 2 && confusion.size(0) == confusion.size(1), operation, ": ", confusion.shape(),
          ": must be (classes, classes)");
}

}  // namespace

Tensor confusion_matrix(const Indices& predicted, const Indices& target, Integer classes) {
  require(classes >= 1, "confusion_matrix: ", classes, " classes: must be at least 1");
  require(predicted.shape.rank() == 1 && predicted.shape == target.shape, "confusion_matrix: predicted ", predicted.shape, ", target ",
          target.shape, ": both must be (N)");
  for (const Indices* each : {&predicted, &target}) each->check("confusion_matrix");
  Tensor result = zeros({classes, classes});
  Scalar* counts = result.mutable_data();
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    Index row = target.values[i], column = predicted.values[i];
    for (Index c : {row, column}) require(c >= 0 && c < classes, "confusion_matrix: class ", c, ": must be from 0 to ", classes - 1);
    counts[row * classes + column] += 1;
  }
  return result;
}

std::vector<ClassScore> class_scores(const Tensor& confusion) {
  require_square("class_scores", confusion);
  Index classes = confusion.size(0);
  for (Index i = 0; i < confusion.size(); ++i) {
    const double count = static_cast<double>(confusion.data()[i]);
    require(count >= 0 && std::isfinite(count), "class_scores: the confusion matrix holds ", count, " at ", Shape{i / classes, i % classes},
            ": must be finite, and not negative");
  }
  std::vector<ClassScore> scores;
  for (Index c = 0; c < classes; ++c) {
    double right = static_cast<double>(confusion.at({c, c})), are = 0, said = 0;
    for (Index other = 0; other < classes; ++other) {
      are += static_cast<double>(confusion.at({c, other}));
      said += static_cast<double>(confusion.at({other, c}));
    }
    auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
    scores.push_back({share(right, said), share(right, are), share(2 * right, said + are), static_cast<Index>(are)});
  }
  return scores;
}

double macro_f1(const Tensor& confusion) {
  require_square("macro_f1", confusion);
  require(confusion.size() > 0, "macro_f1: ", confusion.shape(), ": needs at least one class");
  std::vector<ClassScore> scores = class_scores(confusion);
  double total = 0;
  for (const ClassScore& score : scores) total += score.f1;
  return total / static_cast<double>(scores.size());
}

}  // namespace qkv::datasets
