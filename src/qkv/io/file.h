#pragma once
#include <qkv/tensor/scalar.h>

#include <string>
#include <vector>

// All readers and writers read and write whole files with these. `where` begins the message of an Error: "load_npy: a.npy: ".

namespace qkv::io {

/// Bytes of a file / all of them.  Throw Error if it cannot be read or is no regular file.
Index file_size(const std::string& path, const std::string& where);
std::string read_file(const std::string& path, const std::string& where);

/// A piece of memory to be written.
struct Piece {
  const void* data;
  std::size_t size;
};

/// Writes the pieces one after another to a new file beside `path`. Only when they are on disk does it take the name `path`: whatever fails
/// before, a reader finds the old file or the complete new one.  Throws Error, leaving nothing behind, if it fails.
void write_file(const std::string& path, const std::vector<Piece>& pieces, const std::string& where);

}  // namespace qkv::io
