#include <qkv/io/weights.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

namespace qkv::io {
namespace {

bool begins_with(const std::string& text, const std::string& prefix) { return text.compare(0, prefix.size(), prefix) == 0; }

/// "", or "tensor."
bool is_prefix(const std::string& text) { return text.empty() || text.back() == '.'; }

}  // namespace

std::string find_prefix(const nn::Module& module, const Safetensors& file) {
  std::map<std::string, Index> found;
  std::string best;
  for (const auto& [name, parameter] : module.all_names())
    for (const std::string& full : file.names()) {
      if (full.size() < name.size() || full.compare(full.size() - name.size(), name.size(), name) != 0) continue;
      const std::string prefix = full.substr(0, full.size() - name.size());
      if (is_prefix(prefix) && file.shape(full) == parameter.shape()) ++found[prefix];
    }
  for (const auto& [prefix, count] : found)
    if (found.find(best) == found.end() || count > found[best]) best = prefix;
  return best;
}

LoadedWeights load_weights(nn::Module& module, const Safetensors& file, const std::string& prefix) {
  const std::string where = "load_weights: " + file.path() + ": ";
  LoadedWeights result;
  Named state;
  std::set<std::string> used;
  std::set<const Node*> given;
  for (const auto& [name, parameter] : module.all_names()) {
    if (!file.has(prefix + name)) continue;
    state.emplace_back(name, file.tensor(prefix + name));
    used.insert(prefix + name);
    given.insert(parameter.node().get());
  }
  for (const auto& [name, parameter] : module.named_parameters()) {
    if (given.count(parameter.node().get())) {
      result.loaded.push_back(name);
      continue;
    }
    result.missing.push_back(name);
    state.emplace_back(name, parameter);
  }
  for (const std::string& name : file.names()) {
    if (used.count(name)) continue;
    (begins_with(name, prefix) ? result.surplus : result.outside).push_back(name);
  }
  if (result.loaded.empty() && !result.missing.empty()) {
    const std::string better = find_prefix(module, file);
    fail(where, "holds none of the module's ", result.missing.size(), " parameters below the prefix '", escaped(prefix), "'",
         better.empty() ? "" : "; some are below '" + escaped(better) + "'");
  }
  try {
    module.load(state);
  } catch (const Error& error) {
    fail(where, error.what());
  }
  return result;
}

std::ostream& operator<<(std::ostream& out, const LoadedWeights& loaded) {
  const auto list = [&](const std::vector<std::string>& names, const char* what) {
    if (names.empty()) return;
    out << ", " << names.size() << ' ' << what;
    for (std::size_t i = 0; i < names.size(); ++i) out << (i == 0 ? ": " : ", ") << escaped(names[i]);
  };
  out << loaded.loaded.size() << " loaded";
  list(loaded.missing, "missing");
  list(loaded.surplus, "surplus");
  if (!loaded.outside.empty()) out << ", " << loaded.outside.size() << " outside the prefix";
  return out;
}

}  // namespace qkv::io
