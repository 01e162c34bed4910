#include <bench/child.h>

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace bench {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

}  // namespace

std::vector<Blas> blas_builds() {
  namespace fs = std::filesystem;
  std::vector<Blas> found;
  for (const char* name : {"pthread", "openmp"})
    for (const fs::directory_entry& folder : fs::directory_iterator("/usr/lib")) {
      fs::path blas = folder.path() / (std::string("openblas-") + name);
      std::error_code ignored;
      if (fs::exists(blas / "libopenblas.so.0", ignored)) found.push_back({name, blas.string()});
    }
  if (found.empty()) found.push_back({"the system's", ""});
  return found;
}

std::vector<std::string> clean_environment() {
  std::vector<std::string> unset;
  for (char** each = environ; *each; ++each) {
    std::string variable = *each;
    for (const char* prefix : {"OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "MKL_"})
      if (variable.compare(0, std::string(prefix).size(), prefix) == 0) unset.push_back(variable);
  }
  for (const std::string& variable : unset) unsetenv(variable.substr(0, variable.find('=')).c_str());
  return unset;
}

nlohmann::json run_child(const std::vector<std::string>& arguments, const Blas& blas) {
  std::string command = blas.folder.empty() ? "" : "LD_LIBRARY_PATH=" + quoted(blas.folder) + ":\"$LD_LIBRARY_PATH\" ";
  command += quoted(std::filesystem::read_symlink("/proc/self/exe").string());
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string output;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
  int status = pclose(pipe);
  nlohmann::json result = nlohmann::json::parse(output, nullptr, false);
  if (result.is_object() && result.contains("error")) throw std::runtime_error(result["error"].get<std::string>());
  if (status != 0 || result.is_discarded()) throw std::runtime_error(command + " ended with status " + std::to_string(status));
  return result;
}

}  // namespace bench
