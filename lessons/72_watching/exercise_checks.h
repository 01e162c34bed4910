#include <cstdint>
#include <limits>

EXERCISE("a varint", "number % 128 is what goes into the next byte, number / 128 is what is left. When do you stop, and is 0 one byte?") {
  const auto text = [](const std::vector<int>& bytes) {
    std::string all;
    for (int byte : bytes) all += std::to_string(byte) + " ";
    return all;
  };
  check_equal("5", text(varint(5)), "5 ");
  check_equal("0", text(varint(0)), "0 ");
  check_equal("127", text(varint(127)), "127 ");
  check_equal("128", text(varint(128)), "128 1 ");
  check_equal("300", text(varint(300)), "172 2 ");
}

EXERCISE("a checksum", "Two loops, over bytes and over eight bits. Look at the lowest bit before you shift. ~ comes once, at the end.") {
  check_equal("of nothing", crc32c({}), 0);
  check_equal("of 123456789", crc32c({'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xe3069283);
  check_equal("of 32 zeros (RFC 3720)", crc32c(std::vector<unsigned char>(32, 0)), 0x8a9136aa);
}

EXERCISE("dead units", "A unit is dead if the largest of its column is 0. Count them, divide by how many there are.") {
  check_equal("two of four", share_dead(tensor({{0, 1, 0, 0.5}, {0, 0, 0, 2}})), 0.5);
  check_equal("one row alive", share_dead(tensor({{0, 0}, {0, 0}, {0.1, 0}})), 0.5);
  check_equal("none", share_dead(tensor({{1, 2, 3}})), 0);
}

EXERCISE("when does it ring?", "Go from the first to the last. Ask !(value <= bound), which is true for NaN too.") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_equal("above at step 20", first_above({0, 10, 20, 30}, {0.7, 0.9, 1.5, 1.2}, 1), 20);
  check_equal("never", first_above({0, 10}, {0.7, 1}, 1), -1);
  check_equal("NaN", first_above({0, 10, 20}, {0.7, nan, 0.5}, 1), 10);
}
