#include <bench/workload.h>

// In the place of the torch*.cpp where libtorch is not installed.

namespace bench {

const Side& torch_side() {
  static const Side side{"libtorch", "", [](const std::string&) { return std::vector<std::string>(); },
                         [](const Problem&, const std::string&) { return std::unique_ptr<Run>(); }, [](int) {}};
  return side;
}

}  // namespace bench
