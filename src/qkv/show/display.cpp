#include <qkv/ostream.h>
#include <qkv/show/colour.h>
#include <qkv/show/display.h>

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

namespace qkv::show {
namespace {

template <class Printed>
std::string text_of(const Printed& printed) {
  std::ostringstream out;
  out << printed;
  return out.str();
}

std::string html(const Table& table) {
  std::vector<std::vector<std::string>> columns;
  for (std::size_t i = 0; i < table.column_count(); ++i) columns.push_back(table.column(i));
  std::string result = "<table>\n";
  for (std::size_t row = 0; row <= table.row_count(); ++row) {
    const char* cell = row ? "td" : "th";
    result += "<tr>";
    for (std::size_t i = 0; i < columns.size(); ++i)  // white-space: blanks at the end keep numbers aligned on the point
      result += std::string("<") + cell +
                " style=\"text-align: " + (table.has_numbers(i) ? "right; white-space: pre; font-family: monospace" : "left") + "\">" +
                escaped(columns[i][row]) + "</" + cell + ">";
    result += "</tr>\n";
  }
  return result + "</table>\n";
}

constexpr Index largest = 12;  // rows and columns of a table

bool fits(const Shape& shape) {
  if (shape.rank() == 0) return true;
  return shape.rank() <= 2 && shape.count() > 0 && *std::max_element(shape.begin(), shape.end()) <= largest;
}

/// Numbers under a shape.
template <class Numbers>
Tensor as_tensor(const Shape& shape, const Numbers& numbers) {
  return tensor(shape, std::vector<Scalar>(numbers.begin(), numbers.end()));
}

/// A caption, and the numbers with their colours; the rows and columns of a matrix are counted.
std::string coloured(const std::string& caption, const Tensor& x) {
  const Tensor matrix =
      as_tensor({x.rank() == 2 ? x.size(0) : 1, x.rank() == 0 ? 1 : x.size(-1)}, std::vector<Scalar>(x.data(), x.data() + x.size()));
  const Tensor colours = pixels(HeatMap{matrix, {}, {}, ""}, 1);
  bool whole = true;
  for (Index i = 0; i < matrix.size(); ++i) {
    const double value = static_cast<double>(matrix.data()[i]);
    whole = whole && (value == std::round(value) || !std::isfinite(value));
  }
  std::string result = "<table>\n<caption>" + escaped(caption) + "</caption>\n<tr>" + (x.rank() == 2 ? "<th></th>" : "");
  for (Index j = 0; j < matrix.size(1); ++j) result += "<th>" + std::to_string(j) + "</th>";
  for (Index i = 0; i < matrix.size(0); ++i) {
    result += "</tr>\n<tr>" + (x.rank() == 2 ? "<th>" + std::to_string(i) + "</th>" : "");
    for (Index j = 0; j < matrix.size(1); ++j) {
      auto part = [&](Index k) { return static_cast<std::uint8_t>(std::lround(255 * static_cast<double>(colours.at({i, j, k})))); };
      const Colour colour{part(0), part(1), part(2)};
      result += "<td style=\"text-align: right; font-family: monospace; background: " + text_of(colour) +
                "; color: " + text_of(readable_on(colour)) + "\">" + number(static_cast<double>(matrix.at({i, j})), whole ? 0 : 4) +
                "</td>";
    }
  }
  return result + "</tr>\n</table>\n";
}

/// What can be said of many numbers.
Table summary(const Tensor& x) {
  double least = std::numeric_limits<double>::infinity(), most = -least, sum = 0, squares = 0;
  Index finite = 0;
  for (Index i = 0; i < x.size(); ++i) {
    const double value = static_cast<double>(x.data()[i]);
    if (!std::isfinite(value)) continue;
    ++finite;
    least = std::min(least, value), most = std::max(most, value);
    sum += value;
  }
  const double mean = sum / static_cast<double>(finite);
  for (Index i = 0; i < x.size(); ++i) {
    const double value = static_cast<double>(x.data()[i]);
    if (std::isfinite(value)) squares += (value - mean) * (value - mean);
  }
  Table table({"shape", "numbers", "smallest", "mean", "largest", "deviation", "not finite"});
  const bool none = finite == 0;
  return table.add_row({x.shape().text(), whole(x.size()), none ? "" : number(least), none ? "" : number(mean), none ? "" : number(most),
                        none ? "" : number(std::sqrt(squares / static_cast<double>(finite))), whole(x.size() - finite)});
}

std::string named_shape(const std::string& name, const Shape& shape) { return name + " " + shape.text(); }

Shown named(const std::string& name, const Tensor& x) {
  if (!x.defined()) return {"", "", name + ": none\n"};
  if (fits(x.shape()))
    return {"text/html", coloured(named_shape(name, x.shape()), x), named_shape(name, x.shape()) + "\n" + text_of(x) + "\n"};
  const Table table = summary(x);
  return {"text/html", "<p>" + escaped(name) + "</p>\n" + html(table), name + "\n" + text_of(table)};
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Shown& what) { return out << static_cast<const std::string&>(what.text); }

Shown shown(const HeatMap& map) { return {"image/svg+xml", draw(map).svg(), text_of(map)}; }
Shown shown(const LineChart& chart) { return {"image/svg+xml", draw(chart).svg(), text_of(chart)}; }
Shown shown(const Table& table) { return {"text/html", html(table), text_of(table)}; }
Shown shown(const Picture& picture) { return {"image/svg+xml", picture.svg(), text_of(picture)}; }
Shown shown(const Tensor& x) { return named("Tensor", x); }
Shown shown(const Indices& indices) {
  indices.check("display");
  if (!fits(indices.shape)) return {"", "", text_of(indices) + "\n"};
  return {"text/html", coloured(named_shape("Indices", indices.shape), as_tensor(indices.shape, indices.values)), text_of(indices) + "\n"};
}
Shown shown(const Mask& mask) {
  mask.check("display");
  if (!fits(mask.shape)) return {"", "", text_of(mask) + "\n"};
  return {"text/html", coloured(named_shape("Mask", mask.shape) + ", 1: hidden", as_tensor(mask.shape, mask.hidden)), text_of(mask) + "\n"};
}
Shown shown(const Attended& attended) {
  const Shown output = named("output", attended.output), weights = named("weights", attended.weights);
  if (output.mime.empty() || weights.mime.empty()) return output.mime.empty() ? weights : output;
  return {"text/html", output.picture + weights.picture, output.text + weights.text};
}

void flush_text() { std::cout.flush(); }

// The kernel's engine, notebooks/kernel/host.cpp, has this function; other programs do not.
using Display = void (*)(const char* mime, const char* picture, const char* text, const char* name, int again);
static Display kernel_display() {
  static const auto display = reinterpret_cast<Display>(dlsym(RTLD_DEFAULT, "qkv_kernel_display"));
  return display;
}

void put(const Shown& what) {
  if (what.mime.empty() || !put(what, "", false)) std::cout << what.text;
}

bool put(const Shown& what, const std::string& name, bool again) {
  const Display display = kernel_display();
  if (display) display(what.mime.c_str(), what.picture.c_str(), what.text.c_str(), name.c_str(), again);
  return display != nullptr;
}

}  // namespace qkv::show
