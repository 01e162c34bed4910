#pragma once
#include <qkv/tensor/scalar.h>

#include <string>
#include <vector>

// Whole files in, whole files out: what all readers and writers share. `where` begins the message of an Error: "load_npy: a.npy: ".

namespace qkv::io {

/// Bytes of a file / all of them.  Throw Error if it cannot be read or is no regular file.
Index file_size(const std::string& path, const std::string& where);
std::string read_file(const std::string& path, const std::string& where);

/// A piece of memory to be written.
struct Piece {
  const void* data;
  std::size_t size;
};

/// Writes the pieces one after another. They go to a new file beside `path`, reach the disk, and take the name `path` last of all: whatever
/// fails meanwhile, a reader finds the old file or the whole new one.  Throws Error, leaving nothing behind, if it fails.
void write_file(const std::string& path, const std::vector<Piece>& pieces, const std::string& where);

}  // namespace qkv::io
