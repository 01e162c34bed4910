#include <qkv/datasets/reversal.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <ostream>

namespace qkv::datasets {

ReversalBatch reversal(Integer batch, Integer length, Flag held_out, Rng& rng) {
  require(batch >= 0, "reversal: batch ", batch, ": must not be negative");
  require(length >= 1, "reversal: length ", length, ": must be at least 1");
  Shape{length}.count();  // throws beyond any memory
  const Index columns = length + 1;
  const Shape shape{batch, columns};
  const Indices ends(shape, std::vector<Index>(static_cast<std::size_t>(shape.count()), ReversalBatch::end));
  ReversalBatch made{ends, ends, ends};
  for (Index b = 0; b < batch; ++b) {
    Index *source = made.source.values.data() + b * columns, *target = made.target.values.data() + b * columns,
          *input = made.input.values.data() + b * columns, sum = 0;
    do {
      sum = 0;
      for (Index t = 0; t < length; ++t) sum += source[t] = rng.below(10);
    } while ((sum % 10 == 0) != held_out);
    std::reverse_copy(source, source + length, target);
    input[0] = ReversalBatch::start;
    std::copy(target, target + length, input + 1);
  }
  return made;
}

std::string marks_in_words(const Indices& marks, Integer row) {
  require(marks.shape.rank() == 2 && row >= 0 && row < marks.shape[0], "marks_in_words: row ", row, " of ", marks.shape,
          ": must be a row of (B, T)");
  marks.check("marks_in_words");
  std::string text;
  for (Index t = 0; t < marks.shape[1]; ++t) {
    const Index mark = marks.values[row * marks.shape[1] + t];
    require(mark >= 0 && mark < ReversalBatch::marks, "marks_in_words: ", mark, ": marks are 0 to ", ReversalBatch::marks - 1);
    text += t == 0 ? "" : " ";
    text += mark == ReversalBatch::end ? "end" : mark == ReversalBatch::start ? "start" : std::to_string(mark);
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const ReversalBatch& batch) {
  return out << "ReversalBatch(source " << batch.source.shape << ")";
}

}  // namespace qkv::datasets
