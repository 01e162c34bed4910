#pragma once
#include <bench/workload.h>

#include <nlohmann/json.hpp>

namespace bench {

/// What it was measured on and with, above the table.
nlohmann::json report_machine(const std::vector<std::string>& unset);

/// Measures the workloads called `only` (all that have a peer if it is empty) at the given numbers of threads and prints a line each.
/// `failed` is set if one could not be measured, or the two sides differ.
nlohmann::json report_table(const std::vector<std::string>& only, const std::vector<int>& threads, int rounds, bool& failed);

}  // namespace bench
