#include <qkv/io/checkpoint.h>
#include <qkv/io/numbers.h>
#include <qkv/io/safetensors.h>
#include <qkv/io/safetensors_header.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <sstream>

namespace qkv::io {
namespace {

constexpr const char* format = "qkv checkpoint 1";

void append(Named& tensors, const std::string& prefix, const Named& part) {
  for (const auto& [name, tensor] : part) tensors.emplace_back(prefix + name, tensor);
}

/// "Adam(2 parameters, ...)" is an Adam.
std::string kind_of(const optim::Optimizer& optimizer) {
  std::ostringstream text;
  text << optimizer;
  return text.str().substr(0, text.str().find('('));
}

/// As hexadecimal digits, which lose nothing.
std::string exact(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%a", number);
  return text;
}

/// A file that says it is a checkpoint, taken apart.
class Reader {
 public:
  explicit Reader(const std::string& path) : file_(path), where_("load_checkpoint: " + path + ": ") {
    require(file_.metadata().count("format") == 1 && note("format") == format, where_, "not a checkpoint: its notes do not say '", format,
            "'");
  }
  const std::string& where() const { return where_; }

  const std::string& note(const std::string& key) const {
    auto found = file_.metadata().find(key);
    require(found != file_.metadata().end(), where_, "the note '", key, "' is missing");
    return found->second;
  }

  Index step() const {
    const std::string& text = note("step");
    bool digits = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
    long long number = digits ? std::strtoll(text.c_str(), nullptr, 10) : -1;
    require(number >= 0 && number <= std::numeric_limits<Index>::max(), where_, "the step '", escaped(text),
            "' is not a whole number from 0 on");
    return static_cast<Index>(number);
  }

  double lr() const {
    const std::string& text = note("lr");
    char* end = nullptr;
    double number = std::strtod(text.c_str(), &end);
    require(!text.empty() && *end == '\0' && std::isfinite(number) && number >= 0, where_, "the learning rate '", escaped(text),
            "' is not a finite number, not negative");
    return number;
  }

  /// The tensors "prefix.name", as "name".
  Named part(const std::string& prefix) const {
    Named tensors;
    for (const std::string& name : file_.names()) {
      require(name.compare(0, 6, "model.") == 0 || name.compare(0, 10, "optimizer.") == 0, where_, "tensor '", escaped(name),
              "' belongs neither to the model nor to the optimizer");
      if (name.compare(0, prefix.size(), prefix) != 0 || name == counts) continue;
      require(file_.dtype(name) == dtype_name(scalar_number), where_, "tensor '", escaped(name), "' is ", file_.dtype(name),
              ", this program computes in ", dtype_name(scalar_number));
      tensors.emplace_back(name.substr(prefix.size()), file_.tensor(name));
    }
    return tensors;
  }

  /// How often each parameter was changed; -1 for what is no count. Older checkpoints have these among the floats.
  Indices step_counts() const {
    if (!file_.has(counts)) return {};
    if (file_.dtype(counts) == "I64") return file_.indices(counts);
    const Tensor floats = file_.tensor(counts);
    Indices steps;
    steps.shape = floats.shape();
    for (Index i = 0; i < floats.size(); ++i) {
      const double number = static_cast<double>(floats.data()[i]);
      bool whole = number >= 0 && number == std::floor(number) && number < -static_cast<double>(std::numeric_limits<Index>::min());
      steps.values.push_back(whole ? static_cast<Index>(number) : -1);
    }
    return steps;
  }

 private:
  static constexpr const char* counts = "optimizer.step";

  Safetensors file_;
  std::string where_;
};

/// Runs `load`, whose message says what does not fit, but not in which file.
template <class Load>
void loading(const std::string& where, Load load) {
  try {
    load();
  } catch (const Error& error) {
    fail(where, error.what());
  }
}

}  // namespace

void save_checkpoint(const std::string& path, const nn::Module& model, const optim::Optimizer& optimizer, Index step, const Rng& rng) {
  require(step >= 0, "save_checkpoint: ", path, ": step ", step, ": must not be negative");
  Named tensors;
  append(tensors, "model.", model.named_parameters());
  optim::Optimizer::State state = optimizer.state();
  append(tensors, "optimizer.", state.numbers);
  save_safetensors(path, tensors, {{"optimizer.step", state.step}},
                   {{"format", format},
                    {"optimizer", kind_of(optimizer)},
                    {"lr", exact(optimizer.lr)},
                    {"step", std::to_string(step)},
                    {"rng", rng.state()}});
}

Index load_checkpoint(const std::string& path, nn::Module& model, optim::Optimizer& optimizer, Rng& rng) {
  // Everything that can be wrong is found before anything is changed; only the optimiser comes after the model, which is then put back.
  Reader file(path);
  const std::string& where = file.where();
  require(file.note("optimizer") == kind_of(optimizer), where, "the state of ", escaped(file.note("optimizer")), " cannot be loaded into ",
          kind_of(optimizer));
  Index step = file.step();
  double lr = file.lr();
  Rng generator;
  loading(where, [&] { generator.set_state(file.note("rng")); });
  Named parameters = file.part("model."), before;
  const optim::Optimizer::State state = {file.part("optimizer."), file.step_counts()};
  for (const auto& [name, value] : model.named_parameters()) before.emplace_back(name, value.clone());

  loading(where, [&] { model.load(parameters); });
  try {
    loading(where, [&] { optimizer.load_state(state); });
  } catch (...) {
    model.load(before);
    throw;
  }
  optimizer.lr = lr;
  rng = generator;
  return step;
}

}  // namespace qkv::io
