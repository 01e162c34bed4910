#include <qkv/datasets/idx.h>
#include <qkv/io/gzip.h>
#include <qkv/tensor/check.h>

#include <limits>
#include <ostream>

namespace qkv::datasets {

IdxArray load_idx(const std::string& path, Index most_bytes) {
  const std::string where = "load_idx: " + path + ": ";
  io::Unpacked source(path, most_bytes, where);

  std::uint8_t magic[4] = {};
  require(source.read(magic, 4) == 4, where, "too short for an IDX file");
  require(magic[0] == 0 && magic[1] == 0, where, "not an IDX file: it does not begin with two zero bytes");
  require(magic[2] == 8, where, "holds numbers of type ", +magic[2], ": only bytes (8) are supported");
  require(magic[3] >= 1 && magic[3] <= Shape::max_rank, where, +magic[3], " axes: must be from 1 to ", Shape::max_rank);

  IdxArray result;
  const Index most = source.most() - 4 - Index{4} * magic[3];
  Index expected = 1;
  for (int axis = 0; axis < magic[3]; ++axis) {
    std::uint8_t size[4] = {};
    require(source.read(size, 4) == 4, where, "ends within its sizes");
    const std::uint64_t number = std::uint64_t{size[0]} << 24 | std::uint64_t{size[1]} << 16 | std::uint64_t{size[2]} << 8 | size[3];
    const bool overflows = __builtin_mul_overflow(expected, number, &expected);
    require(!overflows && expected <= most && number <= static_cast<std::uint64_t>(std::numeric_limits<Index>::max()), where, "more than ",
            most, " values: no more are read of a file of ", source.size(), " bytes");
    result.shape.push_back(static_cast<Index>(number));
  }
  // Deflate packs at most 1032 values into a byte: sizes beyond that are a lie, and need no memory.
  require(expected / (source.packed() ? 1032 : 1) <= source.size(), where, "shape ", result.shape, " cannot be in a file of ",
          source.size(), " bytes");

  result.values.resize(static_cast<std::size_t>(expected));
  Index got = source.read(result.values.data(), expected);
  require(got == expected, where, "shape ", result.shape, " has ", expected, " values, the file ", got);
  // Reading on shows that nothing follows, and compares the checksum of what was packed.
  std::uint8_t more;
  require(source.read(&more, 1) == 0, where, "more values follow the ", expected, " of shape ", result.shape);
  return result;
}

std::ostream& operator<<(std::ostream& out, const IdxArray& array) { return out << "IdxArray" << array.shape; }

}  // namespace qkv::datasets
