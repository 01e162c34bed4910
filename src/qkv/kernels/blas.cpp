#include <qkv/kernels/blas.h>

#include <cblas.h>

namespace qkv::kernels {

const char* blas_core() { return openblas_get_corename(); }
int blas_threads() { return openblas_get_num_threads(); }
void set_blas_threads(int threads) { openblas_set_num_threads(threads); }

}  // namespace qkv::kernels
