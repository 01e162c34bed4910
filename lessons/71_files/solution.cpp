#include "../exercise.h"

#include "model.h"

double from_half(unsigned bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -size : size;
}

unsigned to_bfloat(unsigned bits) {
  const unsigned upper = bits >> 16, rest = bits & 0xffff;
  return upper + (rest > 0x8000 || (rest == 0x8000 && upper % 2 == 1));
}

struct Names {
  std::vector<std::string> loaded, missing, surplus;
};
Names sorted(const std::vector<std::string>& wanted, const std::vector<std::string>& given, const std::string& prefix) {
  const auto has = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  Names names;
  std::vector<std::string> used;
  for (const std::string& name : wanted) {
    (has(given, prefix + name) ? names.loaded : names.missing).push_back(name);
    used.push_back(prefix + name);
  }
  for (const std::string& name : given)
    if (!has(used, name)) names.surplus.push_back(name);
  return names;
}

Tensor from_onnx(const Tensor& weight) { return reordered(weight, {0, 2, 3, 1}); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

namespace {

/// The file of PyTorch, and a model with its weights.
struct Loaded {
  Folder folder;
  io::Safetensors file = file_from_pytorch(folder);
  Rng rng{0};
  Model model{rng};

  Loaded() { io::load_weights(model, file, io::find_prefix(model, file)); }
};

double read_back(double number, io::Precision precision) {
  const Folder folder;
  io::save_safetensors(folder / "f", {{"x", tensor({number})}}, {}, precision);
  return io::Safetensors(folder / "f").tensor("x").item();
}

}  // namespace

TEST_CASE("answer 1: the bits of 0.1") {
  check_equal("0 01011 1001100110", from_half(0x2e66), 0.0999755859375, 1e-9);
  check_equal("as the library has it", read_back(0.1, io::Precision::half), from_half(0x2e66), 1e-9);
}

TEST_CASE("answer 2: 2049 and 257") {
  check_equal("2049 in half precision", read_back(2049, io::Precision::half), 2048);
  check_equal("257 in bfloat16", read_back(257, io::Precision::bfloat), 256);
}

TEST_CASE("answer 3: one bias is enough") {
  Loaded x;
  const Answers before = answers(x.model, x.file);
  io::Named state = x.model.named_parameters();
  for (const char* layer : {"l0", "l1"}) {
    Tensor &one = named(state, std::string("lstm.bias_ih_") + layer), &two = named(state, std::string("lstm.bias_hh_") + layer);
    one = one + two;
    two = zeros(two.shape());
  }
  x.model.load(state);
  check_true("the answers", largest_difference(before, answers(x.model, x.file)) < 1e-6, "stay what they were");
}

TEST_CASE("answer 4: heads exchanged") {
  Loaded x;
  const Answers before = answers(x.model, x.file);
  const std::string layer = "transformer.encoder.layers.0.self_attn.";
  io::Named state = x.model.named_parameters();
  // Rows 0-3 of each of q, k, v are head 0, rows 4-7 head 1; the same columns of out_proj belong to them.
  for (const char* name : {"in_proj_weight", "in_proj_bias"}) {
    Tensor& w = named(state, layer + name);
    Tensors blocks;
    for (Index first : {4, 0, 12, 8, 20, 16}) blocks.push_back(slice(w, 0, first, first + 4));
    w = concat(blocks, 0);
  }
  x.model.load(state);
  const double half_done = largest_difference(before, answers(x.model, x.file));
  check_true("without out_proj", half_done > 0.01, "change the answers");
  Tensor& out = named(state, layer + "out_proj.weight");
  out = concat({slice(out, 1, 4, 8), slice(out, 1, 0, 4)}, 1);
  x.model.load(state);
  check_true("with out_proj", largest_difference(before, answers(x.model, x.file)) < 1e-6, "stay what they were");
}
