#pragma once
#include "small_model.h"

#include <cstring>

// A trained model made smaller: fewer bits for a number, or fewer numbers. Emulated: every number is rounded to what the smaller form can
// say, and calculated with as a float. So bytes and errors are true, and nothing gets faster.

/// The nearest bfloat16: a float without its last 16 bits; of two equally near ones the even.
inline Scalar bfloat16(Scalar x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, 4);
  bits += 0x7fff + ((bits >> 16) & 1);
  bits &= 0xffff0000;
  std::memcpy(&x, &bits, 4);
  return x;
}

/// The whole numbers of a row: round(w / scale), where scale = max |w| / (2^(bits - 1) - 1).
struct Row {
  double scale;
  std::vector<Index> whole;
};
inline Row whole_numbers(const Scalar* w, Index n, int bits) {
  double largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(double{w[i]}));
  Row row{largest / ((1 << (bits - 1)) - 1), {}};
  for (Index i = 0; i < n; ++i) row.whole.push_back(row.scale > 0 ? std::lround(w[i] / row.scale) : 0);
  return row;
}

/// What a way of making it smaller leaves of all matrices, and the bytes of the file.
struct Smaller {
  std::string name;
  std::function<double(const Tensor& matrix)> change;  // changes a matrix in place; returns its bytes
};

inline std::vector<Smaller> ways_to_shrink(bool one_scale) {
  auto floats = [](const Tensor& w) { return 4.0 * static_cast<double>(w.size()); };
  auto half = [](const Tensor& w) {
    Scalar* x = w.mutable_data();
    for (Index i = 0; i < w.size(); ++i) x[i] = bfloat16(x[i]);
    return 2.0 * static_cast<double>(w.size());
  };
  auto whole = [one_scale](int bits) {
    return [one_scale, bits](const Tensor& w) {
      const Index length = one_scale ? w.size() : w.size(1), rows = w.size() / length;
      for (Index r = 0; r < rows; ++r) {
        Scalar* x = w.mutable_data() + r * length;
        const Row row = whole_numbers(x, length, bits);
        for (Index i = 0; i < length; ++i) x[i] = static_cast<Scalar>(row.scale * static_cast<double>(row.whole[i]));
      }
      return static_cast<double>(w.size()) * bits / 8 + 4.0 * static_cast<double>(rows);
    };
  };
  auto sparse = [](double share) {  // the smallest numbers become 0; a bit a number says which are left
    return [share](const Tensor& w) {
      std::vector<Scalar> sizes(w.data(), w.data() + w.size());
      for (Scalar& x : sizes) x = std::abs(x);
      const auto limit = sizes.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(w.size()));
      std::nth_element(sizes.begin(), limit, sizes.end());
      Scalar* x = w.mutable_data();
      for (Index i = 0; i < w.size(); ++i)
        if (std::abs(x[i]) < *limit) x[i] = 0;
      return (1 - share) * 4 * static_cast<double>(w.size()) + static_cast<double>(w.size()) / 8;
    };
  };
  return {{"float, as trained", floats},
          {"bfloat16", half},
          {"int8", whole(8)},
          {"4 bits", whole(4)},
          {"2 bits", whole(2)},
          {"half set to 0", sparse(0.5)},
          {"nine of ten set to 0", sparse(0.9)}};
}

/// The model's numbers, to be put back.
inline std::vector<Tensor> copies(const SmallModel& model) {
  std::vector<Tensor> result;
  for (const Tensor& p : model.parameters()) result.push_back(p.clone());
  return result;
}
inline void put_back(const SmallModel& model, const std::vector<Tensor>& numbers) {
  const Tensors parameters = model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].copy_from(numbers[i]);
}

struct Shrunk {
  double kilobytes = 0, error = 0;  // of the whole file; the largest change of a number, as a share of its matrix's largest
};
/// Makes all matrices smaller. Vectors (norms, biases) stay floats.
inline Shrunk shrink(const SmallModel& model, const Smaller& way) {
  Shrunk result;
  for (const Tensor& p : model.parameters()) {
    const Tensor before = p.clone();
    result.kilobytes += (p.rank() == 2 ? way.change(p) : 4.0 * static_cast<double>(p.size())) / 1000;
    NoGrad no_graph;
    const double largest = max(abs(before)).item();
    if (p.rank() == 2 && largest > 0) result.error = std::max(result.error, max(abs(p - before)).item() / largest);
  }
  return result;
}
