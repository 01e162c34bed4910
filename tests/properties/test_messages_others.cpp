#include "messages.h"

#include <qkv/data/batches.h>
#include <qkv/data/drawn_shapes.h>
#include <qkv/data/idx.h>
#include <qkv/data/images.h>
#include <qkv/data/made_up_packages.h>
#include <qkv/data/metrics.h>
#include <qkv/data/package_text.h>
#include <qkv/data/recall.h>
#include <qkv/io/npy.h>
#include <qkv/io/safetensors.h>
#include <qkv/optim/adagrad.h>
#include <qkv/optim/adam.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rmsprop.h>
#include <qkv/optim/schedule.h>
#include <qkv/optim/sgd.h>
#include <qkv/show/canvas.h>
#include <qkv/show/chart.h>
#include <qkv/show/format.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

optim::AdamOptions betas(double beta1, double beta2) {
  optim::AdamOptions options;
  options.beta1 = beta1;
  options.beta2 = beta2;
  return options;
}

const Tensor& twice() {
  static const Tensor parameter = leaf({2});
  return parameter;
}

void step_with(double lr) {
  optim::SGD sgd({leaf({2})}, 0.1);
  sgd.lr = lr;
  sgd.step();
}

void clip_nan() {
  Tensor x = leaf({2});
  x.set_grad(full({2}, not_a_number));
  optim::clip_grad_norm({x}, 1);
}

data::PackageTextOptions classes(Index count) {
  data::PackageTextOptions options;
  options.classes = count;
  return options;
}

show::HeatMap map(const Tensor& values, double low, double high, const show::Words& rows = {}) {
  show::HeatMap result;
  result.values = values;
  result.low = low;
  result.high = high;
  result.rows = rows;
  return result;
}

show::LineChart chart(const std::vector<double>& x, const std::vector<double>& y, bool log_x = false) {
  show::LineChart result;
  if (!x.empty()) result.series = {{"a", x, y}};
  result.log_x = log_x;
  return result;
}

}  // namespace

// clang-format off: a row is a call, and what is said of it

TEST_CASE("messages: SGD") {
  check_messages({
      {[] { optim::SGD({}, 0.1); }, "SGD: no parameters: there is nothing to change"},
      {[] { optim::SGD({leaf({2})}, -0.1); }, "SGD: lr -0.1: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, not_a_number); }, "SGD: lr nan: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, 0.1, {-1, 0, 0, false}); }, "SGD: momentum -1: must be a finite number, not negative"},
      {[] { optim::SGD({leaf({2})}, 0.1, {0, 0, 0, true}); },
       "SGD: nesterov with momentum 0 and dampening 0: needs momentum above 0 and no dampening"},
      {[] { optim::SGD({Tensor()}, 0.1); }, "SGD: parameter 0 is an empty tensor"},
      {[] { optim::SGD({leaf({2}) * 2}, 0.1); }, "SGD: parameter 0 is the result of 'mul': must be a leaf"},
  });
}

TEST_CASE("messages: Adam, AdamW") {
  check_messages({
      {[] { optim::Adam({}, 0.1); }, "Adam: no parameters: there is nothing to change"},
      {[] { optim::Adam({leaf({2})}, inf); }, "Adam: lr inf: must be a finite number, not negative"},
      {[] { optim::Adam({leaf({2})}, 0.1, betas(1, 0.9)); }, "Adam: beta1 1: must be in [0, 1)"},
      {[] { optim::Adam({leaf({2})}, 0.1, betas(0.9, -0.1)); }, "Adam: beta2 -0.1: must be in [0, 1)"},
      {[] { optim::AdamW({}, 0.1); }, "AdamW: no parameters: there is nothing to change"},
      {[] { optim::AdamW({leaf({2})}, -1); }, "AdamW: lr -1: must be a finite number, not negative"},
      {[] { optim::AdamW({twice(), twice()}, 0.1); }, "AdamW: parameters 0 and 1 are the same tensor: it would be changed twice a step"},
  });
}

TEST_CASE("messages: RMSprop") {
  check_messages({
      {[] { optim::RMSprop({}, 0.1); }, "RMSprop: no parameters: there is nothing to change"},
      {[] { optim::RMSprop({leaf({2})}, -0.1); }, "RMSprop: lr -0.1: must be a finite number, not negative"},
      {[] { optim::RMSprop({leaf({2})}, 0.1, {1.5, 1e-8, 0, 0, false}); }, "RMSprop: alpha 1.5: must be in [0, 1)"},
      {[] { optim::RMSprop({leaf({2})}, 0.1, {0.9, -1, 0, 0, false}); }, "RMSprop: eps -1: must be a finite number, not negative"},
  });
}

TEST_CASE("messages: Adagrad") {
  check_messages({
      {[] { optim::Adagrad({}, 0.1); }, "Adagrad: no parameters: there is nothing to change"},
      {[] { optim::Adagrad({leaf({2})}, not_a_number); }, "Adagrad: lr nan: must be a finite number, not negative"},
      {[] { optim::Adagrad({leaf({2})}, 0.1, {-1, 0, 0, 1e-10}); }, "Adagrad: lr_decay -1: must be a finite number, not negative"},
      {[] { optim::Adagrad({leaf({2})}, 0.1, {0, 0, -1, 1e-10}); },
       "Adagrad: initial_accumulator_value -1: must be a finite number, not negative"},
  });
}

TEST_CASE("messages: Optimizer") {
  check_messages({
      {[] { optim::SGD({leaf({2})}, 0.1, {0.9, 0, 0, false}).load_state({}); },
       "SGD::load_state: the state does not fit:\n  missing: momentum_buffer.0 (2,)\n  missing: step (1,)"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{"step", zeros({2})}, {"x", zeros({1})}}); },
       "SGD::load_state: the state does not fit:\n  wrong shape: step is (2,), must be (1,)\n  unexpected: x"},
      {[] { optim::SGD({leaf({2})}, 0.1).load_state({{"step", tensor({-1})}}); },
       "SGD::load_state: the state does not fit:\n  wrong: step must hold whole numbers from 0 on"},
      {[] { step_with(-1); }, "SGD: lr -1: must be a finite number, not negative"},
      {[] { step_with(not_a_number); }, "SGD: lr nan: must be a finite number, not negative"},
  });
}

TEST_CASE("messages: clip_grad_norm") {
  check_messages({
      {[] { optim::clip_grad_norm({leaf({2})}, 0); }, "clip_grad_norm: max_norm 0: must be above 0"},
      {[] { optim::clip_grad_norm({leaf({2})}, -1); }, "clip_grad_norm: max_norm -1: must be above 0"},
      {[] { optim::clip_grad_norm({leaf({2})}, not_a_number); }, "clip_grad_norm: max_norm nan: must be above 0"},
      {[] { clip_nan(); }, "clip_grad_norm: the gradient of parameter 0, shape (2,), is too large, infinite or NaN"},
  });
}

TEST_CASE("messages: schedules") {
  check_messages({
      {[] { optim::Constant(-1); }, "Constant: base_lr -1: must be a finite number, not negative"},
      {[] { optim::Constant{not_a_number}; }, "Constant: base_lr nan: must be a finite number, not negative"},
      {[] { optim::Constant(0.1).lr(-1); }, "Constant: step -1: must not be negative"},
      {[] { optim::LinearWarmup(0.1, 0); }, "LinearWarmup: steps 0: must be at least 1"},
      {[] { optim::LinearWarmup(inf, 2); }, "LinearWarmup: base_lr inf: must be a finite number, not negative"},
      {[] { optim::LinearWarmup(0.1, 2, -1); }, "LinearWarmup: start_factor -1: must be a finite number, not negative"},
      {[] { optim::LinearWarmup(0.1, 2).lr(-1); }, "LinearWarmup: step -1: must not be negative"},
      {[] { optim::Cosine(0.1, 0); }, "Cosine: period 0: must be at least 1"},
      {[] { optim::Cosine(-0.1, 5); }, "Cosine: base_lr -0.1: must be a finite number, not negative"},
      {[] { optim::Cosine(0.1, 5, not_a_number); }, "Cosine: min_lr nan: must be a finite number, not negative"},
      {[] { optim::Cosine(0.1, 5).lr(-2); }, "Cosine: step -2: must not be negative"},
      {[] { optim::CosineWithWarmup(0.1, 5, 5); }, "CosineWithWarmup: 5 warm-up steps of 5: must be from 0 to fewer than all"},
      {[] { optim::CosineWithWarmup(0.1, -1, 5); }, "CosineWithWarmup: -1 warm-up steps of 5: must be from 0 to fewer than all"},
      {[] { optim::CosineWithWarmup(0.1, 1, 5, -1); }, "CosineWithWarmup: min_lr -1: must be a finite number, not negative"},
      {[] { optim::CosineWithWarmup(0.1, 1, 5).lr(-1); }, "CosineWithWarmup: step -1: must not be negative"},
      {[] { optim::Sequential<optim::Constant, optim::Constant>(optim::Constant(1), -1, optim::Constant(1)); },
       "Sequential: milestone -1: must not be negative"},
      {[] { optim::Sequential<optim::Constant, optim::Constant>(optim::Constant(1), 1, optim::Constant(1)).lr(-1); },
       "Sequential: step -1: must not be negative"},
  });
}

TEST_CASE("messages: Batches, rows, split") {
  check_messages({
      {[] { data::Batches(-1, 2); }, "Batches: count is -1: must not be negative"},
      {[] { data::Batches(4, 0); }, "Batches: size is 0: must be at least 1"},
      {[] { data::Batches(4, 2)[2]; }, "Batches: batch 2 of 2: there is none"},
      {[] { data::Batches(4, 2)[-1]; }, "Batches: batch -1 of 2: there is none"},
      {[] { data::rows(zeros({2, 3}), {2}); }, "rows: row 2 of (2, 3): must be from 0 to 1"},
      {[] { data::rows(zeros({2, 3}), {-1}); }, "rows: row -1 of (2, 3): must be from 0 to 1"},
      {[] { data::rows(Tensor(1), {0}); }, "rows: a single number has no rows"},
      {[] { data::rows(Indices({1, 2}), {2}); }, "rows: row 2 of (2,): must be from 0 to 1"},
      {[] { data::split(-1, 0.5, rng()); }, "split: n is -1: must not be negative"},
      {[] { data::split(3, 1.5, rng()); }, "split: fraction is 1.5: must be from 0 to 1"},
      {[] { data::split(3, not_a_number, rng()); }, "split: fraction is nan: must be from 0 to 1"},
  });
}

TEST_CASE("messages: made data") {
  check_messages({
      {[] { data::recall(-1, {3, 0, 4}, rng()); }, "recall: batch is -1: must not be negative"},
      {[] { data::recall(2, {0, 0, 4}, rng()); }, "recall: distance is 0: must be at least 1"},
      {[] { data::recall(2, {3, 3, 4}, rng()); }, "recall: length is 3 with distance 3: must be greater"},
      {[] { data::recall(2, {3, 0, 0}, rng()); }, "recall: 0 values: must be at least 1"},
      {[] { data::drawn_shapes(-1, rng()); }, "drawn_shapes: count is -1: must not be negative"},
      {[] { data::made_up_packages(-1, rng()); }, "made_up_packages: count is -1: must not be negative"},
  });
}

TEST_CASE("messages: metrics") {
  check_messages({
      {[] { data::confusion_matrix({0, 1}, {0}, 2); }, "confusion_matrix: predicted (2,), target (1,): both must be (N)"},
      {[] { data::confusion_matrix({0, 2}, {0, 1}, 2); }, "confusion_matrix: class 2: must be from 0 to 1"},
      {[] { data::confusion_matrix({0, 1}, {0, -1}, 2); }, "confusion_matrix: class -1: must be from 0 to 1"},
      {[] { data::confusion_matrix({0}, {0}, 0); }, "confusion_matrix: 0 classes: must be at least 1"},
      {[] { data::class_scores(zeros({2, 3})); }, "class_scores: (2, 3): must be (classes, classes)"},
      {[] { data::class_scores(zeros({2})); }, "class_scores: (2,): must be (classes, classes)"},
      {[] { data::macro_f1(zeros({3})); }, "class_scores: (3,): must be (classes, classes)"},
      {[] { data::macro_f1(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: text") {
  check_messages({
      {[] { data::Vocabulary({"a"}, 1); }, "Vocabulary: size 1: must be at least 2, for padding and unknown words"},
      {[] { data::Vocabulary().word(2); }, "Vocabulary: word 2: must be from 0 to 1"},
      {[] { data::Vocabulary().word(-1); }, "Vocabulary: word -1: must be from 0 to 1"},
      {[] { data::Vocabulary().encode({"a"}, 0); }, "Vocabulary: length 0: must be at least 1"},
      {[] { data::package_text({}); }, "package_text: 10 classes of 0 sections: must be from 1 to 0"},
      {[] { data::package_text({{"a", "a", "net", "b"}}, classes(0)); }, "package_text: 0 classes of 1 sections: must be from 1 to 1"},
  });
}

TEST_CASE("messages: files") {
  check_messages({
      {[] { data::load_idx("/nowhere/f"); }, "load_idx: /nowhere/f: cannot read: No such file or directory"},
      {[] { data::load_idx("/"); }, "load_idx: /: cannot read: not a file"},
      {[] { data::load_idx("/dev/null"); }, "load_idx: /dev/null: cannot read: not a file"},
      {[] { data::read_image("/nowhere/f"); }, "read_image: /nowhere/f: cannot read: No such file or directory"},
      {[] { data::read_image("/"); }, "read_image: /: cannot read: not a file"},
      {[] { data::read_image("/dev/null"); }, "read_image: /dev/null: cannot read: not a file"},
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

TEST_CASE("messages: Table") {
  check_messages({
      {[] { show::Table(show::Words()); }, "Table: no headings: needs at least one column"},
      {[] { show::Table({"a", "b"}).add_row({"1"}); }, "Table: a row of 1 cells under 2 headings"},
      {[] { show::Table({"a"}).add_row({"1", "2"}); }, "Table: a row of 2 cells under 1 headings"},
      {[] { show::Table({"a"}).column(1); }, "Table: column 1 of 1: there is none"},
      {[] { show::Table({"a", "b"}).has_numbers(2); }, "Table: column 2 of 2: there is none"},
  });
}

TEST_CASE("messages: HeatMap") {
  check_messages({
      {[] { show::draw(map(zeros({3}), 0, 0)); }, "HeatMap: values of shape (3,): must be a matrix"},
      {[] { show::draw(map(Tensor(), 0, 0)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { show::draw(map(zeros({2, 2}), 2, 1)); }, "HeatMap: the scale runs from 2 to 1: must not fall"},
      {[] { show::draw(map(zeros({0, 2}), 0, 0)); }, "HeatMap: values of shape (0, 2): must be a matrix"},
      {[] { show::draw(map(zeros({2, 2}), 0, 0, {"one"})); }, "HeatMap: 1 row labels for 2 rows"},
  });
}

TEST_CASE("messages: LineChart") {
  check_messages({
      {[] { show::draw(chart({}, {})); }, "LineChart: no series: needs at least one"},
      {[] { show::draw(chart({1, 2}, {1})); }, "LineChart: 'a' has 2 x and 1 y: needs a y for each x"},
      {[] { show::draw(chart({0, 1}, {1, 2}, true)); }, "LineChart: 'a' has the point 0 on a logarithmic axis: must be above 0"},
  });
}

TEST_CASE("messages: Canvas") {
  check_messages({
      {[] { show::Canvas(0, 5); }, "Canvas: 0 x 5 pixels: both must be from 1 to 20000"},
      {[] { show::Canvas(5, -1); }, "Canvas: 5 x -1 pixels: both must be from 1 to 20000"},
      {[] { show::Canvas(100000, 100000); }, "Canvas: 100000 x 100000 pixels: both must be from 1 to 20000"},
      {[] { show::Canvas(2, 2).pixel(2, 0); }, "Canvas: pixel (2, 0) lies outside 2 x 2"},
      {[] { show::Canvas(2, 2).pixel(0, -1); }, "Canvas: pixel (0, -1) lies outside 2 x 2"},
      {[] { show::Canvas(2, 2).save_png("/nowhere/f.png"); }, "save_png: /nowhere/f.png: cannot be written: No such file or directory"},
      {[] { show::grid({}, 2); }, "grid: 0 pictures in 2 columns: needs at least one of each"},
      {[] { show::grid({show::Canvas(2, 2)}, 0); }, "grid: 1 pictures in 0 columns: needs at least one of each"},
  });
}

TEST_CASE("messages: format") {
  check_messages({
      {[] { show::lines(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { show::named_lines("x", Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}
