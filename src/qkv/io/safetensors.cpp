#include <qkv/io/file.h>
#include <qkv/io/safetensors.h>
#include <qkv/io/safetensors_header.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <unordered_map>

namespace qkv::io {

struct Safetensors::File {
  std::string path;
  std::string bytes;
  Index data = 0;  // where the numbers begin
  Header header;
  std::vector<std::string> names;
  std::unordered_map<std::string, std::size_t> positions;  // of names in header.entries

  explicit File(const std::string& from);
  std::string where() const { return "load_safetensors: " + path + ": "; }
  const Entry& entry(const std::string& name) const;
  const char* numbers(const Entry& entry) const { return bytes.data() + data + entry.place[0]; }
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
    std::string tensor = where + "tensor '" + entry.name + "'";
    require(entry.place.size() == 2, tensor, ": 'data_offsets' has ", entry.place.size(), " numbers instead of 2");
    Index first = entry.place[0], last = entry.place[1], bytes = byte_count(entry.sizes, entry.number, tensor + ": ");
    require(first <= last, tensor, " ends at byte ", data + last, " before it begins at ", data + first);
    const char* dtype = dtype_name(entry.number);
    require(last - first == bytes, tensor, " has ", last - first, " bytes; ", dtype, " ", Shape(entry.sizes), " takes ", bytes);
    require(data + last <= end, tensor, " ends at byte ", data + last, ", the file at ", end);
  }
  std::vector<const Entry*> order;
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) { return a->place < b->place; });
  Index covered = 0;
  const Entry* before = nullptr;
  auto no_gap = [&](Index next) {
    require(covered == next, where, "the bytes from ", data + covered, " to ", data + next, " belong to no tensor");
  };
  for (const Entry* entry : order) {
    if (entry->place[0] < covered) fail(where, "tensors '", before->name, "' and '", entry->name, "' overlap");
    no_gap(entry->place[0]);
    covered = entry->place[1];
    before = entry;
  }
  no_gap(end - data);
}

}  // namespace

const Entry& Safetensors::File::entry(const std::string& name) const {
  auto found = positions.find(name);
  require(found != positions.end(), where(), "there is no tensor '", name, "' among its ", names.size());
  return header.entries[found->second];
}

Safetensors::File::File(const std::string& from) : path(from), bytes(read_file(path, where())) {
  std::string_view text = header_of(bytes, where());
  data = 8 + static_cast<Index>(text.size());
  header = parse_header(text, where());
  check_places(header.entries, data, static_cast<Index>(bytes.size()), where());
  for (const Entry& entry : header.entries) {
    positions[entry.name] = names.size();
    names.push_back(entry.name);
  }
}

Safetensors::Safetensors(const std::string& path) : file_(std::make_shared<File>(path)) {}

const std::string& Safetensors::path() const { return file_->path; }
const std::vector<std::string>& Safetensors::names() const { return file_->names; }
bool Safetensors::has(const std::string& name) const { return file_->positions.count(name) != 0; }
const Metadata& Safetensors::metadata() const { return file_->header.metadata; }
Shape Safetensors::shape(const std::string& name) const { return Shape(file_->entry(name).sizes); }
std::string Safetensors::dtype(const std::string& name) const { return dtype_name(file_->entry(name).number); }

Tensor Safetensors::tensor(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_tensor(file_->numbers(entry), entry.number, Shape(entry.sizes), file_->where() + "tensor '" + name + "': ");
}

Indices Safetensors::indices(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_indices(file_->numbers(entry), entry.number, Shape(entry.sizes), file_->where() + "tensor '" + name + "': ");
}

Mask Safetensors::mask(const std::string& name) const {
  const Entry& entry = file_->entry(name);
  return read_mask(file_->numbers(entry), entry.number, Shape(entry.sizes), file_->where() + "tensor '" + name + "': ");
}

Named load_safetensors(const std::string& path) {
  Safetensors file(path);
  Named tensors;
  for (const std::string& name : file.names()) {
    std::string dtype = file.dtype(name);
    if (dtype[0] == 'F' || dtype == "BF16") tensors.emplace_back(name, file.tensor(name));
  }
  return tensors;
}

void save_safetensors(const std::string& path, const Named& tensors, const Metadata& metadata) {
  std::string where = "save_safetensors: " + path + ": ";
  std::vector<Entry> entries;
  std::vector<Piece> pieces(2);  // the header comes when the places are known
  Index end = 0;
  for (const auto& [name, tensor] : tensors) {
    require(tensor.defined(), where, "tensor '", name, "' is undefined");
    Shape shape = tensor.shape();
    Index bytes = shape.count() * bytes_of(scalar_number);
    entries.push_back({name, scalar_number, {shape.begin(), shape.end()}, {end, end + bytes}});
    pieces.push_back({tensor.data(), static_cast<std::size_t>(bytes)});
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
