#pragma once
#include <qkv/tensor/scalar.h>

#include <fstream>
#include <string>
#include <vector>

struct z_stream_s;

namespace qkv::io {

/// A file that is unpacked as it is read if it is a gzip (begins with 1f 8b), and otherwise passed on. `where` begins the message of an
/// Error.
///
/// A gzip may have several parts, one behind the other, as `cat a.gz b.gz` makes them; they are read as one text (RFC 1952, 2.2). Anything
/// else behind a part is an Error.
///
/// A few bytes can unpack to a thousand times as many, so there is a bound: `most` bytes, or if that is negative a hundred times the file's
/// size, at least 64 MiB (labels in order pack well) and at most 1 GiB. What goes beyond is refused before it is held: only so much is
/// unpacked as was asked for.
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

  /// How many of `count` bytes there were.  Throws Error if they cannot be unpacked, or go beyond the bound. At the end of a part its
  /// checksum is compared: read until nothing comes.
  Index read(void* to, Index count);

 private:
  bool fill();
  void unpack();

  std::string where_;
  std::ifstream in_;
  Index size_ = 0, most_ = 0, taken_ = 0, given_ = 0;  // bytes read from the file, handed out
  z_stream_s* stream_ = nullptr;
  bool between_ = true;  // two parts, or before the first
  std::vector<unsigned char> buffer_;
};

}  // namespace qkv::io
