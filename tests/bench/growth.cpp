#include <bench/child.h>
#include <bench/growth.h>

#include <cmath>
#include <cstdio>

namespace bench {
namespace {

using nlohmann::json;

struct Series {
  const char *workload, *what, *axis;
  std::vector<long> lengths;
};

/// The slope of log y against log x, least squares, over the larger half of the points (where a constant part no longer matters).
double exponent(const std::vector<long>& x, const std::vector<double>& y) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = x.size() / 2; i < x.size(); ++i) {
    double a = std::log(static_cast<double>(x[i])), b = std::log(std::max(y[i], 1e-9));
    n += 1, sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace

json report_growth() {
  const std::vector<Series> all{
      {"long", "causal attention, B=1 H=4 dh=64, forward and backward", "T", {256, 512, 1024, 2048, 4096, 8192, 16384}},
      {"lstm", "LSTM, B=32 in=64 h=128, forward and backward", "T", {16, 32, 64, 128, 256, 512}},
      {"chain", "graph of products of eight numbers, forward, backward and freed", "operations", {1000, 10000, 100000, 1000000}},
  };
  json result;
  for (const Series& series : all) {
    std::vector<double> ms, mib;
    std::printf("\n%s (qkv, one thread)\n%12s %12s %12s\n", series.what, series.axis, "ms", "peak MiB");
    for (long length : series.lengths) {
      json point = run_child({"--memory", "ours", "--only", series.workload, "--threads", "1", "--length", std::to_string(length)});
      ms.push_back(point.at("ms"));
      mib.push_back(point.at("peak_mib"));
      std::printf("%12ld %12.4g %12.4g\n", length, ms.back(), mib.back());
      std::fflush(stdout);
    }
    double time = exponent(series.lengths, ms), memory = exponent(series.lengths, mib);
    std::printf("%12s %12.2f %12.2f   (exponent, over the larger half)\n", "grows as", time, memory);
    result.push_back({{"workload", series.workload},
                      {"lengths", series.lengths},
                      {"ms", ms},
                      {"peak_mib", mib},
                      {"time_exponent", time},
                      {"memory_exponent", memory}});
  }
  return result;
}

}  // namespace bench
