#pragma once
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/table.h>

#include <sstream>
#include <utility>

// Pictures in a notebook's page:
//     show::HeatMap map{alpha, {"le", "chat"}, {"the", "cat", "sat"}, "alpha"};
//     display(map);
//     display(alpha);                    // a tensor: its numbers on their colours, or a summary of a large one
// Whatever has no picture is shown as it is printed.
// In xeus-cling and xeus-cpp it goes through xcpp::display (which includes a JSON library, and takes a second to read); in the project's
// own kernel straight to the page; elsewhere it is printed as text.
#if defined(__has_include) && !defined(QKV_OWN_KERNEL)
#if __has_include(<xcpp/xdisplay.hpp>)
#define QKV_XCPP_DISPLAY
#include <nlohmann/json.hpp>
#include <xcpp/xdisplay.hpp>
#endif
#endif

namespace qkv {
struct Attended;  // ops/attention.h
}

namespace qkv::show {

/// What a page shows, and the text that replaces it where there are no pictures.
struct Shown {
  std::string mime;  ///< image/svg+xml or text/html; empty: the text is all there is
  std::string picture, text;
};

/// Its text.
std::ostream& operator<<(std::ostream& out, const Shown& what);

Shown shown(const HeatMap& map);
Shown shown(const LineChart& chart);
Shown shown(const Table& table);
/// A picture drawn by hand, or several in a grid(); its text is its size.
Shown shown(const Picture& picture);
/// Up to 12 x 12: a table of the numbers, each on its colour in a heat map. Larger, or with more axes: shape, range, mean and deviation.
Shown shown(const Tensor& x);
/// As tables, up to 12 x 12; larger ones, and those with more axes, as they are printed.
Shown shown(const Indices& indices);
Shown shown(const Mask& mask);
/// The output and, if there are any, the weights, under their names.
Shown shown(const Attended& attended);
/// Anything else: what << prints.
template <class Printed, class = decltype(std::declval<std::ostream&>() << std::declval<const Printed&>())>
Shown shown(const Printed& what) {
  std::ostringstream out;
  out << what;
  return {"", "", out.str()};
}

/// In the project's own kernel: into the page. Elsewhere: prints the text.
void put(const Shown& what);
/// The same under a name or, `again`, in the place of what has that name. False, and nothing is shown, outside of that kernel.
bool put(const Shown& what, const std::string& name, bool again);
/// What was printed so far must stand above what is shown next.
void flush_text();

#ifdef QKV_XCPP_DISPLAY
inline nlohmann::json bundle(const Shown& what) {
  flush_text();
  nlohmann::json result;
  if (!what.mime.empty()) result[what.mime] = what.picture;
  result["text/plain"] = what.text;
  return result;
}
inline nlohmann::json mime_bundle_repr(const Shown& what) { return bundle(what); }
inline nlohmann::json mime_bundle_repr(const HeatMap& map) { return bundle(shown(map)); }
inline nlohmann::json mime_bundle_repr(const LineChart& chart) { return bundle(shown(chart)); }
inline nlohmann::json mime_bundle_repr(const Table& table) { return bundle(shown(table)); }
inline nlohmann::json mime_bundle_repr(const Picture& picture) { return bundle(shown(picture)); }
#endif

/// For LiveChart: shows something that can be replaced, in every kernel.
inline bool put_live(const Shown& what, const std::string& name, bool again) {
#ifdef QKV_XCPP_DISPLAY
  xcpp::display(what, xeus::xguid(name.c_str()), again);
  return true;
#else
  return put(what, name, again);
#endif
}

}  // namespace qkv::show

namespace qkv {

using show::shown;  // so that shown(x) is found for a Tensor too

#ifdef QKV_XCPP_DISPLAY
// What xeus-cling shows of a value without a semicolon at a cell's end.
inline nlohmann::json mime_bundle_repr(const Tensor& x) { return show::bundle(show::shown(x)); }
inline nlohmann::json mime_bundle_repr(const Indices& indices) { return show::bundle(show::shown(indices)); }
inline nlohmann::json mime_bundle_repr(const Mask& mask) { return show::bundle(show::shown(mask)); }
inline nlohmann::json mime_bundle_repr(const Attended& attended) { return show::bundle(show::shown(attended)); }
#endif

template <class Displayed>
void display(const Displayed& what) {
#ifdef QKV_XCPP_DISPLAY
  xcpp::display(show::shown(what));
#else
  show::put(show::shown(what));
#endif
}

}  // namespace qkv
