#pragma once
#include <qkv/io/numbers.h>
#include <qkv/io/safetensors.h>

#include <set>
#include <string_view>

// The JSON header of a safetensors file. Apart from safetensors.cpp, nobody needs this.

namespace qkv::io {

/// What the header says about one tensor.
struct Entry {
  std::string name;
  Number number = Number::f32;
  std::vector<Index> sizes;
  Index first = 0, end = 0;     ///< its bytes, counted from the end of the header
  const char* dtype = nullptr;  ///< as the file spells it; nullptr: as dtype_name(number)
  Index bits = 0;               ///< that one number takes; 0 where that is not known
};

struct Header {
  std::vector<Entry> entries;        ///< in the order of the header
  std::vector<std::size_t> by_name;  ///< indices into entries, sorted by name; less memory than a search tree
  Metadata metadata;
  std::set<std::string> other_types;  ///< what Entry::dtype points to
};

/// Throws Error, beginning with `where`, unless the text is valid JSON of exactly the form above: only the keys dtype, shape, data_offsets,
/// each once; no name twice; nothing but blanks after the end. An unknown type need only look like a type. It does not check whether the
/// places make sense.
Header parse_header(std::string_view text, const std::string& where);

/// The header of these tensors laid out one after another.  Throws Error at names given twice or text that is not UTF-8.
std::string format_header(const std::vector<Entry>& entries, const Metadata& metadata, const std::string& where);

/// "F32" for Number::f32, "" for Number::other.
const char* dtype_name(Number number);

}  // namespace qkv::io
