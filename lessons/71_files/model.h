#pragma once
#include <qkv/io/file.h>
#include <qkv/qkv.h>

#include <filesystem>

#include "pytorch_file.h"

// The two networks that travel between qkv and PyTorch, and what can go wrong on the way.

using namespace qkv;

/// As class Model in in_pytorch.py: the names of the parameters are the same without any doing.
struct Model : nn::Module {
  nn::Transformer transformer;
  nn::LSTM lstm;

  explicit Model(Rng& rng, Index heads = 2, const nn::TransformerOptions& options = {})
      : transformer(add_module("transformer", nn::Transformer(8, heads, 1, 1, 16, rng, options))),
        lstm(add_module("lstm", nn::LSTM(3, 5, rng, two_layers()))) {}

  static nn::RecurrentOptions two_layers() {
    nn::RecurrentOptions options;
    options.num_layers = 2;
    return options;
  }
};

struct Answers {
  Tensor transformer, lstm;
};
Answers answers(const Model& model, const Tensor& src, const Tensor& tgt, const Tensor& steps) {
  NoGrad no_grad;
  return {model.transformer(src, tgt), model.lstm(steps).output};
}
/// What goes in lies in the file too.
Answers answers(const Model& model, const io::Safetensors& file) {
  return answers(model, file.tensor("input.src"), file.tensor("input.tgt"), file.tensor("input.steps"));
}
Answers answers_in(const io::Safetensors& file) { return {file.tensor("output.transformer"), file.tensor("output.lstm")}; }

double largest_difference(const Tensor& a, const Tensor& b) { return max(abs(a - b)).item(); }
double largest_difference(const Answers& a, const Answers& b) {
  return std::max(largest_difference(a.transformer, b.transformer), largest_difference(a.lstm, b.lstm));
}

/// A folder for the files of a run; gone at the end.
struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / "qkv-71-XXXXXX").string();
  Folder() {
    if (!mkdtemp(path.data())) throw Error("no folder for files can be made: " + path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
};

/// The bytes behind a text in base64: four letters are three bytes.
std::string from_base64(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (char letter : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<unsigned>(letters.find(letter));
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return bytes;
}

/// PyTorch's file, written into a folder and opened.
io::Safetensors file_from_pytorch(const Folder& folder) {
  const std::string bytes = from_base64(pytorch_file);
  io::write_file(folder / "pytorch.safetensors", {{bytes.data(), bytes.size()}}, "lesson 71: ");
  return io::Safetensors(folder / "pytorch.safetensors");
}

/// The rows of an LSTM's weight are four blocks of h: here i, f, g, o. Takes them for the order of ONNX (i, o, f, g), as a careless program
/// would: block `b` of the result is block order[b] of the file.
Tensor reordered(const Tensor& weight, const std::vector<Index>& order) {
  const Index h = weight.size(0) / 4;
  Tensors blocks;
  for (Index block : order) blocks.push_back(slice(weight, 0, block * h, (block + 1) * h));
  return concat(blocks, 0);
}

/// A mistake between two programs: the state as the second one takes it, and how its model is set.
struct Mistake {
  std::string what;
  std::function<void(io::Named& state)> change = [](io::Named&) {};
  Index heads = 2;
  nn::TransformerOptions options = {};
};

Tensor& named(io::Named& state, const std::string& name) {
  for (auto& [key, tensor] : state)
    if (key == name) return tensor;
  throw Error("no tensor '" + name + "'");
}

std::vector<Mistake> mistakes() {
  const std::string layer = "transformer.encoder.layers.0.";
  std::vector<Mistake> all(9);
  all[0] = {"none"};
  all[1] = {"linear1.weight transposed (16 x 8)", [layer](io::Named& state) {
              named(state, layer + "linear1.weight") = transpose(named(state, layer + "linear1.weight"), 0, 1);
            }};
  all[2] = {"a norm left out", [](io::Named& state) { state.erase(state.begin() + 12); }};
  all[3] = {"out_proj.weight transposed (8 x 8)", [layer](io::Named& state) {
              Tensor& weight = named(state, layer + "self_attn.out_proj.weight");
              weight = transpose(weight, 0, 1);
            }};
  all[4] = {"LSTM: gates in the order i o f g", [](io::Named& state) {
              for (auto& [name, tensor] : state)
                if (name.rfind("lstm.", 0) == 0) tensor = reordered(tensor, {0, 2, 3, 1});
            }};
  all[5] = {"4 heads instead of 2"};
  all[5].heads = 4;
  all[6] = {"the norm before each part, not behind"};
  all[6].options.norm_first = true;
  all[7] = {"gelu instead of relu"};
  all[7].options.activation = nn::Activation::gelu;
  all[8] = {"norm with epsilon 0.001, not 0.00001"};
  all[8].options.eps = 1e-3;
  return all;
}

/// Loads `right`'s weights with the mistake. Returns the message of the Error, or "" and how far the answers are from the right ones.
std::pair<std::string, double> commit(const Mistake& mistake, const Model& right, const io::Safetensors& file) {
  io::Named state = right.named_parameters();
  mistake.change(state);
  Rng rng;
  Model other(rng, mistake.heads, mistake.options);
  try {
    other.load(state);
  } catch (const Error& error) {
    return {error.what(), 0};
  }
  return {"", largest_difference(answers(other, file), answers(right, file))};
}
