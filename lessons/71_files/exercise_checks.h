EXERCISE("half precision, read", "Take the three parts with >> and &. Which form has exponent 0? The sign comes last.") {
  check_equal("0 01111 0000000000", from_half(0x3c00), 1);
  check_equal("1 10000 0000000000", from_half(0xc000), -2);
  check_equal("1/3: 0 01101 0101010101", from_half(0x3555), 0.333251953125, 1e-9);
  check_equal("the largest", from_half(0x7bff), 65504);
  check_equal("the smallest, times 2^24", std::ldexp(from_half(0x0001), 24), 1);
}

EXERCISE("bfloat16, rounded",
         "The rest is bits & 0xffff, the upper part bits >> 16. Two rests need care: exactly 0x8000, and all above it.") {
  check_equal("1/3 = 0x3eaaaaab", to_bfloat(0x3eaaaaab), 0x3eab);
  check_equal("1", to_bfloat(0x3f800000), 0x3f80);
  check_equal("halfway, even below", to_bfloat(0x3f808000), 0x3f80);
  check_equal("halfway, even above", to_bfloat(0x3f818000), 0x3f82);
  check_equal("a little above halfway", to_bfloat(0x3f808001), 0x3f81);
}

EXERCISE("names in three lists", "Go over `wanted` first. Then over `given`: which of them equals prefix + a wanted name?") {
  const Names names = sorted({"a.weight", "a.bias", "b.bias"}, {"m.a.bias", "a.weight", "m.b.bias", "m.c.bias"}, "m.");
  const auto joined = [](const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& name : list) text += name + " ";
    return text;
  };
  check_equal("loaded", joined(names.loaded), "a.bias b.bias ");
  check_equal("missing", joined(names.missing), "a.weight ");
  check_equal("surplus", joined(names.surplus), "a.weight m.c.bias ");
}

EXERCISE("gates in another order", "Block 2 of ONNX's is f, which PyTorch has second. Where is g, where is o?") {
  const Tensor onnx = tensor({{1, 1}, {4, 4}, {2, 2}, {3, 3}});  // h = 1: i, o, f, g
  check_equal("h = 1", from_onnx(onnx), tensor({{1, 1}, {2, 2}, {3, 3}, {4, 4}}));
  check_equal("a bias, h = 2", from_onnx(tensor({1, 1.5, 4, 4.5, 2, 2.5, 3, 3.5})), tensor({1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5}));
}
