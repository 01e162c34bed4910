#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

namespace qkv::io {
namespace {

std::string reason() { return std::strerror(errno); }

/// An open file that is closed, and deleted unless it was kept, when this goes out of scope.
class Draft {
 public:
  Draft(const std::string& beside, const std::string& where) : where_(where) {
    // The process number keeps two programs apart, the attempt two threads of one.
    for (int attempt = 0; file_ < 0 && attempt < 100; ++attempt) {
      path_ = beside + ".part-" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
      file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (file_ < 0 && errno != EEXIST) break;
    }
    must(file_ >= 0);
  }
  ~Draft() {
    if (file_ >= 0) ::close(file_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(Piece piece) {
    const char* next = static_cast<const char*>(piece.data);
    while (piece.size > 0) {
      ssize_t written = ::write(file_, next, piece.size);
      if (written < 0 && errno == EINTR) continue;
      must(written > 0);
      next += written;
      piece.size -= static_cast<std::size_t>(written);
    }
  }

  void keep_as(const std::string& path) {
    must(::fsync(file_) == 0);
    int file = file_;
    file_ = -1;
    must(::close(file) == 0);
    must(std::rename(path_.c_str(), path.c_str()) == 0);
    path_.clear();
  }

 private:
  /// Not require(), which would ask for the reason before it knows of the failure.
  void must(bool done) const {
    if (!done) fail(where_, "cannot write: ", reason());
  }

  std::string where_, path_;
  int file_ = -1;
};

/// The new name itself must reach the disk too. Some file systems cannot do that for a folder; the file is whole either way.
void sync_folder_of(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

Index file_size(const std::string& path, const std::string& where) {
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(path, error);
  require(std::filesystem::exists(status), where, "cannot read: ", error ? error.message() : "No such file or directory");
  require(std::filesystem::is_regular_file(status), where, "cannot read: not a file");
  std::uintmax_t size = std::filesystem::file_size(path, error);
  require(!error, where, "cannot read: ", error.message());
  require(size <= static_cast<std::uintmax_t>(std::numeric_limits<Index>::max()), where, "cannot read: ", size, " bytes are too many");
  return static_cast<Index>(size);
}

std::string read_file(const std::string& path, const std::string& where) {
  Index size = file_size(path, where);
  std::ifstream in(path, std::ios::binary);
  require(in.is_open(), where, "cannot read: ", reason());
  std::string bytes;
  try {
    bytes.resize(static_cast<std::size_t>(size));
  } catch (const std::exception&) {  // a file with holes may be larger than any memory
    fail(where, "cannot read: there is no memory for its ", size, " bytes");
  }
  in.read(bytes.data(), size);
  require(in.gcount() == size, where, "cannot read: the file ended at byte ", in.gcount(), " of ", size);
  return bytes;
}

void write_file(const std::string& path, const std::vector<Piece>& pieces, const std::string& where) {
  Draft draft(path, where);
  for (const Piece& piece : pieces) draft.write(piece);
  draft.keep_as(path);
  sync_folder_of(path);
}

}  // namespace qkv::io
