#include <qkv/datasets/idx.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <ostream>

namespace qkv::datasets {
namespace {

constexpr Index most = Index{1} << 30;  // bytes

/// A file that zlib opened: decompressed as it is read, or passed through if it was not compressed.
class Source {
 public:
  explicit Source(const std::string& path) : where_("load_idx: " + path + ": ") {
    size_ = io::file_size(path, where_);
    file_ = gzopen(path.c_str(), "rb");
    require(file_ != nullptr, where_, "cannot read: ", std::strerror(errno));
  }
  ~Source() {
    if (file_) gzclose(file_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& where() const { return where_; }
  Index size() const { return size_; }

  /// How many of `count` bytes there were.  Throws Error if they cannot be decompressed.
  Index read(std::uint8_t* to, Index count) {
    int got = gzread(file_, to, static_cast<unsigned>(count));  // never more than `most`
    int error = Z_OK;
    const char* message = gzerror(file_, &error);
    require(error != Z_BUF_ERROR, where_, "the compressed data end too early");
    require(got >= 0 && error == Z_OK, where_, "cannot decompress: ", error == Z_ERRNO ? std::strerror(errno) : message);
    return got;
  }

 private:
  std::string where_;
  gzFile file_ = nullptr;
  Index size_ = 0;
};

}  // namespace

IdxArray load_idx(const std::string& path) {
  Source source(path);
  const std::string& where = source.where();

  std::uint8_t magic[4] = {};
  require(source.read(magic, 4) == 4, where, "too short for an IDX file");
  require(magic[0] == 0 && magic[1] == 0, where, "not an IDX file: it does not begin with two zero bytes");
  require(magic[2] == 8, where, "holds numbers of type ", +magic[2], ": only bytes (8) are supported");
  require(magic[3] >= 1 && magic[3] <= Shape::max_rank, where, +magic[3], " axes: must be from 1 to ", Shape::max_rank);

  IdxArray result;
  Index expected = 1;
  for (int axis = 0; axis < magic[3]; ++axis) {
    std::uint8_t size[4] = {};
    require(source.read(size, 4) == 4, where, "ends within its sizes");
    result.shape.push_back(Index{size[0]} << 24 | size[1] << 16 | size[2] << 8 | size[3]);
    // Checked at each axis, so that the product cannot overflow: 2^30 * 2^32 still fits.
    expected *= result.shape.back();
    require(expected <= most, where, "more than ", most, " values");
  }
  // Deflate packs at most 1032 values into a byte: sizes beyond that are a lie, and need no memory.
  require(expected / 1032 <= source.size(), where, "shape ", result.shape, " cannot be in a file of ", source.size(), " bytes");

  result.values.resize(static_cast<std::size_t>(expected));
  Index got = source.read(result.values.data(), expected);
  require(got == expected, where, "shape ", result.shape, " has ", expected, " values, the file ", got);
  // Reading on shows that nothing follows, and makes zlib compare the checksum.
  std::uint8_t more;
  require(source.read(&more, 1) == 0, where, "more values follow the ", expected, " of shape ", result.shape);
  return result;
}

std::ostream& operator<<(std::ostream& out, const IdxArray& array) { return out << "IdxArray" << array.shape; }

}  // namespace qkv::datasets
