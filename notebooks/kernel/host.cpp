// The engine behind the Debian kernel: clang 19's interpreter, one cell after the other. kernel.py talks to it:
//   stdin   a request: "run", "complete" or "describe", a blank, how many bytes follow, a line break; then what names.h says
//   a file  whose number is the first argument: the answer, framed in the same way: "ok", "found" with what was asked for, or
//           "error" with the what() of an exception, or nothing if the compiler has spoken on stderr
// The other arguments are the compiler's.
// Each cell runs in a fork of this process. If it succeeds the fork goes on and its parent ends; if it throws, crashes, does not compile or
// is interrupted, the fork ends and its parent goes on: whatever a failed cell did or half did is gone, and all from before it is there.
#include "names.h"

#include <llvm/Support/TargetSelect.h>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>

namespace {

int requests, answers;        // files
constexpr int answered = 42;  // the exit status of a process that ended after its answer; any other means that the cell called exit()

bool read_bytes(char* to, std::size_t count) {
  for (ssize_t n; count > 0; to += n, count -= static_cast<std::size_t>(n))
    if ((n = read(requests, to, count)) <= 0) return false;
  return true;
}

/// "word bytes\n", then so many bytes: the word, and the bytes in `body`. At the end of the input: an empty word.
std::string read_request(std::string& body) {
  std::string line;
  for (char c; read_bytes(&c, 1) && c != '\n';) line += c;
  std::size_t blank = line.find(' ');
  if (blank == std::string::npos) return "";
  body.resize(std::stoul(line.substr(blank + 1)));
  return read_bytes(body.data(), body.size()) ? line.substr(0, blank) : "";
}

void write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    ssize_t n = write(file, text.data() + done, text.size() - done);
    if (n < 0) _exit(1);
    done += static_cast<std::size_t>(n);
  }
}

void answer(const char* word, const std::string& body) {
  std::cout.flush();
  std::fflush(nullptr);
  write_all(answers, word + (" " + std::to_string(body.size())) + "\n" + body);
}

/// Runs a cell: true, or false and why.
bool run(clang::Interpreter& interpreter, const std::string& request, std::string& why) {
  static int again = 0;
  clang::CompilerInstance& compiler = *interpreter.getCompilerInstance();
  const std::string cell = names::with_new_names(compiler.getASTContext(), request, again);
  const std::string missing = names::missing_header(compiler, cell);
  if (!missing.empty()) {
    why = "The cell was not run. '" + missing + "' file not found";
    return false;
  }
  try {
    llvm::Error error = interpreter.ParseAndExecute(cell);
    if (!error) return true;
    llvm::consumeError(std::move(error));  // what it is about stands on stderr
  } catch (const std::exception& e) {
    why = e.what();
  } catch (...) {
    why = "an exception that is not a std::exception";
  }
  return false;
}

}  // namespace

/// Shows a picture in the page, in order with what is printed: src/qkv/show/display.cpp finds it in this program. One with a name can be shown
/// again, in its old place.
extern "C" __attribute__((visibility("default"))) void qkv_kernel_display(const char* mime, const char* picture, const char* text,
                                                                          const char* name, int again) {
  std::cout.flush();
  std::fflush(stdout);
  std::string head = std::string(mime) + ";" + std::to_string(std::strlen(picture)) + ";" + std::to_string(std::strlen(text)) + ";" + name +
                     ";" + (again ? "again" : "");
  write_all(STDOUT_FILENO, "\x1b]qkv;" + head + "\n" + picture + text);
}

int main(int argc, char** argv) {
  // The first process only waits: it is what the kernel sees live or die, and takes in the processes whose parents end.
  std::signal(SIGINT, SIG_IGN);
  answers = std::stoi(argc > 1 ? argv[1] : "3");
  requests = dup(STDIN_FILENO);
  if (!std::freopen("/dev/null", "r", stdin)) return 1;  // a cell that reads finds nothing, and no cells
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);         // a line is shown when it is printed
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (fork() != 0) {
    for (int file : {requests, answers, STDOUT_FILENO, STDERR_FILENO}) close(file);
    while (wait(nullptr) > 0) {
    }
    return 0;
  }
  std::vector<const char*> flags(argv + 2, argv + argc);
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  clang::IncrementalCompilerBuilder builder;
  builder.SetCompilerArgs(flags);
  auto interpreter = llvm::cantFail(clang::Interpreter::create(llvm::cantFail(builder.CreateCpp())));
  std::string body, why;
  answer("ok", "");
  for (std::string request; !(request = read_request(body)).empty();) {
    int baton[2];
    if (pipe(baton) != 0) return 1;
    pid_t child = fork();
    if (child == 0) {
      std::signal(SIGINT, SIG_DFL);
      if (request != "run") {
        names::ask(*interpreter, request, body, [](const std::string& found) {
          answer("found", found);
          _exit(answered);
        });
      } else if (run(*interpreter, body, why)) {
        std::signal(SIGINT, SIG_IGN);
        write_all(baton[1], "!");  // from here on this process is the kernel, its parent ends
        close(baton[0]), close(baton[1]);
        answer("ok", "");
        continue;
      } else {
        answer("error", why);
      }
      _exit(answered);
    }
    char passed;
    close(baton[1]);
    pollfd either[] = {{baton[0], POLLIN, 0}, {requests, 0, 0}};
    while (child > 0 && either[0].revents == 0 && either[1].revents == 0) poll(either, 2, -1);
    if (either[1].revents != 0) kill(child, SIGKILL);  // nobody is there any more to hear the answer
    if (child < 0 || read(baton[0], &passed, 1) == 1) _exit(0);
    close(baton[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
      answer("error", WTERMSIG(status) == SIGINT ? "interrupted" : std::string("the cell crashed: ") + strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != answered) answer("error", "the cell ended the program");
  }
}
