#include <io/child.h>
#include <io/scratch.h>
#include <qkv/io/csv_file.h>

#include <doctest/doctest.h>

#include <clocale>
#include <cmath>
#include <csignal>
#include <limits>

using namespace qkv;
using scratch::contents;
using scratch::error_of;

TEST_CASE("csv: rows are in the file at once") {
  scratch::Folder folder;
  const std::string path = folder.put("run.csv", "an older table\n");
  io::CsvFile table(path, {"step", "loss, mean", "\"best\"", "two\nlines", "损失"});
  const std::string headings = "step,\"loss, mean\",\"\"\"best\"\"\",\"two\nlines\",损失\n";
  CHECK(contents(path) == headings);
  table.row({0, 0.5, -1e30, 1234567, 0.1});
  CHECK(contents(path) == headings + "0,0.5,-1e+30,1234567,0.1\n");
  const double inf = std::numeric_limits<double>::infinity();
  table.row({1, std::nan(""), inf, -inf, 1.0 / 3});
  CHECK(contents(path) == headings + "0,0.5,-1e+30,1234567,0.1\n1,nan,inf,-inf,0.333333333\n");
  CHECK(folder.names() == std::vector<std::string>{"run.csv"});
}

TEST_CASE("csv: nine digits give every float back") {
  scratch::Folder folder;
  const std::string path = folder / "f";
  io::CsvFile table(path, {"x"});
  float x = 1e-20f;
  std::vector<float> numbers;
  for (int i = 0; i < 200; ++i) numbers.push_back(x *= -1.7f), table.row({x});
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  for (float number : numbers) {
    std::getline(in, line);
    CHECK(std::stof(line) == number);
  }
}

TEST_CASE("csv: a point is a point in every country") {
  scratch::Folder folder;
  const char* known = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (!known) known = std::setlocale(LC_ALL, "fr_FR.UTF-8");
  io::CsvFile table(folder / "f", {"x"});
  table.row({1234.5});
  std::setlocale(LC_ALL, "C");
  CHECK(contents(folder / "f") == "x\n1234.5\n");
}

TEST_CASE("csv: messages") {
  scratch::Folder folder;
  const std::string path = folder / "f", where = "CsvFile: " + path + ": ";
  CHECK(error_of([&] { io::CsvFile(path, {}); }) == where + "no columns");
  CHECK(folder.names().empty());
  io::CsvFile table(path, {"a", "b"});
  CHECK(error_of([&] { table.row({1}); }) == where + "1 numbers for 2 columns");
  CHECK(error_of([&] { table.row({}); }) == where + "0 numbers for 2 columns");
  CHECK(error_of([&] { table.row({1, 2, 3}); }) == where + "3 numbers for 2 columns");
  CHECK(contents(path) == "a,b\n");
  CHECK(error_of([] { io::CsvFile("/nowhere/f", {"a"}); }) == "CsvFile: /nowhere/f: cannot write: No such file or directory");
}

TEST_CASE("csv: a program that is killed leaves whole rows") {
  scratch::Folder folder;
  const std::string message = scratch::in_a_child([&] {
    io::CsvFile table(folder / "f", {"step", "loss"});
    for (int step = 0; step < 100; ++step) table.row({static_cast<double>(step), 0.5});
    ::raise(SIGKILL);
    return std::string();
  });
  CHECK(message == "(died)");
  const std::string all = contents(folder / "f");
  CHECK(std::count(all.begin(), all.end(), '\n') == 101);
  CHECK(all.substr(all.size() - 7) == "99,0.5\n");
}
