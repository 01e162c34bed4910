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
/// No more is decompressed than the sizes say.  Throws Error if the file cannot be read, holds another type, more or fewer values than
/// the sizes say, more than 1 GiB, or (.gz) its checksum is wrong.
IdxArray load_idx(const std::string& path);

/// Its shape.
std::ostream& operator<<(std::ostream& out, const IdxArray& array);

}  // namespace qkv::datasets
