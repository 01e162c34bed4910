#pragma once
#include <qkv/tensor/error.h>

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

// For tests of what must be tried in a process of its own: limits, other rights, sudden death.

namespace scratch {

/// What `action` returns, run in a child process, or the message of the Error it throws; "(died)" if it came to no end.
inline std::string in_a_child(const std::function<std::string()>& action) {
  int ends[2];
  if (::pipe(ends) != 0) throw qkv::Error("no pipe");
  pid_t child = ::fork();
  if (child < 0) throw qkv::Error("no child process");
  if (child == 0) {
    std::string text;
    try {
      text = action();
    } catch (const std::exception& error) {
      text = error.what();
    }
    const ssize_t written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : "(died)";
}

/// Gives up root's rights, to which no folder is read-only. For a child process.
inline void become_nobody() {
  if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) throw qkv::Error("cannot give up root's rights");
}

}  // namespace scratch
