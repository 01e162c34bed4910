#pragma once
#include <doctest/doctest.h>

#include <cctype>
#include <map>
#include <string>
#include <vector>

// Just enough of an XML reader to see what a picture holds.

struct Element {
  std::string name, text;  ///< the text with &lt; and the like read back
  std::map<std::string, std::string> attributes;
  double dx = 0, dy = 0;  ///< how far the groups around it move it

  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
  double x() const { return number("x") + dx; }
  double y() const { return number("y") + dy; }
};
using Elements = std::vector<Element>;

inline std::string read_back(std::string text) {
  const std::pair<const char*, const char*> spelled[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}};
  for (auto [from, to] : spelled)
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
      text.replace(at, std::string(from).size(), to);
  return text;
}

/// All elements in order, without the groups. Fails the test if tags are not closed or not one a line.
inline Elements parsed(const std::string& svg) {
  Elements all;
  std::vector<Element> open;  // the elements around
  for (std::size_t at = 0; at < svg.size();) {
    const std::size_t end = svg.find('\n', at);
    REQUIRE(end != std::string::npos);
    const std::string line = svg.substr(at, end - at);
    at = end + 1;
    REQUIRE(line.size() > 3);
    REQUIRE(line[0] == '<');
    if (line[1] == '/') {
      REQUIRE_FALSE(open.empty());
      REQUIRE(line == "</" + open.back().name + ">");
      open.pop_back();
      continue;
    }
    Element element;
    std::size_t i = 1;
    while (std::isalpha(static_cast<unsigned char>(line[i]))) element.name += line[i++];
    while (line[i] == ' ') {
      const std::size_t equals = line.find("=\"", i), quote = line.find('"', equals + 2);
      REQUIRE(quote != std::string::npos);
      const std::string key = line.substr(i + 1, equals - i - 1);
      REQUIRE(element.attributes.count(key) == 0);
      element.attributes[key] = line.substr(equals + 2, quote - equals - 2);
      i = quote + 1;
    }
    if (!open.empty()) {
      element.dx = open.back().dx;
      element.dy = open.back().dy;
    }
    const std::string rest = line.substr(i);
    if (rest == "/>") {
      all.push_back(element);
    } else if (rest == ">") {
      if (element.name == "g") {
        double x = 0, y = 0;
        REQUIRE(std::sscanf(element.attributes.at("transform").c_str(), "translate(%lf %lf)", &x, &y) == 2);
        element.dx += x;
        element.dy += y;
      } else {
        all.push_back(element);
      }
      open.push_back(element);
    } else {
      const std::string close = "</" + element.name + ">";
      REQUIRE(rest.size() > close.size());
      REQUIRE(rest.substr(rest.size() - close.size()) == close);
      const std::string inside = rest.substr(1, rest.size() - 1 - close.size());
      REQUIRE(inside.find('<') == std::string::npos);
      element.text = read_back(inside);
      all.push_back(element);
    }
  }
  REQUIRE(open.empty());
  return all;
}

inline Elements named(const Elements& all, const std::string& name) {
  Elements found;
  for (const Element& element : all)
    if (element.name == name) found.push_back(element);
  return found;
}

/// Those with this attribute.
inline Elements with(const Elements& all, const std::string& key, const std::string& value) {
  Elements found;
  for (const Element& element : all)
    if (element.attributes.count(key) && element.attributes.at(key) == value) found.push_back(element);
  return found;
}

/// The one element that says this.
inline Element saying(const Elements& all, const std::string& text) {
  Elements found;
  for (const Element& element : all)
    if (element.name == "text" && element.text == text) found.push_back(element);
  REQUIRE_MESSAGE(found.size() == 1, found.size(), " texts say ", text);
  return found[0];
}
