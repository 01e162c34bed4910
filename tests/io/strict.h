#pragma once
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

// A second reader and writer of safetensors, which share nothing with qkv's own: written from the format's description alone
// (https://github.com/huggingface/safetensors, README), strict where it leaves a choice. Floats only.

namespace strict {

struct Floats {
  std::string dtype;  // "F32" or "F64"
  std::vector<std::uint64_t> shape;
  std::string bytes;
};

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {
    std::uint64_t length = 0;
    must(file.size() >= 8, "8 bytes");
    std::memcpy(&length, file.data(), 8);
    must(length <= file.size() - 8 && length % 8 == 0, "a header inside the file that keeps the numbers aligned");
    data_ = 8 + length;
    text_ = file.substr(8, length);
    text_.erase(text_.find_last_not_of(' ') + 1);  // padding is blanks
    object([&](const std::string& name) {
      if (name == "__metadata__") object([&](const std::string& key) { metadata[key] = string(); });
      else tensor(name);
    });
    must(at_ == text_.size(), "nothing behind the header");
    must(end_ == file.size() - 8 - length, "numbers up to the end of the file");
  }

  std::map<std::string, Floats> tensors;
  std::map<std::string, std::string> metadata;

 private:
  static void must(bool rule, const char* what) {
    if (!rule) throw std::runtime_error(std::string("not a safetensors file: there must be ") + what);
  }
  char next() {
    must(at_ < text_.size(), "more header");
    return text_[at_++];
  }
  void expect(char c) { must(next() == c, "JSON without blanks"); }

  template <class Member>
  void object(Member member) {
    expect('{');
    if (text_[at_] == '}') {
      ++at_;
      return;
    }
    std::map<std::string, bool> seen;
    char after = ',';
    while (after == ',') {
      std::string key = string();
      must(!seen[key], "each key once");
      seen[key] = true;
      expect(':');
      member(key);
      after = next();
    }
    must(after == '}', "an end of the object");
  }

  std::string string() {
    std::string result;
    expect('"');
    for (char c; (c = next()) != '"';) {
      must(static_cast<unsigned char>(c) >= 0x20, "control characters escaped");
      if (c != '\\') {
        result += c;
        continue;
      }
      c = next();
      const char* known = std::strchr("\"\"\\\\//b\bf\fn\nr\rt\t", c);
      if (c == 'u') {
        int code = std::stoi(text_.substr(at_, 4), nullptr, 16);
        must(code < 0x80, "no escapes where UTF-8 would do");
        result += static_cast<char>(code);
        at_ += 4;
      } else {
        must(known != nullptr, "a known escape");
        result += known[1];
      }
    }
    return result;
  }

  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> result;
    expect('[');
    if (text_[at_] == ']') {
      ++at_;
      return result;
    }
    for (char after = ','; after == ',';) {
      std::size_t used = 0;
      result.push_back(std::stoull(text_.substr(at_, 20), &used));
      at_ += used;
      after = next();
      must(after == ',' || after == ']', "an end of the list");
    }
    return result;
  }

  void tensor(const std::string& name) {
    Floats floats;
    std::vector<std::uint64_t> place;
    object([&](const std::string& key) {
      if (key == "dtype") floats.dtype = string();
      else if (key == "shape") floats.shape = numbers();
      else if (key == "data_offsets") place = numbers();
      else must(false, "no other keys");
    });
    std::uint64_t size = floats.dtype == "F32" ? 4 : 8;
    must(floats.dtype == "F32" || floats.dtype == "F64", "floats");
    for (std::uint64_t axis : floats.shape) size *= axis;
    must(place.size() == 2 && place[0] == end_ && place[1] == end_ + size, "tensors one behind the other, as long as their shapes say");
    floats.bytes = file_.substr(data_ + place[0], size);
    must(floats.bytes.size() == size, "all the numbers");
    end_ = place[1];
    tensors[name] = floats;
  }

  const std::string& file_;
  std::string text_;
  std::size_t at_ = 0, data_ = 0;  // in the header; where the numbers begin
  std::uint64_t end_ = 0;          // of the last tensor
};

/// A file as PyTorch's users write it (safetensors.torch.save_file): F32, names by alphabet, {"format": "pt"}, compact JSON padded with blanks.
inline std::string state_dict(const std::map<std::string, Floats>& tensors) {
  std::string header = R"({"__metadata__":{"format":"pt"})", data;
  for (const auto& [name, floats] : tensors) {
    header += ",\"" + name + "\":{\"dtype\":\"" + floats.dtype + "\",\"shape\":[";
    for (std::size_t i = 0; i < floats.shape.size(); ++i) header += (i ? "," : "") + std::to_string(floats.shape[i]);
    header += "],\"data_offsets\":[" + std::to_string(data.size()) + "," + std::to_string(data.size() + floats.bytes.size()) + "]}";
    data += floats.bytes;
  }
  header += "}";
  while (header.size() % 8 != 0) header += ' ';
  std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header + data;
}

}  // namespace strict
