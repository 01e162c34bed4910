#pragma once
#include <map>
#include <string>

namespace qkv::io {

/// The notes of a safetensors file by name: what was trained, how long, on what.
struct Metadata : std::map<std::string, std::string> {
  using map::map;
};

}  // namespace qkv::io
