#pragma once
#include <bench/workload.h>

#include <nlohmann/json.hpp>

// Each of these is run in a process of its own.

namespace bench {

/// Both sides at one workload in interleaved rounds: every round times each side once, in alternating order. First both compute the same
/// three steps: throws std::runtime_error if outputs or gradients differ.  -> "ours_ms", "torch_ms", "ratio", ...
nlohmann::json measure(const Workload& workload, int threads, int rounds);

/// One side alone: the peak of the memory that three steps take ("peak_mib": all but the problem itself; "extra_mib": less one
/// copy of the inputs, weights, output and gradients), and the median time of a step ("ms").
nlohmann::json measure_memory(const Workload& workload, const Side& side, const std::string& form, int threads, std::int64_t length);

double median(std::vector<double> numbers);
/// The tenth percentile: what a run that nothing disturbed takes.
double p10(std::vector<double> numbers);

}  // namespace bench
