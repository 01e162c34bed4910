#include <qkv/io/numbers.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <ostream>

namespace qkv::io {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files hold little-endian numbers, and are copied as they are");

/// Calls put(number) for each of `count` numbers that lie in the bytes as type Stored; the bytes need not be aligned.
template <class Stored, class Put>
void each(const char* bytes, Index count, Put put) {
  for (Index i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes + i * static_cast<Index>(sizeof stored), sizeof stored);
    put(stored);
  }
}

/// IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction.
float from_half(std::uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  float size = exponent == 31  ? (fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity())
               : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                               : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return bits >> 15 ? -size : size;
}

/// Eight bits as in a half that ends earlier (E5M2): its upper byte.
float from_e5m2(std::uint8_t bits) { return from_half(static_cast<std::uint16_t>(bits << 8)); }

/// Eight bits without infinities (E4M3): 1 bit sign, 4 bits exponent, 3 bits fraction; all of these set is NaN, so the largest is 448.
/// Micikevicius et al. 2022, arXiv 2209.05433.
float from_e4m3(std::uint8_t bits) {
  int exponent = bits >> 3 & 15, fraction = bits & 7;
  float size = exponent == 15 && fraction == 7 ? std::numeric_limits<float>::quiet_NaN()
               : exponent == 0                 ? std::ldexp(static_cast<float>(fraction), -9)
                                               : std::ldexp(static_cast<float>(fraction + 8), exponent - 10);
  return bits >> 7 ? -size : size;
}

/// The other way, for any float of 16 bits: what is left of sign and `fraction` bits is the exponent. The size in units of its own last
/// place is a whole number after rounding (nearbyint: to even); added to the exponent's bits, a number that was rounded up to the next
/// power of two carries by itself.
std::uint16_t to_16_bits(double x, int fraction) {
  const int bias = (1 << (14 - fraction)) - 1, infinite = (2 * bias + 1) << fraction;
  const int sign = std::signbit(x) ? 1 << 15 : 0;
  if (std::isnan(x)) return static_cast<std::uint16_t>(sign | infinite | 1 << (fraction - 1));
  if (std::isinf(x)) return static_cast<std::uint16_t>(sign | infinite);
  if (x == 0) return static_cast<std::uint16_t>(sign);
  int exponent;
  std::frexp(x, &exponent);                     // |x| = 0.5 to 1 times 2^exponent
  exponent = std::max(exponent - 1, 1 - bias);  // below 2^(1 - bias) numbers get no smaller steps
  const double steps = std::nearbyint(std::ldexp(std::fabs(x), fraction - exponent));
  return static_cast<std::uint16_t>(sign | std::min(((exponent + bias - 1) << fraction) + static_cast<int>(steps), infinite));
}

/// bfloat16: the upper half of a float.
float from_bfloat(std::uint16_t bits) {
  std::uint32_t wide = static_cast<std::uint32_t>(bits) << 16;
  float number;
  std::memcpy(&number, &wide, sizeof number);
  return number;
}

}  // namespace

Index bytes_of(Number number) {
  switch (number) {
    case Number::f64:
    case Number::i64:
    case Number::u64: return 8;
    case Number::f32:
    case Number::i32:
    case Number::u32: return 4;
    case Number::f16:
    case Number::bf16:
    case Number::i16:
    case Number::u16: return 2;
    case Number::i8:
    case Number::u8:
    case Number::boolean:
    case Number::f8_e4m3:
    case Number::f8_e5m2: return 1;
    case Number::other: return 0;
  }
  return 0;
}

Index count_of(const std::vector<Index>& sizes) {
  // Sizes of 0 are left out of the product at first: (2^40, 2^40, 0) holds nothing, but would overflow on the way to 0.
  Index count = 1;
  bool empty = false;
  for (Index size : sizes) {
    if (size < 0 || (size > 0 && __builtin_mul_overflow(count, size, &count))) return -1;
    empty = empty || size == 0;
  }
  return empty ? 0 : count;
}

Index byte_count(const std::vector<Index>& sizes, Number number, const std::string& where) {
  for (Index size : sizes) require(size >= 0, where, "a size is ", size, ": must not be negative");
  Index count = count_of(sizes), bytes = 0;
  if (count < 0 || __builtin_mul_overflow(count, bytes_of(number), &bytes)) fail(where, "the product of the sizes is too large");
  return bytes;
}

Shape shape_of(const std::vector<Index>& sizes, const std::string& where) {
  require(static_cast<Index>(sizes.size()) <= Shape::max_rank, where, sizes.size(), " axes: at most ", Shape::max_rank, " can be held");
  return Shape(sizes);
}

Tensor read_tensor(const char* bytes, Number number, const Shape& shape, const std::string& where) {
  Tensor result = zeros(shape);
  Scalar* next = result.mutable_data();
  auto put = [&](auto stored) { *next++ = static_cast<Scalar>(stored); };
  switch (number) {
    case Number::f64:
      each<double>(bytes, shape.count(), [&](double stored) {
        bool fits = !std::isfinite(stored) || std::fabs(stored) <= static_cast<double>(std::numeric_limits<Scalar>::max());
        require(fits, where, "the number ", stored, " does not fit into a float");
        put(stored);
      });
      break;
    case Number::f32: each<float>(bytes, shape.count(), put); break;
    case Number::f16: each<std::uint16_t>(bytes, shape.count(), [&](std::uint16_t stored) { put(from_half(stored)); }); break;
    case Number::bf16: each<std::uint16_t>(bytes, shape.count(), [&](std::uint16_t stored) { put(from_bfloat(stored)); }); break;
    case Number::f8_e4m3: each<std::uint8_t>(bytes, shape.count(), [&](std::uint8_t stored) { put(from_e4m3(stored)); }); break;
    case Number::f8_e5m2: each<std::uint8_t>(bytes, shape.count(), [&](std::uint8_t stored) { put(from_e5m2(stored)); }); break;
    default: fail(where, "holds ", number, ", not floats: read it as indices");
  }
  return result;
}

Indices read_indices(const char* bytes, Number number, const Shape& shape, const std::string& where) {
  std::vector<Index> values;
  values.reserve(static_cast<std::size_t>(shape.count()));
  auto put = [&](auto stored) {
    using Stored = decltype(stored);
    Index index = static_cast<Index>(+stored);  // loses something of large u64, and where an Index has 32 bits of i64 and u32
    bool fits = static_cast<Stored>(index) == stored && (index < 0) == (stored < Stored{0});
    if (!fits) fail(where, "the number ", stored, " is too large for an index");
    values.push_back(index);
  };
  switch (number) {
    case Number::i64: each<std::int64_t>(bytes, shape.count(), put); break;
    case Number::i32: each<std::int32_t>(bytes, shape.count(), put); break;
    case Number::i16: each<std::int16_t>(bytes, shape.count(), put); break;
    case Number::i8: each<std::int8_t>(bytes, shape.count(), put); break;
    case Number::u64: each<std::uint64_t>(bytes, shape.count(), put); break;
    case Number::u32: each<std::uint32_t>(bytes, shape.count(), put); break;
    case Number::u16: each<std::uint16_t>(bytes, shape.count(), put); break;
    case Number::u8: each<std::uint8_t>(bytes, shape.count(), put); break;
    case Number::boolean: {
      Mask mask = read_mask(bytes, number, shape, where);
      values.assign(mask.hidden.begin(), mask.hidden.end());
      break;
    }
    default: fail(where, "holds ", number, ", not whole numbers: read it as a tensor");
  }
  return {shape, std::move(values)};
}

Mask read_mask(const char* bytes, Number number, const Shape& shape, const std::string& where) {
  require(number == Number::boolean || number == Number::u8, where, "holds ", number, ", not the 0 and 1 of a mask");
  std::vector<std::uint8_t> marks;
  marks.reserve(static_cast<std::size_t>(shape.count()));
  each<std::uint8_t>(bytes, shape.count(), [&](std::uint8_t stored) {
    require(stored <= 1, where, "the number ", +stored, " is neither 0 nor 1");
    marks.push_back(stored);
  });
  return {shape, std::move(marks)};
}

std::vector<std::uint16_t> in_16_bits(const Tensor& x, Number number, const std::string& where) {
  require(number == Number::f16 || number == Number::bf16, where, number, " does not have 16 bits");
  const bool half = number == Number::f16;
  std::vector<std::uint16_t> result;
  result.reserve(static_cast<std::size_t>(x.size()));
  for (const Scalar* next = x.data(); next != x.data() + x.size(); ++next) {
    const double value = static_cast<double>(*next);
    const std::uint16_t bits = to_16_bits(value, half ? 10 : 7);
    const bool fits = !std::isfinite(value) || std::isfinite(half ? from_half(bits) : from_bfloat(bits));
    if (!fits) fail(where, "the number ", value, " is too large for ", number);
    result.push_back(bits);
  }
  return result;
}

std::ostream& operator<<(std::ostream& out, Number number) {
  static const char* const names[] = {"f64", "f32", "f16", "bf16", "i64",  "i32",     "i16",     "i8",
                                      "u64", "u32", "u16", "u8",   "bool", "f8_e4m3", "f8_e5m2", "other"};
  return out << names[static_cast<int>(number)];
}

}  // namespace qkv::io
