#include <io/child.h>
#include <io/scratch.h>
#include <qkv/datasets/images.h>
#include <qkv/io/event_file.h>
#include <qkv/io/records.h>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <limits>
#include <map>
#include <stdexcept>

using namespace qkv;
using scratch::error_of;
using scratch::little;
using scratch::raw;

namespace {

// ---- A second reader, which shares no line with the library: records, checksums and protocol buffers from their descriptions alone.

std::uint64_t whole(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t number = 0;
  for (int i = 0; i < count; ++i) number += std::uint64_t{static_cast<unsigned char>(bytes.at(at + i))} << 8 * i;
  return number;
}
template <class Number>
Number as(const std::string& bytes) {
  if (bytes.size() != sizeof(Number)) throw std::runtime_error("not as many bytes as a number takes");
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

std::uint32_t masked(const std::string& bytes) {
  std::uint32_t rest = ~0u;
  for (char c : bytes)
    for (int bit = 0; bit < 8; ++bit)
      rest = ((rest ^ static_cast<std::uint32_t>(static_cast<unsigned char>(c) >> bit)) & 1) ? rest >> 1 ^ 0x82f63b78 : rest >> 1;
  const std::uint64_t twice = ~rest * 0x100000001ull;  // twice in a row, so that a shift rotates
  return static_cast<std::uint32_t>((twice >> 15) + 0xa282ead8);
}

/// A message: what each field holds, in order. A varint or a number is its bytes, little end first (8, 8 or 4 of them).
using Fields = std::multimap<int, std::string>;
Fields fields(const std::string& message) {
  Fields result;
  std::size_t at = 0;
  auto varint = [&] {
    std::uint64_t number = 0;
    int shift = 0;
    while (static_cast<unsigned char>(message.at(at)) >= 128) number |= (message.at(at++) & 127ull) << shift, shift += 7;
    return number | std::uint64_t{static_cast<unsigned char>(message.at(at++))} << shift;
  };
  while (at < message.size()) {
    const std::uint64_t key = varint();
    const std::map<int, std::size_t> sizes = {{1, 8}, {5, 4}};
    std::string bytes;
    if (key % 8 == 0) bytes = little(varint(), 8);
    else {
      const std::size_t size = key % 8 == 2 ? varint() : sizes.at(static_cast<int>(key % 8));
      if (size > message.size() - at) throw std::runtime_error("a field beyond its message");
      bytes = message.substr(at, size);
      at += size;
    }
    result.emplace(static_cast<int>(key / 8), bytes);
  }
  return result;
}
/// The one field of that number.
std::string only(const Fields& all, int number) {
  if (all.count(number) != 1) throw std::runtime_error("not exactly one field " + std::to_string(number));
  return all.find(number)->second;
}

/// The events of a file: every length and checksum is looked at.
std::vector<Fields> events(const std::string& path) {
  const std::string bytes = scratch::contents(path);
  std::vector<Fields> result;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t length = whole(bytes, at, 8);
    const std::string record = bytes.substr(at + 12, length);
    REQUIRE(whole(bytes, at + 8, 4) == masked(bytes.substr(at, 8)));
    REQUIRE(whole(bytes, at + 12 + length, 4) == masked(record));
    result.push_back(fields(record));
    at += 16 + length;
  }
  return result;
}

/// The value in an event that holds a summary of one value.
Fields value(const Fields& event) { return fields(only(fields(only(event, 5)), 1)); }

std::vector<double> doubles(const std::string& bytes) {
  std::vector<double> result;
  for (std::size_t at = 0; at < bytes.size(); at += 8) result.push_back(as<double>(bytes.substr(at, 8)));
  return result;
}

std::function<double()> fixed_clock(double start = 1700000000.5) {
  return [now = start]() mutable { return now++; };
}

}  // namespace

TEST_CASE("event file: every byte of a number's event, by hand") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", [] { return 1700000000.5; });
  file.scalar("loss", 0.5, 300);
  // wall_time: field 1, eight bytes: 09. file_version: field 3, a piece: 1a.
  const std::string version = "\x09" + raw<double>({1700000000.5}) + "\x1a\x0d" + "brain.Event:2";
  // value: tag (field 1) and simple_value (field 2, four bytes: 15). 300 = 0b10 0101100 is ac 02.
  const std::string one = std::string("\x0a\x04loss") + "\x15" + raw<float>({0.5f});
  const std::string event = "\x09" + raw<double>({1700000000.5}) + "\x10\xac\x02" + "\x2a\x0d" + "\x0a\x0b" + one;
  CHECK(scratch::contents(file.path()) == io::framed(version) + io::framed(event));
}

TEST_CASE("event file: its name is one that TensorBoard looks for, and new each time") {
  scratch::Folder folder;
  const std::string path = folder / "runs/deep/first";
  io::EventFile one(path, fixed_clock()), two(path, fixed_clock());
  CHECK(one.path() != two.path());
  CHECK(one.path().rfind(path + "/events.out.tfevents.1700000000.qkv.", 0) == 0);
  io::EventFile now(path);
  CHECK(as<double>(only(events(now.path()).at(0), 1)) > 1.7e9);  // the system's clock
}

TEST_CASE("event file: numbers are there at once, with step and time, NaN and infinity too") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", fixed_clock());
  const double inf = std::numeric_limits<double>::infinity();
  const double numbers[] = {0.25, -1e30, inf, -inf, std::nan("")};
  for (int i = 0; i < 5; ++i) {
    file.scalar("损失/训练", numbers[i], Index{1} << 10 * i);
    const std::vector<Fields> all = events(file.path());
    REQUIRE(all.size() == static_cast<std::size_t>(i) + 2);
    CHECK(as<double>(only(all.back(), 1)) == 1700000002.5 + i);
    CHECK(as<std::int64_t>(only(all.back(), 2)) == std::int64_t{1} << 10 * i);
    CHECK(only(value(all.back()), 1) == "损失/训练");
    const float number = as<float>(only(value(all.back()), 2));
    CHECK((std::isnan(numbers[i]) ? std::isnan(number) : number == static_cast<float>(numbers[i])));
  }
}

TEST_CASE("event file: a histogram's buckets, by hand") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", fixed_clock());
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  file.histogram("h", tensor({0, 30, 1, 1.5, nan, 29, inf, 0.25}), 7);  // thirty buckets of width 1
  file.histogram("equal", tensor({{2, 2}, {2, 2}}), 7);
  file.histogram("nothing", tensor({nan, inf}), 7);
  file.histogram("nothing", zeros({0}), 7);
  const std::vector<Fields> all = events(file.path());
  REQUIRE(all.size() == 3);
  const Fields h = fields(only(value(all[1]), 5)), equal = fields(only(value(all[2]), 5));
  CHECK(as<double>(only(h, 1)) == 0);
  CHECK(as<double>(only(h, 2)) == 30);
  CHECK(as<double>(only(h, 3)) == 6);
  CHECK(as<double>(only(h, 4)) == 61.75);
  CHECK(as<double>(only(h, 5)) == 900 + 1 + 2.25 + 29 * 29 + 0.0625);
  const std::vector<double> ends = doubles(only(h, 6)), counts = doubles(only(h, 7));
  REQUIRE(ends.size() == 30);
  REQUIRE(counts.size() == 30);
  double sum = 0;
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(ends[i] == doctest::Approx(static_cast<double>(i) + 1));
    sum += counts[i];
  }
  CHECK(ends[29] == 30);
  CHECK(sum == 6);
  CHECK(counts[0] == 2);   // 0 and 0.25
  CHECK(counts[1] == 2);   // 1 and 1.5
  CHECK(counts[29] == 2);  // 29 and 30
  CHECK(doubles(only(equal, 6)) == std::vector<double>{2});
  CHECK(doubles(only(equal, 7)) == std::vector<double>{4});
}

TEST_CASE("event file: a picture") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", fixed_clock());
  Rng rng(1);
  const Tensor colours = rand({5, 3, 3}, rng);
  file.picture("p", colours, 0);
  file.picture("grey", zeros({2, 4}), 0);
  const std::vector<Fields> all = events(file.path());
  const Fields p = fields(only(value(all.at(1)), 4)), grey = fields(only(value(all.at(2)), 4));
  CHECK(whole(only(p, 1), 0, 8) == 5);  // height
  CHECK(whole(only(p, 2), 0, 8) == 3);  // width
  CHECK(whole(only(p, 3), 0, 8) == 3);  // colours
  CHECK(whole(only(grey, 3), 0, 8) == 1);
  const Tensor read = datasets::read_image(folder.put("p.png", only(p, 4)));
  REQUIRE(read.shape() == colours.shape());
  for (Index i = 0; i < read.size(); ++i) CHECK(std::fabs(read.data()[i] - colours.data()[i]) < 0.003);
}

TEST_CASE("event file: curves are read back, beside what is no number") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", fixed_clock());
  for (Index step = 0; step < 3; ++step) {
    file.scalar("loss", 1.0 / static_cast<double>(1 + step), step);
    file.histogram("h", ones({2}), step);
    file.picture("p", ones({1, 1}), step);
    if (step > 0) file.scalar("accuracy", 0.5 * static_cast<double>(step), step);
  }
  const std::vector<io::Curve> curves = io::read_scalars(file.path());
  REQUIRE(curves.size() == 2);
  CHECK(curves[0].name == "loss");
  CHECK(curves[0].steps == std::vector<double>{0, 1, 2});
  CHECK(curves[0].values == std::vector<double>{1, 0.5, 1.0f / 3});
  CHECK(curves[1].name == "accuracy");
  CHECK(curves[1].values == std::vector<double>{0.5, 1});
}

TEST_CASE("event file: what is not an event is refused, what is not known is left out") {
  scratch::Folder folder;
  auto of = [&](const std::string& record) { return folder.put("f", io::framed(record)); };
  const std::string where = "read_scalars: " + (folder / "f") + ": record 0: ";
  CHECK(error_of([&] { io::read_scalars(of("\x0b")); }) == where + "a field of kind 3: not an event");
  CHECK(error_of([&] {
          io::read_scalars(
              of("\x09"
                 "1234"));
        }) == where + "a field of 8 bytes where 4 are left: not an event");
  CHECK(error_of([&] { io::read_scalars(of("\x2a\x7f")); }) == where + "a field of 127 bytes where 0 are left: not an event");
  CHECK(error_of([&] { io::read_scalars(of("\x10\xff")); }) == where + "a field of 1 bytes where 0 are left: not an event");
  CHECK(error_of([&] { io::read_scalars(of("\x10" + std::string(10, '\xff') + '\0')); }) ==
        where + "a number of more than ten bytes: not an event");
  CHECK(error_of([&] { io::read_scalars(folder.put("f", "some text and more")); }) ==
        "read_records: " + (folder / "f") + ": record 0 at byte 0: the checksum of its length does not fit");
  CHECK(error_of([&] { io::read_scalars("/nowhere/f"); }) == "read_records: /nowhere/f: cannot read: No such file or directory");
  // A step as the ten bytes of -1, a field of number 1000, a value whose number is a string: all have their form.
  const std::string minus = "\x10" + std::string(9, '\xff') + "\x01";
  const std::string number = std::string("\x2a\x08\x0a\x06\x0a\x01\x61\x12\x01\x62", 10);
  CHECK(io::read_scalars(of(minus + "\xc2\x3e\x01z" + number)).empty());
}

TEST_CASE("event file: messages") {
  scratch::Folder folder;
  io::EventFile file(folder / "run", fixed_clock());
  const std::string where = "EventFile: " + file.path() + ": ", before = scratch::contents(file.path());
  CHECK(error_of([&] { file.scalar("", 1, 0); }) == where + "an event without a name");
  CHECK(error_of([&] { file.scalar("a\nb", 1, 0); }) == where + "the name 'a\\nb' is not printable UTF-8");
  CHECK(error_of([&] { file.histogram("\xff", ones({1}), 0); }) == where + "the name '\\xff' is not printable UTF-8");
  CHECK(error_of([&] { file.scalar("loss", 1, -1); }) == where + "step -1: must not be negative");
  CHECK(error_of([&] { file.picture("p", ones({1}), 0); }).rfind("png: ", 0) == 0);
  CHECK(error_of([&] { file.histogram("h", Tensor(), 0); }) == "tensor: this handle is empty: it was never given a value");
  CHECK(scratch::contents(file.path()) == before);
  const std::string blocked = folder.put("blocked", "");
  CHECK(error_of([&] { io::EventFile(blocked + "/run"); }) == "EventFile: " + blocked + "/run: the folder cannot be made: Not a directory");
}

TEST_CASE("event file: a full disk is an Error, and the file ends with the last whole record") {
  scratch::Folder folder;
  const std::string message = scratch::in_a_child([&] {
    const rlimit most = {500, 500};
    ::setrlimit(RLIMIT_FSIZE, &most);
    ::signal(SIGXFSZ, SIG_IGN);
    io::EventFile file(folder / "run", fixed_clock());
    for (Index step = 0;; ++step) file.scalar("loss", 0, step);
    return std::string();
  });
  const std::string path = std::filesystem::directory_iterator(folder / "run")->path().string();
  CHECK(message == "EventFile: " + path + ": cannot write: File too large");
  CHECK(events(path).size() > 5);
  CHECK(scratch::contents(path).size() < 500);
}

TEST_CASE("event file: a program that is killed leaves all that it wrote") {
  scratch::Folder folder;
  const std::string message = scratch::in_a_child([&] {
    io::EventFile file(folder / "run", fixed_clock());
    for (Index step = 0; step < 100; ++step) file.scalar("loss", 0.5, step);
    ::raise(SIGKILL);
    return std::string();
  });
  CHECK(message == "(died)");
  const std::vector<io::Curve> curves = io::read_scalars(std::filesystem::directory_iterator(folder / "run")->path().string());
  REQUIRE(curves.size() == 1);
  CHECK(curves[0].values.size() == 100);
}
