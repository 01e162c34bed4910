#pragma once
#include <qkv/tensor/tensor.h>

// NumPy's .npy files, versions 1.0, 2.0 and 3.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
// Little-endian only. Arrays in Fortran order are put into reading order.

namespace qkv::io {

/// An array of floats (f8, f4, f2).  Throws Error if the file cannot be read, is damaged, holds something else, or (float build) a finite
/// f8 number overflows a float.
Tensor load_npy(const std::string& path);
/// An array of whole numbers (i8, i4, i2, i1, u8, u4, u2, u1) or truth values.  Throws Error likewise.
Indices load_npy_indices(const std::string& path);
/// An array of truth values: true where attention may not go.  Throws Error likewise.
Mask load_npy_mask(const std::string& path);

/// Writes version 1.0, as f4 (f8 in the double build) / i8. An existing file is replaced only when the new one is complete and on disk.
/// Throws Error, leaving nothing behind, if x is undefined or writing fails.
void save_npy(const std::string& path, const Tensor& x);
void save_npy(const std::string& path, const Indices& indices);

}  // namespace qkv::io
