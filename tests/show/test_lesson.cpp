#include <doctest/doctest.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/picture.h>
#include <qkv/show/table.h>
#include <qkv/tensor/error.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

using namespace qkv;
using namespace qkv::show;

namespace {

struct Result {
  int code;
  std::string out, err;
};

/// Runs a lesson and catches what it prints.
Result run(std::vector<const char*> flags, const LessonInfo& info, void (*body)(Lesson&)) {
  setenv("NO_COLOR", "1", 1);  // the tests may run in a terminal
  flags.insert(flags.begin(), "lesson");
  std::ostringstream out, err;
  std::streambuf *out_before = std::cout.rdbuf(out.rdbuf()), *err_before = std::cerr.rdbuf(err.rdbuf());
  int code = run_lesson(static_cast<int>(flags.size()), flags.data(), info, body);
  std::cout.rdbuf(out_before);
  std::cerr.rdbuf(err_before);
  return {code, out.str(), err.str()};
}

LessonInfo additive() {
  return {"31",
          "Additive attention",
          "加性注意力",
          "《注意力》 §3.2",
          "One query and three keys.",
          {{"no-mask", "padding is attended to"}, {"no-scale", "d is left out"}}};
}
void nothing(Lesson&) {}

}  // namespace

TEST_CASE("a lesson prints its heading, numbered sections, words and numbers") {
  Result result = run({}, additive(), [](Lesson& lesson) {
    lesson.section("The question");
    lesson.say("One query, three keys.");
    lesson.show("q", tensor({0.5, -0.25}));
    lesson.section("A score", "e_j = v . tanh(...)");
    lesson.show("e_j", 0.5);
    lesson.show("n", 3);
    lesson.show("hard", true);
    lesson.name_columns(12);
    lesson.show("word", "the");
  });
  CHECK(result.code == 0);
  CHECK(result.err == "");
  CHECK(result.out == "31  Additive attention (加性注意力)" + std::string(41, ' ') +
                          "mirrors: 《注意力》 §3.2\n"
                          "\n"
                          "1  The question\n"
                          "   One query, three keys.\n"
                          "       q        [  0.5000  -0.2500 ]\n"
                          "\n"
                          "2  A score                    e_j = v . tanh(...)\n"
                          "       e_j      0.5000\n"
                          "       n        3\n"
                          "       hard     yes\n"
                          "       word         the\n");
}

TEST_CASE("what is refused is shown, long messages wrapped behind their name") {
  Result result = run({}, additive(), [](Lesson& lesson) {
    lesson.show_error("sum", [] { throw Error("add: (2, 3) and (2): sizes 3 and 2 differ"); });
    lesson.show_error(
        "long", [] { throw Error("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"); });
    lesson.show_error("nothing", [] {});
  });
  CHECK(result.code == 1);
  CHECK(result.err == "lesson 31: show_error: nothing: was not refused\n");
  CHECK(result.out.find("       sum      add: (2, 3) and (2): sizes 3 and 2 differ\n"
                        "       long     one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n"
                        "                fifteen sixteen\n") != std::string::npos);
}

TEST_CASE("long lists of chapters go below the title") {
  LessonInfo info = additive();
  info.mirrors = "《注意力深度学习专家：AI优化的专注力培养研究员》 §3.2; 《人工智能驱动的注意力分析与预测》 §9.2";
  CHECK(run({}, info, nothing).out ==
        "31  Additive attention (加性注意力)\n"
        "    mirrors: 《注意力深度学习专家：AI优化的专注力培养研究员》 §3.2; 《人工智能驱动的注意力分析与预\n"
        "    测》 §9.2\n");
}

TEST_CASE("a lesson shows tables, maps and comparisons, indented") {
  Result result = run({}, additive(), [](Lesson& lesson) {
    lesson.show(Table({"word", "alpha"}).add_row({"the", "0.11"}));
    lesson.show("map", HeatMap{tensor({{0, 1}}), {"q"}, {"a", "b"}, ""});
    lesson.compare("by the loop and by matrices", tensor({1, 2}), tensor({1, 2}));
    lesson.compare("two ways", tensor({{1, 2}, {3, 4}}), tensor({{1, 2}, {3.5, 4}}));
  });
  CHECK(result.out.substr(result.out.find('\n') + 1) ==
        "       word   alpha\n"
        "       ────────────\n"
        "       the     0.11\n"
        "           a     b\n"
        "       q  0 ··  1 ██\n"
        "          0 ··░░▒▒▓▓██ 1\n"
        "       by the loop and by matrices: largest difference below 0.00001\n"
        "       two ways: largest difference 0.5000, at (1, 0)\n");
}

TEST_CASE("flags reach the lesson") {
  static bool quick, broken, other;
  static std::uint64_t seed;
  auto body = [](Lesson& lesson) {
    quick = lesson.quick();
    seed = lesson.seed();
    broken = lesson.broken("no-mask");
    other = lesson.broken("no-scale");
  };
  CHECK(run({}, additive(), body).code == 0);
  CHECK_FALSE(quick);
  CHECK(seed == 0);
  CHECK_FALSE(broken);
  Result result = run({"--quick", "--seed", "7", "--break=no-mask"}, additive(), body);
  CHECK(result.code == 0);
  CHECK(quick);
  CHECK(seed == 7);
  CHECK(broken);
  CHECK_FALSE(other);
  CHECK(result.out.find("    --break=no-mask: padding is attended to\n") != std::string::npos);
}

TEST_CASE("wrong flags: exit code 2 and what would be right") {
  Result result = run({"--break=mask"}, additive(), nothing);
  CHECK(result.code == 2);
  CHECK(result.out == "");
  CHECK(result.err == "lesson 31: --break: 'mask' is not one of: no-mask, no-scale (--help lists the flags)\n");
  CHECK(run({"--seed", "-1"}, additive(), nothing).err ==
        "lesson 31: --seed: '-1' is not a whole number from 0 on (--help lists the flags)\n");
  CHECK(run({"--seed", "99999999999999999999"}, additive(), nothing).code == 2);
  CHECK(run({"--seed", "x"}, additive(), nothing).code == 2);
  CHECK(run({"--fast"}, additive(), nothing).code == 2);
  CHECK(run({"--quick=5"}, additive(), nothing).code == 2);
  CHECK(run({"more"}, additive(), nothing).code == 2);
  LessonInfo no_breaks = additive();
  no_breaks.breaks = {};
  CHECK(run({"--break=no-mask"}, no_breaks, nothing).code == 2);
}

TEST_CASE("--help prints the paragraph and the choices, and ends with 0") {
  Result result = run({"--help"}, additive(), [](Lesson&) { throw Error("the body must not run"); });
  CHECK(result.code == 0);
  CHECK(result.err == "");
  for (const char* part : {"One query and three keys.", "--quick", "--seed", "--out", "--break", "no-scale", "padding is attended to"})
    CHECK_MESSAGE(result.out.find(part) != std::string::npos, part);
}

TEST_CASE("an error ends the lesson with its message and exit code 1") {
  Result result = run({}, additive(), [](Lesson&) { throw Error("matmul: too wide"); });
  CHECK(result.code == 1);
  CHECK(result.err == "lesson 31: matmul: too wide\n");
  result = run({}, additive(), [](Lesson& lesson) { lesson.broken("mask"); });
  CHECK(result.err == "lesson 31: broken(\"mask\"): there is no such break\n");
  result = run({}, additive(), [](Lesson& lesson) { lesson.compare("a", zeros({2}), zeros({3})); });
  CHECK(result.err == "lesson 31: compare: a: shapes (2,) and (3,) differ\n");
}

TEST_CASE("a training is saved under a name that says which one it is") {
  const std::filesystem::path directory = std::filesystem::temp_directory_path() / ("qkv_lesson_test_" + std::to_string(getpid()));
  static std::string first, third;
  auto body = [](Lesson& lesson) { first = lesson.training_path("GRU"), third = lesson.training_path("GRU", 2); };
  auto name = [&](std::vector<const char*> flags) {
    flags.insert(flags.end(), {"--out", directory.c_str()});
    CHECK(run(flags, additive(), body).code == 0);
    return std::filesystem::path(first).filename().string();
  };
  CHECK(name({}) == "31 GRU, seed 0.safetensors");
  CHECK(std::filesystem::path(third) == directory / "31 GRU, seed 2.safetensors");
  CHECK(name({"--seed", "5"}) == "31 GRU, seed 5.safetensors");
  CHECK(name({"--quick"}) == "31 GRU, seed 0, quick.safetensors");
  CHECK(name({"--break=no-scale"}) == "31 GRU, seed 0, no-scale.safetensors");
  std::filesystem::remove_all(directory);
  run({}, additive(), body);
  CHECK(first.empty());
}

TEST_CASE("--out makes the directory and receives the pictures; without it none are drawn") {
  static std::filesystem::path directory;
  directory = std::filesystem::temp_directory_path() / ("qkv_lesson_test_" + std::to_string(getpid())) / "pictures";
  auto body = [](Lesson& lesson) {
    lesson.show("map", HeatMap{tensor({{0, 1}}), {}, {}, ""});
    lesson.save("blank", Picture(2, 2));
  };
  CHECK(run({}, additive(), body).out.find("picture") == std::string::npos);
  Result result = run({"--out", directory.c_str()}, additive(), body);
  CHECK(result.code == 0);
  CHECK(result.out.find("       picture: " + (directory / "31_map.svg").string() + "\n") != std::string::npos);
  CHECK(std::filesystem::exists(directory / "31_map.svg"));
  CHECK(std::filesystem::exists(directory / "31_blank.svg"));
  std::filesystem::remove_all(directory.parent_path());

  CHECK(run({"--out", "/proc/none"}, additive(), nothing).code == 1);
  CHECK(run({}, additive(), [](Lesson& lesson) { lesson.picture_path("x"); }).err == "lesson 31: picture_path: x: --out was not given\n");
}

TEST_CASE("--seeds: given, the lesson's own number, or 1 with --quick; unknown where a lesson has none") {
  LessonInfo info = additive();
  auto body = [](Lesson& lesson) { lesson.show("seeds", lesson.seeds()); };
  CHECK(run({"--seeds", "3"}, info, body).code == 2);
  info.seeds = 10;
  auto seeds = [&](std::vector<const char*> flags) {
    const std::string out = run(flags, info, body).out;
    return std::stoi(out.substr(out.find_last_of(' ')));
  };
  CHECK(seeds({}) == 10);
  CHECK(seeds({"--quick"}) == 1);
  CHECK(seeds({"--seeds", "3"}) == 3);
  CHECK(seeds({"--quick", "--seeds", "3"}) == 3);
  for (const char* wrong : {"0", "-1", "2.5", "many", "1000000"}) {
    Result result = run({"--seeds", wrong}, info, body);
    CHECK(result.code == 2);
    CHECK(result.err ==
          "lesson 31: --seeds: '" + std::string(wrong) + "' is not a whole number from 1 to 999999 (--help lists the flags)\n");
  }
}

TEST_CASE("--break prints what differs, and only that; the right run draws no pictures") {
  auto body = [](Lesson& lesson) {
    lesson.section("The question");
    lesson.say("One query.");
    lesson.section("Weights", "softmax");
    lesson.show("scores", tensor({1, 2}));
    lesson.show("sum", lesson.broken("no-scale") ? 3.0 : 1.0);
    lesson.section("The end");
  };
  Result result = run({"--break=no-scale"}, additive(), body);
  CHECK(result.code == 0);
  CHECK(result.out.substr(result.out.find("    --break")) ==
        "    --break=no-scale: d is left out\n"
        "    Only what differs is shown: - as it should be, + with --break=no-scale.\n\n"
        "2  Weights                    softmax\n"
        "       scores   [ 1  2 ]\n"
        " -     sum      1.0000\n"
        " +     sum      3.0000\n\n"
        "The same in both: sections 1, 3.\n");

  Result thrown = run({"--break=no-scale"}, additive(), [](Lesson& lesson) {
    lesson.section("Weights");
    lesson.say(lesson.broken("no-scale") ? "wrong" : "right");
    if (lesson.broken("no-scale")) throw Error("softmax: no");
  });
  CHECK(thrown.code == 1);
  CHECK(thrown.out.find(" + wrong\n") != std::string::npos);  // what was reached comes before what went wrong
  CHECK(thrown.err == "lesson 31: softmax: no\n");
}

TEST_CASE("a file of the reader's own: --NAME FILE") {
  LessonInfo info = additive();
  info.files = {{"text", "learn from this text"}, {"weights", "go on from these"}};
  auto body = [](Lesson& lesson) {
    lesson.show("text", lesson.file("text").empty() ? std::string("none") : lesson.file("text"));
    lesson.show("weights", lesson.file("weights").empty() ? "none" : "given");
  };
  CHECK(run({}, info, body).out.find("text     none\n") != std::string::npos);
  Result given = run({"--text", "/dev/null"}, info, body);
  CHECK(given.out.find("text     /dev/null\n") != std::string::npos);
  CHECK(given.out.find("weights  none\n") != std::string::npos);
  CHECK(run({"--help"}, info, body).out.find("learn from this text") != std::string::npos);
  CHECK(run({"--text", "/no/such/file"}, info, body).code == 2);
  CHECK(run({"--text", "/dev/null"}, additive(), nothing).code == 2);
  CHECK(run({}, additive(), [](Lesson& lesson) { lesson.file("text"); }).err == "lesson 31: file(\"text\"): there is no such option\n");
}
