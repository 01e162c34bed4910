#include "messages.h"

#include <qkv/datasets/fashion_mnist.h>
#include <qkv/datasets/idx.h>
#include <qkv/datasets/images.h>
#include <qkv/io/checkpoint.h>
#include <qkv/io/csv_file.h>
#include <qkv/io/event_file.h>
#include <qkv/io/npy.h>
#include <qkv/io/png.h>
#include <qkv/io/records.h>
#include <qkv/io/resumable.h>
#include <qkv/io/safetensors.h>
#include <qkv/io/weights.h>
#include <qkv/nn/linear.h>
#include <qkv/optim/rules.h>

// What files can have inside is the subject of tests/io, tests/data and tests/fuzz. Here: one or two of each kind, beside paths that lead
// nowhere and arguments that do not fit.

using namespace qkv;
using scratch::big;

namespace {

std::string put(const char* name, const std::string& bytes) { return folder().put(name, bytes); }

/// A model, its optimiser and generator, as a program has them that stops and goes on.
struct Run {
  nn::Linear model{2, 3, rng()};
  optim::SGD sgd{model.parameters(), 0.1};
  Rng generator;

  std::string save(Index step = 3) {
    const std::string path = folder() / "run.safetensors";
    io::save_checkpoint(path, model, sgd, step, generator);
    return path;
  }
  void load(const std::string& path) { io::load_checkpoint(path, model, sgd, generator); }
  void resume(const std::string& path, Index steps = 1) { io::Resumable(path, model, sgd, generator).next(steps); }
};

void load_into_adam() {
  Run run;
  optim::Adam adam(run.model.parameters());
  io::load_checkpoint(run.save(), run.model, adam, run.generator);
}
void load_into_wider() {
  Run run;
  nn::Linear wider(2, 4, rng());
  optim::SGD sgd(wider.parameters(), 0.1);
  io::load_checkpoint(run.save(), wider, sgd, run.generator);
}

/// A file with one tensor "w".
io::Safetensors weights() {
  const std::string path = folder() / "w.safetensors";
  io::save_safetensors(path, {{"w", zeros({2})}});
  return io::Safetensors(path);
}

/// Such a file, whose tensor has this name, into a linear layer of weight (3, 2) and bias (3).
void load_linear(const char* name, const Shape& shape, const std::string& prefix = "") {
  const std::string path = folder() / "w.safetensors";
  io::save_safetensors(path, {{name, zeros(shape)}});
  nn::Linear layer(2, 3, rng());
  io::load_weights(layer, io::Safetensors(path), prefix);
}

/// What is done to an event file; its name, another one in each run, is left out of the message.
void events(void (*action)(io::EventFile&)) {
  io::EventFile file(folder() / "run");
  try {
    action(file);
  } catch (const Error& error) {
    const std::string message = error.what();
    const std::size_t at = message.find("events.out"), end = message.find(": ", at);
    throw Error(at == std::string::npos ? message : message.substr(0, at) + "events" + message.substr(end));
  }
}

/// A row of a table of two columns.
void row(const std::vector<double>& numbers) { io::CsvFile(folder() / "table.csv", {"a", "b"}).row(numbers); }

/// Whole numbers as .npy.
std::string whole_numbers() {
  io::save_npy(folder() / "whole.npy", Indices({1, 2}));
  return folder() / "whole.npy";
}
std::string fractions() {
  io::save_npy(folder() / "fractions.npy", zeros({2}));
  return folder() / "fractions.npy";
}

/// Fashion-MNIST with this in its files.
void fashion_mnist(const std::string& images, const std::string& labels) {
  struct Variable {
    Variable() { ::setenv("QKV_DATA_DIR", (folder() / "").c_str(), 1); }
    ~Variable() {
      if (was_set) ::setenv("QKV_DATA_DIR", before.c_str(), 1);
      else ::unsetenv("QKV_DATA_DIR");
    }
    bool was_set = std::getenv("QKV_DATA_DIR");
    std::string before = was_set ? std::getenv("QKV_DATA_DIR") : "";
  } variable;
  std::filesystem::create_directories(folder() / "fashion-mnist");
  put("fashion-mnist/train-images-idx3-ubyte.gz", images);
  put("fashion-mnist/train-labels-idx1-ubyte.gz", labels);
  datasets::fashion_mnist(datasets::Part::train);
}
std::string images(std::size_t count) { return big(0x803, 4) + big(count, 4) + big(28, 4) + big(28, 4) + std::string(count * 784, '\0'); }
std::string labels(std::initializer_list<int> each) {
  std::string bytes = big(0x801, 4) + big(each.size(), 4);
  for (int label : each) bytes += static_cast<char>(label);
  return bytes;
}

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: files") {
  check_messages({
      {[] { datasets::load_idx("/nowhere/f"); }, "load_idx: /nowhere/f: cannot read: No such file or directory"},
      {[] { datasets::load_idx("/"); }, "load_idx: /: cannot read: not a file"},
      {[] { datasets::load_idx("/dev/null"); }, "load_idx: /dev/null: cannot read: not a file"},
      {[] { datasets::read_image("/nowhere/f"); }, "read_image: /nowhere/f: cannot read: No such file or directory"},
      {[] { datasets::read_image("/"); }, "read_image: /: cannot read: not a file"},
      {[] { datasets::read_image("/dev/null"); }, "read_image: /dev/null: cannot read: not a file"},
      {[] { io::load_npy("/nowhere/f"); }, "load_npy: /nowhere/f: cannot read: No such file or directory"},
      {[] { io::load_npy_indices("/"); }, "load_npy: /: cannot read: not a file"},
      {[] { io::load_npy_mask("/dev/null"); }, "load_npy: /dev/null: cannot read: not a file"},
      {[] { io::save_npy("/nowhere/f", zeros({2})); }, "save_npy: /nowhere/f: cannot write: No such file or directory"},
      {[] { io::save_npy("/nowhere/f", Tensor()); }, "save_npy: /nowhere/f: the tensor is undefined"},
      {[] { io::save_npy("/nowhere/f", Indices({1})); }, "save_npy: /nowhere/f: cannot write: No such file or directory"},
      {[] { io::load_safetensors("/nowhere/f"); }, "load_safetensors: /nowhere/f: cannot read: No such file or directory"},
      {[] { io::load_safetensors("/"); }, "load_safetensors: /: cannot read: not a file"},
      {[] { io::Safetensors("/dev/null"); }, "load_safetensors: /dev/null: cannot read: not a file"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", zeros({2})}}); },
       "save_safetensors: /nowhere/f: cannot write: No such file or directory"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", Tensor()}}); }, "save_safetensors: /nowhere/f: tensor 'w' is undefined"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", zeros({2})}, {"w", zeros({2})}}); },
       "save_safetensors: /nowhere/f: the name 'w' is given twice"},
  });
}

TEST_CASE("messages: damaged files") {
  check_file_messages({
      {[] { datasets::load_idx(put("short.idx", "ab")); }, "load_idx: short.idx: too short for an IDX file"},
      {[] { datasets::load_idx(put("text.idx", "some text")); }, "load_idx: text.idx: not an IDX file: it does not begin with two zero bytes"},
      {[] { datasets::load_idx(put("few.idx", big(0x801, 4) + big(3, 4) + "ab")); }, "load_idx: few.idx: shape (3,) has 3 values, the file 2"},
      {[] { datasets::load_idx(put("floats.idx", big(0xD01, 4) + big(1, 4))); },
       "load_idx: floats.idx: holds numbers of type 13: only bytes (8) are supported"},
      {[] { datasets::read_image(put("text.png", "some text")); }, "read_image: text.png: not a PNG image"},
      {[] { datasets::read_image(put("cut.png", "\x89PNG\r\n\x1a\n")); }, "read_image: cut.png: the file is cut off"},
      {[] { datasets::read_image(put("empty.png", "")); }, "read_image: empty.png: not a PNG image"},
      {[] { io::load_npy(put("text.npy", "some text")); }, "load_npy: text.npy: not an .npy file"},
      {[] { io::load_npy(whole_numbers()); }, "load_npy: whole.npy: holds i64, not floats: read it as indices"},
      {[] { io::load_npy_indices(fractions()); }, "load_npy: fractions.npy: holds f32, not whole numbers: read it as a tensor"},
      {[] { io::load_npy_mask(whole_numbers()); }, "load_npy: whole.npy: holds i64, not the 0 and 1 of a mask"},
      {[] { io::load_npy_mask(fractions()); }, "load_npy: fractions.npy: holds f32, not the 0 and 1 of a mask"},
      {[] { io::load_npy_indices(put("empty.npy", "")); }, "load_npy: empty.npy: not an .npy file"},
      {[] { io::Safetensors(put("short.safetensors", "ab")); },
       "load_safetensors: short.safetensors: the file has 2 bytes, too few for the length of a header"},
      {[] { io::load_safetensors(put("text.safetensors", "some text")); },
       "load_safetensors: text.safetensors: the header should have 8675467939688574835 bytes: at most 100000000 are allowed"},
      {[] { io::load_safetensors(put("long.safetensors", scratch::little(100, 8) + "{}")); },
       "load_safetensors: long.safetensors: the header ends at byte 108, the file at 10"},
      {[] { fashion_mnist(images(2), labels({1})); }, "fashion_mnist: /fashion-mnist/train-labels-idx1-ubyte.gz: shape (1,) for 2 images"},
      {[] { fashion_mnist(images(1), labels({10})); },
       "fashion_mnist: /fashion-mnist/train-labels-idx1-ubyte.gz: label 10: must be from 0 to 9"},
      {[] { fashion_mnist(labels({1}), labels({1})); },
       "fashion_mnist: /fashion-mnist/train-images-idx3-ubyte.gz: shape (1,): must be (N, 28, 28)"},
      {[] { fashion_mnist(images(1), ""); }, "load_idx: /fashion-mnist/train-labels-idx1-ubyte.gz: too short for an IDX file"},
  });
}

TEST_CASE("messages: Safetensors") {
  check_file_messages({
      {[] { weights().shape("b"); }, "load_safetensors: w.safetensors: there is no tensor 'b' among its 1"},
      {[] { weights().dtype("b"); }, "load_safetensors: w.safetensors: there is no tensor 'b' among its 1"},
      {[] { weights().tensor("b"); }, "load_safetensors: w.safetensors: there is no tensor 'b' among its 1"},
      {[] { weights().tensor(""); }, "load_safetensors: w.safetensors: there is no tensor '' among its 1"},
      {[] { weights().indices("w"); }, "load_safetensors: w.safetensors: tensor 'w': holds f32, not whole numbers: read it as a tensor"},
      {[] { weights().indices("b"); }, "load_safetensors: w.safetensors: there is no tensor 'b' among its 1"},
      {[] { weights().mask("w"); }, "load_safetensors: w.safetensors: tensor 'w': holds f32, not the 0 and 1 of a mask"},
      {[] { weights().mask("b"); }, "load_safetensors: w.safetensors: there is no tensor 'b' among its 1"},
  });
}

TEST_CASE("messages: weights") {
  check_file_messages({
      {[] { load_linear("weight", {2, 3}); },
       "load_weights: w.safetensors: load: nothing was loaded, because the tensors do not fit the module:\n  wrong shape: weight (2, 3), must be "
       "(3, 2)"},
      {[] { load_linear("model.weight", {3, 2}); },
       "load_weights: w.safetensors: holds none of the module's 2 parameters below the prefix ''; some are below 'model.'"},
      {[] { load_linear("weights", {3, 2}, "model."); },
       "load_weights: w.safetensors: holds none of the module's 2 parameters below the prefix 'model.'"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", full({1}, 70000)}}, {}, io::Precision::half); },
       "save_safetensors: /nowhere/f: tensor 'w': the number 70000 is too large for f16"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", Tensor()}}, {}, io::Precision::bfloat); },
       "save_safetensors: /nowhere/f: tensor 'w' is undefined"},
      {[] { io::save_safetensors("/nowhere/f", {{"w", zeros({1})}}, {}, io::Precision::half); },
       "save_safetensors: /nowhere/f: cannot write: No such file or directory"},
  });
}

TEST_CASE("messages: records, event files, tables, pictures") {
  check_file_messages({
      {[] { io::read_records("/nowhere/f"); }, "read_records: /nowhere/f: cannot read: No such file or directory"},
      {[] { io::read_records("/"); }, "read_records: /: cannot read: not a file"},
      {[] { io::read_records(put("text", "some text, no records")); },
       "read_records: text: record 0 at byte 0: the checksum of its length does not fit"},
      {[] { io::read_scalars("/nowhere/f"); }, "read_records: /nowhere/f: cannot read: No such file or directory"},
      {[] { io::read_scalars(put("text", "some text, no records")); },
       "read_records: text: record 0 at byte 0: the checksum of its length does not fit"},
      {[] { io::read_scalars(put("record", io::framed("\x0b"))); }, "read_scalars: record: record 0: a field of kind 3: not an event"},
      {[] { events([](io::EventFile& file) { file.scalar("", 1, 0); }); }, "EventFile: run/events: an event without a name"},
      {[] { events([](io::EventFile& file) { file.scalar("loss", 1, -1); }); }, "EventFile: run/events: step -1: must not be negative"},
      {[] { events([](io::EventFile& file) { file.scalar("\xff", 1, 0); }); }, "EventFile: run/events: the name '\\xff' is not printable UTF-8"},
      {[] { events([](io::EventFile& file) { file.histogram("", ones({1}), 0); }); }, "EventFile: run/events: an event without a name"},
      {[] { events([](io::EventFile& file) { file.histogram("h", ones({1}), -2); }); }, "EventFile: run/events: step -2: must not be negative"},
      {[] { events([](io::EventFile& file) { file.histogram("h", Tensor(), 0); }); },
       "tensor: this handle is empty: it was never given a value"},
      {[] { events([](io::EventFile& file) { file.picture("p", ones({1, 1}), -1); }); }, "EventFile: run/events: step -1: must not be negative"},
      {[] { events([](io::EventFile& file) { file.picture("p", ones({1}), 0); }); },
       "png: a picture of shape (1,): must be (height, width), (height, width, 1) or (height, width, 3)"},
      {[] { events([](io::EventFile& file) { file.picture("p", Tensor(), 0); }); },
       "tensor: this handle is empty: it was never given a value"},
      {[] { io::EventFile("/dev/null"); }, "EventFile: /dev/null: the folder cannot be made: Not a directory"},
      {[] { io::CsvFile("/nowhere/f", {"a"}); }, "CsvFile: /nowhere/f: cannot write: No such file or directory"},
      {[] { io::CsvFile("f", {}); }, "CsvFile: f: no columns"},
      {[] { row({1}); }, "CsvFile: table.csv: 1 numbers for 2 columns"},
      {[] { row({}); }, "CsvFile: table.csv: 0 numbers for 2 columns"},
      {[] { row({1, 2, 3}); }, "CsvFile: table.csv: 3 numbers for 2 columns"},
      {[] { io::png(zeros({0, 3})); }, "png: a picture of shape (0, 3): must be (height, width), (height, width, 1) or (height, width, 3)"},
      {[] { io::png(zeros({2, 2, 4})); }, "png: a picture of shape (2, 2, 4): must be (height, width), (height, width, 1) or (height, width, 3)"},
      {[] { io::png(zeros({8193, 1})); }, "png: 8193 x 1 pixels: at most 8192 a side"},
  });
}

TEST_CASE("messages: what cannot be written") {
  check_file_messages({
      {[] { io::save_npy("/nowhere/f", Indices()); }, "save_npy: /nowhere/f: shape () holds 1 values, got 0"},
      {[] { io::save_npy("", zeros({2})); }, "save_npy: : cannot write: No such file or directory"},
      {[] { io::save_safetensors("/nowhere/f", {{"\xff", zeros({2})}}); },
       "save_safetensors: /nowhere/f: the text '\\xff' is not valid UTF-8"},
      {[] { io::save_safetensors("/nowhere/f", {{"__metadata__", zeros({2})}}); },
       "save_safetensors: /nowhere/f: the name '__metadata__' is reserved"},
      {[] { io::save_safetensors("/nowhere/f", {}, {{"note", "\xff"}}); },
       "save_safetensors: /nowhere/f: the text '\\xff' is not valid UTF-8"},
  });
}

TEST_CASE("messages: checkpoints") {
  check_file_messages({
      {[] { Run().save(-1); }, "save_checkpoint: run.safetensors: step -1: must not be negative"},
      {[] { io::save_checkpoint("/nowhere/f", Run().model, Run().sgd, 0, rng()); },
       "save_safetensors: /nowhere/f: cannot write: No such file or directory"},
      {[] { io::save_checkpoint("", Run().model, Run().sgd, 0, rng()); }, "save_safetensors: : cannot write: No such file or directory"},
      {[] { Run().load("/nowhere/f"); }, "load_safetensors: /nowhere/f: cannot read: No such file or directory"},
      {[] { Run().load(put("text.safetensors", "some text")); },
       "load_safetensors: text.safetensors: the header should have 8675467939688574835 bytes: at most 100000000 are allowed"},
      {[] { Run().load(weights().path()); }, "load_checkpoint: w.safetensors: not a checkpoint: its notes do not say 'qkv checkpoint 1'"},
      {[] { load_into_adam(); }, "load_checkpoint: run.safetensors: the state of SGD cannot be loaded into Adam"},
      {[] { load_into_wider(); },
       "load_checkpoint: run.safetensors: load: nothing was loaded, because the tensors do not fit the module:\n  wrong shape: weight "
       "(3, 2), must be (4, 2)\n  wrong shape: bias (3,), must be (4,)"},
  });
}

TEST_CASE("messages: Resumable") {
  check_file_messages({
      {[] { Run().resume("/"); }, "load_safetensors: /: cannot read: not a file"},
      {[] { Run().resume(weights().path()); }, "load_checkpoint: w.safetensors: not a checkpoint: its notes do not say 'qkv checkpoint 1'"},
      {[] { Run().resume("", -1); }, "Resumable: -1 steps: must not be negative"},
      {[] { Run().resume(Run().save(), -1); }, "Resumable: -1 steps: must not be negative"},
  });
}

TEST_CASE("messages: a path that the system refuses to look at") {
  const std::string message = scratch::error_of([] { Run().resume(std::string(300, 'n')); });
  CHECK(message == "Resumable: " + std::string(300, 'n') + ": cannot be looked for: File name too long");
}
