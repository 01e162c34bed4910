#include <io/scratch.h>
#include <qkv/datasets/sound.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>

using namespace qkv;
using scratch::error_of;
using scratch::little;

namespace {

/// A WAV file byte by byte. kind: 1 whole numbers, 3 floating point.
std::string wav(const std::string& data, unsigned channels = 1, unsigned bits = 16, unsigned kind = 1, unsigned rate = 8000) {
  const unsigned frame = channels * bits / 8;
  return "RIFF" + little(36 + data.size(), 4) + "WAVEfmt " + little(16, 4) + little(kind, 2) + little(channels, 2) + little(rate, 4) +
         little(rate * frame, 4) + little(frame, 2) + little(bits, 2) + "data" + little(data.size(), 4) + data;
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  const std::string path = folder.put("f", bytes), where = "read_sound: " + path + ": ";
  const std::string message = error_of([&] { datasets::read_sound(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

#if __has_include(<sndfile.h>)
constexpr bool can_read = true;
#else
constexpr bool can_read = false;
#endif

/// A wave of so many Hz.
datasets::Sound wave(double hertz, Index rate, Index count) {
  datasets::Sound sound{zeros({count}), rate};
  for (Index i = 0; i < count; ++i)
    sound.samples.set({i}, std::sin(2 * 3.14159265358979 * hertz * static_cast<double>(i) / static_cast<double>(rate)));
  return sound;
}

}  // namespace

TEST_CASE("sound: files written byte by byte are read") {
  if (!can_read) return;
  scratch::Folder folder;
  const datasets::Sound sound = datasets::read_sound(folder.put("f", wav(little(0, 2) + little(16384, 2) + little(0x8000, 2))));
  CHECK(sound.rate == 8000);
  REQUIRE(sound.samples.shape() == Shape{3});
  CHECK(sound.samples.at({0}) == 0);
  CHECK(sound.samples.at({1}) == 0.5);
  CHECK(sound.samples.at({2}) == -1);
  CHECK(sound.seconds() == 3.0 / 8000);
  std::ostringstream out;
  out << sound << ' ' << datasets::Sound();
  CHECK(out.str() == "Sound(0.000375 s at 8000 samples a second) Sound(empty)");

  // Two channels: their mean. Eight bits: 128 is silence. An AU file, big-endian, of mu-law: 0xff is silence, 0x80 the loudest.
  CHECK(datasets::read_sound(folder.put("f", wav(little(16384, 2) + little(8192, 2), 2))).samples.at({0}) == 0.375);
  CHECK(datasets::read_sound(folder.put("f", wav("\x80\xc0", 1, 8))).samples.at({1}) == 0.5);
  const datasets::Sound au = datasets::read_sound(folder.put("f", ".snd" + scratch::big(24, 4) + scratch::big(2, 4) + scratch::big(1, 4) +
                                                                      scratch::big(8000, 4) + scratch::big(1, 4) + "\xff\x80"));
  REQUIRE(au.samples.size() == 2);
  CHECK(au.samples.at({0}) == 0);
  CHECK(au.samples.at({1}) == doctest::Approx(32124 / 32768.0));
  CHECK(datasets::read_sound(folder.put("f", wav(""))).samples.size() == 0);
}

TEST_CASE("sound: damaged files and what is said of them") {
  if (!can_read) return;
  CHECK(complaint("") == "not a WAV or AU file");
  CHECK(complaint("RIFF") == "not a WAV or AU file");
  CHECK(complaint("OggS123456789012345") == "not a WAV or AU file");
  const std::string whole = wav(std::string(20, '\1'));
  CHECK(complaint(whole) == "(no error)");
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK(complaint(whole.substr(0, size)) != "(no error)");
  CHECK(complaint(whole.substr(0, 50)) == "the file is cut off: it should have 64 bytes, and has 50");
  CHECK(complaint(wav("1234", 1, 16, 1, 5)) == "5 samples a second: must be from 1000 to 200000");
  CHECK(complaint(wav("123456789", 9, 8)) == "9 channels: must be from 1 to 8");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(complaint(wav(std::string(reinterpret_cast<const char*>(&nan), 4), 1, 32, 3)) == "sample 0 is not finite");
  CHECK(complaint(wav("1234", 1, 4, 17)) != "(no error)");  // ADPCM
  scratch::Folder folder;
  CHECK(error_of([&] { datasets::read_sound(folder / "none"); }) ==
        "read_sound: " + (folder / "none") + ": cannot read: No such file or directory");
}

TEST_CASE("sound: what is written is read again") {
  scratch::Folder folder;
  const std::string path = folder / "f.wav";
  datasets::write_wav(path, {tensor({0, 0.5, -0.25, 2, -2}), 16000});
  CHECK(scratch::contents(path) ==
        wav(little(0, 2) + little(16384, 2) + little(0x10000 - 8192, 2) + little(32767, 2) + little(0x10000 - 32767, 2), 1, 16, 1, 16000));
  if (can_read) CHECK(datasets::read_sound(path).rate == 16000);
  CHECK(error_of([&] { datasets::write_wav(path, {tensor({0, infinity}), 8000}); }) == "write_wav: " + path + ": sample 1 is not finite");
  CHECK(error_of([&] {
          datasets::write_wav(path, {zeros({2, 2}), 8000});
        }) == "write_wav: " + path + ": the samples must be a vector, the rate at least 1");
}

TEST_CASE("sound: resampled, a wave below the limit stays, one above goes") {
  const datasets::Sound low = datasets::resample(wave(440, 22050, 4410), 8000), right = wave(440, 8000, 1600);
  REQUIRE(low.samples.size() == 1600);
  CHECK(low.rate == 8000);
  for (Index i = 100; i < 1500; ++i) CHECK(std::abs(low.samples.at({i}) - right.samples.at({i})) < 1e-3);
  const datasets::Sound high = datasets::resample(wave(6000, 22050, 4410), 8000);
  for (Index i = 100; i < 1500; ++i) CHECK(std::abs(high.samples.at({i})) < 2e-3);
  const datasets::Sound up = datasets::resample(wave(440, 8000, 1600), 22050), more = wave(440, 22050, 4410);
  for (Index i = 200; i < 4200; ++i) CHECK(std::abs(up.samples.at({i}) - more.samples.at({i})) < 1e-3);
  CHECK(datasets::resample(right, 8000).samples.size() == 1600);
  CHECK(error_of([&] { datasets::resample(right, 0); }) == "resample: from 8000 to 0 samples a second: must be at least 1");
}

TEST_CASE("sound: silence before and behind is cut off") {
  datasets::Sound sound{zeros({1000}), 8000};  // 10 milliseconds: 80 samples
  for (Index i = 400; i < 560; ++i) sound.samples.set({i}, i % 2 ? 0.5 : -0.5);
  sound.samples.set({800}, 0.01);  // too soft
  CHECK(datasets::trim(sound).samples.size() == 160);
  CHECK(datasets::trim(sound).samples.at({0}) == -0.5);
  const datasets::Sound silent{zeros({100}), 8000};
  CHECK(datasets::trim(silent).samples.size() == 100);
  CHECK(datasets::trim({zeros({0}), 8000}).samples.size() == 0);
}
