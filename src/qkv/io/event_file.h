#pragma once
#include <qkv/io/append.h>
#include <qkv/tensor/tensor.h>

#include <functional>

namespace qkv::io {

/// What a training shows of itself, written while it runs, in the files that TensorBoard reads (records of protocol buffers).
///     EventFile events("runs/first");                 // then: tensorboard --logdir runs
///     for (Index step = 0; step < steps; ++step) {
///       ...
///       events.scalar("loss", loss.item(), step);
///       if (step % 100 == 0) events.histogram("weights", model.read.weight, step);
///     }
/// Each is in the file, whole, when its function returns. Names with a common beginning ("loss/train", "loss/test") are shown together.
/// All throw Error at a name that is empty or not UTF-8, at a negative step, or if the file cannot be written.
class EventFile {
 public:
  /// A new file in the folder, which is made if need be; TensorBoard takes all files of a folder as one run. `clock` gives the seconds since
  /// 1970 that stand at each event; if empty, the system's.
  explicit EventFile(const std::string& folder, std::function<double()> clock = {});

  const std::string& path() const { return path_; }

  /// A number that changes. It may be NaN or infinite; TensorBoard marks such places.
  void scalar(const std::string& name, double value, Integer step);
  /// Where the numbers of a tensor lie: thirty equal buckets from the smallest to the largest. Numbers that are not finite are left out; if
  /// none is finite, nothing is written.
  void histogram(const std::string& name, const Tensor& values, Integer step);
  /// A picture (height, width), (height, width, 1) or (height, width, 3) of numbers from 0 to 1, as PNG; of an attention map
  /// show::pixels(map).  Throws Error as png() does.
  void picture(const std::string& name, const Tensor& pixels, Integer step);

 private:
  void write(const std::string& name, Integer step, const std::string& value);

  std::string path_, where_;
  std::function<double()> clock_;
  AppendFile file_;
};

/// Numbers that were written under one name, in the order of the file.
struct Curve {
  std::string name;
  std::vector<double> steps, values;
};

/// The numbers of an event file, a curve for each name, as they were written; pictures, histograms and what else there is are left out, and
/// a last record that is cut off. Files of PyTorch's SummaryWriter are read too.
/// Throws Error if the file cannot be read, a checksum does not fit, or a record is not an event.
std::vector<Curve> read_scalars(const std::string& path);

}  // namespace qkv::io
