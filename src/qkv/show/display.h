#pragma once
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/table.h>

// Pictures in a notebook's page:
//     show::HeatMap map{alpha, {"le", "chat"}, {"the", "cat", "sat"}, "alpha"};
//     display(map);
// In xeus-cling and xeus-cpp it goes through xcpp::display (which includes a JSON library, and takes a second to read); in the project's
// own kernel straight to the page; elsewhere it is printed as text.
#if defined(__has_include) && !defined(QKV_OWN_KERNEL)
#if __has_include(<xcpp/xdisplay.hpp>)
#define QKV_XCPP_DISPLAY
#include <nlohmann/json.hpp>
#include <xcpp/xdisplay.hpp>
#endif
#endif

namespace qkv::show {

/// What a page shows, and the text that replaces it where there are no pictures.
struct Shown {
  std::string mime;  ///< image/svg+xml or text/html
  std::string picture, text;
};

/// Its text.
std::ostream& operator<<(std::ostream& out, const Shown& what);

Shown shown(const HeatMap& map);
Shown shown(const LineChart& chart);
Shown shown(const Table& table);
/// A picture drawn by hand, or several in a grid(); its text is its size.
Shown shown(const Picture& picture);

/// In the project's own kernel: into the page. Elsewhere: prints the text.
void put(const Shown& what);

#ifdef QKV_XCPP_DISPLAY
inline nlohmann::json bundle(const Shown& what) {
  nlohmann::json result;
  result[what.mime] = what.picture;
  result["text/plain"] = what.text;
  return result;
}
inline nlohmann::json mime_bundle_repr(const HeatMap& map) { return bundle(shown(map)); }
inline nlohmann::json mime_bundle_repr(const LineChart& chart) { return bundle(shown(chart)); }
inline nlohmann::json mime_bundle_repr(const Table& table) { return bundle(shown(table)); }
inline nlohmann::json mime_bundle_repr(const Picture& picture) { return bundle(shown(picture)); }
#endif

}  // namespace qkv::show

namespace qkv {

template <class Displayed>
void display(const Displayed& what) {
#ifdef QKV_XCPP_DISPLAY
  xcpp::display(what);
#else
  show::put(show::shown(what));
#endif
}

}  // namespace qkv
