#pragma once
#include <qkv/tensor/error.h>

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

// For tests that read and write files.

namespace scratch {

/// A new empty folder that is deleted, with all in it, at the end of its scope.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "qkv-test-XXXXXX").string()) {
    if (!::mkdtemp(path_.data())) throw qkv::Error("cannot make a folder at " + path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file, and returns its path.
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
    return *this / name;
  }
  /// The names in the folder.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) result.push_back(entry.path().filename().string());
    return result;
  }

 private:
  std::string path_;
};

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A number as `bytes` bytes, little end first / big end first.
inline std::string little(unsigned long long number, int bytes) {
  std::string result;
  for (int i = 0; i < bytes; ++i) result += static_cast<char>(number >> 8 * i & 255);
  return result;
}
inline std::string big(unsigned long long number, int bytes) {
  std::string result = little(number, bytes);
  return {result.rbegin(), result.rend()};
}

/// Numbers as they lie in memory, little end first on the machines that qkv runs on.
template <class Number>
std::string raw(std::initializer_list<Number> numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.begin(), bytes.size());
  return bytes;
}

/// The message of the Error that `action` throws.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const qkv::Error& error) {
    return error.what();
  }
  return "(no error)";
}

}  // namespace scratch
