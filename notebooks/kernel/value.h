#pragma once
// Shows the value of a cell's last line without a semicolon; cells.py rewrites such a line to
//     (void)(::qkv_kernel::show_next(), (the expression));
// With a value of type void the comma is the language's own, and nothing is shown.
#include <iostream>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>

namespace qkv_kernel {

struct ShowNext {};
inline ShowNext show_next() { return {}; }

template <int N>
struct Choice : Choice<N - 1> {};
template <>
struct Choice<0> {};

template <class T>
void print(const T& x, bool inside);

// What stands first wins, if it compiles.  A stream, as in `std::cout << x` without a semicolon, has spoken already.
template <class T, class = std::enable_if_t<std::is_base_of<std::ios_base, T>::value>>
void print_as(const T&, bool, Choice<6>) {}
template <class T, std::enable_if_t<std::is_same<T, bool>::value, int> = 0>
void print_as(T x, bool, Choice<5>) {
  std::cout << (x ? "true" : "false");
}
template <class T, std::enable_if_t<std::is_convertible<T, std::string>::value && !std::is_arithmetic<T>::value, int> = 0>
void print_as(const T& x, bool inside, Choice<5>) {
  const std::string text = x;
  std::cout << (inside ? "\"" + text + "\"" : text);
}
template <class T>
auto print_as(const T& x, bool, Choice<4>) -> decltype(std::cout << x, void()) {
  std::cout << x;
}
template <class T>
auto print_as(const T& x, bool, Choice<3>) -> decltype(std::begin(x) == std::end(x), void()) {
  const char* between = "{";
  for (const auto& part : x) {
    std::cout << between;
    print(part, true);
    between = ", ";
  }
  std::cout << (*between == '{' ? "{}" : "}");
}
template <class T>
auto print_as(const T& x, bool, Choice<2>) -> decltype(x.first, x.second, void()) {
  std::cout << '(';
  print(x.first, true);
  std::cout << ", ";
  print(x.second, true);
  std::cout << ')';
}
template <class T>
void print_as(const T&, bool, Choice<0>) {
  std::cout << "(a value that cannot be printed: no operator<< takes it)";
}

template <class T>
void print(const T& x, bool inside) {
  print_as(x, inside, Choice<6>());
}

template <class T>
void print_line(const T& x) {
  print(x, false);
  if (!std::is_base_of<std::ios_base, T>::value) std::cout << '\n';
}

// What qkv/show/display.h has a picture of.
template <class T>
auto show(const T& x, Choice<1>) -> std::enable_if_t<!std::is_arithmetic<T>::value, decltype(put(shown(x)))> {
  const auto picture = shown(x);
  if (picture.mime.empty()) print_line(x);
  else put(picture);
}
template <class T>
void show(const T& x, Choice<0>) {
  print_line(x);
}

template <class T>
void operator,(ShowNext, const T& x) {
  show(x, Choice<1>());
}

}  // namespace qkv_kernel
