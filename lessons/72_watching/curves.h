#pragma once
#include <qkv/show/chart.h>

#include <numeric>
#include <sstream>

#include "training.h"

// Curves read back from the event file of a training, and the four rules that ring an alarm.

/// A folder for files; gone at the end.
struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / "qkv-72-XXXXXX").string();
  Folder() {
    if (!mkdtemp(path.data())) throw Error("no folder for files can be made: " + path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
};

/// One training, as its file tells it.
struct Watched {
  std::vector<io::Curve> curves;
  Trained trained;

  const io::Curve& operator[](const std::string& name) const {
    for (const io::Curve& curve : curves)
      if (curve.name == name) return curve;
    throw Error("no curve '" + name + "'");
  }
  double first(const std::string& name) const { return (*this)[name].values.front(); }
  double last(const std::string& name) const { return (*this)[name].values.back(); }
  /// The mean of the last 50 training losses.
  double last_loss() const {
    const std::vector<double>& loss = (*this)["loss/train"].values;
    return std::accumulate(loss.end() - 50, loss.end(), 0.0) / 50;
  }
  /// The value at a step, or at the last one before it.
  double at(const std::string& name, double step) const {
    const io::Curve& curve = (*this)[name];
    std::size_t i = 0;
    while (i + 1 < curve.steps.size() && curve.steps[i + 1] <= step) ++i;
    return curve.values[i];
  }
  /// The largest value; infinity if one is not a number.
  double largest(const std::string& name) const {
    double most = 0;
    for (double value : (*this)[name].values) most = std::isnan(value) ? INFINITY : std::max(most, value);
    return most;
  }
};

/// Each value becomes the mean of the 50 values from it on, as a viewer's smoothing would have it.
std::vector<double> smoothed(const std::vector<double>& values) {
  std::vector<double> result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t end = std::min(values.size(), i + 50);
    double sum = 0;
    for (std::size_t j = i; j < end; ++j) sum += values[j];
    result.push_back(sum / double(end - i));
  }
  return result;
}

/// Trains, and reads the file that the training wrote.
Watched watch(const Illness& illness, Index steps, std::uint64_t seed, const std::string& folder, bool with_table, bool smooth) {
  Watched run;
  std::string path;
  std::error_code error;
  std::filesystem::remove_all(folder, error);  // TensorBoard takes all files of a folder for one run
  require(!error, folder, ": what an earlier run left there cannot be removed: ", error.message());
  {
    io::EventFile events(folder);
    path = events.path();
    if (with_table) {
      io::CsvFile table(folder + "/curves.csv", {"step", "loss", "validation loss", "accuracy", "gradient", "dead"});
      run.trained = train(illness, steps, seed, events, &table);
    } else {
      run.trained = train(illness, steps, seed, events);
    }
  }
  run.curves = io::read_scalars(path);
  if (smooth)
    for (io::Curve& curve : run.curves) curve.values = smoothed(curve.values);
  return run;
}

/// The first step at which a curve is above a bound; -1 if it never is. NaN is above every bound.
double first_above(const io::Curve& curve, double bound) {
  for (std::size_t i = 0; i < curve.values.size(); ++i)
    if (!(curve.values[i] <= bound)) return curve.steps[i];
  return -1;
}

/// A rule for each illness, made before the seeds of the lesson were looked at. It says at which step it rings, or -1.
struct Alarm {
  std::string name, rule;
  double (*rings)(const Watched& run);
};
const std::vector<Alarm> alarms{
    {"rate", "a training loss is twice the first",
     [](const Watched& run) { return first_above(run["loss/train"], 2 * run.first("loss/train")); }},
    {"dead", "half of the units give 0 for every row", [](const Watched& run) { return first_above(run["units/dead"], 0.499); }},
    {"leak", "validation accuracy above 0.95; 0.9 is possible",
     [](const Watched& run) { return first_above(run["accuracy/validation"], 0.95); }},
    {"explodes", "the first gradient is longer than 10", [](const Watched& run) { return run.first("gradient/norm") > 10 ? 0.0 : -1.0; }}};

/// What `action` throws, without the folder's name, which is another one in each run.
void named_simply(const std::function<void()>& action, const std::string& folder) {
  try {
    action();
  } catch (const Error& error) {
    std::string message = error.what();
    throw Error(message.erase(message.find(folder), folder.size()));
  }
}

/// Bytes as two hexadecimal digits each.
std::string hex(const std::string& bytes) {
  std::ostringstream text;
  for (unsigned char byte : bytes) text << (byte < 16 ? "0" : "") << std::hex << int(byte) << ' ';
  return text.str().substr(0, 3 * bytes.size() - 1);
}
