#pragma once
#include <qkv/io/numbers.h>
#include <qkv/io/safetensors.h>

#include <string_view>

// The JSON header of a safetensors file. Apart from safetensors.cpp, nobody needs this.

namespace qkv::io {

/// What the header says of one tensor.
struct Entry {
  std::string name;
  Number number = Number::f32;
  std::vector<Index> sizes;
  std::vector<Index> place;  ///< first byte and end, counted from the end of the header
};

struct Header {
  std::vector<Entry> entries;  ///< in the order of the header
  Metadata metadata;
};

/// Throws Error, beginning with `where`, unless the text is valid JSON of exactly the form above: only the keys dtype, shape, data_offsets
/// and each once; no name twice. Whether the places make sense is not looked at.
Header parse_header(std::string_view text, const std::string& where);

/// The header of these tensors laid out one after another.  Throws Error at names given twice or text that is not UTF-8.
std::string format_header(const std::vector<Entry>& entries, const Metadata& metadata, const std::string& where);

/// "F32" for Number::f32.
const char* dtype_name(Number number);

}  // namespace qkv::io
