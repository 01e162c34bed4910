#include <qkv/show/chart.h>
#include <qkv/show/colour.h>
#include <qkv/show/differences.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <sstream>

namespace qkv::show {
namespace {

constexpr std::size_t page = 100;  // columns
const char* const deep = "       ";

void print_wrapped(const std::string& text, std::size_t indent) {
  for (const std::string& line : wrap(text, page - indent)) std::cout << (line.empty() ? "" : std::string(indent, ' ') + line) << '\n';
}

/// 31  Additive attention (加性注意力)
std::string full_title(const LessonInfo& info) {
  std::string title = info.number + "  " + info.title;
  return info.chinese.empty() ? title : title + " (" + info.chinese + ")";
}

}  // namespace

bool Lesson::broken(std::string_view name) const {
  for (const Break& choice : info_.breaks)
    if (choice.name == name) return break_ == name;
  fail("broken(\"", name, "\"): there is no such break");
}

const std::string& Lesson::file(std::string_view name) const {
  for (std::size_t i = 0; i < files_.size(); ++i)
    if (info_.files[i].name == name) return files_[i];
  fail("file(\"", name, "\"): there is no such option");
}

void Lesson::section(std::string_view title, std::string_view formula) {
  std::string heading = std::to_string(++sections_) + "  " + std::string(title);
  std::cout << '\n'
            << (formula.empty() ? heading : left(heading, std::max<std::size_t>(27, width(heading))) + "   " + std::string(formula))
            << std::endl;
  name_columns_ = 8;
}

void Lesson::say(std::string_view text) { print_wrapped(std::string(text), 3); }

void Lesson::show(std::string_view name, const Tensor& x) {
  for (const std::string& line : named_lines(std::string(name), x, name_columns_)) std::cout << deep << line << '\n';
}
void Lesson::show(std::string_view name, double value) { show(name, number(value)); }
void Lesson::show_whole(std::string_view name, long long value) { show(name, std::to_string(value)); }
void Lesson::show(std::string_view name, std::string_view value) {
  std::string before = deep + left(std::string(name), name_columns_) + ' ', text(value);
  std::size_t indent = width(before);
  if (indent + width(text) <= page) {
    std::cout << before << text << '\n';
    return;
  }
  for (const std::string& line : wrap(text, std::max(page, indent + 20) - indent)) {
    std::cout << before << line << '\n';
    before = std::string(indent, ' ');
  }
}
void Lesson::show_error(std::string_view name, const std::function<void()>& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return show(name, error.what());
  }
  fail("show_error: ", name, ": was not refused");
}

void Lesson::compare(std::string_view what, const Tensor& a, const Tensor& b, double tolerance) {
  require(a.shape() == b.shape(), "compare: ", what, ": shapes ", a.shape(), " and ", b.shape(), " differ");
  require(tolerance > 0 && std::isfinite(tolerance), "compare: ", what, ": tolerance ", tolerance, ": must be a finite number above 0");
  double largest = 0;
  Index place = 0;
  for (Index i = 0; i < a.size(); ++i) {
    double x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    double difference = x == y ? 0 : std::fabs(x - y);  // infinite numbers may be equal
    if (difference <= largest) continue;                // false for nan, which counts as the largest
    largest = difference;
    place = i;
    if (std::isnan(difference)) break;
  }
  Shape position;
  for (Index axis = a.rank() - 1, rest = place; axis >= 0; rest /= a.size(axis), --axis) position = position.with(0, rest % a.size(axis));
  std::cout << deep << what << ": largest difference ";
  if (largest < tolerance) std::cout << "below " << number(tolerance, static_cast<int>(std::ceil(-std::log10(tolerance) - 1e-9))) << '\n';
  else std::cout << number(largest) << ", at " << position << '\n';
}

namespace {

/// Sends std::cout somewhere else for a while.
class Redirect {
 public:
  explicit Redirect(std::streambuf* to) : before_(std::cout.rdbuf(to)) {}
  ~Redirect() { std::cout.rdbuf(before_); }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

 private:
  std::streambuf* before_;
};

}  // namespace

template <class Shown>
void Lesson::print_indented(const Shown& shown) const {
  // Straight to std::cout would say whether it is a terminal, but not indent; a buffer in between indents each line.
  class Indenting : public std::streambuf {
   public:
    explicit Indenting(std::streambuf* to) : to_(to) {}

   protected:
    int overflow(int character) override {
      if (at_start_ && character != '\n') to_->sputn(deep, 7);
      at_start_ = character == '\n';
      return to_->sputc(static_cast<char>(character));
    }

   private:
    std::streambuf* to_;
    bool at_start_ = true;
  };
  Indenting indenting(std::cout.rdbuf());
  Redirect redirect(&indenting);
  std::cout << shown;
}

void Lesson::show(const Table& table) { print_indented(table); }
void Lesson::show(std::string_view name, const HeatMap& map) {
  print_indented(map);
  if (!out_dir_.empty()) save(name, draw(map));
}
void Lesson::show(std::string_view name, const LineChart& chart) {
  print_indented(chart);
  if (!out_dir_.empty()) save(name, draw(chart));
}

void Lesson::save(std::string_view name, const Picture& picture) {
  if (out_dir_.empty()) return;
  picture.save(picture_path(name));
  std::cout << deep << "picture: " << picture_path(name) << '\n';
}

std::string Lesson::picture_path(std::string_view name) const {
  require(!out_dir_.empty(), "picture_path: ", name, ": --out was not given");
  return (std::filesystem::path(out_dir_) / (info_.number + "_" + std::string(name) + ".svg")).string();
}

std::string Lesson::training_path(std::string_view name, int trial) const {
  if (out_dir_.empty()) return "";
  std::string file = info_.number + " " + std::string(name) + ", seed " + std::to_string(seed_ + static_cast<std::uint64_t>(trial));
  if (quick_) file += ", quick";
  if (!break_.empty()) file += ", " + break_;
  for (const std::string& own : files_)
    if (!own.empty()) file += ", " + std::filesystem::path(own).filename().string();
  return (std::filesystem::path(out_dir_) / (file + ".safetensors")).string();
}

void Lesson::heading() const {
  std::string title = full_title(info_), mirrors = "mirrors: " + info_.mirrors;
  if (info_.mirrors.empty()) {
    std::cout << title << '\n';
  } else if (width(title) + 4 + width(mirrors) <= page) {
    std::cout << title << right(mirrors, page - width(title)) << '\n';
  } else {
    std::cout << title << '\n';
    print_wrapped(mirrors, 4);
  }
  for (const Break& choice : info_.breaks)
    if (choice.name == break_) print_wrapped("--break=" + choice.name + ": " + choice.effect, 4);
  std::cout << std::flush;
}

void Lesson::show_what_breaks(void (*body)(Lesson&)) const {
  Lesson right = *this, broken = *this;
  right.break_.clear();
  right.out_dir_.clear();
  std::ostringstream as_it_should_be, as_it_is;
  std::exception_ptr thrown;
  {
    Redirect redirect(as_it_should_be.rdbuf());
    body(right);
  }
  try {
    Redirect redirect(as_it_is.rdbuf());
    body(broken);
  } catch (...) {
    thrown = std::current_exception();  // what was reached comes before what went wrong
  }
  print_wrapped("Only what differs is shown: - as it should be, + with --break=" + break_ + ".", 4);
  print_differences(std::cout, as_it_should_be.str(), as_it_is.str());
  if (thrown) std::rethrow_exception(thrown);
}

void Lesson::parse(int argc, const char* const* argv) {
  std::string about = full_title(info_);
  for (const std::string& line : wrap(info_.about, page)) about += "\n" + line;
  CLI::App app(about);
  app.get_formatter()->column_width(20);
  std::string choices, effects;
  for (const Break& choice : info_.breaks) {
    choices += (choices.empty() ? "" : ", ") + choice.name;
    effects += "\n  " + left(choice.name, 14) + " " + choice.effect;
  }
  auto natural = [](const std::string& text) {
    bool right = !text.empty() && text.size() <= 19 && text.find_first_not_of("0123456789") == std::string::npos;  // below 2^64
    return right ? "" : "'" + text + "' is not a whole number from 0 on";
  };
  auto directory = [](const std::string& path) { return path.empty() ? "the name is empty" : ""; };
  app.add_flag("--quick", quick_, "take seconds: less training, smaller sizes")->disable_flag_override();
  app.add_option("--seed", seed_, "start of the random numbers (0)")->type_name("N")->check(natural);
  auto positive = [&](const std::string& text) {
    return natural(text).empty() && text.size() <= 6 && std::stoi(text) > 0 ? "" : "'" + text + "' is not a whole number from 1 to 999999";
  };
  if (info_.seeds > 0)
    app.add_option("--seeds", seeds_, "try what is claimed over so many seeds (" + std::to_string(info_.seeds) + "; 1 with --quick)")
        ->type_name("N")
        ->check(positive);
  if (!info_.breaks.empty()) {
    auto known = [&](const std::string& name) {
      for (const Break& choice : info_.breaks)
        if (choice.name == name) return std::string();
      return "'" + name + "' is not one of: " + choices;
    };
    app.add_option("--break", break_, "go wrong on purpose:" + effects)->type_name("NAME")->check(known);
  }
  files_.resize(info_.files.size());
  for (std::size_t i = 0; i < files_.size(); ++i)
    app.add_option("--" + info_.files[i].name, files_[i], info_.files[i].purpose)->type_name("FILE")->check(CLI::ExistingFile);
  app.add_option("--out", out_dir_, "save the pictures here as SVG")->type_name("DIR")->check(directory);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    throw;
  }
  if (out_dir_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(out_dir_, error);
  require(std::filesystem::is_directory(out_dir_), "--out ", out_dir_, ": the directory cannot be made",
          error ? ": " + error.message() : "");
}

int run_lesson(int argc, const char* const* argv, const LessonInfo& info, void (*body)(Lesson&)) {
  std::string wrong = "lesson " + info.number + ": ";
  try {
    Lesson lesson(info);
    lesson.parse(argc, argv);
    lesson.heading();
    if (lesson.break_.empty()) body(lesson);
    else lesson.show_what_breaks(body);
    std::cout.flush();
    require(static_cast<bool>(std::cout), "the output could not be written");
    return 0;
  } catch (const CLI::CallForHelp&) {
    return 0;
  } catch (const CLI::ParseError& error) {
    std::cerr << wrong << error.what() << " (--help lists the flags)\n";
    return 2;
  } catch (const std::exception& error) {
    std::cout.flush();  // what was reached comes before what went wrong
    std::cerr << wrong << error.what() << '\n';
    return 1;
  }
}

}  // namespace qkv::show
