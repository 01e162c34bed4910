#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace bench {

/// A build of OpenBLAS: where Debian keeps it. An empty folder is whatever the system's linker finds.
struct Blas {
  std::string name, folder;
};
/// The pthread and the OpenMP build, as far as they are installed; else the system's.
std::vector<Blas> blas_builds();

/// Unsets what would change how OpenBLAS and OpenMP run (OPENBLAS_CORETYPE above all), for this process' children.
/// -> "NAME=value" of each.
std::vector<std::string> clean_environment();

/// Runs this program again with other arguments, and returns the JSON that it prints.
/// Throws std::runtime_error if it fails, or with the "error" that it prints.
nlohmann::json run_child(const std::vector<std::string>& arguments, const Blas& blas = {});

}  // namespace bench
