#include <doctest/doctest.h>
#include <qkv/show/progress.h>
#include <qkv/tensor/error.h>

using namespace qkv;
using namespace qkv::show;

TEST_CASE("progress: how far, how long, how long still") {
  CHECK(progress_line("training", 30, 100, 12, "loss 0.4123") == "training  ███████▎                  30 %  0:12, 0:28 left  loss 0.4123");
  CHECK(progress_line("a", 0, 10, 0, "") == "a                             0 %  0:00");
  CHECK(progress_line("a", 10, 10, 3700, "") == "a  ████████████████████████ 100 %  1:01:40");
  CHECK(progress_line("a", 0, 0, 1, "") == "a  ████████████████████████ 100 %  0:01");
}

TEST_CASE("progress: a negative total") { CHECK_THROWS_WITH_AS(Progress(-1, "a"), "Progress: total -1: must not be negative", Error); }
