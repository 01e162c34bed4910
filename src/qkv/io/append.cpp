#include <qkv/io/append.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace qkv::io {

AppendFile::AppendFile(const std::string& path, const std::string& first, const std::string& where) : where_(where) {
  write_file(path, {{first.data(), first.size()}}, where_);
  file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file_ < 0) fail(where_, "cannot write: ", std::strerror(errno));
}

AppendFile::~AppendFile() { ::close(file_); }

void AppendFile::append(const std::string& piece) {
  struct stat before = {};
  ::fstat(file_, &before);
  const char* next = piece.data();
  std::size_t left = piece.size();
  while (left > 0) {
    const ssize_t written = ::write(file_, next, left);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string reason = std::strerror(errno);
      const bool whole = ::ftruncate(file_, before.st_size) == 0;
      fail(where_, "cannot write: ", reason, whole ? "" : "; its last piece is torn");
    }
    next += written;
    left -= static_cast<std::size_t>(written);
  }
}

}  // namespace qkv::io
