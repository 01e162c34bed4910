#include <bench/workload.h>
#include <qkv/tensor/rng.h>

#include <cmath>
#include <stdexcept>
#include <tuple>

namespace bench {
namespace {

using Sizes = std::vector<std::int64_t>;

/// A problem in the making: every number comes from one generator, in the order in which they are named here.
class Drawing {
 public:
  explicit Drawing(const char* workload) { problem_.workload = workload; }

  Drawing& input(const char* name, const Sizes& shape) { return normal(name, shape, 1, false); }
  Drawing& learned_input(const char* name, const Sizes& shape) { return normal(name, shape, 1, true); }
  /// A matrix (out, in) that keeps the size of what it maps, or a vector of small numbers.
  Drawing& weight(const std::string& name, const Sizes& shape) {
    return normal(name, shape, 1 / std::sqrt(static_cast<double>(shape.back())), true);
  }
  Drawing& scale(const std::string& name, std::int64_t size) {
    problem_.numbers[name] = {{size}, std::vector<float>(static_cast<std::size_t>(size), 1.0F), true};
    return *this;
  }
  /// Whole numbers from 0 to below - 1.
  Drawing& names(const char* name, const Sizes& shape, std::int64_t below) {
    return fill(name, shape, false, [&] { return static_cast<double>(rng_.below(below)); });
  }
  /// Sentences (B, T) of 2/5 T to T words, about .7 T in the mean: whole numbers from 1 to below - 1, then zeros, which do not count.
  Drawing& sentences(const char* name, std::int64_t B, std::int64_t T, std::int64_t below) {
    std::int64_t i = 0;
    return fill(name, {B, T}, false, [&] {
      const std::int64_t b = i / T, t = i++ % T, length = T * (2 * B + 3 * (b + 1)) / (5 * B);
      return t < length ? static_cast<double>(1 + rng_.below(below - 1)) : 0;
    });
  }
  operator Problem() { return std::move(problem_); }

 private:
  Drawing& normal(const std::string& name, const Sizes& shape, double deviation, bool wants_gradient) {
    return fill(name, shape, wants_gradient, [&] { return rng_.normal(0, deviation); });
  }
  template <class Draw>
  Drawing& fill(const std::string& name, const Sizes& shape, bool wants_gradient, Draw draw) {
    std::int64_t count = 1;
    for (std::int64_t size : shape) count *= size;
    Numbers numbers{shape, std::vector<float>(static_cast<std::size_t>(count)), wants_gradient};
    for (float& number : numbers.values) number = static_cast<float>(draw());
    problem_.numbers[name] = std::move(numbers);
    return *this;
  }

  Problem problem_;
  qkv::Rng rng_{7};
};

Problem recurrent(const char* name, std::int64_t gates, std::int64_t T) {
  const std::int64_t B = 32, in = 64, h = 128;
  return Drawing(name)
      .learned_input("x", {T, B, in})
      .weight("weight_ih_l0", {gates * h, in})
      .weight("weight_hh_l0", {gates * h, h})
      .weight("bias_ih_l0", {gates * h})
      .weight("bias_hh_l0", {gates * h})
      .input("upstream", {T, B, h});
}
Problem rnn(std::int64_t T) { return recurrent("rnn", 1, T); }
Problem lstm(std::int64_t T) { return recurrent("lstm", 4, T); }

Problem additive(std::int64_t T) {
  const std::int64_t B = 32, d = 64;
  return Drawing("additive")
      .learned_input("query", {B, T, d})
      .learned_input("key", {B, T, d})
      .learned_input("value", {B, T, d})
      .weight("W1.weight", {d, d})
      .weight("W2.weight", {d, d})
      .weight("v", {d})
      .input("upstream", {B, T, d});
}

Problem dot_product(const char* name, std::int64_t B, std::int64_t H, std::int64_t T, std::int64_t d) {
  return Drawing(name)
      .learned_input("q", {B, H, T, d})
      .learned_input("k", {B, H, T, d})
      .learned_input("v", {B, H, T, d})
      .input("upstream", {B, H, T, d});
}
Problem sdpa(std::int64_t T) { return dot_product("sdpa", 8, 4, T, 32); }
/// Lesson 69's listener, which writes T digits.
/// nn::Encoder and nn::Decoder, the encoder `hidden` wide in each direction; the input and target of a training step.
Drawing& encoder_decoder(Drawing& drawing, std::int64_t B, std::int64_t T, std::int64_t in, std::int64_t hidden, std::int64_t width,
                         std::int64_t words) {
  const std::int64_t h = 2 * hidden;
  drawing.names("input", {B, T}, words).sentences("target", B, T, words);
  const auto gru = [&](const std::string& prefix, const std::string& end, std::int64_t from, std::int64_t size) {
    drawing.weight(prefix + "weight_ih_l0" + end, {3 * size, from}).weight(prefix + "weight_hh_l0" + end, {3 * size, size});
    drawing.weight(prefix + "bias_ih_l0" + end, {3 * size}).weight(prefix + "bias_hh_l0" + end, {3 * size});
  };
  gru("encoder.gru.", "", in, hidden);
  gru("encoder.gru.", "_reverse", in, hidden);
  gru("decoder.gru.", "", width, h);
  drawing.weight("decoder.embedding.weight", {words, width}).weight("decoder.bias", {words});
  drawing.weight("decoder.start.weight", {h, h}).weight("decoder.start.bias", {h});
  drawing.weight("decoder.combine.weight", {width, 2 * h}).weight("decoder.combine.bias", {width});
  drawing.weight("decoder.attention.W1.weight", {h, h}).weight("decoder.attention.W2.weight", {h, h});
  return drawing.weight("decoder.attention.v", {h});
}

Problem speech(std::int64_t T) {
  const std::int64_t B = 32, S = 60, in = 96, hidden = 64, width = 32, marks = 14;
  Drawing drawing("speech");
  drawing.input("frames", {B, S, in});
  return encoder_decoder(drawing, B, T, in, hidden, width, marks);
}

Problem long_(std::int64_t T) { return dot_product("long", 1, 4, T, 64); }

Problem mha(std::int64_t T) {
  const std::int64_t B = 8, d = 128;
  return Drawing("mha")
      .learned_input("x", {B, T, d})
      .weight("in_proj_weight", {3 * d, d})
      .weight("in_proj_bias", {3 * d})
      .weight("out_proj.weight", {d, d})
      .weight("out_proj.bias", {d})
      .input("upstream", {B, T, d});
}

Problem tiny(std::int64_t T) {
  const std::int64_t d = 8;
  return Drawing("tiny").learned_input("x", {1, T, d}).weight("W", {3 * d, d}).input("upstream", {1, T, d});
}

Problem gpt(std::int64_t T) {
  const std::int64_t layers = 4, d = 128, B = 12, vocabulary = 65;
  Drawing drawing("gpt");
  drawing.names("tokens", {B, T}, vocabulary)
      .names("next", {B * T}, vocabulary)
      .weight("token", {vocabulary, d})
      .weight("position", {T, d});
  for (std::int64_t i = 0; i < layers; ++i) {
    std::string layer = std::to_string(i);
    drawing.scale("norm1." + layer, d).weight("qkv." + layer, {3 * d, d}).weight("proj." + layer, {d, d});
    drawing.scale("norm2." + layer, d).weight("up." + layer, {4 * d, d}).weight("down." + layer, {d, 4 * d});
  }
  return drawing.scale("norm", d);
}

Problem mlp(std::int64_t) {
  const std::int64_t B = 128, sizes[] = {784, 256, 128, 10};
  Drawing drawing("mlp");
  drawing.input("x", {B, sizes[0]}).names("class", {B}, sizes[3]);
  for (int i = 0; i < 3; ++i) {
    std::string layer = std::to_string(i);
    drawing.weight("weight." + layer, {sizes[i + 1], sizes[i]}).weight("bias." + layer, {sizes[i + 1]});
  }
  return drawing;
}

Problem vit(std::int64_t) {
  const std::int64_t B = 64, patches = 16, d = 64, layers = 2, classes = 10;
  Drawing drawing("vit");
  drawing.input("images", {B, 28, 28}).names("class", {B}, classes);
  drawing.weight("patch.weight", {d, 49}).weight("patch.bias", {d}).weight("position", {patches, d});
  for (std::int64_t i = 0; i < layers; ++i) {
    std::string layer = std::to_string(i) + ".";
    drawing.weight(layer + "self_attn.in_proj_weight", {3 * d, d}).weight(layer + "self_attn.in_proj_bias", {3 * d});
    drawing.weight(layer + "self_attn.out_proj.weight", {d, d}).weight(layer + "self_attn.out_proj.bias", {d});
    drawing.weight(layer + "linear1.weight", {4 * d, d}).weight(layer + "linear1.bias", {4 * d});
    drawing.weight(layer + "linear2.weight", {d, 4 * d}).weight(layer + "linear2.bias", {d});
    for (const char* norm : {"norm1", "norm2"}) drawing.scale(layer + norm + ".weight", d).weight(layer + norm + ".bias", {d});
  }
  return drawing.weight("head.weight", {classes, d}).weight("head.bias", {classes});
}

/// Lesson 61's translators on a mean batch of its full run, no dropout: sentences of one length are read, because batches go by it.
struct Translation {
  static constexpr std::int64_t B = 32, S = 6, vocabulary = 3000, width = 128, hidden = 96, layers = 2;
};

Problem translate_gru(std::int64_t T) {
  using X = Translation;
  Drawing drawing("translate-gru");
  drawing.names("source", {X::B, X::S}, X::vocabulary).weight("reads", {X::vocabulary, X::width});
  return encoder_decoder(drawing, X::B, T, X::width, X::hidden, X::width, X::vocabulary);
}

Drawing& transformer(Drawing& drawing, std::int64_t layers, std::int64_t d) {
  for (const char* side : {"encoder", "decoder"}) {
    const bool writes = *side == 'd';
    for (std::int64_t i = 0; i < layers; ++i) {
      const std::string layer = std::string(side) + ".layers." + std::to_string(i) + ".";
      for (const char* attention : {"self_attn.", "multihead_attn."}) {
        if (*attention == 'm' && !writes) continue;
        drawing.weight(layer + attention + "in_proj_weight", {3 * d, d}).weight(layer + attention + "in_proj_bias", {3 * d});
        drawing.weight(layer + attention + "out_proj.weight", {d, d}).weight(layer + attention + "out_proj.bias", {d});
      }
      drawing.weight(layer + "linear1.weight", {2 * d, d}).weight(layer + "linear1.bias", {2 * d});
      drawing.weight(layer + "linear2.weight", {d, 2 * d}).weight(layer + "linear2.bias", {d});
      for (int norm = 1; norm <= (writes ? 3 : 2); ++norm)
        drawing.scale(layer + "norm" + std::to_string(norm) + ".weight", d).weight(layer + "norm" + std::to_string(norm) + ".bias", {d});
    }
    drawing.scale(std::string(side) + ".norm.weight", d).weight(std::string(side) + ".norm.bias", {d});
  }
  return drawing;
}

Problem translate_transformer(std::int64_t T) {
  using X = Translation;
  Drawing drawing("translate-transformer");
  drawing.names("source", {X::B, X::S}, X::vocabulary).names("input", {X::B, T}, X::vocabulary);
  drawing.sentences("target", X::B, T, X::vocabulary);
  drawing.weight("reads", {X::vocabulary, X::width}).weight("writes", {X::vocabulary, X::width}).weight("bias", {X::vocabulary});
  return transformer(drawing, X::layers, X::width);
}

Problem translate_decode(std::int64_t T) {
  using X = Translation;
  Drawing drawing("translate-decode");
  drawing.names("written", {1, T}, X::vocabulary).input("memory", {1, X::S, X::width});
  drawing.weight("writes", {X::vocabulary, X::width}).weight("bias", {X::vocabulary});
  Problem problem = transformer(drawing, X::layers, X::width);
  for (auto& [name, numbers] : problem.numbers) numbers.wants_gradient = false;
  return problem;
}

Problem chain(std::int64_t operations) {
  Problem problem = Drawing("chain").learned_input("x", {8}).input("upstream", {8});
  problem.numbers["operations"] = {{1}, {static_cast<float>(operations)}};
  return problem;
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all{
      {"rnn", "tanh RNN, T=64 B=32 in=64 h=128", 64, {2.5, 3}, rnn},
      {"lstm", "LSTM, T=64 B=32 in=64 h=128", 64, {2.5, 4}, lstm},
      {"additive", "additive attention, B=32 Tq=Tk=32 d=64", 32, {8, 8}, additive},
      {"sdpa", "causal scaled dot-product attention, B=8 H=4 T=128 dh=32", 128, {1.8, 2}, sdpa},
      {"mha", "multi-head self-attention, B=8 T=128 d=128 h=8", 128, {2, 2}, mha},
      {"gpt", "4 layers, d=128 h=4 T=64 B=12 vocabulary 65; loss, clip, AdamW", 64, {1.35, 1.6}, gpt},
      {"tiny", "self-attention on a 4x8 input", 4, {15, 15}, tiny},
      {"mlp", "784-256-128-10, B=128; loss, Adam", 0, {1.5, 1.6}, mlp},
      {"vit", "28x28 in 7x7 patches, d=64 h=4, 2 layers, B=64; loss, Adam", 0, {1.8, 2}, vit},
      {"translate-gru",
       "lesson 61's GRUs with additive attention, B=32 S=6 T=13 (9 count), 3,000 words; loss, clip, Adam",
       13,
       {3, 3},
       translate_gru},
      {"translate-transformer",
       "lesson 61's Transformer, d=128 h=4, 2 + 2 layers, the same sentences; loss, clip, Adam",
       13,
       {1.5, 1.5},
       translate_transformer},
      {"translate-decode", "the same Transformer writes 24 words, one at a time, with kept keys and values", 24, {5, 5}, translate_decode},
      {"speech", "lesson 69's listener: GRU and attention on 60 stacked frames, 5 digits, B=32; loss, clip, Adam", 5, {1.5, 1.5}, speech},
      {"long", "causal attention, B=1 H=4 dh=64 T=8192", 8192, {6, 0}, long_},
      {"chain", "operations on eight numbers, one after another", 1000, {0, 0}, chain},
  };
  return all;
}

const Workload& workload(const std::string& name) {
  std::string names;
  for (const Workload& each : workloads()) {
    if (each.name == name) return each;
    names += std::string(" ") + each.name;
  }
  throw std::runtime_error("no workload '" + name + "'; there are" + names);
}

}  // namespace bench
