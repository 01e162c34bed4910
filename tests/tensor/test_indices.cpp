#include "compare.h"

using namespace qkv;

TEST_CASE("Indices: made, printed and checked") {
  Indices indices{{3, 1, 4}, {1, 5, 9}};
  CHECK(indices.shape == Shape{2, 3});
  CHECK((indices.values == std::vector<Index>{3, 1, 4, 1, 5, 9}));
  CHECK(printed(indices) == "[[3, 1, 4],\n [1, 5, 9]]");
  CHECK(printed(Indices{7, -1}) == "[7, -1]");
  CHECK(Indices().shape == Shape{});
  CHECK_THROWS_WITH_AS((Indices{1, 2.5}), "indices: 2.5 is not a whole number", Error);
  CHECK_THROWS_WITH_AS((Indices({2, 2}, {1, 2, 3})), "indices: shape (2, 2) holds 4 values, got 3", Error);
  CHECK_THROWS_AS((Indices{not_a_number}), Error);
  CHECK_THROWS_WITH_AS((Indices{1e300}), "indices: 1e+300 is too large", Error);
}

TEST_CASE("Mask: made, printed and checked") {
  Mask mask{{0, 1}, {1, 0}};
  CHECK(mask.shape == Shape{2, 2});
  CHECK(printed(mask) == "[[0, 1],\n [1, 0]]");
  CHECK(printed(mask.reshaped({4})) == "[0, 1, 1, 0]");
  CHECK(!mask.empty());
  CHECK(Mask().empty());
  CHECK_THROWS_WITH_AS((Mask{0, 2}), "mask: 2 is neither 0 (visible) nor 1 (hidden)", Error);
  CHECK_THROWS_WITH_AS((Mask({3}, {1, 0})), "mask: shape (3,) holds 3 marks, got 2", Error);
  CHECK_THROWS_WITH_AS(mask.reshaped({3}), "mask: cannot give (2, 2) the shape (3,): 4 and 3 marks", Error);
}

TEST_CASE("indices and masks whose shape and contents were set apart say so in print") {
  Indices indices;  // made without arguments: the shape of a single number, and none
  CHECK(printed(indices) == "(indices of shape () with 0 values)");
  Mask mask({0, 1});
  mask.shape = {3};
  CHECK(printed(mask) == "(mask of shape (3,) with 2 marks)");
}

TEST_CASE("Mask: hidden where either hides") {
  Mask a{{0, 1, 0}, {0, 0, 0}}, b{{1, 0, 0}};
  CHECK(printed(a | b) == "[[1, 1, 0],\n [1, 0, 0]]");
  CHECK(printed(b | a) == "[[1, 1, 0],\n [1, 0, 0]]");
  CHECK(printed(a | Mask()) == printed(a));
  CHECK(printed(Mask() | a) == printed(a));
  // (2, 1, 3) with (2, 1): both are repeated
  Mask keys({2, 1, 3}, {0, 0, 1, 0, 1, 1}), queries({2, 1}, {0, 1});
  Mask both = keys | queries;
  CHECK(both.shape == Shape{2, 2, 3});
  CHECK((both.hidden == std::vector<std::uint8_t>{0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1}));
  CHECK_THROWS_WITH_AS(a | Mask({2}, {0, 1}),
                       "mask |: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1", Error);
}

TEST_CASE("Mask: hidden where both hide, and turned around") {
  Mask a{{0, 1, 0}, {0, 1, 1}}, b{{1, 1, 0}};
  CHECK(printed(a & b) == "[[0, 1, 0],\n [0, 1, 0]]");
  CHECK(printed(~a) == "[[1, 0, 1],\n [1, 0, 0]]");
  CHECK(printed(~~a) == printed(a));
  CHECK(printed(~(a & b)) == printed(~a | ~b));
  CHECK((a & Mask()).empty());
}

TEST_CASE("Mask: only one that was made without arguments fits every shape") {
  const Mask some{{0, 1, 0}, {0, 0, 0}}, none = padding_mask({}, 3);  // (0, 3)
  CHECK(!none.empty());
  CHECK(!(none | Mask()).empty());
  CHECK((none | none).shape == Shape{0, 3});
  CHECK((none & Mask{{0, 1, 0}}).shape == Shape{0, 3});
  CHECK((~none).shape == Shape{0, 3});
  CHECK((~Mask()).empty());
  CHECK(printed(none) == "[]");
  CHECK_THROWS_WITH_AS(some | none,
                       "mask |: (2, 3) with (0, 3): sizes 2 and 0 do not match; counted from the last axis they must be equal or 1", Error);
  CHECK_THROWS_WITH_AS(none & some,
                       "mask &: (0, 3) with (2, 3): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1", Error);
  Mask torn({0, 1});
  torn.hidden.clear();
  CHECK_THROWS_WITH_AS(some | torn, "mask |: mask of shape (2,) with 0 marks: must be as many as the shape holds", Error);
}

TEST_CASE("causal_mask: with any offset") {
  CHECK(causal_mask(2, 3, std::numeric_limits<Index>::max()).hidden == std::vector<std::uint8_t>(6, 0));
}

TEST_CASE("causal_mask and padding_mask") {
  CHECK(printed(causal_mask(3, 3)) == "[[0, 1, 1],\n [0, 0, 1],\n [0, 0, 0]]");
  CHECK(printed(causal_mask(2, 4, 2)) == "[[0, 0, 0, 1],\n [0, 0, 0, 0]]");
  CHECK(printed(padding_mask({2, 0, 3}, 3)) == "[[0, 0, 1],\n [1, 1, 1],\n [0, 0, 0]]");
  CHECK_THROWS_WITH_AS(causal_mask(-1, 2), "causal_mask: -1 queries, 2 keys, offset 0: must not be negative", Error);
  CHECK_THROWS_WITH_AS(padding_mask({1, 4}, 3), "padding_mask: length 4 of row 1: must be from 0 to 3", Error);
  CHECK_THROWS_WITH_AS(padding_mask({-1}, 3), "padding_mask: length -1 of row 0: must be from 0 to 3", Error);
}
