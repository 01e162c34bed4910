#include <qkv/io/safetensors_header.h>
#include <qkv/tensor/check.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace qkv::io {
namespace {

using nlohmann::json;

constexpr const char* metadata_key = "__metadata__";
constexpr std::uint64_t largest =
    static_cast<std::uint64_t>(std::numeric_limits<Index>::max()) / 8;  // sums of a few still fit into an Index

/// The types of the format, with their bits. Those that are `other` are known by their size alone.
struct Dtype {
  const char* name;
  Number number;
  Index bits;
};
const Dtype dtypes[] = {
    {"F64", Number::f64, 64},          {"F32", Number::f32, 32},          {"F16", Number::f16, 16},        {"BF16", Number::bf16, 16},
    {"I64", Number::i64, 64},          {"I32", Number::i32, 32},          {"I16", Number::i16, 16},        {"I8", Number::i8, 8},
    {"U64", Number::u64, 64},          {"U32", Number::u32, 32},          {"U16", Number::u16, 16},        {"U8", Number::u8, 8},
    {"BOOL", Number::boolean, 8},      {"F8_E4M3", Number::f8_e4m3, 8},   {"F8_E5M2", Number::f8_e5m2, 8}, {"F8_E8M0", Number::other, 8},
    {"F8_E4M3FNUZ", Number::other, 8}, {"F8_E5M2FNUZ", Number::other, 8}, {"F6_E2M3", Number::other, 6},   {"F6_E3M2", Number::other, 6},
    {"F4", Number::other, 4},          {"C64", Number::other, 64}};

/// A type that a later version of the format may have.
bool looks_like_a_type(const std::string& text) {
  bool signs = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
  return signs && !text.empty() && text.size() <= 20 && text[0] >= 'A' && text[0] <= 'Z';
}

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
      fields_ = 0;
      places_ = 0;
    }
    return true;
  }

  bool key(std::string& text) override {
    if (level_ == 1) {
      name_ = text;
      in_metadata_ = text == metadata_key;
      if (in_metadata_ && has_metadata_) fail(where_, "the name '", text, "' is given twice");  // of the others: name_order()
      has_metadata_ = has_metadata_ || in_metadata_;
    } else {
      field_ = text;
      unsigned field = 0;
      for (unsigned i = 0; i < 3; ++i)
        if (text == fields[i]) field = 1u << i;
      if (!in_metadata_ && field == 0) fail(where_, "tensor '", escaped(name_), "': unknown key '", escaped(text), "'");
      bool again = in_metadata_ ? header.metadata.count(text) != 0 : (fields_ & field) != 0;
      if (again) fail(where_, in_metadata_ ? "" : "tensor ", "'", escaped(name_), "': the key '", escaped(text), "' is given twice");
      fields_ |= field;
    }
    return true;
  }

  bool end_object() override {
    if (level_-- == 2 && !in_metadata_) {
      for (unsigned i = 0; i < 3; ++i)
        if (!(fields_ & 1u << i)) fail(where_, "tensor '", escaped(name_), "' has no '", fields[i], "'");
      if (places_ != 2) fail(where_, "tensor '", escaped(name_), "': 'data_offsets' has ", places_, " numbers instead of 2");
    }
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
    const bool in_shape = field_ == "shape";
    const Index most = in_shape ? Shape::max_rank : 2, before = in_shape ? static_cast<Index>(entry.sizes.size()) : places_;
    if (before == most) fail(where_, "tensor '", escaped(name_), "': '", field_, "' has more than ", most, " numbers");
    if (number > largest) fail(where_, "tensor '", escaped(name_), "': '", field_, "' says ", number, ": too large");
    if (in_shape) entry.sizes.push_back(static_cast<Index>(number));
    else (places_++ == 0 ? entry.first : entry.end) = static_cast<Index>(number);
    return true;
  }

  bool string(std::string& text) override {
    if (level_ != 2 || !(in_metadata_ || field_ == "dtype")) unexpected("string");
    if (in_metadata_) {
      header.metadata[field_] = text;
      return true;
    }
    Entry& entry = header.entries.back();
    entry.number = Number::other;
    for (const Dtype& known : dtypes)
      if (text == known.name) {
        entry.number = known.number;
        entry.dtype = known.name;
        entry.bits = known.bits;
        return true;
      }
    if (!looks_like_a_type(text))
      fail(where_, "tensor '", escaped(name_), "': the dtype '", escaped(text), "' is none: at most 20 capital letters, digits and _");
    entry.dtype = header.other_types.insert(text).first->c_str();
    return true;
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
    if (level_ <= 1) fail(where_, "unexpected ", what, " as '", escaped(name_), "'");
    if (field_.empty()) fail(where_, "unexpected ", what, " in '", escaped(name_), "'");
    fail(where_, "unexpected ", what, " in '", escaped(field_), "' of '", escaped(name_), "'");
  }

  static constexpr const char* const fields[] = {"dtype", "shape", "data_offsets"};

  const std::string& where_;
  int level_ = 0;  // 1 in the header, 2 in a tensor or in the metadata, 3 in a list
  bool in_metadata_ = false, has_metadata_ = false;
  std::string name_, field_;  // the last key of level 1, of level 2
  unsigned fields_ = 0;       // that this tensor has had: a bit each
  Index places_ = 0;          // numbers in its data_offsets
};

std::vector<std::size_t> name_order(const std::vector<Entry>& entries, const std::string& where) {
  std::vector<std::size_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return entries[a].name < entries[b].name; });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (entries[order[i - 1]].name == entries[order[i]].name)
      fail(where, "the name '", escaped(entries[order[i]].name), "' is given twice");
  return order;
}

std::string quoted(const std::string& text, const std::string& where) {
  try {
    return json(text).dump();
  } catch (const json::type_error&) {
    fail(where, "the text '", escaped(text), "' is not valid UTF-8");
  }
}

}  // namespace

Header parse_header(std::string_view text, const std::string& where) {
  // To the parser a zero byte is the end, whatever follows; and it skips what the format does not allow: other blanks, a byte order mark.
  const std::size_t zero = text.find('\0');
  require(zero == std::string_view::npos, where, "the header is not valid JSON: its byte ", zero + 1, " does not fit");
  HeaderReader reader(where);
  json::sax_parse(text.begin(), text.end(), &reader);
  const std::size_t last = text.find_last_not_of(' ');
  require(text[0] == '{', where, "the header begins before its '{'");
  require(text[last] == '}', where, "the header goes on behind its end, at byte ", text.rfind('}') + 1);
  reader.header.by_name = name_order(reader.header.entries, where);
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
    require(names.insert(entry.name).second, where, "the name '", escaped(entry.name), "' is ", taken);
    json fields = {{"dtype", dtype_name(entry.number)}, {"shape", entry.sizes}, {"data_offsets", {entry.first, entry.end}}};
    text += (text.size() > 1 ? "," : "") + quoted(entry.name, where) + ":" + fields.dump();
  }
  text += "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the numbers begin at a multiple of 8
  return text;
}

const char* dtype_name(Number number) {
  for (const Dtype& known : dtypes)
    if (known.number == number && number != Number::other) return known.name;
  return "";
}

}  // namespace qkv::io
