#include <bench/machine.h>

#include <cblas.h>
#include <malloc.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

namespace bench {
namespace {

/// The rest of the line in a /proc file that starts with `key`, without blanks and colon at its start.
std::string line_of(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.compare(0, key.size(), key) == 0) {
      std::size_t from = line.find_first_not_of(" \t:", key.size());
      return from == std::string::npos ? "" : line.substr(from);
    }
  return "";
}

double bytes_of(const char* file, const std::string& key) {
  std::string kib = line_of(file, key);
  return kib.empty() ? 0 : std::stod(kib) * 1024;
}

}  // namespace

std::string cpu_name() { return line_of("/proc/cpuinfo", "model name"); }

std::string machine_size() {
  char text[64];
  std::snprintf(text, sizeof text, "%u processors, %.1f GiB", std::thread::hardware_concurrency(),
                bytes_of("/proc/meminfo", "MemTotal") / (1 << 30));
  return text;
}

std::string blas_core() { return openblas_get_corename(); }

std::string blas_threading() {
  const char* kinds[] = {"no threads", "pthread", "OpenMP"};
  return kinds[std::clamp(openblas_get_parallel(), 0, 2)];
}

Sgemm::Sgemm(int n) : n_(n), a_(static_cast<std::size_t>(n) * static_cast<std::size_t>(n)), b_(a_.size()), c_(a_.size()) {
  for (std::size_t i = 0; i < a_.size(); ++i) a_[i] = b_[i] = static_cast<float>(i % 17) / 16 - 0.5F;
}

void Sgemm::openblas() {
  openblas_set_num_threads(1);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n_, n_, n_, 1, a_.data(), n_, b_.data(), n_, 0, c_.data(), n_);
}

void Sgemm::ours() {
  qkv::kernels::set_threads(1);
  qkv::kernels::gemm(false, false, n_, n_, n_, a_.data(), b_.data(), 0, c_.data());
}

double memory_now() { return bytes_of("/proc/self/status", "VmRSS"); }
double memory_peak() { return bytes_of("/proc/self/status", "VmHWM"); }

bool reset_peak_memory() {
  malloc_trim(0);
  std::ofstream out("/proc/self/clear_refs");
  out << "5" << std::flush;
  return static_cast<bool>(out);
}

}  // namespace bench
