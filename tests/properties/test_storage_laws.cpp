#include "law.h"

#include <io/scratch.h>
#include <io/strict.h>
#include <qkv/io/npy.h>
#include <qkv/io/safetensors.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/loss.h>
#include <qkv/optim/rules.h>

#include <cstring>
#include <set>

using namespace qkv;

namespace {

/// All kinds of floats: NaN, infinities, -0, the smallest, the largest.
Tensor any_numbers(const Shape& shape, Rng& rng) {
  using Limits = std::numeric_limits<Scalar>;
  const Scalar odd[] = {Limits::quiet_NaN(),  Limits::infinity(), -Limits::infinity(), Scalar(-0.0),
                        Limits::denorm_min(), Limits::max(),      Limits::lowest()};
  Tensor x = randn(shape, rng);
  for (Index i = 0; i < x.size(); ++i)
    if (rng.below(4) == 0) x.mutable_data()[i] = odd[rng.below(7)];
  return x;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 || std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(Scalar)) == 0);
}

/// Any text: ASCII with quotes and control characters, or Chinese.
std::string any_text(Rng& rng) {
  std::string text;
  for (Index i = pick(rng, 0, 6); i > 0; --i) {
    if (rng.below(4) == 0) text += "注";
    else text += static_cast<char>(rng.below(128));
  }
  return text;
}

}  // namespace

TEST_CASE("laws: what is saved is loaded bit for bit") {
  scratch::Folder folder;
  std::string path = folder / "f";
  law("safetensors", [&](Rng& rng) {
    io::Named saved;
    std::set<std::string> names;
    io::Metadata notes;
    for (Index i = pick(rng, 0, 5); i > 0; --i) {
      std::string name = any_text(rng);
      if (names.insert(name).second) saved.emplace_back(name, any_numbers(any_shape(rng, 5, 0), rng));
      notes[any_text(rng)] = any_text(rng);
    }
    io::save_safetensors(path, saved, notes);
    io::Named loaded = io::load_safetensors(path);
    std::string bytes = scratch::contents(path);
    strict::Reader other(bytes);  // which knows nothing of ours
    REQUIRE(other.metadata == notes);
    REQUIRE(other.tensors.size() == saved.size());
    for (const auto& [name, value] : saved) {
      const strict::Floats& floats = other.tensors.at(name);
      REQUIRE(floats.dtype == (sizeof(Scalar) == 4 ? "F32" : "F64"));
      const Shape shape = value.shape();
      REQUIRE(floats.shape == std::vector<std::uint64_t>(shape.begin(), shape.end()));
      REQUIRE(floats.bytes ==
              std::string(reinterpret_cast<const char*>(value.data()), static_cast<std::size_t>(value.size()) * sizeof(Scalar)));
    }
    REQUIRE(io::Safetensors(path).metadata() == notes);
    REQUIRE(loaded.size() == saved.size());
    for (std::size_t i = 0; i < saved.size(); ++i) {
      REQUIRE(loaded[i].first == saved[i].first);
      REQUIRE(same_bits(loaded[i].second, saved[i].second));
    }
  });
  law("npy", [&](Rng& rng) {
    Tensor x = any_numbers(any_shape(rng, 6, 0), rng);
    io::save_npy(path, x);
    REQUIRE(same_bits(io::load_npy(path), x));
    Indices indices;
    indices.shape = any_shape(rng, 6, 0);
    for (Index i = indices.shape.count(); i > 0; --i) indices.values.push_back(static_cast<Index>(rng.bits()));
    io::save_npy(path, indices);
    Indices loaded = io::load_npy_indices(path);
    REQUIRE(loaded.shape == indices.shape);
    REQUIRE(loaded.values == indices.values);
  });
}

TEST_CASE("laws: the same seed gives the same numbers to the last bit") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed ", seed);
    auto trained = [&] {
      Rng rng(seed);
      nn::TransformerOptions options;
      options.dropout = 0.1;
      nn::TransformerEncoderLayer layer(6, 2, 10, rng, options);
      optim::Adam adam(layer.parameters(), 0.01);
      Tensor x = randn({4, 5, 6}, rng), y = randn({4, 5, 6}, rng);
      for (int step = 0; step < 5; ++step) {
        adam.zero_grad();
        mse_loss(layer(x), y).backward();
        adam.step();
      }
      return layer.parameters();
    };
    std::vector<Tensor> once = trained(), again = trained();
    for (std::size_t i = 0; i < once.size(); ++i) REQUIRE(same_bits(once[i], again[i]));
  }
}
