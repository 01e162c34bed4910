#include "page.h"

#include <sys/wait.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <thread>

// check-lessons BUILD [--update] [LESSON...]: runs lessons as a reader would and holds what they print to expected.txt, and what their pages say to
// both. With --update writes expected.txt instead. LESSON is how a lesson's name begins ("31"); none: all of them, and the project's README.
//   expected.txt   what `lesson --quick` prints, line for line (see compare.h); it runs with --out too, and the lines that say so are left out
//   README.md      blocks marked ```text output stand in expected.txt (or in full.txt, the record of a long run), numbers in `code spans` too
//   --break=NAME   each that the lesson knows runs to its end

namespace checker {
namespace fs = std::filesystem;

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  while (!lines.empty() && one_blank(lines.back()).empty()) lines.pop_back();
  return lines;
}

/// Where pictures went is said only with --out, and is not part of what a lesson shows.
std::vector<std::string> without_pictures(std::vector<std::string> lines) {
  const auto says_where = [](const std::string& line) { return one_blank(line).rfind("picture: pictures/", 0) == 0; };
  lines.erase(std::remove_if(lines.begin(), lines.end(), says_where), lines.end());
  return lines;
}

std::vector<Number> numbers_in(const fs::path& path) {
  std::vector<Number> numbers;
  for (const std::string& line : read_lines(path)) {
    const std::vector<Number> more = parse(line).numbers;
    numbers.insert(numbers.end(), more.begin(), more.end());
  }
  return numbers;
}

/// What was checked, and a report of what failed.
struct Report {
  int passed = 0, failed = 0, skipped = 0;
  std::ostringstream text;

  /// A check: passed if `wrong` is empty.
  void check(const std::string& what, const std::string& wrong) {
    ++(wrong.empty() ? passed : failed);
    if (!wrong.empty()) text << what << ": " << wrong << '\n';
  }
};

/// A folder of its own for each run, gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "qkv-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory can be made: " + name);
    path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Runs a shell command there and returns its exit status; what it prints is in `out` and `err`.
  int run(const std::string& command) {
    const std::string limit = "$(command -v timeout >/dev/null && echo timeout 600)";
    const int status = std::system(
        ("cd '" + path.string() + "' && export OPENBLAS_NUM_THREADS=1 && { " + limit + " " + command + "; } >out 2>err </dev/null")
            .c_str());
    out = read_lines(path / "out");
    err = read_lines(path / "err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string ended(int status) const { return "ended with status " + std::to_string(status) + (err.empty() ? "" : ": " + err.back()); }

  fs::path path;
  std::vector<std::string> out, err;
};

std::string shown(const std::vector<std::string>& lines, std::size_t i) { return i < lines.size() ? lines[i] : "(the end)"; }

/// Up to five lines that differ, or "".
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::ostringstream text;
  int count = 0;
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (i < expected.size() && i < actual.size() && agree(expected[i], actual[i], Places::may_round)) continue;
    if (++count > 5) break;
    text << "\n  expected.txt:" << i + 1 << "\n    expected  " << shown(expected, i) << "\n    actual    " << shown(actual, i);
    if (expected.size() != actual.size() && parse(shown(expected, i)).words != parse(shown(actual, i)).words)
      break;  // the rest is out of step
  }
  if (count == 0) return "";
  if (expected.size() != actual.size()) text << "\n  " << expected.size() << " lines were expected, there are " << actual.size();
  return "it printed something else" + text.str();
}

/// Holds the blocks of a page with this info string to any of some outputs.
void check_blocks(Report& report, const fs::path& page_path, const Page& page, const std::string& info,
                  const std::vector<fs::path>& outputs) {
  for (const Block& block : page.blocks) {
    if (block.info != info) continue;
    std::size_t furthest = 0;
    for (const fs::path& output : outputs) furthest = std::max(furthest, first_missing(block, without_pictures(read_lines(output))));
    const std::string where = page_path.string() + ":" + std::to_string(block.line + furthest);
    report.check(where, furthest == block.lines.size() ? "" : "no run printed this line here:\n    " + block.lines[furthest]);
  }
}

void check_lesson(Report& report, const fs::path& build, const std::string& name, bool update) {
  const fs::path folder = fs::path("lessons") / name, expected_path = folder / "expected.txt", page_path = folder / "README.md";
  const std::string lesson = "'" + fs::absolute(build / "lessons" / name).string() + "'";
  Scratch scratch;

  int status = scratch.run(lesson + " --quick --out pictures");
  if (status != 0) return report.check(name, scratch.ended(status));
  scratch.out = without_pictures(scratch.out);
  if (update) {
    const std::vector<std::string> lines = updated(read_lines(expected_path), scratch.out);  // read before it is opened for writing
    std::ofstream file(expected_path);
    for (const std::string& line : lines) file << line << '\n';
    return report.check(name, file.flush() ? "" : "expected.txt cannot be written");
  }
  const auto falls_back = [](const std::string& line) { return line.find(" is not installed; using ") != std::string::npos; };
  if (std::any_of(scratch.out.begin(), scratch.out.end(), falls_back) || std::any_of(scratch.err.begin(), scratch.err.end(), falls_back)) {
    ++report.skipped;  // other data, other numbers
  } else {
    report.check(name, fs::exists(expected_path) ? difference(without_pictures(read_lines(expected_path)), scratch.out)
                                                 : "there is no expected.txt (make expected writes it)");
  }

  // A wrong flag is refused, and the refusal of a break names those that there are.
  status = scratch.run(lesson + " '--break=?'");
  report.check(name + " --break=?", status == 0 ? "was accepted" : "");
  const std::string refusal = scratch.err.empty() ? "" : scratch.err.back(), before = "is not one of: ";
  if (refusal.find(before) != std::string::npos) {
    std::istringstream names(refusal.substr(refusal.find(before) + before.size()));
    for (std::string word; names >> word && word[0] != '(';) {
      if (word.back() == ',') word.pop_back();
      status = scratch.run(lesson + " --quick --break=" + word);
      report.check(name + " --break=" + word, status == 0 ? "" : scratch.ended(status));
    }
  }

  if (!fs::exists(page_path)) return report.check(name, "there is no README.md");
  const Page page = read_page(read_lines(page_path));
  check_blocks(report, page_path, page, "text output", {expected_path, folder / "full.txt"});
  std::vector<Number> known = numbers_in(expected_path);
  for (const char* more : {"lesson.cpp", "full.txt"})
    for (const Number& number : numbers_in(folder / more)) known.push_back(number);
  std::string unknown;
  for (const Span& span : unknown_numbers(page, known)) unknown += "\n    line " + std::to_string(span.line) + ": " + span.text;
  report.check(page_path.string(), unknown.empty() ? "" : "no run printed these numbers:" + unknown);
}

/// Each line that a program printed ends a comment of it, in order: std::cout << y;  // prints 3.5
std::string missing_comment(const Block& program, const std::vector<std::string>& printed) {
  std::size_t at = 0;
  for (const std::string& line : printed) {
    bool found = false;
    for (; !found && at < program.lines.size(); ++at) {
      const std::string& code = program.lines[at];
      std::size_t blank = code.find("// ");
      for (blank = code.find(' ', blank); blank != std::string::npos && !found; blank = code.find(' ', blank + 1))
        found = agree(code.substr(blank), line, Places::may_round);
    }
    if (!found) return "it printed a line that no further comment has:\n    " + line;
  }
  return printed.empty() ? "it printed nothing" : "";
}

void check_readme(Report& report, const std::vector<std::string>& lessons) {
  const Page page = read_page(read_lines("README.md"));
  std::vector<fs::path> outputs;
  for (const std::string& name : lessons)
    for (const char* file : {"expected.txt", "full.txt"}) outputs.push_back(fs::path("lessons") / name / file);
  check_blocks(report, "README.md", page, "text output", outputs);

  const char* compile = std::getenv("PROGRAM");  // the Makefile knows how: program.cpp -> program
  for (const Block& block : page.blocks) {
    auto has_main = [](const std::string& line) { return line.find("int main") != std::string::npos; };
    if (block.info != "cpp" || compile == nullptr || std::none_of(block.lines.begin(), block.lines.end(), has_main)) continue;
    const std::string where = "README.md:" + std::to_string(block.line);
    Scratch scratch;
    {
      std::ofstream file(scratch.path / "program.cpp");
      for (const std::string& line : block.lines) file << line << '\n';
    }
    int status = scratch.run(compile);
    std::string wrong = status == 0 ? "" : "it does not compile: " + (scratch.err.empty() ? "" : scratch.err.front());
    if (wrong.empty() && (status = scratch.run("./program")) != 0) wrong = scratch.ended(status);
    report.check(where, wrong.empty() ? missing_comment(block, scratch.out) : wrong);
    break;
  }
}

int check(const fs::path& build, bool update, const std::vector<std::string>& chosen) {
  std::vector<std::string> all, names;
  if (fs::exists("lessons"))
    for (const auto& entry : fs::directory_iterator("lessons"))
      if (fs::exists(entry.path() / "lesson.cpp")) all.push_back(entry.path().filename().string());
  std::sort(all.begin(), all.end());
  for (const std::string& name : all) {
    const auto begins = [&](const std::string& wanted) { return name.rfind(wanted, 0) == 0; };
    if (chosen.empty() || std::any_of(chosen.begin(), chosen.end(), begins)) names.push_back(name);
  }

  std::vector<Report> reports(names.size() + 1);
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    for (std::size_t i = next++; i < names.size(); i = next++) check_lesson(reports[i], build, names[i], update);
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  if (chosen.empty() && !update && fs::exists("README.md")) check_readme(reports.back(), all);

  int passed = 0, failed = 0, skipped = 0;
  for (const Report& report : reports) {
    std::cout << report.text.str();
    passed += report.passed;
    failed += report.failed;
    skipped += report.skipped;
  }
  std::cout << passed << " passed, " << failed << " failed";
  if (skipped > 0) std::cout << ", " << skipped << " skipped";
  std::cout << std::endl;
  return failed == 0 ? 0 : 1;
}

}  // namespace checker

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc), chosen;
  if (arguments.empty()) {
    std::cerr << "check-lessons BUILD [--update] [LESSON...]\n";
    return 2;
  }
  bool update = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--update") update = true;
    else chosen.push_back(arguments[i]);
  }
  try {
    return checker::check(arguments[0], update, chosen);
  } catch (const std::exception& error) {
    std::cerr << "check-lessons: " << error.what() << '\n';
    return 1;
  }
}
