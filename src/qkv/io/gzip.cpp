#include <qkv/io/file.h>
#include <qkv/io/gzip.h>
#include <qkv/tensor/check.h>

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace qkv::io {
namespace {

constexpr Index least_bound = Index{64} << 20, largest_bound = Index{1} << 30;  // bytes
constexpr Index at_once = Index{1} << 16;

}  // namespace

Unpacked::Unpacked(const std::string& path, Index most, const std::string& where)
    : where_(where), size_(file_size(path, where)), most_(most) {
  in_.open(path, std::ios::binary);
  require(in_.is_open(), where_, "cannot read: ", std::strerror(errno));
  buffer_.resize(static_cast<std::size_t>(at_once));
  in_.read(reinterpret_cast<char*>(buffer_.data()), at_once);
  const Index got = static_cast<Index>(in_.gcount());
  const bool gzip = got >= 2 && buffer_[0] == 0x1f && buffer_[1] == 0x8b;
  // Divided, not multiplied: a hundred times the size may be beyond Index.
  if (most_ < 0) most_ = !gzip || size_ > largest_bound / 100 ? largest_bound : std::max(least_bound, size_ * 100);
  if (!gzip) {
    in_.clear();
    in_.seekg(0);
    return;
  }
  stream_ = new z_stream();
  if (inflateInit2(stream_, 15 + 16) != Z_OK) {  // 16: gzip, with its checksum
    delete stream_;
    fail(where_, "cannot unpack: no memory");
  }
  stream_->next_in = buffer_.data();
  stream_->avail_in = static_cast<uInt>(got);
  taken_ = got;
}

Unpacked::~Unpacked() {
  if (stream_) inflateEnd(stream_);
  delete stream_;
}

bool Unpacked::fill() {
  in_.read(reinterpret_cast<char*>(buffer_.data()), at_once);
  stream_->next_in = buffer_.data();
  stream_->avail_in = static_cast<uInt>(in_.gcount());
  taken_ += static_cast<Index>(in_.gcount());
  return stream_->avail_in > 0;
}

/// Until the output is full or the file at its end.
void Unpacked::unpack() {
  while (stream_->avail_out > 0) {
    if (stream_->avail_in == 0 && !fill()) {
      require(between_, where_, "the compressed data end too early");
      return;
    }
    if (between_) {
      require(*stream_->next_in == 0x1f, where_, "bytes follow the end of the compressed data, at byte ",
              taken_ - static_cast<Index>(stream_->avail_in));
      inflateReset(stream_);
      between_ = false;
    }
    const int status = inflate(stream_, Z_NO_FLUSH);
    between_ = status == Z_STREAM_END;
    require(between_ || status == Z_OK, where_, "cannot decompress: ", stream_->msg ? stream_->msg : zError(status));
  }
}

Index Unpacked::read(void* to, Index count) {
  Index got = 0;
  if (!packed()) {
    in_.read(static_cast<char*>(to), count);
    got = static_cast<Index>(in_.gcount());
  }
  while (packed() && got < count) {
    const uInt part = static_cast<uInt>(std::min(count - got, Index{1} << 30));  // zlib counts in 32 bits
    stream_->next_out = static_cast<unsigned char*>(to) + got;
    stream_->avail_out = part;
    unpack();
    got += static_cast<Index>(part - stream_->avail_out);
    if (stream_->avail_out > 0) break;
  }
  given_ += got;
  require(given_ <= most_, where_, packed() ? "unpacks to" : "has", " more than the ", most_, " bytes that are read");
  return got;
}

}  // namespace qkv::io
