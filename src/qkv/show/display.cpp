#include <qkv/ostream.h>
#include <qkv/show/display.h>

#include <dlfcn.h>

#include <iostream>
#include <sstream>

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

}  // namespace

std::ostream& operator<<(std::ostream& out, const Shown& what) { return out << static_cast<const std::string&>(what.text); }

Shown shown(const HeatMap& map) { return {"image/svg+xml", draw(map).svg(), text_of(map)}; }
Shown shown(const LineChart& chart) { return {"image/svg+xml", draw(chart).svg(), text_of(chart)}; }
Shown shown(const Table& table) { return {"text/html", html(table), text_of(table)}; }
Shown shown(const Picture& picture) { return {"image/svg+xml", picture.svg(), text_of(picture)}; }

void put(const Shown& what) {
  // The kernel's engine, notebooks/kernel/host.cpp, has this function; other programs do not.
  using Display = void (*)(const char* mime, const char* picture, const char* text);
  static const auto display = reinterpret_cast<Display>(dlsym(RTLD_DEFAULT, "qkv_kernel_display"));
  if (display) display(what.mime.c_str(), what.picture.c_str(), what.text.c_str());
  else std::cout << what.text;
}

}  // namespace qkv::show
