#pragma once
#include <cstdlib>
#include <string>

/// QKV_DATA_DIR set to a folder while this is alive.
class DataDir {
 public:
  explicit DataDir(const std::string& path) {
    if (const char* before = std::getenv("QKV_DATA_DIR")) before_ = before;
    ::setenv("QKV_DATA_DIR", path.c_str(), 1);
  }
  ~DataDir() {
    if (before_.empty()) ::unsetenv("QKV_DATA_DIR");
    else ::setenv("QKV_DATA_DIR", before_.c_str(), 1);
  }
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

 private:
  std::string before_;
};
