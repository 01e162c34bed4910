#include <qkv/io/file.h>
#include <qkv/io/safetensors.h>
#include <qkv/io/safetensors_header.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstring>
#include <ostream>

namespace qkv::io {

struct Safetensors::File {
  std::string path;
  std::string bytes;
  Index data = 0;  // where the numbers begin
  Header header;
  std::vector<std::string> names;

  explicit File(const std::string& from);
  std::string where() const { return "load_safetensors: " + path + ": "; }
  const Entry* find(const std::string& name) const;
  const Entry& entry(const std::string& name) const;
  /// What Number reads; the message of what it does not names the type.
  const char* numbers(const Entry& entry, const std::string& name) const;
  std::string where(const std::string& name) const { return where() + "tensor '" + escaped(name) + "': "; }
};

namespace {

constexpr std::uint64_t longest_header = 100'000'000;  // bytes; the limit of the original implementation

std::string_view header_of(const std::string& bytes, const std::string& where) {
  require(bytes.size() >= 8, where, "the file has ", bytes.size(), " bytes, too few for the length of a header");
  std::uint64_t length;
  std::memcpy(&length, bytes.data(), sizeof length);
  require(length <= longest_header, where, "the header should have ", length, " bytes: at most ", longest_header, " are allowed");
  require(length <= bytes.size() - 8, where, "the header ends at byte ", 8 + length, ", the file at ", bytes.size());
  return {bytes.data() + 8, static_cast<std::size_t>(length)};
}

/// Each tensor as long as its shape says and inside the file; together they cover the bytes from `data` to `end` without overlap or gap.
void check_places(const std::vector<Entry>& entries, Index data, Index end, const std::string& where) {
  for (const Entry& entry : entries) {
    auto wrong = [&](const auto&... what) { fail(where, "tensor '", escaped(entry.name), "'", what...); };
    const Index first = entry.first, last = entry.end, count = count_of(entry.sizes);
    std::int64_t bits = 0;
    if (count < 0 || __builtin_mul_overflow(count, entry.bits, &bits)) wrong(": the product of the sizes is too large");
    if (first > last) wrong(" ends at byte ", data + last, " before it begins at ", data + first);
    if (bits % 8 != 0) wrong(": ", entry.dtype, " ", Shape(entry.sizes), " takes ", bits, " bits: must be whole bytes");
    if (entry.bits != 0 && last - first != bits / 8)
      wrong(" has ", last - first, " bytes; ", entry.dtype, " ", Shape(entry.sizes), " takes ", bits / 8);
    if (data + last > end) wrong(" ends at byte ", data + last, ", the file at ", end);
  }
  std::vector<const Entry*> order;
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(),
                   [](const Entry* a, const Entry* b) { return a->first != b->first ? a->first < b->first : a->end < b->end; });
  Index covered = 0;
  const Entry* before = nullptr;
  auto no_gap = [&](Index next) {
    if (covered != next) fail(where, "the bytes from ", data + covered, " to ", data + next, " belong to no tensor");
  };
  for (const Entry* entry : order) {
    if (entry->first < covered) fail(where, "tensors '", escaped(before->name), "' and '", escaped(entry->name), "' overlap");
    no_gap(entry->first);
    covered = entry->end;
    before = entry;
  }
  no_gap(end - data);
}

}  // namespace

const Entry* Safetensors::File::find(const std::string& name) const {
  auto at = std::lower_bound(header.by_name.begin(), header.by_name.end(), name,
                             [&](std::size_t i, const std::string& wanted) { return names[i] < wanted; });
  return at != header.by_name.end() && names[*at] == name ? &header.entries[*at] : nullptr;
}

const Entry& Safetensors::File::entry(const std::string& name) const {
  const Entry* found = find(name);
  if (!found) fail(where(), "there is no tensor '", escaped(name), "' among its ", names.size());
  return *found;
}

const char* Safetensors::File::numbers(const Entry& entry, const std::string& name) const {
  if (entry.number == Number::other) fail(where(name), "numbers of type ", entry.dtype, " cannot be read");
  return bytes.data() + data + entry.first;
}

Safetensors::File::File(const std::string& from) : path(from), bytes(read_file(path, where())) {
  std::string_view text = header_of(bytes, where());
  data = 8 + static_cast<Index>(text.size());
  header = parse_header(text, where());
  check_places(header.entries, data, static_cast<Index>(bytes.size()), where());
  names.reserve(header.entries.size());
  for (Entry& entry : header.entries) names.push_back(std::move(entry.name));
}

Safetensors::Safetensors(const std::string& path) : file_(std::make_shared<File>(path)) {}

const std::string& Safetensors::path() const { return file_->path; }
const std::vector<std::string>& Safetensors::names() const { return file_->names; }
bool Safetensors::has(const std::string& name) const { return file_->find(name) != nullptr; }
const Metadata& Safetensors::metadata() const { return file_->header.metadata; }
Shape Safetensors::shape(const std::string& name) const { return Shape(file_->entry(name).sizes); }
std::string Safetensors::dtype(const std::string& name) const { return file_->entry(name).dtype; }

Tensor Safetensors::tensor(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_tensor(file_->numbers(entry, name), entry.number, Shape(entry.sizes), file_->where(name));
}

Indices Safetensors::indices(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_indices(file_->numbers(entry, name), entry.number, Shape(entry.sizes), file_->where(name));
}

Mask Safetensors::mask(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_mask(file_->numbers(entry, name), entry.number, Shape(entry.sizes), file_->where(name));
}

Named load_safetensors(const std::string& path) {
  Safetensors file(path);
  Named tensors;
  for (const std::string& name : file.names()) {
    std::string dtype = file.dtype(name);
    bool whole = dtype[0] == 'I' || dtype[0] == 'U' || dtype == "BOOL";
    if (!whole) tensors.emplace_back(name, file.tensor(name));  // an Error where that cannot be read: to leave it out would be silent
  }
  return tensors;
}

void save_safetensors(const std::string& path, const Named& tensors, const Metadata& metadata) {
  save_safetensors(path, tensors, {}, metadata);
}
void save_safetensors(const std::string& path, const Named& tensors, const Metadata& metadata, Precision precision) {
  save_safetensors(path, tensors, {}, metadata, precision);
}
void save_safetensors(const std::string& path, const Named& tensors, const NamedIndices& indices, const Metadata& metadata,
                      Precision precision) {
  const Number number = precision == Precision::half ? Number::f16 : precision == Precision::bfloat ? Number::bf16 : scalar_number;
  std::string where = "save_safetensors: " + path + ": ";
  std::vector<Entry> entries;
  std::vector<Piece> pieces(2);  // the header comes when the places are known
  Index end = 0;
  std::vector<std::vector<std::int64_t>> wide(indices.size());  // in 64 bits whatever Index has
  for (const auto& [name, numbers] : indices) {                 // first, for numbers of 8 bytes that follow others of 4 may not be aligned
    numbers.check("save_safetensors");
    std::vector<std::int64_t>& values = wide[pieces.size() - 2];
    values.assign(numbers.values.begin(), numbers.values.end());
    Index bytes = numbers.shape.count() * bytes_of(Number::i64);
    entries.push_back({name, Number::i64, {numbers.shape.begin(), numbers.shape.end()}, end, end + bytes});
    pieces.push_back({values.data(), static_cast<std::size_t>(bytes)});
    end += bytes;
  }
  std::vector<std::vector<std::uint16_t>> rounded;  // moved as it grows, which leaves the numbers where they are
  for (const auto& [name, tensor] : tensors) {
    require(tensor.defined(), where, "tensor '", escaped(name), "' is undefined");
    Shape shape = tensor.shape();
    Index bytes = shape.count() * bytes_of(number);
    entries.push_back({name, number, {shape.begin(), shape.end()}, end, end + bytes});
    const void* numbers = tensor.data();
    if (precision != Precision::own) {
      rounded.push_back(in_16_bits(tensor, number, where + "tensor '" + escaped(name) + "': "));
      numbers = rounded.back().data();
    }
    pieces.push_back({numbers, static_cast<std::size_t>(bytes)});
    end += bytes;
  }
  std::string header = format_header(entries, metadata, where);
  std::uint64_t length = header.size();
  require(length <= longest_header, where, "the header has ", length, " bytes: at most ", longest_header, " are allowed");
  pieces[0] = {&length, sizeof length};
  pieces[1] = {header.data(), header.size()};
  write_file(path, pieces, where);
}

std::ostream& operator<<(std::ostream& out, const Safetensors& file) {
  Index numbers = 0;
  for (const std::string& name : file.names()) numbers += file.shape(name).count();
  return out << "Safetensors(" << file.path() << ": " << file.names().size() << " tensors, " << numbers << " numbers)";
}

}  // namespace qkv::io
