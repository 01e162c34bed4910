#include <qkv/datasets/sound.h>
#include <qkv/io/file.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <ostream>

#if __has_include(<sndfile.h>)
#include <sndfile.h>
#define QKV_SNDFILE 1
#else
#define QKV_SNDFILE 0
#endif

namespace qkv::datasets {
namespace {

constexpr double pi = 3.14159265358979323846;

#if QKV_SNDFILE
constexpr Index most_bytes = Index{64} << 20;
constexpr int most_channels = 8, lowest_rate = 1000, highest_rate = 200'000;

/// The file's bytes, which libsndfile reads through these functions as if they were a file.
struct Memory {
  const std::string& bytes;
  sf_count_t at = 0;

  static Memory& of(void* self) { return *static_cast<Memory*>(self); }
  static sf_count_t length(void* self) { return static_cast<sf_count_t>(of(self).bytes.size()); }
  static sf_count_t tell(void* self) { return of(self).at; }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    Memory& memory = of(self);
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory.at : length(self);
    if (offset < -from || offset > length(self) - from) return -1;
    return memory.at = from + offset;
  }
  static sf_count_t read(void* to, sf_count_t count, void* self) {
    Memory& memory = of(self);
    count = std::min(count, length(self) - memory.at);
    std::memcpy(to, memory.bytes.data() + memory.at, static_cast<std::size_t>(count));
    memory.at += count;
    return count;
  }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
};

/// How many bytes a number takes in the file; 0 for a packing that is not read.
int bytes_of_number(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW: return 1;
    case SF_FORMAT_PCM_16: return 2;
    case SF_FORMAT_PCM_24: return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT: return 4;
    case SF_FORMAT_DOUBLE: return 8;
    default: return 0;
  }
}

std::uint32_t little_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i > 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return number;
}

/// What libsndfile says about the file, once it makes sense.
SF_INFO checked(const SF_INFO& info, const std::string& bytes, const std::string& where) {
  require(info.channels >= 1 && info.channels <= most_channels, where, info.channels, " channels: must be from 1 to ", most_channels);
  require(info.samplerate >= lowest_rate && info.samplerate <= highest_rate, where, info.samplerate, " samples a second: must be from ",
          lowest_rate, " to ", highest_rate);
  const int width = bytes_of_number(info.format);
  require(width > 0, where, "its numbers are packed in a way that is not read: only 8 to 32 bits, floating point, mu-law and A-law are");
  require(info.frames >= 0 && info.frames <= static_cast<sf_count_t>(bytes.size()) / (static_cast<sf_count_t>(info.channels) * width),
          where, info.frames, " samples cannot be in a file of ", bytes.size(), " bytes");
  return info;
}
#endif

}  // namespace

#if QKV_SNDFILE
Sound read_sound(const std::string& path) {
  const std::string where = "read_sound: " + path + ": ";
  const Index size = io::file_size(path, where);
  require(size <= most_bytes, where, "the file has ", size, " bytes: at most ", most_bytes, " are read");
  const std::string bytes = io::read_file(path, where);
  const bool wav = bytes.size() >= 12 && bytes.compare(0, 4, "RIFF") == 0 && bytes.compare(8, 4, "WAVE") == 0;
  require(wav || bytes.compare(0, 4, ".snd") == 0, where, "not a WAV or AU file");
  if (wav)  // libsndfile would read what is there
    require(little_endian(bytes, 4) <= bytes.size() - 8, where, "the file is cut off: it should have ", little_endian(bytes, 4) + 8ull,
            " bytes, and has ", bytes.size());

  Memory memory{bytes};
  SF_VIRTUAL_IO access{Memory::length, Memory::seek, Memory::read, Memory::write, Memory::tell};
  SF_INFO info{};
  std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open_virtual(&access, SFM_READ, &info, &memory), sf_close);
  if (!file) fail(where, "cannot be read: ", escaped(sf_strerror(nullptr)));
  info = checked(info, bytes, where);

  std::vector<float> numbers(static_cast<std::size_t>(info.frames * info.channels));
  const sf_count_t got = sf_readf_float(file.get(), numbers.data(), info.frames);
  require(got == info.frames, where, "ends after ", got, " of ", info.frames, " samples");
  Sound sound{zeros({static_cast<Index>(info.frames)}), info.samplerate};
  Scalar* to = sound.samples.mutable_data();
  for (std::size_t i = 0; i < static_cast<std::size_t>(info.frames); ++i) {
    double sum = 0;
    for (int c = 0; c < info.channels; ++c)
      sum += static_cast<double>(numbers[i * static_cast<std::size_t>(info.channels) + static_cast<std::size_t>(c)]);
    if (!std::isfinite(sum)) fail(where, "sample ", i, " is not finite");
    to[i] = static_cast<Scalar>(std::clamp(sum / info.channels, -1.0, 1.0));
  }
  return sound;
}
#else
Sound read_sound(const std::string& path) {
  fail("read_sound: ", path,
       ": qkv was built without libsndfile (apt-get install libsndfile1-dev, touch src/qkv/datasets/sound.cpp, then make again)");
}
#endif

void write_wav(const std::string& path, const Sound& sound) {
  const std::string where = "write_wav: " + path + ": ";
  require(sound.samples.defined() && sound.samples.rank() == 1 && sound.rate >= 1, where,
          "the samples must be a vector, the rate at least 1");
  const auto append = [](std::string& bytes, std::uint64_t number, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i) & 255);
  };
  std::string data, header = "RIFF";
  for (Index i = 0; i < sound.samples.size(); ++i) {
    const double number = sound.samples.data()[i];
    require(std::isfinite(number), where, "sample ", i, " is not finite");
    append(data, static_cast<std::uint64_t>(std::lround(std::clamp(number, -1.0, 1.0) * 32767)), 2);
  }
  append(header, 36 + data.size(), 4);
  header += "WAVEfmt ";
  append(header, 16, 4);  // the size of what follows up to "data"
  append(header, 1, 2);   // whole numbers
  append(header, 1, 2);   // channels
  append(header, static_cast<std::uint64_t>(sound.rate), 4);
  append(header, static_cast<std::uint64_t>(2 * sound.rate), 4);  // bytes a second
  append(header, 2, 2);                                           // bytes a sample
  append(header, 16, 2);                                          // bits a number
  header += "data";
  append(header, data.size(), 4);
  io::write_file(path, {{header.data(), header.size()}, {data.data(), data.size()}}, where);
}

Sound resample(const Sound& sound, Integer rate) {
  require(sound.rate >= 1 && rate >= 1, "resample: from ", sound.rate, " to ", rate, " samples a second: must be at least 1");
  const Index new_rate = rate;
  if (new_rate == sound.rate) return sound;
  const double step = static_cast<double>(sound.rate) / static_cast<double>(new_rate);  // old samples from one new sample to the next
  const double cutoff = std::min(1.0, 1 / step);                                        // of half the old rate
  const double reach = 12 / cutoff;                                                     // how far the weights go: 12 zeros of the sinc
  const Index n = sound.samples.size(), count = static_cast<Index>(std::floor(static_cast<double>(n) / step));
  Sound result{zeros({count}), new_rate};
  const Scalar* from = sound.samples.data();
  Scalar* to = result.samples.mutable_data();

  // New sample m lies at m step, between two old ones. After `period` new samples it lies there again, and the weights are the same.
  struct Weights {
    Index first = 0;  // the first old sample that counts, from the one at or before the place
    std::vector<double> weights;
  };
  const Index period = new_rate / std::gcd(sound.rate, new_rate);
  std::vector<Weights> all(static_cast<std::size_t>(std::min(period, count)));
  for (std::size_t phase = 0; phase < all.size(); ++phase) {
    const double place = static_cast<double>(static_cast<Index>(phase) * sound.rate % new_rate) / static_cast<double>(new_rate);
    all[phase].first = static_cast<Index>(std::ceil(place - reach));
    for (Index i = all[phase].first; static_cast<double>(i) <= place + reach; ++i) {
      const double x = static_cast<double>(i) - place, angle = pi * x * cutoff;
      all[phase].weights.push_back((std::abs(angle) < 1e-9 ? 1 : std::sin(angle) / angle) * (0.5 + 0.5 * std::cos(pi * x / reach)));
    }
  }
  for (Index m = 0; m < count; ++m) {
    const Weights& use = all[static_cast<std::size_t>(m % period)];
    const Index first = m * sound.rate / new_rate + use.first;
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < use.weights.size(); ++i) {
      const Index at = first + static_cast<Index>(i);
      if (at < 0 || at >= n) continue;
      sum += use.weights[i] * static_cast<double>(from[at]);
      weights += use.weights[i];
    }
    to[m] = static_cast<Scalar>(sum / weights);
  }
  return result;
}

Sound trim(const Sound& sound, double share) {
  const Index n = sound.samples.size(), part = std::max<Index>(1, sound.rate / 100);
  std::vector<double> loudness;  // root mean square of each 10 milliseconds
  for (Index start = 0; start < n; start += part) {
    double square = 0;
    const Index end = std::min(n, start + part);
    for (Index i = start; i < end; ++i) square += std::pow(static_cast<double>(sound.samples.data()[i]), 2);
    loudness.push_back(std::sqrt(square / static_cast<double>(end - start)));
  }
  const double loudest = loudness.empty() ? 0 : *std::max_element(loudness.begin(), loudness.end());
  const auto loud = [&](double each) { return each > share * loudest; };
  const auto first = std::find_if(loudness.begin(), loudness.end(), loud);
  if (first == loudness.end()) return sound;
  const auto last = std::find_if(loudness.rbegin(), loudness.rend(), loud);
  const Index start = static_cast<Index>(first - loudness.begin()) * part,
              end = std::min(n, static_cast<Index>(loudness.rend() - last) * part);
  Sound result{zeros({end - start}), sound.rate};
  std::copy(sound.samples.data() + start, sound.samples.data() + end, result.samples.mutable_data());
  return result;
}

std::ostream& operator<<(std::ostream& out, const Sound& sound) {
  if (!sound.samples.defined() || sound.rate < 1) return out << "Sound(empty)";
  return out << "Sound(" << sound.seconds() << " s at " << sound.rate << " samples a second)";
}

}  // namespace qkv::datasets
