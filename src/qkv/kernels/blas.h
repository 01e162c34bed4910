#pragma once

// The library under gemm.h.

namespace qkv::kernels {

/// The matrix kernels that OpenBLAS chose for this processor, such as "SkylakeX", and its number of threads.
const char* blas_core();
int blas_threads();
void set_blas_threads(int threads);

}  // namespace qkv::kernels
