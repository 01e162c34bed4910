const Edges ring_of_6{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}};

EXERCISE("the mask", "For each edge {a, b} set row a, column b and row b, column a to 0; and the diagonal.") {
  const Mask mask = edge_mask({{0, 1}, {1, 2}}, 3);
  check_true("a path of three", mask.hidden == std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0, 1, 0, 0},
             "hide node 0 and node 2 from each other, and nothing else");
}

EXERCISE("news spreads", "matmul of the equal weights and h.") {
  Tensor h = zeros({6, 1});
  h.set({3, 0}, 1);
  const Mask mask = edge_mask(ring_of_6, 6);
  for (int layer = 0; layer < 3; ++layer) h = spread(h, mask);
  check_equal("after three layers", reshape(h, {6}), tensor({0.0741, 0.1111, 0.2222, 0.2593, 0.2222, 0.1111}), 2e-4);
}

EXERCISE("breadth first", "Start with distance 0 for node 0; go on until a round finds no new node.") {
  check_true("a ring of 6", steps_from_0(ring_of_6, 6) == std::vector<Index>{0, 1, 2, 3, 2, 1}, "be 0 1 2 3 2 1");
  check_true("a tree, and a node apart", steps_from_0({{0, 2}, {2, 1}, {1, 3}}, 5) == std::vector<Index>{0, 2, 1, 3, -1}, "be 0 2 1 3 -1");
}
