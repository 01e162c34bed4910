#pragma once
#include <string>

namespace qkv::io {

/// A file that grows piece by piece while a program runs, and that others may read meanwhile. Each piece goes to the system in one write
/// before append() returns: a program that is killed loses nothing, and a reader sees whole pieces. (A power cut may cost the last ones.)
class AppendFile {
 public:
  /// A new file that begins with `first`; an existing one is replaced. `where` begins the message of an Error: "CsvFile: a.csv: ".
  /// Throws Error if it cannot be written.
  AppendFile(const std::string& path, const std::string& first, const std::string& where);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Throws Error if it cannot be written: a part of the piece that was is taken away again.
  void append(const std::string& piece);

 private:
  std::string where_;
  int file_ = -1;
};

}  // namespace qkv::io
