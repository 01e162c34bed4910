#pragma once
#include <qkv/tensor/scalar.h>

#include <fstream>
#include <string>
#include <vector>

struct z_stream_s;

namespace qkv::io {

/// Reads a file. A gzip (it begins with 1f 8b) is unpacked while it is read; any other file is passed on unchanged. `where` begins the
/// message of an Error.
///
/// A gzip may have several parts, one after another, as `cat a.gz b.gz` makes them; they are read as one text (RFC 1952, 2.2). Anything
/// else after a part is an Error.
///
/// A few bytes can unpack to a thousand times as many, so there is a bound: `most` bytes. If `most` is negative, the bound is a hundred
/// times the file's size, at least 64 MiB (sorted labels compress well) and at most 1 GiB. Data beyond the bound is refused before it takes
/// memory: only as much is unpacked as was asked for.
class Unpacked {
 public:
  Unpacked(const std::string& path, Index most, const std::string& where);
  ~Unpacked();
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;

  /// Bytes of the file as it is, and how many may be read.
  Index size() const { return size_; }
  Index most() const { return most_; }
  bool packed() const { return stream_ != nullptr; }

  /// Returns how many of `count` bytes there were.  Throws Error if they cannot be unpacked, or exceed the bound. The checksum of a part is
  /// compared at its end, so read until nothing comes.
  Index read(void* to, Index count);

 private:
  bool fill();
  void unpack();

  std::string where_;
  std::ifstream in_;
  Index size_ = 0, most_ = 0, taken_ = 0, given_ = 0;  // bytes read from the file, handed out
  z_stream_s* stream_ = nullptr;
  bool between_ = true;  // between two parts, or before the first
  std::vector<unsigned char> buffer_;
};

}  // namespace qkv::io
