#pragma once
#include <cstddef>
#include <string>
#include <vector>

// What the machine is, and what it can do.

namespace bench {

std::string cpu_name();
/// "2 processors, 23.4 GiB"
std::string machine_size();
/// The kernels that OpenBLAS chose, and how it divides a product: "SkylakeX, pthread".
std::string blas_core();
std::string blas_threading();

/// Two (n, n) matrices multiplied at one thread: 2 n^3 operations.
class Sgemm {
 public:
  explicit Sgemm(int n);
  void openblas();
  void ours();
  double operations() const { return 2.0 * n_ * n_ * n_; }

 private:
  int n_;
  std::vector<float> a_, b_, c_;
};

/// Memory that this process holds now / held at most since reset_peak_memory(), in bytes (Linux's VmRSS and VmHWM).
double memory_now();
double memory_peak();
/// Gives back what is free, and starts the peak anew.  False where the system cannot (it takes Linux's /proc/self/clear_refs).
bool reset_peak_memory();

}  // namespace bench
