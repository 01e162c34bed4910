#include <qkv/io/file.h>
#include <qkv/io/npy.h>
#include <qkv/io/numbers.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

namespace qkv::io {
namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr std::size_t magic_size = 6;

const std::pair<const char*, Number> descrs[] = {
    {"<f8", Number::f64}, {"<f4", Number::f32}, {"<f2", Number::f16}, {"<i8", Number::i64}, {"<i4", Number::i32}, {"<i2", Number::i16},
    {"|i1", Number::i8},  {"<u8", Number::u64}, {"<u4", Number::u32}, {"<u2", Number::u16}, {"|u1", Number::u8},  {"|b1", Number::boolean}};

struct Header {
  Number number = Number::f32;
  bool fortran = false;
  std::vector<Index> sizes;
};

/// Reads the header, a dict as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  Header read() {
    Header header;
    std::vector<std::string> seen;
    expect('{');
    while (!take('}')) {
      std::string key = string();
      require(std::count(seen.begin(), seen.end(), key) == 0, where_, "the key '", escaped(key), "' is given twice");
      seen.push_back(key);
      expect(':');
      if (key == "descr") header.number = number_type();
      else if (key == "fortran_order") header.fortran = truth();
      else if (key == "shape") header.sizes = tuple();
      else fail(where_, "unknown key '", escaped(key), "'");
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    for (const char* key : {"descr", "fortran_order", "shape"})
      require(std::count(seen.begin(), seen.end(), key) == 1, where_, "the header has no '", key, "'");
    skip_spaces();
    require(at_ == text_.size(), where_, "the header goes on behind its end, at byte ", at_);
    return header;
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) { require(take(c), where_, "the header has no ", c, " at byte ", at_); }

  std::string string() {
    skip_spaces();
    char quote = take('"') ? '"' : '\'';
    if (quote == '\'') expect(quote);
    std::size_t end = text_.find(quote, at_);
    require(end != std::string_view::npos, where_, "the string at byte ", at_, " of the header does not end");
    std::string result(text_.substr(at_, end - at_));
    at_ = end + 1;
    return result;
  }

  Number number_type() {
    require(!take('['), where_, "holds records, not numbers");
    std::string descr = string();
    for (const auto& [name, number] : descrs)
      if (descr == name) return number;
    fail(where_, "the number type '", escaped(descr), "' is not supported", descr[0] == '>' ? ": big-endian" : "");
  }

  bool truth() {
    skip_spaces();
    for (const char* word : {"True", "False"})
      if (text_.substr(at_, std::strlen(word)) == word) {
        at_ += std::strlen(word);
        return word[0] == 'T';
      }
    fail(where_, "'fortran_order' is neither True nor False");
  }

  Index size() {
    skip_spaces();
    std::size_t first = at_;
    Index result = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      require(result < std::numeric_limits<Index>::max() / 10, where_, "'shape' has a size that is too large");
      result = result * 10 + (text_[at_] - '0');
    }
    require(at_ > first, where_, "'shape' has no size at byte ", at_, " of the header");
    return result;
  }

  std::vector<Index> tuple() {
    std::vector<Index> sizes;
    expect('(');
    while (!take(')')) {
      sizes.push_back(size());
      if (take(',')) continue;
      expect(')');
      require(sizes.size() > 1, where_, "'shape' is a number, not a tuple");  // (3) is 3 in Python; (3,) is the tuple
      break;
    }
    return sizes;
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
};

/// A file taken apart: the bytes of its numbers in reading order, and what they are.
struct Contents {
  std::string bytes;
  Number number;
  Shape shape;
};

/// Fortran order counts the first axis fastest: the same bytes read as the reversed shape, transposed.
std::string to_reading_order(const std::string& bytes, const Shape& shape, Index item) {
  std::string result(bytes.size(), '\0');
  std::vector<Index> position(static_cast<std::size_t>(shape.rank()));
  for (Index to = 0; to < shape.count(); ++to) {
    Index from = 0;
    for (Index axis = shape.rank(); axis-- > 0;) from = from * shape[axis] + position[axis];
    std::memcpy(result.data() + to * item, bytes.data() + from * item, static_cast<std::size_t>(item));
    for (Index axis = shape.rank(); axis-- > 0;) {  // to the next position
      Index& here = position[axis];
      if (++here < shape[axis]) break;
      here = 0;
    }
  }
  return result;
}

Contents load(const std::string& path, const std::string& where) {
  std::string bytes = read_file(path, where);
  require(bytes.size() >= magic_size + 4 && bytes.compare(0, magic_size, magic) == 0, where, "not an .npy file");
  int version = static_cast<unsigned char>(bytes[6]), minor = static_cast<unsigned char>(bytes[7]);
  require(version >= 1 && version <= 3 && minor == 0, where, "version ", version, ".", minor, " is not supported: only 1.0, 2.0 and 3.0");
  std::size_t start = version == 1 ? 10 : 12;
  require(bytes.size() >= start, where, "the file ends at byte ", bytes.size(), ", in the length of its header");
  std::uint32_t length = 0;
  std::memcpy(&length, &bytes[8], start - 8);
  require(length <= bytes.size() - start, where, "the header ends at byte ", std::uint64_t{start} + length, ", the file at ", bytes.size());
  Header header = HeaderReader(std::string_view(bytes).substr(start, length), where).read();

  Index expected = byte_count(header.sizes, header.number, where);
  Shape shape = shape_of(header.sizes, where);
  bytes.erase(0, start + length);
  Index found = static_cast<Index>(bytes.size());
  require(found == expected, where, header.number, " ", shape, " takes ", expected, " bytes, the file has ", found);
  if (header.fortran && shape.rank() > 1) bytes = to_reading_order(bytes, shape, bytes_of(header.number));
  return {std::move(bytes), header.number, shape};
}

void save(const std::string& path, Number number, const Shape& shape, const void* numbers, const std::string& where) {
  const char* descr = "";
  for (const auto& [name, other] : descrs)
    if (other == number) descr = name;
  std::string text = std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': " + shape.text() + ", }";
  text.resize((10 + text.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // the numbers begin at a multiple of 64
  text += '\n';
  std::string start(magic, magic_size);
  for (std::size_t byte : {std::size_t{1}, std::size_t{0}, text.size() & 255, text.size() >> 8}) start += static_cast<char>(byte);
  start += text;
  write_file(path, {{start.data(), start.size()}, {numbers, static_cast<std::size_t>(shape.count() * bytes_of(number))}}, where);
}

std::string loading(const std::string& path) { return "load_npy: " + path + ": "; }
std::string saving(const std::string& path) { return "save_npy: " + path + ": "; }

}  // namespace

Tensor load_npy(const std::string& path) {
  Contents file = load(path, loading(path));
  return read_tensor(file.bytes.data(), file.number, file.shape, loading(path));
}

Indices load_npy_indices(const std::string& path) {
  Contents file = load(path, loading(path));
  return read_indices(file.bytes.data(), file.number, file.shape, loading(path));
}

Mask load_npy_mask(const std::string& path) {
  Contents file = load(path, loading(path));
  return read_mask(file.bytes.data(), file.number, file.shape, loading(path));
}

void save_npy(const std::string& path, const Tensor& x) {
  require(x.defined(), saving(path), "the tensor is undefined");
  save(path, scalar_number, x.shape(), x.data(), saving(path));
}

void save_npy(const std::string& path, const Indices& indices) {
  require(indices.shape.count() == static_cast<Index>(indices.values.size()), saving(path), "shape ", indices.shape, " holds ",
          indices.shape.count(), " values, got ", indices.values.size());
  const std::vector<std::int64_t> wide(indices.values.begin(), indices.values.end());  // whatever Index has
  save(path, Number::i64, indices.shape, wide.data(), saving(path));
}

}  // namespace qkv::io
