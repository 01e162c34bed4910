#include <qkv/io/safetensors_header.h>
#include <qkv/tensor/check.h>

#include <nlohmann/json.hpp>

#include <set>

namespace qkv::io {
namespace {

using nlohmann::json;

constexpr const char* metadata_key = "__metadata__";
constexpr std::uint64_t largest = std::uint64_t{1} << 60;  // for sizes and places: sums of a few still fit into an Index

const std::pair<const char*, Number> dtypes[] = {
    {"F64", Number::f64}, {"F32", Number::f32}, {"F16", Number::f16},     {"BF16", Number::bf16}, {"I64", Number::i64},
    {"I32", Number::i32}, {"I16", Number::i16}, {"I8", Number::i8},       {"U64", Number::u64},   {"U32", Number::u32},
    {"U16", Number::u16}, {"U8", Number::u8},   {"BOOL", Number::boolean}};

/// Follows the parser through the text and fills a Header. Nothing is built but what belongs there, so that a hostile text
/// (deep nesting, long lists) costs nothing: the first thing out of place ends it.
class HeaderReader : public json::json_sax_t {
 public:
  explicit HeaderReader(const std::string& where) : where_(where) {}
  Header header;

  bool start_object(std::size_t) override {
    if (level_ > 1) unexpected("object");
    field_.clear();
    if (++level_ == 2 && !in_metadata_) {
      header.entries.push_back({});
      header.entries.back().name = name_;
      fields_.clear();
    }
    return true;
  }

  bool key(std::string& text) override {
    if (level_ == 1) {
      require(names_.insert(text).second, where_, "the name '", text, "' is given twice");
      name_ = text;
      in_metadata_ = text == metadata_key;
    } else {
      field_ = text;
      bool known = in_metadata_ || text == "dtype" || text == "shape" || text == "data_offsets";
      require(known, where_, "tensor '", name_, "': unknown key '", text, "'");
      bool first = in_metadata_ ? header.metadata.count(text) == 0 : fields_.insert(text).second;
      require(first, where_, in_metadata_ ? "" : "tensor ", "'", name_, "': the key '", text, "' is given twice");
    }
    return true;
  }

  bool end_object() override {
    if (level_-- == 2 && !in_metadata_)
      for (const char* field : {"dtype", "shape", "data_offsets"})
        require(fields_.count(field) == 1, where_, "tensor '", name_, "' has no '", field, "'");
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != 2 || in_metadata_ || field_ == "dtype") unexpected("list");
    level_ = 3;
    return true;
  }
  bool end_array() override {
    level_ = 2;
    return true;
  }

  bool number_unsigned(json::number_unsigned_t number) override {
    if (level_ != 3) unexpected("number");
    Entry& entry = header.entries.back();
    std::vector<Index>& list = field_ == "shape" ? entry.sizes : entry.place;
    std::size_t most = field_ == "shape" ? static_cast<std::size_t>(Shape::max_rank) : 2;
    require(list.size() < most, where_, "tensor '", name_, "': '", field_, "' has more than ", most, " numbers");
    require(number <= largest, where_, "tensor '", name_, "': '", field_, "' says ", number, ": too large");
    list.push_back(static_cast<Index>(number));
    return true;
  }

  bool string(std::string& text) override {
    if (level_ != 2 || !(in_metadata_ || field_ == "dtype")) unexpected("string");
    if (in_metadata_) {
      header.metadata[field_] = text;
      return true;
    }
    for (const auto& [name, number] : dtypes)
      if (text == name) {
        header.entries.back().number = number;
        return true;
      }
    fail(where_, "tensor '", name_, "': the dtype '", text, "' is not supported");
  }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("truth value"); }
  bool number_integer(json::number_integer_t) override { unexpected("negative number"); }
  bool number_float(json::number_float_t, const std::string&) override { unexpected("fraction"); }
  bool binary(json::binary_t&) override { unexpected("binary value"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fail(where_, "the header is not valid JSON: its byte ", position, " does not fit");
  }

 private:
  [[noreturn]] void unexpected(const char* what) const {
    if (level_ <= 1 && name_.empty()) fail(where_, "unexpected ", what, " in the header");
    if (level_ <= 1) fail(where_, "unexpected ", what, " as '", name_, "'");
    if (field_.empty()) fail(where_, "unexpected ", what, " in '", name_, "'");
    fail(where_, "unexpected ", what, " in '", field_, "' of '", name_, "'");
  }

  const std::string& where_;
  int level_ = 0;  // 1 in the header, 2 in a tensor or in the metadata, 3 in a list
  bool in_metadata_ = false;
  std::string name_, field_;  // the last key of level 1, of level 2
  std::set<std::string> names_, fields_;
};

std::string quoted(const std::string& text, const std::string& where) {
  try {
    return json(text).dump();
  } catch (const json::type_error&) {
    fail(where, "the text '", text, "' is not valid UTF-8");
  }
}

}  // namespace

Header parse_header(std::string_view text, const std::string& where) {
  HeaderReader reader(where);
  json::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader.header);
}

std::string format_header(const std::vector<Entry>& entries, const Metadata& metadata, const std::string& where) {
  // Written by hand: nlohmann's objects sort their keys, and a file keeps the order of the parameters.
  std::string text = "{";
  if (!metadata.empty()) {
    std::string notes;
    for (const auto& [key, value] : metadata) notes += (notes.empty() ? "" : ",") + quoted(key, where) + ":" + quoted(value, where);
    text += quoted(metadata_key, where) + ":{" + notes + "}";
  }
  std::set<std::string> names = {metadata_key};
  for (const Entry& entry : entries) {
    const char* taken = entry.name == metadata_key ? "reserved" : "given twice";
    require(names.insert(entry.name).second, where, "the name '", entry.name, "' is ", taken);
    json fields = {{"dtype", dtype_name(entry.number)}, {"shape", entry.sizes}, {"data_offsets", entry.place}};
    text += (text.size() > 1 ? "," : "") + quoted(entry.name, where) + ":" + fields.dump();
  }
  text += "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the numbers begin at a multiple of 8
  return text;
}

const char* dtype_name(Number number) {
  for (const auto& [name, other] : dtypes)
    if (other == number) return name;
  return "";
}

}  // namespace qkv::io
