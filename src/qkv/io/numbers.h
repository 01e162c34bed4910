#pragma once
#include <qkv/tensor/tensor.h>

#include <cstdint>

// How files write numbers, and how their bytes (little-endian, reading order) become qkv's own types.
// `where` begins the message of an Error: "load_npy: a.npy: ".

namespace qkv::io {

/// The type and bits of a number in a file: float, signed or unsigned whole number, or truth value. `other`: qkv cannot read it.
enum class Number { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean, f8_e4m3, f8_e5m2, other };

/// How the library's own Scalar is written: f32, or f64 in the double build.
constexpr Number scalar_number = sizeof(Scalar) == 4 ? Number::f32 : Number::f64;

/// How many bytes one number takes; 0 for `other`.
Index bytes_of(Number number);

/// How many numbers an array of these sizes holds; -1 if a size is negative, or if the product of the sizes that are not 0 exceeds Index.
Index count_of(const std::vector<Index>& sizes);

/// Bytes that an array of these sizes takes, and its shape.  Throw Error if the sizes do not fit into an Index or into a Shape.
Index byte_count(const std::vector<Index>& sizes, Number number, const std::string& where);
Shape shape_of(const std::vector<Index>& sizes, const std::string& where);

/// Floats of any kind.  Throws Error at another kind and, in the float build, at a number that only a double can hold.
Tensor read_tensor(const char* bytes, Number number, const Shape& shape, const std::string& where);
/// Whole numbers and truth values.  Throws Error at floats and at a number beyond Index.
Indices read_indices(const char* bytes, Number number, const Shape& shape, const std::string& where);
/// Truth values, or u8 of 0 and 1.  Throws Error at anything else.
Mask read_mask(const char* bytes, Number number, const Shape& shape, const std::string& where);

/// Numbers in 16 bits, f16 or bf16: each becomes the nearest there is, and of two equally near the one whose last bit is 0.
/// Throws Error if a finite number is too large (from 65,520 on for f16; bf16 reaches as far as a float).
std::vector<std::uint16_t> in_16_bits(const Tensor& x, Number number, const std::string& where);

std::ostream& operator<<(std::ostream& out, Number number);

}  // namespace qkv::io
