#include <qkv/datasets/recall.h>
#include <qkv/tensor/check.h>

#include <ostream>

namespace qkv::datasets {

RecallBatch recall(Integer batch, const RecallTask& task, Rng& rng) {
  require(batch >= 0, "recall: batch is ", batch, ": must not be negative");
  require(task.values >= 1, "recall: ", task.values, " values: must be at least 1");
  require(task.distance >= 1, "recall: distance is ", task.distance, ": must be at least 1");
  require(task.steps() > task.distance, "recall: length is ", task.length, " with distance ", task.distance, ": must be greater");
  Shape{task.distance, task.values}.count();  // throws beyond any memory, where the sums below would overflow
  Index steps = task.steps(), features = task.features(), query = steps - 1;
  RecallBatch result;
  result.inputs = zeros({batch, steps, features});
  result.target.shape = {batch};
  Scalar* step = result.inputs.mutable_data();
  for (Index b = 0; b < batch; ++b)
    for (Index t = 0; t < steps; ++t, step += features) {
      if (t == query) {
        step[task.values + 1] = 1;
        continue;
      }
      Index value = rng.below(task.values);
      step[value] = 1;
      if (t == query - task.distance) {
        step[task.values] = 1;
        result.target.values.push_back(value);
      }
    }
  return result;
}

std::ostream& operator<<(std::ostream& out, const RecallTask& task) {
  return out << "RecallTask(distance " << task.distance << ", " << task.steps() << " steps, " << task.values << " values)";
}

std::ostream& operator<<(std::ostream& out, const RecallBatch& batch) {
  return out << "RecallBatch" << (batch.inputs.defined() ? batch.inputs.shape() : Shape{0});
}

}  // namespace qkv::datasets
