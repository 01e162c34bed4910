#include <io/scratch.h>
#include <nn/small_modules.h>
#include <qkv/io/weights.h>

#include <doctest/doctest.h>

#include <sstream>

using namespace qkv;
using scratch::error_of;
using small::Pair;
using small::Tied;

namespace {

io::Safetensors saved(const scratch::Folder& folder, const io::Named& tensors, const io::NamedIndices& indices = {}) {
  io::save_safetensors(folder / "f", tensors, indices, {});
  return io::Safetensors(folder / "f");
}

io::Named under(const std::string& prefix, io::Named tensors) {
  for (auto& [name, tensor] : tensors) name = prefix + name;
  return tensors;
}

std::vector<Scalar> numbers(const nn::Module& module) {
  std::vector<Scalar> all;
  for (const auto& [name, tensor] : module.named_parameters()) all.insert(all.end(), tensor.data(), tensor.data() + tensor.size());
  return all;
}

std::string text(const io::LoadedWeights& loaded) {
  std::ostringstream out;
  out << loaded;
  return out.str();
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("weights: what lies below a prefix is loaded, the rest is listed") {
  scratch::Folder folder;
  Rng rng(1);
  Pair source(rng), module(rng);
  io::Named tensors = under("module.model.", source.named_parameters());
  tensors.emplace_back("module.model.third.bias", zeros({2}));
  tensors.emplace_back("module.other", zeros({}));
  const io::Safetensors file = saved(folder, tensors, {{"module.model.position_ids", Indices({1, 2}, {0, 1})}});
  CHECK(io::find_prefix(module, file) == "module.model.");
  const io::LoadedWeights loaded = io::load_weights(module, file, "module.model.");
  CHECK(loaded.loaded == Names{"scale", "first.weight", "first.bias", "second.weight"});
  CHECK(loaded.missing.empty());
  CHECK(loaded.surplus == Names{"module.model.position_ids", "module.model.third.bias"});
  CHECK(loaded.outside == Names{"module.other"});
  CHECK(numbers(module) == numbers(source));
  CHECK(text(loaded) == "4 loaded, 2 surplus: module.model.position_ids, module.model.third.bias, 1 outside the prefix");
}

TEST_CASE("weights: what is missing stays as it was") {
  scratch::Folder folder;
  Rng rng(1);
  Pair module(rng);
  const io::Safetensors file = saved(folder, {{"scale", Tensor(7)}, {"first.bias", tensor({1, 2})}});
  const Tensor before = module.first.weight.clone();
  const io::LoadedWeights loaded = io::load_weights(module, file);
  CHECK(loaded.loaded == Names{"scale", "first.bias"});
  CHECK(loaded.missing == Names{"first.weight", "second.weight"});
  CHECK(module.scale.item() == 7);
  CHECK(module.first.bias.at({1}) == 2);
  for (Index i = 0; i < 6; ++i) CHECK(module.first.weight.data()[i] == before.data()[i]);
  CHECK(module.first.weight.requires_grad());
  CHECK(text(loaded) == "2 loaded, 2 missing: first.weight, second.weight");
}

TEST_CASE("weights: a tied parameter needs one of its names, in the file the second") {
  scratch::Folder folder;
  Rng rng(1);
  Tied module(rng);
  const Tensor table = randn({4, 3}, rng);
  io::LoadedWeights loaded = io::load_weights(module, saved(folder, {{"lm.head.weight", table}}), "lm.");
  CHECK(loaded.loaded == Names{"embed.weight"});
  CHECK(loaded.missing.empty());
  CHECK(loaded.surplus.empty());
  CHECK(module.embed.weight.at({3, 2}) == table.at({3, 2}));
  CHECK(io::load_weights(module, saved(folder, {{"embed.weight", table}, {"head.weight", table}})).loaded.size() == 1);
}

TEST_CASE("weights: in half precision they are read as the nearest numbers") {
  scratch::Folder folder;
  Rng rng(1);
  Pair source(rng), module(rng);
  for (io::Precision precision : {io::Precision::half, io::Precision::bfloat}) {
    io::save_safetensors(folder / "f", under("m.", source.named_parameters()), {}, precision);
    const io::Safetensors file(folder / "f");
    CHECK(io::load_weights(module, file, io::find_prefix(module, file)).loaded.size() == 4);
    const std::vector<Scalar> was = numbers(source), is = numbers(module);
    const double step = precision == io::Precision::half ? 1.0 / 2048 : 1.0 / 256;  // half of the last place, relative
    for (std::size_t i = 0; i < was.size(); ++i) CHECK(std::fabs(is[i] - was[i]) <= step * std::fabs(was[i]));
  }
}

TEST_CASE("weights: what does not fit changes nothing, and the message helps") {
  scratch::Folder folder;
  Rng rng(1);
  Pair module(rng);
  const std::vector<Scalar> before = numbers(module);
  const std::string where = "load_weights: " + (folder / "f") + ": ";
  io::Safetensors below = saved(folder, under("model.", module.named_parameters()));
  CHECK(error_of([&] { io::load_weights(module, below); }) ==
        where + "holds none of the module's 4 parameters below the prefix ''; some are below 'model.'");
  CHECK(error_of([&] { io::load_weights(module, below, "modle."); }) ==
        where + "holds none of the module's 4 parameters below the prefix 'modle.'; some are below 'model.'");
  io::Safetensors other = saved(folder, {{"w", zeros({3})}});
  CHECK(error_of([&] { io::load_weights(module, other, "\x1b[2J"); }) ==
        where + "holds none of the module's 4 parameters below the prefix '\\x1b[2J'");
  io::Safetensors shapes = saved(folder, {{"scale", Tensor(7)}, {"first.weight", zeros({3, 2})}, {"first.bias", zeros({3})}});
  CHECK(error_of([&] { io::load_weights(module, shapes); }) ==
        where +
            "load: nothing was loaded, because the tensors do not fit the module:\n  wrong shape: first.weight (3, 2), must be (2, 3)\n" +
            "  wrong shape: first.bias (3,), must be (2,)");
  io::Safetensors whole = saved(folder, {{"first.bias", zeros({2})}}, {{"scale", Indices({}, {1})}});
  CHECK(error_of([&] { io::load_weights(module, whole); }) ==
        "load_safetensors: " + (folder / "f") + ": tensor 'scale': holds i64, not floats: read it as indices");
  Tied tied(rng);
  io::Safetensors two = saved(folder, {{"embed.weight", zeros({4, 3})}, {"head.weight", ones({4, 3})}});
  CHECK(error_of([&] { io::load_weights(tied, two); }) ==
        where + "load: nothing was loaded, because the tensors do not fit the module:\n" +
            "  two values: head.weight is embed.weight, and must be given the same numbers");
  CHECK(numbers(module) == before);
}

TEST_CASE("weights: the prefix is the one with most names and shapes") {
  scratch::Folder folder;
  Rng rng(1);
  Pair module(rng);
  io::Named tensors = under("a.", module.named_parameters());
  for (const auto& [name, tensor] : module.named_parameters()) tensors.emplace_back("b." + name, zeros({9}));
  tensors.emplace_back("ba.scale", Tensor(1));
  CHECK(io::find_prefix(module, saved(folder, tensors)) == "a.");
  CHECK(io::find_prefix(module, saved(folder, {{"xscale", Tensor(1)}})) == "");  // no point before the name
  CHECK(io::find_prefix(module, saved(folder, module.named_parameters())) == "");
}
