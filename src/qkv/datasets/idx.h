#pragma once
#include <qkv/tensor/shape.h>

#include <cstdint>

namespace qkv::datasets {

/// What an IDX file holds: bytes with a shape. The images of MNIST and its relatives are (N, 28, 28), their labels (N).
struct IdxArray {
  Shape shape;
  std::vector<std::uint8_t> values;  ///< in reading order, shape.count() of them
};

/// Reads an IDX file of bytes, plain or compressed (.gz): two zero bytes, 8 for "bytes", the number of axes, each size in 4 bytes
/// (big-endian), the values. LeCun, http://yann.lecun.com/exdb/mnist.
/// A file takes at most `most_bytes`, unpacked. If that is negative, at most 1 GiB, and a .gz at most a hundred times its own size or 64
/// MiB, whichever is more. Larger sizes in the header are refused before any memory is taken, and no more is unpacked than the header says.
/// A .gz of several parts (`cat a.gz b.gz`) is read as one.  Throws Error if the file cannot be read, holds another type, more or fewer
/// values than the sizes say, too much, or (.gz) its checksum is wrong or anything but another part follows its end.
IdxArray load_idx(const std::string& path, Index most_bytes = -1);

/// Its shape.
std::ostream& operator<<(std::ostream& out, const IdxArray& array);

}  // namespace qkv::datasets
