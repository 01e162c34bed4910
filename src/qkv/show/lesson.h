#pragma once
#include <qkv/tensor/error.h>
#include <qkv/tensor/tensor.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace qkv::show {

class Picture;
class Table;
struct HeatMap;
struct LineChart;

/// A deliberate mistake: --break=NAME, and its effect.
struct Break {
  std::string name, effect;
};

/// A file of the reader's own: --NAME FILE, and what it is for.
struct FileOption {
  std::string name, purpose;
};

/// What a lesson is called and what it is about.
struct LessonInfo {
  std::string number;                  ///< "31"
  std::string title, chinese;          ///< "Additive attention", "加性注意力"
  std::string mirrors;                 ///< the chapters it goes with: "《...》 §3.2; 《...》 §9.2"
  std::string about;                   ///< a paragraph for --help
  std::vector<Break> breaks = {};      ///< none: the lesson has no --break
  int seeds = 0;                       ///< how many seeds a full run repeats its claims with; 0: the lesson has no --seeds
  std::vector<FileOption> files = {};  ///< what else may be read: none, or {{"text", "learn from this text"}}
};

/// What all lessons share: the flags they were called with, and how they print. Run by run_lesson():
///
///     void lesson_body(show::Lesson& lesson) {
///       lesson.section("A score for each key", "e_j = v . tanh(W1 q + W2 k_j)");
///       lesson.say("One query, three keys. How much of each value should the query take?");
///       lesson.show("q", q);
///     }
///     const show::LessonInfo info{"31", "Additive attention", "加性注意力", "《...》 §3.2", "One query and three keys, by hand ...",
///                                     {{"no-mask", "padding is attended to"}}};
///     int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
class Lesson {
 public:
  /// --quick: take seconds, not minutes. --seed N: for every Rng; 0 if not given.
  bool quick() const { return quick_; }
  std::uint64_t seed() const { return seed_; }
  /// --seeds N: with how many seeds, from seed() on, a claim is tested. If not given: 1 with --quick, else the lesson's own number.
  int seeds() const { return seeds_ > 0 ? seeds_ : quick_ ? 1 : info_.seeds; }
  /// Was --break=NAME given?  Throws Error if the lesson has no such break.
  bool broken(std::string_view name) const;
  /// --NAME FILE, a file of the reader's own; empty if not given.  Throws Error if the lesson has no such option.
  const std::string& file(std::string_view name) const;
  /// --out DIR, which exists by now; empty if not given.
  const std::string& out_dir() const { return out_dir_; }

  /// The next section: its number and title, and perhaps its formula at the right.
  void section(std::string_view title, std::string_view formula = "");
  /// Plain words, indented by 3 columns and wrapped at 100.
  void say(std::string_view text);

  /// A name and what it stands for, indented by 7 columns: a tensor (see lines() in format.h), a number to
  /// four places, a whole number, a word or a long text (wrapped at 100 columns).
  void show(std::string_view name, const Tensor& x);
  void show(std::string_view name, double number);
  void show(std::string_view name, std::string_view text);
  template <class Whole, class = std::enable_if_t<std::is_integral<Whole>::value>>
  void show(std::string_view name, Whole number) {
    if (std::is_same<Whole, bool>::value) show(name, number ? "yes" : "no");
    else show_whole(name, static_cast<long long>(number));
  }
  /// Tries what qkv refuses, and shows the message of its Error.  Throws Error if it was not refused.
  void show_error(std::string_view name, const std::function<void()>& attempt);
  /// From here to the end of the section names take so many columns (8 otherwise), so that values behind longer names align too.
  void name_columns(std::size_t columns) { name_columns_ = columns; }

  /// "by the loop and by matrices: largest difference below 0.00001", or the largest difference and where it is.
  /// The shapes must be the same; else throws Error.
  void compare(std::string_view what, const Tensor& a, const Tensor& b, double tolerance = 1e-5);

  void show(const Table& table);
  /// Prints the picture; with --out also saves it there, as NUMBER_NAME.svg.
  void show(std::string_view name, const HeatMap& map);
  void show(std::string_view name, const LineChart& chart);
  /// With --out saves the picture and says where; prints nothing otherwise.
  void save(std::string_view name, const Picture& picture);
  /// Where save() writes: OUT/NUMBER_NAME.svg.  Throws Error without --out.
  std::string picture_path(std::string_view name) const;
  /// Where Ctrl-C saves a training (io::Resumable), empty without --out. Trainings that differ have different files: the name holds the seed,
  /// --quick, --break and the reader's own files. `trial` counts the seeds from seed() on.
  std::string training_path(std::string_view name, int trial = 0) const;

 private:
  friend int run_lesson(int argc, const char* const* argv, const LessonInfo& info, void (*body)(Lesson&));
  explicit Lesson(const LessonInfo& info) : info_(info) {}
  void show_whole(std::string_view name, long long number);
  void parse(int argc, const char* const* argv);
  void heading() const;
  void show_what_breaks(void (*body)(Lesson&)) const;
  template <class Shown>
  void print_indented(const Shown& shown) const;

  LessonInfo info_;
  bool quick_ = false;
  std::uint64_t seed_ = 0;
  std::string break_, out_dir_;
  std::vector<std::string> files_;  // one for each of info_.files
  int sections_ = 0, seeds_ = 0;
  std::size_t name_columns_ = 8;
};

/// Reads the flags, prints the heading, runs the body; with --break runs it with and without, and prints the lines that differ. Returns what main returns: 0; 1 if the body threw (the message goes to stderr) or
/// the output could not be written; 2 after a wrong flag. --help prints what the lesson is and its flags, and returns 0.
int run_lesson(int argc, const char* const* argv, const LessonInfo& info, void (*body)(Lesson&));

}  // namespace qkv::show
