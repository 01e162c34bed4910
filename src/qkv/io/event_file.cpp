#include <qkv/io/event_file.h>
#include <qkv/io/file.h>
#include <qkv/io/png.h>
#include <qkv/io/records.h>
#include <qkv/tensor/check.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <string_view>

// Protocol buffers (protobuf.dev, "Encoding"), as far as event files need them. A message is a list of fields. A field is a key, number * 8 +
// kind, and what the kind says: 0 a varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes. A varint is a whole number in groups of
// seven bits, the lowest first; all but the last byte have their highest bit set. The numbers of the fields are TensorFlow's
// (tensorflow/core/util/event.proto, framework/summary.proto).

namespace qkv::io {
namespace {

enum Kind : std::uint64_t { varint = 0, eight_bytes = 1, piece = 2, four_bytes = 5 };
namespace event {
constexpr int wall_time = 1, step = 2, file_version = 3, summary = 5;
}
namespace summary {
constexpr int value = 1, tag = 1, simple_value = 2, image = 4, histogram = 5;
}

// ---- Writing

std::string as_varint(std::uint64_t number) {
  std::string result;
  for (; number >= 128; number >>= 7) result += static_cast<char>(number % 128 + 128);
  return result + static_cast<char>(number);
}

std::string key(int field, Kind kind) { return as_varint(static_cast<std::uint64_t>(field) * 8 + kind); }

template <class Number>
std::string raw(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

std::string whole_field(int field, Index number) { return key(field, varint) + as_varint(static_cast<std::uint64_t>(number)); }
std::string double_field(int field, double number) { return key(field, eight_bytes) + raw(number); }
std::string float_field(int field, float number) { return key(field, four_bytes) + raw(number); }
std::string bytes_field(int field, const std::string& bytes) { return key(field, piece) + as_varint(bytes.size()) + bytes; }
std::string doubles_field(int field, const std::vector<double>& numbers) {
  std::string bytes;
  for (double number : numbers) bytes += raw(number);
  return bytes_field(field, bytes);
}

double seconds_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// A name that the folder does not have yet. TensorBoard reads every file with "tfevents" in its name.
std::string new_file(const std::string& folder, double seconds) {
  const std::string where = "EventFile: " + folder + ": ";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  require(std::filesystem::is_directory(folder, error), where, "the folder cannot be made", error ? ": " + error.message() : "");
  const std::string start =
      folder + "/events.out.tfevents." + std::to_string(static_cast<long long>(seconds)) + ".qkv." + std::to_string(::getpid()) + ".";
  int n = 0;
  while (std::filesystem::exists(start + std::to_string(n), error)) ++n;
  return start + std::to_string(n);
}

std::string first_record(double seconds) {
  return framed(double_field(event::wall_time, seconds) + bytes_field(event::file_version, "brain.Event:2"));
}

// ---- Reading

/// Takes a message apart, field by field.
class Message {
 public:
  Message(std::string_view all, const std::string& where) : rest_(all), where_(where) {}

  /// Goes to the next field; false at the end.
  bool next() {
    if (rest_.empty()) return false;
    const std::uint64_t both = take_varint();
    field = static_cast<int>(std::min<std::uint64_t>(both / 8, 1u << 30));
    kind = both % 8;
    if (kind == varint) number = take_varint();
    else if (kind == eight_bytes) bytes = take(8);
    else if (kind == four_bytes) bytes = take(4);
    else if (kind == piece) bytes = take(take_varint());
    else fail(where_, "a field of kind ", kind, ": not an event");
    return true;
  }
  bool is(int wanted, Kind of) const { return field == wanted && kind == of; }

  int field = 0;
  std::uint64_t kind = 0, number = 0;
  std::string_view bytes;

 private:
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) fail(where_, "a field of ", count, " bytes where ", rest_.size(), " are left: not an event");
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t take_varint() {
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const unsigned char byte = static_cast<unsigned char>(take(1)[0]);
      if (shift < 64) result |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128) return result;
    }
    fail(where_, "a number of more than ten bytes: not an event");
  }

  std::string_view rest_;
  const std::string& where_;
};

template <class Number>
double number_in(std::string_view bytes) {
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return static_cast<double>(number);
}

void add_point(std::vector<Curve>& curves, const std::string& name, double step, double value) {
  auto of_name = [&](const Curve& curve) { return curve.name == name; };
  auto found = std::find_if(curves.begin(), curves.end(), of_name);
  if (found == curves.end()) {
    curves.push_back({name, {}, {}});
    found = curves.end() - 1;
  }
  found->steps.push_back(step);
  found->values.push_back(value);
}

}  // namespace

EventFile::EventFile(const std::string& folder, std::function<double()> clock)
    : path_(new_file(folder, clock ? clock() : seconds_now())),
      where_("EventFile: " + path_ + ": "),
      clock_(clock ? std::move(clock) : seconds_now),
      file_(path_, first_record(clock_()), where_) {}

void EventFile::write(const std::string& name, Integer step, const std::string& value) {
  require(!name.empty(), where_, "an event without a name");
  require(escaped(name, name.size()) == name, where_, "the name '", escaped(name), "' is not printable UTF-8");
  require(step >= 0, where_, "step ", step, ": must not be negative");
  const std::string summary_bytes = bytes_field(summary::value, bytes_field(summary::tag, name) + value);
  file_.append(
      framed(double_field(event::wall_time, clock_()) + whole_field(event::step, step) + bytes_field(event::summary, summary_bytes)));
}

void EventFile::scalar(const std::string& name, double value, Integer step) {
  write(name, step, float_field(summary::simple_value, static_cast<float>(value)));
}

void EventFile::histogram(const std::string& name, const Tensor& values, Integer step) {
  std::vector<double> finite;
  for (const Scalar* next = values.data(); next != values.data() + values.size(); ++next)
    if (std::isfinite(*next)) finite.push_back(static_cast<double>(*next));
  if (finite.empty()) return;
  const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
  const double low = *least, high = *most;
  const std::size_t buckets = low < high ? 30 : 1;
  std::vector<double> ends(buckets, high), counts(buckets, 0);
  for (std::size_t i = 0; i + 1 < buckets; ++i) ends[i] = low + (high - low) * static_cast<double>(i + 1) / static_cast<double>(buckets);
  double sum = 0, squares = 0;
  for (double value : finite) {
    sum += value;
    squares += value * value;
    ++counts[std::min(buckets - 1, static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), value) - ends.begin()))];
  }
  write(name, step,
        bytes_field(summary::histogram, double_field(1, low) + double_field(2, high) + double_field(3, static_cast<double>(finite.size())) +
                                            double_field(4, sum) + double_field(5, squares) + doubles_field(6, ends) +
                                            doubles_field(7, counts)));
}

void EventFile::picture(const std::string& name, const Tensor& pixels, Integer step) {
  const std::string bytes = png(pixels);
  const Index channels = pixels.rank() == 3 ? pixels.size(2) : 1;
  write(name, step,
        bytes_field(summary::image,
                    whole_field(1, pixels.size(0)) + whole_field(2, pixels.size(1)) + whole_field(3, channels) + bytes_field(4, bytes)));
}

std::vector<Curve> read_scalars(const std::string& path) {
  const Records file = read_records(path);
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < file.records.size(); ++i) {
    const std::string where = "read_scalars: " + path + ": record " + std::to_string(i) + ": ";
    double step = 0;
    std::vector<std::string_view> summaries;
    for (Message fields(file.records[i], where); fields.next();) {
      if (fields.is(event::step, varint)) step = static_cast<double>(static_cast<std::int64_t>(fields.number));
      if (fields.is(event::summary, piece)) summaries.push_back(fields.bytes);
    }
    for (std::string_view bytes : summaries)
      for (Message values(bytes, where); values.next();) {
        if (!values.is(summary::value, piece)) continue;
        std::string name;
        double number = 0;
        bool is_number = false;
        for (Message value(values.bytes, where); value.next();) {
          if (value.is(summary::tag, piece)) name = std::string(value.bytes);
          if (!value.is(summary::simple_value, four_bytes)) continue;
          number = number_in<float>(value.bytes);
          is_number = true;
        }
        if (is_number) add_point(curves, escaped(name), step, number);
      }
  }
  return curves;
}

}  // namespace qkv::io
