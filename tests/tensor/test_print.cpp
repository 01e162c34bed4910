#include "compare.h"

#include <qkv/datasets/power_law.h>
#include <qkv/nn/decode.h>
#include <qkv/ops/activation.h>
#include <qkv/ostream.h>

using namespace qkv;

TEST_CASE("print: whole numbers have no point, others four decimals, columns are aligned") {
  CHECK(printed(Tensor(3)) == "3");
  CHECK(printed(Tensor(-2.5)) == "-2.5000");
  CHECK(printed(tensor({1, -10, 3})) == "[  1, -10,   3]");
  CHECK(printed(tensor({{1, 2}, {3, 4}})) == "[[1, 2],\n [3, 4]]");
  CHECK(printed(tensor({{0.5, -1}, {10.25, 3}})) == "[[ 0.5000, -1.0000],\n [10.2500,  3.0000]]");
  CHECK(printed(tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}})) == "[[[1, 2],\n  [3, 4]],\n\n [[5, 6],\n  [7, 8]]]");
  CHECK(printed(tensor({-0.0, 1})) == "[0, 1]");
}

TEST_CASE("print: very large, very small, and no numbers") {
  CHECK(printed(tensor({0.5, 0.00001})) == "[    0.5000, 1.0000e-05]");
  CHECK(printed(tensor({0.5, 2e9})) == "[    0.5000, 2.0000e+09]");
  CHECK(printed(Tensor(2e9)) == "2.0000e+09");
  CHECK(printed(tensor({1, infinity, -infinity, not_a_number})) == "[1.0000,    inf,   -inf,    nan]");
}

TEST_CASE("print: a NaN has no sign, whatever the processor gave it") {
  const double minus = -not_a_number;
  CHECK(std::signbit(minus));
  CHECK(printed(Tensor(minus)) == "nan");
  CHECK(printed(sin(tensor({infinity, 1}))) == "[   nan, 0.8415]");
  CHECK(printed(tensor({minus, -0.5})) == "[    nan, -0.5000]");
  CHECK_THROWS_WITH_AS((Mask{minus}), "mask: nan is neither 0 (visible) nor 1 (hidden)", Error);
  CHECK(printed(nn::Hypothesis{{}, minus, minus, false}) == "Hypothesis of 0 marks, log_p nan, score nan");
  CHECK(printed(AttentionOptions{{}, {}, minus, false, false, 0, nullptr}).find("-nan") == std::string::npos);
  CHECK(printed(show::Point{minus, minus}) == "(nan, nan)");
  CHECK(printed(datasets::PowerLaw{minus, minus}) == "nan x^nan");
}

TEST_CASE("print: long axes are shown by their ends") {
  CHECK(printed(arange(12)) == "[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11]");
  CHECK(printed(arange(13)) == "[ 0,  1,  2, ..., 10, 11, 12]");
  CHECK(printed(tensor({20, 1}, std::vector<Scalar>(20, 7))) == "[[7],\n [7],\n [7],\n ...,\n [7],\n [7],\n [7]]");
}

TEST_CASE("print: empty tensors") {
  CHECK(printed(Tensor()) == "(empty tensor)");
  CHECK(printed(zeros({0})) == "[]");
  CHECK(printed(zeros({2, 0})) == "[[],\n []]");
}
