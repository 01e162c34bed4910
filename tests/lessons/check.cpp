#include "articles.h"
#include "lines.h"
#include "page.h"
#include "picture.h"

#include <sys/wait.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <thread>

// check-lessons BUILD [--full] [--update] [LESSON...]: runs lessons as a reader would and holds what they print to expected.txt (--full: the whole
// run to full.txt, which stands where it differs, and --seeds 10 to seeds.txt, where there is one), and what their pages say to these. --update
// writes expected.txt instead; with --full full.txt, seeds.txt and the page's pictures. LESSON is how a lesson's name begins ("31"); none: all of them, and the project's README.
//   expected.txt   what `lesson --quick` prints, line for line (see compare.h); it runs with --out too, and the lines that say so are left out
//   NN_name.svg    a picture on the page: what the run draws (see picture.h)
//   README.md      blocks marked ```text output stand in expected.txt, full.txt or seeds.txt (what --seeds 10 printed), numbers in `code spans` in
//                  these or in the lesson's code; blocks marked ```cpp stand in its code; numbered headings are the run's; every exercise has an
//                  answer
//   --break=NAME   each that the lesson knows runs to its end, and something differs

namespace checker {
namespace fs = std::filesystem;

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
    fs::create_directory(path / "build");
    fs::create_directory_symlink(fs::absolute("build/data"), path / "build" / "data");  // where lessons look for what make prepared
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Runs a shell command there and returns its exit status; what it prints is in `out` and `err`.
  int run(const std::string& command) {
    const std::string limit = "$(command -v timeout >/dev/null && echo timeout 1200)";
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

/// Holds the blocks of a page with this info string to any of some outputs.
void check_blocks(Report& report, const fs::path& page_path, const Page& page, const std::string& info,
                  const std::vector<fs::path>& outputs) {
  for (const Block& block : page.blocks) {
    if (block.info != info) continue;
    std::size_t furthest = 0;
    for (const fs::path& output : outputs) furthest = std::max(furthest, first_missing(block, without_pictures(read_lines(output))));
    const std::string where = page_path.string() + ":" + std::to_string(block.line + furthest);
    report.check(where, furthest == block.lines.size() ? "" : "no run printed this line here:\n    " + block.lines[furthest]);
    for (const std::string& section : sections_of(block.lines)) report.check(where, "the block runs on into section " + section);
  }
}

/// Holds each ```cpp block of a page to one of the lesson's files.
void check_code(Report& report, const fs::path& folder, const fs::path& page_path, const Page& page) {
  bool any = false;
  for (const Block& block : page.blocks) {
    if (block.info != "cpp") continue;
    any = true;
    std::size_t furthest = 0;
    for (const auto& file : fs::directory_iterator(folder))
      if (file.path().extension() == ".cpp" || file.path().extension() == ".h")
        furthest = std::max(furthest, first_missing(block, read_lines(file), same_code));
    report.check(page_path.string() + ":" + std::to_string(block.line + furthest),
                 furthest == block.lines.size() ? "" : "no file of the lesson has this line here:\n    " + block.lines[furthest]);
  }
  report.check(page_path.string(), any ? "" : "no line of C++ stands on the page");
}

/// Each exercise has its answer folded below it.
void check_exercises(Report& report, const fs::path& page_path, const Page& page) {
  const bool answered = std::all_of(page.answers.begin(), page.answers.end(), [](int count) { return count == 1; });
  report.check(page_path.string(), page.answers.size() < 3 || page.answers.size() > 6
                                       ? "there are " + std::to_string(page.answers.size()) + " exercises"
                                   : answered ? ""
                                              : "an exercise has not one answer in <details>");
}

/// Links and pictures of a page lead to files that exist, and every picture in the folder stands on the page.
void check_links(Report& report, const fs::path& folder, const fs::path& page_path, const Page& page) {
  std::string missing;
  for (const std::string& link : page.links)
    if (link.find("://") == std::string::npos && link[0] != '#' && !fs::exists(folder / link.substr(0, link.find('#'))))
      missing += " " + link;
  report.check(page_path.string(), missing.empty() ? "" : "there is no" + missing);
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (file.path().extension() == ".svg")
      report.check(file.path().string(), std::count(page.links.begin(), page.links.end(), name) > 0 ? "" : "does not stand on the page");
  }
}

struct Mode {
  bool full, update;
};

void check_pictures(Report& report, const fs::path& folder, const fs::path& drawn, const Page& page, bool update, bool same_run) {
  for (const std::string& name : page.links) {
    if (fs::path(name).extension() != ".svg" || fs::path(name).has_parent_path()) continue;
    const fs::path picture = folder / name;
    if (!fs::exists(drawn / name)) {
      report.check(picture.string(), "the run does not draw it");
    } else if (update) {
      fs::copy_file(drawn / name, picture, fs::copy_options::overwrite_existing);
    } else {
      report.check(picture.string(), picture_difference(read_lines(picture), read_lines(drawn / name), same_run));
    }
  }
}

void check_page(Report& report, const fs::path& folder, const Page& page) {
  const fs::path page_path = folder / "README.md";
  check_blocks(report, page_path, page, "text output", {folder / "expected.txt", folder / "full.txt", folder / "seeds.txt"});
  std::vector<Number> known;
  for (const char* file : {"expected.txt", "full.txt", "seeds.txt", "lesson.cpp", "solution.cpp", "exercise_checks.h"})
    for (const Number& number : numbers_in(folder / file)) known.push_back(number);
  std::string unknown;
  for (const Span& span : unknown_numbers(page, known)) unknown += "\n    line " + std::to_string(span.line) + ": " + span.text;
  report.check(page_path.string(), unknown.empty() ? "" : "no run printed these numbers:" + unknown);
  report.check(page_path.string(), heading_difference(page, sections_of(read_lines(folder / "expected.txt"))));
  check_code(report, folder, page_path, page);
  check_exercises(report, page_path, page);
  check_links(report, folder, page_path, page);
}

/// A wrong flag is refused, and the refusal of a break names those that there are: each runs to its end, and something differs.
void check_breaks(Report& report, const std::string& name, const std::string& lesson, Scratch& scratch) {
  report.check(name + " --break=?", scratch.run(lesson + " '--break=?'") == 0 ? "was accepted" : "");
  const std::string refusal = scratch.err.empty() ? "" : scratch.err.back(), before = "is not one of: ";
  if (refusal.find(before) == std::string::npos) return;
  std::istringstream names(refusal.substr(refusal.find(before) + before.size()));
  for (std::string word; names >> word && word[0] != '(';) {
    if (word.back() == ',') word.pop_back();
    const int status = scratch.run(lesson + " --quick --break=" + word);
    const bool differs =
        std::any_of(scratch.out.begin(), scratch.out.end(), [](const std::string& line) { return line.compare(0, 2, " +") == 0; });
    report.check(name + " --break=" + word, status != 0 ? scratch.ended(status) : differs ? "" : "nothing differs");
  }
}

/// A lesson, and what is wanted of it.
struct Lesson {
  fs::path folder;
  std::string program;  // quoted for the shell
  Page page;
  Mode mode;
};

/// One of its runs.
struct Run {
  std::string flags;
  fs::path file;               // holds what it prints
  bool draws_pictures = true;  // those of the page are its own
  bool same_numbers = true;    // they were drawn by just such a run
};

/// Runs a lesson, and holds what it prints to the file of that run, and what it draws; or writes them.
void check_run(Report& report, const Lesson& lesson, const Run& run, Scratch& scratch) {
  const Mode mode = lesson.mode;
  const std::string name = lesson.folder.filename().string() + (run.flags.empty() ? "" : " " + run.flags);
  const int status = scratch.run(lesson.program + " " + run.flags + " --out pictures");
  if (status != 0) return report.check(name, scratch.ended(status));
  scratch.out = without_pictures(scratch.out);
  if (falls_back(scratch.out) || falls_back(scratch.err)) {
    ++report.skipped;  // other data, other numbers
    return;
  }
  if (mode.update) {
    const std::vector<std::string> lines = updated(read_lines(run.file), scratch.out);  // read before it is opened for writing
    std::ofstream file(run.file);
    for (const std::string& line : lines) file << line << '\n';
    report.check(name, file.flush() ? "" : run.file.string() + " cannot be written");
  } else {
    report.check(name, fs::exists(run.file) ? difference(without_pictures(read_lines(run.file)), scratch.out)
                                            : "there is no " + run.file.filename().string() + " (make expected writes it)");
  }
  if (run.draws_pictures && (mode.full || !mode.update))
    check_pictures(report, lesson.folder, scratch.path / "pictures", lesson.page, mode.update, run.same_numbers);
}

void check_lesson(Report& report, const fs::path& build, const std::string& name, Mode mode) {
  const fs::path folder = fs::path("lessons") / name, quick = folder / "expected.txt", full = folder / "full.txt",
                 seeds = folder / "seeds.txt";
  const Lesson lesson{folder, "'" + fs::absolute(build / "lessons" / name).string() + "'", read_page(read_lines(folder / "README.md")),
                      mode};
  Scratch scratch;
  if (mode.full) {  // the page's pictures are drawn by the longest run that it tells of
    const bool has_seeds = fs::exists(seeds);
    check_run(report, lesson, {"", mode.update || fs::exists(full) ? full : quick, !has_seeds}, scratch);
    if (mode.update && difference(without_pictures(read_lines(quick)), read_lines(full)).empty()) fs::remove(full);  // nothing is longer
    if (has_seeds) check_run(report, lesson, {"--seeds 10", seeds}, scratch);
    return;
  }
  // A quick run learns less: it draws other numbers, but the same words.
  check_run(report, lesson, {"--quick", quick, true, !fs::exists(full)}, scratch);
  if (mode.update) return;
  check_breaks(report, name, lesson.program, scratch);
  if (!fs::exists(folder / "README.md")) return report.check(name, "there is no README.md");
  check_page(report, folder, lesson.page);
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
  for (const char* path : {"README.md", "lessons/README.md", "lessons/ARTICLES.md", "lessons/ERRATA.md", "src/README.md",
                           "src/qkv/kernels/README.md", "tests/README.md", "notebooks/README.md", "data/README.md"})
    if (fs::exists(path)) check_links(report, fs::path("./" + std::string(path)).parent_path(), path, read_page(read_lines(path)));
  std::map<std::string, std::string> mirrors;
  for (const std::string& name : lessons) mirrors[name] = mirrors_of(read_lines(fs::path("lessons") / name / "expected.txt"));
  report.check("lessons/README.md", list_difference(read_lines("lessons/README.md"), mirrors));
  for (const char* path : {"README.md", "lessons/ARTICLES.md"}) report.check(path, map_difference(read_lines(path), mirrors));
  std::vector<fs::path> outputs;
  for (const std::string& name : lessons)
    for (const char* file : {"expected.txt", "full.txt", "seeds.txt"}) outputs.push_back(fs::path("lessons") / name / file);
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

int check(const fs::path& build, Mode mode, const std::vector<std::string>& chosen) {
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
    for (std::size_t i = next++; i < names.size(); i = next++) check_lesson(reports[i], build, names[i], mode);
  };
  std::vector<std::thread> workers;
  const unsigned at_once =
      mode.full ? 1 : std::max(1U, std::thread::hardware_concurrency());  // a full run may use all processors, and measures
  for (unsigned i = 0; i < at_once; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  if (chosen.empty() && !mode.update && !mode.full && fs::exists("README.md")) check_readme(reports.back(), all);

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
    std::cerr << "check-lessons BUILD [--full] [--update] [LESSON...]\n";
    return 2;
  }
  checker::Mode mode{false, false};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--update") mode.update = true;
    else if (arguments[i] == "--full") mode.full = true;
    else chosen.push_back(arguments[i]);
  }
  try {
    return checker::check(arguments[0], mode, chosen);
  } catch (const std::exception& error) {
    std::cerr << "check-lessons: " << error.what() << '\n';
    return 1;
  }
}
