#pragma once
#include <nlohmann/json.hpp>

namespace bench {

/// How time and peak memory of our side grow with the length of a sequence or the number of operations: prints a table
/// for each, with fitted exponents, and returns them as JSON.
nlohmann::json report_growth();

}  // namespace bench
